// Batches of a vendor: a sales batch takes the shifts that were closed since the last one, a bank
// batch the sales batches that were ended. Started, totalled and ended under the vendor's lock, so
// that what one took no other takes.

import { type VendorBatch, type VendorBatchPage, vendorPageSize } from '@prewatt/api';
import { err, idFromUuid, ok, type Result } from '@prewatt/quantities';
import { type RawBuilder, sql } from 'kysely';
import type { Database, Tx } from '../../base/database.ts';
import type { NewUuid } from '../../base/ids.ts';
import type { Clocks } from '../../base/time.ts';
import { lockVendor } from './float.ts';
import type { Till } from './keys.ts';

export type BatchKind = VendorBatch['kind'];

/** `requestId`: the caller's name of a request; the same again is answered as before. */
type Asked = { readonly kind: BatchKind; readonly requestId: string };

export type Batches = {
  readonly start: (
    till: Till,
    o: Asked,
  ) => Promise<Result<VendorBatch, 'vendorBlocked' | 'batchAlreadyOpen'>>;
  /** `countedMinor`: what is brought; null for what was counted of its parts. */
  readonly end: (
    till: Till,
    o: Asked & { readonly countedMinor: bigint | null },
  ) => Promise<Result<VendorBatch, 'noOpenBatch'>>;
  /** With what it would take if it ended now. */
  readonly current: (till: Till, kind: BatchKind) => Promise<VendorBatch | null>;
  readonly lastEnded: (till: Till, kind: BatchKind) => Promise<VendorBatch | null>;
  readonly find: (
    till: Till,
    o: { readonly kind: BatchKind; readonly number: number },
  ) => Promise<VendorBatch | null>;
  /** Taxes of what was sold in a shift and not undone while it was open, in minor units. */
  readonly taxOfShift: (till: Till, shiftId: string) => Promise<bigint>;
};

type BatchDeps = {
  readonly database: Database;
  readonly clocks: Clocks;
  readonly newUuid: NewUuid;
};

export function createBatches(o: BatchDeps): Batches {
  const inTill = <T>(till: Till, work: (tx: Tx) => Promise<T>): Promise<T> =>
    o.database.inUtility(till.utilityId, work);
  const shown = (
    till: Till,
    wanted: (tx: Tx) => Promise<BatchRow | undefined>,
  ): Promise<VendorBatch | null> =>
    inTill(till, async (tx) => {
      const row = await wanted(tx);
      return row === undefined ? null : batchJson(tx, row);
    });
  return {
    start: (till, asked) => inTill(till, (tx) => start(tx, o, { till, ...asked })),
    end: (till, asked) => inTill(till, (tx) => end(tx, o, { till, ...asked })),
    current: (till, kind) => shown(till, (tx) => openBatch(tx, till.vendorId, kind)),
    lastEnded: (till, kind) =>
      shown(till, (tx) =>
        batchesOf(tx, till.vendorId)
          .where('kind', '=', kind)
          .where('ended_at', 'is not', null)
          .orderBy('number', 'desc')
          .limit(1)
          .executeTakeFirst(),
      ),
    find: (till, { kind, number }) =>
      shown(till, (tx) =>
        batchesOf(tx, till.vendorId)
          .where('kind', '=', kind)
          .where('number', '=', number)
          .executeTakeFirst(),
      ),
    taxOfShift: (till, shiftId) =>
      inTill(till, async (tx) => (await reportOf(tx, sql`s.id = ${shiftId}::uuid`)).taxMinor),
  };
}

const batchesOf = (tx: Tx, vendorId: string) =>
  tx.selectFrom('vendor_batches').selectAll().where('vendor_id', '=', vendorId);

const openBatch = (tx: Tx, vendorId: string, kind: BatchKind) =>
  batchesOf(tx, vendorId).where('kind', '=', kind).where('ended_at', 'is', null).executeTakeFirst();

/** Which batches of a vendor are open. */
export async function openBatches(
  tx: Tx,
  vendorId: string,
): Promise<{ readonly sales: boolean; readonly bank: boolean }> {
  const rows = await batchesOf(tx, vendorId).where('ended_at', 'is', null).execute();
  const isOpen = (kind: BatchKind) => rows.some((row) => row.kind === kind);
  return { sales: isOpen('sales'), bank: isOpen('bank') };
}

type BatchRow = NonNullable<Awaited<ReturnType<typeof openBatch>>>;

async function start(
  tx: Tx,
  o: BatchDeps,
  { till, kind, requestId }: Asked & { readonly till: Till },
): ReturnType<Batches['start']> {
  const vendor = await lockVendor(tx, till.vendorId);
  if (vendor === undefined || vendor.blocked_reason !== null) return err('vendorBlocked');
  const before = await batchesOf(tx, till.vendorId)
    .where('kind', '=', kind)
    .where('start_request', '=', requestId)
    .executeTakeFirst();
  if (before !== undefined) return ok(await batchJson(tx, before));
  const last = await batchesOf(tx, till.vendorId)
    .where('kind', '=', kind)
    .orderBy('number', 'desc')
    .limit(1)
    .executeTakeFirst();
  if (last !== undefined && last.ended_at === null) return err('batchAlreadyOpen');
  const row = await tx
    .insertInto('vendor_batches')
    .values({
      id: o.newUuid(),
      utility_id: till.utilityId,
      vendor_id: till.vendorId,
      kind,
      number: (last?.number ?? 0) + 1,
      started_at: new Date(o.clocks.business.nowMs()),
      start_request: requestId,
    })
    .returningAll()
    .executeTakeFirstOrThrow();
  return ok(await batchJson(tx, row));
}

async function end(
  tx: Tx,
  o: BatchDeps,
  a: Asked & { readonly till: Till; readonly countedMinor: bigint | null },
): ReturnType<Batches['end']> {
  const { till, kind, requestId } = a;
  await lockVendor(tx, till.vendorId);
  const before = await batchesOf(tx, till.vendorId)
    .where('kind', '=', kind)
    .where('end_request', '=', requestId)
    .executeTakeFirst();
  if (before !== undefined) return ok(await batchJson(tx, before));
  const row = await openBatch(tx, till.vendorId, kind);
  if (row === undefined) return err('noOpenBatch');
  await take(tx, row);
  const { expectedMinor } = await reportOf(tx, shiftsOfEnded(row));
  const ended = await tx
    .updateTable('vendor_batches')
    .set({
      ended_at: new Date(o.clocks.business.nowMs()),
      expected_minor: expectedMinor,
      counted_minor: a.countedMinor ?? (await countedOfParts(tx, row)),
      end_request: requestId,
    })
    .where('id', '=', row.id)
    .returningAll()
    .executeTakeFirstOrThrow();
  return ok(await batchJson(tx, ended));
}

/** What waits goes into the batch. */
async function take(tx: Tx, { id, kind, utility_id, vendor_id }: BatchRow): Promise<void> {
  const into = sql`${id}::uuid, ${utility_id}::uuid`;
  await (kind === 'sales'
    ? sql`INSERT INTO vendor_batch_shifts (shift_id, batch_id, utility_id)
        SELECT s.id, ${into} FROM vendor_shifts s WHERE ${shiftsThatWait(vendor_id)}`
    : sql`INSERT INTO vendor_bank_batch_parts (sales_batch_id, batch_id, utility_id)
        SELECT b.id, ${into} FROM vendor_batches b WHERE ${salesBatchesThatWait(vendor_id)}`
  ).execute(tx);
}

/**
 * So what was missing in a shift is missing in the batches above it, too. Null where a part was not
 * counted: the others' sum is no count of the whole.
 */
async function countedOfParts(tx: Tx, { id, kind }: BatchRow): Promise<bigint | null> {
  const parts =
    kind === 'sales'
      ? sql`vendor_batch_shifts p JOIN vendor_shifts c ON c.id = p.shift_id`
      : sql`vendor_bank_batch_parts p JOIN vendor_batches c ON c.id = p.sales_batch_id`;
  const { rows } = await sql<{ minor: bigint | null }>`SELECT
    CASE WHEN count(*) = count(c.counted_minor) THEN coalesce(sum(c.counted_minor), 0)::bigint END
      AS minor
    FROM ${parts} WHERE p.batch_id = ${id}::uuid`.execute(tx);
  return rows[0]?.minor ?? null;
}

const shiftsThatWait = (vendorId: string) => sql`s.vendor_id = ${vendorId}::uuid
  AND s.closed_at IS NOT NULL
  AND NOT EXISTS (SELECT FROM vendor_batch_shifts p WHERE p.shift_id = s.id)`;

const salesBatchesThatWait = (vendorId: string) => sql`b.vendor_id = ${vendorId}::uuid
  AND b.kind = 'sales' AND b.ended_at IS NOT NULL
  AND NOT EXISTS (SELECT FROM vendor_bank_batch_parts p WHERE p.sales_batch_id = b.id)`;

const shiftsOfEnded = ({ id, kind }: BatchRow) =>
  kind === 'sales'
    ? sql`s.id IN (SELECT p.shift_id FROM vendor_batch_shifts p WHERE p.batch_id = ${id}::uuid)`
    : sql`s.id IN (SELECT p.shift_id FROM vendor_batch_shifts p
        JOIN vendor_bank_batch_parts b ON b.sales_batch_id = p.batch_id
        WHERE b.batch_id = ${id}::uuid)`;

const shiftsNow = (row: BatchRow) => {
  if (row.ended_at !== null) return shiftsOfEnded(row);
  if (row.kind === 'sales') return shiftsThatWait(row.vendor_id);
  return sql`s.id IN (SELECT p.shift_id FROM vendor_batch_shifts p JOIN vendor_batches b
    ON b.id = p.batch_id WHERE ${salesBatchesThatWait(row.vendor_id)})`;
};

type Report = { expectedMinor: bigint; sales: bigint; taxMinor: bigint };

/** What the shifts `s` that a condition names add up to. */
async function reportOf(tx: Tx, which: RawBuilder<unknown>): Promise<Report> {
  const { rows } = await sql<Report>`WITH chosen AS (
      SELECT s.id, s.expected_minor, s.closed_at FROM vendor_shifts s WHERE ${which}),
    sold AS (SELECT a.bucket, a.id FROM chosen c JOIN vendor_sales v ON v.shift_id = c.id
      JOIN sales a ON a.bucket = v.bucket AND a.id = v.sale_id
      WHERE a.reversed_at IS NULL OR a.reversed_at > c.closed_at)
    SELECT (SELECT coalesce(sum(expected_minor), 0)::bigint FROM chosen) AS "expectedMinor",
      (SELECT count(*) FROM sold) AS sales,
      (SELECT coalesce(sum((line->>'amountMinor')::bigint), 0)::bigint FROM sold
        JOIN sales a ON a.bucket = sold.bucket AND a.id = sold.id,
        jsonb_array_elements(a.lines) line WHERE line->>'kind' = 'tax') AS "taxMinor"`.execute(tx);
  return rows[0] ?? { expectedMinor: 0n, sales: 0n, taxMinor: 0n };
}

async function batchJson(tx: Tx, row: BatchRow): Promise<VendorBatch> {
  const report = await reportOf(tx, shiftsNow(row));
  const expectedMinor = row.expected_minor ?? report.expectedMinor;
  const counted = row.counted_minor;
  return {
    batchId: idFromUuid('batch', row.id),
    kind: row.kind as BatchKind,
    number: row.number,
    startedAt: new Date(row.started_at).toISOString(),
    endedAt: row.ended_at === null ? null : new Date(row.ended_at).toISOString(),
    sales: Number(report.sales),
    expectedMinor: expectedMinor.toString(),
    taxMinor: report.taxMinor.toString(),
    countedMinor: counted?.toString() ?? null,
    differenceMinor: counted === null ? null : (counted - expectedMinor).toString(),
  };
}

/** Of a vendor, newest first. `cursor` is the last row's identifier. */
export async function vendorBatches(
  tx: Tx,
  vendorId: string,
  cursor: string | null,
): Promise<VendorBatchPage> {
  let query = batchesOf(tx, vendorId);
  if (cursor !== null) query = query.where('id', '<', cursor);
  const rows = await query
    .orderBy('id', 'desc')
    .limit(vendorPageSize + 1)
    .execute();
  const shown = rows.slice(0, vendorPageSize);
  const batches: VendorBatch[] = [];
  for (const row of shown) batches.push(await batchJson(tx, row));
  return {
    rows: batches,
    nextCursor: rows.length > vendorPageSize ? (shown.at(-1)?.id ?? null) : null,
  };
}
