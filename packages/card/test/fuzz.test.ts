// Any bytes to each parser of cards and readers; the soak sends a million to each.

import { test } from 'node:test';
import { chooseFrom, fuzz, targets } from './fuzz.ts';

for (const [nth, target] of targets.entries()) {
  test(`20,000 inputs end as a value or an error: ${target.name}`, () => {
    fuzz(target, { count: 20_000, choose: chooseFrom(nth + 1) });
  });
}
