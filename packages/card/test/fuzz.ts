// Bytes that a card or a reader may hand us, many of them near something whole: each ends as a
// value or an error, never as a throw.

import {
  cardPurpose,
  collectedReports,
  createVirtualCpuCard,
  createVirtualMemoryCard,
  imageBytes,
  newCard,
  readPurchase,
  readReport,
  withCheckDigit,
  writePurchase,
  writeReport,
} from '@prewatt/card';
import { parseAnswer, parseCommand } from '../src/apdu.ts';

/** A whole number from 0, below `below`. */
export type Choose = (below: number) => number;
export type Target = { readonly name: string; readonly run: (bytes: Uint8Array) => void };

const key = new Uint8Array(32).fill(1);
const meterPan = '600727000000000009';
const cardNumber = withCheckDigit('900000000000001');
const bought = writePurchase(
  newCard({ kind: 'user', cardNumber }),
  { count: 1, meterPan, tokens: ['70630503470028726114'] },
  key,
);
const whole = writeReport(
  bought,
  {
    ...{ count: 1, outcomes: ['accepted'], atMs: 0, available: 1n, importEnergyWh: 2n },
    ...{ eventSequence: 1, flags: ['magnet'] },
  },
  key,
);
const check = newCard({ kind: 'check', cardNumber });

const memory = createVirtualMemoryCard({ image: whole });
const cpu = createVirtualCpuCard({
  ...{ image: whole, key: key.subarray(0, 16) },
  randomBytes: (length) => new Uint8Array(length).fill(cardPurpose.length),
});

export const targets: readonly Target[] = [
  { name: 'purchase', run: (bytes) => void readPurchase(near(bytes, whole), { meterPan, key }) },
  { name: 'report', run: (bytes) => void readReport(near(bytes, whole), key) },
  { name: 'check card', run: (bytes) => void collectedReports(near(bytes, check), () => key) },
  { name: 'command', run: (bytes) => void parseCommand(bytes) },
  { name: 'answer', run: (bytes) => void parseAnswer(bytes) },
  { name: 'memory card', run: (bytes) => void memory.answer(bytes) },
  { name: 'CPU card', run: (bytes) => void cpu.answer(bytes) },
];

/** The card with these bytes over some of its own; long ones stand for themselves. */
function near(bytes: Uint8Array, card: Uint8Array): Uint8Array {
  if (bytes.length > 32) return bytes;
  const changed = Uint8Array.from(card);
  const at = ((bytes[0] ?? 0) * 7) % (imageBytes - bytes.length);
  changed.set(bytes, at);
  return changed;
}

/** Runs `count` inputs through a target; throws what it throws. */
export function fuzz(target: Target, o: { readonly count: number; readonly choose: Choose }): void {
  for (let nth = 0; nth < o.count; nth += 1) {
    const length = o.choose(10) === 0 ? o.choose(300) : o.choose(40);
    target.run(Uint8Array.from({ length }, () => o.choose(256)));
  }
}

/** The same numbers for the same seed (xorshift, 32 bits). */
export function chooseFrom(seed: number): Choose {
  let state = seed === 0 ? 1 : seed;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}
