// A long value on its way in: blocks in order, a repeat recognised, a bound on the whole.

import type { DataBlock } from './services.ts';

export type Incoming<T> = {
  /** What the value is for. */
  readonly target: T;
  parts: Uint8Array[];
  bytes: number;
  /** The number of the block that came last. */
  taken: number;
  isWhole: boolean;
  /** For a repeat of that block. */
  lastAnswer: Uint8Array;
};

export const newIncoming = <T>(target: T): Incoming<T> => ({
  target,
  parts: [],
  bytes: 0,
  taken: 0,
  isWhole: false,
  lastAnswer: new Uint8Array(0),
});

export type Taken = 'repeat' | 'more' | 'whole' | 'outOfOrder' | 'tooLong';

export function takeBlockInto<T>(
  incoming: Incoming<T>,
  block: DataBlock,
  longestValue: number,
): Taken {
  if (block.blockNumber === incoming.taken && incoming.lastAnswer.length > 0) return 'repeat';
  const isNext = block.blockNumber === incoming.taken + 1 && !incoming.isWhole;
  if (!isNext) return 'outOfOrder';
  incoming.bytes += block.raw.length;
  if (incoming.bytes > longestValue) return 'tooLong';
  incoming.taken = block.blockNumber;
  incoming.parts.push(block.raw);
  incoming.isWhole = block.lastBlock;
  return block.lastBlock ? 'whole' : 'more';
}
