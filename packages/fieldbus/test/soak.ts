// `npm run soak -w packages/fieldbus [-- --inputs 1000000] [--seed N]`: the fuzz of each codec at
// length.

import { parseArgs } from 'node:util';
import { allTargets, createNoise, fuzz } from './fuzz.ts';

const { values } = parseArgs({
  options: {
    inputs: { type: 'string', default: '1000000' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
  },
});
const inputs = Number(values.inputs);
const seed = Number(values.seed);
console.log(`fieldbus soak: ${inputs} inputs each, seed ${seed}`);
const noise = createNoise(seed);
for (const target of allTargets()) {
  const startedMs = performance.now();
  fuzz(target, inputs, noise);
  console.log(`  ${target.name}: ${((performance.now() - startedMs) / 1000).toFixed(1)} s`);
}
