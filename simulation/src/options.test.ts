// The command lines of simulate, soak and chaos: help is help, and a slip is one line.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';

const programs = { simulate: 'main.ts', soak: 'soak.ts', chaos: 'chaos/main.ts' };

function run(program: string, ...options: string[]) {
  const file = new URL(program, import.meta.url).pathname;
  return spawnSync(process.execPath, [file, ...options], { encoding: 'utf8' });
}

for (const [name, program] of Object.entries(programs)) {
  test(`${name} --help says its options and starts nothing`, () => {
    const ended = run(program, '--help');
    assert.deepEqual([ended.status, ended.stderr], [0, '']);
    assert.match(ended.stdout, /\[--(seed|seeds|rounds) N\]/);
  });

  test(`${name} refuses an option that it does not know in a line, not with a stack`, () => {
    const ended = run(program, '--nosuch');
    assert.equal(ended.status, 2);
    assert.match(ended.stderr, new RegExp(`^${name}: Unknown option '--nosuch'\nTry: --help\n$`));
  });
}
