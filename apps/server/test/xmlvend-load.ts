// `prewatt xmlvend load` against a door: trials sell nothing, sales sell each once.

import assert from 'node:assert/strict';
import { runCommand } from './command-line.ts';
import type { Harness } from './harness.ts';

/** `line` is that of a check; `sales` counts what the utility has sold. */
export async function tryLoad(
  h: Pick<Harness, 'clock'>,
  o: { readonly line: readonly string[]; readonly sales: () => Promise<bigint> },
): Promise<void> {
  const { line, sales } = o;
  const load = [
    line[0] ?? '',
    'load',
    ...line.slice(2),
    '--count',
    '12',
    '--rate',
    '200',
    '--json',
  ];
  const before = await sales();
  const trials = await runCommand(load, {});
  assert.equal(trials.code, 0, trials.output + trials.errors);
  const tried = JSON.parse(trials.output);
  assert.deepEqual([tried.asked, tried.done, tried.doubled], [12, 12, 0]);
  assert.equal(await sales(), before, 'trials sell nothing');
  h.clock.nowMs += 60_000;
  const loaded = JSON.parse((await runCommand([...load, '--sell'], {})).output);
  assert.deepEqual([loaded.done, loaded.refused, loaded.unanswered], [12, {}, {}]);
  assert.equal(await sales(), before + 12n);
  assert.ok(loaded.ms.p50 > 0 && loaded.ms.p99 >= loaded.ms.p50 && loaded.ms.most >= loaded.ms.p99);
  const refusals = JSON.parse((await runCommand([...load, '--currency', 'KES'], {})).output);
  assert.deepEqual([refusals.done, refusals.refused], [0, { RequestAuthorisationEx: 12 }]);
  assert.equal((await runCommand([...load, '--rate', '0'], {})).code, 2);
}
