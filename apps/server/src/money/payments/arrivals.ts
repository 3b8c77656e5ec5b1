// Money without an order: heard of once, proved by asking where its rail proves nothing, then given
// to the meter that it names exactly, by the same way as every other payment, or put on the
// operators' list. No token is ever made for a meter that was guessed.

import { err, ok, type RandomBytes, type Result } from '@prewatt/quantities';
import { weighWalkIn } from '@prewatt/rails';
import { sql } from 'kysely';
import type { Database, Tx } from '../../base/database.ts';
import type { NewUuid } from '../../base/ids.ts';
import { isSameText } from '../../base/same-text.ts';
import type { Clocks } from '../../base/time.ts';
import { loadConnection, type MeterPlace } from '../../registry/connections/index.ts';
import type { Utilities, Utility } from '../../registry/utilities/index.ts';
import type { Vending } from '../vending/index.ts';
import { meterOfAccount, paymentOfAccount, referenceOf } from './accounts.ts';
import {
  type ArrivalRow,
  arrivalOf,
  changeArrival,
  dueArrivals,
  isKnownByRequest,
  isReferenceTaken,
  keepArrival,
} from './arrivals-store.ts';
import { checkDelayMs } from './asking.ts';
import { insertPayment } from './insert-payment.ts';
import type { createLanes } from './lanes.ts';
import type { Arrived, MayArrive, PaymentProvider, ProviderStatus } from './provider.ts';
import type { PaymentPlace, SettleAnswer, SettleOrder } from './settle.ts';
import { keepUnallocated, type NewUnallocated } from './unallocated.ts';

export type Heard = {
  readonly provider: string;
  readonly money: Arrived;
  readonly isProved: boolean;
  /** Of a statement that an operator brought: no other utility's meter is meant. */
  readonly utilityId?: string;
  /** The payment that a word about other money named. */
  readonly payment?: PaymentPlace;
  readonly providerRequest?: string | null;
};
/** What became of it so far; `payment`: it is the money of a payment that we asked for. */
export type HeardAnswer = ArrivalRow['state'] | 'payment';

export type Arrivals = {
  /** Keeps it once, and decides at once when it is proved. */
  readonly hear: (heard: Heard) => Promise<HeardAnswer>;
  /** Whether a rail may take money for an account. Writes nothing. */
  readonly mayArrive: (o: {
    readonly account: string | null;
    readonly amountMinor: bigint | null;
    readonly currencyCode: string;
  }) => Promise<MayArrive>;
  /** The rail's answer to a question of ours. */
  readonly answered: (
    answerTo: string,
    status: ProviderStatus,
  ) => Promise<Result<void, 'unknownPayment'>>;
  /** Whose money it would be: of the meter that the account names, else nobody's yet. */
  readonly utilityOf: (account: string | null) => Promise<string | null>;
  /** Asks about what is due, and ends what a crash left half done. Returns how many were due. */
  readonly check: (utilityId: string, ending?: AbortSignal) => Promise<number>;
};

export type ArrivalDeps = {
  readonly database: Database;
  readonly utilities: Utilities;
  readonly vending: Pick<Vending, 'openSaleOfMoney'>;
  readonly clocks: Clocks;
  readonly newUuid: NewUuid;
  readonly random: RandomBytes;
  readonly providerOf: (name: string) => PaymentProvider | undefined;
  readonly lanes: ReturnType<typeof createLanes>;
  readonly notifyUrlOf: (provider: string) => string;
  readonly settle: (order: SettleOrder) => Promise<SettleAnswer>;
  /** A word without proof about a payment of ours. */
  readonly hint: (place: PaymentPlace, provider: string, money: Arrived) => Promise<unknown>;
};

type Succeeded = Extract<ProviderStatus, { status: 'succeeded' }>;

/** Questions to a rail before a person has to look: an hour and a half. */
const mostChecks = 14;

export function createArrivals(o: ArrivalDeps): Arrivals {
  return {
    hear: (heard) => hear(o, heard),
    mayArrive: (asked) => mayArrive(o, asked),
    utilityOf: async (account) => (await meterOfAccount(o.database, account))?.utilityId ?? null,
    answered: (answerTo, status) => answered(o, answerTo, status),
    check: (utilityId, ending) => check(o, utilityId, ending),
  };
}

async function hear(o: ArrivalDeps, heard: Heard): Promise<HeardAnswer> {
  const { provider, money, isProved } = heard;
  const own = heard.payment === undefined ? await ownPayment(o, heard) : null;
  if (own !== null) {
    if (!isProved) {
      await o.hint(own, provider, money);
      return 'payment';
    }
    if (await isKnownByRequest(o.database, own, { provider, money })) return 'payment';
    const settled = await o.settle({ place: own, provider, status: statusOf(money) });
    if (settled.ok) return settled.value === 'unallocated' ? 'unallocated' : 'payment';
  }
  const utilityId = await utilityOf(o, heard);
  const row = await o.database.inUtility(utilityId, (tx) =>
    keepArrival(tx, {
      ...{ id: o.newUuid(), utilityId, provider, money, isProved },
      providerRequest: heard.providerRequest ?? null,
      payment: heard.payment ?? null,
      answerSecret: Buffer.from(o.random(24)).toString('hex'),
      at: new Date(o.clocks.business.nowMs()),
      dueAt: new Date(o.clocks.real.nowMs()),
    }),
  );
  // A process that ended in between left it matched.
  const isOpen = row.state === 'heard' || row.state === 'matched';
  if (!isProved || !isOpen) return row.state;
  return decide(o, row, statusOf(money));
}

/** The rail's own request names the payment as the account: it was asked for, and is known. */
async function ownPayment(o: ArrivalDeps, heard: Heard): Promise<PaymentPlace | null> {
  const named = await paymentOfAccount(o.database, heard.money.account);
  const mine = heard.utilityId === undefined || heard.utilityId === named?.utilityId;
  return mine ? named : null;
}

const statusOf = (
  money: Pick<Arrived, 'providerReference' | 'amountMinor' | 'currencyCode'>,
): Succeeded => ({
  status: 'succeeded',
  providerReference: money.providerReference,
  receivedMinor: money.amountMinor,
  currencyCode: money.currencyCode,
});

/** Of the meter that it names; what names none stands on the list of the first utility. */
async function utilityOf(o: ArrivalDeps, heard: Heard): Promise<string> {
  const known = heard.utilityId ?? heard.payment?.utilityId;
  if (known !== undefined) return known;
  const meter = await meterOfAccount(o.database, heard.money.account);
  if (meter !== null) return meter.utilityId;
  const [first] = await o.utilities.list();
  if (first === undefined) throw new Error('money came, and there is no utility');
  return first.id;
}

async function mayArrive(
  o: ArrivalDeps,
  { account, amountMinor, currencyCode }: Parameters<Arrivals['mayArrive']>[0],
): Promise<MayArrive> {
  if ((await paymentOfAccount(o.database, account)) !== null) return 'yes';
  const place = await meterOfAccount(o.database, account);
  if (place === null) return 'unknownAccount';
  const utility = await o.utilities.get(place.utilityId);
  const connection = await o.database.inUtility(place.utilityId, (tx) => loadConnection(tx, place));
  if (connection === null || connection.meter.meterId !== place.meterId) return 'unknownAccount';
  if (connection.blockedReason !== null) return 'unknownAccount';
  if (amountMinor === null || currencyCode !== utility.currency.code) return 'amount';
  const fits =
    amountMinor >= utility.minimumPurchaseMinor && amountMinor <= utility.maximumPurchaseMinor;
  return fits ? 'yes' : 'amount';
}

async function answered(
  o: ArrivalDeps,
  answerTo: string,
  status: ProviderStatus,
): ReturnType<Arrivals['answered']> {
  const [utilityId = '', arrivalId = '', secret = ''] = answerTo.split('.');
  const known = (await o.utilities.list()).some(({ id }) => id === utilityId);
  if (!known || !/^[0-9a-f-]{36}$/.test(arrivalId)) return err('unknownPayment');
  const row = await o.database.inUtility(utilityId, (tx) =>
    arrivalOf(tx, { utilityId, arrivalId }),
  );
  if (row === undefined || !isSameText(secret, row.answer_secret)) return err('unknownPayment');
  await heed(o, row, status);
  return ok(undefined);
}

/** Acts on what the rail said about money that was asked about. */
async function heed(o: ArrivalDeps, row: ArrivalRow, status: ProviderStatus): Promise<void> {
  if (status.status === 'pending' || row.state !== 'heard') return;
  // Speaks of other money: an answer to no question of ours.
  if (status.status === 'succeeded' && status.providerReference !== row.provider_reference) {
    if (row.payment_id !== null && (await isOwnReference(o, row, status))) await drop(o, row);
    return;
  }
  if (status.status === 'failed') await drop(o, row);
  else await decide(o, row, status);
}

const drop = (o: ArrivalDeps, row: ArrivalRow): Promise<unknown> =>
  o.database.inUtility(row.utility_id, async (tx) => {
    const now = await arrivalOf(tx, refOf(row), true);
    if (now?.state !== 'heard') return;
    await end(tx, o, { row, state: 'dropped' });
  });

const refOf = (row: ArrivalRow) => ({ utilityId: row.utility_id, arrivalId: row.id });

/** The payment that it names has just this money. */
const isOwnReference = (o: ArrivalDeps, row: ArrivalRow, status: Succeeded): Promise<boolean> =>
  o.database.inUtility(row.utility_id, async (tx) => {
    const payment = await tx
      .selectFrom('payments')
      .select('provider_reference')
      .where('bucket', '=', row.payment_bucket)
      .where('id', '=', row.payment_id)
      .executeTakeFirst();
    return payment?.provider_reference === status.providerReference;
  });

/** Money is there: what it pays for, once. */
async function decide(o: ArrivalDeps, row: ArrivalRow, status: Succeeded): Promise<HeardAnswer> {
  const utility = await o.utilities.get(row.utility_id);
  const meter = await meterOfAccount(o.database, row.account);
  const taken = await isReferenceTaken(o.database, {
    provider: row.provider,
    reference: row.provider_reference,
  });
  const step = await o.database.inUtility(row.utility_id, async (tx) => {
    const now = await arrivalOf(tx, refOf(row), true);
    if (now === undefined || (now.state !== 'heard' && now.state !== 'matched')) return 'over';
    if (now.state === 'matched' || now.payment_id !== null) return now;
    if (taken) {
      await end(tx, o, { row, state: 'dropped' });
      return 'over';
    }
    const placed = await match(tx, o, { row, status, utility, meter });
    if (typeof placed !== 'string') return { ...now, ...placed };
    await toTheList(tx, o, { row, status, cause: placed });
    return 'over';
  });
  if (step !== 'over') return settleFor(o, step, status);
  const after = await o.database.inUtility(row.utility_id, (tx) => arrivalOf(tx, refOf(row)));
  return after?.state ?? 'dropped';
}

type Cause = NewUnallocated['cause'];

/** The sale and the payment of the meter that it names exactly; or why there is none. */
async function match(
  tx: Tx,
  o: ArrivalDeps,
  a: {
    readonly row: ArrivalRow;
    readonly status: Succeeded;
    readonly utility: Utility;
    readonly meter: MeterPlace | null;
  },
): Promise<Cause | { readonly payment_bucket: number; readonly payment_id: string }> {
  const { row, status, utility, meter } = a;
  const { receivedMinor, currencyCode } = status;
  const weighed = weighWalkIn(
    { providerRef: row.provider_reference, amountMinor: receivedMinor, currency: currencyCode },
    {
      currency: utility.currency.code,
      toldMinor: row.amount_minor,
      isMeter: meter?.utilityId === row.utility_id,
    },
  );
  if (weighed === 'otherAmount' || weighed === 'noAmount') return 'amountDiffers';
  if (weighed !== 'pays') return weighed;
  if (meter === null) return 'unknownAccount';
  const connection = await loadConnection(tx, meter);
  // A meter that was exchanged is no longer anybody's.
  if (connection?.meter.meterId !== meter.meterId) return 'unknownAccount';
  const amountMinor = status.receivedMinor;
  const requestId = `money:${row.id}`;
  const sale = await o.vending.openSaleOfMoney(tx, meter, { amountMinor, requestId });
  if (!sale.ok) return sale.error === 'meterBlocked' ? 'meterBlocked' : 'referenceReused';
  const paymentId = await insertPayment(tx, o, {
    ...{ place: meter, sale: sale.value, provider: row.provider, isAskedFor: false },
    payerPhone: row.payer_phone,
  });
  const made = { payment_bucket: meter.bucket, payment_id: paymentId };
  const decided_at = new Date(o.clocks.business.nowMs());
  await changeArrival(tx, row, { ...made, state: 'matched', decided_at });
  return made;
}

async function toTheList(
  tx: Tx,
  o: ArrivalDeps,
  a: { readonly row: ArrivalRow; readonly status: Succeeded; readonly cause: Cause },
): Promise<void> {
  const { row, status, cause } = a;
  const payment =
    row.payment_bucket === null || row.payment_id === null
      ? null
      : { bucket: row.payment_bucket, id: row.payment_id };
  await sql`INSERT INTO provider_reference_directory (provider, provider_reference, payment_id)
    VALUES (${row.provider}, ${row.provider_reference}, ${payment?.id ?? null}::uuid)
    ON CONFLICT DO NOTHING`.execute(tx);
  const { provider, account, payer_phone: phone, payer_name: name } = row;
  const all = [{ provider, payment, status, cause, payer: { account, phone, name } }];
  const at = new Date(o.clocks.business.nowMs());
  await keepUnallocated(tx, o, { utilityId: row.utility_id, all, at });
  await end(tx, o, { row, state: 'unallocated' });
}

const end = (
  tx: Tx,
  o: ArrivalDeps,
  { row, state }: { readonly row: ArrivalRow; readonly state: ArrivalRow['state'] },
): Promise<unknown> =>
  changeArrival(tx, row, {
    ...{ state, next_check_at: null },
    decided_at: new Date(o.clocks.business.nowMs()),
  });

/** By the way of every payment; a crash before the end is made good by the next check. */
async function settleFor(o: ArrivalDeps, row: ArrivalRow, status: Succeeded): Promise<HeardAnswer> {
  const { payment_bucket: bucket, payment_id: paymentId, utility_id: utilityId } = row;
  if (bucket === null || paymentId === null) throw new Error('matched money without a payment');
  const place = { utilityId, bucket, paymentId };
  const settled = await o.settle({ place, provider: row.provider, status });
  const state = settled.ok && settled.value !== 'unallocated' ? 'placed' : 'unallocated';
  await o.database.inUtility(utilityId, async (tx) => {
    if (settled.ok) await end(tx, o, { row, state });
    else await toTheList(tx, o, { row, status, cause: 'unknownAccount' });
  });
  return state;
}

async function check(
  o: ArrivalDeps,
  utilityId: string,
  ending: AbortSignal | undefined,
): Promise<number> {
  const due = await o.database.inUtility(utilityId, (tx) =>
    dueArrivals(tx, utilityId, o.clocks.real.nowMs()),
  );
  const lanes = Map.groupBy(due, ({ provider }) => provider);
  await o.lanes.run(
    [...lanes].map(([provider, rows]) => ({
      name: `${utilityId} ${provider}, without an order`,
      steps: rows.map((row) => () => checkOne(o, row)),
    })),
    ending,
  );
  return due.length;
}

/** False when the rail gave no answer. */
async function checkOne(o: ArrivalDeps, row: ArrivalRow): Promise<boolean> {
  const checks = row.checks + 1;
  const next_check_at = new Date(o.clocks.real.nowMs() + checkDelayMs(checks));
  await o.database.inUtility(row.utility_id, (tx) =>
    changeArrival(tx, row, { next_check_at, checks }),
  );
  const said = statusOf({
    providerReference: row.provider_reference,
    amountMinor: row.amount_minor,
    currencyCode: row.currency_code,
  });
  if (row.state === 'matched' || row.is_proved) {
    await decide(o, row, said);
    return true;
  }
  const answer = await ask(o, row);
  if (answer?.ok === true && answer.value !== null) await heed(o, row, answer.value);
  const isHopeless = answer === undefined || (!answer.ok && answer.error === 'refused');
  const isAnswered = answer?.ok !== false;
  if (!isHopeless && checks < mostChecks) return isAnswered;
  await o.database.inUtility(row.utility_id, async (tx) => {
    const now = await arrivalOf(tx, refOf(row), true);
    if (now?.state === 'heard') await toTheList(tx, o, { row, status: said, cause: 'notProved' });
  });
  return isAnswered;
}

/** Undefined where the rail cannot be asked. */
function ask(o: ArrivalDeps, row: ArrivalRow): ReturnType<PaymentProvider['askAgain']> | undefined {
  const provider = o.providerOf(row.provider);
  const { payment_bucket: bucket, payment_id: paymentId, utility_id: utilityId } = row;
  const canBeAsked = provider?.askAboutArrival !== undefined;
  if (bucket !== null && paymentId !== null && (row.provider_request !== null || !canBeAsked)) {
    return provider?.askAgain({
      reference: referenceOf({ utilityId, bucket, paymentId }),
      amountMinor: row.amount_minor,
      currencyCode: row.currency_code,
      providerRequest: row.provider_request,
      hintedReference: row.provider_reference,
      askedForMs: o.clocks.business.nowMs() - row.came_at,
    });
  }
  const answerTo = `${utilityId}.${row.id}.${row.answer_secret}`;
  return provider?.askAboutArrival?.({
    providerReference: row.provider_reference,
    amountMinor: row.amount_minor,
    currencyCode: row.currency_code,
    account: row.account,
    payerPhone: row.payer_phone,
    payerName: row.payer_name,
    paidAtMs: row.paid_at,
    answerUrl: o.notifyUrlOf(row.provider),
    answerTo,
  });
}
