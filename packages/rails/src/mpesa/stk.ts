// The callback of a Daraja STK push. It is not signed: a success is a hint, and the provider is
// asked before anything is vended.

import { err, ok, type Result } from '@prewatt/quantities';
import { toMinor } from '../base/amounts.ts';
import { at, isObject, type Json, listAt, parseJson, wordAt } from '../base/json.ts';
import { e164, isMasked, lastDigits } from '../base/phones.ts';
import { type Notice, notice, type Unreadable } from '../contract/notice.ts';
import { nairobiTime, pushRefusal } from './codes.ts';

/** Reads `Body.stkCallback`. The CheckoutRequestID is the notice's `requestRef`. */
export function readStkCallback(raw: Uint8Array): Result<Notice, Unreadable> {
  const json = parseJson(raw);
  if (json === undefined) return err('malformed');
  const callback = at(json, 'Body', 'stkCallback');
  const code = wordAt(callback, 'ResultCode');
  const requestRef = wordAt(callback, 'CheckoutRequestID');
  if (!isObject(callback) || code === null || requestRef === null) return err('unexpected-shape');
  if (code !== '0') return ok({ ...pushRefusal(code), requestRef });
  const items = metadata(callback);
  const phone = items.get('PhoneNumber') ?? null;
  return ok(
    notice({
      outcome: 'paid',
      final: true,
      requestRef,
      amountMinor: toMinor(items.get('Amount') ?? null, 2),
      currency: 'KES',
      providerRef: items.get('MpesaReceiptNumber') ?? null,
      paidAt: nairobiTime(items.get('TransactionDate') ?? null),
      payer: e164(phone),
      payerEnd: lastDigits(phone),
      flags: phone !== null && isMasked(phone) ? ['masked-payer'] : [],
    }),
  );
}

/** Name and Value of CallbackMetadata.Item, an array or one object; items may lack a value. */
function metadata(callback: Json): Map<string, string> {
  const found = new Map<string, string>();
  for (const item of listAt(callback, 'CallbackMetadata', 'Item')) {
    const name = wordAt(item, 'Name');
    const value = wordAt(item, 'Value');
    if (name !== null && value !== null && !found.has(name)) found.set(name, value);
  }
  return found;
}
