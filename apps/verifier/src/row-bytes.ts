// The bytes of a row as PostgreSQL sends it (record_send), taken apart into its values and put
// together again, and each value as the text that people and rules read: what PostgreSQL itself
// would write under TimeZone UTC and DateStyle ISO. Of the types that the token log covers alone.

/** A value as it was sent: the number of its type, and its bytes (none for NULL). */
export type SentValue = { readonly type: number; readonly bytes: Buffer | null };

/** Null for bytes that are no row. */
export function sentValues(row: Buffer): SentValue[] | null {
  if (row.length < 4) return null;
  const count = row.readInt32BE(0);
  const values: SentValue[] = [];
  let at = 4;
  while (values.length < count) {
    if (row.length < at + 8) return null;
    const [type, length] = [row.readUInt32BE(at), row.readInt32BE(at + 4)];
    at += 8;
    if (length < -1 || row.length < at + length) return null;
    const bytes = length < 0 ? null : row.subarray(at, at + length);
    values.push({ type, bytes });
    at += Math.max(0, length);
  }
  return at === row.length ? values : null;
}

/** The inverse of `sentValues`. */
export function bytesOfRow(values: readonly SentValue[]): Buffer {
  const parts = values.flatMap(({ type, bytes }) => {
    const head = Buffer.alloc(8);
    head.writeUInt32BE(type, 0);
    head.writeInt32BE(bytes?.length ?? -1, 4);
    return bytes === null ? [head] : [head, bytes];
  });
  const count = Buffer.alloc(4);
  count.writeInt32BE(values.length);
  return Buffer.concat([count, ...parts]);
}

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
/** Of 2000-01-01, from which PostgreSQL counts. */
const epochMs = Date.UTC(2000, 0, 1);
const hex = (bytes: Buffer): string => `\\x${bytes.toString('hex')}`;

const uuidText = (bytes: Buffer): string =>
  bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
const dayText = (ms: number): string => new Date(ms).toISOString().slice(0, 10);

function dateText(bytes: Buffer): string {
  const days = bytes.readInt32BE(0);
  if (days === 2 ** 31 - 1) return 'infinity';
  return days === -(2 ** 31) ? '-infinity' : dayText(epochMs + days * 86_400_000);
}

function instantText(bytes: Buffer): string {
  const us = bytes.readBigInt64BE(0);
  if (us === 2n ** 63n - 1n) return 'infinity';
  if (us === -(2n ** 63n)) return '-infinity';
  const left = ((us % 1_000_000n) + 1_000_000n) % 1_000_000n;
  const ms = epochMs + Number((us - left) / 1_000n);
  const part = left === 0n ? '' : `.${String(left).padStart(6, '0').replace(/0+$/, '')}`;
  return `${dayText(ms)} ${new Date(ms).toISOString().slice(11, 19)}${part}+00`;
}

/** Four decimal digits a place, of which `weight` + 1 stand before the point. */
function numericText(bytes: Buffer): string {
  const short = (n: number): number => bytes.readInt16BE(2 * n);
  const [places, weight, sign, scale] = [short(0), short(1), short(2), short(3)];
  // Bits of a number that is none, or endless.
  if ((sign & 0xc000) === 0xc000) return hex(bytes);
  const digitsAt = (place: number): string =>
    String(place < 0 || place >= places ? 0 : short(4 + place)).padStart(4, '0');
  let [whole, part] = ['', ''];
  for (let place = 0; place <= weight; place += 1) whole += digitsAt(place);
  for (let place = weight + 1; part.length < scale; place += 1) part += digitsAt(place);
  const shown = whole.replace(/^0+/, '') || '0';
  return `${sign === 0 ? '' : '-'}${shown}${scale === 0 ? '' : `.${part.slice(0, scale)}`}`;
}

const quotedMember = (text: string): string =>
  text === '' || /[\s"\\{},]/.test(text) || text.toLowerCase() === 'null'
    ? `"${text.replaceAll(/["\\]/g, '\\$&')}"`
    : text;

/** Of one dimension: the log covers no others. */
function arrayText(bytes: Buffer): string {
  const dimensions = bytes.readInt32BE(0);
  if (dimensions === 0) return '{}';
  if (dimensions !== 1 || bytes.readInt32BE(16) !== 1) return hex(bytes);
  const type = bytes.readUInt32BE(8);
  const members: string[] = [];
  let at = 20;
  for (let n = bytes.readInt32BE(12); n > 0; n -= 1) {
    const length = bytes.readInt32BE(at);
    const member = bytes.subarray(at + 4, at + 4 + Math.max(0, length));
    members.push(length < 0 ? 'NULL' : quotedMember(textOfValue({ type, bytes: member }) ?? ''));
    at += 4 + Math.max(0, length);
  }
  return `{${members.join(',')}}`;
}

/** By the numbers that PostgreSQL's own types have in every cluster. */
const readers: Readonly<Record<number, (bytes: Buffer) => string>> = {
  16: (bytes) => (bytes[0] === 1 ? 't' : 'f'),
  17: hex,
  20: (bytes) => String(bytes.readBigInt64BE(0)),
  21: (bytes) => String(bytes.readInt16BE(0)),
  23: (bytes) => String(bytes.readInt32BE(0)),
  25: (bytes) => strict.decode(bytes),
  1082: dateText,
  1184: instantText,
  1700: numericText,
  2950: uuidText,
  // After the number of the form.
  3802: (bytes) => strict.decode(bytes.subarray(1)),
  1009: arrayText,
  1016: arrayText,
  2951: arrayText,
};

/** Throws for bytes that are none of their type; of a type that is not known, the bytes as hex. */
export const textOfValue = ({ type, bytes }: SentValue): string | null =>
  bytes === null ? null : (readers[type] ?? hex)(bytes);

/** A whole number as it is sent; null for other types and for what does not fit. */
export function sentNumber(type: number, value: bigint): SentValue | null {
  const bits = { 20: 64, 21: 16, 23: 32 }[type];
  if (bits === undefined || BigInt.asIntN(bits, value) !== value) return null;
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64BE(value);
  return { type, bytes: bytes.subarray(8 - bits / 8) };
}
