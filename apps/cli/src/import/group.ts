// `prewatt import`: sends a file to the server and follows what becomes of its rows.

import {
  type ImportJson,
  type ImportRowJson,
  type ImportRowPage,
  importApi,
  importKinds,
  pathOf,
} from '@prewatt/api';
import type { Result } from '@prewatt/quantities';
import { countText } from '@prewatt/quantities';
import {
  type CommandContext,
  type CommandGroup,
  type CommandResult,
  type Failure,
  type Options,
  parseOptions,
  printResult,
  usageError,
} from '../command.ts';
import { defaultServer, type HttpClient, serverOf, withServer } from '../http-client.ts';

import { untilDone } from '../watch.ts';

const help = `prewatt import: connections, arrears, opening balances and the network from CSV files

  prewatt import FILE --kind ${importKinds.join('|')} [--dry-run] [--watch]
  prewatt import status ID    how far it is
  prewatt import rows ID      what was refused, and what to write instead
  prewatt import cancel ID    stops it; what was written stays
  prewatt import resume ID    goes on, or tries refused rows again

  --dry-run      say what would happen, write nothing
  --watch        wait until it is done; exit code 1 when a row was refused
  --server URL   when left out PREWATT_SERVER, else ${defaultServer}
  --json         one JSON value

PREWATT_OPERATOR_EMAIL, PREWATT_OPERATOR_PASSWORD and, with a second factor,
PREWATT_OPERATOR_CODE sign in; without them you are asked. The columns of each kind: docs/operating/import.md
`;

const rowsShown = 20;

type Run = {
  readonly client: HttpClient;
  readonly context: CommandContext;
  readonly options: Options;
};

/** Runs `prewatt import`. */
export const importGroup: CommandGroup = async (args, context) => {
  if (args.length === 0 || args.includes('--help') || args[0] === 'help') {
    context.print(help);
    return args.length === 0 ? 2 : 0;
  }
  const options = parseOptions(args, {
    kind: 'text',
    server: 'text',
    'dry-run': 'flag',
    watch: 'flag',
    json: 'flag',
  });
  if (typeof options === 'string') return usageError(context, options, 'prewatt import --help');
  const work = workOf(options);
  if (typeof work === 'string') return usageError(context, work, 'prewatt import --help');
  const result = await withServer(context, serverOf(options, context), (client) =>
    work({ client, context, options }),
  );
  return printResult(result, context, options.flag('json'));
};

type Work = (run: Run) => Promise<CommandResult>;

/** What the line asks for, or what is wrong with it. */
function workOf(options: Options): Work | string {
  const [first, id, ...others] = options.positionals;
  if (first === undefined || others.length > 0) return 'name one file';
  const actions: Readonly<Record<string, (id: string) => Work>> = {
    status: (given) => async (run) => {
      const found = await read(run.client, given);
      return found.ok ? follow(run, found.value) : found;
    },
    rows: (given) => (run) => refusedRows(run, given),
    cancel: (given) => async (run) => {
      const cancelled = await changeImport(run, given, 'cancel');
      return cancelled.ok ? answerOf(cancelled.value, []) : cancelled;
    },
    resume: (given) => async (run) => {
      const resumed = await changeImport(run, given, 'resume');
      return resumed.ok ? follow(run, resumed.value) : resumed;
    },
  };
  const action = Object.hasOwn(actions, first) ? actions[first] : undefined;
  if (action !== undefined) {
    return id === undefined ? `name the import: prewatt import ${first} ID` : action(id);
  }
  if (id !== undefined) return 'name one file';
  const kind = options.text('kind') ?? '';
  if (!importKinds.some((each) => each === kind))
    return `--kind is one of ${importKinds.join(', ')}`;
  return (run) => sendFile(run, first, kind);
}

async function sendFile(run: Run, path: string, kind: string): Promise<CommandResult> {
  const { client, context, options } = run;
  const file = await context.openFile(path).catch(() => null);
  if (file === null) {
    const message = `${path} cannot be read`;
    return { ok: false, error: { exitCode: 1, code: 'file', message } };
  }
  const query = {
    kind,
    dryRun: options.flag('dry-run'),
    fileName: (path.split(/[/\\]/).at(-1) ?? path).slice(0, 200),
  };
  const answer = await client.request(pathOf(importApi.send, { query }), {
    method: 'POST',
    headers: { 'content-type': 'text/csv' },
    body: file,
  });
  if (!answer.ok) return answer;
  const sent = importApi.send.answer.parse(await answer.value.json());
  if (answer.value.status === 200)
    context.printError('This file was sent before; this is its import.\n');
  return follow(run, sent);
}

const read = (client: HttpClient, id: string): Promise<Result<ImportJson, Failure>> =>
  client.call(importApi.detail, { id });

const changeImport = (
  { client }: Run,
  id: string,
  action: 'cancel' | 'resume',
): Promise<Result<ImportJson, Failure>> => client.call(importApi[action], { id });

/** The answer about an import; with --watch once it is done, with what was refused. */
async function follow(run: Run, from: ImportJson): Promise<CommandResult> {
  if (!run.options.flag('watch')) return answerOf(from, []);
  // Told first: whoever loses sight of it asks by this name.
  run.context.printError(`${from.importId}\n`);
  const done = await untilDone(run.context, {
    from,
    read: () => read(run.client, from.importId),
    isDone: ({ state }) => state !== 'queued' && state !== 'running',
    say: countsOf,
  });
  if (!done.ok) return done;
  const now = done.value;
  if (now.rows.refused === 0) return answerOf(now, []);
  const input = { id: now.importId, query: { outcome: 'refused' } };
  const refused = await run.client.call(importApi.rows, input);
  return refused.ok ? answerOf(now, refused.value.rows) : refused;
}

async function refusedRows({ client }: Run, id: string): Promise<CommandResult> {
  const rows: ImportRowJson[] = [];
  let cursor: string | null = '0';
  while (cursor !== null) {
    const query: object = { outcome: 'refused', cursor };
    const page: Result<ImportRowPage, Failure> = await client.call(importApi.rows, { id, query });
    if (!page.ok) return page;
    rows.push(...page.value.rows);
    cursor = page.value.nextCursor;
  }
  const lines = rows.length === 0 ? ['no row was refused'] : rows.flatMap(linesOfRow);
  return { ok: true, value: { lines, json: rows } };
}

const linesOfRow = (row: ImportRowJson): string[] =>
  row.faults.map(({ column, found, message, advice }) => {
    const where = [`line ${row.line}`, ...(column === null ? [] : [column])].join(', ');
    return `${where}: ${found === null ? '' : `"${found}": `}${message}. ${advice}`;
  });

function countsOf({ rows, dryRun }: ImportJson): string {
  const done = rows.total - rows.waiting;
  const created = dryRun ? 'would be created' : 'created';
  return `${done} of ${countText(rows.total, 'row')}: ${rows.created} ${created}, ${rows.unchanged} there already, ${rows.refused} refused`;
}

function answerOf(status: ImportJson, refused: readonly ImportRowJson[]): CommandResult {
  const shown = refused.slice(0, rowsShown).flatMap(linesOfRow);
  const more = status.rows.refused - Math.min(refused.length, rowsShown);
  const lines = [
    `${status.importId}: ${status.state}${status.dryRun ? ' (dry run)' : ''}`,
    ...(status.state === 'awaiting'
      ? ['it waits for approval by a second person: prewatt approval list']
      : []),
    countsOf(status),
    ...shown,
    ...(refused.length > 0 && more > 0
      ? [`and ${more} more: prewatt import rows ${status.importId}`]
      : []),
  ];
  const failed = status.state === 'done' && status.rows.refused > 0;
  return { ok: true, value: { lines, json: { ...status, refused }, failed } };
}
