// Shifts of a till: opened, summed from its sales, closed with a count of the cash or, by some
// terminals, without one. A close takes
// the vendor's lock, as a sale does, so that no sale slips into a shift that was counted.

import { type ShiftJson, type ShiftPage, vendorPageSize } from '@prewatt/api';
import { err, idFromUuid, ok, type Result } from '@prewatt/quantities';
import { sql } from 'kysely';
import type { Database, Tx } from '../../base/database.ts';
import type { NewUuid } from '../../base/ids.ts';
import type { Clocks } from '../../base/time.ts';
import type { ShiftRefusal } from './errors.ts';
import { lockVendor, openShiftOf } from './float.ts';
import type { Till } from './keys.ts';

type Answer = Promise<Result<ShiftJson, ShiftRefusal>>;

export type Shifts = {
  /**
   * `clerkId`: who opens it, on a phone that clerks sign in on. `requestId`: the same again is the
   * shift that it has opened, whatever became of that.
   */
  readonly open: (
    till: Till,
    o?: { readonly clerkId?: string; readonly requestId?: string },
  ) => Answer;
  /** Whose the open shift is: the clerk by name, null for a till without clerks. */
  readonly holder: (
    till: Till,
  ) => Promise<{ readonly clerkId: string | null; readonly name: string | null } | null>;
  /** Who opened a shift of the vendor; null for a till without clerks. */
  readonly clerkOf: (till: Till, shiftId: string) => Promise<string | null>;
  readonly current: (till: Till) => Promise<ShiftJson | null>;
  /** The shift of this till that was closed last. */
  readonly lastClosed: (till: Till) => Promise<ShiftJson | null>;
  /** Also of another till of the vendor, whose key may be lost. */
  readonly find: (till: Till, shiftId: string) => Answer;
  /** As `find`. The same count again gets the same answer; null: nobody counted the cash. */
  readonly close: (
    till: Till,
    o: { readonly shiftId: string; readonly countedMinor: bigint | null },
  ) => Answer;
  /** Closes what is open. `requestId`: the same again is the shift that it has closed. */
  readonly closeOpen: (
    till: Till,
    o: { readonly requestId: string; readonly countedMinor: bigint | null },
  ) => Promise<Result<ShiftJson, 'noOpenShift'>>;
};

type ShiftDeps = {
  readonly database: Database;
  readonly clocks: Clocks;
  readonly newUuid: NewUuid;
};

export function createShifts(o: ShiftDeps): Shifts {
  const now = () => new Date(o.clocks.business.nowMs());
  const inTill = <T>(till: Till, work: (tx: Tx) => Promise<T>): Promise<T> =>
    o.database.inUtility(till.utilityId, work);
  return {
    open: (till, { clerkId = null, requestId = null } = {}) =>
      inTill(till, (tx) => open(tx, o, { till, clerkId, requestId })),

    holder: (till) =>
      inTill(till, async (tx) => {
        const row = await withClerk(tx, till)
          .where('vendor_shifts.key_id', '=', till.keyId)
          .where('closed_at', 'is', null)
          .executeTakeFirst();
        return row === undefined ? null : { clerkId: row.clerk_id, name: row.name };
      }),

    clerkOf: (till, shiftId) =>
      inTill(till, async (tx) => {
        const row = await withClerk(tx, till)
          .where('vendor_shifts.id', '=', shiftId)
          .executeTakeFirst();
        return row?.name ?? null;
      }),

    current: (till) =>
      inTill(till, async (tx) => {
        const row = await openShiftOf(tx, till.keyId);
        return row === undefined ? null : shiftJson(tx, row);
      }),

    lastClosed: (till) => inTill(till, (tx) => lastClosed(tx, till)),

    find: (till, shiftId) =>
      inTill(till, async (tx) => {
        const row = await shiftOf(tx, till, shiftId);
        return row === undefined ? err('unknownShift') : ok(await shiftJson(tx, row));
      }),

    close: (till, { shiftId, countedMinor }) =>
      inTill(till, async (tx) => {
        await lockVendor(tx, till.vendorId);
        const row = await shiftOf(tx, till, shiftId);
        if (row === undefined) return err('unknownShift');
        if (row.closed_at !== null) {
          if (row.counted_minor !== countedMinor) return err('shiftClosed');
          return ok(await shiftJson(tx, row));
        }
        return ok(await closeShift(tx, row, { closedAt: now(), countedMinor }));
      }),

    closeOpen: (till, { requestId, countedMinor }) =>
      inTill(till, async (tx) => {
        await lockVendor(tx, till.vendorId);
        const before = await tx
          .selectFrom('vendor_shifts')
          .selectAll()
          .where('vendor_id', '=', till.vendorId)
          .where('end_request', '=', requestId)
          .executeTakeFirst();
        if (before !== undefined) return ok(await shiftJson(tx, before));
        const row = await openShiftOf(tx, till.keyId);
        if (row === undefined) return err('noOpenShift');
        return ok(await closeShift(tx, row, { closedAt: now(), countedMinor, requestId }));
      }),
  };
}

async function closeShift(
  tx: Tx,
  { id }: Pick<ShiftRow, 'id'>,
  o: {
    readonly closedAt: Date;
    readonly countedMinor: bigint | null;
    readonly requestId?: string;
  },
): Promise<ShiftJson> {
  const { amountMinor } = await totalsOf(tx, id);
  const closed = await tx
    .updateTable('vendor_shifts')
    .set({ closed_at: o.closedAt, expected_minor: amountMinor, counted_minor: o.countedMinor })
    .set({ end_request: o.requestId ?? null })
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow();
  return shiftJson(tx, closed);
}

type Opening = {
  readonly till: Till;
  readonly clerkId: string | null;
  readonly requestId: string | null;
};

async function open(tx: Tx, o: ShiftDeps, { till, clerkId, requestId }: Opening): Answer {
  const vendor = await lockVendor(tx, till.vendorId);
  const before = requestId === null ? undefined : await startedBy(tx, till, requestId);
  if (before !== undefined) return ok(await shiftJson(tx, before));
  if (vendor === undefined || vendor.blocked_reason !== null) return err('vendorBlocked');
  if ((await openShiftOf(tx, till.keyId)) !== undefined) return err('shiftAlreadyOpen');
  const row = await tx
    .insertInto('vendor_shifts')
    .values({
      id: o.newUuid(),
      utility_id: till.utilityId,
      vendor_id: till.vendorId,
      key_id: till.keyId,
      clerk_id: clerkId,
      start_request: requestId,
      opened_at: new Date(o.clocks.business.nowMs()),
    })
    .returningAll()
    .executeTakeFirstOrThrow();
  return ok(await shiftJson(tx, row));
}

const startedBy = (tx: Tx, till: Till, requestId: string) =>
  tx
    .selectFrom('vendor_shifts')
    .selectAll()
    .where('vendor_id', '=', till.vendorId)
    .where('start_request', '=', requestId)
    .executeTakeFirst();

const shiftOf = (tx: Tx, till: Till, shiftId: string) =>
  tx
    .selectFrom('vendor_shifts')
    .selectAll()
    .where('id', '=', shiftId)
    .where('vendor_id', '=', till.vendorId)
    .executeTakeFirst();

async function lastClosed(tx: Tx, till: Till): Promise<ShiftJson | null> {
  const row = await tx
    .selectFrom('vendor_shifts')
    .selectAll()
    .where('key_id', '=', till.keyId)
    .where('vendor_id', '=', till.vendorId)
    .where('closed_at', 'is not', null)
    .orderBy('closed_at', 'desc')
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row === undefined ? null : shiftJson(tx, row);
}

const withClerk = (tx: Tx, till: Till) =>
  tx
    .selectFrom('vendor_shifts')
    .leftJoin('vendor_clerks', 'vendor_clerks.id', 'vendor_shifts.clerk_id')
    .select(['vendor_shifts.clerk_id', 'vendor_clerks.name'])
    .where('vendor_shifts.vendor_id', '=', till.vendorId);

/**
 * Cash that went back over the counter while the shift was open is not expected in the till: a
 * correction has posted to the vendor's float.
 */
const isInTill = sql<boolean>`NOT EXISTS (SELECT FROM postings p
  WHERE p.bucket = vendor_sales.bucket AND p.connection_id = vendor_sales.connection_id
    AND p.sale_id = vendor_sales.sale_id
    AND p.vendor_id IS NOT NULL AND p.correction_id IS NOT NULL
    AND (vendor_shifts.closed_at IS NULL OR p.posted_at <= vendor_shifts.closed_at))`;

/** Shifts of a vendor's tills, newest first. `cursor` is the last row's identifier. */
export async function shiftsOf(
  tx: Tx,
  vendorId: string,
  o: { readonly cursor: string | null },
): Promise<ShiftPage> {
  let query = tx
    .selectFrom('vendor_shifts')
    .innerJoin('vendor_keys', 'vendor_keys.id', 'vendor_shifts.key_id')
    .leftJoin('vendor_clerks', 'vendor_clerks.id', 'vendor_shifts.clerk_id')
    .leftJoinLateral(
      (eb) =>
        eb
          .selectFrom('vendor_sales')
          .select([
            sql<bigint>`count(*)`.as('sales'),
            sql<bigint>`coalesce(sum(amount_minor), 0)::bigint`.as('amount'),
            sql<bigint>`coalesce(sum(commission_minor), 0)::bigint`.as('commission'),
          ])
          .whereRef('vendor_sales.shift_id', '=', 'vendor_shifts.id')
          .where(isInTill)
          .as('totals'),
      (join) => join.onTrue(),
    )
    .selectAll('vendor_shifts')
    .select(['vendor_keys.label', 'totals.sales', 'totals.amount', 'totals.commission'])
    .select('vendor_clerks.name as clerk')
    .where('vendor_shifts.vendor_id', '=', vendorId);
  if (o.cursor !== null) query = query.where('vendor_shifts.id', '<', o.cursor);
  const rows = await query
    .orderBy('vendor_shifts.id', 'desc')
    .limit(vendorPageSize + 1)
    .execute();
  const shown = rows.slice(0, vendorPageSize);
  return {
    rows: shown.map((row) => ({
      ...jsonOf(row, {
        sales: Number(row.sales ?? 0n),
        amountMinor: row.amount ?? 0n,
        commissionMinor: row.commission ?? 0n,
      }),
      till: row.label,
      clerk: row.clerk,
    })),
    nextCursor: rows.length > vendorPageSize ? (shown.at(-1)?.id ?? null) : null,
  };
}

async function totalsOf(tx: Tx, shiftId: string) {
  const row = await tx
    .selectFrom('vendor_sales')
    .innerJoin('vendor_shifts', 'vendor_shifts.id', 'vendor_sales.shift_id')
    .where(isInTill)
    .select([
      sql<bigint>`count(*)`.as('sales'),
      sql<bigint>`coalesce(sum(vendor_sales.amount_minor), 0)::bigint`.as('amount'),
      sql<bigint>`coalesce(sum(commission_minor), 0)::bigint`.as('commission'),
    ])
    .where('shift_id', '=', shiftId)
    .executeTakeFirstOrThrow();
  return { sales: Number(row.sales), amountMinor: row.amount, commissionMinor: row.commission };
}

type ShiftRow = NonNullable<Awaited<ReturnType<typeof openShiftOf>>>;

async function shiftJson(tx: Tx, row: ShiftRow): Promise<ShiftJson> {
  return jsonOf(row, await totalsOf(tx, row.id));
}

function jsonOf(row: ShiftRow, totals: Awaited<ReturnType<typeof totalsOf>>): ShiftJson {
  const expectedMinor = row.expected_minor ?? totals.amountMinor;
  const counted = row.counted_minor;
  return {
    shiftId: idFromUuid('shift', row.id),
    openedAt: new Date(row.opened_at).toISOString(),
    closedAt: row.closed_at === null ? null : new Date(row.closed_at).toISOString(),
    sales: totals.sales,
    expectedMinor: expectedMinor.toString(),
    commissionMinor: totals.commissionMinor.toString(),
    countedMinor: counted?.toString() ?? null,
    differenceMinor: counted === null ? null : (counted - expectedMinor).toString(),
  };
}
