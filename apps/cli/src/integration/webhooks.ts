// `prewatt integration` about what a program is told: endpoints, secrets, deliveries, replay.

import {
  type Delivery,
  deliveryStates,
  newEndpointSchema,
  type WebhookEndpoint,
  webhookApi,
  webhookEvents,
  webhookEventTypes,
} from '@prewatt/api';
import type { Result } from '@prewatt/quantities';
import { countText } from '@prewatt/quantities';
import type { CommandResult, Failure } from '../command.ts';
import { requestIdOf, type ServerCommand, wrongOption } from '../server-group.ts';
import type { Utility } from '../utility.ts';
import { idOf } from './integrations.ts';

export const webhookHelp = `  prewatt integration endpoints INTEGRATION
  prewatt integration endpoint INTEGRATION --url URL --events EVENT,EVENT [--request-id ID]
                                 its secret is printed once
  prewatt integration secret ENDPOINT [--overlap-hours N] [--request-id ID]
                                 another secret; both sign for so long (24 h)
  prewatt integration turn ENDPOINT on|off
  prewatt integration test ENDPOINT                a test event
  prewatt integration deliveries ENDPOINT [--state ${deliveryStates.join('|')}]
  prewatt integration replay ENDPOINT (--delivery ID | --from INSTANT --to INSTANT)
                                 the same events again, under the ids that they had`;

export const eventLines: readonly string[] = webhookEventTypes.map(
  (type) => `  ${type.padEnd(17)} ${webhookEvents[type].says} (${webhookEvents[type].scope})`,
);

const endpointsCommand: ServerCommand = {
  ...{ options: {}, positionals: ['INTEGRATION'], required: [] },
  prepare: (options) => ({
    run: async (client) => {
      const id = await idOf(client, options.positionals[0] ?? '');
      if (!id.ok) return id;
      const all = await client.call(webhookApi.list, { id: id.value });
      if (!all.ok) return all;
      const lines = all.value.rows.flatMap(linesOf);
      const shown = lines.length === 0 ? ['no endpoints'] : lines;
      return { ok: true, value: { lines: shown, json: all.value } };
    },
  }),
};

const endpointCommand: ServerCommand = {
  options: { url: 'text', events: 'text', 'request-id': 'text' },
  positionals: ['INTEGRATION'],
  required: ['url', 'events'],
  prepare: (options, context) => {
    const wish = newEndpointSchema.safeParse({
      requestId: requestIdOf(options, context),
      url: options.text('url'),
      events: (options.text('events') ?? '').split(','),
    });
    if (!wish.success) {
      return wrongOption(`--events is of ${webhookEventTypes.join(', ')}, with commas between`);
    }
    return {
      run: async (client) => {
        const id = await idOf(client, options.positionals[0] ?? '');
        if (!id.ok) return id;
        return secretOf(await client.call(webhookApi.create, { id: id.value, body: wish.data }));
      },
    };
  },
};

const secretCommand: ServerCommand = {
  options: { 'overlap-hours': 'text', 'request-id': 'text' },
  positionals: ['ENDPOINT'],
  required: [],
  prepare: (options, context) => {
    const hours = options.text('overlap-hours');
    const body = {
      requestId: requestIdOf(options, context),
      ...(hours === undefined ? {} : { overlapHours: Number(hours) }),
    };
    const id = options.positionals[0] ?? '';
    return { run: async (client) => secretOf(await client.call(webhookApi.rotate, { id, body })) };
  },
};

const turnCommand: ServerCommand = {
  ...{ options: {}, positionals: ['ENDPOINT', 'on|off'], required: [] },
  prepare: (options) => {
    const [id = '', state = ''] = options.positionals;
    if (state !== 'on' && state !== 'off') return wrongOption('say "on" or "off"');
    return {
      run: async (client) => {
        const done = await client.call(webhookApi.setState, { id, body: { state } });
        if (!done.ok) return done;
        return { ok: true, value: { lines: linesOf(done.value), json: done.value } };
      },
    };
  },
};

const testCommand: ServerCommand = {
  ...{ options: {}, positionals: ['ENDPOINT'], required: [] },
  prepare: (options) => ({
    run: async (client) => {
      const id = options.positionals[0] ?? '';
      return sent(await client.call(webhookApi.test, { id, body: {} }));
    },
  }),
};

const replayCommand: ServerCommand = {
  options: { delivery: 'text', from: 'text', to: 'text' },
  forms: { from: 'instant', to: 'instant' },
  positionals: ['ENDPOINT'],
  required: [],
  prepare: (options) => {
    const [deliveryId, from, to] = ['delivery', 'from', 'to'].map((name) => options.text(name));
    const isSpan = from !== undefined && to !== undefined;
    if (isSpan === (deliveryId !== undefined)) {
      return wrongOption('say --delivery, or --from and --to like 2026-11-24T08:00:00Z');
    }
    const id = options.positionals[0] ?? '';
    const body = deliveryId === undefined ? { from, to } : { deliveryId };
    return { run: async (client) => sent(await client.call(webhookApi.replay, { id, body })) };
  },
};

const deliveriesCommand: ServerCommand = {
  ...{ options: { state: 'text' }, positionals: ['ENDPOINT'], required: [] },
  prepare: (options) => ({
    run: async (client, utility) => {
      const [id = ''] = options.positionals;
      const query = { state: options.text('state') };
      const page = await client.call(webhookApi.deliveries, { id, query });
      if (!page.ok) return page;
      const lines = page.value.rows.map((row) => deliveryLine(row, utility));
      const shown = lines.length === 0 ? ['no deliveries'] : lines;
      return { ok: true, value: { lines: shown, json: page.value } };
    },
  }),
};

export const webhookCommands: Readonly<Record<string, ServerCommand>> = {
  endpoints: endpointsCommand,
  endpoint: endpointCommand,
  secret: secretCommand,
  turn: turnCommand,
  test: testCommand,
  deliveries: deliveriesCommand,
  replay: replayCommand,
};

type Made = { readonly endpoint: WebhookEndpoint; readonly secret: string };

function secretOf(answer: Result<Made, Failure>): CommandResult {
  if (!answer.ok) return answer;
  const { endpoint, secret } = answer.value;
  const once = 'It is printed this once; the receiver checks messages with it.';
  const lines = [...linesOf(endpoint), `secret ${secret}`, once];
  return { ok: true, value: { lines, json: answer.value } };
}

function sent(answer: Result<{ readonly deliveries: number }, Failure>): CommandResult {
  if (!answer.ok) return answer;
  const { deliveries } = answer.value;
  const line = `${countText(deliveries, 'delivery is', 'deliveries are')} on the way`;
  return { ok: true, value: { lines: [line], json: answer.value } };
}

const linesOf = (row: WebhookEndpoint): readonly string[] => [
  `${row.endpointId} ${row.url}`,
  `  ${row.state}${row.offReason === 'gone' ? ': it answered 410, gone' : ''}; ` +
    `${row.waiting} waiting, ${row.failed} given up; ${row.events.join(', ')}`,
];

function deliveryLine(row: Delivery, { realWhen: when }: Utility): string {
  const answer = row.status ?? row.fault ?? 'no answer yet';
  const took = row.tookMs === null ? '' : ` in ${row.tookMs} ms`;
  const next = row.nextAt === null ? '' : `, next ${when(row.nextAt)}`;
  const tries = `attempt ${row.attempts}`;
  return `${row.deliveryId} ${row.type} ${row.state}: ${answer}${took}, ${tries}${next}`;
}
