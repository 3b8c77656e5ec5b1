// The first 32 bytes of each card: what it is and its number. Whoever has a reader reads them; they
// are written once, when the card is issued.

import { err, ok, type Result } from '@prewatt/quantities';
import { numberAt, putNumber } from './bytes.ts';

/** A card holds 256 bytes, as an SLE4442 does; the file of a CPU card is as long. */
export const imageBytes = 256;
export const headerBytes = 32;

/** What an SLE4442 answers to a reset; the maker's, and the same on each. */
export const atr = Uint8Array.of(0xa2, 0x13, 0x10, 0x91);
/** "PWC1": Prewatt card, first layout. */
const mark = Uint8Array.of(0x50, 0x57, 0x43, 0x31);
const kindAt = 8;
const cardNumberAt = 10;

/**
 * user: a customer's; preset: what a meter is put into use with; clear: takes credit away before a
 * meter is removed. These three carry tokens for one meter. check: collects the reports of many
 * meters.
 */
export const cardKinds = ['user', 'preset', 'clear', 'check'] as const;
export type CardKind = (typeof cardKinds)[number];

export type CardHeader = {
  readonly kind: CardKind;
  /** 16 digits, the last of them a check digit (Luhn), printed on the card. */
  readonly cardNumber: string;
};

/** noCard: not of this layout. size: not 256 bytes. */
export type HeaderError = 'size' | 'noCard';

/** An issued card without content. Throws RangeError on a number that is none. */
export function newCard({ kind, cardNumber }: CardHeader): Uint8Array {
  if (!isCardNumber(cardNumber)) throw new RangeError('a card number has 16 digits that check');
  const image = new Uint8Array(imageBytes);
  image.set(atr, 0);
  image.set(mark, atr.length);
  image[kindAt] = cardKinds.indexOf(kind) + 1;
  putNumber(image, BigInt(cardNumber), { at: cardNumberAt, bytes: 8 });
  return image;
}

/** Any bytes end as a header or an error. */
export function readHeader(image: Uint8Array): Result<CardHeader, HeaderError> {
  if (image.length !== imageBytes) return err('size');
  if (!mark.every((byte, index) => image[atr.length + index] === byte)) return err('noCard');
  const kind = cardKinds[(image[kindAt] ?? 0) - 1];
  const cardNumber = numberAt(image, { at: cardNumberAt, bytes: 8 }).toString().padStart(16, '0');
  return kind !== undefined && isCardNumber(cardNumber) ? ok({ kind, cardNumber }) : err('noCard');
}

/** What of the header a message authentication code covers: mark, kind and number. */
export const headerOf = (image: Uint8Array): Uint8Array => image.subarray(4, cardNumberAt + 8);

/** 16 digits whose last is their check digit. */
export function isCardNumber(text: string): boolean {
  return /^\d{16}$/.test(text) && withCheckDigit(text.slice(0, 15)) === text;
}

/** 15 digits and their check digit (Luhn, ISO/IEC 7812-1 annex B). Throws RangeError on others. */
export function withCheckDigit(digits: string): string {
  if (!/^\d{15}$/.test(digits)) throw new RangeError('15 digits');
  let sum = 0;
  for (let index = 0; index < digits.length; index += 1) {
    const doubled = Number(digits[index]) * (index % 2 === 0 ? 2 : 1);
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return `${digits}${(10 - (sum % 10)) % 10}`;
}
