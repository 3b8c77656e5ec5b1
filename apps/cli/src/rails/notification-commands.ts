// `prewatt rails notifications, notification, replay`: what payment providers have sent to a
// server, as it came, and one judged again by the code that judged it then.

import {
  type NotificationBecame,
  type NotificationMade,
  type NotificationRow,
  notificationApi,
  notificationMadeTexts,
  notificationShows,
} from '@prewatt/api';
import type { CommandContext, CommandResult, Options, OptionTable } from '../command.ts';
import { type HttpClient, serverOf, withServer } from '../http-client.ts';
import { serverHelp } from '../server-group.ts';
import { allRows, type Utility, utilityOf } from '../utility.ts';
import type { RailsCommand } from './check-command.ts';

/** In a line, behind other words. */
const madeText = (made: NotificationMade): string => {
  const text = notificationMadeTexts[made];
  return `${text.charAt(0).toLowerCase()}${text.slice(1)}`;
};

const becameTexts: Readonly<Record<NotificationBecame, string>> = {
  sold: 'sold',
  float: 'in a shop’s float',
  waits: 'waits',
  onList: 'waits for two people',
  moved: 'moved to a meter',
  returning: 'to be paid back',
  returned: 'returned',
  reversed: 'sale taken back',
  notPaid: 'not paid',
  refused: 'refused',
  failed: 'went wrong: replay it',
  nothing: 'nothing to do',
};

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
  const { notificationId, heardAt, provider, made, times, paymentId, became } = row;
  const { amountText, providerReference, phoneEnd, judged } = row;
  return [
    ...[notificationId, when(heardAt), provider],
    ...(amountText === null ? [] : [amountText]),
    ...(providerReference === null ? [] : [providerReference]),
    ...(phoneEnd === null ? [] : [`phone …${phoneEnd}`]),
    madeText(made),
    // What was refused says so with its reason.
    ...(became === 'refused' ? [] : [becameTexts[became]]),
    ...(times === 1 ? [] : [`${times} times`]),
    ...(paymentId === null ? [] : [paymentId]),
    ...(judged === null ? [] : [`judged again ${when(judged.at)} by ${judged.by}`]),
  ].join('  ');
}

const wrong = (message: string): CommandResult => ({
  ok: false,
  error: { exitCode: 2, code: 'option', message },
});

export const notificationsCommand: RailsCommand = {
  summary: 'what payment providers have sent to a server, newest first',
  help: `  prewatt rails notifications [--show WHAT] [--provider NAME] [--search TEXT]
                              [--from DAY] [--to DAY] [--payment PAYMENT] [--limit N]

What was acted on is kept for 90 days; what was refused, or is about nothing of ours, for a week.

  --show WHAT    taken: acted on; refused: not believed, or about nothing of ours;
                 failed: acting on it went wrong, and nobody had it judged again;
                 sold; waits: nothing is decided of its money yet; returned: paid back, or to be;
                 repeated: it came again, or the same money was told of before
  --search TEXT  the provider's reference, or an amount
  --from, --to   days like 2026-11-24, both included
  --limit N      the newest N of them (default: 50)
${serverHelp}`,
  positionals: [],
  options: {
    ...common,
    show: 'text',
    provider: 'text',
    payment: 'text',
    search: 'text',
    from: 'text',
    to: 'text',
    limit: 'text',
  },
  run: (options, context) => {
    const show = options.text('show');
    const known = notificationShows.find((each) => each === show);
    if (show !== undefined && known === undefined) {
      return wrong(`--show is one of ${notificationShows.join(', ')}`);
    }
    const limit = Number(options.text('limit') ?? 50);
    if (!Number.isInteger(limit) || limit < 1) return wrong('--limit is a number from 1');
    return onServer(options, context, async (client, utility) => {
      const query = {
        ...(known === undefined ? {} : { show: known }),
        provider: options.text('provider'),
        payment: options.text('payment'),
        search: options.text('search'),
        from: options.text('from'),
        to: options.text('to'),
      };
      const list = { input: { query }, atLeast: limit };
      const found = await allRows(client, notificationApi.list, list);
      if (!found.ok) return found;
      const rows = found.value.slice(0, limit);
      const lines = rows.map((row) => lineOf(utility, row));
      return { ok: true, value: { lines: lines.length === 0 ? ['none'] : lines, json: { rows } } };
    });
  },
};

export const notificationCommand: RailsCommand = {
  summary: 'one of them with its headers and its bytes',
  help: `  prewatt rails notification NOTIFICATION

Secrets that a provider tells as they are (in the address, in a header) are not kept and not shown.
It has names and phone numbers of payers: who reads it stands in the audit log.
${serverHelp}`,
  positionals: ['NOTIFICATION'],
  options: common,
  run: (options, context) => {
    const [id = ''] = options.positionals;
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
        ({ notificationId, made }) => `${notificationId}  ${madeText(made)}`,
      );
      return {
        ok: true,
        value: { lines: lines.length === 0 ? ['none'] : lines, json: { replayed } },
      };
    });
  },
};
