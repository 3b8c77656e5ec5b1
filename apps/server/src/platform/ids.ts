// New identifiers: UUIDv7 on business time, so that a table's key order is its history's order.

import { type Clock, type RandomBytes, uuidV7 } from '@prewatt/quantities';

export type NewUuid = () => string;

export const createNewUuid =
  (clock: Clock, random: RandomBytes): NewUuid =>
  () =>
    uuidV7(clock.nowMs(), random(10));

export const systemRandom: RandomBytes = (length) => crypto.getRandomValues(new Uint8Array(length));
