// `npm run tamper -- --trials N --seed S [--json]`: alters one thing in a small living town as the
// database's owner, N times, and tells how often the proof and the verifier find it. With `--as
// application` as the server's own role, which may write much of it: what stands in the log then.

import { parseArgs } from 'node:util';
import { createHarness } from '../harness.ts';
import { liveThroughAll } from '../proof-world.ts';
import { snapshotOf } from './ask-verifier.ts';
import { type Trial, tamper } from './trials.ts';

const { values } = parseArgs({
  options: {
    trials: { type: 'string', default: '200' },
    seed: { type: 'string', default: '7' },
    as: { type: 'string', default: 'owner' },
    json: { type: 'boolean', default: false },
  },
});
const h = await createHarness();
try {
  const early = await h.owner.directories.transaction().execute((tx) => snapshotOf(tx, h));
  await liveThroughAll(h);
  const { seed } = values;
  const trials = await tamper(h, {
    ...{ trials: Number(values.trials), seed: Number(seed), firstOnly: false, early },
    as: values.as === 'application' ? 'application' : 'owner',
  });
  const proven = trials.filter(({ foundBy }) => foundBy.length > 0);
  const byRules = proven.filter(({ foundBy }) => foundBy.some((name) => name !== 'historyStands'));
  const verified = trials.filter(({ verifier, isNamed }) => verifier.length > 0 && isNamed);
  tellMissed(
    'the proof',
    trials.filter((each) => !proven.includes(each)),
  );
  tellMissed(
    'the verifier',
    trials.filter((each) => !verified.includes(each)),
  );
  console.log(
    `${trials.length} acts; the proof found ${proven.length}, ${byRules.length} of them by rules about the rows alone; the verifier found and named ${verified.length}`,
  );
  if (values.json) {
    const counts = { foundByProof: proven.length, foundByVerifier: verified.length };
    console.log(JSON.stringify({ trials: trials.length, ...counts }));
  }
} finally {
  await h.close();
}

function tellMissed(who: string, trials: readonly Trial[]): void {
  const missed = new Map<string, number>();
  for (const { way, kind, table, column } of trials) {
    const what = `${way}: ${kind} ${column === null ? table : `${table}.${column}`}`;
    missed.set(what, (missed.get(what) ?? 0) + 1);
  }
  for (const [what, times] of [...missed].sort()) console.log(`${who} missed ${times}: ${what}`);
}
