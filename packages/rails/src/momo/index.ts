// MTN MoMo Collections. The callback comes once, unsigned, by PUT or POST, with the body of the
// status: a hint. Our reference travels in the callback's path, since the body may lack it. The
// code decides, not the text beside it.

import { err, ok, type Result } from '@prewatt/quantities';
import { exponentOf, toMinor } from '../base/amounts.ts';
import { at, isObject, type Json, parseJson, wordAt } from '../base/json.ts';
import { e164 } from '../base/phones.ts';
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

const reasons: Readonly<Record<string, Reason>> = {
  // The payer said no to the prompt.
  APPROVAL_REJECTED: 'cancelled',
  REJECTED: 'cancelled',
  TRANSACTION_CANCELED: 'cancelled',
  EXPIRED: 'expired',
  COULD_NOT_PERFORM_TRANSACTION: 'no-answer',
  NOT_ENOUGH_FUNDS: 'insufficient-funds',
  PAYER_NOT_FOUND: 'payer-not-found',
  PAYEE_NOT_FOUND: 'payee-not-found',
  PAYER_LIMIT_REACHED: 'limit',
  PAYEE_NOT_ALLOWED_TO_RECEIVE: 'payee-not-allowed',
  NOT_ALLOWED: 'not-allowed',
  INTERNAL_PROCESSING_ERROR: 'provider-error',
  SERVICE_UNAVAILABLE: 'provider-unavailable',
  TRANSFER_TYPE_UNKNOWN: 'configuration',
};
const goesOn = ['CREATED', 'ONGOING', 'DELAYED', 'PENDING'];

/** Reads a callback, or the body of a status answer. */
export function readMomoStatus(raw: Uint8Array): Result<Notice, Unreadable> {
  const json = parseJson(raw);
  if (json === undefined) return err('malformed');
  if (!isObject(json) || wordAt(json, 'status') === null) return err('unexpected-shape');
  return ok(statusOf(json));
}

function statusOf(json: Json): Notice {
  const currency = wordAt(json, 'currency')?.toUpperCase() ?? null;
  const said = {
    amountMinor: currency === null ? null : toMinor(wordAt(json, 'amount'), exponentOf(currency)),
    currency,
    providerRef: wordAt(json, 'financialTransactionId'),
    requestRef: wordAt(json, 'externalId'),
    payer: e164(wordAt(json, 'payer', 'partyId')),
  };
  const status = wordAt(json, 'status')?.toUpperCase() ?? '';
  if (status === 'SUCCESSFUL') return notice({ ...said, outcome: 'paid', final: true });
  if (goesOn.includes(status)) return underWay(said);
  if (status !== 'FAILED') return unsure('poll', said);
  // A text, or an object with a code.
  const given = at(json, 'reason') ?? at(json, 'errorReason');
  const code = (typeof given === 'string' ? given : (wordAt(given, 'code') ?? '')).toUpperCase();
  if (goesOn.includes(code)) return underWay(said);
  return declined(reasons[code] ?? null, said);
}

/** "Access token expired", "JWT expired": another cause of 401 than the key of another product. */
const isTokenOld = (json: Json | undefined): boolean =>
  [wordAt(json, 'message'), wordAt(json, 'error'), wordAt(json, 'code')].some(
    (word) => word !== null && /token|expired/i.test(word) && !/subscription/i.test(word),
  );

/** An answer of `requesttopay`, `status`, `refund`, `refund-status` or another call. */
export function readMomoAnswer({ call, httpStatus, raw }: Answered): Notice {
  const asks = /status|balance|active/.test(call);
  const json = parseJson(raw);
  if (httpStatus === null) return byHttpStatus(null, asks);
  if (httpStatus === 202) return underWay();
  const code = wordAt(json, 'code')?.toUpperCase() ?? '';
  // Our earlier attempt has landed: asked about, never minted anew.
  if (httpStatus === 409 || code === 'RESOURCE_ALREADY_EXIST') return underWay();
  // Right after a 202, or never arrived: sent again under the same id.
  if (httpStatus === 404) return unsure('same-id');
  if (httpStatus === 401 && !isTokenOld(json)) {
    return unsure('config', { reason: 'configuration' });
  }
  if (httpStatus === 200 && isObject(json) && wordAt(json, 'status') !== null) {
    const said: Notice = { ...statusOf(json), trust: 'proof' };
    if (!call.startsWith('refund') || said.outcome !== 'paid') return said;
    return { ...said, kind: 'refund', outcome: 'reversed', refundedMinor: said.amountMinor };
  }
  // What they say of our own settings, by whatever status.
  if (/^INVALID_|^NOT_ALLOWED/.test(code)) return unsure('config', { reason: 'configuration' });
  return byHttpStatus(httpStatus, asks);
}
