// Vodacom's M-Pesa OpenAPI (Mozambique; the same shape in Tanzania and Ghana): one call that waits
// for the customer. A business refusal is a 4xx with `output_ResponseCode`; without that key it is
// a fault of the session, and nothing is known.

import { isObject, parseJson, wordAt } from '../base/json.ts';
import { type Answered, byHttpStatus } from '../contract/http.ts';
import {
  declined,
  type Notice,
  notice,
  type Reason,
  underWay,
  unsure,
} from '../contract/notice.ts';

const refusals: Readonly<Record<string, Reason>> = {
  'INS-4': 'payer-not-found',
  'INS-5': 'cancelled',
  'INS-6': 'rejected',
  'INS-2002': 'payer-not-found',
  'INS-2006': 'insufficient-funds',
  'INS-2051': 'payer-not-found',
  'INS-2057': 'not-allowed',
};
const configurationFaults = ['INS-2', 'INS-13', 'INS-14', 'INS-15', 'INS-17', 'INS-18', 'INS-19']
  .concat(['INS-20', 'INS-21', 'INS-22', 'INS-23', 'INS-24', 'INS-25', 'INS-26', 'INS-2001'])
  .concat(['INS-994', 'INS-995', 'INS-996', 'INS-997', 'INS-998']);

const statuses: Readonly<Record<string, () => Notice>> = {
  completed: () => notice({ outcome: 'paid', final: true, trust: 'proof', amountElsewhere: true }),
  cancelled: () => declined('cancelled', { trust: 'proof' }),
  expired: () => declined('expired', { trust: 'proof' }),
  failed: () => declined('rejected', { trust: 'proof' }),
  reversed: () => notice({ kind: 'refund', outcome: 'reversed', final: true, trust: 'proof' }),
  pending: () => underWay(),
  initiated: () => underWay(),
};

/** An answer of `c2b-single-stage`, `query` or `reversal`. */
export function readVodacomAnswer({ call, httpStatus, raw }: Answered): Notice {
  const json = parseJson(raw);
  const code = wordAt(json, 'output_ResponseCode');
  if (!isObject(json) || code === null || httpStatus === null) {
    // The request may have gone through before the session ended: asked about, never given up.
    if (httpStatus !== null && isObject(json) && httpStatus < 500) {
      return unsure('config', { reason: 'configuration' });
    }
    return { ...byHttpStatus(httpStatus, true), action: null };
  }
  const refs = {
    providerRef: wordAt(json, 'output_TransactionID'),
    requestRef: wordAt(json, 'output_ConversationID'),
    ourRef: wordAt(json, 'output_ThirdPartyReference'),
  };
  if (code === 'INS-0') return { ...succeeded(json, call), ...refs };
  const reason = refusals[code];
  if (reason !== undefined) return { ...declined(reason, { trust: 'proof' }), ...refs };
  if (configurationFaults.includes(code)) return unsure('config', { reason: 'configuration' });
  return unsure('poll', { reason: code === 'INS-9' ? 'timeout' : null });
}

function succeeded(json: { readonly [name: string]: unknown }, call: string): Notice {
  const status = String(json['output_ResponseTransactionStatus'] ?? '').toLowerCase();
  if (/query|status/.test(call)) return statuses[status]?.() ?? unsure('poll');
  if (/reversal/.test(call)) {
    return notice({ kind: 'refund', outcome: 'reversed', final: true, trust: 'proof' });
  }
  return notice({ outcome: 'paid', final: true, trust: 'proof', amountElsewhere: true });
}
