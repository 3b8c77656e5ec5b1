// `npm run chaos -- sales [--rounds 3] [--seed 7] [--json]`: sales while everything is killed. A
// failure says what was wrong and the seed of its kills; how the machine ran is not in the seed.

import { readOptions } from '../options.ts';
import { ChaosFailed, runChaos } from './rounds.ts';

const help = `Sales while server, PostgreSQL or both are killed at random moments; after each round every answer
that somebody got must stand, and the laws hold.

  npm run chaos -- sales [--rounds N] [--seed N] [--json]

  --rounds N  how many (default: 3)
  --seed N    of requests and kills (default: 7)
  --json      the last line is one JSON object of counts`;

const { values, positionals } = readOptions(
  { name: 'chaos', help, positionals: true },
  {
    rounds: { type: 'string', default: '3' },
    seed: { type: 'string', default: '7' },
    json: { type: 'boolean', default: false },
  },
);
const [rounds, seed] = [Number(values.rounds), Number(values.seed)];
const known = positionals.length === 1 && positionals[0] === 'sales';
if (!known || !Number.isInteger(rounds) || rounds < 1 || !Number.isInteger(seed)) {
  console.error('chaos: give "sales", and whole numbers for --rounds and --seed; try --help');
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
