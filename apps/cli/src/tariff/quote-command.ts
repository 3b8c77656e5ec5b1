// `prewatt tariff quote`: what an amount buys, or what an energy costs, line by line.

import { positionToJson } from '@prewatt/tariff';
import type { CommandContext, CommandResult, Options } from '../command.ts';
import { purchaseHelp, purchaseOptions, quoteLines, quoteOf } from './purchase.ts';
import { noTariff, readTariff } from './read-tariff.ts';
import type { TariffCommand } from './tariff-command.ts';

function run(options: Options, context: CommandContext): CommandResult {
  const [file, ...others] = options.positionals;
  if (file === undefined || others.length > 0) {
    const message = 'name one tariff document';
    return { ok: false, error: { exitCode: 2, code: 'file', message, advice: usage } };
  }
  const tariff = readTariff(context, file);
  if (!tariff.ok) return noTariff(file, tariff.error);
  const quote = quoteOf(tariff.value, { options, context });
  if (!quote.ok) return quote;
  const json = { ...quote.value, positionAfter: positionToJson(quote.value.positionAfter) };
  return { ok: true, value: { lines: quoteLines(quote.value), json } };
}

const usage = 'prewatt tariff quote FILE --paid AMOUNT | --kwh ENERGY [options]';

export const quoteCommand: TariffCommand = {
  summary: 'what an amount buys, or what an energy costs',
  help: `${usage}\n\n${purchaseHelp}`,
  options: purchaseOptions,
  run,
};
