// `prewatt rails check`: case files through the very functions of packages/rails that the server
// uses. One line a file, then what failed with what was expected and what came.

import { type CaseFailure, checkCases } from '@prewatt/rails/cases';
import type { CommandContext, CommandResult, Options, OptionTable } from '../command.ts';

/** One command of the group. */
export type RailsCommand = {
  readonly summary: string;
  readonly help: string;
  readonly options: OptionTable;
  readonly run: (options: Options, context: CommandContext) => CommandResult;
};

type Report = {
  readonly file: string;
  readonly passed: number;
  readonly failed: number;
  readonly failures: readonly CaseFailure[];
};

const usage = 'prewatt rails check FILE...';

function run(files: readonly string[], context: CommandContext): CommandResult {
  if (files.length === 0) {
    const message = 'no file to check';
    return { ok: false, error: { exitCode: 2, code: 'files', message, advice: usage } };
  }
  const reports = files.map((file): Report => {
    const { passed, failures } = checkCases(context.readFile(file));
    return { file, passed, failed: failures.length, failures };
  });
  const lines = reports.flatMap((report) => [
    `${report.file}: ${report.passed} passed, ${report.failed} failed`,
    ...report.failures.flatMap(({ id, misses }) =>
      misses.map(
        ({ path, expected, got }) =>
          `  ${id}: ${path}: expected ${shown(expected)}, got ${shown(got)}`,
      ),
    ),
  ]);
  const failed = reports.some((report) => report.failed > 0);
  return { ok: true, value: { lines, json: { files: reports }, failed } };
}

const shown = (value: unknown): string =>
  value === undefined
    ? 'nothing'
    : JSON.stringify(value, (_, one) => (typeof one === 'bigint' ? Number(one) : one));

export const checkCommand: RailsCommand = {
  summary: 'run case files of notifications, signatures, answers, receipts and statements',
  help: `${usage}

Runs each case of the files (formats rails-cases-1 and rails-holdout-1) through the code that reads
the same bytes in the server, and prints "FILE: N passed, M failed"; below it each failed case with
what was expected and what came. Exit code 1 when anything failed.
The form of a case: packages/rails/test/vectors/README.md
`,
  options: {},
  run: (options, context) => run(options.positionals, context),
};
