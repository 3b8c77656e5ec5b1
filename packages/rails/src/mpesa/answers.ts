// Daraja's answers to our own requests: the push, the question what became of it, and the errors
// that both share. HTTP 200 with ResponseCode 0 means that a prompt was sent, nothing more.

import { isObject, parseJson, wordAt } from '../base/json.ts';
import { type Answered, byHttpStatus } from '../contract/http.ts';
import { declined, type Notice, notice, underWay, unsure } from '../contract/notice.ts';
import { pushRefusal } from './codes.ts';

/** Calls that ask; the others move money or set something up. */
const questions = ['stk-query', 'transaction-status', 'pull-query', 'balance'];

/** An answer of `stk-push`, `stk-query` or another call. */
export function readDarajaAnswer({ call, httpStatus, raw }: Answered): Notice {
  const asks = questions.includes(call);
  const json = parseJson(raw);
  if (!isObject(json) || httpStatus === null) return byHttpStatus(httpStatus, asks);
  const errorCode = wordAt(json, 'errorCode');
  if (errorCode !== null) {
    return readError({ errorCode, text: wordAt(json, 'errorMessage') ?? '', httpStatus, asks });
  }
  // The gateway before Daraja has a form of its own.
  const gateway = wordAt(json, 'fault', 'faultstring');
  if (gateway !== null) {
    return readError({ errorCode: 'gateway', text: gateway, httpStatus, asks });
  }
  const requestRef = wordAt(json, 'CheckoutRequestID');
  const result = wordAt(json, 'ResultCode');
  if (asks && result !== null && httpStatus < 300) {
    if (result !== '0') return { ...pushRefusal(result), requestRef, trust: 'proof' };
    // The query names no amount: a push takes the amount that it was sent with.
    return notice({
      outcome: 'paid',
      final: true,
      trust: 'proof',
      requestRef,
      providerRef: wordAt(json, 'MpesaReceiptNumber'),
      amountElsewhere: true,
    });
  }
  if (httpStatus >= 300) return byHttpStatus(httpStatus, asks);
  if (wordAt(json, 'ResponseCode') === '0') return underWay({ requestRef });
  return unsure(asks ? 'poll' : 'config', { requestRef });
}

/** Whether Daraja says that it knows no such push: an answer, by whatever status. */
export function isPushUnknown({ raw }: Answered): boolean {
  const json = parseJson(raw);
  if (!isObject(json) || wordAt(json, 'errorCode') === null) return false;
  const text = wordAt(json, 'errorMessage') ?? '';
  return /transaction (does not exist|is not found|not found)|invalid checkout ?request/i.test(
    text,
  );
}

type DarajaError = {
  readonly errorCode: string;
  readonly text: string;
  readonly httpStatus: number;
  readonly asks: boolean;
};

function readError({ errorCode, text, httpStatus, asks }: DarajaError): Notice {
  const says = (pattern: RegExp) => pattern.test(text);
  if (['404.001.03', '401.002.01', '401.003.01', '400.003.01'].includes(errorCode)) {
    return unsure('same-id', { reason: 'authentication', action: 'renew-token' });
  }
  if (says(/access token|invalid token/i)) {
    return unsure('same-id', { reason: 'authentication', action: 'renew-token' });
  }
  // By whatever status: theirs is 500 at times.
  if (httpStatus === 429 || says(/spike arrest|quota|too many/i)) return byHttpStatus(429, asks);
  if (errorCode.startsWith('500.001.1001') || httpStatus >= 500) {
    if (says(/being processed|under process|in process(?! for)/i)) return underWay();
    if (says(/credential|merchant does not exist|initiator|shortcode/i)) {
      return unsure('config', { reason: 'configuration' });
    }
    if (says(/lock/i)) return asks ? unsure('poll', { reason: 'busy' }) : declined('busy');
    return byHttpStatus(httpStatus, asks);
  }
  if (errorCode.startsWith('400.') || errorCode.startsWith('404.')) {
    return unsure('config', { reason: 'configuration' });
  }
  return byHttpStatus(httpStatus, asks);
}
