// A look at the bytes of a message before anything is decoded: one pass, no memory of its own, and
// an end at the first form that the protocol never uses. So what a decoder would do for a tag, a
// number of a thousand digits or a nest of lists is never asked of it. CBOR's clauses (RFC 8949) in
// brackets.

/** What a message may be made of; each bound lies well above the largest message there is. */
export const wireBounds = {
  /** A full profile has some 5,300 items, counting keys and values. */
  items: 8_192,
  /** message, state, money, standing prices, one of them, and room for two more. */
  depth: 7,
  /** Entries of one list: a full profile has 480. */
  list: 512,
  /** Entries of one map, and bytes of a key: 40 letters of whatever script. */
  map: 64,
  keyBytes: 160,
} as const;

export type WireFault = 'form' | 'too-deep' | 'too-many' | 'text' | 'cut-off' | 'more-than-one';

const major = { unsigned: 0, negative: 1, text: 3, list: 4, map: 5, simple: 7 } as const;
/** false, true, null, undefined; floats of 16, 32 and 64 bits [3.3]. */
const simpleValues = new Set([20, 21, 22, 23, 25, 26, 27]);

/** What is wrong with these bytes, or null: then they are one item in forms of the protocol. */
export function wireFault(bytes: Uint8Array): WireFault | null {
  /** Items still to come of each open list or map, innermost last. */
  const open: number[] = [];
  /** Whether the innermost is a map whose next item is a key. */
  const keyed: boolean[] = [];
  let at = 0;
  let items = 0;
  do {
    items += 1;
    if (items > wireBounds.items) return 'too-many';
    const first = bytes[at];
    if (first === undefined) return 'cut-off';
    const kind = first >> 5;
    const short = first & 31;
    // Above 27: reserved, or of a length that shows only at its end [3.2].
    if (short > 27) return 'form';
    const argumentBytes = short < 24 ? 0 : 1 << (short - 24);
    const start = at + 1 + argumentBytes;
    if (start > bytes.length) return 'cut-off';
    const inner = open.length - 1;
    const isKey = inner >= 0 && keyed[inner] === true && (open[inner] as number) % 2 === 0;
    if (isKey && kind !== major.text) return 'form';
    if (inner >= 0) open[inner] = (open[inner] as number) - 1;
    at = start;
    if (kind === major.text) {
      const length = lengthOf(bytes, start - argumentBytes, { short, argumentBytes });
      at = start + length;
      if (at > bytes.length) return 'cut-off';
      if (isKey && length > wireBounds.keyBytes) return 'too-many';
      if (!isPlainText(bytes, start, at)) return 'text';
    } else if (kind === major.list || kind === major.map) {
      const length = lengthOf(bytes, start - argumentBytes, { short, argumentBytes });
      const isMap = kind === major.map;
      if (length > (isMap ? wireBounds.map : wireBounds.list)) return 'too-many';
      if (open.length >= wireBounds.depth) return 'too-deep';
      open.push(isMap ? 2 * length : length);
      keyed.push(isMap);
    } else if (kind === major.simple) {
      if (!simpleValues.has(short)) return 'form';
    } else if (kind !== major.unsigned && kind !== major.negative) return 'form';
    while (open.length > 0 && open[open.length - 1] === 0) {
      open.pop();
      keyed.pop();
    }
  } while (open.length > 0);
  return at === bytes.length ? null : 'more-than-one';
}

/** The argument of an item [3]; one too large to be exact is larger than any message, too. */
function lengthOf(
  bytes: Uint8Array,
  at: number,
  { short, argumentBytes }: { readonly short: number; readonly argumentBytes: number },
): number {
  if (argumentBytes === 0) return short;
  let length = 0;
  for (let i = 0; i < argumentBytes; i += 1) length = length * 256 + (bytes[at + i] as number);
  return length;
}

/**
 * UTF-8 as it should be and without U+0000: a database takes neither, and one such text would spoil
 * what is stored beside it.
 */
function isPlainText(bytes: Uint8Array, from: number, to: number): boolean {
  for (let at = from; at < to; ) {
    const lead = bytes[at] as number;
    if (lead === 0) return false;
    at += 1;
    if (lead < 0x80) continue;
    const more = lead >= 0xf0 ? 3 : lead >= 0xe0 ? 2 : 1;
    if (lead < 0xc2 || lead > 0xf4 || at + more > to) return false;
    const second = bytes[at] as number;
    // No surrogates, nothing above U+10FFFF, no form longer than need be (Unicode, table 3-7).
    const least = lead === 0xe0 ? 0xa0 : lead === 0xf0 ? 0x90 : 0x80;
    const most = lead === 0xed ? 0x9f : lead === 0xf4 ? 0x8f : 0xbf;
    if (second < least || second > most) return false;
    for (let i = 1; i < more; i += 1) {
      if (((bytes[at + i] as number) & 0xc0) !== 0x80) return false;
    }
    at += more;
  }
  return true;
}
