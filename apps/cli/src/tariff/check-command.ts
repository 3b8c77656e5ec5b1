// `prewatt tariff check`: reads documents and runs their worked examples. A document that cannot be
// read has none that were run; an example with "gate": false is reported and not counted.

import {
  exampleLines,
  runExamples,
  smallSharesIn,
  type Tariff,
  unreachableIn,
} from '@prewatt/tariff';
import type { CommandContext, CommandResult } from '../command.ts';
import { readTariff } from './read-tariff.ts';
import type { TariffCommand } from './tariff-command.ts';

type Report = {
  readonly file: string;
  /** Mistakes of a document that cannot be read; none of its examples was run. */
  readonly errors: number;
  readonly passed: number;
  readonly failed: number;
  readonly misses: readonly { readonly example: string | null; readonly miss: string }[];
  readonly notes: readonly string[];
};

function checkFile(context: CommandContext, file: string): Report {
  const tariff = readTariff(context, file);
  if (!tariff.ok) {
    const misses = tariff.error.map((miss) => ({ example: null, miss }));
    return { file, errors: misses.length, passed: 0, failed: 0, misses, notes: [] };
  }
  const results = runExamples(tariff.value);
  const counted = results.filter((result) => result.gate);
  const failed = counted.filter((result) => result.misses.length > 0);
  return {
    file,
    errors: 0,
    passed: counted.length - failed.length,
    failed: failed.length,
    misses: failed.flatMap((result) => result.misses.map((miss) => ({ example: result.id, miss }))),
    notes: [
      ...failed.flatMap((result) => computedNote(tariff.value, result.id)),
      ...[...unreachableIn(tariff.value), ...smallSharesIn(tariff.value)].map(
        ({ path, message }) => `warning: ${path}: ${message}`,
      ),
      ...(results.length === 0 ? ['no worked examples: nothing proves it'] : []),
      ...results
        .filter((result) => !result.gate)
        .map((result) => `${result.id}: ${result.misses.join('; ') || 'holds'} (not counted)`),
    ],
  };
}

/** What a missed example comes to here, so that the difference can be looked for. */
function computedNote(tariff: Tariff, id: string): string[] {
  const lines = exampleLines(tariff, id);
  return lines === '' ? [] : [`${id}: comes to ${lines}`];
}

function run(files: readonly string[], context: CommandContext): CommandResult {
  if (files.length === 0) {
    const message = 'no file to check';
    return { ok: false, error: { exitCode: 2, code: 'files', message, advice: usage } };
  }
  const reports = files.map((file) => checkFile(context, file));
  const lines = reports.flatMap((report) => [
    ...report.misses.map(
      ({ example, miss }) => `${report.file}: ${example === null ? '' : `${example}: `}${miss}`,
    ),
    ...report.notes.map((note) => `${report.file}: ${note}`),
    `${report.file}: ${summaryOf(report)}`,
  ]);
  const failed = reports.some((report) => report.failed + report.errors > 0);
  return { ok: true, value: { lines, json: { files: reports }, failed } };
}

function summaryOf({ errors, passed, failed }: Report): string {
  if (errors === 0) return `${passed} passed, ${failed} failed`;
  return `${errors === 1 ? '1 error' : `${errors} errors`}; no example was run`;
}

const usage = 'prewatt tariff check FILE...';

export const checkCommand: TariffCommand = {
  summary: 'check documents and run their worked examples',
  help: `${usage}

Prints each miss, then "FILE: N passed, M failed" for each file. Exit code 1 when anything failed.
Warns of schedules and blocks that can never price anything, and of shares below one per cent; a
warning is no failure.
A document with errors ends with their number instead, since no example can be run; each error says
where it is and what to write instead.
`,
  options: {},
  run: (options, context) => run(options.positionals, context),
};
