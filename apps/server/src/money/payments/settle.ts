// Settles payments by what a provider reports. Reports that arrive together share a transaction,
// each with its own answer (docs/adr/0009). A payment changes at most once, whatever is reported,
// how often and in what order.

import { err, ok, type Result } from '@prewatt/quantities';
import { type OrderState, type Weighed, weighFailure, weighMoney } from '@prewatt/rails';
import { sql } from 'kysely';
import { createBatchers } from '../../base/batcher.ts';
import { int2Array, uuidArray } from '../../base/binary-arrays.ts';
import {
  afterCommit,
  type Database,
  mayGoWellAgain,
  type Tx,
  together,
} from '../../base/database.ts';
import type { NewUuid } from '../../base/ids.ts';
import { insertRows, prepared, recordset } from '../../base/rows.ts';
import type { Clocks } from '../../base/time.ts';
import { createArrivals, type Tracing } from '../../base/tracing.ts';
import type { ConnectionPlace } from '../../registry/connections/index.ts';
import type { Utilities, Utility } from '../../registry/utilities/index.ts';
import type { KeptNotifications, ToKeep } from '../kept-notifications/index.ts';
import type { Vending } from '../vending/index.ts';
import { recordVendorPayment } from '../vendors/index.ts';
import { type PaymentState, paymentLife } from './payment-life.ts';
import type { ProviderStatus } from './provider.ts';
import { keepUnallocated, type NewUnallocated } from './unallocated.ts';

export type SettleRefusal = 'unknownPayment';
/** `unallocated`: no sale can be given this money; it stands on the operators' list. */
export type Settled = 'heard' | 'unallocated';

export type PaymentPlace = {
  readonly utilityId: string;
  readonly bucket: number;
  readonly paymentId: string;
};

export type SettleOrder = {
  readonly place: PaymentPlace;
  /** Who says so: no provider speaks of another one's payments. */
  readonly provider: string;
  readonly status: ProviderStatus;
  /** The notification that says so, as it came. */
  readonly kept?: ToKeep | null;
};
export type SettleAnswer = Result<Settled, SettleRefusal>;
export type SettleDeps = {
  readonly newUuid: NewUuid;
  readonly database: Database;
  readonly utilities: Utilities;
  readonly vending: Pick<Vending, 'lockSalesToPay' | 'paymentsReceived' | 'paymentFailed'>;
  readonly clocks: Clocks;
  readonly keptNotifications: Pick<KeptNotifications, 'keepIn'>;
  readonly tracing: Tracing;
};

const maximumOrders = 128;
/** One is worked out here while PostgreSQL does the other: measured, a fifth more a second. */
const maximumFlights = 2;
/** With fewer a second one costs more than it brings: then they wait for the next. */
const minimumBatch = 64;
const maximumWaiting = 4_000;

type Payment = {
  readonly bucket: number;
  readonly id: string;
  /** What it pays for: a sale of a connection, or the float of a vendor. */
  readonly connection_id: string | null;
  readonly sale_id: string | null;
  readonly vendor_id: string | null;
  readonly asked_by: string | null;
  readonly amount_minor: bigint;
  readonly provider: string;
  provider_reference: string | null;
  state: PaymentState;
};
type Received = {
  readonly payment: Payment;
  readonly status: Extract<ProviderStatus, { status: 'succeeded' }>;
};

/** Settles at once; words about payments of one utility that come together go together. */
export function createSettling(deps: SettleDeps): (order: SettleOrder) => Promise<SettleAnswer> {
  const arrivals = createArrivals<SettleOrder>(deps.tracing);
  const submit = createBatchers<SettleOrder, SettleAnswer>((utilityId) => ({
    run: (orders) => settleTogether({ ...deps, cameMs: arrivals.of }, utilityId, orders),
    // Meters of one bucket are never in two batches, which would wait for each other's commits.
    keyOf: ({ place }) => `${place.bucket}`,
    blame: (error) => (mayGoWellAgain(error) ? 'again' : 'fault'),
    maximumOrders,
    maximumFlights,
    minimumBatch,
    maximumWaiting,
  }));
  return (order) => submit(order.place.utilityId, arrivals.note(order));
}

type TracedDeps = Pick<SettleDeps, 'tracing'> & {
  readonly cameMs: (order: SettleOrder) => number;
};

async function settleTogether(
  deps: SettleDeps & TracedDeps,
  utilityId: string,
  orders: readonly SettleOrder[],
): Promise<readonly SettleAnswer[]> {
  const utility = await deps.utilities.get(utilityId);
  return deps.database.inUtility(utilityId, async (tx) => {
    const payments = await lockPayments(tx, orders);
    const answers = new Map<SettleOrder, SettleAnswer>();
    // What sales depend on is read beside the references: a round trip less for the batch.
    const [{ received, failed, unallocated }, locked] = await together(
      takeAll(tx, { utility, payments, orders, answers }),
      deps.vending.lockSalesToPay(tx, {
        utilityId,
        wanted: mayBePaid(payments, orders).flatMap((payment) => saleOf(utilityId, payment) ?? []),
      }),
    );
    const at = new Date(deps.clocks.business.nowMs());
    await together(
      keepReceived(tx, received, at),
      keepUnallocated(tx, deps, { utilityId, all: unallocated, at }),
      deps.keptNotifications.keepIn(
        tx,
        orders.flatMap(({ kept }) => kept ?? []),
      ),
      deps.vending.paymentsReceived(tx, {
        utilityId,
        payments: received.flatMap(({ payment, status }) => {
          const sale = saleOf(utilityId, payment);
          const { receivedMinor } = status;
          return sale === null ? [] : [{ ...sale, paymentId: payment.id, receivedMinor }];
        }),
        locked,
      }),
    );
    await payFloats(tx, deps, received);
    tellTraces(tx, { ...deps, orders }, received);
    for (const payment of failed) await keepFailed(tx, deps, { utilityId, payment, at });
    return orders.map((order) => answers.get(order) ?? err('unknownPayment'));
  });
}

/** A sale begins for us with the word that its money is in. */
function tellTraces(
  tx: Tx,
  o: TracedDeps & { readonly orders: readonly SettleOrder[] },
  received: readonly Received[],
): void {
  if (!o.tracing.isOn) return;
  const orderOf = new Map(o.orders.map((order) => [order.place.paymentId, order]));
  for (const { payment } of received) {
    const { sale_id: saleId, provider } = payment;
    const order = orderOf.get(payment.id);
    if (saleId === null || order === undefined) continue;
    const attributes = { 'prewatt.begun_by': provider };
    const startMs = o.cameMs(order);
    afterCommit(tx, () => {
      o.tracing.tell({ saleId, name: 'sale', startMs, endMs: o.tracing.nowMs(), attributes });
    });
  }
}

/** Null for the payment of a float. */
function saleOf(utilityId: string, payment: Payment) {
  const { bucket, connection_id: connectionId, sale_id: saleId } = payment;
  if (connectionId === null || saleId === null) return null;
  const place: ConnectionPlace = { utilityId, bucket, connectionId };
  return { place, saleId };
}

/** After meters and in the order of the keys: vendors' rows are locked last, as by their sales. */
async function payFloats(tx: Tx, deps: SettleDeps, received: readonly Received[]): Promise<void> {
  const ofFloats = received
    .flatMap(({ payment, status }) => {
      const { vendor_id: vendorId, asked_by: askedBy } = payment;
      return vendorId === null ? [] : [{ vendorId, askedBy: askedBy ?? '', payment, status }];
    })
    .sort((a, b) => (a.vendorId < b.vendorId ? -1 : 1));
  for (const { payment, status, ...of } of ofFloats) {
    const { receivedMinor: amountMinor, providerReference } = status;
    const reference = `${payment.provider} ${providerReference}`;
    await recordVendorPayment(tx, deps, { ...of, payment, amountMinor, reference });
  }
}

/** Payments that these words may bring money to, before it is known whether they do. */
function mayBePaid(
  payments: ReadonlyMap<string, Payment>,
  orders: readonly SettleOrder[],
): readonly Payment[] {
  const said = orders.filter(({ status }) => status.status === 'succeeded');
  const named = new Set(said.flatMap(({ place }) => payments.get(place.paymentId) ?? []));
  return [...named].filter(({ state }) => paymentLife.mayMove(state, 'succeeded'));
}

/** Of one payment only one word at a time: the next finds it as the one before has left it. */
async function takeAll(tx: Tx, o: Parameters<typeof take>[1]): Promise<Taken> {
  const [now, later] = oneOfEach(o.orders);
  const taken = await take(tx, { ...o, orders: now });
  if (later.length === 0) return taken;
  const rest = await takeAll(tx, { ...o, orders: later });
  return {
    received: [...taken.received, ...rest.received],
    failed: [...taken.failed, ...rest.failed],
    unallocated: [...taken.unallocated, ...rest.unallocated],
  };
}

/** The first word about each payment, and the rest. */
function oneOfEach(orders: readonly SettleOrder[]): [SettleOrder[], SettleOrder[]] {
  const now = new Map<string, SettleOrder>();
  const later: SettleOrder[] = [];
  for (const order of orders) {
    const { paymentId } = order.place;
    if (now.has(paymentId)) later.push(order);
    else now.set(paymentId, order);
  }
  return [[...now.values()], later];
}

/** In the order of the keys, so that two batches never wait for each other in a circle. */
async function lockPayments(
  tx: Tx,
  orders: readonly SettleOrder[],
): Promise<ReadonlyMap<string, Payment>> {
  const places = [...new Map(orders.map(({ place }) => [place.paymentId, place])).values()];
  const { rows } = await sql<Payment>`${prepared} SELECT p.bucket, p.id, p.connection_id, p.sale_id,
      p.vendor_id, p.asked_by, p.amount_minor, p.provider, p.provider_reference, p.state
    FROM unnest(${int2Array(places.map(({ bucket }) => bucket))}::int2[],
      ${uuidArray(places.map(({ paymentId }) => paymentId))}::uuid[]) AS r (bucket, id)
    JOIN payments p ON p.bucket = r.bucket AND p.id = r.id
    ORDER BY p.bucket, p.id FOR UPDATE OF p`.execute(tx);
  return new Map(rows.map((row) => [row.id, row]));
}

type Taken = {
  readonly received: readonly Received[];
  readonly failed: readonly Payment[];
  /** Money that no sale can be given. */
  readonly unallocated: readonly NewUnallocated[];
};
type Said = Received & {
  readonly order: SettleOrder;
  /** Why it can pay for nothing, whatever its reference is; null when it can. */
  readonly cause: 'otherCurrency' | 'secondPayment' | 'amountDiffers' | null;
};

/** Answers one word about each payment, and says which of them changes how. */
async function take(
  tx: Tx,
  o: {
    readonly utility: Utility;
    readonly payments: ReadonlyMap<string, Payment>;
    readonly orders: readonly SettleOrder[];
    readonly answers: Map<SettleOrder, SettleAnswer>;
  },
): Promise<Taken> {
  const said: Said[] = [];
  const failed: Payment[] = [];
  for (const order of o.orders) {
    const { place, status } = order;
    const payment = o.payments.get(place.paymentId);
    if (payment === undefined || payment.provider !== order.provider) continue;
    o.answers.set(order, ok('heard'));
    if (status.status === 'succeeded') {
      const weighed = weigh(payment, status, o.utility);
      if (weighed === 'again') continue;
      said.push({ order, payment, status, cause: causeOf(payment, weighed) });
    } else if (status.status === 'failed' && fails(payment)) {
      payment.state = 'failed';
      failed.push(payment);
    }
  }
  const claimed = await claimReferences(tx, said);
  const received = said.filter(({ cause, payment }) => cause === null && claimed.has(payment.id));
  for (const { payment, status } of received) {
    payment.state = 'succeeded';
    payment.provider_reference = status.providerReference;
  }
  const others = said.filter((each) => !received.includes(each));
  for (const { order } of others) o.answers.set(order, ok('unallocated'));
  const unallocated = others.map(({ payment, status, cause }) => ({
    provider: payment.provider,
    payment,
    status,
    cause: cause ?? ('referenceReused' as const),
  }));
  return { received, failed, unallocated };
}

/** As the rules of the rails know them: money that comes late counts for both that nobody paid. */
const stateOf: Readonly<Record<PaymentState, OrderState>> = {
  requested: 'open',
  pending: 'open',
  failed: 'failed',
  expired: 'failed',
  succeeded: 'paid',
};

function weigh(payment: Payment, status: Received['status'], { currency }: Utility): Weighed {
  const { provider_reference: paidBy, amount_minor: amountMinor } = payment;
  const money = {
    providerRef: status.providerReference,
    amountMinor: status.receivedMinor,
    currency: scaled(status.currencyCode, status.currencyScale ?? currency.scale),
  };
  const asked = scaled(currency.code, currency.scale);
  return weighMoney({ state: stateOf[payment.state], amountMinor, paidBy, currency: asked }, money);
}

/** The same code with other minor units is another currency. */
const scaled = (code: string, scale: number): string => `${code}/${scale}`;

const fails = ({ state }: Payment): boolean =>
  weighFailure(stateOf[state]) === 'fails' && paymentLife.mayMove(state, 'failed');

function causeOf(payment: Payment, weighed: Exclude<Weighed, 'again'>): Said['cause'] {
  if (weighed === 'pays') return null;
  if (weighed !== 'otherAmount') return weighed;
  // A float grows by what was asked for, and by nothing else. A sale takes the money and sells
  // nothing for it (`paid-sales.ts`).
  return payment.vendor_id === null ? null : 'amountDiffers';
}

const referenceColumns = {
  provider: 'text',
  provider_reference: 'text',
  payment_id: 'uuid',
} as const;

/** Unique across all payments: one provider's payment never pays for two sales. */
async function claimReferences(tx: Tx, said: readonly Received[]): Promise<ReadonlySet<string>> {
  if (said.length === 0) return new Set();
  const rows = said
    .map(({ payment, status }) => ({
      provider: payment.provider,
      provider_reference: status.providerReference,
      payment_id: payment.id,
    }))
    .sort((a, b) => (a.provider_reference < b.provider_reference ? -1 : 1));
  const { rows: claimed } = await sql<{ payment_id: string }>`
    ${insertRows('provider_reference_directory', referenceColumns, rows)}
    ON CONFLICT DO NOTHING RETURNING payment_id`.execute(tx);
  return new Set(claimed.map((row) => row.payment_id));
}

const receivedColumns = {
  bucket: 'smallint',
  id: 'uuid',
  provider_reference: 'text',
  received_minor: 'bigint',
} as const;

async function keepReceived(tx: Tx, received: readonly Received[], at: Date): Promise<void> {
  if (received.length === 0) return;
  const rows = received.map(({ payment, status }) => ({
    bucket: payment.bucket,
    id: payment.id,
    provider_reference: status.providerReference,
    received_minor: status.receivedMinor,
  }));
  await sql`${prepared} UPDATE payments p SET state = 'succeeded', decided_at = ${at}::timestamptz,
      provider_reference = r.provider_reference, received_minor = r.received_minor,
      next_check_at = NULL
    FROM ${recordset('r', receivedColumns, rows)}
    WHERE p.bucket = r.bucket AND p.id = r.id`.execute(tx);
}

async function keepFailed(
  tx: Tx,
  deps: SettleDeps,
  o: { readonly utilityId: string; readonly payment: Payment; readonly at: Date },
): Promise<void> {
  const { payment } = o;
  // A later word of the same batch may have brought the money.
  if (payment.state !== 'failed') return;
  await tx
    .updateTable('payments')
    .set({ state: 'failed', decided_at: o.at, next_check_at: null })
    .where('bucket', '=', payment.bucket)
    .where('id', '=', payment.id)
    .execute();
  const sale = saleOf(o.utilityId, payment);
  if (sale === null) return;
  const { place, saleId } = sale;
  await deps.vending.paymentFailed(tx, place, { saleId, as: 'paymentRefused' });
}
