// The STS meters of Sanxing (CIU-MH03) on the framing of DL/T 645-1997: the token is entered over
// the bus, and the meter decides. Its identifiers collide with the standard's and its energies are
// binary, so nothing here is shared with other meters. As seen in recorded answers of one meter;
// the link has no signature: what protects the credit is the token itself.

import { err, ok, type Result } from '@prewatt/quantities';
import { ascii, concat, fromAscii } from './bytes.ts';
import { askDlt645, type Dlt645Fault } from './dlt645.ts';
import type { Talk } from './line.ts';

const control = 0x00;
const enterToken = Uint8Array.of(0x01, 0xe0);
const readCode = Uint8Array.of(0x02, 0xe0);
/** Where the value begins: identifier, status and a descriptor stand before it. */
const tokenValueAt = 7;
const readValueAt = 8;
/** Balance and total energy, four bytes each, end every long answer. */
const tailBytes = 8;
const hundredthsOfKwhInWh = 10;

export type SanxingTotals = { readonly balanceWh: number; readonly totalWh: number };
export type SanxingTokenOutcome =
  | ({ readonly kind: 'accepted'; readonly creditedWh: number } & SanxingTotals)
  | { readonly kind: 'used' }
  | { readonly kind: 'rejected' };

/** Enters a token of 20 digits at the meter. */
export async function enterSanxingToken(
  talk: Talk,
  { address, digits }: { readonly address: string; readonly digits: string },
): Promise<Result<SanxingTokenOutcome, Dlt645Fault>> {
  if (!/^\d{20}$/.test(digits)) throw new RangeError('a token has 20 digits');
  const answer = await askDlt645(talk, {
    ...{ address, control, data: concat(enterToken, ascii(digits)) },
  });
  return answer.ok ? tokenOutcomeOf(answer.value.data) : answer;
}

/** Reads what the display shows under a code of three digits. */
export async function readSanxing(
  talk: Talk,
  { address, code }: { readonly address: string; readonly code: string },
): Promise<Result<{ readonly value: Uint8Array } & SanxingTotals, Dlt645Fault>> {
  if (!/^\d{3}$/.test(code)) throw new RangeError('a display code has three digits');
  const answer = await askDlt645(talk, {
    ...{ address, control, data: concat(readCode, ascii(code)) },
  });
  if (!answer.ok) return answer;
  const { data } = answer.value;
  if (data.length < readValueAt + tailBytes || fromAscii(data.subarray(2, 5)) !== code) {
    return err('unexpected');
  }
  return ok({ value: data.subarray(readValueAt, -tailBytes), ...totalsOf(data) });
}

function tokenOutcomeOf(data: Uint8Array): Result<SanxingTokenOutcome, Dlt645Fault> {
  if (data[0] !== enterToken[0] || data[1] !== enterToken[1]) return err('unexpected');
  const text = fromAscii(data.subarray(tokenValueAt));
  if (text.includes('UsEd')) return ok({ kind: 'used' });
  if (text.includes('rEJECt')) return ok({ kind: 'rejected' });
  if (data.length < tokenValueAt + 4 + tailBytes) return err('unexpected');
  const creditedWh = u32(data, tokenValueAt) * hundredthsOfKwhInWh;
  return ok({ kind: 'accepted', creditedWh, ...totalsOf(data) });
}

const totalsOf = (data: Uint8Array): SanxingTotals => ({
  balanceWh: u32(data, data.length - tailBytes) * hundredthsOfKwhInWh,
  totalWh: u32(data, data.length - 4) * hundredthsOfKwhInWh,
});

const u32 = (bytes: Uint8Array, at: number): number =>
  [3, 2, 1, 0].reduce((sum, offset) => sum * 256 + (bytes[at + offset] ?? 0), 0);
