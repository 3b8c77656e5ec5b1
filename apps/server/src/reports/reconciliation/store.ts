// SQL of reconciliation's own tables: files, rows, differences and what was noted about them.

import type {
  DifferenceRow,
  KnownMapping,
  ReconciliationFile,
  ReconciliationMapping,
} from '@prewatt/api';
import { idFromUuid } from '@prewatt/quantities';
import { sql } from 'kysely';
import type { Tx } from '../../base/database.ts';
import type { NewUuid } from '../../base/ids.ts';
import type { Found } from './compare.ts';
import type { FileRow } from './read-file.ts';

const rowsPerInsert = 1_000;

export type FileHead = {
  readonly utilityId: string;
  readonly kind: 'settlement' | 'bank';
  readonly provider: string;
  readonly digest: string;
};

/** Imports of one utility go one after the other, so that each compares with all before it. */
export async function lockImports(tx: Tx, utilityId: string): Promise<void> {
  await sql`SELECT pg_advisory_xact_lock(hashtextextended(${`reconciliation:${utilityId}`}, 0))`.execute(
    tx,
  );
}

/** Whether a payment was ever made by a provider of that name. */
export async function hasReferences(tx: Tx, provider: string): Promise<boolean> {
  const row = await tx
    .selectFrom('provider_reference_directory')
    .select('provider')
    .where('provider', '=', provider)
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

export async function knownFile(tx: Tx, head: FileHead): Promise<string | null> {
  const row = await tx
    .selectFrom('reconciliation_files')
    .select('id')
    .where('utility_id', '=', head.utilityId)
    .where('kind', '=', head.kind)
    .where('digest', '=', head.digest)
    .executeTakeFirst();
  return row?.id ?? null;
}

export async function insertFile(
  tx: Tx,
  file: FileHead & {
    readonly id: string;
    readonly name: string;
    readonly firstDate: string;
    readonly lastDate: string;
    readonly importedBy: string;
    /** To be offered for the next file; null for the server's own. */
    readonly mapping: ReconciliationMapping | null;
    readonly atMs: number;
  },
  o: { readonly rows: readonly FileRow[]; readonly newUuid: NewUuid },
): Promise<void> {
  const { utilityId, kind, provider } = file;
  await tx
    .insertInto('reconciliation_files')
    .values({
      id: file.id,
      utility_id: utilityId,
      kind,
      provider,
      name: file.name,
      digest: file.digest,
      row_count: o.rows.length,
      first_date: file.firstDate,
      last_date: file.lastDate,
      imported_by: file.importedBy,
      mapping: file.mapping === null ? null : JSON.stringify(file.mapping),
      imported_at: new Date(file.atMs),
    })
    .execute();
  for (let i = 0; i < o.rows.length; i += rowsPerInsert) {
    const values = o.rows.slice(i, i + rowsPerInsert).map((row) => ({
      id: o.newUuid(),
      utility_id: utilityId,
      file_id: file.id,
      line_number: row.lineNumber,
      kind,
      provider,
      reference: row.reference,
      amount_minor: row.amountMinor,
      fee_minor: row.feeMinor,
      batch: row.batch,
      on_date: row.onDate,
      occurrence: row.occurrence,
    }));
    await tx
      .insertInto('reconciliation_rows')
      .values(values)
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  }
}

/** Files of a utility, newest first; before the one of an id. */
export async function selectFiles(
  tx: Tx,
  o: { readonly utilityId: string; readonly beforeId: string | null; readonly limit: number },
): Promise<(ReconciliationFile & { readonly id: string })[]> {
  let query = tx
    .selectFrom('reconciliation_files')
    .select(['id', 'kind', 'provider', 'name', 'row_count', 'imported_by', 'imported_at'])
    .select([
      sql<string>`first_date::text`.as('first_date'),
      sql<string>`last_date::text`.as('last_date'),
    ])
    .where('utility_id', '=', o.utilityId);
  if (o.beforeId !== null) query = query.where('id', '<', o.beforeId);
  const rows = await query.orderBy('id', 'desc').limit(o.limit).execute();
  return rows.map((row) => ({
    id: row.id,
    fileId: idFromUuid('file', row.id),
    kind: row.kind,
    provider: row.provider,
    name: row.name,
    rows: row.row_count,
    firstDate: row.first_date,
    lastDate: row.last_date,
    importedBy: row.imported_by,
    importedAt: new Date(row.imported_at).toISOString(),
  }));
}

/** The mapping of the last file of each kind and provider that a person brought. */
export async function selectMappings(tx: Tx, utilityId: string): Promise<KnownMapping[]> {
  const rows = await tx
    .selectFrom('reconciliation_files')
    .distinctOn(['kind', 'provider'])
    .select(['kind', 'provider', 'name', 'mapping'])
    .where('utility_id', '=', utilityId)
    .where('mapping', 'is not', null)
    .orderBy('kind')
    .orderBy('provider')
    .orderBy('id', 'desc')
    .execute();
  return rows.flatMap(({ kind, provider, name, mapping }) =>
    mapping === null ? [] : [{ kind, provider, label: `As ${name} was read`, mapping }],
  );
}

/** What an import came to, read from its rows, so that a repeat answers as the first did. */
export async function importCounts(
  tx: Tx,
  fileId: string,
): Promise<{ rows: number; newRows: number; found: number; settled: number }> {
  const { rows } = await sql<{
    rows: number;
    newRows: number;
    found: number;
    settled: number;
  }>`SELECT f.row_count AS rows,
      (SELECT count(*)::int FROM prewatt.reconciliation_rows r WHERE r.file_id = f.id) AS "newRows",
      (SELECT count(*)::int FROM prewatt.reconciliation_differences d WHERE d.file_id = f.id)
        AS found,
      (SELECT count(*)::int FROM prewatt.reconciliation_notes n WHERE n.file_id = f.id) AS settled
    FROM prewatt.reconciliation_files f WHERE f.id = ${fileId}::uuid`.execute(tx);
  const [counts] = rows;
  if (counts === undefined) throw new Error('an import without its file');
  return counts;
}

/** A difference that is known already is not written again, whatever became of it. */
export async function insertDifferences(
  tx: Tx,
  file: FileHead & { readonly id: string; readonly atMs: number },
  o: { readonly found: readonly Found[]; readonly newUuid: NewUuid },
): Promise<void> {
  for (let i = 0; i < o.found.length; i += rowsPerInsert) {
    const values = o.found.slice(i, i + rowsPerInsert).map((each) => ({
      id: o.newUuid(),
      utility_id: file.utilityId,
      kind: file.kind,
      provider: file.provider,
      what: each.what,
      reference: each.reference,
      ours_minor: each.ours,
      theirs_minor: each.theirs,
      since: each.since,
      file_id: file.id,
      found_at: new Date(file.atMs),
    }));
    await tx
      .insertInto('reconciliation_differences')
      .values(values)
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  }
}

export type NewNote = {
  readonly differenceId: string;
  readonly utilityId: string;
  readonly ordinal: number;
  readonly state: DifferenceRow['state'];
  readonly why: string;
  readonly by: string | null;
  readonly fileId: string | null;
  readonly atMs: number;
};

export async function insertNotes(tx: Tx, notes: readonly NewNote[]): Promise<void> {
  for (let i = 0; i < notes.length; i += rowsPerInsert) {
    const values = notes.slice(i, i + rowsPerInsert).map((note) => ({
      difference_id: note.differenceId,
      ordinal: note.ordinal,
      utility_id: note.utilityId,
      state: note.state,
      why: note.why,
      noted_by: note.by,
      file_id: note.fileId,
      noted_at: new Date(note.atMs),
    }));
    await tx.insertInto('reconciliation_notes').values(values).execute();
  }
}

export type StoredDifference = Pick<
  DifferenceRow,
  'kind' | 'provider' | 'what' | 'reference' | 'since' | 'state' | 'notes'
> & { readonly id: string; readonly ours: bigint | null; readonly theirs: bigint | null };

/** Differences, oldest first, or the one of an id; after a place of that order. */
export async function selectDifferences(
  tx: Tx,
  o: {
    readonly utilityId: string;
    readonly state: DifferenceRow['state'] | 'all';
    readonly id?: string;
    readonly after?: { readonly since: string; readonly id: string };
    readonly limit: number;
  },
): Promise<StoredDifference[]> {
  const only = o.id === undefined ? sql`true` : sql`f.id = ${o.id}::uuid`;
  const after =
    o.after === undefined
      ? sql`true`
      : sql`(f.since, f.id) > (${o.after.since}::date, ${o.after.id}::uuid)`;
  const inState = o.state === 'all' ? sql`true` : sql`coalesce(noted.state, 'open') = ${o.state}`;
  const { rows } = await sql<StoredDifference>`
    SELECT f.id, f.kind, f.provider, f.what, f.reference, f.ours_minor AS ours,
      f.theirs_minor AS theirs, f.since::text AS since, coalesce(noted.state, 'open') AS state,
      coalesce(noted.notes, '[]') AS notes
    FROM prewatt.reconciliation_differences f
    LEFT JOIN LATERAL (
      SELECT (array_agg(n.state ORDER BY n.ordinal DESC))[1] AS state,
        jsonb_agg(jsonb_build_object('state', n.state, 'why', n.why, 'by', n.noted_by, 'at',
          to_char(n.noted_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))
          ORDER BY n.ordinal) AS notes
      FROM prewatt.reconciliation_notes n WHERE n.difference_id = f.id) noted ON true
    WHERE f.utility_id = ${o.utilityId}::uuid AND ${only} AND ${after} AND ${inState}
    ORDER BY f.since, f.id LIMIT ${o.limit}`.execute(tx);
  return rows;
}

/** Locks the difference, so that notes are numbered one after the other; how many it has. */
export async function lockDifference(
  tx: Tx,
  o: { readonly utilityId: string; readonly id: string },
): Promise<number | null> {
  await sql`SELECT pg_advisory_xact_lock(hashtextextended(${`difference:${o.id}`}, 0))`.execute(tx);
  const { rows } = await sql<{ notes: number }>`
    SELECT (SELECT count(*)::int FROM prewatt.reconciliation_notes n WHERE n.difference_id = f.id)
      AS notes FROM prewatt.reconciliation_differences f
    WHERE f.utility_id = ${o.utilityId}::uuid AND f.id = ${o.id}::uuid`.execute(tx);
  return rows[0]?.notes ?? null;
}
