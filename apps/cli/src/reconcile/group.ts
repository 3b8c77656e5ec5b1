// `prewatt reconcile`: files of a provider or a bank to the server, and the list of what differs.

import {
  type DifferenceRow,
  differenceStates,
  type ReconciliationKind,
  reconciliationApi,
  reconciliationKindSchema,
} from '@prewatt/api';
import { countText, err, ok, type Result } from '@prewatt/quantities';
import type { Failure } from '../command.ts';
import type { HttpClient } from '../http-client.ts';
import {
  createServerGroup,
  type Prepared,
  readText,
  type ServerCommand,
  serverHelp,
  wrongOption,
} from '../server-group.ts';
import { allRows, type Utility } from '../utility.ts';

const help = `prewatt reconcile: payments against the files of others

  prewatt reconcile import FILE --mapping MAPPING.json --kind settlement|bank
  prewatt reconcile import FILE --provider NAME --kind settlement|bank
  prewatt reconcile mappings
  prewatt reconcile list [--state open|explained|closed|all]
  prewatt reconcile explain|close|reopen DIFFERENCE --reason TEXT
  prewatt reconcile fees

A settlement names payments by the provider's reference, a bank statement names the batches in which
the provider pays out. The mapping says which column is which; docs/operating/reconciliation.md has
both. With --provider the file is read as the last one of this provider was, or by the built-in
mapping; \`mappings\` prints what is known, to be kept and changed. A file is imported whole or not at all; the same file again changes nothing. What providers
kept of our payments, as their settlements say, is booked; \`fees\` adds it up by provider and month.

${serverHelp}`;

const importCommand: ServerCommand = {
  options: { mapping: 'text', provider: 'text', kind: 'text' },
  positionals: ['FILE'],
  required: ['kind'],
  prepare: (options, context) => {
    const [path = ''] = options.positionals;
    const kind = reconciliationKindSchema.safeParse(options.text('kind'));
    if (!kind.success) return wrongOption('--kind is settlement or bank');
    const content = readText(context, path);
    if (content === null) return unreadable('file', `cannot read ${path}`);
    const mappingPath = options.text('mapping');
    const provider = options.text('provider');
    if ((mappingPath === undefined) === (provider === undefined)) {
      return wrongOption('give --mapping or --provider');
    }
    let given: unknown = null;
    if (mappingPath !== undefined) {
      const mappingText = readText(context, mappingPath);
      if (mappingText === null) return unreadable('mapping', `cannot read ${mappingPath}`);
      const mapping = parseJson(mappingText);
      if (!mapping.ok) return unreadable('mapping', `no JSON in ${mappingPath}: ${mapping.error}`);
      given = mapping.value;
    }
    const name = path.split(/[\\/]/).at(-1) ?? path;
    return {
      run: async (client) => {
        const known =
          provider === undefined ? ok(given) : await knownMapping(client, kind.data, provider);
        if (!known.ok) return known;
        const body = { kind: kind.data, name, mapping: known.value, content };
        const imported = await client.call(reconciliationApi.importFile, { body });
        if (!imported.ok) return imported;
        const { isNew, rows, newRows, found, settled } = imported.value;
        const before = isNew ? '' : 'imported before, nothing changed; at that time ';
        const counts = `${countText(rows, 'row')}, ${newRows} new`;
        const line = `${name}: ${before}${counts}; ${countText(found, 'difference')} found, ${settled} settled`;
        return { ok: true, value: { lines: [line], json: imported.value } };
      },
    };
  },
};

/** How the last file of a provider was read, or the built-in mapping. */
async function knownMapping(
  client: HttpClient,
  kind: ReconciliationKind,
  provider: string,
): Promise<Result<unknown, Failure>> {
  const known = await client.call(reconciliationApi.mappings);
  if (!known.ok) return known;
  const found = known.value.rows.find((row) => row.kind === kind && row.provider === provider);
  if (found !== undefined) return ok(found.mapping);
  const message = `no ${kind} of "${provider}" was read before and none is built in: give --mapping`;
  return err({ exitCode: 1, code: 'mapping', message });
}

const mappingsCommand: ServerCommand = {
  options: {},
  positionals: [],
  required: [],
  prepare: () => ({
    run: async (client) => {
      const known = await client.call(reconciliationApi.mappings);
      if (!known.ok) return known;
      const lines = known.value.rows.flatMap(({ kind, provider, label, mapping }) => [
        `${kind} of ${provider}: ${label}`,
        JSON.stringify(mapping, null, 2),
      ]);
      return { ok: true, value: { lines, json: known.value } };
    },
  }),
};

const unreadable = (code: string, message: string): Prepared => ({
  failed: { exitCode: 1, code, message },
});

const listCommand: ServerCommand = {
  options: { state: 'text' },
  positionals: [],
  required: [],
  prepare: (options) => {
    const state = options.text('state') ?? 'open';
    if (![...differenceStates, 'all'].includes(state)) {
      return wrongOption('--state is open, explained, closed or all');
    }
    return {
      run: async (client, utility) => {
        const list = { input: { query: { state } } };
        const rows = await allRows(client, reconciliationApi.differences, list);
        if (!rows.ok) return rows;
        const lines = rows.value.map((row) => lineOf(row, utility));
        if (lines.length === 0) lines.push(noneLabels[state] ?? 'nothing differs');
        return { ok: true, value: { lines, json: { rows: rows.value } } };
      },
    };
  },
};

const noneLabels: Readonly<Record<string, string>> = {
  open: 'nothing differs in the files that were imported',
  all: 'nothing differed in the files that were imported',
  explained: 'none is explained',
  closed: 'none is closed',
};

const noteCommand = (state: DifferenceRow['state']): ServerCommand => ({
  options: { reason: 'text' },
  positionals: ['DIFFERENCE'],
  required: ['reason'],
  prepare: (options) => ({
    run: async (client, utility) => {
      const body = { state, why: options.text('reason') };
      const input = { id: options.positionals[0] ?? '', body };
      const noted = await client.call(reconciliationApi.note, input);
      if (!noted.ok) return noted;
      return { ok: true, value: { lines: [lineOf(noted.value, utility)], json: noted.value } };
    },
  }),
});

const feesCommand: ServerCommand = {
  options: {},
  positionals: [],
  required: [],
  prepare: () => ({
    run: async (client, { money }) => {
      const rows = await allRows(client, reconciliationApi.fees, {});
      if (!rows.ok) return rows;
      const lines = rows.value.map(({ month, provider, payments, feeMinor, corrected }) =>
        [
          month,
          provider.padEnd(12),
          countText(payments, 'payment').padStart(14),
          money(feeMinor).padStart(16),
          ...(corrected === 0 ? [] : [`${corrected} corrected`]),
        ].join('  '),
      );
      if (lines.length === 0) lines.push('no settlement has told a fee of a payment');
      return { ok: true, value: { lines, json: { rows: rows.value } } };
    },
  }),
};

/** Runs `prewatt reconcile ...`. */
export const reconcileGroup = createServerGroup({
  name: 'reconcile',
  help,
  commands: {
    import: importCommand,
    list: listCommand,
    explain: noteCommand('explained'),
    close: noteCommand('closed'),
    reopen: noteCommand('open'),
    fees: feesCommand,
    mappings: mappingsCommand,
  },
});

const whatLabels: Record<DifferenceRow['what'], string> = {
  missingHere: 'missing here',
  missingThere: 'missing there',
  amountDiffers: 'amount differs',
  duplicate: 'duplicate',
};

/** One line: age, what differs, both amounts, state, id, last reason. */
function lineOf(row: DifferenceRow, { money }: Utility): string {
  const why = row.notes.at(-1)?.why;
  return [
    countText(row.ageDays, 'day').padStart(9),
    row.provider.padEnd(8),
    row.kind.padEnd(10),
    whatLabels[row.what].padEnd(14),
    row.reference.padEnd(20),
    `ours ${row.oursMinor === null ? '-' : money(row.oursMinor)}`,
    `theirs ${row.theirsMinor === null ? '-' : money(row.theirsMinor)}`,
    row.state,
    row.differenceId,
    ...(why === undefined ? [] : [why]),
  ].join('  ');
}

function parseJson(text: string): Result<unknown, string> {
  try {
    return ok(JSON.parse(text.replace(/^\uFEFF/, '')));
  } catch (error) {
    return err((error as Error).message);
  }
}
