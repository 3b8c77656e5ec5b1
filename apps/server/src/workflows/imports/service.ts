// What happens to an import: received whole, worked off chunk by chunk as jobs, cancelled, resumed.
// A chunk's rows, their outcomes and the step to the next chunk are one transaction.

import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ImportJson, ImportKind } from '@prewatt/api';
import { err, ok, type Result } from '@prewatt/quantities';
import { sql } from 'kysely';
import type { Database, Tx } from '../../base/database.ts';
import { enqueueJob, type Jobs } from '../../base/jobs.ts';
import type { Utility } from '../../registry/utilities/index.ts';
import { type AllowingDeps, beginWork, givenBy, jobLostAfterMs, type Sender } from './allowing.ts';
import { applyRows, type Guard, isUnstorable, type RowResult } from './apply.ts';
import { type FileRow, readRows, type SpooledFile, spool } from './csv-file.ts';
import type { FileRefusal } from './errors.ts';
import { keyOfRow, readRow } from './rows.ts';
import {
  advance,
  findSameFile,
  insertChunk,
  insertImport,
  type LockedImport,
  linesOfKeys,
  listImports,
  lockImport,
  openRows,
  saveResults,
  setState,
  takeDue,
} from './store.ts';

/** Rows of one transaction: a cancel waits for as many, a crash loses the work on as many. */
const chunkRows = 100;

export type Imports = ReturnType<typeof createImports>;

export type ImportRequest = {
  readonly utilityId: string;
  readonly kind: ImportKind;
  readonly dryRun: boolean;
  readonly fileName: string;
  readonly by: Sender;
};

type ImportDeps = AllowingDeps & { readonly database: Database };

const nowOf = (o: ImportDeps) => new Date(o.clocks.business.nowMs());
const dueOf = (o: ImportDeps) => new Date(o.clocks.real.nowMs() + jobLostAfterMs);

export function createImports(o: ImportDeps) {
  const { database, utilities, clocks } = o;

  /** Takes a file in. A file that was sent before is answered with its first import. */
  const receive = async (
    request: ImportRequest,
    source: AsyncIterable<Uint8Array>,
  ): Promise<Result<{ readonly importId: string; readonly first: boolean }, FileRefusal>> => {
    const path = join(tmpdir(), `prewatt-import-${randomUUID()}.csv`);
    try {
      const file = await spool(source, path);
      return file.ok ? await store(o, request, file.value) : file;
    } finally {
      await rm(path, { force: true });
    }
  };

  /** The job. Does nothing when the import moved on or was cancelled: a repeat is harmless. */
  const runChunk = async (job: Jobs['importChunk']): Promise<void> => {
    const utility = await utilities.get(job.utilityId);
    try {
      await workOff(o, { utility, job, guard: 'together' });
    } catch (error) {
      // A row that the checks let through and the database does not: found, and refused alone.
      if (!isUnstorable(error)) throw error;
      await workOff(o, { utility, job, guard: 'oneByOne' });
    }
  };

  return {
    receive,
    runChunk,

    /** Adds the jobs of imports again that have not moved for long: their process is gone. */
    sweep: (utilityId: string): Promise<void> =>
      database.inUtility(utilityId, async (tx) => {
        const lost = await takeDue(tx, { now: new Date(clocks.real.nowMs()), nextDue: dueOf(o) });
        for (const each of lost) await enqueueJob(tx, 'importChunk', { utilityId, ...each });
      }),

    /** Null for an import that is not there. */
    find: async (tx: Tx, importId: string): Promise<ImportJson | null> =>
      (await listImports(tx, { importId }))[0] ?? null,

    /** Stops after the chunk under way. What was written stays. */
    cancel: async (tx: Tx, importId: string): Promise<Result<void, CancelRefusal>> => {
      const job = await lockImport(tx, importId);
      if (job === null) return err('unknownImport');
      if (job.state === 'cancelled') return ok(undefined);
      if (job.state === 'done') return err('alreadyDone');
      const { nextChunk } = job;
      await setState(tx, importId, { state: 'cancelled', nextChunk, now: nowOf(o), due: null });
      return ok(undefined);
    },

    /** Goes on with a cancelled import, or tries the refused rows of one that is done again. */
    resume: (tx: Tx, i: Resume) => resume(tx, o, i),
  };
}

const isOnItsWay = (state: LockedImport['state']): boolean =>
  state === 'awaiting' || state === 'queued' || state === 'running';

export type CancelRefusal = 'unknownImport' | 'alreadyDone';
export type ResumeRefusal = 'unknownImport' | 'nothingRefused';

async function store(o: ImportDeps, request: ImportRequest, file: SpooledFile) {
  const { database, utilities, newUuid } = o;
  const { utilityId, kind, dryRun } = request;
  const same = { kind, dryRun, sha256: file.sha256 };
  const known = await database.inUtility(utilityId, (tx) => findSameFile(tx, same));
  if (known !== null) return ok({ importId: known, first: false });
  const reading = { kind, groupSize: chunkRows };
  // Read once to the end before anything is written: a faulty file leaves no trace.
  const counted = await readRows(file, { ...reading, onGroup: async () => {} });
  if (!counted.ok) return counted;
  const utility = await utilities.get(utilityId);
  const { columns } = counted.value;
  const valueMinor =
    kind === 'openingBalances' && !dryRun ? await givenBy(file, { utility, columns }) : null;
  const id = newUuid();
  const inserted = await database.inUtility(utilityId, async (tx) => {
    const fresh = await insertImport(tx, {
      ...{ utilityId, kind, dryRun, fileName: request.fileName, id, valueMinor },
      ...{ requestedBy: request.by.name, operatorId: request.by.operatorId },
      sha256: file.sha256,
      sizeBytes: file.sizeBytes,
      columns,
      rowsTotal: counted.value.rows,
      chunksTotal: Math.ceil(counted.value.rows / chunkRows),
      now: nowOf(o),
    });
    if (!fresh) return false;
    let ordinal = 0;
    await readRows(file, {
      ...reading,
      onGroup: async (rows: readonly FileRow[]) => {
        await insertChunk(tx, { utilityId, id }, { ordinal, rows });
        ordinal += 1;
      },
    });
    await beginWork(tx, o, { utility, importId: id, nextChunk: 0, by: request.by });
    return true;
  });
  if (inserted) return ok({ importId: id, first: true });
  const other = await database.inUtility(utilityId, (tx) => findSameFile(tx, same));
  if (other === null) throw new Error('an import that was in the way is gone');
  return ok({ importId: other, first: false });
}

const workOff = (
  o: ImportDeps,
  a: { readonly utility: Utility; readonly job: Jobs['importChunk']; readonly guard: Guard },
): Promise<void> =>
  o.database.inUtility(a.utility.id, async (tx) => {
    const { utility, guard } = a;
    const { importId, chunk } = a.job;
    const job = await lockImport(tx, importId);
    if (job === null || job.nextChunk !== chunk) return;
    if (job.state !== 'queued' && job.state !== 'running') return;
    const { rows, refusedBefore } = await openRows(tx, importId, chunk);
    const results = await work(tx, o, { utility, importId, job, rows, guard });
    await saveResults(tx, { utilityId: utility.id, id: importId, now: nowOf(o) }, results);
    const nextChunk = chunk + 1;
    const finished = nextChunk === job.chunksTotal;
    const state = finished ? 'done' : 'running';
    await advance(tx, importId, {
      state,
      nextChunk,
      now: nowOf(o),
      due: finished ? null : dueOf(o),
      results,
      refusedBefore,
    });
    if (finished) return;
    await enqueueJob(tx, 'importChunk', { utilityId: utility.id, importId, chunk: nextChunk });
  });

async function work(
  tx: Tx,
  o: ImportDeps,
  w: {
    readonly utility: Utility;
    readonly importId: string;
    readonly job: LockedImport;
    readonly rows: readonly FileRow[];
    readonly guard: Guard;
  },
): Promise<readonly RowResult[]> {
  const deps = { newUuid: o.newUuid, nowMs: o.clocks.business.nowMs };
  const { utility, job, rows, guard } = w;
  const { kind, columns } = job;
  const keys = rows.flatMap(([, cells]) => {
    const read = readRow(kind, { columns, cells }, utility);
    return read.ok ? [keyOfRow(read.value)] : [];
  });
  const earlier = await linesOfKeys(tx, w.importId, keys);
  const file = { utility, kind, columns, rows, earlier, guard };
  if (!job.dryRun) return applyRows(deps, tx, file);
  await sql`SAVEPOINT rehearsal`.execute(tx);
  const results = await applyRows(deps, tx, file);
  await sql`ROLLBACK TO SAVEPOINT rehearsal`.execute(tx);
  return results;
}

type Resume = { readonly utilityId: string; readonly importId: string; readonly by: Sender };

async function resume(tx: Tx, o: ImportDeps, i: Resume): Promise<Result<void, ResumeRefusal>> {
  const { utilityId, importId, by } = i;
  const job = await lockImport(tx, importId);
  if (job === null) return err('unknownImport');
  if (isOnItsWay(job.state)) return ok(undefined);
  const [status] = await listImports(tx, { importId });
  if (job.state === 'done' && status?.rows.refused === 0) return err('nothingRefused');
  const nextChunk = job.state === 'done' ? 0 : job.nextChunk;
  const utility = await o.utilities.get(utilityId);
  await beginWork(tx, o, { utility, importId, nextChunk, by });
  return ok(undefined);
}
