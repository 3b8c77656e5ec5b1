// A version tried on the past before anybody decides about it: each connection's purchases, and
// the use that it paid as it used it, again under the version that holds before it and under the
// new one. A job in chunks; each chunk is kept, so a killed job goes on where it was.

import type { BackTestRows } from '@prewatt/api';
import { err, ok, type Result, zonedAt } from '@prewatt/quantities';
import { backTest, type PastPurchase, type Tariff } from '@prewatt/tariff';
import { createCells, csvLines } from '../../base/csv.ts';
import type { Database, Tx } from '../../base/database.ts';
import type { NewUuid } from '../../base/ids.ts';
import { enqueueJob, type Jobs } from '../../base/jobs.ts';
import type { Clocks } from '../../base/time.ts';
import type { Operator } from '../../registry/sign-in/index.ts';
import type { Utilities, Utility } from '../../registry/utilities/index.ts';
import {
  type ConcernedConnection,
  countConcerned,
  countFlaggedPayMore,
  countLeftOut,
  type Found,
  type FoundRow,
  insertFound,
  type PastSale,
  type StoredBackTest,
  selectBackTest,
  selectBackTestOfRequest,
  selectConcerned,
  selectExtremes,
  selectPage,
  summarise,
} from './back-test-store.ts';
import { dayBefore, startOfDayMs } from './calendar.ts';
import { baselineOf, type TariffChanges } from './changes.ts';
import { type Refused, repeated } from './errors.ts';
import { assignedOn, type Tariffs } from './in-force.ts';
import type { WalletTimes } from './past-use.ts';
import { type PastOfHome, readPast } from './read-past.ts';
import { type StoredVersion, selectVersion, selectVersions } from './store.ts';

/** Connections of one chunk: a crash loses the work on as many. */
const chunkConnections = 100;
const extremesShown = 100;
const csvPage = 500;

export type BackTests = ReturnType<typeof createBackTests>;

type BackTestDeps = {
  readonly database: Database;
  readonly utilities: Utilities;
  readonly tariffs: Tariffs;
  readonly clocks: Clocks;
  readonly newUuid: NewUuid;
  readonly walletTimes: WalletTimes;
  /** Asks for approval of a version that was tried; a refusal leaves it a draft that says why. */
  readonly askFor: TariffChanges['askFor'];
};

export function createBackTests(o: BackTestDeps) {
  const { database } = o;
  const nowMs = () => o.clocks.business.nowMs();

  /** The job. Chunk by chunk until the end; a repeat goes on after the last chunk. */
  const run = async ({ utilityId, backTestId }: Jobs['runBackTest']): Promise<void> => {
    const utility = await o.utilities.get(utilityId);
    while (await runChunk(utility, backTestId)) {
      // Other work of this process goes first.
      await new Promise((resolve) => setImmediate(resolve));
    }
  };

  /** False when nothing is left to do. */
  const runChunk = async (utility: Utility, backTestId: string): Promise<boolean> => {
    const chunk = await database.inUtility(utility.id, (tx) =>
      readChunk(tx, o, { utility, backTestId }),
    );
    if (chunk === null) return false;
    const found: FoundRow[] = [];
    for (const connection of chunk.connections) {
      const row = priceAgain(chunk, connection, utility);
      if (row !== null) found.push(row);
      // Pricing is pure work: a request that waits is answered between two connections.
      await new Promise((resolve) => setImmediate(resolve));
    }
    return database.inUtility(utility.id, async (tx) => {
      const current = await selectBackTest(tx, { backTestId, lock: true });
      // Another process worked on the same chunk and was faster.
      if (current?.connectionsDone !== chunk.job.connectionsDone) return true;
      await insertFound(tx, { utilityId: utility.id, backTestId }, found);
      const goesOn = await advance(tx, chunk, nowMs());
      const { asksBy: operatorId, requestedBy: name, versionId, requestId } = chunk.job;
      if (!goesOn && operatorId !== null) {
        const by = { utilityId: utility.id, operatorId, name };
        await o.askFor(tx, { versionId, requestId, by });
      }
      return goesOn;
    });
  };

  return {
    start: (by: Operator, s: Start) => start(o, by, s),
    run,

    rows: foundRows,

    /** All rows as CSV, in the order of their places; pages in transactions of their own. */
    csv: (utilityId: string, found: Found) => csvOf(o, utilityId, found),
  };
}

type PageStart = { readonly bucket: number; readonly connectionId: string } | null;

type Chunk = {
  readonly job: StoredBackTest;
  readonly after: Tariff;
  readonly connections: readonly ConcernedConnection[];
  /** Approved versions of the same tariff; empty for a tariff's first. */
  readonly familyIds: readonly string[];
  /** Whether the new version would price it on its first day. */
  readonly isConcerned: (connection: ConcernedConnection) => boolean;
  /** What prices it on the day before; null when nothing does. */
  readonly before: (connection: ConcernedConnection) => Tariff | null;
  readonly parametersOf: (connection: ConcernedConnection) => Readonly<Record<string, string>>;
  readonly pastOf: (connection: ConcernedConnection) => PastOfHome;
};

export async function foundRows(
  tx: Tx,
  found: Found,
  q: {
    readonly order: 'payMore' | 'payLess';
    readonly today: string;
    readonly showsFlags: boolean;
  },
): Promise<BackTestRows> {
  return {
    rows: [...(await selectExtremes(tx, found, { ...q, limit: extremesShown }))],
    flaggedPayMore: q.showsFlags ? await countFlaggedPayMore(tx, found, q.today) : null,
  };
}

/** Null for a connection without purchases or use, or that the version does not concern. */
function priceAgain(
  chunk: Chunk,
  connection: ConcernedConnection,
  utility: Utility,
): FoundRow | null {
  const before = chunk.before(connection);
  if (before === null || !chunk.isConcerned(connection)) return null;
  const parameters = chunk.parametersOf(connection);
  return priceHome(connection, chunk.pastOf(connection), {
    ...{ before, after: chunk.after, parameters, parametersAfter: parameters },
    zone: utility.zone,
  });
}

/** A home's past under two documents; null where there is none. */
export function priceHome(
  home: { readonly bucket: number; readonly connectionId: string },
  { sales, use, useOf }: PastOfHome,
  o: {
    readonly before: Tariff;
    readonly after: Tariff;
    readonly parameters: Readonly<Record<string, string>>;
    readonly parametersAfter: Readonly<Record<string, string>>;
    readonly zone: string;
  },
): FoundRow | null {
  if (sales.length + use.length === 0) return null;
  const { bucket, connectionId } = home;
  const purchases = sales.map((sale) => purchaseOf(sale, o.zone));
  const { parameters, parametersAfter } = o;
  const [row] = backTest(o.before, o.after, [
    { id: connectionId, parameters, parametersAfter, purchases, use },
  ]).rows;
  if (row === undefined) return null;
  return {
    bucket,
    connectionId,
    purchases: purchases.length,
    refused: Object.values(row.refused).reduce((sum, count) => sum + count, 0),
    energyWh: row.energyWh,
    beforeMinor: row.beforeMinor,
    afterMinor: row.afterMinor,
    spentMinor: row.spentMinor,
    energyBeforeWh: row.energyBeforeWh,
    energyAfterWh: row.energyAfterWh,
    useOf: use.length === 0 ? null : useOf,
  };
}

/** What went to debt bought no energy under either version. */
function purchaseOf(sale: PastSale, zone: string): PastPurchase {
  const civil = zonedAt(sale.issuedAtMs, zone);
  return {
    date: civil.toPlainDate().toString(),
    time: civil.toPlainTime().toString().slice(0, 5),
    energyWh: sale.energyWh,
    spentMinor: sale.lines
      .filter((line) => line.kind !== 'debt')
      .reduce((sum, line) => sum + BigInt(line.amountMinor), 0n),
  };
}

/** Steps on after a chunk, or finishes; true while something is left. */
async function advance(tx: Tx, chunk: Chunk, nowMs: number): Promise<boolean> {
  const { job, connections } = chunk;
  const last = connections.at(-1);
  const finished = connections.length < chunkConnections;
  await tx
    .updateTable('tariff_back_tests')
    .set({
      connections_done: job.connectionsDone + connections.length,
      ...(last !== undefined && { after_bucket: last.bucket, after_id: last.connectionId }),
      ...(finished && {
        summary: JSON.stringify({
          ...(await summarise(tx, { backTestId: job.id })),
          leftOut: await countLeftOut(tx, { backTestId: job.id, familyIds: chunk.familyIds }),
        }),
        finished_at: new Date(nowMs),
      }),
    })
    .where('id', '=', job.id)
    .execute();
  return !finished;
}

const approvedIds = (family: readonly StoredVersion[]): string[] =>
  family.filter((each) => each.state === 'approved').map((each) => each.id);

function sameRequest(
  first: StoredBackTest,
  s: { readonly versionId: string; readonly months: number },
): Result<{ readonly backTestId: string; readonly isNew: boolean }, Refused> {
  const before = [first.versionId, first.months];
  return repeated(before, [s.versionId, s.months], { backTestId: first.id, isNew: false });
}

/** The start of the day so many months ago. */
export function monthsAgoMs(nowMs: number, o: { months: number; zone: string }): number {
  const today = zonedAt(nowMs, o.zone).toPlainDate();
  return startOfDayMs(today.subtract({ months: o.months }).toString(), o.zone);
}

const csvColumns = [
  'connection_id',
  'connection_name',
  'purchases',
  'refused_purchases',
  'energy_kwh',
  'cost_before',
  'cost_after',
  'cost_change',
  'money_spent',
  'kwh_before',
  'kwh_after',
  'currency',
  'measured_use_of',
];

function csvRow(
  row: FoundRow & { readonly connectionName: string },
  cells: ReturnType<typeof createCells>,
): string[] {
  return [
    `connection_${row.connectionId}`,
    row.connectionName,
    String(row.purchases),
    String(row.refused),
    cells.kWh(row.energyWh),
    cells.money(row.beforeMinor),
    cells.money(row.afterMinor),
    cells.money(row.afterMinor - row.beforeMinor),
    cells.money(row.spentMinor),
    cells.kWh(row.energyBeforeWh),
    cells.kWh(row.energyAfterWh),
    cells.currency,
    row.useOf ?? '',
  ];
}

type Start = {
  readonly versionId: string;
  readonly requestId: string;
  readonly months: number;
  readonly asks?: boolean;
};

/** Asks for one over the last months; the same request again is answered with the first. */
const start = (
  o: BackTestDeps,
  by: Operator,
  s: Start,
): Promise<Result<{ readonly backTestId: string; readonly isNew: boolean }, Refused>> =>
  o.database.inUtility(by.utilityId, async (tx) => {
    const nowMs = o.clocks.business.nowMs();
    const first = await selectBackTestOfRequest(tx, s.requestId);
    if (first !== null) return sameRequest(first, s);
    const version = await selectVersion(tx, { versionId: s.versionId, lock: true });
    if (version === null) return err({ code: 'unknownVersion' });
    if (version.state !== 'draft') return err({ code: 'notDraft' });
    const utility = await o.utilities.get(by.utilityId);
    const family = await selectVersions(tx, version.name);
    const baseline = await baselineOf(tx, o.tariffs, { version, family });
    const id = o.newUuid();
    const inserted = await tx
      .insertInto('tariff_back_tests')
      .values({
        id,
        utility_id: utility.id,
        version_id: version.id,
        baseline_id: baseline?.id ?? null,
        request_id: s.requestId,
        months: s.months,
        from_at: new Date(monthsAgoMs(nowMs, { months: s.months, zone: utility.zone })),
        to_at: new Date(nowMs),
        requested_by: by.name,
        asks_by: s.asks === true ? by.operatorId : null,
        requested_at: new Date(nowMs),
        connections_total: await countConcerned(tx, approvedIds(family)),
      })
      .onConflict((conflict) => conflict.columns(['utility_id', 'request_id']).doNothing())
      .returning('id')
      .executeTakeFirst();
    if (inserted === undefined) {
      const winner = await selectBackTestOfRequest(tx, s.requestId);
      return winner === null ? err({ code: 'requestIdReused' }) : sameRequest(winner, s);
    }
    await enqueueJob(tx, 'runBackTest', { utilityId: utility.id, backTestId: id });
    return ok({ backTestId: id, isNew: true });
  });

async function readChunk(
  tx: Tx,
  { tariffs, walletTimes }: BackTestDeps,
  { utility, backTestId }: { readonly utility: Utility; readonly backTestId: string },
): Promise<Chunk | null> {
  const job = await selectBackTest(tx, { backTestId, lock: false });
  if (job === null || job.summary !== null) return null;
  const version = await selectVersion(tx, { versionId: job.versionId, lock: false });
  const after = await tariffs.documentOf(tx, job.versionId);
  if (version === null || after === null) throw new Error('a version that cannot be read');
  const familyIds = approvedIds(await selectVersions(tx, version.name));
  const { afterBucket: bucket, afterId: id } = job;
  const connections = await selectConcerned(tx, {
    familyIds,
    after: bucket === null || id === null ? null : { bucket, id },
    limit: chunkConnections,
  });
  const inForce = await tariffs.inForce(tx, connections);
  const lastDay = dayBefore(version.effectiveFrom);
  const pastOf = await readPast(tx, connections, {
    ...{ fromAtMs: job.fromAtMs, toAtMs: job.toAtMs, utility, walletTimes },
    tariffsOf: (connection) => [inForce(connection, lastDay)?.tariff ?? null, after],
  });
  return {
    job,
    after,
    connections,
    familyIds,
    isConcerned: (connection) =>
      familyIds.length === 0 ||
      familyIds.includes(assignedOn(connection, version.effectiveFrom).tariffId),
    before: (connection) => inForce(connection, lastDay)?.tariff ?? null,
    parametersOf: (connection) => assignedOn(connection, version.effectiveFrom).parameters,
    pastOf,
  };
}

async function* csvOf(o: BackTestDeps, utilityId: string, found: Found): AsyncGenerator<string> {
  const cells = createCells(await o.utilities.get(utilityId));
  yield csvLines([csvColumns]);
  let after: PageStart = null;
  while (true) {
    const from: PageStart = after;
    const page: Awaited<ReturnType<typeof selectPage>> = await o.database.inUtility(
      utilityId,
      (tx) => selectPage(tx, found, { after: from, limit: csvPage }),
    );
    if (page.length > 0) yield csvLines(page.map((row) => csvRow(row, cells)));
    after = page.at(-1) ?? null;
    if (after === null || page.length < csvPage) return;
  }
}
