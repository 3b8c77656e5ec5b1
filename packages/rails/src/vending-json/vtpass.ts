// VTpass (Nigeria): code 000 and a delivered transaction together mean a token; either alone means
// that it must be asked about again under the same request id.

import { isObject, type Json, parseJson, wordAt } from '../base/json.ts';
import type { Answered } from '../contract/http.ts';
import {
  type JsonVend,
  numberOf,
  refuse,
  saysToken,
  tokenDigits,
  unclear,
  vend,
} from './answer.ts';

/** An answer of `pay` or `requery`. */
export function readVtpass({ httpStatus, raw }: Answered): JsonVend {
  const json = parseJson(raw);
  if (!isObject(json) || httpStatus === null || httpStatus >= 300) return unclear('requery');
  const code = wordAt(json, 'code') ?? '';
  const status = wordAt(json, 'content', 'transactions', 'status')?.toLowerCase() ?? '';
  switch (code) {
    case '000':
      if (status === 'delivered') return delivered(json);
      if (status === 'failed') return vend({ outcome: 'failed' });
      if (status === 'reversed') return vend({ outcome: 'reversed' });
      return pending;
    case '099':
    case '001':
      return status === 'delivered' && saysToken(wordAt(json, 'purchased_code'))
        ? delivered(json)
        : pending;
    case '016':
      return vend({ outcome: 'failed' });
    case '040':
      return vend({ outcome: 'reversed' });
    case '011':
    case '012':
    case '021':
    case '022':
    case '023':
    case '027':
    case '028':
    case '087':
      return refuse('configuration');
    case '010':
      return refuse('configuration');
    case '013':
      return refuse('below-minimum');
    case '017':
      return refuse('above-maximum');
    case '018':
      return refuse('vendor-credit');
    case '091':
      return vend({ outcome: 'not-processed', action: 'new-vend' });
    default:
      // 014 and 019: our own repeat; 030, 083 and the rest: nobody knows.
      return unclear('requery');
  }
}

const pending = vend({ outcome: 'pending', action: 'requery' });

function delivered(json: Json): JsonVend {
  const text = wordAt(json, 'purchased_code') ?? '';
  const [bought = '', bonus = ''] = text.split(/bonus\s*token\s*:/i);
  const main = [
    wordAt(json, 'mainToken'),
    wordAt(json, 'token'),
    wordAt(json, 'Token'),
    bought.replace(/^\s*token\s*:/i, ''),
  ].find(saysToken);
  const free = [wordAt(json, 'bonusToken'), bonus].find(saysToken);
  const kcts = [
    wordAt(json, 'kct1') ?? wordAt(json, 'resetToken'),
    wordAt(json, 'kct2') ?? wordAt(json, 'configureToken'),
  ].filter(saysToken);
  const all = [main, free, ...kcts];
  const bad = all.some((each) => each !== undefined && tokenDigits(each) === null);
  if (main === undefined || bad) return unclear('requery', { flags: ['bad-token'] });
  const digits = (each: string | null | undefined) => tokenDigits(each) ?? '';
  return vend({
    outcome: 'vended',
    keyChange: kcts.map(digits),
    freeTokens: free === undefined ? [] : [digits(free)],
    tokens: [digits(main)],
    units: numberOf(
      wordAt(json, 'mainTokenUnits') ??
        wordAt(json, 'units') ??
        wordAt(json, 'Units') ??
        wordAt(json, 'PurchasedUnits'),
    ),
    receiptNo: wordAt(json, 'content', 'transactions', 'transactionId'),
  });
}
