// The command blocks of docs that are marked to run, run.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { blocksOf, markedBlocks, runPage } from './docs.ts';
import { scriptOf } from './road/scripts.ts';
import { root } from './workspaces.ts';

test('marked blocks are found, others are not', () => {
  const text =
    'a\n```sh run\ntrue\nfalse\n```\n```\nrm x\n```\n```sh road, may end with 1\nls\n```\n```json\n1\n```\n';
  const own = { page: 'p.md', mayFail: false };
  assert.deepEqual(blocksOf('p.md', text), [{ ...own, line: 2, script: 'true\nfalse' }]);
  const road = { page: 'p.md', line: 9, script: 'ls', mayFail: true };
  assert.deepEqual(blocksOf('p.md', text, 'road'), [road]);
});

test('a block of two marks is found by each', () => {
  const text = '```sh run road\ntrue\n```\n';
  assert.equal(blocksOf('p.md', text).length, 1);
  assert.equal(blocksOf('p.md', text, 'road').length, 1);
});

test('a block that fails is named with its page and what it said', () => {
  const failed = runPage([
    { page: 'p.md', line: 2, script: 'echo why; false; true', mayFail: false },
  ]);
  assert.match(failed ?? '', /^docs\/p\.md:2 ended with 1\nwhy\n/);
});

test('each block of the documents that is marked to run ends well in a clean folder', () => {
  const blocks = markedBlocks();
  assert.ok(blocks.length >= 3, 'documents have blocks to run');
  for (const own of Map.groupBy(blocks, ({ page }) => page).values()) {
    assert.equal(runPage(own), null);
  }
});

test('the road of the production guide is a script that a shell can read, from a clone to a token', () => {
  const page = 'operating/production.md';
  const text = readFileSync(join(root, 'docs', page), 'utf8');
  const blocks = blocksOf(page, text, 'road');
  const script = scriptOf(blocks, '/a/checkout');
  const read = spawnSync('bash', ['-n'], { input: script, encoding: 'utf8' });
  assert.equal(read.stderr, '');
  assert.match(script, /git clone \/a\/checkout \/opt\/prewatt/);
  assert.match(script, /prewatt doctor[^\n]*\n\} \|\| test \$\? = 1\n/);
  assert.match(script, /grant list$/m);
});
