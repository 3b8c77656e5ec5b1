// `npm run soak -w packages/dlms [-- --inputs 1000000] [--seed N]`: the fuzz of each codec and
// machine at length, then associations over a line that loses, doubles and damages frames.

import { parseArgs } from 'node:util';
import { badAssociation } from './bad-line.ts';
import { allTargets, fuzz } from './fuzz.ts';
import { createRandom } from './random.ts';

const { values } = parseArgs({
  options: {
    inputs: { type: 'string', default: '1000000' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
  },
});
const inputs = Number(values.inputs);
const seed = Number(values.seed);
console.log(`dlms soak: ${inputs} inputs each, seed ${seed}`);
const random = createRandom(seed);
const heapBefore = heapBytes();
for (const target of allTargets(random)) {
  const startedMs = performance.now();
  fuzz(target, inputs, random);
  console.log(`  ${target.name}: ${((performance.now() - startedMs) / 1000).toFixed(1)} s`);
}
const lines = Math.ceil(inputs / 1000);
for (let index = 0; index < lines; index += 1) badAssociation(seed + index, 8);
console.log(`  ${lines} associations over a bad line`);
console.log(`  heap grew by ${Math.round((heapBytes() - heapBefore) / 1e6)} MB`);

function heapBytes(): number {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed;
}
