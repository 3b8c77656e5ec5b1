// `npm run soak --workspace packages/card`: a million inputs for each parser of cards and readers.

import { chooseFrom, fuzz, targets } from './fuzz.ts';

const count = 1_000_000;
for (const [nth, target] of targets.entries()) {
  const begun = performance.now();
  fuzz(target, { count, choose: chooseFrom(nth + 1) });
  const perInput = ((performance.now() - begun) * 1_000) / count;
  console.log(`${target.name.padEnd(12)} ${count} inputs, ${perInput.toFixed(1)} us each`);
}
