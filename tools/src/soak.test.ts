// The soak's command line: options would reach mutation testing, so it starts nothing with any.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';

function soak(...options: string[]) {
  const file = new URL('soak.ts', import.meta.url).pathname;
  return spawnSync(process.execPath, [file, ...options], { encoding: 'utf8' });
}

test('a soak with an option says what it runs and how one alone takes options', () => {
  for (const [option, status] of [
    ['--help', 0],
    ['--jobs=2', 2],
  ] as const) {
    const ended = soak(option);
    assert.equal(ended.status, status);
    assert.match(ended.stdout, /packages\/sts, .*simulation/);
    assert.match(ended.stdout, /npm run soak --workspace simulation -- --help/);
    assert.doesNotMatch(ended.stdout, /== soak/);
  }
});
