// The `prewatt bulk` group: tokens for many meters from one file, paid from a vendor's float.

import {
  type BulkLine,
  buyAll,
  type EarlierRows,
  earlierRows,
  emptyResult,
  type Rehearsal,
  readBulkFile,
  rehearse,
  resultFile,
} from '@prewatt/bulk-purchase';
import {
  type Currency,
  countText,
  err,
  formatAmount,
  formatKwh,
  type Result,
} from '@prewatt/quantities';
import type { CommandContext, CommandResult, Failure, Options, OptionTable } from '../command.ts';
import { createGroup, summariesOf } from '../dispatch.ts';
import { defaultServer, serverOf, withTill } from '../http-client.ts';
import { readText } from '../server-group.ts';
import { type CommandTill, tillOf } from './till.ts';

type BulkCommand = {
  readonly summary: string;
  readonly help: string;
  readonly options: OptionTable;
  readonly required: readonly string[];
  readonly positionals: readonly string[];
  readonly run: (o: Work, options: Options) => Promise<CommandResult>;
};

type Work = {
  readonly till: CommandTill;
  readonly lines: readonly BulkLine[];
  readonly currency: Currency;
  readonly context: CommandContext;
};

const rehearseCommand: BulkCommand = {
  summary: 'what each line would buy, and what is in its way; writes nothing',
  help: `prewatt bulk rehearse FILE

FILE is CSV with the columns meter, amount and reference. Exit code 1 while a line is not well or
the float is not enough.`,
  options: {},
  required: [],
  positionals: ['FILE'],
  run: async (work) => {
    const done = await rehearsed(work);
    if (!done.ok) return done;
    const failed = done.value.fine < done.value.lines.length || !done.value.enough;
    const lines = linesOf(done.value, work.currency);
    return { ok: true, value: { lines, json: jsonOf(done.value), failed } };
  },
};

const vendCommand: BulkCommand = {
  summary: 'buys each line once and writes the tokens; the same again goes on',
  help: `prewatt bulk vend FILE --result FILE [--leave-out]

Rehearses first, and buys nothing while a line is not well; --leave-out buys the others. Opens a
shift when none is open. The result is CSV with the tokens, and only you can read it. After a stop
(float, hour's budget, no connection) the same command goes on, into the same result: what was
bought is not bought again. A result of other lines is never written over.`,
  options: { result: 'text', 'leave-out': 'flag' },
  required: ['result'],
  positionals: ['FILE'],
  run: vend,
};

async function vend(work: Work, options: Options): Promise<CommandResult> {
  const { till, context, currency } = work;
  const path = options.text('result') ?? '';
  const earlier = resultAt(path, work);
  if (earlier === 'ofOthers') {
    const advice = 'Name a result that is not there yet, or the one of this file.';
    return failed('resultExists', `${path} is there and has other lines`, advice);
  }
  const looked = await rehearsed(work);
  if (!looked.ok) return looked;
  const { lines, fine } = looked.value;
  if (fine === 0 || (fine < lines.length && !options.flag('leave-out'))) {
    for (const line of linesOf(looked.value, currency)) context.printError(`${line}\n`);
    const advice = 'Mend the file, or buy the other lines with --leave-out.';
    const bad = `${lines.length - fine} of ${countText(lines.length, 'line')}`;
    return failed('linesRefused', `${bad} cannot be bought; none was bought`, advice);
  }
  // Before any money is spent: where nothing can be written, nothing is bought.
  if (earlier === null) context.writeSecretFile(path, emptyResult(work.lines));
  const me = await till.me();
  if (!me.ok) return me;
  if (me.value.shift === null) {
    const opened = await till.openShift();
    if (!opened.ok) return opened;
  }
  const done = await buyAll(till, looked.value, progress(context, 'bought', lines.length));
  context.replaceFile(path, resultFile(done.lines, earlier ?? []), { mode: 0o600 });
  const count = (outcome: string) => done.lines.filter((each) => each.outcome === outcome).length;
  const json = { bought: count('bought'), refused: count('refused'), notYet: count('notYet') };
  const said = [
    `${json.bought} bought, ${json.refused} refused, ${json.notYet} not yet; tokens in ${path}`,
    ...(done.stopped === null
      ? []
      : [`stopped: ${clauseOf(done.stopped)}; the same command goes on`]),
  ];
  return { ok: true, value: { lines: said, json, failed: json.bought < lines.length } };
}

/** What stopped it, as a part of a sentence. */
const clauseOf = ({ advice, message }: Failure): string => (advice ?? message).replace(/\.$/, '');

/** The rows of the result that is gone on with; null where there is none yet. */
function resultAt(path: string, { context, lines }: Work): EarlierRows | 'ofOthers' | null {
  const text = readText(context, path);
  return text === null ? null : (earlierRows(text, lines) ?? 'ofOthers');
}

const failed = (code: string, message: string, advice: string): CommandResult => ({
  ok: false,
  error: { exitCode: 1, code, message, advice },
});

const rehearsed = ({ till, lines, currency, context }: Work) =>
  rehearse(till, lines, { currency, tell: progress(context, 'looked at', lines.length) });

const progressEvery = 100;
const progress = (context: CommandContext, did: string, all: number) => (done: number) => {
  if (done % progressEvery === 0) context.printError(`${did} ${done} of ${all}\n`);
};

function linesOf(done: Rehearsal, currency: Currency): string[] {
  const sum = (minor: bigint) => `${currency.code} ${formatAmount(minor, currency)}`;
  const faults = done.lines.flatMap(({ line, fault, words }) =>
    fault === null
      ? []
      : [`line ${line.line}, ${line.reference}, meter ${line.meter}: ${fault}: ${words}`],
  );
  const good = `${done.fine} of ${countText(done.lines.length, 'line')} can be bought`;
  return [
    ...faults,
    `${good}: ${sum(done.amountMinor)}, ${formatKwh(done.energyWh)} kWh`,
    done.enough
      ? `the float is enough: ${sum(done.availableMinor)}`
      : `the float is not enough: ${sum(done.availableMinor)}`,
  ];
}

const jsonOf = (done: Rehearsal) => ({
  ...{ fine: done.fine, amountMinor: done.amountMinor, availableMinor: done.availableMinor },
  ...{ energyWh: done.energyWh, enough: done.enough },
  lines: done.lines.map(({ line, fault, energyWh }) => ({ ...line, fault, energyWh })),
});

const commands: Readonly<Record<string, BulkCommand>> = {
  rehearse: rehearseCommand,
  vend: vendCommand,
};

const groupHelp = `prewatt bulk: tokens for many meters from one file, paid from a vendor's float

${summariesOf('bulk', commands)}

PREWATT_TILL_KEY is a key of the vendor who pays. Every command takes --server URL (when left out
PREWATT_SERVER, else ${defaultServer}), --json, and --help for its options.
`;

/** Runs `prewatt bulk ...`. */
export const bulkGroup = createGroup<BulkCommand>({
  name: 'bulk',
  help: groupHelp,
  commands,
  common: { server: 'text' },
  run: async (command, options, context) => {
    const key = context.environment['PREWATT_TILL_KEY'] ?? '';
    if (key === '') return noKey();
    const file = readBulkFile(context.readFile(options.positionals[0] ?? ''));
    if (!file.ok) return failed('file', file.error, 'See prewatt bulk rehearse --help.');
    const server = { url: serverOf(options, context), key };
    return withTill(context, server, async (client): Promise<CommandResult> => {
      const till = tillOf(client, context);
      const me = await till.me();
      if (!me.ok) return me satisfies { readonly error: Failure };
      const { currency } = me.value.utility;
      return command.run({ till, lines: file.value, currency, context }, options);
    });
  },
});

const noKey = (): Result<never, Failure> =>
  err({
    exitCode: 1,
    code: 'credentials',
    message: 'no key of a till',
    advice: 'Set PREWATT_TILL_KEY to a key of the vendor who pays (pwv_…).',
  });
