// graphile-worker, the only place that loads it, tests and towns counted: Node refuses to load one
// module in two ways at the same time. As it is loaded, it looks for settings of its own
// in the present folder and in those above it, and executes them. Whoever runs `prewatt doctor`
// must neither execute a stranger's file nor fail where the account may not look: so it is told
// that the present folder is ours. It cannot be changed for real: there may be no way back.

import { createRequire } from 'node:module';

function load(): typeof import('graphile-worker') {
  const present = process.cwd;
  process.cwd = () => import.meta.dirname;
  try {
    return createRequire(import.meta.url)('graphile-worker');
  } finally {
    process.cwd = present;
  }
}

export const { Logger, run, runMigrations, runOnce } = load();
