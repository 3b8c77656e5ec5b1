// Five thousand inputs for each decoder and for a device; the soak has a million.

import { test } from 'node:test';
import { createRandom, fuzz } from '@prewatt/quantities/fuzzing';
import { allTargets, nextInput } from './fuzz.ts';

const random = createRandom(20_261_201);

for (const target of allTargets(random)) {
  test(`${target.name}: any bytes end as a value or a fault`, () => {
    fuzz(target, () => nextInput(random), 5_000);
  });
}
