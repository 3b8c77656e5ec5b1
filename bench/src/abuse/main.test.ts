// The command line of the attacks: help attacks nobody, a slip is named.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { attacks } from './attacks.ts';

function run(...options: string[]) {
  const file = new URL('main.ts', import.meta.url).pathname;
  return spawnSync(process.execPath, [file, ...options], { encoding: 'utf8' });
}

test('help names each attack and attacks nobody', () => {
  const ended = run('--help');
  assert.deepEqual([ended.status, ended.stderr], [0, '']);
  for (const name of Object.keys(attacks)) assert.ok(ended.stdout.includes(name), name);
  assert.doesNotMatch(ended.stdout, /refused;/);
});

test('what is not known is named, and nobody is attacked', () => {
  for (const [options, named] of [
    [['slow-htp'], 'slow-htp'],
    [['--seconds', 'x'], '--seconds'],
    [['--secnods', '5'], '--secnods'],
  ] as const) {
    const ended = run(...options);
    assert.equal(ended.status, 2);
    assert.equal(ended.stdout, '');
    assert.ok(ended.stderr.includes(named), ended.stderr);
  }
});
