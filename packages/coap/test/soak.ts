// `npm run soak -w packages/coap [-- --inputs 1000000] [--seed N]`: the fuzz at length.

import { parseArgs } from 'node:util';
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
console.log(`coap soak: ${inputs} inputs each, seed ${seed}`);
const random = createRandom(seed);
for (const target of allTargets(random)) {
  const startedMs = performance.now();
  fuzz(target, inputs, random);
  console.log(`  ${target.name}: ${((performance.now() - startedMs) / 1000).toFixed(1)} s`);
}
console.log(`  heap ${Math.round(process.memoryUsage().heapUsed / 1e6)} MB at the end`);
