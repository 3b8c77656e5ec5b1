// Five thousand inputs for each decoder and for a device; the soak has a million.

import { test } from 'node:test';
import { allTargets, fuzz } from './fuzz.ts';
import { createRandom } from './random.ts';

const random = createRandom(20_261_201);

for (const target of allTargets(random)) {
  test(`${target.name}: any bytes end as a value or a fault`, () => {
    fuzz(target, 5_000, random);
  });
}
