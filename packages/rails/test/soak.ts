// `npm run soak --workspace packages/rails [-- --count 1000000] [--seed N]`: a million inputs for
// each parser of a stranger's bytes, and the slowest of them.

import { parseArgs } from 'node:util';
import { fuzz, targets } from './fuzz.ts';
import { createRandom } from './random.ts';

const { values } = parseArgs({
  options: {
    count: { type: 'string', default: '1000000' },
    seed: { type: 'string', default: '1' },
  },
});
const count = Number(values.count);
const seed = Number(values.seed);

for (const [index, target] of targets.entries()) {
  const begun = performance.now();
  fuzz(target, { count, random: createRandom(seed + index) });
  const perInput = ((performance.now() - begun) * 1000) / count;
  console.log(`${target.name.padEnd(24)} ${count} inputs, ${perInput.toFixed(1)} us each`);
}
console.log(`rails: ${targets.length} parsers, ${count} inputs each, seed ${seed}: none threw`);
