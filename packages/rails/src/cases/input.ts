// The input of a case as the bytes, headers and stored order that the real code gets.

import { exponentOf, toMinor } from '../base/amounts.ts';
import { bytesFromBase64, bytesFromHex, utf8Bytes } from '../base/bytes.ts';
import { at, isObject, type Json, wordAt } from '../base/json.ts';
import { metersNamed } from '../base/meter-text.ts';
import type { StoredOrder, Surroundings } from '../contract/judge.ts';
import type { OrderState } from '../contract/weigh.ts';

export type Case = {
  readonly id: string;
  readonly rail: string;
  readonly kind: string;
  readonly input: Json;
  readonly expected: Json;
};

/** The exact bytes where a case states them; else its parsed body, written out. */
export function rawOf(input: Json): Uint8Array {
  const base64 = wordAt(input, 'bytesBase64');
  if (base64 !== null) return bytesFromBase64(base64) ?? new Uint8Array();
  const hex = wordAt(input, 'pduHex') ?? wordAt(input, 'octetsHex');
  if (hex !== null) return bytesFromHex(hex) ?? new Uint8Array();
  for (const name of ['raw', 'text', 'xml', 'html']) {
    const text = at(input, name);
    if (typeof text === 'string') return utf8Bytes(text);
  }
  const body = at(input, 'body');
  if (body === undefined) return new Uint8Array();
  return utf8Bytes(typeof body === 'string' ? body : JSON.stringify(body));
}

/** The body of a form, percent-encoded as a gateway sends it. */
export function formOf(body: Json | undefined): Uint8Array {
  const form = new URLSearchParams();
  if (isObject(body))
    for (const [name, value] of Object.entries(body)) form.append(name, String(value));
  return utf8Bytes(typeof body === 'string' ? body : form.toString());
}

export function headersOf(input: Json): Readonly<Record<string, string>> {
  const headers = at(input, 'headers');
  if (!isObject(headers)) return {};
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
}

const states: Readonly<Record<string, OrderState>> = {
  paid: 'paid',
  vended: 'paid',
  failed: 'failed',
  expired: 'failed',
  cancelled: 'failed',
  reversed: 'reversed',
  refunded: 'reversed',
};

/** What was stored at initiation, or null. */
export function orderOf(order: Json | undefined): StoredOrder | null {
  if (!isObject(order)) return null;
  const currency = wordAt(order, 'currency') ?? '';
  const state = states[wordAt(order, 'state') ?? wordAt(order, 'status') ?? ''] ?? 'open';
  const vended = at(order, 'vended');
  return {
    ourRef: wordAt(order, 'ourRef') ?? '',
    amountMinor: toMinor(wordAt(order, 'amount'), exponentOf(currency)) ?? -1n,
    currency,
    phone: wordAt(order, 'phone'),
    meter: wordAt(order, 'meter'),
    state,
    vended: typeof vended === 'boolean' ? vended : state === 'paid',
  };
}

/** A paid order that names no payment was paid by the one that comes again. */
function isSettledBy(order: Json | undefined, ref: string): boolean {
  const named = wordAt(order, 'providerRef');
  return orderOf(order)?.state === 'paid' && (named === null || named === ref);
}

/** Meters and earlier payments that a case says are known. */
export function surroundingsOf(input: Json): Surroundings {
  const list = (name: string) => {
    const value = at(input, name);
    return Array.isArray(value) ? value.map(String) : null;
  };
  const meters = list('knownMeters');
  const seen = list('seen') ?? [];
  return {
    production: at(input, 'production') === true,
    isKnown: (ref) => seen.includes(ref) || isSettledBy(at(input, 'order'), ref),
    meterOf: (text) => {
      const named = metersNamed(text).filter((each) => meters?.includes(each) ?? true);
      return named.length === 1 ? (named[0] ?? null) : null;
    },
  };
}
