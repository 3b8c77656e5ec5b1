// Small helpers on bytes that every protocol of the bus needs: hexadecimal text, packed decimals,
// and a buffer for what has come and is not read yet.

export function concat(...parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

export const toHex = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');

/** Null on text that is not pairs of hexadecimal digits; spaces between them are let pass. */
export function fromHex(text: string): Uint8Array | null {
  const digits = text.replaceAll(' ', '');
  if (!/^([0-9a-fA-F]{2})*$/.test(digits)) return null;
  return Uint8Array.from({ length: digits.length / 2 }, (_, index) =>
    Number.parseInt(digits.slice(index * 2, index * 2 + 2), 16),
  );
}

export const ascii = (text: string): Uint8Array =>
  Uint8Array.from(text, (character) => character.charCodeAt(0) & 0xff);

export const fromAscii = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => String.fromCharCode(byte)).join('');

/** Packed decimal digits, low byte first, as DL/T 645 writes them. Throws RangeError on a bug. */
export function toBcd(value: number, byteCount: number): Uint8Array {
  const digits = String(value).padStart(byteCount * 2, '0');
  if (!/^\d+$/.test(digits) || digits.length !== byteCount * 2) {
    throw new RangeError(`${value} has no ${byteCount} bytes of decimal digits`);
  }
  return (fromHex(digits) ?? new Uint8Array()).reverse();
}

/** Null when a digit is none, or there are more than a number holds exactly. */
export function fromBcd(bytes: Uint8Array): number | null {
  const digits = toHex(Uint8Array.from(bytes).reverse());
  if (!/^\d*$/.test(digits)) return null;
  const value = Number(digits === '' ? '0' : digits);
  return Number.isSafeInteger(value) ? value : null;
}

/**
 * Appends, and keeps the newest `limit` bytes: what a babbling device sends is bounded, and a frame
 * that follows noise is still found.
 */
export function appendBounded(held: Uint8Array, bytes: Uint8Array, limit: number): Uint8Array {
  const whole = held.length === 0 ? bytes : concat(held, bytes);
  return whole.length > limit ? whole.subarray(whole.length - limit) : whole;
}
