// `npm run test:citus`: the tests of readings and of what rests on them, on a Citus cluster that is
// there already. PREWATT_CITUS_URL is a superuser's URL of a database with the cluster's nodes.

import { spawnSync } from 'node:child_process';

const files = [
  'citus.test.ts',
  'usage.test.ts',
  'readings-room.test.ts',
  'meter-list.test.ts',
  'exchange-at-once.test.ts',
  'supply-forecast.test.ts',
  'wallet.test.ts',
  'headend.test.ts',
];

if ((process.env['PREWATT_CITUS_URL'] ?? '') === '') {
  console.log('no Citus here: PREWATT_CITUS_URL names none (docs/operating/citus.md)');
} else {
  const { status } = spawnSync(
    process.execPath,
    [
      '--test',
      '--test-concurrency=1',
      ...files.map((name) => new URL(`../../apps/server/test/${name}`, import.meta.url).pathname),
    ],
    { stdio: 'inherit' },
  );
  process.exitCode = status ?? 1;
}
