// Twenty thousand inputs for each codec and machine; the soak has a million.

import { test } from 'node:test';
import { createRandom, fuzz } from '@prewatt/quantities/fuzzing';
import { allTargets, nextInput } from './fuzz.ts';

const random = createRandom(20_261_130);

for (const target of allTargets(random)) {
  test(`${target.name}: any bytes end as a value or a fault`, () => {
    fuzz(target, () => nextInput(random), 20_000);
  });
}
