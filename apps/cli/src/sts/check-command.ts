// `prewatt sts check FILE...`: test vectors against this implementation. A file that cannot be read
// or is in another format counts as a failure.

import { checkVectors, type VectorFailure, type VectorReport } from '@prewatt/sts/vectors';
import type { CommandContext } from '../command.ts';
import type { StsCommand, StsResult } from './sts-command.ts';
import { failure, printable, shown } from './usage.ts';

type FileReport = { readonly file: string; readonly report: VectorReport | string };

function checkFile(path: string, context: CommandContext): FileReport {
  const file = shown(path);
  let text: string;
  try {
    text = context.readFile(path);
  } catch {
    return { file, report: 'cannot be read' };
  }
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return { file, report: 'is not JSON' };
  }
  return { file, report: checkVectors(parsed) };
}

function failureLines(failure: VectorFailure): string[] {
  const head = `  ${failure.id} (${failure.algorithm})`;
  if (failure.isUnknown) return [`${head}: unknown algorithm "${failure.algorithm}"`];
  return failure.findings.map(
    ({ what, expected, actual }) => `${head} ${what}: expected ${expected}, actual ${actual}`,
  );
}

function linesOf({ file, report }: FileReport): string[] {
  if (typeof report === 'string') return [`${file}: 0 passed, 1 failed`, `  the file ${report}`];
  const summary = `${file}: ${report.passed} passed, ${report.failures.length} failed`;
  return [summary, ...report.failures.flatMap(failureLines).map(printable)];
}

const hasFailed = ({ report }: FileReport): boolean =>
  typeof report === 'string' || report.failures.length > 0;

function run(files: readonly string[], context: CommandContext): StsResult {
  if (files.length === 0)
    return failure(2, 'file', 'no file to check', 'prewatt sts check FILE...');
  const reports = files.map((file) => checkFile(file, context));
  const json = reports.map(({ file, report }) =>
    typeof report === 'string' ? { file, error: report } : { file, ...report },
  );
  const failed = reports.some(hasFailed);
  return { ok: true, value: { lines: reports.flatMap(linesOf), json, failed } };
}

export const checkCommand: StsCommand = {
  summary: 'check files of test vectors ("sts-vectors-1")',
  help: `prewatt sts check FILE...

Computes every value of every vector again. Prints "FILE: N passed, M failed" and each difference,
control characters as \\xNN. Exit code 1 when anything failed, a value is stated that nothing
computes, the count is not the number of vectors, or an algorithm is unknown.
`,
  options: {},
  run: (options, context) => run(options.positionals, context),
};
