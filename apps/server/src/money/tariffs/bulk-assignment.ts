// Another tariff for many connections: the list is written, tried on past purchases, approved by a
// second person, and assigned page by page. A job that was killed goes on after the last page that
// it finished.

import type { NewAssignment } from '@prewatt/api';
import { civilDateOf, err, ok, type Result } from '@prewatt/quantities';
import { sql } from 'kysely';
import { type Database, inUtilityOrNothing, type Tx } from '../../base/database.ts';
import { digestOf } from '../../base/fingerprint.ts';
import { enqueueJob, type Jobs } from '../../base/jobs.ts';
import { holdRequestId } from '../../base/request-ids.ts';
import {
  type ConnectionToSell,
  loadConnectionsToSell,
} from '../../money/connections-to-sell/index.ts';
import type { Approvals } from '../../registry/approvals/index.ts';
import type { Operator } from '../../registry/sign-in/index.ts';
import type { Utilities, Utility } from '../../registry/utilities/index.ts';
import { alreadyDecided, isRequestOf } from './asked.ts';
import { type AssignDeps, type Assigning, assignAll, createCheck } from './assign-to.ts';
import { monthsAgoMs, priceHome } from './back-test.ts';
import { type FoundRow, selectSales, summarise } from './back-test-store.ts';
import {
  placesOfList,
  type Target,
  wantedBack,
  wantedByFilter,
  wantedByList,
  writeBatch,
} from './bulk-assignment-choose.ts';
import {
  type BatchRow,
  changeBatch,
  countOutcomes,
  type Outcome,
  type StoredBatch,
  saveFound,
  saveOutcomes,
  selectBatch,
  selectBatchOfRequest,
  selectNextRows,
} from './bulk-assignment-store.ts';
import { checkParameters } from './checks.ts';
import { type Refused, refusalText, repeated } from './errors.ts';
import { assignedOn, type Tariffs } from './in-force.ts';
import { selectVersions } from './store.ts';

/** Homes whose purchases are tried together: a crash loses the work on as many. */
const chunkRows = 100;
/** Homes assigned together, in one transaction: sales of them wait for it. */
const pageRows = 200;
/** Pages of one job: a stop of the server waits for as many. */
const pagesPerJob = 5;

export type ManyDeps = AssignDeps & {
  readonly database: Database;
  readonly utilities: Utilities;
  readonly approvals: Pick<Approvals, 'request'>;
  /** Homes assigned together; 200 by default. */
  readonly pageRows?: number;
};

export type BulkAssignments = ReturnType<typeof createBulkAssignments>;

type Made = Promise<Result<{ readonly batchId: string; readonly isNew: boolean }, Refused>>;

export function createBulkAssignments(o: ManyDeps) {
  return {
    make: (by: Operator, a: NewAssignment) => make(o, by, a),
    undo: (by: Operator, u: Undo) => undo(o, by, u),
    requestApproval: (by: Operator, r: ApprovalOf) => requestApproval(o, by, r),
    withdraw: (by: Operator, batchId: string) => withdraw(o, by, batchId),
    run: createRun(o),

    /** What approval does, in the transaction of the approval. */
    begin: async (
      tx: Tx,
      p: { readonly utilityId: string; readonly batchId: string; readonly approvalId: string },
    ): Promise<Result<StoredBatch, 'notReady' | 'dateInPast'>> => {
      const { utilityId, batchId, approvalId } = p;
      const utility = await o.utilities.get(utilityId);
      const batch = await selectBatch(tx, { batchId, lock: true });
      const isAsked = batch?.state === 'awaitingApproval' && batch.approvalId === approvalId;
      if (batch === null || !isAsked) return err('notReady');
      if (batch.from < todayOf(o, utility)) return err('dateInPast');
      await changeBatch(tx, batchId, { state: 'assigning', done: 0, after: null, at: nowOf(o) });
      await enqueueJob(tx, 'assignTariffs', { utilityId, batchId });
      return ok(batch);
    },

    /** It was not approved: it may be asked for again, or withdrawn. */
    backToReady: async (tx: Tx, batchId: string): Promise<void> => {
      const batch = await selectBatch(tx, { batchId, lock: true });
      if (batch?.state !== 'awaitingApproval') return;
      await changeBatch(tx, batchId, { state: 'ready', at: nowOf(o) });
    },
  };
}

const nowOf = (o: ManyDeps) => new Date(o.clocks.business.nowMs());
const todayOf = (o: ManyDeps, utility: Utility) =>
  civilDateOf(o.clocks.business.nowMs(), utility.zone);

async function firstAnswer(
  tx: Tx,
  o: { readonly by: Operator; readonly requestId: string; readonly digest: string },
): Promise<Result<{ readonly batchId: string; readonly isNew: boolean }, Refused> | null> {
  // Two at once with one request id: the second waits, and finds the first.
  const { utilityId, operatorId } = o.by;
  await holdRequestId(tx, { feature: 'assignments', utilityId, requestId: o.requestId });
  const first = await selectBatchOfRequest(tx, utilityId, o.requestId);
  if (first === null) return null;
  const before = [first.digest, first.requestedBy];
  return repeated(before, [o.digest, operatorId], { batchId: first.id, isNew: false });
}

export async function whyNotRequest(
  tx: Tx,
  batch: StoredBatch,
  today: string,
): Promise<Refused | null> {
  if (batch.state !== 'ready') return { code: 'notReady' };
  if (batch.from < today) return { code: 'dateInPast' };
  const { refused } = await countOutcomes(tx, batch.id);
  return refused < batch.rowsTotal ? null : { code: 'nothingToAssign' };
}

/** How connections were chosen, in words. */
function howOf(choose: NewAssignment['choose']): string {
  if ('list' in choose) return `a list of ${choose.list.length}`;
  const { tariffName, place, creditMode, facts } = choose.filter;
  const words = [
    ...(tariffName === undefined ? [] : [`tariff ${tariffName}`]),
    ...(place === undefined ? [] : [`“${place}” in the name or address`]),
    ...(creditMode === undefined ? [] : [`${creditMode} mode`]),
    ...Object.entries(facts ?? {}).map(([name, value]) => `${name} is ${value}`),
  ];
  return words.length === 0 ? 'all connections' : words.join(', ');
}

/** The job, in both of its parts. A repeat goes on after the last row that is done. */
function createRun(o: ManyDeps) {
  const { database } = o;
  const now = () => new Date(o.clocks.business.nowMs());

  /** Tries the next homes; false when none is left. */
  const tryChunk = async (utility: Utility, batchId: string): Promise<boolean> => {
    const chunk = await database.inUtility(utility.id, async (tx) => {
      const batch = await selectBatch(tx, { batchId, lock: false });
      if (batch === null || batch.state !== 'previewing') return null;
      const rows = await selectNextRows(tx, batch, chunkRows);
      return { batch, rows, priced: await readToPrice(tx, o.tariffs, { batch, rows }) };
    });
    if (chunk === null) return false;
    const { batch, rows, priced } = chunk;
    const found: FoundRow[] = [];
    for (const row of priced) {
      const home = row.price(utility.zone);
      if (home !== null) found.push(home);
      // Pricing is pure work: a request that waits is answered between two connections.
      await new Promise((resolve) => setImmediate(resolve));
    }
    return database.inUtility(utility.id, async (tx) => {
      const current = await selectBatch(tx, { batchId, lock: true });
      if (current?.state !== 'previewing') return false;
      // Another process worked on the same chunk and was faster.
      if (current.rowsDone !== batch.rowsDone) return true;
      await saveOutcomes(
        tx,
        batchId,
        priced.flatMap(({ row, refusal }) => (refusal === null ? [] : [{ ...row, refusal }])),
      );
      await saveFound(tx, batchId, found);
      const finished = rows.length < chunkRows;
      const summary = finished ? await summarise(tx, { assignmentId: batchId }) : null;
      const last = rows.at(-1);
      await changeBatch(tx, batchId, {
        done: batch.rowsDone + rows.length,
        at: now(),
        ...(last !== undefined && { after: last }),
        ...(summary !== null && { summary, state: 'ready' as const }),
      });
      return !finished;
    });
  };

  /** Assigns the next page in a transaction of its own; false when none is left. */
  const assignPage = (utility: Utility, batchId: string): Promise<boolean> =>
    database.inUtility(utility.id, async (tx) => {
      // The batch is locked: two jobs of it go one after the other, page by page.
      const batch = await selectBatch(tx, { batchId, lock: true });
      if (batch === null || batch.state !== 'assigning') return false;
      const rows = await selectNextRows(tx, batch, o.pageRows ?? pageRows);
      const last = rows.at(-1);
      if (last === undefined) {
        await changeBatch(tx, batchId, { state: 'done', at: now() });
        return false;
      }
      await saveOutcomes(tx, batchId, await assignRows(tx, o, { batch, rows, utility }));
      const done = batch.rowsDone + rows.length;
      await changeBatch(tx, batchId, { done, after: last, at: now() });
      return true;
    });

  return async (job: Jobs['assignTariffs']): Promise<void> => {
    const utility = await o.utilities.get(job.utilityId);
    while (await tryChunk(utility, job.batchId)) {
      await new Promise((resolve) => setImmediate(resolve));
    }
    for (let done = 0; done < pagesPerJob; done += 1) {
      if (!(await assignPage(utility, job.batchId))) return;
    }
    await database.inUtility(utility.id, (tx) => enqueueJob(tx, 'assignTariffs', job));
  };
}

/** What each row's purchases would cost under both, or why it cannot be assigned. */
async function readToPrice(
  tx: Tx,
  tariffs: Tariffs,
  o: { readonly batch: StoredBatch; readonly rows: readonly BatchRow[] },
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
  const sales = await selectSales(tx, { ...batch, connections: rows });
  const byHome = Map.groupBy(sales, (sale) => sale.connectionId);
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
          : priceHome(row, byHome.get(row.connectionId) ?? [], {
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
  o: ManyDeps,
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

/** Writes the list and has it tried. Nothing is assigned by it. */
const make = (o: ManyDeps, by: Operator, a: NewAssignment): Made =>
  inUtilityOrNothing(o.database, by.utilityId, async (tx) => {
    const { requestId, from, months, reason, choose } = a;
    const digest = digestOf({ ...a, requestId: undefined });
    const first = await firstAnswer(tx, { by, requestId, digest });
    if (first !== null) return first;
    const utility = await o.utilities.get(by.utilityId);
    if (from < todayOf(o, utility)) return err({ code: 'dateInPast' });
    const target = await targetOf(tx, o, a);
    if (!target.ok) return target;
    const listed = 'list' in choose ? await placesOfList(tx, utility.id, choose.list) : ok([]);
    if (!listed.ok) return listed;
    const wanted =
      'filter' in choose
        ? wantedByFilter(choose.filter, target.value)
        : wantedByList(listed.value, target.value);
    return write(tx, o, {
      utility,
      ...{ by, requestId, digest, from, months, reason, wanted },
      tariffId: target.value.tariffId,
      undoOf: null,
      how: howOf(choose),
    });
  });

type Undo = {
  readonly batchId: string;
  readonly requestId: string;
  readonly from: string;
  readonly reason: string;
};

/** A new batch in which each connection gets back what it had. */
const undo = (o: ManyDeps, by: Operator, u: Undo): Made =>
  inUtilityOrNothing(o.database, by.utilityId, async (tx) => {
    const { batchId, requestId, from, reason } = u;
    const digest = digestOf({ undo: batchId, from, reason });
    const first = await firstAnswer(tx, { by, requestId, digest });
    if (first !== null) return first;
    const batch = await selectBatch(tx, { batchId, lock: false });
    if (batch === null) return err({ code: 'unknownAssignment' });
    if (batch.state !== 'done') return err({ code: 'nothingToUndo' });
    const utility = await o.utilities.get(by.utilityId);
    if (from < todayOf(o, utility)) return err({ code: 'dateInPast' });
    const made = await write(tx, o, {
      utility,
      ...{ by, requestId, digest, from, reason, months: batch.months },
      wanted: wantedBack(batchId),
      tariffId: null,
      undoOf: batchId,
      how: `what they had before: ${batch.chosen.how}`,
    });
    if (!made.ok && made.error.code === 'nothingChosen') return err({ code: 'nothingToUndo' });
    return made;
  });

async function targetOf(tx: Tx, o: ManyDeps, a: NewAssignment): Promise<Result<Target, Refused>> {
  const { tariffName, from, parameters: given } = a;
  const [version] = (await selectVersions(tx, tariffName))
    .filter((each) => each.state === 'approved')
    .slice(-1);
  if (version === undefined) return err({ code: 'unknownTariff' });
  const assigned = { tariffId: version.id, tariffParameters: given, nextTariff: null };
  const then = (await o.tariffs.inForce(tx, [assigned]))(assigned, from);
  if (then === null) return err({ code: 'noVersionThen' });
  const wrong = checkParameters(then.tariff, given);
  if (wrong !== null && wrong.code !== 'parameterMissing') return err(wrong);
  const known = Object.entries(then.tariff.parameters)
    .filter(([, parameter]) => parameter.of === 'connection')
    .map(([name]) => name);
  return ok({ tariffId: version.id, from, known, given });
}

async function write(
  tx: Tx,
  o: ManyDeps,
  w: {
    readonly utility: Utility;
    readonly by: Operator;
    readonly requestId: string;
    readonly digest: string;
    readonly from: string;
    readonly months: number;
    readonly reason: string;
    readonly wanted: Parameters<typeof writeBatch>[2];
    readonly tariffId: string | null;
    readonly undoOf: string | null;
    readonly how: string;
  },
): Made {
  const { utility, by, wanted, how, ...rest } = w;
  const id = o.newUuid();
  const at = nowOf(o);
  const fromAt = new Date(monthsAgoMs(at.getTime(), { months: w.months, zone: utility.zone }));
  const batch = { ...rest, id, utilityId: utility.id, requestedBy: by.operatorId };
  const written = await writeBatch(tx, { ...batch, chosen: { how }, fromAt, at }, wanted);
  if (!written.ok) return written;
  await enqueueJob(tx, 'assignTariffs', { utilityId: utility.id, batchId: id });
  return ok({ batchId: id, isNew: true });
}

type ApprovalOf = { readonly batchId: string; readonly requestId: string };

const requestApproval = (
  o: ManyDeps,
  by: Operator,
  r: ApprovalOf,
): Promise<Result<void, Refused>> =>
  inUtilityOrNothing(o.database, by.utilityId, async (tx) => {
    const { batchId, requestId } = r;
    const utility = await o.utilities.get(by.utilityId);
    const batch = await selectBatch(tx, { batchId, lock: true });
    if (batch === null) return err<Refused>({ code: 'unknownAssignment' });
    const waiting = batch.state === 'awaitingApproval';
    const isFresh = batch.state === 'previewing' || batch.state === 'ready';
    if (!isFresh && (await isRequestOf(tx, batch.approvalId, requestId))) return ok(undefined);
    if (!waiting) {
      const refusal = await whyNotRequest(tx, batch, todayOf(o, utility));
      if (refusal !== null) return err(refusal);
    }
    const asked = await o.approvals.request(tx, {
      utilityId: utility.id,
      kind: 'tariffAssignment',
      requestId,
      payload: { batchId },
      reason: batch.reason,
      requestedBy: { operatorId: by.operatorId, name: by.name },
    });
    if (!asked.ok) return err<Refused>({ code: 'requestIdReused' });
    const { approvalId, isNew } = asked.value;
    if (!isNew) return err<Refused>({ code: 'requestIdReused', about: alreadyDecided });
    if (waiting) return err<Refused>({ code: 'notReady' });
    await changeBatch(tx, batchId, { state: 'awaitingApproval', approvalId, at: nowOf(o) });
    return ok(undefined);
  });

const withdraw = (o: ManyDeps, by: Operator, batchId: string): Promise<Result<void, Refused>> =>
  o.database.inUtility(by.utilityId, async (tx) => {
    const batch = await selectBatch(tx, { batchId, lock: true });
    if (batch === null) return err({ code: 'unknownAssignment' });
    if (batch.state === 'closed') return ok(undefined);
    if (batch.state !== 'previewing' && batch.state !== 'ready') return err({ code: 'notReady' });
    await changeBatch(tx, batchId, { state: 'closed', at: nowOf(o) });
    return ok(undefined);
  });
