// The command line of the benchmarks: help measures nothing, a slip is named.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';

function run(...options: string[]) {
  const file = new URL('main.ts', import.meta.url).pathname;
  return spawnSync(process.execPath, [file, ...options], { encoding: 'utf8' });
}

test('help, also after a name, says the benchmarks and measures nothing', () => {
  for (const options of [['--help'], ['fleet', '--help']]) {
    const ended = run(...options);
    assert.deepEqual([ended.status, ended.stderr], [0, '']);
    for (const name of [
      'dlms',
      'fleet',
      'gateway',
      'readings',
      'revenue',
      'sales',
      'scale',
      'storage',
      'sts',
      'ussd',
    ]) {
      assert.match(ended.stdout, new RegExp(`^  ${name} `, 'm'));
    }
    assert.doesNotMatch(ended.stdout, /bytes per meter/);
  }
});

test('what is not known is named, and nothing is measured', () => {
  for (const unknown of ['--profil', 'flete']) {
    const ended = run('fleet', unknown);
    assert.equal(ended.status, 2);
    assert.equal(ended.stdout, '');
    assert.match(ended.stderr, new RegExp(`what is "${unknown}"`));
  }
});
