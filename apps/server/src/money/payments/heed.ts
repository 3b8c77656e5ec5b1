// A provider's notification, from its raw bytes to what is done about it. What came is kept beside
// that, so that the same code can judge it again.

import type { NotificationMade } from '@prewatt/api';
import { err, ok, parseId, type Result, uuidOf } from '@prewatt/quantities';
import type { Database } from '../../base/database.ts';
import type { Utilities } from '../../registry/utilities/index.ts';
import type {
  Judged as JudgedAgain,
  KeptNotifications,
  ToKeep,
  Told,
} from '../kept-notifications/index.ts';
import type { Arrivals } from './arrivals.ts';
import { isKnownByRequest } from './arrivals-store.ts';
import { type Hint, takeHint } from './asking.ts';
import { paymentOf } from './payment-of.ts';
import type {
  Arrived,
  Notification,
  NotificationRefusal,
  PaymentProvider,
  RawNotification,
  RefundWord,
} from './provider.ts';
import type { PaymentPlace, SettleAnswer, SettleOrder, SettleRefusal } from './settle.ts';

export type NotifyRefusal = 'unknownProvider' | NotificationRefusal | SettleRefusal;
export type Heeded = Result<object | undefined, NotifyRefusal>;

export type HeedDeps = HintDeps & {
  readonly keptNotifications: Pick<KeptNotifications, 'rowOf' | 'keep' | 'noteFailed'>;
  readonly providerOf: (name: string) => PaymentProvider | undefined;
  readonly settle: (order: SettleOrder) => Promise<SettleAnswer>;
  readonly arrivals: Arrivals;
  readonly placeOf: (paymentId: string) => Promise<PaymentPlace | null>;
  readonly refundAnswered: (
    answerTo: string,
    said: RefundWord,
  ) => Promise<Result<void, 'unknownPayment'>>;
};

/** What came, as its adapter reads it, and the payment that it names. */
type Judged = {
  readonly read: Result<Notification, NotificationRefusal>;
  readonly place: PaymentPlace | null;
  readonly made: NotificationMade;
};

export async function heed(
  o: HeedDeps,
  heard: { readonly providerName: string; readonly raw: RawNotification },
): Promise<Heeded> {
  const provider = o.providerOf(heard.providerName);
  if (provider === undefined) return err('unknownProvider');
  const { raw, headers } = noteHeaders(heard.raw);
  const judged = await judge(o, provider, raw);
  const kept = await o.keptNotifications.rowOf({
    ...{ provider: provider.name, body: raw.rawBody, path: raw.path, headers },
    ...{ address: raw.address, passwords: provider.passwords ?? [], made: judged.made },
    told: toldOf(judged),
    ...(await ownerOf(o, judged)),
  });
  // What settles a payment is kept in the transaction that does, the rest by itself.
  const isSettling = judged.made === 'word';
  const keeping = isSettling ? undefined : o.keptNotifications.keep(kept);
  try {
    return await act(o, provider, { ...judged, kept: isSettling ? kept : null });
  } catch (error) {
    await (keeping ?? o.keptNotifications.keep(kept));
    if (kept !== null) {
      const { utilityId, row } = kept;
      await o.keptNotifications.noteFailed({ utilityId, id: row.id }, true);
    }
    throw error;
  } finally {
    await keeping;
  }
}

/** One that was kept, judged again by the same code; what was made of it this time. */
export async function heedAgain(
  o: HeedDeps,
  provider: PaymentProvider,
  raw: RawNotification,
): Promise<JudgedAgain> {
  const judged = await judge(o, provider, raw);
  const done = await act(o, provider, judged);
  const made = done.ok || done.error === 'unknownProvider' ? judged.made : done.error;
  return { made, told: toldOf(judged) };
}

/** What one that was kept says of its money, read again and not acted on. */
export const toldBy = (provider: PaymentProvider, raw: RawNotification): Told | undefined =>
  toldOf({ read: provider.notification(raw) });

const toldOf = ({ read }: Pick<Judged, 'read'>): Told | undefined =>
  read.ok && 'told' in read.value ? read.value.told : undefined;

/** The headers that the adapter asks for are those that judge it. */
function noteHeaders(given: RawNotification) {
  const headers: Record<string, string> = {};
  const header: RawNotification['header'] = (name) => {
    const value = given.header(name);
    if (value !== undefined) headers[name] = value;
    return value;
  };
  return { raw: { ...given, header }, headers };
}

async function judge(
  o: Pick<HeedDeps, 'placeOf'>,
  provider: PaymentProvider,
  raw: RawNotification,
): Promise<Judged> {
  const read = provider.notification(raw);
  if (!read.ok) return { read, place: null, made: read.error };
  if (read.value.kind !== 'word' && read.value.kind !== 'hint') {
    return { read, place: null, made: read.value.kind };
  }
  const paymentId = parseId('payment', read.value.reference);
  const place = paymentId.ok ? await o.placeOf(uuidOf(paymentId.value)) : null;
  return { read, place, made: place === null ? 'unknownPayment' : read.value.kind };
}

/** Whose it is to read; nobody's where it names nothing of a utility. */
async function ownerOf(o: HeedDeps, { read, place }: Judged) {
  if (place !== null) return { utilityId: place.utilityId, payment: place };
  const utilityId = read.ok ? await utilityNamed(o, read.value) : null;
  return { utilityId, payment: null };
}

async function utilityNamed(o: HeedDeps, said: Notification): Promise<string | null> {
  if (said.kind === 'arrived') return o.arrivals.utilityOf(said.money.account);
  if (said.kind === 'mayArrive') return o.arrivals.utilityOf(said.account);
  if (said.kind !== 'answer' && said.kind !== 'refundAnswer') return null;
  const [named] = said.answerTo.split('.');
  const all = await o.utilities.list();
  return all.find(({ id }) => id === named)?.id ?? null;
}

async function act(
  o: HeedDeps,
  provider: PaymentProvider,
  { read, place, kept = null }: Judged & { readonly kept?: ToKeep | null },
): Promise<Heeded> {
  if (!read.ok) return read;
  const said = read.value;
  if (said.kind === 'aside') return ok(undefined);
  if (said.kind === 'arrived') {
    const { money, isProved, reply } = said;
    await o.arrivals.hear({ provider: provider.name, money, isProved });
    return ok(reply);
  }
  if (said.kind === 'mayArrive') return ok(said.reply(await o.arrivals.mayArrive(said)));
  if (said.kind === 'answer') {
    const taken = await o.arrivals.answered(said.answerTo, said.status);
    return taken.ok ? ok(undefined) : taken;
  }
  if (said.kind === 'refundAnswer') {
    const taken = await o.refundAnswered(said.answerTo, said.said);
    return taken.ok ? ok(undefined) : taken;
  }
  if (place === null) return err('unknownPayment');
  if (said.kind === 'word') {
    const { status } = said;
    const settled = await o.settle({ place, provider: provider.name, status, kept });
    return settled.ok ? ok(undefined) : settled;
  }
  await heedHint(o, o.arrivals, { ...place, provider: provider.name }, said);
  return ok(undefined);
}

export const noHint = { kind: 'hint', reference: '', providerRequest: null } as const;

type HintDeps = Parameters<typeof takeHint>[0] & {
  readonly database: Database;
  readonly utilities: Utilities;
};

/**
 * A word without proof. About other money than the payment has, or than was hinted before, it is
 * money of its own: it is asked about beside the payment, so that none is forgotten.
 */
export async function heedHint(
  o: HintDeps,
  arrivals: Arrivals,
  place: PaymentPlace & { readonly provider: string },
  hint: Hint,
): Promise<void> {
  const { provider, ...payment } = place;
  const other = await otherMoney(o, place, hint);
  // Asked about before its notification came, and named by our request alone: this is its receipt.
  const isItsReceipt =
    other !== null && (await isKnownByRequest(o.database, payment, { provider, money: other }));
  if (isItsReceipt) return;
  if (other === null) {
    await takeHint(o, place, hint);
    return;
  }
  const { providerRequest } = hint;
  await arrivals.hear({ provider, money: other, isProved: false, payment, providerRequest });
}

/** The money that a hint names, when the payment has or was promised another. */
async function otherMoney(
  o: HintDeps,
  place: PaymentPlace & { readonly provider: string },
  hint: Hint,
): Promise<Arrived | null> {
  const { hintedReference: providerReference } = hint;
  if (providerReference === null) return null;
  const { payment, phone } = await o.database.inUtility(place.utilityId, (tx) =>
    paymentOf(tx, place),
  );
  const known = payment.provider_reference ?? payment.hinted_reference;
  if (known === null || known === providerReference) return null;
  if (payment.provider !== place.provider) return null;
  const { currency } = await o.utilities.get(place.utilityId);
  return {
    providerReference,
    amountMinor: hint.hintedMinor ?? payment.amount_minor,
    currencyCode: currency.code,
    account: null,
    payerPhone: phone,
    payerName: null,
    paidAtMs: null,
  };
}
