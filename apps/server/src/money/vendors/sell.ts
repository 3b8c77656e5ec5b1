// What a till does at the counter: confirm a meter, try a price, sell, print again.

import type { MeterConfirmation, Receipt, ReceiptCopy, VendorQuote } from '@prewatt/api';
import { commissionOf } from '@prewatt/ledger';
import { err, ok, type Result } from '@prewatt/quantities';
import { meterPanFromDrn } from '@prewatt/sts/keys';
import type { Database, Tx } from '../../base/database.ts';
import type { NewUuid } from '../../base/ids.ts';
import type { Clocks } from '../../base/time.ts';
import type { Tracing } from '../../base/tracing.ts';
import { findMeter, loadConnection, type MeterPlace } from '../../registry/connections/index.ts';
import type { Utilities } from '../../registry/utilities/index.ts';
import {
  copiesOf,
  debtsOf,
  meterTakes,
  nothingTaken,
  recordCopy,
  trialQuoteOf,
  type Vending,
} from '../vending/index.ts';
import { openBatches } from './batches.ts';
import type { SellRefusal } from './errors.ts';
import { availableTo, openShiftOf } from './float.ts';
import type { Till } from './keys.ts';
import { type MoveOf, receiptFrom } from './receipt.ts';
import { createTillBatch, type TillAnswer } from './till-batch.ts';
import type { KnownRequest, SaleRequest } from './till-decisions.ts';

export type SellDeps = {
  readonly database: Database;
  readonly utilities: Utilities;
  readonly vending: Vending;
  readonly clocks: Clocks;
  readonly newUuid: NewUuid;
  readonly moveOf: MoveOf;
  readonly tracing: Tracing;
};

/** A meter as a terminal is told of it, with the key data of the present key. */
export type MeterAtTill = {
  readonly meterPan: string;
  readonly connectionName: string;
  /** First letters only. */
  readonly customerName: string | null;
  readonly blocked: boolean;
  /** The number leads to a connection whose meter is another one now. */
  readonly exchanged: boolean;
  readonly encryptionAlgorithm: 'ea07' | 'ea11';
  readonly supplyGroupCode: string;
  readonly keyRevision: number;
  readonly tariffIndex: string;
  /** A key change is under way, or comes with the next sale. */
  readonly wantsKey: boolean;
  readonly place: MeterPlace;
};

export type VendorAtTill = {
  readonly name: string;
  readonly blocked: boolean;
  /** What may still be sold for: float plus limit. */
  readonly availableMinor: bigint;
  readonly open: { readonly shift: boolean; readonly sales: boolean; readonly bank: boolean };
};

export type Selling = {
  readonly meterAt: (till: Till, number: string) => Promise<MeterAtTill | null>;
  readonly vendorAt: (till: Till) => Promise<VendorAtTill>;
  readonly confirmMeter: (
    till: Till,
    meterPan: string,
  ) => Promise<Result<MeterConfirmation, 'vendorBlocked' | 'unknownMeter' | 'meterExchanged'>>;
  /** What an amount would buy. Writes nothing. */
  readonly quote: (
    till: Till,
    o: { readonly meterPan: string; readonly amountMinor: bigint },
  ) => Promise<Result<VendorQuote, SellRefusal>>;
  /** Whether float and limit are enough for a sale of this amount now. */
  readonly covers: (till: Till, amountMinor: bigint) => Promise<boolean>;
  /** What is owed there apart from purchases. */
  readonly owedAt: (till: Till, meterPan: string) => Promise<bigint>;
  readonly sell: (till: Till, o: SaleRequest) => Promise<TillAnswer>;
  /** The answer that a request id got. */
  readonly receiptOf: (till: Till, requestId: string) => Promise<Result<Receipt, 'unknownSale'>>;
  /** The receipt of a sale of this vendor, and how many copies of it were printed. */
  readonly receiptOfSale: (
    till: Till,
    saleId: string,
  ) => Promise<
    Result<
      { readonly receipt: Receipt; readonly copies: number; readonly clerk: string | null },
      'unknownSale'
    >
  >;
  /** The receipt again, counted and marked as a copy. */
  readonly reprint: (till: Till, saleId: string) => Promise<Result<ReceiptCopy, 'unknownSale'>>;
};

/** What stands on a meter is often the end of its number alone: 11 or 13 digits. */
export function fullNumber(number: string): string {
  const pan = number.length === 18 ? null : meterPanFromDrn(number);
  return pan?.ok ? pan.value : number;
}

export function createSelling(o: SellDeps): Selling {
  const sellInBatch = createTillBatch(o);

  return {
    meterAt: (till, number) => meterAt(o, { till, meterPan: fullNumber(number) }),
    vendorAt: (till) => o.database.inUtility(till.utilityId, (tx) => vendorAt(tx, till)),

    confirmMeter: async (till, number) => {
      const meterPan = fullNumber(number);
      const place = await findOwnMeter(o, till, meterPan);
      return o.database.inUtility(till.utilityId, async (tx) => {
        if ((await vendorOf(tx, till)).blocked_reason !== null) return err('vendorBlocked');
        const connection = place === null ? null : await loadConnection(tx, place);
        if (connection === null) return err('unknownMeter');
        if (connection.meter.meterPan !== meterPan) return err('meterExchanged');
        return ok({
          meterPan,
          connectionName: connection.name,
          customerName: connection.customerName === null ? null : masked(connection.customerName),
          blocked: connection.blockedReason !== null,
        });
      });
    },

    quote: async (till, request) => {
      const place = await findOwnMeter(o, till, request.meterPan);
      const utility = await o.utilities.get(till.utilityId);
      return o.database.inUtility(till.utilityId, async (tx) => {
        const vendor = await vendorOf(tx, till);
        if (vendor.blocked_reason !== null) return err('vendorBlocked');
        if (place === null) return err('unknownMeter');
        const connection = await loadConnection(tx, place);
        if (connection !== null && connection.meter.meterPan !== request.meterPan) {
          return err('meterExchanged');
        }
        const priced = await o.vending.price(tx, place, request.amountMinor);
        if (!priced.ok) {
          return err(priced.error === 'unknownConnection' ? 'unknownMeter' : priced.error);
        }
        const commission = commissionOf(request.amountMinor, vendor.commission_basis_points);
        const trial = trialQuoteOf(priced.value);
        const takes =
          connection === null || connection.creditMode === 'wallet'
            ? nothingTaken
            : await meterTakes(tx, {
                place: { bucket: connection.bucket, meterId: connection.meter.meterId },
                rules: utility.protectionRules,
                energyWh: BigInt(trial.energyWh),
                creditMinor: trial.creditMinor === null ? null : BigInt(trial.creditMinor),
              });
        return ok({
          ...trial,
          commissionMinor: commission.toString(),
          recoveredEnergyWh: takes.energyWh.toString(),
          recoveredMinor: takes.minor.toString(),
        });
      });
    },

    sell: (till, request) => sellInBatch({ till, request }),

    ...beforeMoney(o),
    ...receipts(o),
  };
}

/** What a clerk has to know before the customer is asked for money. */
function beforeMoney(o: SellDeps): Pick<Selling, 'covers' | 'owedAt'> {
  return {
    covers: (till, amountMinor) =>
      o.database.inUtility(till.utilityId, async (tx) => {
        const vendor = await vendorOf(tx, till);
        const takenMinor = amountMinor - commissionOf(amountMinor, vendor.commission_basis_points);
        return availableTo(vendor, till) >= takenMinor;
      }),

    owedAt: async (till, meterPan) => {
      const place = await findOwnMeter(o, till, meterPan);
      if (place === null) return 0n;
      const { scale } = (await o.utilities.get(till.utilityId)).currency;
      return o.database.inUtility(till.utilityId, async (tx) => {
        const nowMs = o.clocks.business.nowMs();
        const debts = await debtsOf(tx, place, { scale, nowMs });
        return debts.reduce((sum, debt) => sum + debt.outstandingMinor, 0n);
      });
    },
  };
}

/** What was sold, once more. */
function receipts(o: SellDeps): Pick<Selling, 'receiptOf' | 'receiptOfSale' | 'reprint'> {
  return {
    receiptOf: (till, requestId) =>
      o.database.inUtility(till.utilityId, async (tx) => {
        const request = await requestOf(tx, till, { requestId });
        return request === undefined ? err('unknownSale') : ok(await receiptFrom(tx, o, request));
      }),

    receiptOfSale: (till, saleId) =>
      o.database.inUtility(till.utilityId, async (tx) => {
        const request = await requestOf(tx, till, { saleId });
        if (request === undefined) return err('unknownSale');
        const place = { utilityId: till.utilityId, bucket: request.bucket };
        return ok({
          clerk: await clerkOfSale(tx, { ...place, saleId }),
          receipt: await receiptFrom(tx, o, request),
          copies: await copiesOf(tx, place, saleId),
        });
      }),

    reprint: (till, saleId) =>
      o.database.inUtility(till.utilityId, async (tx) => {
        const request = await requestOf(tx, till, { saleId });
        if (request === undefined) return err('unknownSale');
        const copy = await recordCopy(tx, {
          place: { utilityId: till.utilityId, bucket: request.bucket },
          saleId,
          by: { keyId: till.keyId },
          nowMs: o.clocks.business.nowMs(),
        });
        return ok({ ...(await receiptFrom(tx, o, request)), copy });
      }),
  };
}

/** Whose shift it was sold in; null at a till without clerks. */
async function clerkOfSale(
  tx: Tx,
  { bucket, saleId }: { readonly bucket: number; readonly saleId: string },
): Promise<string | null> {
  const row = await tx
    .selectFrom('vendor_sales')
    .innerJoin('vendor_shifts', 'vendor_shifts.id', 'vendor_sales.shift_id')
    .innerJoin('vendor_clerks', 'vendor_clerks.id', 'vendor_shifts.clerk_id')
    .select('vendor_clerks.name')
    .where('vendor_sales.bucket', '=', bucket)
    .where('vendor_sales.sale_id', '=', saleId)
    .executeTakeFirst();
  return row?.name ?? null;
}

/** The meter's place, if it is of the till's utility. */
async function findOwnMeter(
  o: Pick<SellDeps, 'database'>,
  till: Till,
  meterPan: string,
): Promise<MeterPlace | null> {
  const place = await findMeter(o.database, meterPan);
  return place?.utilityId === till.utilityId ? place : null;
}

async function meterAt(
  o: Pick<SellDeps, 'database'>,
  { till, meterPan }: { readonly till: Till; readonly meterPan: string },
): Promise<MeterAtTill | null> {
  const place = await findOwnMeter(o, till, meterPan);
  if (place === null) return null;
  const connection = await o.database.inUtility(till.utilityId, (tx) => loadConnection(tx, place));
  if (connection === null) return null;
  const { meter, customerName } = connection;
  return {
    meterPan,
    connectionName: connection.name,
    customerName: customerName === null ? null : masked(customerName),
    blocked: connection.blockedReason !== null,
    exchanged: meter.meterPan !== meterPan,
    encryptionAlgorithm: meter.encryptionAlgorithm,
    supplyGroupCode: meter.supplyGroupCode,
    keyRevision: meter.keyRevision,
    tariffIndex: meter.tariffIndex,
    wantsKey: meter.wanted !== null,
    place,
  };
}

async function vendorAt(tx: Tx, till: Till): Promise<VendorAtTill> {
  const vendor = await vendorOf(tx, till);
  return {
    name: vendor.name,
    blocked: vendor.blocked_reason !== null,
    availableMinor: availableTo(vendor, till),
    open: {
      shift: (await openShiftOf(tx, till.keyId)) !== undefined,
      ...(await openBatches(tx, till.vendorId)),
    },
  };
}

const vendorOf = (tx: Tx, till: Till) =>
  tx.selectFrom('vendors').selectAll().where('id', '=', till.vendorId).executeTakeFirstOrThrow();

/** Where the sale of a request id is. */
async function requestOf(
  tx: Tx,
  till: Till,
  by: { readonly requestId: string } | { readonly saleId: string },
): Promise<KnownRequest | undefined> {
  const query = tx.selectFrom('vendor_sales').selectAll().where('vendor_id', '=', till.vendorId);
  const bucketOf = (saleId: string) =>
    tx.selectFrom('sales').select('bucket').where('id', '=', saleId);
  const row = await ('saleId' in by
    ? query.where('bucket', '=', bucketOf(by.saleId)).where('sale_id', '=', by.saleId)
    : query.where('request_id', '=', by.requestId)
  ).executeTakeFirst();
  if (row === undefined) return undefined;
  return {
    vendorId: row.vendor_id,
    requestId: row.request_id,
    bucket: row.bucket,
    saleId: row.sale_id,
    meterPan: row.meter_pan,
    amountMinor: row.amount_minor,
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
