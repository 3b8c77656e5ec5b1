// Key-change token sets (IEC 62055-41 clauses 6.2.7 and following): two or three tokens for EA07,
// four for EA11, all encrypted under the key that the meter still holds.

import { sealBlock } from './block.ts';
import { cipherOf, type DecoderKey, decoderKeyAlgorithm, decoderKeyBytes } from './decoder-key.ts';
import { checkKeyFields, isInteger } from './key-fields.ts';
import { err, ok, type Result } from './result.ts';

/** The new key and what the meter must know of it. */
export type KeyChangeParameters = {
  readonly decoderKey: DecoderKey;
  /** 6 digits; travels in sets of three and four. */
  readonly supplyGroupCode: string;
  /** 2 digits. */
  readonly tariffIndex: string;
  /** 1..9. */
  readonly keyRevision: number;
  readonly keyType: 0 | 1 | 2 | 3;
  /** 0..255. */
  readonly keyExpiry: number;
};

/** Refusals, in the order of the checks. */
export type IssueKeyChangeError =
  | 'algorithmChange'
  | 'tokenCount'
  | 'supplyGroupCode'
  | 'tariffIndex'
  | 'keyRevision'
  | 'keyType'
  | 'keyExpiry'
  | 'keyTypeChange';

// Which key types may follow each: nothing goes back to an initialisation key (clause 6.5.2.4).
// What may follow a common key (3) is not settled by the sources; only the way back to an
// initialisation key is barred.
const following: readonly (readonly number[])[] = [
  [0, 1, 2, 3],
  [1, 2, 3],
  [1, 2],
  [1, 2, 3],
];

/**
 * Whether a meter may change from one key type (0..3) to another; the same type is always allowed.
 * Clause 6.5.2.4.
 */
export function isKeyTypeChangeAllowed(from: number, to: number): boolean {
  return following[from]?.includes(to) ?? false;
}

const word = (bytes: Uint8Array, at: number): number =>
  new DataView(bytes.buffer).getUint32(at * 4);

type Section = { readonly high: number; readonly value16: number };

/** SubClass and 12 bits before 32 bits of key. */
const keySection = (head16: number, part: number): Section => ({
  high: (head16 << 16) | (part >>> 16),
  value16: part & 0xffff,
});

function sectionsOf(n: KeyChangeParameters, tokenCount: 2 | 3 | 4, rollover: boolean): Section[] {
  const bytes = decoderKeyBytes(n.decoderKey);
  const group = Number(n.supplyGroupCode);
  const third = tokenCount === 3 ? 4 : 0;
  const first =
    0x3000 |
    ((n.keyExpiry >>> 4) << 8) |
    (n.keyRevision << 4) |
    (rollover ? 8 : 0) |
    third |
    n.keyType;
  const second = 0x4000 | ((n.keyExpiry & 15) << 8) | Number(n.tariffIndex);
  const sections = [
    keySection(first, word(bytes, 0)),
    keySection(second, word(bytes, bytes.length / 4 - 1)),
  ];
  if (tokenCount === 3) sections.push({ high: 0x8000_0000 | (group << 4), value16: 0 });
  if (tokenCount === 4) {
    sections.push(keySection(0x8000 | (group & 0xfff), word(bytes, 1)));
    sections.push(keySection(0x9000 | (group >>> 12), word(bytes, 2)));
  }
  return sections;
}

/**
 * The set that carries a meter from the key it holds to a new one, in section order. EA07: 2
 * tokens, or 3 when the meter takes the supply group code too; EA11: 4. `rollover` is true when the
 * base date changes: the meter then clears its TID store. `heldKeyType` is checked against the
 * rules for key types. Clause 6.2.7.
 */
export function issueKeyChangeTokens(o: {
  readonly heldKey: DecoderKey;
  readonly heldKeyType: number;
  readonly next: KeyChangeParameters;
  readonly tokenCount: 2 | 3 | 4;
  readonly rollover: boolean;
}): Result<{ readonly tokens: readonly string[] }, IssueKeyChangeError> {
  const ea = decoderKeyAlgorithm(o.heldKey);
  if (decoderKeyAlgorithm(o.next.decoderKey) !== ea) return err('algorithmChange');
  const isCountRight =
    ea === 'ea11' ? o.tokenCount === 4 : o.tokenCount === 2 || o.tokenCount === 3;
  if (!isCountRight) return err('tokenCount');
  const refusal = checkKeyFields(o.next);
  if (refusal !== null) return err(refusal);
  if (!isInteger(o.next.keyExpiry, 0, 255)) return err('keyExpiry');
  if (!isKeyTypeChangeAllowed(o.heldKeyType, o.next.keyType)) return err('keyTypeChange');
  const cipher = cipherOf(o.heldKey);
  const sections = sectionsOf(o.next, o.tokenCount, o.rollover);
  return ok({ tokens: sections.map((section) => sealBlock(cipher, 2, section)) });
}
