// PrepaidPlus (Botswana): trial, vend and advice. Only advice 209 says that nothing was sold.

import { isObject, type Json, parseJson, textsNamed, wordAt } from '../base/json.ts';
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

/** An answer of `trialvend`, `creditvend` or `advice`. */
export function readPrepaidPlus({ call, httpStatus, raw }: Answered): JsonVend {
  const json = parseJson(raw);
  const code = wordAt(json, 'code');
  if (!isObject(json) || code === null || httpStatus === null) return unclear('advice');
  if (Number(code) === 0 && httpStatus < 300)
    return call === 'trialvend' ? trial(json) : sold(json);
  switch (code) {
    case '202':
      return refuse('vendor-credit');
    case '203':
      return refuse('utility-error');
    case '206':
      return refuse('limit');
    case '209':
      // To an advice alone: nothing is known of a vend that answers so.
      return call === 'advice'
        ? vend({ outcome: 'not-processed', action: 'new-vend' })
        : unclear('advice');
    default:
      // 208: the server does not know the sale, which is not the same as not sold.
      return unclear('advice', code === '208' ? { flags: ['needs-operator'] } : {});
  }
}

const trial = (json: Json): JsonVend => vend({ outcome: 'trial-ok', units: unitsOf(json) });

const unitsOf = (json: Json): string | null =>
  numberOf(textsNamed(json, 'units')[0] ?? textsNamed(json, 'unitsIssued')[0] ?? null);

function sold(json: Json): JsonVend {
  const named = (name: string) => textsNamed(json, name).filter(saysToken);
  const keyChange = [...named('keychangetoken1'), ...named('keychangetoken2')];
  const tokens = named('stsCipher');
  const all = [...keyChange, ...tokens];
  if (tokens.length === 0 || all.some((each) => tokenDigits(each) === null)) {
    return unclear('advice', { flags: ['bad-token'] });
  }
  return vend({
    outcome: 'vended',
    keyChange: keyChange.map((each) => tokenDigits(each) ?? ''),
    tokens: tokens.map((each) => tokenDigits(each) ?? ''),
    units: unitsOf(json),
    receiptNo: textsNamed(json, 'receiptNumber')[0] ?? textsNamed(json, 'receiptNo')[0] ?? null,
  });
}
