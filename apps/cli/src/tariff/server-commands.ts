// The commands of `prewatt tariff` that talk to a server: versions listed, a change proposed, tried
// on past sales and handed on for approval.

import {
  type BackTestJson,
  type BackTestSummary,
  consoleApi,
  duplicateNames,
  type TariffVersionDetail,
  type TariffVersionRow,
  tariffApi,
} from '@prewatt/api';
import { type Currency, countText, formatKwh, formatMoney } from '@prewatt/quantities';
import { type CommandContext, type CommandResult, type Options, refused } from '../command.ts';
import { connectionIdOf } from '../connection-id.ts';
import { didYouMean } from '../did-you-mean.ts';
import { defaultServer, type HttpClient, serverOf, withServer } from '../http-client.ts';
import { signsInHelp } from '../server-group.ts';
import { untilDone } from '../watch.ts';
import type { TariffCommand } from './tariff-command.ts';

export const signIn = `  --server URL   the server's address; when left out PREWATT_SERVER, else ${defaultServer}

${signsInHelp}`;

const onServer = (
  options: Options,
  context: CommandContext,
  work: (client: HttpClient) => Promise<CommandResult>,
) => withServer(context, serverOf(options, context), work);

/** Names a request once; a repeat by hand names it again. */
export function requestIdOf(options: Options, context: CommandContext): string {
  const random = Array.from({ length: 16 }, () => context.randomNibble().toString(16)).join('');
  return options.text('request-id') ?? `cli-${context.nowMs()}-${random}`;
}

const standing = (row: TariffVersionRow): string =>
  row.standing === null
    ? row.state
    : { coming: 'approved, to come', inForce: 'in force', past: 'past' }[row.standing];

export const listCommand: TariffCommand = {
  summary: 'versions on a server: in force, to come, drafts',
  help: `prewatt tariff list\n\n${signIn}`,
  positionals: [],
  options: { server: 'text' },
  run: (options, context) =>
    onServer(options, context, async (client) => {
      const list = await client.call(tariffApi.list);
      if (!list.ok) return list;
      const lines = list.value.tariffs.flatMap((tariff) => [
        `${tariff.name}: ${countText(tariff.connections, 'connection')}`,
        ...tariff.versions.map(
          (row) =>
            `  version ${row.version}, from ${row.effectiveFrom}, ${standing(row)} (${row.versionId})`,
        ),
      ]);
      const none = ['no tariff yet; propose one: prewatt tariff change FILE'];
      return {
        ok: true,
        value: { lines: lines.length === 0 ? none : lines, json: list.value.tariffs },
      };
    }),
};

export const showCommand: TariffCommand = {
  summary: 'a version in words, or the tariff that a meter has',
  help: `prewatt tariff show VERSION|TARIFF|METER

VERSION is an identifier from "prewatt tariff list": its dates, its prices in words, what it changes
and its examples. TARIFF is a tariff's name: its version in force is shown. METER is a meter number
or a connection_... id: the version that prices it today, what comes, and who assigned it.

${signIn}`,
  options: { server: 'text' },
  run: (options, context) => {
    const [what, ...more] = options.positionals;
    if (what === undefined || more.length > 0) return usage('name one version, tariff or meter');
    return onServer(options, context, (client) => {
      if (what.startsWith('tariff_')) return showVersion(client, what);
      const isMeter = /^\d+$/.test(what) || what.startsWith('connection_');
      return isMeter ? showConnection(client, what) : showNamed(client, what);
    });
  },
};

/** By a tariff's name: the version in force, else what there is of it. */
async function showNamed(client: HttpClient, name: string): Promise<CommandResult> {
  const list = await client.call(tariffApi.list);
  if (!list.ok) return list;
  const { tariffs } = list.value;
  const tariff = tariffs.find((one) => one.name.toLowerCase() === name.toLowerCase());
  if (tariff === undefined) {
    const names = tariffs.map((one) => one.name);
    const meant = didYouMean(name, names, '');
    const advice = `prewatt tariff list shows ${names.length === 0 ? 'the tariffs' : names.join(', ')}`;
    return refused('unknownTariff', `there is no tariff and no meter "${name}"${meant}`, advice);
  }
  const inForce = tariff.versions.find(({ standing: now }) => now === 'inForce');
  if (inForce !== undefined) return showVersion(client, inForce.versionId);
  const advice = tariff.versions.map((row) => `${row.versionId}: ${standing(row)}`).join('\n');
  return refused('noVersionInForce', `${tariff.name} has no version in force`, advice);
}

async function showVersion(client: HttpClient, versionId: string): Promise<CommandResult> {
  const found = await client.call(tariffApi.version, { id: versionId });
  if (!found.ok) return found;
  const { words, examples } = found.value;
  const missed = examples.filter(({ misses }) => misses.length > 0).length;
  return answerOf(found.value, [
    ...linesOf(found.value),
    ...words.flatMap(({ title, sentences }) => [title, ...sentences.map((line) => `  ${line}`)]),
    `${examples.length} examples, ${missed} missed`,
  ]);
}

async function showConnection(client: HttpClient, meter: string): Promise<CommandResult> {
  const connection = await connectionIdOf(client, meter);
  if (!connection.ok) return connection;
  const found = await client.call(tariffApi.ofConnection, { id: connection.value });
  if (!found.ok) return found;
  const { tariffName, version, versionId, next, parameters, history } = found.value;
  const facts = (of: Readonly<Record<string, string>>) =>
    Object.entries(of).map(([name, value]) => `  ${name}: ${value}`);
  const lines = [
    version === null
      ? `${tariffName}: no version is in force`
      : `${tariffName}, version ${version} (${versionId})`,
    ...facts(parameters),
    ...(next === null ? [] : [`from ${next.from}: ${next.tariffName}`, ...facts(next.parameters)]),
    ...history.map((row) => `${row.from}: ${row.tariffName}, ${row.assignedBy}: ${row.reason}`),
  ];
  return { ok: true, value: { lines, json: found.value } };
}

export const changeCommand: TariffCommand = {
  summary: 'propose a new version to a server, as a draft',
  help: `prewatt tariff change FILE --name TARIFF --reason TEXT

Proves the document on the server by its examples and stores it as a draft. Then: try it on past
sales (back-test), and ask for approval (request).

  --name TARIFF  the tariff that it is a version of, or a new name
  --reason TEXT  10 to 500 letters; the approver reads it
  --request-id ID   repeats an earlier call: the same request again changes nothing
${signIn}`,
  options: { name: 'text', reason: 'text', 'request-id': 'text', server: 'text' },
  run: (options, context) => {
    const [file, ...more] = options.positionals;
    const tariffName = options.text('name');
    const reason = options.text('reason');
    if (file === undefined || more.length > 0) return usage('name one file');
    if (tariffName === undefined) return usage('--name is missing');
    if (reason === undefined) return usage('--reason is missing');
    const document = readJson(context, file);
    if (typeof document === 'string') return refused('file', `${file}: ${document}`);
    return onServer(options, context, async (client) => {
      const body = { requestId: requestIdOf(options, context), tariffName, document, reason };
      const made = await client.call(tariffApi.propose, { body });
      return made.ok ? answerOf(made.value, linesOf(made.value)) : made;
    });
  },
};

export const backTestCommand: TariffCommand = {
  summary: 'try a draft on past sales: who pays more, who less',
  help: `prewatt tariff back-test VERSION [--months 12]

VERSION is an identifier from "prewatt tariff list". Waits until it is done.

  --months N     how far back, 1 to 24; 12 when left out
  --request-id ID   repeats an earlier call: the same request again changes nothing
${signIn}`,
  options: { months: 'text', 'request-id': 'text', server: 'text' },
  run: (options, context) => {
    const [versionId, ...more] = options.positionals;
    const months = Number(options.text('months') ?? '12');
    if (versionId === undefined || more.length > 0) return usage('name one version');
    if (!Number.isInteger(months) || months < 1 || months > 24) return usage('--months is 1 to 24');
    return onServer(options, context, async (client) => {
      const me = await client.call(consoleApi.me);
      if (!me.ok) return me;
      const body = { requestId: requestIdOf(options, context), months };
      const started = await client.call(tariffApi.startBackTest, { id: versionId, body });
      const done = started.ok ? await finished(client, context, started.value) : started;
      if (!done.ok) return done;
      const lines = linesOfSummary(done.value, me.value.utility.currency);
      return { ok: true, value: { lines, json: done.value } };
    });
  },
};

export const requestCommand: TariffCommand = {
  summary: 'ask a second person to approve a draft',
  help: `prewatt tariff request VERSION

  --request-id ID   repeats an earlier call: the same request again changes nothing
${signIn}`,
  options: { 'request-id': 'text', server: 'text' },
  run: (options, context) => {
    const [versionId, ...more] = options.positionals;
    if (versionId === undefined || more.length > 0) return usage('name one version');
    return onServer(options, context, async (client) => {
      const asked = await client.call(tariffApi.requestApproval, {
        id: versionId,
        body: { requestId: requestIdOf(options, context) },
      });
      if (!asked.ok) return asked;
      const { approval, effectiveFrom } = asked.value;
      return answerOf(asked.value, [
        `waits for approval: ${approval?.approvalId ?? ''}`,
        `once another administrator approves it, it is in force from ${effectiveFrom} on`,
      ]);
    });
  },
};

export const usage = (message: string): CommandResult => ({
  ok: false,
  error: { exitCode: 2, code: 'usage', message, advice: 'prewatt tariff --help' },
});

/** The document, or what is wrong with the file. */
function readJson(context: CommandContext, file: string): object | string {
  try {
    const text = context.readFile(file);
    const value: unknown = JSON.parse(text);
    const [twice] = duplicateNames(text);
    if (twice !== undefined) return `${twice} stands twice: leave one out`;
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isObject ? value : 'no JSON object in it';
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

const answerOf = (json: TariffVersionDetail, lines: readonly string[]): CommandResult => ({
  ok: true,
  value: { lines, json },
});

function linesOf(version: TariffVersionDetail): string[] {
  const { changes } = version;
  return [
    `${version.tariffName}, version ${version.version}, from ${version.effectiveFrom}: ${standing(version)}`,
    `${version.versionId}`,
    ...(changes?.gone ?? []).map((sentence) => `- ${sentence}`),
    ...(changes?.added ?? []).map((sentence) => `+ ${sentence}`),
    ...(version.whyNotRequest === null ? [] : [version.whyNotRequest]),
  ];
}

const finished = (client: HttpClient, context: CommandContext, from: BackTestJson) =>
  untilDone(context, {
    from,
    read: () => client.call(tariffApi.backTest, { id: from.backTestId }),
    isDone: ({ summary }) => summary !== null,
  });

/** What past purchases would come to, of a back-test or of an assignment to many. */
export function linesOfSummary(
  backTest: Pick<BackTestJson, 'summary' | 'fromDate' | 'toDate'>,
  currency: Currency,
): string[] {
  const { summary } = backTest;
  if (summary === null) return [];
  const days = `${backTest.fromDate} to ${backTest.toDate}`;
  if (summary.connections === 0) {
    return [`${days}: no purchases to try it on`, ...leftOutLines(summary.leftOut)];
  }
  const money = (minor: string) => formatMoney(BigInt(minor), currency);
  const kWh = (energyWh: string) => `${formatKwh(BigInt(energyWh))} kWh`;
  return [
    `${days}: ${countText(summary.purchases, 'purchase')}, ${countText(summary.connections, 'connection')}`,
    `pay more ${summary.payMore}, less ${summary.payLess}, the same ${summary.paySame}`,
    `the same energy costs ${money(summary.afterMinor)}, before ${money(summary.beforeMinor)}`,
    `the same money buys ${kWh(summary.energyAfterWh)}, before ${kWh(summary.energyBeforeWh)}`,
    ...(summary.refusedPurchases === 0
      ? []
      : [
          `${countText(summary.refusedPurchases, 'purchase')} refused by one of the two versions, left out`,
        ]),
    ...byUseLines(summary.byUse),
    ...leftOutLines(summary.leftOut),
  ];
}

/** Those that pay as they use, and what is assumed of them. */
const byUseLines = (byUse: BackTestSummary['byUse']): string[] =>
  byUse === undefined || byUse.wallets + byUse.moneyMeters === 0
    ? []
    : [
        `by measured use: ${countText(byUse.wallets, 'connection')} with a wallet, ${byUse.moneyMeters} whose meter counts money`,
        '  (charges of a purchase are not in their cost, a jump of the register without a reason is none, and “the same money” is of purchases alone)',
      ];

/** Those of which no use is known. */
const leftOutLines = (leftOut: BackTestSummary['leftOut']): string[] =>
  leftOut === undefined || leftOut.wallets + leftOut.moneyMeters === 0
    ? []
    : [
        `left out, no use is known: ${countText(leftOut.wallets, 'connection')} with a wallet, ${leftOut.moneyMeters} whose meter counts money`,
      ];
