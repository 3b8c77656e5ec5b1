// `npm run soak -w packages/coap [-- --inputs 1000000] [--seed N]`: the fuzz at length.

import { soak } from '@prewatt/quantities/soak';
import { allTargets, nextInput } from './fuzz.ts';

soak({ name: 'coap', targets: allTargets, nextInput });
