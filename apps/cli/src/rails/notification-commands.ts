// `prewatt rails notifications, notification, replay`: what payment providers have sent to a
// server, as it came, and one judged again by the code that judged it then.

import {
  type NotificationMade,
  type NotificationRow,
  notBelievedText,
  notificationApi,
  notificationShows,
} from '@prewatt/api';
import type { CommandContext, CommandResult, Options, OptionTable } from '../command.ts';
import { type HttpClient, serverOf, withServer } from '../http-client.ts';
import { serverHelp } from '../server-group.ts';
import { allRows, type Utility, utilityOf } from '../utility.ts';
import type { RailsCommand } from './check-command.ts';

const madeTexts: Readonly<Record<NotificationMade, string>> = {
  word: 'a signed word about a payment',
  hint: 'a hint about a payment: the provider was asked',
  arrived: 'money without an order',
  mayArrive: 'a question whether money may come',
  answer: 'an answer about money without an order',
  refundAnswer: 'an answer about a refund',
  aside: 'about nothing of ours: acknowledged',
  badSignature: 'refused',
  staleSignature: 'refused, the signature is too old',
  malformed: 'refused, no notification could be read',
  unknownPayment: 'refused, no payment has its reference',
};

const madeText = (provider: string | undefined, made: NotificationMade): string =>
  made === 'badSignature' && provider !== undefined
    ? `refused, ${notBelievedText(provider)}`
    : madeTexts[made];

const onServer = (
  options: Options,
  context: CommandContext,
  work: (client: HttpClient, utility: Utility) => Promise<CommandResult>,
) =>
  withServer(context, serverOf(options, context), async (client) => {
    const utility = await utilityOf(client);
    return utility.ok ? work(client, utility.value) : utility;
  });

const common: OptionTable = { server: 'text' };

function lineOf({ realWhen: when }: Utility, row: NotificationRow): string {
  const { notificationId, heardAt, provider, made, times, paymentId, failedAt } = row;
  return [
    ...[notificationId, when(heardAt), provider, madeText(provider, made)],
    ...(times === 1 ? [] : [`${times} times`]),
    ...(paymentId === null ? [] : [paymentId]),
    ...(failedAt === null ? [] : ['went wrong: replay it']),
  ].join('  ');
}

const wrong = (message: string): CommandResult => ({
  ok: false,
  error: { exitCode: 2, code: 'option', message },
});

export const notificationsCommand: RailsCommand = {
  summary: 'what payment providers have sent to a server, newest first',
  help: `  prewatt rails notifications [--show taken|refused|failed] [--provider NAME]
                              [--payment PAYMENT] [--limit N]

What was acted on is kept for 90 days; what was refused, or is about nothing of ours, for a week.

  --show WHAT    taken: acted on; refused: not believed, or about nothing of ours;
                 failed: acting on it went wrong, and nobody had it judged again
  --limit N      as many at the least (default: 50)
${serverHelp}`,
  options: { ...common, show: 'text', provider: 'text', payment: 'text', limit: 'text' },
  run: (options, context) => {
    const show = options.text('show');
    const known = notificationShows.find((each) => each === show);
    if (show !== undefined && known === undefined) {
      return wrong(`--show is one of ${notificationShows.join(', ')}`);
    }
    return onServer(options, context, async (client, utility) => {
      const query = {
        ...(known === undefined ? {} : { show: known }),
        provider: options.text('provider'),
        payment: options.text('payment'),
      };
      const atLeast = Number(options.text('limit') ?? 50);
      const rows = await allRows(client, notificationApi.list, { input: { query }, atLeast });
      if (!rows.ok) return rows;
      const lines = rows.value.map((row) => lineOf(utility, row));
      return {
        ok: true,
        value: { lines: lines.length === 0 ? ['none'] : lines, json: { rows: rows.value } },
      };
    });
  },
};

export const notificationCommand: RailsCommand = {
  summary: 'one of them with its headers and its bytes',
  help: `  prewatt rails notification NOTIFICATION

Secrets that a provider tells as they are (in the address, in a header) are not kept and not shown.
It has names and phone numbers of payers: who reads it stands in the audit log.
${serverHelp}`,
  options: common,
  run: (options, context) => {
    const [id] = options.positionals;
    if (id === undefined) return wrong('name one notification');
    return onServer(options, context, async (client, utility) => {
      const found = await client.call(notificationApi.detail, { id });
      if (!found.ok) return found;
      const { path, headers, bodyText, bodyBase64, address } = found.value;
      const lines = [
        lineOf(utility, found.value),
        `from ${address}${path === '' ? '' : `, to …/${path}`}`,
        ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
        '',
        bodyText ?? `base64: ${bodyBase64}`,
      ];
      return { ok: true, value: { lines, json: found.value } };
    });
  },
};

export const replayCommand: RailsCommand = {
  summary: 'has some of them judged again, by the code that judged them',
  help: `  prewatt rails replay NOTIFICATION...
  prewatt rails replay --failed

As if it came now, with its signature judged by the time when it came. It changes nothing twice: a
payment is counted once, whatever is judged how often. After a secret was mended, replay what was
refused for its signature.

  --failed   all whose acting went wrong
${serverHelp}`,
  options: { ...common, failed: 'flag' },
  run: (options, context) => {
    const given = options.positionals;
    const isFailed = options.flag('failed');
    if (isFailed === given.length > 0) return wrong('name some notifications, or say --failed');
    return onServer(options, context, async (client) => {
      const input = { query: { show: 'failed' } } as const;
      const rows = isFailed ? await allRows(client, notificationApi.list, { input }) : null;
      if (rows?.ok === false) return rows;
      const ids = rows?.value.map(({ notificationId }) => notificationId) ?? given;
      const replayed: { notificationId: string; made: NotificationMade }[] = [];
      for (const id of ids) {
        const answer = await client.call(notificationApi.replay, { id });
        if (!answer.ok) return answer;
        replayed.push({ notificationId: id, made: answer.value.made });
      }
      const lines = replayed.map(
        ({ notificationId, made }) => `${notificationId}  ${madeTexts[made]}`,
      );
      return {
        ok: true,
        value: { lines: lines.length === 0 ? ['none'] : lines, json: { replayed } },
      };
    });
  },
};
