// `prewatt integration` about keys: made, listed, rotated, revoked.

import {
  type Integration,
  type IntegrationMade,
  integrationApi,
  integrationScopes,
  newIntegrationSchema,
} from '@prewatt/api';
import { ok, type Result } from '@prewatt/quantities';
import type { CommandResult, Failure, Options } from '../command.ts';
import type { HttpClient } from '../http-client.ts';
import { requestIdOf, type ServerCommand, wrongOption } from '../server-group.ts';
import type { Utility } from '../utility.ts';

const lifeOptions = { days: 'text', 'no-end': 'flag', 'request-id': 'text' } as const;

/** What the options say of a key's life; null for what is no number. */
function lifeOf(options: Options): { readonly expiresInDays?: number | null } | null {
  if (options.flag('no-end')) return { expiresInDays: null };
  const days = options.text('days');
  if (days === undefined) return {};
  return /^\d{1,4}$/.test(days) ? { expiresInDays: Number(days) } : null;
}

const numberOf = (text: string | undefined): number | undefined =>
  text === undefined ? undefined : Number(text);

const listCommand: ServerCommand = {
  ...{ options: {}, positionals: [], required: [] },
  prepare: () => ({
    run: async (client, utility) => {
      const all = await client.call(integrationApi.list);
      if (!all.ok) return all;
      const lines = all.value.rows.flatMap((row) => linesOf(row, utility));
      const none = lines.length === 0 ? ['no integrations'] : lines;
      return { ok: true, value: { lines: none, json: all.value } };
    },
  }),
};

const makeCommand: ServerCommand = {
  options: { scopes: 'text', 'per-minute': 'text', ...lifeOptions },
  positionals: ['NAME'],
  required: ['scopes'],
  prepare: (options, context) => {
    const life = lifeOf(options);
    if (life === null) return wrongOption('--days is a number of days');
    const wish = newIntegrationSchema.safeParse({
      requestId: requestIdOf(options, context),
      name: options.positionals[0],
      scopes: (options.text('scopes') ?? '').split(','),
      requestsPerMinute: numberOf(options.text('per-minute')),
      ...life,
    });
    if (!wish.success) {
      return wrongOption(`--scopes is of ${integrationScopes.join(', ')}, with commas between`);
    }
    return {
      run: async (client) => made(await client.call(integrationApi.create, { body: wish.data })),
    };
  },
};

const rotateCommand: ServerCommand = {
  options: { 'overlap-hours': 'text', ...lifeOptions },
  positionals: ['INTEGRATION'],
  required: [],
  prepare: (options, context) => {
    const life = lifeOf(options);
    if (life === null) return wrongOption('--days is a number of days');
    const body = {
      requestId: requestIdOf(options, context),
      overlapHours: numberOf(options.text('overlap-hours')),
      ...life,
    };
    return {
      run: async (client) => {
        const id = await idOf(client, options.positionals[0] ?? '');
        if (!id.ok) return id;
        return made(await client.call(integrationApi.rotate, { id: id.value, body }));
      },
    };
  },
};

const revokeCommand: ServerCommand = {
  options: { reason: 'text' },
  positionals: ['INTEGRATION'],
  required: ['reason'],
  prepare: (options) => ({
    run: async (client, utility) => {
      const id = await idOf(client, options.positionals[0] ?? '');
      if (!id.ok) return id;
      const body = { reason: options.text('reason') };
      const done = await client.call(integrationApi.revoke, { id: id.value, body });
      if (!done.ok) return done;
      return { ok: true, value: { lines: linesOf(done.value, utility), json: done.value } };
    },
  }),
};

function made(answer: Result<IntegrationMade, Failure>): CommandResult {
  if (!answer.ok) return answer;
  const { integration, key } = answer.value;
  const lines = [
    `${integration.name} (${integration.integrationId})`,
    `key ${key}`,
    'It is printed this once; nothing keeps it.',
  ];
  return { ok: true, value: { lines, json: answer.value } };
}

/** An integration's id, by itself or by the name of one that was not revoked. */
export async function idOf(client: HttpClient, idOrName: string): Promise<Result<string, Failure>> {
  const all = await client.call(integrationApi.list);
  if (!all.ok) return all;
  const found = all.value.rows.find(
    (row) => row.integrationId === idOrName || (row.name === idOrName && row.revokedAt === null),
  );
  if (found !== undefined) return ok(found.integrationId);
  const message = `there is no integration "${idOrName}"`;
  const advice = 'prewatt integration list';
  return { ok: false, error: { exitCode: 1, code: 'unknownIntegration', message, advice } };
}

const linesOf = (row: Integration, { realWhen: when }: Utility): readonly string[] => [
  `${row.name} (${row.integrationId})`,
  `  ${row.scopes.join(', ')}; ${row.requestsPerMinute} requests a minute`,
  ...(row.revokedAt === null
    ? row.keys.map((key) => {
        const used = key.lastUsedAt === null ? 'never used' : `used ${when(key.lastUsedAt)}`;
        const end = key.expiresAt === null ? 'without an end' : `ends ${when(key.expiresAt)}`;
        return `  key made ${when(key.createdAt)}, ${key.state === 'opens' ? end : 'ended'}, ${used}`;
      })
    : [`  revoked ${when(row.revokedAt)}: ${row.revokedReason}`]),
];

export const keyCommands: Readonly<Record<string, ServerCommand>> = {
  list: listCommand,
  make: makeCommand,
  rotate: rotateCommand,
  revoke: revokeCommand,
};
