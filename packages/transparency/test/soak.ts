// `npm run soak -w packages/transparency`: a million inputs for each reader.

import { fuzz, readers } from './fuzz.ts';

for (const name of Object.keys(readers)) {
  fuzz(name, 1_000_000);
  console.log(`${name}: 1,000,000 inputs`);
}
