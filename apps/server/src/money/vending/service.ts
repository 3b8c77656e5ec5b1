// Vending: quotes, sales and what becomes of their tokens. Every function that changes something is
// idempotent: the same request, payment or token result again changes nothing and gets the first
// answer.

import { err, ok, type Result } from '@prewatt/quantities';
import {
  type DebtRefusal,
  decideDebtPayment,
  decideSale,
  type QuoteRefusal,
  refusalToBegin,
  type SaleOrder,
  type SaleRefusal,
} from '@prewatt/vending-rules';
import { type Database, type Tx, together, withCommit } from '../../base/database.ts';
import { notifyLive, notifyLiveMany } from '../../base/live.ts';
import { answerAgain } from '../../base/request-ids.ts';
import {
  type Connection,
  type ConnectionPlace,
  loadConnection,
} from '../../registry/connections/index.ts';
import type { TokenFollower } from '../tokens/index.ts';
import type { OpenSaleRefusal } from './errors.ts';
import {
  type IssueDeps,
  issuePaidSale,
  type MeterStates,
  markDelivered,
  markStuck,
  reversedAmong,
  statesOf,
  statesOfMeters,
} from './issue.ts';
import {
  lockSalesToPay,
  type ReceivedPayment,
  receivePayments,
  type SalesToPay,
  type SaleToPay,
} from './paid-sales.ts';
import { lineJson, noticeOf, type Recorded, recordSales } from './persist-sales.ts';
import { type PricedSale, type PriceTable, priceSale, priceSales } from './price.ts';
import type { IssuedSale, SaleState } from './sale.ts';
import { acceptedFact } from './sale-facts.ts';
import { saleLife } from './sale-life.ts';
import { salesWaitingForKeys } from './waiting-for-keys.ts';

/** How long an offer stands, in real time. */
const quoteValidMs = 15 * 60_000;

export type OpenedSale = {
  readonly saleId: string;
  readonly amountMinor: bigint;
  /** False when this request had opened it before. */
  readonly isNew: boolean;
};

export type Vending = {
  /** Makes and stores an offer. */
  readonly makeQuote: (
    place: ConnectionPlace,
    amountMinor: bigint,
  ) => Promise<Result<{ readonly quoteId: string }, QuoteRefusal>>;
  /**
   * Opens the sale of an offer, awaiting payment. `requestId` is the caller's: once per purchase.
   */
  readonly openSale: (
    tx: Tx,
    place: ConnectionPlace,
    o: { readonly quoteId: string; readonly requestId: string },
  ) => Promise<Result<OpenedSale, OpenSaleRefusal>>;
  /**
   * Opens the sale of money that came without an offer: it buys for what it is. The same request id
   * again answers with the same sale.
   */
  readonly openSaleOfMoney: (
    tx: Tx,
    place: ConnectionPlace,
    o: { readonly amountMinor: bigint; readonly requestId: string },
  ) => Promise<Result<OpenedSale, 'requestIdReused' | 'meterBlocked'>>;
  /** Before that: the sales of one utility that it may be for, and their meters, are locked. */
  readonly lockSalesToPay: (
    tx: Tx,
    o: { readonly utilityId: string; readonly wanted: readonly SaleToPay[] },
  ) => Promise<SalesToPay>;
  /**
   * Money is in, for the first time: posts it, and issues the tokens or puts the sale on the
   * operator's list.
   */
  readonly paymentsReceived: (
    tx: Tx,
    o: {
      readonly utilityId: string;
      readonly payments: readonly ReceivedPayment[];
      readonly locked: SalesToPay;
    },
  ) => Promise<void>;
  /**
   * For sales that are paid as they are made, many at once: locks the meters of connections of one
   * utility and reads what their next sales depend on, by connection. `decide` then answers for
   * each sale, and `record` writes those that the caller takes.
   */
  readonly lockForSales: (
    tx: Tx,
    utilityId: string,
    places: readonly ConnectionPlace[],
  ) => Promise<Map<string, SaleState>>;
  /** The same by meter numbers, as sales at tills name their meters. */
  readonly lockMetersForSales: (
    tx: Tx,
    utilityId: string,
    meterPans: readonly string[],
  ) => Promise<MeterStates>;
  /** Pure. Refuses, or gives the sale and what the next one of the connection depends on. */
  readonly decide: (
    state: SaleState,
    order: SaleOrder,
  ) => Result<{ readonly sale: IssuedSale; readonly after: SaleState }, SaleRefusal>;
  /** The same of an order that may pay debts in place of buying. */
  readonly decideAtTill: (
    state: SaleState,
    order: SaleOrder & { readonly pays: 'debts' | undefined },
  ) => Result<{ readonly sale: IssuedSale; readonly after: SaleState }, SaleRefusal | DebtRefusal>;
  readonly record: (tx: Tx, recorded: Recorded) => Promise<void>;
  /** What an amount would buy now. Writes nothing. */
  readonly price: (
    tx: Tx,
    place: ConnectionPlace,
    amountMinor: bigint,
  ) => Promise<Result<PricedSale, QuoteRefusal>>;
  /** The same of many at once. */
  readonly prices: (
    tx: Tx,
    o: {
      readonly utilityId: string;
      readonly places: readonly ConnectionPlace[];
      readonly amountsMinor: readonly bigint[];
    },
  ) => Promise<PriceTable>;
  readonly paymentFailed: (
    tx: Tx,
    place: ConnectionPlace,
    o: { readonly saleId: string; readonly as: 'paymentRefused' | 'paymentExpired' },
  ) => Promise<void>;
  /** What becomes of the tokens of sales. */
  readonly tokens: TokenFollower;
  /** Makes the tokens of paid sales that waited for the hardware token, once it answers. */
  readonly resumeForKeys: (utilityId: string) => Promise<void>;
  /** An operator tries a stuck sale again. Refused unless it is stuck without a token. */
  readonly retry: (
    place: ConnectionPlace,
    saleId: string,
  ) => Promise<Result<void, 'unknownSale' | 'notRetryable'>>;
};

export type VendingDeps = IssueDeps & {
  readonly database: Database;
  /** A meter took a token of this sale. True if the sale was reversed, and so is dealt with. */
  readonly takenAfterReversal: (tx: Tx, place: ConnectionPlace, saleId: string) => Promise<boolean>;
};

export function createVending(o: VendingDeps): Vending {
  return {
    makeQuote: (place, amountMinor) =>
      o.database.inUtility(place.utilityId, (tx) => makeQuote(tx, o, { place, amountMinor })),
    openSale: (tx, place, request) => openSale(tx, o, { place, request }),
    openSaleOfMoney: (tx, place, money) => openSaleOfMoney(tx, o, { place, money }),
    lockSalesToPay: (tx, wanted) => lockSalesToPay(tx, o, wanted),
    paymentsReceived: (tx, received) => receivePayments(tx, o, received),

    lockForSales: (tx, utilityId, places) => statesOf(tx, o, { utilityId, places, lock: true }),
    lockMetersForSales: (tx, utilityId, meterPans) =>
      statesOfMeters(tx, o, { utilityId, meterPans }),
    decide: (state, order) => decideSale(state, order, o),
    decideAtTill: (state, order) =>
      order.pays === 'debts' ? decideDebtPayment(state, order) : decideSale(state, order, o),
    record: (tx, recorded) => recordSales(tx, o, recorded),
    price: (tx, place, amountMinor) => priceSale(tx, o, { place, amountMinor }),
    prices: (tx, wish) => priceSales(tx, o, wish),

    paymentFailed,
    tokens: createTokenFollower(o),
    retry: (place, saleId) =>
      o.database.inUtility(place.utilityId, (tx) => retrySale(tx, o, { place, saleId })),
    resumeForKeys: async (utilityId) => {
      const waiting = await o.database.inUtility(utilityId, (tx) =>
        salesWaitingForKeys(tx, utilityId),
      );
      if (waiting.length === 0 || !(await o.keys.isTokenThere())) return;
      for (const { place, saleId } of waiting) {
        await o.database.inUtility(utilityId, (tx) => retrySale(tx, o, { place, saleId }));
      }
    },
  };
}

type Amount = { readonly amount_minor: bigint };

/** The sale of this request, which another offer of the same amount does not make a new one. */
const beganBefore = (sale: Amount & { readonly id: string }, quote: Amount | undefined) =>
  answerAgain(sale.amount_minor, quote?.amount_minor, {
    ...{ saleId: sale.id, amountMinor: sale.amount_minor, isNew: false },
  });

async function makeQuote(
  tx: Tx,
  o: VendingDeps,
  a: { readonly place: ConnectionPlace; readonly amountMinor: bigint },
): ReturnType<Vending['makeQuote']> {
  const { place, amountMinor } = a;
  const nowMs = o.clocks.business.nowMs();
  const made = await priceSale(tx, o, { place, amountMinor });
  if (!made.ok) return made;
  const { quote, broughtForwardMinor, tariffVersionId, creditMinor } = made.value.purchase;
  const quoteId = o.newUuid();
  const inserted = tx
    .insertInto('quotes')
    .values({
      bucket: place.bucket,
      id: quoteId,
      utility_id: place.utilityId,
      connection_id: place.connectionId,
      amount_minor: amountMinor,
      brought_forward_minor: broughtForwardMinor,
      energy_wh: quote.energyWh,
      credit_minor: creditMinor,
      lines: JSON.stringify(quote.lines.map(lineJson)),
      remainder_minor: quote.remainderMinor,
      tariff_version_id: tariffVersionId,
      month_energy_before_wh: quote.monthEnergyWhBefore,
      created_at: new Date(nowMs),
      expires_at: new Date(o.clocks.real.nowMs() + quoteValidMs),
    })
    .execute();
  withCommit(tx, inserted);
  return ok({ quoteId });
}

async function openSale(
  tx: Tx,
  o: VendingDeps,
  a: {
    readonly place: ConnectionPlace;
    readonly request: Parameters<Vending['openSale']>[2];
  },
): ReturnType<Vending['openSale']> {
  const { place, request } = a;
  const sold = saleOfRequest(tx, place, request.requestId);
  const offered = tx
    .selectFrom('quotes')
    .selectAll()
    .where('bucket', '=', place.bucket)
    .where('connection_id', '=', place.connectionId)
    .where('id', '=', request.quoteId)
    .executeTakeFirst();
  const [first, quote, connection] = await together(sold, offered, loadConnection(tx, place));
  if (first !== undefined) {
    return beganBefore(first, quote);
  }
  if (quote === undefined) return err('unknownQuote');
  if (quote.expires_at <= o.clocks.real.nowMs()) return err('quoteExpired');
  if (connection === null) throw new Error('a purchase for a connection that there is not');
  // Blocked since the offer: no money is asked for. What was asked for before may be paid.
  const blocked = refusalToBegin(connection);
  if (blocked !== null) return err(blocked);
  const { requestId } = request;
  return insertSale(tx, o, { connection, requestId, amountMinor: quote.amount_minor });
}

async function openSaleOfMoney(
  tx: Tx,
  o: VendingDeps,
  a: {
    readonly place: ConnectionPlace;
    readonly money: Parameters<Vending['openSaleOfMoney']>[2];
  },
): ReturnType<Vending['openSaleOfMoney']> {
  const { place, money } = a;
  const first = await saleOfRequest(tx, place, money.requestId);
  if (first !== undefined) return beganBefore(first, { amount_minor: money.amountMinor });
  const connection = await loadConnection(tx, place);
  if (connection === null) throw new Error('a purchase for a connection that there is not');
  const blocked = refusalToBegin(connection);
  return blocked === null ? insertSale(tx, o, { connection, ...money }) : err(blocked);
}

async function insertSale(
  tx: Tx,
  o: VendingDeps,
  a: {
    readonly connection: Connection;
    readonly requestId: string;
    readonly amountMinor: bigint;
  },
): Promise<Result<OpenedSale, 'requestIdReused'>> {
  const { connection: place, requestId, amountMinor } = a;
  const inserted = await tx
    .insertInto('sales')
    .values({
      bucket: place.bucket,
      id: o.newUuid(),
      utility_id: place.utilityId,
      connection_id: place.connectionId,
      meter_id: place.meter.meterId,
      request_id: requestId,
      amount_minor: amountMinor,
      state: 'awaitingPayment',
      requested_at: new Date(o.clocks.business.nowMs()),
    })
    .onConflict((conflict) =>
      conflict
        .columns(['bucket', 'connection_id', 'request_id'])
        .where('request_id', 'is not', null)
        .doNothing(),
    )
    .returning(['id', 'amount_minor'])
    .executeTakeFirst();
  if (inserted !== undefined) {
    return ok({ saleId: inserted.id, amountMinor: inserted.amount_minor, isNew: true });
  }
  // Another transaction committed the same request while this one waited at the unique index.
  const winner = await saleOfRequest(tx, place, requestId);
  if (winner === undefined) throw new Error('a sale that was in the way is gone');
  return beganBefore(winner, { amount_minor: amountMinor });
}

const saleOfRequest = (tx: Tx, place: ConnectionPlace, requestId: string) =>
  tx
    .selectFrom('sales')
    .select(['id', 'amount_minor'])
    .where('bucket', '=', place.bucket)
    .where('connection_id', '=', place.connectionId)
    .where('request_id', '=', requestId)
    .executeTakeFirst();

const lockSale = (tx: Tx, place: ConnectionPlace, saleId: string) =>
  tx
    .selectFrom('sales')
    .selectAll()
    .where('bucket', '=', place.bucket)
    .where('connection_id', '=', place.connectionId)
    .where('id', '=', saleId)
    .forUpdate()
    .executeTakeFirst();

const paymentFailed: Vending['paymentFailed'] = async (tx, place, failed) => {
  const sale = await lockSale(tx, place, failed.saleId);
  if (sale === undefined || !saleLife.mayMove(sale.state, failed.as)) return;
  await tx
    .updateTable('sales')
    .set({ state: failed.as })
    .where('bucket', '=', place.bucket)
    .where('id', '=', sale.id)
    .execute();
  await notifyLive(tx, { kind: 'sale', ...noticeOf(place), saleId: sale.id });
};

const createTokenFollower = (o: VendingDeps): TokenFollower => ({
  accepted: async (tx, accepted) => {
    // The last word counts, as if they had come one by one.
    const news = [...new Map(accepted.map((each) => [each.id, each])).values()];
    const reversed = await reversedAmong(tx, news);
    for (const { place, id } of news) {
      if (reversed.has(id)) await o.takenAfterReversal(tx, place, id);
    }
    const delivered = await markDelivered(
      tx,
      news.filter(({ id }) => !reversed.has(id)),
    );
    const told = news.filter(({ id }) => delivered.has(id));
    const [first] = told;
    if (first !== undefined) {
      await o.webhooks.tell(tx, first.place.utilityId, () =>
        told.map(({ place, id, at }) => acceptedFact(place, id, at.getTime())),
      );
    }
    await notifyLiveMany(
      tx,
      news.map(({ place, id }) => ({ kind: 'sale', ...noticeOf(place), saleId: id })),
    );
  },
  refused: async (tx, place, { id, refusal }) => {
    const reason = refusal === 'used' ? 'tokenUsedUnproved' : 'tokenRefused';
    await markStuck(tx, place, { saleId: id, reason, at: new Date(o.clocks.business.nowMs()) });
    await notifyLive(tx, { kind: 'sale', ...noticeOf(place), saleId: id });
  },
  unconfirmed: async (tx, place, { id }) => {
    await markStuck(tx, place, {
      saleId: id,
      reason: 'notConfirmed',
      at: new Date(o.clocks.business.nowMs()),
    });
    await notifyLive(tx, { kind: 'sale', ...noticeOf(place), saleId: id });
  },
});

async function retrySale(
  tx: Tx,
  o: VendingDeps,
  a: { readonly place: ConnectionPlace; readonly saleId: string },
): ReturnType<Vending['retry']> {
  const { place, saleId } = a;
  const sale = await lockSale(tx, place, saleId);
  if (sale === undefined) return err('unknownSale');
  if (sale.state !== 'stuck' || sale.issued_at !== null) return err('notRetryable');
  const payment = await tx
    .selectFrom('payments')
    .select('received_minor')
    .where('bucket', '=', place.bucket)
    .where('sale_id', '=', saleId)
    .executeTakeFirst();
  const receivedMinor = payment?.received_minor ?? null;
  if (receivedMinor === null) return err('notRetryable');
  // Its own money is no longer "held for another sale" while it is being issued.
  await tx
    .updateTable('sales')
    .set({ state: 'awaitingPayment', stuck_reason: null, stuck_at: null })
    .where('bucket', '=', place.bucket)
    .where('id', '=', saleId)
    .execute();
  await issuePaidSale(tx, o, { place, sale: { saleId, receivedMinor } });
  return ok(undefined);
}
