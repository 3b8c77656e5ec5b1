// Umeme Yaka (Uganda): one SOAP call, whose answer is flat.

import { textOfBytes } from '../base/bytes.ts';
import { descendants, parseXml } from '../base/xml.ts';
import type { Answered } from '../contract/http.ts';
import { type JsonVend, numberOf, saysToken, tokenDigits, unclear, vend } from './answer.ts';

/** The answer of postYakaPayment. Another status than 0 is asked about, not given up. */
export function readYaka({ httpStatus, raw }: Answered): JsonVend {
  const xml = parseXml(textOfBytes(raw));
  if (httpStatus === null || !xml.ok) return unclear('requery');
  const text = (name: string) => descendants(xml.value, name)[0]?.text.trim() ?? null;
  const code = text('statusCode');
  if (code === null || httpStatus >= 300 || !/^0+$/.test(code)) return unclear('requery');
  const written = text('prepaidToken');
  const tokens = (written ?? '').split(/[,;|]/).filter(saysToken);
  if (tokens.length === 0 || tokens.some((each) => tokenDigits(each) === null)) {
    return unclear('requery', { flags: ['bad-token'] });
  }
  return vend({
    outcome: 'vended',
    tokens: tokens.map((each) => tokenDigits(each) ?? ''),
    units: numberOf(text('units')),
    receiptNo: text('receiptNumber'),
  });
}
