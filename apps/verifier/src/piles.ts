// Records of 32 bytes on 256 piles by a hash of what they belong to, in memory and, beyond a
// limit, in files: what belongs together is brought together without holding all of it. A key is
// hashed with a secret of this run, so that nobody can choose two keys that fall together.

import { hash, randomBytes } from 'node:crypto';
import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const recordBytes = 32;
const pileCount = 256;

/** `inserted`: written for the first time, by an insert or as found when its table was covered. */
export const role = { updated: 1, deleted: 2, exported: 3, inserted: 4 } as const;

/** What it is, and where: an entry of the log and its line, or the line of a file. */
type Record = Readonly<{ role: number; table: number; place: number; line: number }>;
/** How a row was written: its hash, and by which list of columns. */
export type RowValue = { readonly hash: Uint8Array; readonly columns: number };

/** Numbers of names, from 0. */
export type Tables = Map<string, number>;
export function numberOf(tables: Tables, name: string): number {
  const known = tables.get(name);
  if (known !== undefined) return known;
  if (tables.size > 255) throw new Error('a log has at most 256 tables');
  tables.set(name, tables.size);
  return tables.size - 1;
}

export type Piles = ReturnType<typeof createPiles>;

/** Files are away once it is disposed of. */
export function createPiles(o: { readonly mostBytesInMemory: number }) {
  const secret = randomBytes(16).toString('hex');
  const piles = Array.from({ length: pileCount }, () => ({ bytes: Buffer.alloc(0), used: 0 }));
  let folder: string | null = null;
  let held = 0;
  const fileOf = (i: number): string => join(folder ?? '', `${i}`);

  function spill(): void {
    folder ??= mkdtempSync(join(tmpdir(), 'prewatt-verify-'));
    for (const [i, pile] of piles.entries()) {
      if (pile.used > 0) appendFileSync(fileOf(i), pile.bytes.subarray(0, pile.used));
      pile.used = 0;
    }
    held = 0;
  }

  function placeFor(key: string, record: Record): { readonly bytes: Buffer; readonly at: number } {
    if (held >= o.mostBytesInMemory) spill();
    const digest = hash('sha256', secret + key, 'buffer');
    const pile = piles[digest[31] ?? 0];
    if (pile === undefined) throw new Error('a byte is below 256');
    if (pile.used + recordBytes > pile.bytes.length) {
      const grown = Buffer.alloc(Math.max(1024, pile.bytes.length * 2));
      pile.bytes.copy(grown, 0, 0, pile.used);
      pile.bytes = grown;
    }
    const { bytes, used: at } = pile;
    digest.copy(bytes, at, 0, 8);
    bytes.fill(0, at + 8, at + 24);
    bytes.writeUInt32LE(record.place, at + 24);
    bytes.writeUInt16LE(record.line, at + 28);
    bytes[at + 30] = record.table;
    bytes[at + 31] = record.role;
    pile.used += recordBytes;
    held += recordBytes;
    return { bytes, at };
  }
  return {
    addRow: (key: string, value: RowValue | null, record: Record): void => {
      const { bytes, at } = placeFor(key, record);
      if (value !== null) {
        bytes.set(value.hash.subarray(0, 16), at + 8);
        bytes.writeUInt16LE(bytes.readUInt16LE(at + 8) ^ value.columns, at + 8);
      }
    },
    addNumber: (key: string, value: bigint, record: Record): void => {
      const { bytes, at } = placeFor(key, record);
      bytes.writeBigInt64LE(BigInt.asIntN(64, value), at + 8);
    },
    /** Each group once. */
    groups: (see: (group: Group) => void): void => {
      for (const [i, pile] of piles.entries()) {
        const inMemory = pile.bytes.subarray(0, pile.used);
        const isSpilled = folder !== null && existsSync(fileOf(i));
        const bytes = isSpilled ? Buffer.concat([readFileSync(fileOf(i)), inMemory]) : inMemory;
        groupsOf(bytes, see);
      }
    },
    [Symbol.dispose]: (): void => {
      if (folder !== null) rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Chains records of one key by an open table of hashes. */
function groupsOf(bytes: Buffer, see: (group: Group) => void): void {
  const count = bytes.length / recordBytes;
  if (count === 0) return;
  let slots = 8;
  while (slots < count * 2) slots *= 2;
  const first = new Int32Array(slots).fill(-1);
  const next = new Int32Array(count).fill(-1);
  for (let n = 0; n < count; n += 1) {
    let slot = bytes.readUInt32LE(n * recordBytes) & (slots - 1);
    for (; ; slot = (slot + 1) & (slots - 1)) {
      const head = first[slot] ?? -1;
      if (head >= 0 && !isSameKey(bytes, head, n)) continue;
      next[n] = head;
      first[slot] = n;
      break;
    }
  }
  for (const head of first) {
    if (head < 0) continue;
    const at: number[] = [];
    for (let n = head; n >= 0; n = next[n] ?? -1) at.push(n * recordBytes);
    see(groupAt(bytes, at));
  }
}

const isSameKey = (bytes: Buffer, one: number, other: number): boolean =>
  bytes.readUInt32LE(one * recordBytes) === bytes.readUInt32LE(other * recordBytes) &&
  bytes.readUInt32LE(one * recordBytes + 4) === bytes.readUInt32LE(other * recordBytes + 4);

export type Group = ReturnType<typeof groupAt>;

/**
 * Its records from the last that was added to the first. Their value: the first 16 bytes of a row's
 * hash with the number of its list of columns mixed in, or a number in the first 8.
 */
function groupAt(bytes: Buffer, at: readonly number[]) {
  const start = (i: number): number => at[i] ?? 0;
  return {
    count: at.length,
    role: (i: number): number => bytes[start(i) + 31] ?? 0,
    table: (i: number): number => bytes[start(i) + 30] ?? 0,
    line: (i: number): number => bytes.readUInt16LE(start(i) + 28),
    place: (i: number): number => bytes.readUInt32LE(start(i) + 24),
    number: (i: number): bigint => bytes.readBigInt64LE(start(i) + 8),
    isSameValue: (i: number, j: number): boolean =>
      bytes.compare(bytes, start(j) + 8, start(j) + 24, start(i) + 8, start(i) + 24) === 0,
  };
}
