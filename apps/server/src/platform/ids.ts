// New identifiers: UUIDv7 on business time, so that a table's key order is its history's order.

import { type Clock, type RandomBytes, uuidV7 } from '@prewatt/quantities';

export type NewUuid = () => string;

export const createNewUuid =
  (clock: Clock, random: RandomBytes): NewUuid =>
  () =>
    uuidV7(clock.nowMs(), random(10));

// Drawn from the system a few thousand bytes at a time; each byte is handed out once and wiped.
const pool = new Uint8Array(8_192);
let used = pool.length;

export const systemRandom: RandomBytes = (length) => {
  if (length > 64) return crypto.getRandomValues(new Uint8Array(length));
  if (used + length > pool.length) {
    crypto.getRandomValues(pool);
    used = 0;
  }
  const bytes = pool.slice(used, used + length);
  pool.fill(0, used, used + length);
  used += length;
  return bytes;
};
