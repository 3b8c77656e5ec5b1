// Reconciliation: takes files of a provider or a bank, compares them with our payments and keeps
// the differences with what became of them. Fees of providers are booked; no other money moves:
// what to do about a difference is decided by a person, elsewhere.

import {
  builtInMappings,
  type DifferencePage,
  type DifferenceRow,
  type KnownMapping,
  type ProviderFeesPage,
  type ReconciliationFilePage,
  type ReconciliationImport,
  type ReconciliationKind,
  type ReconciliationMapping,
} from '@prewatt/api';
import { err, idFromUuid, ok, type Result, zonedAt } from '@prewatt/quantities';
import type { Database, Tx } from '../../base/database.ts';
import { sha256Hex } from '../../base/fingerprint.ts';
import type { NewUuid } from '../../base/ids.ts';
import type { Clocks } from '../../base/time.ts';
import type { Utilities, Utility } from '../../registry/utilities/index.ts';
import { differencesOfBank, differencesOfSettlement, settledDifferences } from './compare.ts';
import { bookFees, selectFees } from './fees.ts';
import { type RowError, readFile } from './read-file.ts';
import {
  hasReferences,
  importCounts,
  insertDifferences,
  insertFile,
  insertNotes,
  knownFile,
  lockDifference,
  lockImports,
  type StoredDifference,
  selectDifferences,
  selectFiles,
  selectMappings,
} from './store.ts';

const pageSize = 100;
/** Banks date a credit by the day on which it counts, which may lie ahead of a long weekend. */
const daysAhead = 7;

export type ImportRequest = {
  readonly kind: ReconciliationKind;
  readonly name: string;
  readonly mapping: ReconciliationMapping;
  readonly content: string;
  readonly importedBy: string;
  /** Made by the server itself: no person's mapping to be offered again. */
  readonly isFetched?: true;
};

export type Reconciliation = {
  /** All of the file or nothing of it; the same file again changes nothing. */
  readonly importFile: (
    utilityId: string,
    request: ImportRequest,
  ) => Promise<Result<ReconciliationImport, readonly RowError[]>>;
  readonly differences: (
    tx: Tx,
    utility: Utility,
    o: {
      readonly state: DifferenceRow['state'] | 'all';
      readonly cursor: string | null;
    },
  ) => Promise<DifferencePage>;
  readonly files: (
    tx: Tx,
    utility: Utility,
    cursor: string | null,
  ) => Promise<ReconciliationFilePage>;
  /** Mappings to begin with, those that were used before the built-in ones. */
  readonly mappings: (tx: Tx, utility: Utility) => Promise<{ readonly rows: KnownMapping[] }>;
  /** What providers kept, as it is booked. */
  readonly fees: (tx: Tx, utility: Utility, cursor: string | null) => Promise<ProviderFeesPage>;
  /** Says what became of a difference; the last note again by the same person adds nothing. */
  readonly note: (
    tx: Tx,
    utility: Utility,
    o: {
      readonly differenceId: string;
      readonly state: DifferenceRow['state'];
      readonly why: string;
      readonly by: string;
    },
  ) => Promise<Result<DifferenceRow, 'unknownDifference'>>;
};

type ReconciliationDeps = {
  readonly database: Database;
  readonly utilities: Utilities;
  readonly clocks: Clocks;
  readonly newUuid: NewUuid;
  /** The provider that this server takes payments by. */
  readonly providerName: string;
};

const nowOf = (o: ReconciliationDeps) => o.clocks.business.nowMs();
const todayIn = (o: ReconciliationDeps, zone: string) => zonedAt(nowOf(o), zone).toPlainDate();

export function createReconciliation(o: ReconciliationDeps): Reconciliation {
  return {
    importFile: (utilityId, request) => importFile(o, utilityId, request),
    note: (tx, utility, note) => noteDifference(tx, o, { utility, note }),

    mappings: async (tx, utility) => {
      const used = await selectMappings(tx, utility.id);
      const isUsed = ({ kind, provider }: KnownMapping) =>
        used.some((each) => each.kind === kind && each.provider === provider);
      return { rows: [...used, ...builtInMappings.filter((each) => !isUsed(each))] };
    },

    fees: async (tx, utility, cursor) => {
      const [month = '', ...provider] = cursor?.split('_') ?? [];
      const after = cursor === null ? null : { month, provider: provider.join('_') };
      const rows = await selectFees(tx, { utilityId: utility.id, after, limit: pageSize + 1 });
      const shown = rows.slice(0, pageSize);
      const last = shown.at(-1);
      return {
        rows: shown,
        nextCursor:
          rows.length > pageSize && last !== undefined ? `${last.month}_${last.provider}` : null,
      };
    },

    differences: async (tx, utility, query) => {
      const after = query.cursor === null ? null : placeOf(query.cursor);
      const rows = await selectDifferences(tx, {
        utilityId: utility.id,
        state: query.state,
        ...(after === null ? {} : { after }),
        limit: pageSize + 1,
      });
      const shown = rows.slice(0, pageSize);
      const last = shown.at(-1);
      return {
        rows: shown.map((row) => rowJson(row, todayIn(o, utility.zone))),
        nextCursor:
          rows.length > pageSize && last !== undefined ? `${last.since}_${last.id}` : null,
      };
    },

    files: async (tx, utility, cursor) => {
      const rows = await selectFiles(tx, {
        utilityId: utility.id,
        beforeId: cursor,
        limit: pageSize + 1,
      });
      const shown = rows.slice(0, pageSize);
      return {
        rows: shown.map(({ id: _, ...file }) => file),
        nextCursor: rows.length > pageSize ? (shown.at(-1)?.id ?? null) : null,
      };
    },
  };
}

/** A cursor is the place of the last row; anything else begins at the start. */
function placeOf(cursor: string): { readonly since: string; readonly id: string } | null {
  const match = /^(\d{4}-\d\d-\d\d)_([0-9a-f-]{36})$/.exec(cursor);
  return match === null ? null : { since: match[1] ?? '', id: match[2] ?? '' };
}

async function importFile(
  o: ReconciliationDeps,
  utilityId: string,
  request: ImportRequest,
): ReturnType<Reconciliation['importFile']> {
  const utility = await o.utilities.get(utilityId);
  const { kind, mapping, content } = request;
  const latestDate = todayIn(o, utility.zone).add({ days: daysAhead }).toString();
  const read = readFile(content, { kind, mapping, currency: utility.currency, latestDate });
  if (!read.ok) return read;
  const dates = read.value.map((row) => row.onDate).sort();
  const file = {
    id: o.newUuid(),
    utilityId,
    kind,
    provider: mapping.provider,
    digest: sha256Hex(`${JSON.stringify(mapping)}\n${content}`),
    name: request.name,
    firstDate: dates[0] ?? '',
    lastDate: dates.at(-1) ?? '',
    importedBy: request.importedBy,
    mapping: request.isFetched === true ? null : mapping,
    atMs: nowOf(o),
  };
  return o.database.inUtility(utilityId, async (tx) => {
    const { provider } = mapping;
    if (provider !== o.providerName && !(await hasReferences(tx, provider))) {
      const message = `The mapping’s provider "${provider}" is none of our payments: write "${o.providerName}".`;
      return err([{ line: null, message }]);
    }
    await lockImports(tx, utilityId);
    const known = await knownFile(tx, file);
    if (known === null) {
      await insertFile(tx, file, { rows: read.value, newUuid: o.newUuid });
      await compare(tx, o, { ...file, zone: utility.zone });
    }
    const fileId = known ?? file.id;
    const counts = await importCounts(tx, fileId);
    return ok({ fileId: idFromUuid('file', fileId), isNew: known === null, ...counts });
  });
}

async function compare(
  tx: Tx,
  o: ReconciliationDeps,
  file: Parameters<typeof insertFile>[1] & { readonly zone: string },
): Promise<void> {
  const compared = { ...file, fileId: file.id };
  const found =
    file.kind === 'settlement'
      ? await differencesOfSettlement(tx, compared)
      : await differencesOfBank(tx, compared);
  await insertDifferences(tx, file, { found, newUuid: o.newUuid });
  const settled = await settledDifferences(tx, file);
  const notes = settled.map(({ id, ordinal }) => ({
    differenceId: id,
    utilityId: file.utilityId,
    ordinal,
    state: 'closed' as const,
    why: `Agrees since the import of ${file.name}`,
    by: null,
    fileId: file.id,
    atMs: file.atMs,
  }));
  await insertNotes(tx, notes);
  if (file.kind === 'settlement') await bookFees(tx, o, compared);
}

const rowJson = (row: StoredDifference, today: Temporal.PlainDate): DifferenceRow => {
  const { id, ours, theirs, ...same } = row;
  return {
    ...same,
    differenceId: idFromUuid('difference', id),
    oursMinor: ours?.toString() ?? null,
    theirsMinor: theirs?.toString() ?? null,
    ageDays: Math.max(0, Temporal.PlainDate.from(row.since).until(today).days),
  };
};

async function noteDifference(
  tx: Tx,
  o: ReconciliationDeps,
  {
    utility,
    note,
  }: { readonly utility: Utility; readonly note: Parameters<Reconciliation['note']>[2] },
): ReturnType<Reconciliation['note']> {
  const place = { utilityId: utility.id, id: note.differenceId };
  const notes = await lockDifference(tx, place);
  if (notes === null) return err('unknownDifference');
  const [known] = await selectDifferences(tx, { ...place, state: 'all', limit: 1 });
  const last = known?.notes.at(-1);
  const isSaid = last?.state === note.state && last.why === note.why && last.by === note.by;
  if (known !== undefined && isSaid) return ok(rowJson(known, todayIn(o, utility.zone)));
  await insertNotes(tx, [
    { ...note, utilityId: utility.id, ordinal: notes + 1, fileId: null, atMs: nowOf(o) },
  ]);
  const [row] = await selectDifferences(tx, { ...place, state: 'all', limit: 1 });
  if (row === undefined) throw new Error('a difference that was just noted is away');
  return ok(rowJson(row, todayIn(o, utility.zone)));
}
