// `npm run soak -w packages/dlms [-- --inputs 1000000] [--seed N]`: the fuzz of each codec and
// machine at length, then associations over a line that loses, doubles and damages frames.

import { soak } from '@prewatt/quantities/soak';
import { badAssociation } from './bad-line.ts';
import { allTargets, nextInput } from './fuzz.ts';

const { inputs, seed } = soak({ name: 'dlms', targets: allTargets, nextInput });
const lines = Math.ceil(inputs / 1000);
for (let index = 0; index < lines; index += 1) badAssociation(seed + index, 8);
console.log(`  ${lines} associations over a bad line`);
