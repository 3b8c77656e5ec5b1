// `node simulation/src/soak.ts [--seeds 1000] [--from 1] [--homes 5] [--days 14]`: towns under one
// seed after the other, with everything that can go wrong. Stops at the first broken law.

import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '1000' },
    from: { type: 'string', default: '1' },
    homes: { type: 'string', default: '5' },
    days: { type: 'string', default: '14' },
  },
});
const first = Number(values.from);
const last = first + Number(values.seeds) - 1;
if (!Number.isSafeInteger(first) || !Number.isSafeInteger(last) || first < 1 || last < first) {
  console.error('soak: --from and --seeds must be whole numbers from 1');
  process.exit(2);
}
const main = new URL('./main.ts', import.meta.url).pathname;

for (let seed = first; seed <= last; seed++) {
  const town = ['--seed', String(seed), '--homes', values.homes, '--days', values.days];
  const ran = spawnSync(process.execPath, [main, ...town, '--faults', 'all', '--json'], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (ran.status !== 0) {
    console.error(`soak: seed ${seed} failed; again with: npm run simulate -- ${town.join(' ')}`);
    process.exit(1);
  }
  const { sales, lawsChecked, wallSeconds } = JSON.parse(ran.stdout);
  console.log(`seed ${seed} of ${last}: ${sales} sales, ${lawsChecked} checks, ${wallSeconds} s`);
}
