// The job of a bulk assignment, in both of its parts: past purchases of each connection are tried
// under the other tariff, and after the approval it is assigned page by page. A repeat goes on
// after the last row that is done.

import { civilDateOf } from '@prewatt/quantities';
import { sql } from 'kysely';
import type { Database, Tx } from '../../base/database.ts';
import { digestOf } from '../../base/fingerprint.ts';
import { enqueueJob, type Jobs } from '../../base/jobs.ts';
import {
  type ConnectionToSell,
  loadConnectionsToSell,
} from '../../money/connections-to-sell/index.ts';
import type { Utilities, Utility } from '../../registry/utilities/index.ts';
import { type AssignDeps, type Assigning, assignAll, createCheck } from './assign-to.ts';
import { priceHome } from './back-test.ts';
import { type FoundRow, summarise } from './back-test-store.ts';
import {
  type BatchRow,
  changeBatch,
  type Outcome,
  type StoredBatch,
  saveFound,
  saveOutcomes,
  selectBatch,
  selectNextRows,
} from './bulk-assignment-store.ts';
import { type Refused, refusalText } from './errors.ts';
import { assignedOn } from './in-force.ts';
import type { WalletTimes } from './past-use.ts';
import { readPast } from './read-past.ts';

/** Homes whose past is tried together: a crash loses the work on as many. */
const chunkRows = 100;
/** Homes assigned together, in one transaction: sales of them wait for it. */
const pageRows = 200;
/** Pages of one job: a stop of the server waits for as many. */
const pagesPerJob = 5;

export type RunDeps = AssignDeps & {
  readonly database: Database;
  readonly utilities: Utilities;
  readonly walletTimes: WalletTimes;
  /** Homes assigned together; 200 by default. */
  readonly pageRows?: number;
};

export function createRun(o: RunDeps) {
  return async (job: Jobs['assignTariffs']): Promise<void> => {
    const utility = await o.utilities.get(job.utilityId);
    while (await tryChunk(o, utility, job.batchId)) {
      await new Promise((resolve) => setImmediate(resolve));
    }
    for (let done = 0; done < pagesPerJob; done += 1) {
      if (!(await assignPage(o, utility, job.batchId))) return;
    }
    await o.database.inUtility(utility.id, (tx) => enqueueJob(tx, 'assignTariffs', job));
  };
}

const nowOf = (o: RunDeps) => new Date(o.clocks.business.nowMs());

/** Tries the next homes; false when none is left. */
async function tryChunk(o: RunDeps, utility: Utility, batchId: string): Promise<boolean> {
  const chunk = await o.database.inUtility(utility.id, async (tx) => {
    const batch = await selectBatch(tx, { batchId, lock: false });
    if (batch === null || batch.state !== 'previewing') return null;
    const rows = await selectNextRows(tx, batch, chunkRows);
    return { batch, rows, priced: await readToPrice(tx, o, { utility, batch, rows }) };
  });
  if (chunk === null) return false;
  const found: FoundRow[] = [];
  for (const row of chunk.priced) {
    const home = row.price(utility.zone);
    if (home !== null) found.push(home);
    // Pricing is pure work: a request that waits is answered between two connections.
    await new Promise((resolve) => setImmediate(resolve));
  }
  return o.database.inUtility(utility.id, (tx) => saveChunk(tx, { ...chunk, found, at: nowOf(o) }));
}

/** Keeps what was found, and the summary with the last chunk; false when none is left. */
async function saveChunk(
  tx: Tx,
  chunk: {
    readonly batch: StoredBatch;
    readonly rows: readonly BatchRow[];
    readonly priced: readonly Priced[];
    readonly found: readonly FoundRow[];
    readonly at: Date;
  },
): Promise<boolean> {
  const { batch, rows, priced, found, at } = chunk;
  const current = await selectBatch(tx, { batchId: batch.id, lock: true });
  if (current?.state !== 'previewing') return false;
  // Another process worked on the same chunk and was faster.
  if (current.rowsDone !== batch.rowsDone) return true;
  await saveOutcomes(
    tx,
    batch.id,
    priced.flatMap(({ row, refusal }) => (refusal === null ? [] : [{ ...row, refusal }])),
  );
  await saveFound(tx, batch.id, found);
  const finished = rows.length < chunkRows;
  const summary = finished ? await summarise(tx, { assignmentId: batch.id }) : null;
  const last = rows.at(-1);
  await changeBatch(tx, batch.id, {
    done: batch.rowsDone + rows.length,
    at,
    ...(last !== undefined && { after: last }),
    ...(summary !== null && { summary, state: 'ready' as const }),
  });
  return !finished;
}

/** Assigns the next page in a transaction of its own; false when none is left. */
const assignPage = (o: RunDeps, utility: Utility, batchId: string): Promise<boolean> =>
  o.database.inUtility(utility.id, async (tx) => {
    // The batch is locked: two jobs of it go one after the other, page by page.
    const batch = await selectBatch(tx, { batchId, lock: true });
    if (batch === null || batch.state !== 'assigning') return false;
    const rows = await selectNextRows(tx, batch, o.pageRows ?? pageRows);
    const last = rows.at(-1);
    if (last === undefined) {
      await changeBatch(tx, batchId, { state: 'done', at: nowOf(o) });
      return false;
    }
    await saveOutcomes(tx, batchId, await assignRows(tx, o, { batch, rows, utility }));
    const done = batch.rowsDone + rows.length;
    await changeBatch(tx, batchId, { done, after: last, at: nowOf(o) });
    return true;
  });

/** What each row's purchases would cost under both, or why it cannot be assigned. */
async function readToPrice(
  tx: Tx,
  { tariffs, walletTimes }: Pick<RunDeps, 'tariffs' | 'walletTimes'>,
  o: {
    readonly utility: Utility;
    readonly batch: StoredBatch;
    readonly rows: readonly BatchRow[];
  },
): Promise<readonly Priced[]> {
  const { batch, rows } = o;
  const had = (row: BatchRow) => ({
    tariffId: row.beforeTariffId,
    tariffParameters: row.beforeParameters,
    nextTariff: null,
  });
  const gets = (row: BatchRow) => ({
    tariffId: row.tariffId,
    tariffParameters: row.parameters,
    nextTariff: null,
  });
  const inForce = await tariffs.inForce(
    tx,
    rows.flatMap((row) => [had(row), gets(row)]),
  );
  const pastOf = await readPast(tx, rows, {
    ...{ fromAtMs: batch.fromAtMs, toAtMs: batch.toAtMs, utility: o.utility, walletTimes },
    tariffsOf: (row) => [
      inForce(had(row), batch.from)?.tariff ?? null,
      inForce(gets(row), batch.from)?.tariff ?? null,
    ],
  });
  const places = rows.map((row) => ({ ...row, utilityId: batch.utilityId }));
  const found = await loadConnectionsToSell(tx, places, { lock: false });
  const check = createCheck(tx);
  const priced: Priced[] = [];
  for (const row of rows) {
    const before = inForce(had(row), batch.from)?.tariff ?? null;
    const then = inForce(gets(row), batch.from);
    const connection = found.get(row.connectionId);
    const checked = await check({ connection, parameters: row.parameters }, then);
    priced.push({
      row,
      refusal: checked === null ? null : refusalText(checked),
      price: (zone) =>
        before === null || then === null || checked !== null
          ? null
          : priceHome(row, pastOf(row), {
              ...{ before, after: then.tariff, zone },
              parameters: row.beforeParameters,
              parametersAfter: row.parameters,
            }),
    });
  }
  return priced;
}

type Priced = {
  readonly row: BatchRow;
  readonly refusal: string | null;
  readonly price: (zone: string) => FoundRow | null;
};

/** What became of each row of a page. */
async function assignRows(
  tx: Tx,
  o: RunDeps,
  a: {
    readonly batch: StoredBatch;
    readonly rows: readonly BatchRow[];
    readonly utility: Utility;
  },
): Promise<readonly Outcome[]> {
  const { batch, rows, utility } = a;
  const { from, reason } = batch;
  const places = rows.map((row) => ({ ...row, utilityId: utility.id }));
  const found = await loadConnectionsToSell(tx, places, { lock: true });
  const later = await assignedLater(tx, batch, [...found.values()]);
  const refused = new Map<string, Refused | null>();
  const assigning: Assigning[] = [];
  for (const row of rows) {
    const connection = found.get(row.connectionId);
    if (connection === undefined) refused.set(row.connectionId, { code: 'unknownConnection' });
    else if (later.has(row.connectionId) || !hasStill(connection, { row, from })) {
      refused.set(row.connectionId, { code: 'changedSince' });
    } else assigning.push({ ...row, connection });
  }
  const today = civilDateOf(o.clocks.business.nowMs(), utility.zone);
  const by = batch.requesterName;
  const assignment = { utility, from, today, reason, by, requestId: `batch:${batch.id}` };
  const answers = await assignAll(tx, o, { assignment, rows: assigning });
  for (const [i, { connection }] of assigning.entries()) {
    refused.set(connection.connectionId, answers[i] ?? null);
  }
  return rows.map((row) => {
    const refusal = refused.get(row.connectionId) ?? null;
    return { ...row, refusal: refusal === null ? null : refusalText(refusal) };
  });
}

/** Those given a tariff for a later day since the list was written: it knows nothing of it. */
async function assignedLater(
  tx: Tx,
  { id, from }: StoredBatch,
  connections: readonly ConnectionToSell[],
): Promise<ReadonlySet<string>> {
  const coming = connections.filter(
    ({ nextTariff }) => nextTariff !== null && nextTariff.from > from,
  );
  if (coming.length === 0) return new Set();
  // By ids, which rise: the time of a row may be the same as the list's.
  const { rows } = await sql<{ id: string }>`SELECT DISTINCT a.connection_id AS id
    FROM tariff_assignments a
    JOIN unnest(${coming.map(({ bucket }) => bucket)}::smallint[],
      ${coming.map(({ connectionId }) => connectionId)}::uuid[]) AS l (bucket, id)
      ON a.bucket = l.bucket AND a.connection_id = l.id
    WHERE a.id > ${id}::uuid`.execute(tx);
  return new Set(rows.map((row) => row.id));
}

/** Whether it has on the day what it had when the list was written. */
function hasStill(
  connection: ConnectionToSell,
  { row, from }: { readonly row: BatchRow; readonly from: string },
): boolean {
  const has = assignedOn(connection, from);
  const same = (a: object, b: object) => digestOf(a) === digestOf(b);
  return has.tariffId === row.beforeTariffId && same(has.parameters, row.beforeParameters);
}
