// A second implementation of the token path, deliberately naive: arrays of bits and big integers,
// step by step as the standard tells it, with nothing shared with src/ (its tables are written out
// again). Tests compare the two, and the benchmark takes it as its baseline.

/** Bits, most significant first. */
type Bits = number[];

/** What a token carries; `nibble` is the random nibble or, for currency, sign and exponent. */
export type NaiveFields = {
  tokenClass: number;
  subclass: number;
  nibble: number;
  tid: number;
  value16: number;
};

const substitution1 = [14, 10, 7, 9, 12, 3, 2, 5, 13, 0, 15, 1, 4, 8, 6, 11];
const substitution2 = [12, 8, 2, 13, 7, 6, 1, 3, 11, 5, 9, 15, 0, 4, 10, 14];
const permutation = [
  55, 42, 10, 18, 24, 21, 44, 35, 2, 22, 56, 43, 27, 58, 9, 50, 6, 36, 12, 61, 37, 38, 53, 16, 62,
  3, 7, 4, 32, 20, 63, 25, 51, 52, 54, 33, 49, 19, 46, 29, 48, 31, 23, 30, 41, 28, 13, 5, 40, 60,
  39, 11, 15, 17, 1, 0, 57, 34, 59, 8, 47, 14, 45, 26,
];
const s7 = [
  27, 50, 51, 90, 59, 16, 23, 84, 91, 26, 114, 115, 107, 44, 102, 73, 31, 36, 19, 108, 55, 46, 63,
  74, 93, 15, 64, 86, 37, 81, 28, 4, 11, 70, 32, 13, 123, 53, 68, 66, 43, 30, 65, 20, 75, 121, 21,
  111, 14, 85, 9, 54, 116, 12, 103, 83, 40, 10, 126, 56, 2, 7, 96, 41, 25, 18, 101, 47, 48, 57, 8,
  104, 95, 120, 42, 76, 100, 69, 117, 61, 89, 72, 3, 87, 124, 79, 98, 60, 29, 33, 94, 39, 106, 112,
  77, 58, 1, 109, 110, 99, 24, 119, 35, 5, 38, 118, 0, 49, 45, 122, 127, 97, 80, 34, 17, 6, 71, 22,
  82, 78, 113, 62, 105, 67, 52, 92, 88, 125,
];
const s9 = [
  451, 203, 339, 415, 483, 233, 251, 53, 385, 185, 279, 491, 307, 9, 45, 211, 199, 330, 55, 126,
  235, 356, 403, 472, 163, 286, 85, 44, 29, 418, 355, 280, 331, 338, 466, 15, 43, 48, 314, 229, 273,
  312, 398, 99, 227, 200, 500, 27, 1, 157, 248, 416, 365, 499, 28, 326, 125, 209, 130, 490, 387,
  301, 244, 414, 467, 221, 482, 296, 480, 236, 89, 145, 17, 303, 38, 220, 176, 396, 271, 503, 231,
  364, 182, 249, 216, 337, 257, 332, 259, 184, 340, 299, 430, 23, 113, 12, 71, 88, 127, 420, 308,
  297, 132, 349, 413, 434, 419, 72, 124, 81, 458, 35, 317, 423, 357, 59, 66, 218, 402, 206, 193,
  107, 159, 497, 300, 388, 250, 406, 481, 361, 381, 49, 384, 266, 148, 474, 390, 318, 284, 96, 373,
  463, 103, 281, 101, 104, 153, 336, 8, 7, 380, 183, 36, 25, 222, 295, 219, 228, 425, 82, 265, 144,
  412, 449, 40, 435, 309, 362, 374, 223, 485, 392, 197, 366, 478, 433, 195, 479, 54, 238, 494, 240,
  147, 73, 154, 438, 105, 129, 293, 11, 94, 180, 329, 455, 372, 62, 315, 439, 142, 454, 174, 16,
  149, 495, 78, 242, 509, 133, 253, 246, 160, 367, 131, 138, 342, 155, 316, 263, 359, 152, 464, 489,
  3, 510, 189, 290, 137, 210, 399, 18, 51, 106, 322, 237, 368, 283, 226, 335, 344, 305, 327, 93,
  275, 461, 121, 353, 421, 377, 158, 436, 204, 34, 306, 26, 232, 4, 391, 493, 407, 57, 447, 471, 39,
  395, 198, 156, 208, 334, 108, 52, 498, 110, 202, 37, 186, 401, 254, 19, 262, 47, 429, 370, 475,
  192, 267, 470, 245, 492, 269, 118, 276, 427, 117, 268, 484, 345, 84, 287, 75, 196, 446, 247, 41,
  164, 14, 496, 119, 77, 378, 134, 139, 179, 369, 191, 270, 260, 151, 347, 352, 360, 215, 187, 102,
  462, 252, 146, 453, 111, 22, 74, 161, 313, 175, 241, 400, 10, 426, 323, 379, 86, 397, 358, 212,
  507, 333, 404, 410, 135, 504, 291, 167, 440, 321, 60, 505, 320, 42, 341, 282, 417, 408, 213, 294,
  431, 97, 302, 343, 476, 114, 394, 170, 150, 277, 239, 69, 123, 141, 325, 83, 95, 376, 178, 46, 32,
  469, 63, 457, 487, 428, 68, 56, 20, 177, 363, 171, 181, 90, 386, 456, 468, 24, 375, 100, 207, 109,
  256, 409, 304, 346, 5, 288, 443, 445, 224, 79, 214, 319, 452, 298, 21, 6, 255, 411, 166, 67, 136,
  80, 351, 488, 289, 115, 382, 188, 194, 201, 371, 393, 501, 116, 460, 486, 424, 405, 31, 65, 13,
  442, 50, 61, 465, 128, 168, 87, 441, 354, 328, 217, 261, 98, 122, 33, 511, 274, 264, 448, 169,
  285, 432, 422, 205, 243, 92, 258, 91, 473, 324, 502, 173, 165, 58, 459, 310, 383, 70, 225, 30,
  477, 230, 311, 506, 389, 140, 143, 64, 437, 190, 120, 0, 172, 272, 350, 292, 2, 444, 162, 234,
  112, 508, 278, 348, 76, 450,
];

function toBits(value: bigint | number, count: number): Bits {
  const bits: Bits = [];
  let rest = BigInt(value);
  for (let i = 0; i < count; i += 1) {
    bits.unshift(Number(rest & 1n));
    rest >>= 1n;
  }
  return bits;
}

function fromBits(bits: Bits): bigint {
  let value = 0n;
  for (const bit of bits) value = value * 2n + BigInt(bit);
  return value;
}

/**
 * CRC bit by bit: class and 48 bits behind six zero bits, each byte least significant bit first.
 */
export function naiveCrc(tokenClass: number, first48: Bits, isCurrency: boolean): number {
  const bits = [...toBits(0, 6), ...toBits(tokenClass, 2), ...first48];
  if (isCurrency) bits.push(...toBits(1, 8));
  let register = 0xffff;
  for (let byte = 0; byte < bits.length; byte += 8) {
    for (let bit = 7; bit >= 0; bit -= 1) {
      const feedback = (register & 1) ^ (bits[byte + bit] as number);
      register >>= 1;
      if (feedback === 1) register ^= 0xa001;
    }
  }
  return (register % 256) * 256 + Math.floor(register / 256);
}

const rotateLeft = (bits: Bits): Bits => [...bits.slice(1), bits[0] as number];
const rotateRight = (bits: Bits): Bits => [bits[63] as number, ...bits.slice(0, 63)];

/** Bit i of the standard (0 is the least significant) in an array of 64. */
const at = (bits: Bits, i: number): number => bits[63 - i] as number;

function alignedKey(key: Uint8Array): Bits {
  let bits = Array.from(key)
    .flatMap((byte) => toBits(byte, 8))
    .map((bit) => 1 - bit);
  for (let i = 0; i < 12; i += 1) bits = rotateRight(bits);
  return bits;
}

function substitutedNibbles(data: Bits, key: Bits, boxes: readonly (readonly number[])[]): Bits {
  const result: Bits = [];
  for (let nibble = 15; nibble >= 0; nibble -= 1) {
    let value = 0;
    for (let bit = 3; bit >= 0; bit -= 1) value = value * 2 + at(data, 4 * nibble + bit);
    const box = boxes[at(key, 4 * nibble + 3)] as readonly number[];
    const substituted = box[value] as number;
    for (const weight of [8, 4, 2, 1]) result.push(Math.floor(substituted / weight) % 2);
  }
  return result;
}

/** EA07, one round after the other. */
export function naiveEa07Encrypt(key: Uint8Array, block: bigint): bigint {
  let data = toBits(block, 64);
  let roundKey = alignedKey(key);
  for (let round = 0; round < 16; round += 1) {
    data = substitutedNibbles(data, roundKey, [substitution1, substitution2]);
    const moved: Bits = new Array<number>(64).fill(0);
    permutation.forEach((target, source) => {
      moved[63 - target] = at(data, source);
    });
    data = moved;
    roundKey = rotateLeft(roundKey);
  }
  return fromBits(data);
}

/** EA07 backwards. */
export function naiveEa07Decrypt(key: Uint8Array, block: bigint): bigint {
  let data = toBits(block, 64);
  let roundKey = alignedKey(key);
  for (let round = 0; round < 15; round += 1) roundKey = rotateLeft(roundKey);
  const inverse = (box: readonly number[]): number[] => box.map((_, value) => box.indexOf(value));
  const boxes = [inverse(substitution1), inverse(substitution2)];
  for (let round = 15; round >= 0; round -= 1) {
    const moved: Bits = [];
    for (let source = 63; source >= 0; source -= 1) {
      moved.push(at(data, permutation[source] as number));
    }
    data = substitutedNibbles(moved, roundKey, boxes);
    roundKey = rotateRight(roundKey);
  }
  return fromBits(data);
}

function fi(x: number, key: number): number {
  let d9 = Math.floor(x / 128);
  let d7 = x % 128;
  d9 = (s9[d9] as number) ^ d7;
  d7 = (s7[d7] as number) ^ (d9 % 128);
  d7 ^= Math.floor(key / 512);
  d9 ^= key % 512;
  d9 = (s9[d9] as number) ^ d7;
  return d7 * 512 + d9;
}

type MistyKey = { k: number[]; derived: number[] };

function mistyKey(key: Uint8Array): MistyKey {
  const k = [0, 1, 2, 3, 4, 5, 6, 7].map(
    (i) => (key[2 * i] as number) * 256 + (key[2 * i + 1] as number),
  );
  return { k, derived: k.map((word, i) => fi(word, k[(i + 1) % 8] as number)) };
}

function fo(keys: MistyKey, x: number, r: number): number {
  const k = (i: number): number => keys.k[(r + i) % 8] as number;
  const derived = (i: number): number => keys.derived[(r + i) % 8] as number;
  let t0 = Math.floor(x / 65536);
  let t1 = x % 65536;
  t0 = fi(t0 ^ k(0), derived(5)) ^ t1;
  t1 = fi(t1 ^ k(2), derived(1)) ^ t0;
  t0 = fi(t0 ^ k(7), derived(3)) ^ t1;
  t1 ^= k(4);
  return t1 * 65536 + t0;
}

function flKeys({ k, derived }: MistyKey, r: number): [number, number] {
  if (r % 2 === 0) return [k[r / 2] as number, derived[(r / 2 + 6) % 8] as number];
  const j = (r - 1) / 2;
  return [derived[(j + 2) % 8] as number, k[(j + 4) % 8] as number];
}

function fl(keys: MistyKey, x: number, r: number): number {
  const [and, or] = flKeys(keys, r);
  let high = Math.floor(x / 65536);
  let low = x % 65536;
  low ^= high & and;
  high ^= low | or;
  return high * 65536 + low;
}

function flInverse(keys: MistyKey, x: number, r: number): number {
  const [and, or] = flKeys(keys, r);
  let high = Math.floor(x / 65536);
  let low = x % 65536;
  high ^= low | or;
  low ^= high & and;
  return high * 65536 + low;
}

const xor = (a: number, b: number): number => Number(BigInt(a) ^ BigInt(b));

/** EA11 (MISTY1), RFC 2994. */
export function naiveEa11Encrypt(key: Uint8Array, block: bigint): bigint {
  const keys = mistyKey(key);
  let d0 = Number(block >> 32n);
  let d1 = Number(block & 0xffff_ffffn);
  for (const r of [0, 2, 4, 6]) {
    d0 = fl(keys, d0, r);
    d1 = fl(keys, d1, r + 1);
    d1 = xor(d1, fo(keys, d0, r));
    d0 = xor(d0, fo(keys, d1, r + 1));
  }
  return (BigInt(fl(keys, d1, 9)) << 32n) | BigInt(fl(keys, d0, 8));
}

/** EA11 backwards. */
export function naiveEa11Decrypt(key: Uint8Array, block: bigint): bigint {
  const keys = mistyKey(key);
  let d1 = flInverse(keys, Number(block >> 32n), 9);
  let d0 = flInverse(keys, Number(block & 0xffff_ffffn), 8);
  for (const r of [6, 4, 2, 0]) {
    d0 = xor(d0, fo(keys, d1, r + 1));
    d1 = xor(d1, fo(keys, d0, r));
    d1 = flInverse(keys, d1, r + 1);
    d0 = flInverse(keys, d0, r);
  }
  return (BigInt(d0) << 32n) | BigInt(d1);
}

/** 66 bits: class on top, then its two bits changed with bits 28 and 27. */
function exchangeClassBits(bits: Bits): Bits {
  const result = [...bits];
  for (const [top, low] of [
    [65, 28],
    [64, 27],
  ] as const) {
    result[65 - top] = bits[65 - low] as number;
    result[65 - low] = bits[65 - top] as number;
  }
  return result;
}

const isCurrency = (tokenClass: number, subclass: number): boolean =>
  tokenClass === 0 && subclass >= 4 && subclass <= 7;

/** Fields to 20 digits, under an 8-byte (EA07) or 16-byte (EA11) key. */
export function naiveEncode(key: Uint8Array, f: NaiveFields): string {
  const first48 = [
    ...toBits(f.subclass, 4),
    ...toBits(f.nibble, 4),
    ...toBits(f.tid, 24),
    ...toBits(f.value16, 16),
  ];
  const crc = naiveCrc(f.tokenClass, first48, isCurrency(f.tokenClass, f.subclass));
  let block = fromBits([...first48, ...toBits(crc, 16)]);
  if (f.tokenClass !== 1) {
    block = key.length === 8 ? naiveEa07Encrypt(key, block) : naiveEa11Encrypt(key, block);
  }
  const token = exchangeClassBits([...toBits(f.tokenClass, 2), ...toBits(block, 64)]);
  return String(fromBits(token)).padStart(20, '0');
}

/** 20 digits to fields; null when the check is wrong. */
export function naiveDecode(key: Uint8Array, token: string): NaiveFields | null {
  const bits = exchangeClassBits(toBits(BigInt(token), 66));
  const tokenClass = Number(fromBits(bits.slice(0, 2)));
  let block = fromBits(bits.slice(2));
  if (tokenClass !== 1) {
    block = key.length === 8 ? naiveEa07Decrypt(key, block) : naiveEa11Decrypt(key, block);
  }
  const plain = toBits(block, 64);
  const subclass = Number(fromBits(plain.slice(0, 4)));
  const crc = naiveCrc(tokenClass, plain.slice(0, 48), isCurrency(tokenClass, subclass));
  if (crc !== Number(fromBits(plain.slice(48)))) return null;
  return {
    tokenClass,
    subclass,
    nibble: Number(fromBits(plain.slice(4, 8))),
    tid: Number(fromBits(plain.slice(8, 32))),
    value16: Number(fromBits(plain.slice(32, 48))),
  };
}

/** The amount of a 16-bit field, by the standard's formula. */
export function naiveAmount(field: number): number {
  const exponent = Math.floor(field / 16384);
  let amount = 10 ** exponent * (field % 16384);
  for (let n = 1; n <= exponent; n += 1) amount += 16384 * 10 ** (n - 1);
  return amount;
}

/** The smallest field whose amount is at least `units`, by halving the range of all fields. */
export function naiveField(units: number): number {
  let low = 0;
  let high = 65535;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (naiveAmount(middle) >= units) high = middle;
    else low = middle + 1;
  }
  return low;
}
