import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runChaos } from './rounds.ts';

test('three rounds of killing the server and PostgreSQL lose no sale and make none twice', async (t) => {
  const report = await runChaos({ rounds: 3, seed: 7, say: (line) => t.diagnostic(line) });
  assert.ok(report.kills >= 3);
  assert.ok(report.silences > 0, 'somebody noticed the kills');
  assert.ok(report.sold > 200 && report.refused > 0 && report.paid === 30);
});
