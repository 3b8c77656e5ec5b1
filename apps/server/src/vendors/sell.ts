// What a till does at the counter: confirm a meter, try a price, sell, print again. Idempotency
// comes first: the same request id gets the first answer, whatever has changed since.

import type {
  MeterConfirmation,
  QuoteLineJson,
  Receipt,
  ReceiptCopy,
  VendorQuote,
} from '@prewatt/api';
import { commissionOf } from '@prewatt/ledger';
import { err, idFromUuid, ok, type Result } from '@prewatt/quantities';
import { findMeter, loadConnection, type MeterPlace } from '../connections/index.ts';
import { type Database, inUtilityOrNothing, type Tx } from '../platform/database.ts';
import type { NewUuid } from '../platform/ids.ts';
import type { Clocks } from '../platform/time.ts';
import type { Utilities } from '../utilities/index.ts';
import type { Vending } from '../vending/index.ts';
import type { SellRefusal } from './errors.ts';
import { openShiftOf, payFromFloat } from './float.ts';
import type { Till } from './keys.ts';

export type SellDeps = {
  readonly database: Database;
  readonly utilities: Utilities;
  readonly vending: Vending;
  readonly clocks: Clocks;
  readonly newUuid: NewUuid;
};

export type SaleRequest = {
  readonly requestId: string;
  readonly meterPan: string;
  readonly amountMinor: bigint;
};

export type Selling = {
  readonly confirmMeter: (
    till: Till,
    meterPan: string,
  ) => Promise<Result<MeterConfirmation, 'vendorBlocked' | 'unknownMeter'>>;
  /** What an amount would buy. Writes nothing. */
  readonly quote: (
    till: Till,
    o: { readonly meterPan: string; readonly amountMinor: bigint },
  ) => Promise<Result<VendorQuote, SellRefusal>>;
  readonly sell: (till: Till, o: SaleRequest) => Promise<Result<Receipt, SellRefusal>>;
  /** The answer that a request id got. */
  readonly receiptOf: (till: Till, requestId: string) => Promise<Result<Receipt, 'unknownSale'>>;
  /** The receipt again, counted and marked as a copy. */
  readonly reprint: (till: Till, saleId: string) => Promise<Result<ReceiptCopy, 'unknownSale'>>;
};

export function createSelling(o: SellDeps): Selling {
  /** The meter's place, if it is of the till's utility. */
  const findOwnMeter = async (till: Till, meterPan: string): Promise<MeterPlace | null> => {
    const place = await findMeter(o.database, meterPan);
    return place?.utilityId === till.utilityId ? place : null;
  };

  /** What can be known before anything is locked; a sale looks again under the vendor's lock. */
  const before = (till: Till, request: SaleRequest): Promise<Result<Receipt | null, SellRefusal>> =>
    o.database.inUtility(till.utilityId, async (tx) => {
      const first = await requestOf(tx, till, request.requestId);
      if (first !== undefined) return firstAnswer(tx, first, request);
      const vendor = await vendorOf(tx, till);
      if (vendor.blocked_reason !== null) return err('vendorBlocked');
      if ((await openShiftOf(tx, till.keyId)) === undefined) return err('noOpenShift');
      return ok(null);
    });

  const sellNow = (till: Till, place: MeterPlace, request: SaleRequest) =>
    inUtilityOrNothing(o.database, till.utilityId, async (tx): Promise<Sold> => {
      const saleId = o.newUuid();
      const claimed = await tx
        .insertInto('vendor_requests')
        .values({
          utility_id: till.utilityId,
          vendor_id: till.vendorId,
          request_id: request.requestId,
          bucket: place.bucket,
          sale_id: saleId,
          meter_pan: request.meterPan,
          amount_minor: request.amountMinor,
        })
        .onConflict((conflict) => conflict.columns(['vendor_id', 'request_id']).doNothing())
        .returningAll()
        .executeTakeFirst();
      if (claimed === undefined) {
        // The same request was committed while this one waited at the unique index.
        const first = await requestOf(tx, till, request.requestId);
        if (first === undefined) throw new Error('a request that is there and is not');
        return firstAnswer(tx, first, request);
      }
      const sold = await o.vending.sellForCash(tx, place, {
        saleId,
        amountMinor: request.amountMinor,
        pay: (sale) =>
          payFromFloat(tx, {
            till,
            saleId,
            amountMinor: request.amountMinor,
            sale,
            realNowMs: o.clocks.real.nowMs(),
            newUuid: o.newUuid,
          }),
      });
      if (sold.ok) return ok(await receiptFrom(tx, claimed));
      return err(sold.error === 'unknownConnection' ? 'unknownMeter' : sold.error);
    });

  return {
    confirmMeter: async (till, meterPan) => {
      const place = await findOwnMeter(till, meterPan);
      return o.database.inUtility(till.utilityId, async (tx) => {
        if ((await vendorOf(tx, till)).blocked_reason !== null) return err('vendorBlocked');
        const connection = place === null ? null : await loadConnection(tx, place);
        if (connection === null) return err('unknownMeter');
        return ok({
          meterPan,
          connectionName: connection.name,
          customerName: connection.customerName === null ? null : masked(connection.customerName),
          blocked: connection.blockedReason !== null,
        });
      });
    },

    quote: async (till, request) => {
      const place = await findOwnMeter(till, request.meterPan);
      await o.utilities.get(till.utilityId);
      return o.database.inUtility(till.utilityId, async (tx) => {
        const vendor = await vendorOf(tx, till);
        if (vendor.blocked_reason !== null) return err('vendorBlocked');
        if (place === null) return err('unknownMeter');
        const priced = await o.vending.price(tx, place, request.amountMinor);
        if (!priced.ok) {
          return err(priced.error === 'unknownConnection' ? 'unknownMeter' : priced.error);
        }
        const { purchase, tokenCount } = priced.value;
        return ok({
          amountMinor: request.amountMinor.toString(),
          broughtForwardMinor: purchase.broughtForwardMinor.toString(),
          energyWh: purchase.quote.energyWh.toString(),
          lines: purchase.quote.lines.map((line) => ({
            kind: line.kind,
            label: line.label,
            amountMinor: line.amountMinor.toString(),
            energyWh: line.energyWh?.toString() ?? null,
            explanation: line.explanation,
          })),
          remainderMinor: purchase.quote.remainderMinor.toString(),
          tokens: tokenCount,
          commissionMinor: commissionOf(
            request.amountMinor,
            vendor.commission_basis_points,
          ).toString(),
        });
      });
    },

    sell: async (till, request) => {
      const known = await before(till, request);
      if (!known.ok) return known;
      if (known.value !== null) return ok(known.value);
      const place = await findOwnMeter(till, request.meterPan);
      if (place === null) return err('unknownMeter');
      await o.utilities.get(till.utilityId);
      return sellNow(till, place, request);
    },

    receiptOf: (till, requestId) =>
      o.database.inUtility(till.utilityId, async (tx) => {
        const request = await requestOf(tx, till, requestId);
        return request === undefined ? err('unknownSale') : ok(await receiptFrom(tx, request));
      }),

    reprint: (till, saleId) =>
      o.database.inUtility(till.utilityId, async (tx) => {
        const request = await tx
          .selectFrom('vendor_requests')
          .selectAll()
          .where('sale_id', '=', saleId)
          .where('vendor_id', '=', till.vendorId)
          .executeTakeFirst();
        if (request === undefined) return err('unknownSale');
        const { reprints } = await tx
          .updateTable('vendor_sales')
          .set((eb) => ({ reprints: eb('reprints', '+', 1) }))
          .where('bucket', '=', request.bucket)
          .where('sale_id', '=', saleId)
          .returning('reprints')
          .executeTakeFirstOrThrow();
        return ok({ ...(await receiptFrom(tx, request)), copy: reprints });
      }),
  };
}

type Sold = Result<Receipt, SellRefusal>;

const vendorOf = (tx: Tx, till: Till) =>
  tx.selectFrom('vendors').selectAll().where('id', '=', till.vendorId).executeTakeFirstOrThrow();

const requestOf = (tx: Tx, till: Till, requestId: string) =>
  tx
    .selectFrom('vendor_requests')
    .selectAll()
    .where('vendor_id', '=', till.vendorId)
    .where('request_id', '=', requestId)
    .executeTakeFirst();

type Request = NonNullable<Awaited<ReturnType<typeof requestOf>>>;

async function firstAnswer(tx: Tx, first: Request, again: SaleRequest): Promise<Sold> {
  const same = first.amount_minor === again.amountMinor && first.meter_pan === again.meterPan;
  return same ? ok(await receiptFrom(tx, first)) : err('requestIdReused');
}

/** Made of what never changes after the sale, so that it is the same each time. */
async function receiptFrom(tx: Tx, request: Request): Promise<Receipt> {
  const row = await tx
    .selectFrom('sales')
    .innerJoin('vendor_sales', (join) =>
      join
        .onRef('vendor_sales.bucket', '=', 'sales.bucket')
        .onRef('vendor_sales.sale_id', '=', 'sales.id'),
    )
    .selectAll('vendor_sales')
    .select([
      'sales.requested_at',
      'sales.brought_forward_minor',
      'sales.energy_wh',
      'sales.lines',
      'sales.remainder_minor',
    ])
    .where('sales.bucket', '=', request.bucket)
    .where('sales.id', '=', request.sale_id)
    .executeTakeFirstOrThrow();
  const tokens = await tx
    .selectFrom('tokens')
    .select(['digits', 'energy_wh'])
    .where('bucket', '=', request.bucket)
    .where('sale_id', '=', request.sale_id)
    .orderBy('tid')
    .execute();
  return {
    saleId: idFromUuid('sale', request.sale_id),
    requestId: request.request_id,
    shiftId: idFromUuid('shift', row.shift_id),
    soldAt: new Date(row.requested_at).toISOString(),
    meterPan: request.meter_pan,
    connectionName: row.connection_name,
    amountMinor: row.amount_minor.toString(),
    broughtForwardMinor: (row.brought_forward_minor ?? 0n).toString(),
    energyWh: (row.energy_wh ?? 0n).toString(),
    lines: ((row.lines ?? []) as QuoteLineJson[]).map(
      ({ kind, label, amountMinor, energyWh, explanation }) => ({
        kind,
        label,
        amountMinor,
        energyWh,
        explanation,
      }),
    ),
    remainderMinor: (row.remainder_minor ?? 0n).toString(),
    commissionMinor: row.commission_minor.toString(),
    tokens: tokens.map((each) => ({ token: each.digits, energyWh: each.energy_wh.toString() })),
  };
}

/** "Thandi Mokoena" -> "T… M…": enough to confirm, too little to learn. */
export function masked(name: string): string {
  return name
    .trim()
    .split(/\s+/)
    .map((word) => `${[...word][0] ?? ''}…`)
    .join(' ');
}
