// `npm run simulate -- --seed 7 --homes 10 --days 30 [--calm] [--json]`: one town, its laws checked
// at each tick.

import { parseArgs } from 'node:util';
import { createTownDatabase } from './database.ts';
import { townPlan } from './plan.ts';
import { runTown } from './run.ts';
import { allFaults, noFaults } from './town.ts';

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '7' },
    homes: { type: 'string', default: '10' },
    days: { type: 'string', default: '30' },
    calm: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
});

const database = await createTownDatabase();
const startedMs = performance.now();
try {
  const report = await runTown({
    seed: Number(values.seed),
    ownerUrl: database.ownerUrl,
    appUrl: database.appUrl,
    startMs: Date.UTC(2026, 8, 1),
    tickMs: 3_600_000,
    days: Number(values.days),
    faults: values.calm ? noFaults : allFaults,
    plan: townPlan(Number(values.homes)),
    masterKey: Buffer.alloc(32, 1),
    parallel: 1,
  });
  const wallSeconds = Math.round((performance.now() - startedMs) / 100) / 10;
  if (values.json) console.log(JSON.stringify({ ...report, wallSeconds }));
  else {
    for (const [name, value] of Object.entries({ ...report, wallSeconds })) {
      console.log(`${name.padEnd(16)}${value}`);
    }
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
} finally {
  await database.drop();
}
