// What the utility writes for a meter: tokens, the count of purchases by this card, and the meter
// that they are for.

import { err, ok, type Result } from '@prewatt/quantities';
import { numberAt, putNumber } from './bytes.ts';
import { headerBytes, readHeader } from './header.ts';
import type { CardKey } from './keys.ts';
import { isUsed, newestOf, type SlotKind, slotCount, slotOf, withRecord } from './slots.ts';

export const purchaseSlots: SlotKind = { label: 'purchase', first: headerBytes, bytes: 64 };
export const maximumTokens = 4;

const countField = { at: 0, bytes: 4 };
const panField = { at: 4, bytes: 8 };
const tokensAt = 12;
const tokenBytes = 9;
const tokenField = (index: number) => ({ at: 14 + index * tokenBytes, bytes: tokenBytes });
const maximumCount = 0xffff_ffff;

export type Purchase = {
  /** Counts up from 1 with each writing for the same card. */
  readonly count: number;
  /** 18 digits. */
  readonly meterPan: string;
  /** 20 digits each, at most four, to be entered in this order. */
  readonly tokens: readonly string[];
};

/**
 * empty: nothing was bought. otherMeter: written for another. unproved: changed, torn on both
 * places, or written with an older key of this meter.
 */
export type PurchaseError = 'size' | 'noCard' | 'checkCard' | 'empty' | 'otherMeter' | 'unproved';

const countOf = (slot: Uint8Array): number => Number(numberAt(slot, countField));
const panOf = (slot: Uint8Array): string => numberAt(slot, panField).toString().padStart(18, '0');

/**
 * The card with the purchase on it. Throws RangeError on a count, meter or token that is none: a
 * bug of the caller.
 */
export function writePurchase(image: Uint8Array, purchase: Purchase, key: CardKey): Uint8Array {
  const { count, meterPan, tokens } = purchase;
  const isCount = Number.isInteger(count) && count >= 1 && count <= maximumCount;
  if (!isCount || !/^\d{18}$/.test(meterPan)) throw new RangeError('count or meter');
  if (tokens.length > maximumTokens || !tokens.every((digits) => /^\d{20}$/.test(digits))) {
    throw new RangeError(`at most ${maximumTokens} tokens of 20 digits`);
  }
  const record = new Uint8Array(purchaseSlots.bytes);
  putNumber(record, BigInt(count), countField);
  putNumber(record, BigInt(meterPan), panField);
  record[tokensAt] = tokens.length;
  tokens.forEach((digits, index) => {
    putNumber(record, BigInt(digits), tokenField(index));
  });
  const newest = newestOf(image, purchaseSlots, { key, ageOf: countOf });
  return withRecord(image, purchaseSlots, { key, newest, record });
}

/** The newest purchase for this meter. Any bytes end as a value or an error. */
export function readPurchase(
  image: Uint8Array,
  o: { readonly meterPan: string; readonly key: CardKey },
): Result<Purchase, PurchaseError> {
  const header = readHeader(image);
  if (!header.ok) return header;
  if (header.value.kind === 'check') return err('checkCard');
  if (!isUsed(image, purchaseSlots)) return err('empty');
  const slots = Array.from({ length: slotCount }, (_, index) =>
    slotOf(image, purchaseSlots, index),
  );
  const written = slots.filter((slot) => countOf(slot) > 0);
  if (written.length > 0 && written.every((slot) => panOf(slot) !== o.meterPan)) {
    return err('otherMeter');
  }
  const place = newestOf(image, purchaseSlots, { key: o.key, ageOf: countOf });
  const slot = place === null ? undefined : slots[place];
  if (slot === undefined) return err('unproved');
  const meterPan = panOf(slot);
  if (meterPan !== o.meterPan) return err('otherMeter');
  const tokens = Array.from({ length: Math.min(slot[tokensAt] ?? 0, maximumTokens) }, (_, index) =>
    numberAt(slot, tokenField(index)).toString().padStart(20, '0'),
  );
  // Proved, so written by us: nine bytes hold more than twenty digits do.
  return tokens.every((digits) => digits.length === 20)
    ? ok({ count: countOf(slot), meterPan, tokens })
    : err('unproved');
}
