// Single DES encryption of one block (FIPS 46-3), needed by DKGA01..03 only. Plain and bit by bit:
// it runs once for each meter key, never for each token.

// The regular tables of FIPS 46-3 as their rules; they count bits from 1.
const initialPermutation = Array.from(
  { length: 64 },
  (_, at) => 58 + 2 * ((at >>> 3) & 3) - (at >>> 5) - 8 * (at & 7),
);
const finalPermutation = initialPermutation.map((_, at) => initialPermutation.indexOf(at + 1) + 1);
const roundPermutation = [
  16, 7, 20, 21, 29, 12, 28, 17, 1, 15, 23, 26, 5, 18, 31, 10, 2, 8, 24, 14, 32, 27, 3, 9, 19, 13,
  30, 6, 22, 11, 4, 25,
];
const permutedChoice1 = Array.from({ length: 56 }, (_, at) => {
  if (at < 28) return 57 + (at >>> 3) - 8 * (at & 7);
  const other = at - 28;
  return other < 24 ? 63 - (other >>> 3) - 8 * (other & 7) : 220 - 8 * other;
});
const permutedChoice2 = [
  14, 17, 11, 24, 1, 5, 3, 28, 15, 6, 21, 10, 23, 19, 12, 4, 26, 8, 16, 7, 27, 20, 13, 2, 41, 52,
  31, 37, 47, 55, 30, 40, 51, 45, 33, 48, 44, 49, 39, 56, 34, 53, 46, 42, 50, 36, 29, 32,
];
const shifts = [1, 1, 2, 2, 2, 2, 2, 2, 1, 2, 2, 2, 2, 2, 2, 1];

// S-boxes 1..8, each four rows of sixteen, one hexadecimal digit for each entry.
const substitutionBoxes =
  'E4D12FB83A6C59070F74E2D1A6CB953841E8D62BFC973A50FC8249175B3EA06D' +
  'F18E6B34972DC05A3D47F28EC01A69B50E7BA4D158C6932FD8A13F42B67C05E9' +
  'A09E63F51DC7B428D709346A285ECBF1D6498F30B12C5AE71AD069874FE3B52C' +
  '7DE3069A1285BC4FD8B56F03472C1AE9A690CB7DF13E52843F06A1D8945BC72E' +
  '2C417AB6853FD0E9EB2C47D150FA3986421BAD78F9C5630EB8C71E2D6F09A453' +
  'C1AF92680D34E75BAF427C9561DE0B389EF528C3704A1DB6432C95FABE17608D' +
  '4B2EF08D3C975A61D0B7491AE35C2F8614BDC37EAF6805926BD814A7950FE23C' +
  'D2846FB1A93E50C71FD8A374C56B0E927B419CE206ADF35821E74A8DFC90356B';

type Bits = readonly number[];

const bitsOf = (bytes: Uint8Array): Bits =>
  Array.from(bytes).flatMap((byte) => [7, 6, 5, 4, 3, 2, 1, 0].map((bit) => (byte >>> bit) & 1));

const bytesOf = (bits: Bits): Uint8Array => {
  const bytes = new Uint8Array(bits.length / 8);
  bits.forEach((bit, index) => {
    bytes[index >>> 3] = ((bytes[index >>> 3] as number) << 1) | bit;
  });
  return bytes;
};

/** Tables count bits from 1, the most significant first. */
const permute = (bits: Bits, table: readonly number[]): Bits =>
  table.map((position) => bits[position - 1] as number);

const xorBits = (a: Bits, b: Bits): Bits => a.map((bit, index) => bit ^ (b[index] as number));

const rotateLeft = (bits: Bits, count: number): Bits => [
  ...bits.slice(count),
  ...bits.slice(0, count),
];

function roundKeys(key: Uint8Array): Bits[] {
  const chosen = permute(bitsOf(key), permutedChoice1);
  let left: Bits = chosen.slice(0, 28);
  let right: Bits = chosen.slice(28);
  return shifts.map((shift) => {
    left = rotateLeft(left, shift);
    right = rotateLeft(right, shift);
    return permute([...left, ...right], permutedChoice2);
  });
}

function roundFunction(half: Bits, key: Bits): Bits {
  const substituted = [0, 1, 2, 3, 4, 5, 6, 7].flatMap((box) => {
    // Six bits for each box, the outer two shared with its neighbours (the expansion E).
    const bit = (at: number): number =>
      (half[(4 * box + at + 31) & 31] as number) ^ (key[6 * box + at] as number);
    const entry = bit(0) * 32 + bit(5) * 16 + bit(1) * 8 + bit(2) * 4 + bit(3) * 2 + bit(4);
    const value = Number.parseInt(substitutionBoxes.charAt(box * 64 + entry), 16);
    return [value >>> 3, (value >>> 2) & 1, (value >>> 1) & 1, value & 1];
  });
  return permute(substituted, roundPermutation);
}

function transform(key: Uint8Array, block: Uint8Array, order: 'encrypt' | 'decrypt'): Uint8Array {
  const start = permute(bitsOf(block), initialPermutation);
  const keys = roundKeys(key);
  let left: Bits = start.slice(0, 32);
  let right: Bits = start.slice(32);
  for (const roundKey of order === 'encrypt' ? keys : keys.toReversed()) {
    const next = xorBits(left, roundFunction(right, roundKey));
    left = right;
    right = next;
  }
  return bytesOf(permute([...right, ...left], finalPermutation));
}

/** DES in ECB of one 8-byte block under an 8-byte key; parity bits are ignored. */
export function desEncrypt(key: Uint8Array, block: Uint8Array): Uint8Array {
  return transform(key, block, 'encrypt');
}

/** Two-key triple DES (encrypt, decrypt, encrypt) of one 8-byte block under a 16-byte key. */
export function tripleDesEncrypt(key: Uint8Array, block: Uint8Array): Uint8Array {
  const first = key.subarray(0, 8);
  const second = key.subarray(8, 16);
  return desEncrypt(first, transform(second, desEncrypt(first, block), 'decrypt'));
}
