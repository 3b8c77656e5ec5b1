// Twenty thousand inputs for each reader; the soak has a million.

import { test } from 'node:test';
import { fuzz, readers } from './fuzz.ts';

for (const name of Object.keys(readers)) {
  test(`20,000 inputs: ${name} answers and never throws`, () => fuzz(name, 20_000));
}
