// "STS Vend System" (Stron and its family): a GET that answers with a token or a word. It has no
// name for a request, so a lost answer cannot be asked about: an operator looks.

import { isObject, listAt, parseJson, textsNamed, wordAt } from '../base/json.ts';
import type { Answered } from '../contract/http.ts';
import { type JsonVend, numberOf, tokenDigits, unclear, vend } from './answer.ts';

/** The answer of GetVendingToken and its siblings. */
export function readStron({ httpStatus, raw }: Answered): JsonVend {
  const json = parseJson(raw);
  const first = Array.isArray(json) ? listAt(json)[0] : json;
  const bare = typeof first === 'string' ? first : null;
  const token = tokenDigits(bare ?? textsNamed(first, 'Token')[0]);
  if (httpStatus === null || httpStatus >= 300 || token === null) {
    const said = bare ?? '';
    const flags = isObject(first) || said !== '' ? (['needs-operator'] as const) : [];
    return unclear('requery', { flags });
  }
  return vend({
    outcome: 'vended',
    tokens: [token],
    units: numberOf(wordAt(first, 'Total_unit') ?? wordAt(first, 'Unit')),
  });
}
