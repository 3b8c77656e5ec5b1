// The log on a disk that is full: `/dev/full` refuses each write as such a disk does.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { test } from 'node:test';

test('meters go on while their log cannot be written', () => {
  const program = `
    import { createLog } from ${JSON.stringify(new URL('log.ts', import.meta.url).href)};
    const log = createLog({ app: 'test', level: 'info' });
    for (let n = 0; n < 3; n += 1) {
      log.info('a line');
      await new Promise((done) => setTimeout(done, 20));
    }
    console.error('still here');`;
  const full = openSync('/dev/full', 'w');
  const { status, stderr } = spawnSync(
    process.execPath,
    ['--input-type=module-typescript', '--eval', program],
    { stdio: ['ignore', full, 'pipe'], encoding: 'utf8', timeout: 20_000 },
  );
  closeSync(full);
  assert.deepEqual([status, stderr], [0, 'still here\n']);
});
