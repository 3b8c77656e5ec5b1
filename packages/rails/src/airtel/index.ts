// Airtel Money. The transaction's status alone decides; response codes differ between countries and
// are hints. "SUCCESS" of the first answer means that a prompt was sent. A callback may carry a
// hash over the characters of its transaction object; it never has an amount.

import { err, ok, type Result } from '@prewatt/quantities';
import { utf8Text } from '../base/bytes.ts';
import { at, isObject, type Json, parseJson, wordAt } from '../base/json.ts';
import { memberText } from '../base/json-slice.ts';
import { hmacSha256, isBase64Of, type SignatureFault } from '../base/signatures.ts';
import { type Answered, byHttpStatus } from '../contract/http.ts';
import {
  declined,
  type Notice,
  notice,
  type Reason,
  type Unreadable,
  underWay,
  unsure,
} from '../contract/notice.ts';

/** base64 HMAC-SHA256 of the transaction object as it was sent, under the private key. */
export function verifyAirtelHash(
  raw: Uint8Array,
  key: string,
): Result<{ readonly transaction: string }, SignatureFault> {
  if (key === '') return err('no-secret');
  const text = utf8Text(raw);
  const hash = wordAt(parseJson(raw), 'hash');
  if (text === null || hash === null) return err('no-signature');
  const transaction = memberText(text, 'transaction');
  if (transaction === null) return err('malformed-signature');
  return isBase64Of(hash, hmacSha256(key, transaction))
    ? ok({ transaction })
    : err('wrong-signature');
}

/**
 * Reads a callback; `verified` when its hash was checked. Without a hash anybody may have sent it.
 */
export function readAirtelCallback(raw: Uint8Array, verified = false): Result<Notice, Unreadable> {
  const json = parseJson(raw);
  if (json === undefined) return err('malformed');
  const wrapped = at(json, 'transaction');
  const transaction = isObject(wrapped) ? wrapped : json;
  const status = wordAt(transaction, 'status_code') ?? wordAt(transaction, 'status');
  const ourRef = wordAt(transaction, 'id');
  if (status === null || ourRef === null) return err('unexpected-shape');
  const hashed = verified || wordAt(json, 'hash') !== null;
  return ok({
    ...byStatus(status, null),
    ourRef,
    providerRef: wordAt(transaction, 'airtel_money_id'),
    flags: hashed ? [] : ['untrusted-channel'],
  });
}

// Their router gave up waiting: what is behind it may have taken the request.
const lostOnTheWay = ['ROUTER117', 'ESB000001', 'ESB000004', 'ESB000033'];

/** An answer of `payments`, `enquiry` or `refund`. */
export function readAirtelAnswer({ call, httpStatus, raw }: Answered): Notice {
  const asks = !/^(payments|refund|disburse)/.test(call);
  const json = parseJson(raw);
  if (!isObject(json) || httpStatus === null) return byHttpStatus(httpStatus, asks);
  const router = wordAt(json, 'status', 'result_code') ?? wordAt(json, 'status_code') ?? '';
  // An id that they have already: our first attempt arrived.
  if (router === 'ESB000041') return unsure('poll');
  if (lostOnTheWay.includes(router)) return unsure('poll', { reason: 'timeout' });
  if (httpStatus >= 300) return byHttpStatus(httpStatus, asks);
  const transaction = at(json, 'data', 'transaction');
  const status = wordAt(transaction, 'status');
  const refs = {
    ourRef: wordAt(transaction, 'id'),
    providerRef: wordAt(transaction, 'airtel_money_id'),
  };
  if (call.startsWith('refund')) return refundAnswer(json, refs);
  if (!asks) {
    const accepted = at(json, 'status', 'success') === true;
    return accepted ? underWay(refs) : unsure('poll', refs);
  }
  if (status === null) return unsure('poll');
  return {
    ...byStatus(status, wordAt(json, 'status', 'response_code')),
    ...refs,
    trust: 'proof',
  };
}

function refundAnswer(json: Json, refs: Partial<Notice>): Notice {
  const status = wordAt(json, 'data', 'transaction', 'status')?.toUpperCase() ?? '';
  const done = at(json, 'status', 'success') === true && ['SUCCESS', 'TS'].includes(status);
  if (!done) return unsure('poll', { ...refs, kind: 'refund' });
  return notice({ ...refs, kind: 'refund', outcome: 'reversed', final: true, trust: 'proof' });
}

const hints: Readonly<Record<string, Reason>> = {
  '1002': 'wrong-pin',
  '1003': 'limit',
  '1004': 'amount',
  '1005': 'no-answer',
  '1007': 'insufficient-funds',
  '1008': 'rejected',
  '1010': 'payee-not-allowed',
  '1024': 'timeout',
  '1025': 'payer-not-found',
  '1026': 'configuration',
  '1029': 'expired',
};

function byStatus(status: string, responseCode: string | null): Notice {
  const hint = hints[responseCode?.slice(-4) ?? ''] ?? null;
  const said = { amountElsewhere: true };
  switch (status.toUpperCase()) {
    case 'TS':
      return notice({ ...said, outcome: 'paid', final: true });
    case 'TF':
      return declined(hint, said);
    case 'TE':
      return declined('expired', said);
    case 'TIP':
      return underWay(said);
    default:
      // TA, ambiguous, and whatever else they invent.
      return unsure('poll', said);
  }
}
