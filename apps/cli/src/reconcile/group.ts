// `prewatt reconcile`: files of a provider or a bank to the server, and the list of what differs.

import {
  type DifferenceRow,
  differenceStates,
  reconciliationApi,
  reconciliationKindSchema,
} from '@prewatt/api';
import { err, ok, type Result } from '@prewatt/quantities';
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
  prewatt reconcile list [--state open|explained|closed|all]
  prewatt reconcile explain|close|reopen DIFFERENCE --reason TEXT
  prewatt reconcile fees

A settlement names payments by the provider's reference, a bank statement names the batches in which
the provider pays out. The mapping says which column is which; docs/operating/reconciliation.md has
both. A file is imported whole or not at all; the same file again changes nothing. What providers
kept of our payments, as their settlements say, is booked; \`fees\` adds it up by provider and month.

${serverHelp}`;

const importCommand: ServerCommand = {
  options: { mapping: 'text', kind: 'text' },
  positionals: ['FILE'],
  required: ['mapping', 'kind'],
  prepare: (options, context) => {
    const [path = ''] = options.positionals;
    const mappingPath = options.text('mapping') ?? '';
    const kind = reconciliationKindSchema.safeParse(options.text('kind'));
    if (!kind.success) return wrongOption('--kind is settlement or bank');
    const content = readText(context, path);
    const mappingText = readText(context, mappingPath);
    if (content === null) return unreadable('file', `cannot read ${path}`);
    if (mappingText === null) return unreadable('mapping', `cannot read ${mappingPath}`);
    const mapping = parseJson(mappingText);
    if (!mapping.ok) return unreadable('mapping', `no JSON in ${mappingPath}: ${mapping.error}`);
    const name = path.split(/[\\/]/).at(-1) ?? path;
    return {
      run: async (client) => {
        const body = { kind: kind.data, name, mapping: mapping.value, content };
        const imported = await client.call(reconciliationApi.importFile, { body });
        if (!imported.ok) return imported;
        const { isNew, rows, newRows, found, settled } = imported.value;
        const known = isNew ? '' : 'imported before, nothing changed; at that time ';
        const counts = `${countOf(rows, 'row')}, ${newRows} new`;
        const line = `${name}: ${known}${counts}; ${countOf(found, 'difference')} found, ${settled} settled`;
        return { ok: true, value: { lines: [line], json: imported.value } };
      },
    };
  },
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
          countOf(payments, 'payment').padStart(14),
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
    countOf(row.ageDays, 'day').padStart(9),
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

const countOf = (count: number, one: string): string => `${count} ${one}${count === 1 ? '' : 's'}`;

function parseJson(text: string): Result<unknown, string> {
  try {
    return ok(JSON.parse(text.replace(/^\uFEFF/, '')));
  } catch (error) {
    return err((error as Error).message);
  }
}
