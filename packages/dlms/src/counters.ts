// Invocation counters: what is sent is never used twice under one key, what comes must be higher
// than all before it. The caller stores them; sent ones are reserved in strides, so that it need
// not store each.

export type CounterStore = {
  /** All below this may be used up: what is sent after a start begins here. */
  readonly sendFrom: number;
  /** The highest that has come under this key; -1 for none. */
  readonly received: number;
};

/**
 * Of a new key. We send from 1 on, since some peers begin with 0 as the one that has come last;
 * from others the first is 0, and is taken.
 */
export const newCounters: CounterStore = { sendFrom: 1, received: -1 };

export const highestCounter = 0xffff_ffff;

export type Counters = {
  /** The next to send with; null when the key is used up and must be changed. */
  readonly next: () => number | null;
  /** The next one, without taking it. */
  readonly peek: () => number;
  readonly isFresh: (received: number) => boolean;
  /** Only for what was authenticated: a forged one must not lock the key's owner out. */
  readonly accept: (received: number) => void;
  /** The highest that has come; -1 for none. */
  readonly received: () => number;
  /** To be stored before what was just made is sent; null when nothing new is to be stored. */
  readonly takeChange: () => CounterStore | null;
};

export function createCounters(stored: CounterStore, stride = 64): Counters {
  let next = stored.sendFrom;
  let reserved = stored.sendFrom;
  let received = stored.received;
  let isChanged = false;
  return {
    next: () => {
      if (next > highestCounter) return null;
      if (next >= reserved) {
        reserved = Math.min(next + stride, highestCounter + 1);
        isChanged = true;
      }
      next += 1;
      return next - 1;
    },
    peek: () => next,
    isFresh: (counter) => counter > received,
    accept: (counter) => {
      if (counter <= received) return;
      received = counter;
      isChanged = true;
    },
    received: () => received,
    takeChange: () => {
      if (!isChanged) return null;
      isChanged = false;
      return { sendFrom: reserved, received };
    },
  };
}
