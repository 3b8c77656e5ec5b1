// The text of a Pix QR code: EMV tag-length-value with a CRC-16 at its end, over everything up to
// and including the CRC's own tag and length.

import { utf8Bytes } from '../base/bytes.ts';

/** CRC-16/CCITT-FALSE: polynomial 1021, first value FFFF; "123456789" gives 29B1. */
export function crc16(bytes: Uint8Array): number {
  let crc = 0xffff;
  for (const byte of bytes) {
    crc ^= byte << 8;
    for (let bit = 0; bit < 8; bit += 1) {
      crc = crc & 0x8000 ? ((crc << 1) ^ 0x1021) & 0xffff : (crc << 1) & 0xffff;
    }
  }
  return crc;
}

/** Whether a code's text is whole: its fields fill it, and the CRC at its end holds. */
export function verifyEmvCrc(text: string): boolean {
  if (text.length > 1000 || readEmv(text) === null) return false;
  const match = /6304([0-9A-Fa-f]{4})$/.exec(text);
  if (match === null) return false;
  const crc = crc16(utf8Bytes(text.slice(0, -4)));
  return crc.toString(16).toUpperCase().padStart(4, '0') === match[1]?.toUpperCase();
}

/** The fields by tag, in order; null when lengths do not add up. A repeated tag keeps its first. */
export function readEmv(text: string): ReadonlyMap<string, string> | null {
  const fields = new Map<string, string>();
  let at = 0;
  while (at < text.length) {
    const head = /^(\d\d)(\d\d)$/.exec(text.slice(at, at + 4));
    if (head === null) return null;
    const [, tag = '', length = ''] = head;
    const value = text.slice(at + 4, at + 4 + Number(length));
    if (value.length !== Number(length)) return null;
    if (!fields.has(tag)) fields.set(tag, value);
    at += 4 + value.length;
  }
  return fields.size === 0 ? null : fields;
}
