import assert from 'node:assert/strict';
import { test } from 'node:test';
import { behindByDay, levelsBelow, type NetworkLink, nodesAbove, treeOn } from './topology.ts';

const link = (nodeId: string, parentId: string | null, since: string | null = null) => ({
  ...{ nodeId, parentId, since },
});
const links: readonly NetworkLink[] = [
  ...[link('S', null), link('F1', 'S'), link('F2', 'S'), link('F1a', 'F1'), link('T', 'F1a')],
  link('T', 'F2', '2026-11-20'),
];

test('a node hangs where it hung on the day, through as many levels as there are', () => {
  assert.deepEqual(nodesAbove(treeOn(links, '2026-11-19'), 'T'), ['F1a', 'F1', 'S']);
  assert.deepEqual(nodesAbove(treeOn(links, '2026-11-20'), 'T'), ['F2', 'S']);
  assert.equal(levelsBelow(treeOn(links, '2026-11-19')).get('S'), 3);
  assert.equal(levelsBelow(treeOn(links, '2026-11-20')).get('T'), 0);
});

test('what moved counts at each of both on its own days, and above both on all', () => {
  const days = ['2026-11-18', '2026-11-19', '2026-11-20', '2026-11-21'];
  assert.deepEqual(behindByDay(links, { nodeId: 'F1', days }).get('T'), [true, true, false, false]);
  assert.deepEqual(behindByDay(links, { nodeId: 'F2', days }).get('T'), [false, false, true, true]);
  assert.deepEqual(behindByDay(links, { nodeId: 'S', days }).get('T'), [true, true, true, true]);
  assert.deepEqual(behindByDay(links, { nodeId: 'T', days }).get('F1'), undefined);
});

test('the later link of the same day holds', () => {
  const mended = [...links, link('T', 'F1', '2026-11-20')];
  assert.deepEqual(nodesAbove(treeOn(mended, '2026-11-25'), 'T'), ['F1', 'S']);
});

test('a circle is told, and nothing walks it for ever', () => {
  const round = [link('A', 'C'), link('B', 'A'), link('C', 'B'), link('D', 'C'), link('E', 'E')];
  const tree = treeOn(round, '2026-11-20');
  assert.deepEqual([...tree.circled].sort(), ['A', 'B', 'C', 'E']);
  assert.deepEqual(nodesAbove(tree, 'D'), ['C', 'B', 'A']);
  assert.deepEqual(nodesAbove(tree, 'E'), []);
  const behind = behindByDay(round, { nodeId: 'A', days: ['2026-11-20'] });
  assert.deepEqual([...behind.keys()].sort(), ['A', 'B', 'C', 'D']);
  assert.ok(levelsBelow(tree).size === 5);
});
