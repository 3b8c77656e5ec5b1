// Money that came for sales, of many connections at once: it is posted as the customers', then each
// sale is decided by itself and all that was decided is written together. A sale that cannot be
// issued stands on the operator's list; its money stays the customer's.

import { paymentPosting } from '@prewatt/ledger';
import { err } from '@prewatt/quantities';
import { decideSale } from '@prewatt/vending-rules';
import { sql } from 'kysely';
import { int2Array, uuidArray } from '../../base/binary-arrays.ts';
import { type Tx, together } from '../../base/database.ts';
import { notifyLive } from '../../base/live.ts';
import { prepared } from '../../base/rows.ts';
import type { ConnectionPlace } from '../../registry/connections/index.ts';
import { type Posting, postTransfers } from '../ledger/index.ts';
import type { StuckReason } from './errors.ts';
import { followMeters, type IssueDeps, markStuck, statesOf } from './issue.ts';
import { noticeOf, recordSales } from './persist-sales.ts';
import type { IssuedSale, SaleState } from './sale.ts';
import { paidFact } from './sale-facts.ts';

/** Money that a provider says it received for a sale. */
export type ReceivedPayment = {
  readonly place: ConnectionPlace;
  readonly saleId: string;
  readonly paymentId: string;
  readonly receivedMinor: bigint;
};

/** A sale that money may have come for. */
export type SaleToPay = Pick<ReceivedPayment, 'place' | 'saleId'>;
/** What is known of such sales under the locks of their meters and their own. */
export type SalesToPay = {
  readonly states: ReadonlyMap<string, SaleState>;
  readonly sales: ReadonlyMap<string, SaleRow>;
};

type SaleRow = {
  readonly id: string;
  readonly meter_id: string;
  readonly amount_minor: bigint;
  readonly state: string;
  readonly issued_at: number | null;
};
type Stuck = { readonly payment: ReceivedPayment; readonly reason: StuckReason };
type Decided = {
  readonly issued: readonly IssuedSale[];
  /** The payments of what was issued. */
  readonly payments: readonly Posting[];
  /** Money that pays for nothing now. */
  readonly loose: readonly Posting[];
  readonly stuck: readonly Stuck[];
  /** Sales whose money is here from now on. */
  readonly paid: readonly ReceivedPayment[];
};

/**
 * Locks sales of one utility that money may have come for, before any of it is kept: the caller
 * asks for this beside other statements, so that it costs no round trip of its own.
 */
export async function lockSalesToPay(
  tx: Tx,
  deps: IssueDeps,
  o: { readonly utilityId: string; readonly wanted: readonly SaleToPay[] },
): Promise<SalesToPay> {
  const { utilityId, wanted } = o;
  if (wanted.length === 0) return { states: new Map(), sales: new Map() };
  const places = [...new Map(wanted.map(({ place }) => [place.connectionId, place])).values()].sort(
    (a, b) => a.bucket - b.bucket || (a.connectionId < b.connectionId ? -1 : 1),
  );
  // The meters' locks come before sales are looked at and balances move, as in every sale.
  const [states, sales] = await together(
    statesOf(tx, deps, { utilityId, places, lock: true }),
    lockSales(tx, wanted),
  );
  return { states, sales };
}

/**
 * The caller has taken the payments, each for the first and only time; all are of one utility, and
 * their sales are among the locked ones.
 */
export async function receivePayments(
  tx: Tx,
  deps: IssueDeps,
  o: {
    readonly utilityId: string;
    readonly payments: readonly ReceivedPayment[];
    readonly locked: SalesToPay;
  },
): Promise<void> {
  if (o.payments.length === 0) return;
  const { utilityId } = o;
  const { states, sales } = o.locked;
  const nowMs = deps.clocks.business.nowMs();
  const decided = decideAll(deps, { payments: o.payments, states, sales, nowMs });
  const stuck = new Set(decided.stuck.map(({ payment }) => payment));
  // What is issued is marked with its tokens.
  await markPaid(
    tx,
    decided.paid.filter((payment) => stuck.has(payment)),
    new Date(nowMs),
  );
  for (const { transfers, ...context } of decided.loose) {
    await postTransfers(tx, { ...context, newUuid: deps.newUuid }, transfers);
  }
  const utility = await deps.utilities.get(utilityId);
  const { issued, payments } = decided;
  await followMeters(
    tx,
    issued.filter((sale) => sales.get(sale.saleId)?.meter_id !== sale.connection.meter.meterId),
  );
  await deps.webhooks.tell(tx, utilityId, () =>
    decided.paid.map((payment) =>
      paidFact({ utility, nowMs }, { ...payment, paidMinor: payment.receivedMinor }),
    ),
  );
  await recordSales(tx, deps, { utility, sales: issued, payments, nowMs });
  for (const { payment, reason } of decided.stuck) {
    const { place, saleId } = payment;
    await markStuck(tx, place, { saleId, reason, at: new Date(nowMs) });
    await notifyLive(tx, { kind: 'sale', ...noticeOf(place), saleId });
  }
}

function decideAll(
  deps: IssueDeps,
  o: {
    readonly payments: readonly ReceivedPayment[];
    readonly states: ReadonlyMap<string, SaleState>;
    readonly sales: ReadonlyMap<string, SaleRow>;
    readonly nowMs: number;
  },
): Decided {
  const states = new Map(o.states);
  const issued: IssuedSale[] = [];
  const payments: Posting[] = [];
  const loose: Posting[] = [];
  const stuck: Stuck[] = [];
  const paid: ReceivedPayment[] = [];
  for (const payment of o.payments) {
    const { place, saleId, receivedMinor } = payment;
    const sale = o.sales.get(saleId);
    if (sale === undefined) throw new Error('payment without a sale');
    const posting = postingOf(payment, o.nowMs);
    const before = states.get(place.connectionId);
    const withMoney = before === undefined ? undefined : plus(before, receivedMinor);
    if (sale.issued_at !== null || sale.state === 'stuck' || sale.state === 'reversed') {
      // Done with already: the money is the customer's, free unless the sale holds it.
      loose.push(posting);
      const isHeld = sale.state === 'stuck' && sale.issued_at === null;
      if (withMoney !== undefined && !isHeld) states.set(place.connectionId, withMoney);
      continue;
    }
    paid.push(payment);
    const order = { saleId, amountMinor: receivedMinor, origin: 'paid' as const };
    const decided =
      sale.amount_minor !== receivedMinor
        ? err('amountMismatch' as const)
        : withMoney === undefined
          ? err('unknownConnection' as const)
          : decideSale(withMoney, order, deps);
    if (decided.ok) {
      issued.push(decided.value.sale);
      payments.push(posting);
      states.set(place.connectionId, decided.value.after);
    } else {
      loose.push(posting);
      stuck.push({ payment, reason: decided.error });
    }
  }
  return { issued, payments, loose, stuck, paid };
}

const plus = (state: SaleState, receivedMinor: bigint): SaleState => ({
  ...state,
  basis: { ...state.basis, freeMinor: state.basis.freeMinor + receivedMinor },
});

const postingOf = (payment: ReceivedPayment, postedAtMs: number): Posting => ({
  place: payment.place,
  saleId: payment.saleId,
  paymentId: payment.paymentId,
  postedAtMs,
  transfers: [paymentPosting(payment.place, payment.receivedMinor)],
});

const keysOf = (payments: readonly SaleToPay[]) =>
  sql`unnest(${int2Array(payments.map(({ place }) => place.bucket))}::int2[],
    ${uuidArray(payments.map(({ saleId }) => saleId))}::uuid[]) AS r (bucket, id)`;

async function lockSales(
  tx: Tx,
  payments: readonly SaleToPay[],
): Promise<ReadonlyMap<string, SaleRow>> {
  const { rows } = await sql<SaleRow>`${prepared} SELECT s.id, s.meter_id, s.amount_minor, s.state,
      s.issued_at
    FROM ${keysOf(payments)} JOIN sales s ON s.bucket = r.bucket AND s.id = r.id
    ORDER BY s.bucket, s.id FOR UPDATE OF s`.execute(tx);
  return new Map(rows.map((row) => [row.id, row]));
}

async function markPaid(tx: Tx, paid: readonly ReceivedPayment[], at: Date): Promise<void> {
  if (paid.length === 0) return;
  await sql`${prepared} UPDATE sales s SET paid_at = ${at}::timestamptz
    FROM ${keysOf(paid)} WHERE s.bucket = r.bucket AND s.id = r.id`.execute(tx);
}
