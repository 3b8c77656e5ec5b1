// `prewatt tariff explain`: why a purchase gave what it gave, against the purchase before it. The
// last purchase is quoted first, from the position that the options describe; the new one follows
// it.

import { explainChange, type Quote } from '@prewatt/tariff';
import type { CommandContext, CommandResult, Options } from '../command.ts';
import { purchaseHelp, purchaseOptions, quoteOf, remainderLines } from './purchase.ts';
import { noTariff, readTariff } from './read-tariff.ts';
import type { TariffCommand } from './tariff-command.ts';

function withOption(options: Options, name: string, value: string | undefined): Options {
  return { ...options, text: (asked) => (asked === name ? value : options.text(asked)) };
}

function run(options: Options, context: CommandContext): CommandResult {
  const [file, ...others] = options.positionals;
  if (file === undefined || others.length > 0) {
    const message = 'name one tariff document';
    return { ok: false, error: { exitCode: 2, code: 'file', message, advice: usage } };
  }
  const tariff = readTariff(context, file);
  if (!tariff.ok) return noTariff(file, tariff.error);
  const lastPaid = options.text('last-paid');
  if (lastPaid === undefined) {
    const quote = quoteOf(tariff.value, { options, context });
    if (!quote.ok) return quote;
    const lines = explanationsOf(quote.value);
    return { ok: true, value: { lines, json: { lines } } };
  }
  const lastDate = options.text('last-date') ?? options.text('date');
  // A debt that is new since the last purchase is said with --new-debt alone.
  const before = withOption(withOption(options, 'date', lastDate), 'kwh', undefined);
  const previous = quoteOf(tariff.value, { options: before, context, paid: lastPaid });
  if (!previous.ok) return previous;
  const newDebt = options.text('new-debt');
  const now = newDebt === undefined ? options : withOption(options, 'debt', newDebt);
  const position = previous.value.positionAfter;
  const next = quoteOf(tariff.value, { options: now, context, position });
  if (!next.ok) return next;
  const change = explainChange(previous.value, next.value);
  const lines = [...change, '', ...explanationsOf(next.value)];
  return { ok: true, value: { lines, json: { change, lines: lines.slice(change.length + 1) } } };
}

const explanationsOf = (quote: Quote): string[] => [
  ...quote.lines.map((line) => line.explanation),
  ...remainderLines(quote),
  ...(quote.cliff === undefined ? [] : [quote.cliff]),
];

const usage = 'prewatt tariff explain FILE --last-paid AMOUNT --paid AMOUNT [options]';

export const explainCommand: TariffCommand = {
  summary: 'why a purchase gave more or less than the last one',
  help: `${usage}

  --last-paid AMOUNT      the purchase before; without it only the new purchase is explained
  --last-date DAY         its day; the same day when left out
  --new-debt AMOUNT:SHARE a debt that came since then
${purchaseHelp}
--position and --month-to-date describe the month before the last purchase.
`,
  options: { ...purchaseOptions, 'last-paid': 'text', 'last-date': 'text', 'new-debt': 'text' },
  run,
};
