// What providers say that they paid out: one row for each payment, with what they kept and the
// payout that it went into. Answers to our own questions; amounts are ISO minor units.

import { err, ok, type Result } from '@prewatt/quantities';
import { exponentOf, toMinor, wholeMinor } from '../base/amounts.ts';
import { at, type Json, listAt, parseJson, wordAt } from '../base/json.ts';
import type { Unreadable } from '../contract/notice.ts';
import { readPaystackSettlement } from '../paystack/index.ts';
import { fromStripe } from '../stripe/index.ts';

export type SettledRow = {
  /** The provider's name of the payment, as its notifications have it. */
  readonly providerRef: string;
  readonly amountMinor: bigint;
  /** What the provider kept, with its tax. */
  readonly feeMinor: bigint;
  readonly currency: string;
  readonly payout: string | null;
  readonly paidAtMs: number;
};

/** A page of a list: what stands in it, and the name by which the next page is asked for. */
export type Listed<T> = { readonly rows: readonly T[]; readonly next: string | null };

function listOf(raw: Uint8Array, name: string): Result<readonly Json[], Unreadable> {
  const json = parseJson(raw);
  if (json === undefined) return err('malformed');
  return Array.isArray(at(json, name)) ? ok(listAt(json, name)) : err('unexpected-shape');
}

const secondsMs = (text: string | null): number | null =>
  /^\d{1,11}$/.test(text ?? '') ? Number(text) * 1_000 : null;

/** Names of a list of payouts (Stripe) or settlements (Paystack); `next` is Stripe's cursor. */
export function readPayoutIds(raw: Uint8Array): Result<Listed<string>, Unreadable> {
  const list = listOf(raw, 'data');
  if (!list.ok) return list;
  const rows = list.value.flatMap((row) => wordAt(row, 'id') ?? []);
  const hasMore = at(parseJson(raw), 'has_more') === true;
  return ok({ rows, next: hasMore ? (rows.at(-1) ?? null) : null });
}

/** Stripe's balance transactions of one payout, with their sources: only payments are rows. */
export function readStripeBalance(
  raw: Uint8Array,
  payout: string,
): Result<Listed<SettledRow>, Unreadable> {
  const list = listOf(raw, 'data');
  if (!list.ok) return list;
  const rows = list.value.flatMap((row): SettledRow[] => {
    const currency = wordAt(row, 'currency')?.toUpperCase() ?? null;
    const providerRef = wordAt(row, 'source', 'payment_intent') ?? wordAt(row, 'source', 'id');
    const amountMinor = fromStripe(wordAt(row, 'amount'), currency);
    const feeMinor = fromStripe(wordAt(row, 'fee'), currency);
    const paidAtMs = secondsMs(wordAt(row, 'created'));
    const isPayment = ['charge', 'payment'].includes(wordAt(row, 'type') ?? '');
    if (!isPayment || currency === null || providerRef === null || paidAtMs === null) return [];
    if (amountMinor === null || feeMinor === null || amountMinor <= 0n) return [];
    return [{ providerRef, amountMinor, feeMinor, currency, payout, paidAtMs }];
  });
  const hasMore = at(parseJson(raw), 'has_more') === true;
  return ok({ rows, next: hasMore ? wordAt(list.value.at(-1), 'id') : null });
}

/** The transactions of one of Paystack's settlements. */
export function readPaystackPaidOut(
  raw: Uint8Array,
  payout: string,
): Result<readonly SettledRow[], Unreadable> {
  const read = readPaystackSettlement(raw);
  if (!read.ok) return read;
  return ok(
    read.value.flatMap(({ outcome, providerRef, amountMinor, feeMinor, currency, paidAt }) => {
      const paidAtMs = Date.parse(paidAt ?? '');
      if (outcome !== 'paid' || providerRef === null || Number.isNaN(paidAtMs)) return [];
      if (amountMinor === null || amountMinor <= 0n || currency === null) return [];
      return [{ providerRef, amountMinor, feeMinor: feeMinor ?? 0n, currency, payout, paidAtMs }];
    }),
  );
}

/** Razorpay's combined report of a day: what is settled, of payments alone. */
export function readRazorpayPaidOut(raw: Uint8Array): Result<Listed<SettledRow>, Unreadable> {
  const list = listOf(raw, 'items');
  if (!list.ok) return list;
  const rows = list.value.flatMap((row): SettledRow[] => {
    const providerRef = wordAt(row, 'entity_id');
    const amountMinor = wholeMinor(wordAt(row, 'amount'));
    const feeMinor = wholeMinor(wordAt(row, 'fee')) ?? 0n;
    const currency = wordAt(row, 'currency')?.toUpperCase() ?? 'INR';
    const paidAtMs = secondsMs(wordAt(row, 'created_at') ?? wordAt(row, 'settled_at'));
    const isSettled = wordAt(row, 'type') === 'payment' && at(row, 'settled') === true;
    if (!isSettled || providerRef === null || paidAtMs === null) return [];
    if (amountMinor === null || amountMinor <= 0n) return [];
    const payout = wordAt(row, 'settlement_id');
    return [{ providerRef, amountMinor, feeMinor, currency, payout, paidAtMs }];
  });
  return ok({ rows, next: list.value.length === 0 ? null : String(list.value.length) });
}

/** Flutterwave's settlements that were paid out, by their numbers; pages have numbers, too. */
export function readFlutterwaveSettlements(raw: Uint8Array): Result<Listed<string>, Unreadable> {
  const list = listOf(raw, 'data');
  if (!list.ok) return list;
  const rows = list.value.flatMap((row) =>
    wordAt(row, 'status')?.toLowerCase() === 'completed' ? (wordAt(row, 'id') ?? []) : [],
  );
  const page = parseJson(raw);
  const [shown, all] = ['current_page', 'total_pages'].map((name) =>
    Number(wordAt(page, 'meta', 'page_info', name) ?? 1),
  ) as [number, number];
  return ok({ rows, next: shown < all ? String(shown + 1) : null });
}

/**
 * One settlement of Flutterwave: what each payer was charged, less what is settled of it. With
 * fewer payments than the settlement counts it is not the whole, and is not read.
 */
export function readFlutterwavePaidOut(
  raw: Uint8Array,
  payout: string,
): Result<readonly SettledRow[], Unreadable> {
  const json = parseJson(raw);
  if (json === undefined) return err('malformed');
  const data = at(json, 'data');
  const list = at(data, 'transactions');
  if (!Array.isArray(list)) return err('unexpected-shape');
  const count = wordAt(data, 'transaction_count');
  if (count !== null && Number(count) !== list.length) return err('unexpected-shape');
  return ok(
    list.flatMap((row: Json): SettledRow[] => {
      const providerRef = wordAt(row, 'id');
      const currency = wordAt(row, 'currency')?.toUpperCase() ?? null;
      const exponent = exponentOf(currency ?? '');
      const amountMinor = toMinor(wordAt(row, 'charged_amount'), exponent);
      const settledMinor = toMinor(wordAt(row, 'settlement_amount'), exponent);
      const paidAtMs = Date.parse(wordAt(row, 'transaction_date') ?? '');
      const isPaid = wordAt(row, 'status')?.toLowerCase() === 'successful';
      if (!isPaid || providerRef === null || currency === null || Number.isNaN(paidAtMs)) return [];
      if (amountMinor === null || amountMinor <= 0n || settledMinor === null) return [];
      const feeMinor = amountMinor - settledMinor;
      return [{ providerRef, amountMinor, feeMinor, currency, payout, paidAtMs }];
    }),
  );
}
