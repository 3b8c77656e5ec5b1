// `npm run soak -w packages/fieldbus [-- --inputs 1000000] [--seed N]`: the fuzz of each codec at
// length.

import { soak } from '@prewatt/quantities/soak';
import { allTargets, nextInput } from './fuzz.ts';

soak({ name: 'fieldbus', targets: allTargets, nextInput });
