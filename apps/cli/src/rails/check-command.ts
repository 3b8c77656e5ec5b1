// `prewatt rails check`: case files through the very functions of packages/rails that the server
// uses. One line a file, then what failed with what was expected and what came.

import { type CaseFailure, checkCases, isOfOtherKind } from '@prewatt/rails/cases';
import type { CommandContext, CommandResult, Options, OptionTable } from '../command.ts';
import { inspected } from '../setup/doctor.ts';

/** One command of the group. */
export type RailsCommand = {
  readonly positionals?: readonly string[];
  readonly summary: string;
  readonly help: string;
  readonly options: OptionTable;
  readonly run: (
    options: Options,
    context: CommandContext,
  ) => CommandResult | Promise<CommandResult>;
};

type Report = {
  readonly file: string;
  readonly passed: number;
  readonly failed: number;
  readonly failures: readonly CaseFailure[];
};

const usage = 'prewatt rails check FILE...';
const usageLive = 'prewatt rails check [--live] [--env-file FILE] [--show-secrets]';

const wrong = (message: string): CommandResult => ({
  ok: false,
  error: { exitCode: 2, code: 'files', message, advice: `${usage}\n${usageLive}` },
});

/** Files, or without any the rails of this installation. */
async function run(options: Options, context: CommandContext): Promise<CommandResult> {
  const files = options.positionals;
  const isLive = options.flag('live') || options.text('env-file') !== undefined;
  if (files.length > 0) {
    return isLive || options.flag('show-secrets')
      ? wrong('--live, --env-file and --show-secrets take no files')
      : runFiles(files, context);
  }
  if (!isLive && context.environment['PREWATT_SECRETS_FILE'] === undefined) {
    return wrong('no file to check, and no configuration of a server in this shell');
  }
  const { inspectRails } = await import('@prewatt/server/doctor');
  const showsSecrets = options.flag('show-secrets');
  return inspected(options, context, (environment) => inspectRails(environment, { showsSecrets }));
}

function runFiles(files: readonly string[], context: CommandContext): CommandResult {
  const texts = files.map((file) => ({ file, text: context.readFile(file) }));
  const skipped = texts.filter(({ text }) => isOfOtherKind(text)).map(({ file }) => file);
  const reports = texts
    .filter(({ file }) => !skipped.includes(file))
    .map(({ file, text }): Report => {
      const { passed, failures } = checkCases(text);
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
  lines.push(...skipped.map((file) => `${file}: skipped, it is no case file`));
  if (reports.length === 0) lines.push('No case was run.');
  const failed = reports.length === 0 || reports.some((report) => report.failed > 0);
  return { ok: true, value: { lines, json: { files: reports, skipped }, failed } };
}

const shown = (value: unknown): string =>
  value === undefined
    ? 'nothing'
    : JSON.stringify(value, (_, one) => (typeof one === 'bigint' ? Number(one) : one));

export const checkCommand: RailsCommand = {
  summary: 'case files of the rails’ formats, or the providers and gateways of this installation',
  help: `  ${usage}
  ${usageLive}

Runs each case of the files (formats rails-cases-1 and rails-holdout-1) through the code that reads
the same bytes in the server, and prints "FILE: N passed, M failed"; below it each failed case with
what was expected and what came. JSON that holds no cases (a description beside them) is skipped.
Exit code 1 when anything failed, or nothing was run.
The form of a case: packages/rails/test/vectors/README.md

Without a file (or with --live): are the payment providers and message gateways that the server's
configuration names ready? No money moves and no message goes. Looks at the mode of the secrets
file, prints each address that is to be registered at a provider or gateway, asks each of them
whether it takes our credentials, and compares this machine's clock with theirs; of each fault it
says what to do. The same checks are part of prewatt doctor. Run it as the account of the server.

  --live           even where no file is named
  --env-file FILE  the server's environment, as for prewatt doctor; this shell's when left out
  --show-secrets   the addresses with their secrets, to be copied into a portal
`,
  options: { live: 'flag', 'env-file': 'text', 'show-secrets': 'flag' },
  run,
};
