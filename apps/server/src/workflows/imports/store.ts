// SQL of imports: the import, its chunks and the ledger of its rows.

import type { ImportJson, ImportKind, ImportRowJson } from '@prewatt/api';
import { idFromUuid } from '@prewatt/quantities';
import { instant, type Tx } from '../../base/database.ts';
import type { RowResult } from './apply.ts';
import type { FileRow } from './csv-file.ts';

export type NewImport = {
  readonly id: string;
  readonly utilityId: string;
  readonly kind: ImportKind;
  readonly dryRun: boolean;
  readonly fileName: string;
  readonly sha256: string;
  readonly sizeBytes: number;
  readonly columns: readonly string[];
  readonly rowsTotal: number;
  readonly chunksTotal: number;
  readonly requestedBy: string;
  readonly operatorId: string;
  /** Of opening balances that are to be written: all of the file's amounts. */
  readonly valueMinor: bigint | null;
  readonly now: Date;
};

/** False when a file that is to be written was sent before, at the very same time perhaps. */
export async function insertImport(tx: Tx, i: NewImport): Promise<boolean> {
  const row = await tx
    .insertInto('imports')
    .values({
      id: i.id,
      utility_id: i.utilityId,
      kind: i.kind,
      dry_run: i.dryRun,
      file_name: i.fileName,
      sha256: i.sha256,
      size_bytes: i.sizeBytes,
      columns: JSON.stringify(i.columns),
      rows_total: i.rowsTotal,
      chunks_total: i.chunksTotal,
      // Until it is known whether it may be worked off.
      state: 'awaiting',
      requested_by: i.requestedBy,
      operator_id: i.operatorId,
      value_minor: i.valueMinor,
      created_at: i.now,
      state_at: i.now,
    })
    .onConflict((conflict) => conflict.doNothing())
    .returning('id')
    .executeTakeFirst();
  return row !== undefined;
}

export async function insertChunk(
  tx: Tx,
  i: { readonly utilityId: string; readonly id: string },
  chunk: { readonly ordinal: number; readonly rows: readonly FileRow[] },
): Promise<void> {
  await tx
    .insertInto('import_chunks')
    .values({
      utility_id: i.utilityId,
      import_id: i.id,
      ordinal: chunk.ordinal,
      rows: JSON.stringify(chunk.rows),
    })
    .execute();
}

/** The import of this file that a repeat is answered with; for a dry run, only one under way. */
export async function findSameFile(
  tx: Tx,
  file: { readonly kind: ImportKind; readonly dryRun: boolean; readonly sha256: string },
): Promise<string | null> {
  let query = tx
    .selectFrom('imports')
    .select('id')
    .where('kind', '=', file.kind)
    .where('sha256', '=', file.sha256)
    .where('dry_run', '=', file.dryRun);
  if (file.dryRun) query = query.where('state', 'in', ['queued', 'running']);
  return (await query.orderBy('id', 'desc').executeTakeFirst())?.id ?? null;
}

export type LockedImport = {
  readonly kind: ImportKind;
  readonly dryRun: boolean;
  readonly columns: readonly string[];
  readonly state: ImportJson['state'];
  readonly nextChunk: number;
  readonly chunksTotal: number;
};

/** Locks the import until the transaction ends: its chunks go one after the other. */
export async function lockImport(tx: Tx, importId: string): Promise<LockedImport | null> {
  const row = await tx
    .selectFrom('imports')
    .selectAll()
    .where('id', '=', importId)
    .forUpdate()
    .executeTakeFirst();
  if (row === undefined) return null;
  return {
    kind: row.kind,
    dryRun: row.dry_run,
    columns: row.columns as string[],
    state: row.state,
    nextChunk: row.next_chunk,
    chunksTotal: row.chunks_total,
  };
}

export async function setState(
  tx: Tx,
  importId: string,
  to: {
    readonly state: 'awaiting' | 'queued' | 'cancelled';
    readonly nextChunk: number;
    readonly now: Date;
    readonly due: Date | null;
  },
): Promise<void> {
  await tx
    .updateTable('imports')
    .set({ state: to.state, next_chunk: to.nextChunk, state_at: to.now, due_at: to.due })
    .where('id', '=', importId)
    .execute();
}

/** Imports whose job counts as lost; each is due again at `nextDue`. */
export async function takeDue(
  tx: Tx,
  o: { readonly now: Date; readonly nextDue: Date },
): Promise<readonly { readonly importId: string; readonly chunk: number }[]> {
  const rows = await tx
    .updateTable('imports')
    .set({ due_at: o.nextDue })
    .where('due_at', '<=', instant(o.now.getTime()))
    .returning(['id', 'next_chunk'])
    .execute();
  return rows.map((row) => ({ importId: row.id, chunk: row.next_chunk }));
}

/**
 * Rows of a chunk that have no outcome yet, or a refusal that may be tried again; `refusedBefore`
 * is how many of the latter.
 */
export async function openRows(
  tx: Tx,
  importId: string,
  ordinal: number,
): Promise<{ readonly rows: readonly FileRow[]; readonly refusedBefore: number }> {
  const { rows } = await tx
    .selectFrom('import_chunks')
    .select('rows')
    .where('import_id', '=', importId)
    .where('ordinal', '=', ordinal)
    .executeTakeFirstOrThrow();
  const all = rows as unknown as FileRow[];
  const known = await tx
    .selectFrom('import_rows')
    .select(['line', 'outcome'])
    .where('import_id', '=', importId)
    .where('line', '>=', all[0]?.[0] ?? 0)
    .where('line', '<=', all.at(-1)?.[0] ?? 0)
    .execute();
  const settled = new Set(
    known.filter(({ outcome }) => outcome !== 'refused').map(({ line }) => line),
  );
  return {
    rows: all.filter(([line]) => !settled.has(line)),
    refusedBefore: known.length - settled.size,
  };
}

/** Moves on to the next chunk, and the counts by what became of this one's rows. */
export async function advance(
  tx: Tx,
  importId: string,
  to: {
    readonly state: 'running' | 'done';
    readonly nextChunk: number;
    readonly now: Date;
    readonly due: Date | null;
    readonly results: readonly RowResult[];
    readonly refusedBefore: number;
  },
): Promise<void> {
  const count = (outcome: RowResult['outcome']): number =>
    to.results.filter((each) => each.outcome === outcome).length;
  const refused = count('refused') - to.refusedBefore;
  await tx
    .updateTable('imports')
    .set((eb) => ({
      state: to.state,
      next_chunk: to.nextChunk,
      state_at: to.now,
      due_at: to.due,
      rows_created: eb('rows_created', '+', count('created')),
      rows_unchanged: eb('rows_unchanged', '+', count('unchanged')),
      rows_refused: eb('rows_refused', '+', refused),
    }))
    .where('id', '=', importId)
    .execute();
}

/** The first line about each of these things. */
export async function linesOfKeys(
  tx: Tx,
  importId: string,
  keys: readonly string[],
): Promise<Map<string, number>> {
  if (keys.length === 0) return new Map();
  const rows = await tx
    .selectFrom('import_rows')
    .select(['row_key', (eb) => eb.fn.min('line').as('line')])
    .where('import_id', '=', importId)
    .where('row_key', 'in', keys)
    .groupBy('row_key')
    .execute();
  return new Map(rows.map((row) => [row.row_key ?? '', row.line]));
}

/** Writes outcomes: one for a line, and only a refusal is ever written over. */
export async function saveResults(
  tx: Tx,
  i: { readonly utilityId: string; readonly id: string; readonly now: Date },
  results: readonly RowResult[],
): Promise<void> {
  if (results.length === 0) return;
  await tx
    .insertInto('import_rows')
    .values(
      results.map((each) => ({
        utility_id: i.utilityId,
        import_id: i.id,
        line: each.line,
        row_key: each.rowKey,
        outcome: each.outcome,
        faults: JSON.stringify(each.faults),
        at: i.now,
      })),
    )
    .onConflict((conflict) =>
      conflict
        .columns(['import_id', 'line'])
        .doUpdateSet((eb) => ({
          row_key: eb.ref('excluded.row_key'),
          outcome: eb.ref('excluded.outcome'),
          faults: eb.ref('excluded.faults'),
          at: eb.ref('excluded.at'),
        }))
        .where('import_rows.outcome', '=', 'refused'),
    )
    .execute();
}

export const importsPageSize = 50;

/** Imports, newest first. */
export async function listImports(
  tx: Tx,
  o: { readonly importId?: string; readonly beforeId?: string },
): Promise<readonly ImportJson[]> {
  let query = tx.selectFrom('imports').selectAll();
  if (o.importId !== undefined) query = query.where('id', '=', o.importId);
  if (o.beforeId !== undefined) query = query.where('id', '<', o.beforeId);
  const rows = await query.orderBy('id', 'desc').limit(importsPageSize).execute();
  return rows.map((row) => ({
    importId: idFromUuid('import', row.id),
    kind: row.kind,
    dryRun: row.dry_run,
    fileName: row.file_name,
    sha256: row.sha256,
    sizeBytes: row.size_bytes,
    state: row.state,
    rows: {
      total: row.rows_total,
      created: row.rows_created,
      unchanged: row.rows_unchanged,
      refused: row.rows_refused,
      waiting: row.rows_total - row.rows_created - row.rows_unchanged - row.rows_refused,
    },
    requestedBy: row.requested_by,
    createdAt: new Date(row.created_at).toISOString(),
    stateAt: new Date(row.state_at).toISOString(),
  }));
}

export const rowsPageSize = 200;

/** Outcomes by line, after a line. */
export async function listRows(
  tx: Tx,
  o: {
    readonly importId: string;
    readonly outcome: ImportRowJson['outcome'] | null;
    readonly afterLine: number;
  },
): Promise<readonly ImportRowJson[]> {
  let query = tx
    .selectFrom('import_rows')
    .select(['line', 'outcome', 'faults'])
    .where('import_id', '=', o.importId)
    .where('line', '>', o.afterLine);
  if (o.outcome !== null) query = query.where('outcome', '=', o.outcome);
  const rows = await query.orderBy('line').limit(rowsPageSize).execute();
  return rows.map((row) => ({ ...row, faults: row.faults as ImportRowJson['faults'] }));
}
