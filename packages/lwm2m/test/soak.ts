// `npm run soak -w packages/lwm2m [-- --inputs 1000000] [--seed N]`: the fuzz at length.

import { soak } from '@prewatt/quantities/soak';
import { allTargets, nextInput } from './fuzz.ts';

soak({ name: 'lwm2m', targets: allTargets, nextInput });
