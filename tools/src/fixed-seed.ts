// One seed for every property of `npm test`: the same commit passes or fails each time. A test file
// that is run alone, and the soak, look further with a seed of their own.

import fc from 'fast-check';

fc.configureGlobal({ seed: 2026 });
