// Orange Money WebPay. A notification's only proof is the notif_token that the opening answered
// with; even then the status is asked for. What a returning browser says is no proof.

import { err, ok, type Result } from '@prewatt/quantities';
import { isObject, parseJson, wordAt } from '../base/json.ts';
import { type SignatureFault, sameText } from '../base/signatures.ts';
import { type Answered, byHttpStatus } from '../contract/http.ts';
import {
  declined,
  type Notice,
  notice,
  type Unreadable,
  underWay,
  unsure,
} from '../contract/notice.ts';

/** Compares the notification's token with the one that was stored when the payment was opened. */
export function verifyOrangeToken(
  raw: Uint8Array,
  storedToken: string,
): Result<null, SignatureFault> {
  if (storedToken === '') return err('no-secret');
  const given = wordAt(parseJson(raw), 'notif_token');
  if (given === null) return err('no-signature');
  return sameText(given, storedToken) ? ok(null) : err('wrong-signature');
}

/** Reads a notification. Its order is found by the token. */
export function readOrangeNotification(raw: Uint8Array): Result<Notice, Unreadable> {
  const json = parseJson(raw);
  if (json === undefined) return err('malformed');
  const status = wordAt(json, 'status');
  if (!isObject(json) || status === null) return err('unexpected-shape');
  const requestRef = wordAt(json, 'notif_token');
  return ok({ ...byStatus(status), providerRef: wordAt(json, 'txnid'), requestRef });
}

/** An answer of `webpayment`, `transactionstatus` or `token`. */
export function readOrangeAnswer({ call, httpStatus, raw }: Answered): Notice {
  const asks = /status/.test(call);
  const json = parseJson(raw);
  if (!isObject(json) || httpStatus === null || httpStatus >= 300) {
    return byHttpStatus(httpStatus, asks);
  }
  if (!asks) {
    return wordAt(json, 'pay_token') === null
      ? unsure('config', { reason: 'configuration' })
      : underWay({ requestRef: wordAt(json, 'pay_token') });
  }
  const refs = { providerRef: wordAt(json, 'txnid'), ourRef: wordAt(json, 'order_id') };
  return { ...byStatus(wordAt(json, 'status') ?? ''), ...refs, trust: 'proof' };
}

function byStatus(status: string): Notice {
  const said = { amountElsewhere: true };
  switch (status.toUpperCase()) {
    case 'SUCCESS':
      return notice({ ...said, outcome: 'paid', final: true });
    case 'FAILED':
      return declined(null, said);
    case 'EXPIRED':
      return declined('expired', said);
    case 'INITIATED':
    case 'PENDING':
      return underWay(said);
    default:
      return unsure('poll', said);
  }
}
