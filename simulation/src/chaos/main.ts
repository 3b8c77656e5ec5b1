// `npm run chaos -- sales [--rounds 3] [--seed 7] [--json]`: sales while everything is killed. A
// failure says what was wrong and the seed of its kills; how the machine ran is not in the seed.

import { parseArgs } from 'node:util';
import { ChaosFailed, runChaos } from './rounds.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: 'string', default: '3' },
    seed: { type: 'string', default: '7' },
    json: { type: 'boolean', default: false },
  },
});
const [rounds, seed] = [Number(values.rounds), Number(values.seed)];
const known = positionals.length === 1 && positionals[0] === 'sales';
if (!known || !Number.isInteger(rounds) || rounds < 1 || !Number.isInteger(seed)) {
  console.error('chaos: give "sales", and whole numbers for --rounds and --seed');
  process.exitCode = 2;
} else {
  console.log(`chaos: sales, ${rounds} rounds, seed ${seed}`);
  try {
    const report = await runChaos({ rounds, seed, say: (line) => console.log(line) });
    if (values.json) console.log(JSON.stringify({ chaos: 'sales', ...report }));
    else console.log(`all rounds clean: ${JSON.stringify(report)}`);
  } catch (error) {
    if (!(error instanceof ChaosFailed)) throw error;
    console.error(`chaos failed with seed ${seed}, ${error.message}`);
    process.exitCode = 1;
  }
}
