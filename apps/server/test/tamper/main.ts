// `npm run tamper -- --trials N --seed S [--json]`: alters one row of a small living town as the
// database's owner, N times, and tells how often the proof finds it.

import { parseArgs } from 'node:util';
import { createHarness } from '../harness.ts';
import { liveThroughAll } from '../proof-world.ts';
import { tamper } from './trials.ts';

const { values } = parseArgs({
  options: {
    trials: { type: 'string', default: '200' },
    seed: { type: 'string', default: '7' },
    json: { type: 'boolean', default: false },
  },
});
const h = await createHarness();
try {
  await liveThroughAll(h);
  const { seed } = values;
  const trials = await tamper(h, {
    ...{ trials: Number(values.trials), seed: Number(seed), firstOnly: false },
  });
  const found = trials.filter(({ foundBy }) => foundBy.length > 0);
  const byRules = found.filter(({ foundBy }) => foundBy.some((name) => name !== 'historyStands'));
  const missed = new Map<string, number>();
  for (const { kind, table, column, foundBy } of trials) {
    if (foundBy.length > 0) continue;
    const what = `${kind} ${column === null ? table : `${table}.${column}`}`;
    missed.set(what, (missed.get(what) ?? 0) + 1);
  }
  for (const [what, times] of [...missed].sort()) console.log(`missed ${times}: ${what}`);
  console.log(
    `${trials.length} alterations, ${found.length} found, ${byRules.length} of them by rules about the rows alone`,
  );
  if (values.json)
    console.log(JSON.stringify({ trials: trials.length, foundByProof: found.length }));
} finally {
  await h.close();
}
