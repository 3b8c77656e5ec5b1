// Electrum (South Africa): purchases, retries that are linked to their original, and reversals and
// confirmations that must be delivered: repeated until they are taken.

import { isObject, type Json, listAt, parseJson, textsNamed, wordAt } from '../base/json.ts';
import type { Answered } from '../contract/http.ts';
import {
  type JsonVend,
  numberOf,
  refuse,
  tokenDigits,
  unclear,
  type VendReason,
  vend,
} from './answer.ts';

const refusals: Readonly<Record<string, VendReason>> = {
  UNKNOWN_METER_ID: 'unknown-meter',
  METER_ID_BLOCKED: 'blocked-meter',
  AMOUNT_TOO_LOW: 'below-minimum',
  AMOUNT_TOO_HIGH: 'above-maximum',
  INVALID_AMOUNT: 'limit',
  NO_FREE_TOKEN_AVAILABLE: 'free-units',
  NO_FREE_TOKEN_DUE: 'free-units',
  NO_KEY_CHANGE_TOKEN_DUE: 'key-update-needed',
  KEY_CHANGE_TOKEN_DUE: 'key-update-needed',
  INVALID_MERCHANT: 'configuration',
  MERCHANT_ID_BLOCKED: 'configuration',
  INSUFFICIENT_FUNDS: 'vendor-credit',
  DAILY_LIMIT_EXCEEDED: 'limit',
  FUNCTION_NOT_SUPPORTED: 'configuration',
  FORMAT_ERROR: 'configuration',
  ROUTING_ERROR: 'configuration',
  AUTHENTICATION_ERROR: 'configuration',
};

/** An answer of `tokenPurchases`, its `trial` or `retry`, `confirmations` or `reversals`. */
export function readElectrum({ call, httpStatus, raw }: Answered): JsonVend {
  if (/confirmation|reversal/i.test(call)) return mustDeliver(call, httpStatus);
  const json = parseJson(raw);
  if (httpStatus === null || !isObject(json)) return unclear('retry-linked');
  const errorType = wordAt(json, 'errorType')?.toUpperCase() ?? null;
  if (errorType !== null) {
    const reason = Object.hasOwn(refusals, errorType) ? refusals[errorType] : undefined;
    // OUTCOME_UNKNOWN, UPSTREAM_UNAVAILABLE, DUPLICATE_RECORD: the token may exist.
    if (reason === undefined || httpStatus >= 500) return unclear('retry-linked');
    return refuse(reason);
  }
  if (httpStatus >= 300) return unclear('retry-linked');
  return /trial/i.test(call) ? vend({ outcome: 'trial-ok', units: unitsOf(json) }) : sold(json);
}

/** 202 takes it, 400 says that it cannot be: both end it. */
function mustDeliver(call: string, httpStatus: number | null): JsonVend {
  if (httpStatus === 400) return refuse('refused');
  const taken = httpStatus !== null && httpStatus >= 200 && httpStatus < 300;
  if (!taken) return unclear('repeat');
  return vend({ outcome: /reversal/i.test(call) ? 'reversed' : 'vended' });
}

const unitsOf = (json: Json): string | null => numberOf(textsNamed(json, 'units')[0] ?? null);

function sold(json: Json): JsonVend {
  const [keyChange, freeTokens, tokens]: [string[], string[], string[]] = [[], [], []];
  let bad = false;
  for (const each of listAt(json, 'tokens').slice(0, 20)) {
    const digits = tokenDigits(wordAt(each, 'token'));
    const type = wordAt(each, 'tokenType') ?? wordAt(each, 'type') ?? '';
    if (digits === null) bad = true;
    else if (/key/i.test(type)) keyChange.push(digits);
    else if (/free|fbe|bsst/i.test(type)) freeTokens.push(digits);
    else tokens.push(digits);
  }
  if (bad || tokens.length + freeTokens.length + keyChange.length === 0) {
    return unclear('retry-linked', { flags: ['bad-token'] });
  }
  const receiptNo = wordAt(json, 'slipData', 'receiptNumber') ?? wordAt(json, 'rrn');
  return vend({
    outcome: 'vended',
    keyChange,
    freeTokens,
    tokens,
    units: unitsOf(json),
    receiptNo,
  });
}
