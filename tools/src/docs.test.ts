// The command blocks of docs that are marked to run, run.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { blocksOf, markedBlocks, runPage } from './docs.ts';

test('marked blocks are found, others are not', () => {
  const text = 'a\n```sh run\ntrue\nfalse\n```\n```\nrm x\n```\n';
  assert.deepEqual(blocksOf('p.md', text), [{ page: 'p.md', line: 2, script: 'true\nfalse' }]);
});

test('a block that fails is named with its page and what it said', () => {
  const failed = runPage([{ page: 'p.md', line: 2, script: 'echo why; false; true' }]);
  assert.match(failed ?? '', /^docs\/p\.md:2 ended with 1\nwhy\n/);
});

test('each block of the documents that is marked to run ends well in a clean folder', () => {
  const blocks = markedBlocks();
  assert.ok(blocks.length >= 3, 'documents have blocks to run');
  for (const own of Map.groupBy(blocks, ({ page }) => page).values()) {
    assert.equal(runPage(own), null);
  }
});
