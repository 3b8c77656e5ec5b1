// `prewatt proof`: asks a server to check the laws over a utility's whole database, waits, and
// prints one line for each law. Exit code 1 when one does not hold.

import { type ProofLaw, type ProofRun, pathOf, proofApi } from '@prewatt/api';
import type { Result } from '@prewatt/quantities';
import {
  type CommandContext,
  type CommandGroup,
  type CommandResult,
  type Failure,
  parseOptions,
  printResult,
  usageError,
} from '../command.ts';
import { defaultServer, type HttpClient, serverOf, withServer } from '../http-client.ts';
import { faultOfForms, withWholeInstants } from '../option-forms.ts';
import { requestIdOf, signsInHelp, waits } from '../server-group.ts';

const pollMs = 500;
/** A run that moves no further for this long has no worker. */
const patienceMs = 600_000;

const help = `prewatt proof: the laws of a utility's books and tokens, checked

  prewatt proof [--server URL] [--json]
  prewatt proof clock --from INSTANT --to INSTANT --reason TEXT [--request-id ID]

Checks the laws over the database of your utility, token by token, and prints one line for each law,
with what breaks it below. The server does the work and keeps the result; it does the same by itself
every night. Progress goes to standard error. Exit code 1 when a law does not hold.

clock says that the server's clock was wrong then, such as 2026-11-24T08:00:00Z. For administrators;
once another one approves it, times of rows that it wrote break no law, and each run names both.

  --server URL   the server's address; when left out PREWATT_SERVER, else ${defaultServer}
  --json         the run as one JSON value

${signsInHelp}`;

/** Runs `prewatt proof`. */
export const proofGroup: CommandGroup = async (args, context) => {
  if (args.includes('--help')) {
    context.print(help);
    return 0;
  }
  if (args[0] === 'clock') return sayClock(args.slice(1), context);
  const options = parseOptions(args, { server: 'text', json: 'flag' });
  if (typeof options === 'string') return usageError(context, options, 'prewatt proof --help');
  if (options.positionals.length > 0) {
    return usageError(context, 'takes no arguments', 'prewatt proof --help');
  }
  const asJson = options.flag('json');
  const result = await prove(context, serverOf(options, context), asJson);
  return printResult(result, context, asJson);
};

async function sayClock(args: readonly string[], context: CommandContext): Promise<number> {
  const told = { from: 'text', to: 'text', reason: 'text', 'request-id': 'text' } as const;
  const typed = parseOptions(args, { server: 'text', json: 'flag', ...told });
  if (typeof typed === 'string') return usageError(context, typed, 'prewatt proof --help');
  const line = { options: told, forms: { from: 'instant', to: 'instant' } } as const;
  const fault = faultOfForms(line, typed);
  if (fault !== null) return usageError(context, fault, 'prewatt proof --help');
  const options = withWholeInstants(line, typed);
  const [from, to, reason] = [options.text('from'), options.text('to'), options.text('reason')];
  if (from === undefined || to === undefined || reason === undefined) {
    return usageError(context, 'clock needs --from, --to and --reason', 'prewatt proof --help');
  }
  const server = serverOf(options, context);
  const result = await withServer(context, server, async (client): Promise<CommandResult> => {
    const body = { requestId: requestIdOf(options, context), from, to, reason };
    const asked = await client.call(proofApi.clock, { body });
    return asked.ok ? waits(asked.value) : asked;
  });
  return printResult(result, context, options.flag('json'));
}

const prove = (context: CommandContext, server: string, quiet: boolean): Promise<CommandResult> =>
  withServer(context, server, async (client) => {
    const started = await client.call(proofApi.start);
    if (!started.ok) return started;
    const finished = await wait(context, { client, run: started.value, quiet });
    if (!finished.ok) return finished;
    const run = finished.value;
    const lines = (run.result?.laws ?? []).flatMap(linesOf);
    return { ok: true, value: { lines, json: run, failed: run.result?.holds !== true } };
  });

async function wait(
  context: CommandContext,
  o: { readonly client: HttpClient; readonly run: ProofRun; readonly quiet: boolean },
): Promise<Result<ProofRun, Failure>> {
  let { run } = o;
  let shown = -1;
  let movedAtMs = context.nowMs();
  while (run.result === null) {
    if (run.percentDone !== shown) {
      if (!o.quiet) context.printError(`proof: ${run.percentDone}%\n`);
      shown = run.percentDone;
      movedAtMs = context.nowMs();
    }
    if (context.nowMs() - movedAtMs > patienceMs) {
      const path = pathOf(proofApi.detail, { id: run.runId });
      const advice = `It goes on by itself: GET ${path} says when it is done.`;
      const message = `the run stands at ${run.percentDone}% for ten minutes`;
      return { ok: false, error: { exitCode: 1, code: 'noProgress', message, advice } };
    }
    await context.sleep(pollMs);
    const next = await o.client.call(proofApi.detail, { id: run.runId });
    if (!next.ok) return next;
    run = next.value;
  }
  return { ok: true, value: run };
}

/** "law 2 holds: paid = …; 1204 sales", and what breaks it, one line for each rule and row. */
function linesOf(law: ProofLaw): string[] {
  const checked = new Map<string, bigint>();
  for (const rule of law.rules) {
    const count = BigInt(rule.checked);
    if (count >= (checked.get(rule.of) ?? 0n)) checked.set(rule.of, count);
  }
  const counts = [...checked]
    .map(([of, count]) => `${count} ${count === 1n ? of.slice(0, -1) : of}`)
    .join(', ');
  const verdict = law.holds ? 'holds' : 'FAILS';
  const failed = law.holds ? '' : `, ${law.failed} failed`;
  return [
    `law ${law.law} ${verdict}: ${law.title}; ${counts}${failed}`,
    ...law.rules
      .filter((rule) => rule.failed !== '0' || rule.findings.length > 0)
      .flatMap((rule) => [
        `  ${rule.failed === '0' ? rule.checked : rule.failed} ${rule.broken}`,
        ...rule.findings.map(({ id, saleId, connectionId, detail }) =>
          ['   ', saleId ?? id, connectionId, detail].filter((part) => part !== null).join(' '),
        ),
      ]),
  ];
}
