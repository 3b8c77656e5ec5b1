// New identifiers: UUIDv7 on business time, so that rows in key order are in the order of time.

import { type Clock, type RandomBytes, uuidV7 } from '@prewatt/quantities';

export type NewUuid = () => string;

/** As many identifiers of one millisecond are in the order of their making. */
const inOrder = 4096;

/**
 * Those of one process follow one another within a millisecond, too, by a counter in place of the
 * first random bits (RFC 9562, 6.2, method 1): of two words about one thing the later one counts.
 */
export function createNewUuid(clock: Clock, random: RandomBytes): NewUuid {
  let lastMs = -1;
  let counter = 0;
  return () => {
    const nowMs = clock.nowMs();
    const bytes = random(10);
    const [first = 0, second = 0] = bytes;
    // A fresh start leaves room for most of the counter.
    counter = nowMs === lastMs ? (counter + 1) % inOrder : first;
    lastMs = nowMs;
    bytes[0] = counter >> 4;
    bytes[1] = ((counter & 15) << 4) | (second & 15);
    return uuidV7(nowMs, bytes);
  };
}

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
