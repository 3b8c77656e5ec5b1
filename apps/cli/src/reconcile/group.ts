// `prewatt reconcile`: files of a provider or a bank to the server, and the list of what differs.

import {
  type DifferenceRow,
  differencePageSchema,
  differenceRowSchema,
  differenceStates,
  reconciliationImportSchema,
  reconciliationKindSchema,
} from '@prewatt/api';
import {
  type CommandContext,
  type CommandGroup,
  type CommandResult,
  type Options,
  type OptionTable,
  parseOptions,
  printResult,
  refused,
  usageError,
} from '../command.ts';
import { defaultServer, type HttpClient, withServer } from '../http-client.ts';

const help = `prewatt reconcile: payments against the files of others

  prewatt reconcile import FILE --mapping MAPPING.json --kind settlement|bank
  prewatt reconcile list [--state open|explained|closed|all]
  prewatt reconcile explain|close|reopen DIFFERENCE --why TEXT

A settlement names payments by the provider's reference, a bank statement names the batches in which
the provider pays out. The mapping says which column is which; docs/operating/reconciliation.md has
both. A file is imported whole or not at all; the same file again changes nothing.

  --server URL   the server's address; ${defaultServer} when left out
  --json         one JSON value

Signs in as an operator: PREWATT_OPERATOR_EMAIL and PREWATT_OPERATOR_PASSWORD, or a prompt.
`;

const filesPath = '/api/operator/reconciliation/files';
const differencesPath = '/api/operator/reconciliation/differences';

type Act = (client: HttpClient) => Promise<CommandResult>;
/** Reads the command line and the files it names; what is left is for the server. */
type Command = {
  readonly options: OptionTable;
  readonly prepare: (
    options: Options,
    context: CommandContext,
  ) => { readonly act: Act } | { readonly usage: string } | { readonly failed: CommandResult };
};

const importCommand: Command = {
  options: { mapping: 'text', kind: 'text' },
  prepare: (options, context) => {
    const [path, ...more] = options.positionals;
    const mappingPath = options.text('mapping');
    const kind = reconciliationKindSchema.safeParse(options.text('kind'));
    if (path === undefined || more.length > 0) return { usage: 'name one file' };
    if (mappingPath === undefined) return { usage: '--mapping is missing' };
    if (!kind.success) return { usage: '--kind is settlement or bank' };
    const content = readText(context, path);
    const mapping = parseJson(readText(context, mappingPath));
    if (content === null) return { failed: refused('file', `cannot read ${path}`) };
    if (mapping === null) return { failed: refused('mapping', `no JSON in ${mappingPath}`) };
    const name = path.split(/[\\/]/).at(-1) ?? path;
    const act: Act = async (client) => {
      const body = { kind: kind.data, name, mapping, content };
      const imported = await client.post(filesPath, body, reconciliationImportSchema);
      if (!imported.ok) return imported;
      const { isNew, rows, newRows, found, settled } = imported.value;
      const known = isNew ? '' : ' (imported before)';
      const counts = `${countOf(rows, 'row')}, ${newRows} new`;
      const line = `${name}: ${counts}; ${countOf(found, 'difference')} found, ${settled} settled${known}`;
      return { ok: true, value: { lines: [line], json: imported.value } };
    };
    return { act };
  },
};

const listCommand: Command = {
  options: { state: 'text' },
  prepare: (options) => {
    const state = options.text('state') ?? 'open';
    if (![...differenceStates, 'all'].includes(state)) {
      return { usage: '--state is open, explained, closed or all' };
    }
    const act: Act = async (client) => {
      const rows: DifferenceRow[] = [];
      let cursor: string | null = null;
      do {
        const query = new URLSearchParams({ state, ...(cursor === null ? {} : { cursor }) });
        const page = await client.get(`${differencesPath}?${query}`, differencePageSchema);
        if (!page.ok) return page;
        rows.push(...page.value.rows);
        cursor = page.value.nextCursor;
      } while (cursor !== null);
      const lines = rows.length === 0 ? ['nothing differs'] : rows.map(lineOf);
      return { ok: true, value: { lines, json: { rows } } };
    };
    return { act };
  },
};

const noteCommand = (state: DifferenceRow['state']): Command => ({
  options: { why: 'text' },
  prepare: (options) => {
    const [id, ...more] = options.positionals;
    const why = options.text('why');
    if (id === undefined || more.length > 0) return { usage: 'name one difference' };
    if (why === undefined) return { usage: '--why is missing' };
    const act: Act = async (client) => {
      const path = `${differencesPath}/${encodeURIComponent(id)}/notes`;
      const noted = await client.post(path, { state, why }, differenceRowSchema);
      if (!noted.ok) return noted;
      return { ok: true, value: { lines: [lineOf(noted.value)], json: noted.value } };
    };
    return { act };
  },
});

const commands: Readonly<Record<string, Command>> = {
  import: importCommand,
  list: listCommand,
  explain: noteCommand('explained'),
  close: noteCommand('closed'),
  reopen: noteCommand('open'),
};

/** Runs `prewatt reconcile ...`. */
export const reconcileGroup: CommandGroup = async (args, context) => {
  const [name, ...rest] = args;
  if (name === undefined || args.includes('--help') || name === 'help') {
    context.print(help);
    return name === undefined ? 2 : 0;
  }
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  const usage = (message: string) => usageError(context, message, 'prewatt reconcile --help');
  if (command === undefined) return usage(`no command "reconcile ${name}"`);
  const options = parseOptions(rest, { ...command.options, server: 'text', json: 'flag' });
  if (typeof options === 'string') return usage(options);
  const prepared = command.prepare(options, context);
  if ('usage' in prepared) return usage(prepared.usage);
  const result =
    'failed' in prepared
      ? prepared.failed
      : await withServer(context, options.text('server') ?? defaultServer, prepared.act);
  return printResult(result, context, options.flag('json'));
};

const whatWords: Record<DifferenceRow['what'], string> = {
  missingHere: 'missing here',
  missingThere: 'missing there',
  amountDiffers: 'amount differs',
  duplicate: 'duplicate',
};

/** One line: age, what differs, both amounts in minor units, state, id, last reason. */
function lineOf(row: DifferenceRow): string {
  const why = row.notes.at(-1)?.why;
  return [
    countOf(row.ageDays, 'day').padStart(9),
    row.kind.padEnd(10),
    whatWords[row.what].padEnd(14),
    row.reference.padEnd(20),
    `ours ${row.oursMinor ?? '-'}`,
    `theirs ${row.theirsMinor ?? '-'}`,
    row.state,
    row.differenceId,
    ...(why === undefined ? [] : [why]),
  ].join('  ');
}

const countOf = (count: number, one: string): string => `${count} ${one}${count === 1 ? '' : 's'}`;

function readText(context: CommandContext, path: string): string | null {
  try {
    return context.readFile(path);
  } catch {
    return null;
  }
}

function parseJson(text: string | null): unknown {
  try {
    return text === null ? null : JSON.parse(text);
  } catch {
    return null;
  }
}
