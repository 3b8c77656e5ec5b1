// A fuzz at length, as `npm run soak` of a package starts it: `[--inputs 1000000] [--seed N]`.

import { parseArgs } from 'node:util';
import { createRandom, type FuzzTarget, fuzz, type Random } from './index.ts';

export type Soak = {
  readonly name: string;
  readonly targets: (random: Random) => readonly FuzzTarget[];
  readonly nextInput: (random: Random) => Uint8Array;
};

/** What it ran with, for what a package does besides. */
export function soak({ name, targets, nextInput }: Soak): { inputs: number; seed: number } {
  const { values } = parseArgs({
    options: {
      inputs: { type: 'string', default: '1000000' },
      seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    },
  });
  const inputs = Number(values.inputs);
  const seed = Number(values.seed);
  console.log(`${name} soak: ${inputs} inputs each, seed ${seed}`);
  const random = createRandom(seed);
  const heapBefore = heapBytes();
  for (const target of targets(random)) {
    const startedMs = performance.now();
    fuzz(target, () => nextInput(random), inputs);
    console.log(`  ${target.name}: ${((performance.now() - startedMs) / 1000).toFixed(1)} s`);
  }
  console.log(`  heap grew by ${Math.round((heapBytes() - heapBefore) / 1e6)} MB`);
  return { inputs, seed };
}

function heapBytes(): number {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed;
}
