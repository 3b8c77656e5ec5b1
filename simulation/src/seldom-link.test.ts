// A town whose meters seldom have a link, as in the demo's history: what is sent to a meter is
// answered when it arrives, not hours and many attempts later.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createTownDatabase } from './database.ts';
import { noFaults } from './faults.ts';
import { townPlan } from './plan.ts';
import { createTown } from './town.ts';

test('a token is accepted at the first attempt where links are seldom', async () => {
  const database = await createTownDatabase();
  const startMs = Date.UTC(2026, 8, 1);
  const days = 4;
  const town = await createTown({
    seed: 5,
    ownerUrl: database.ownerUrl,
    appUrl: database.appUrl,
    startMs,
    tickMs: 1_800_000,
    faults: noFaults,
    plan: townPlan(3),
    masterKey: Buffer.alloc(32, 1),
    linkEveryTicks: 8,
    parallel: 3,
  });
  try {
    while (town.nowMs() < startMs + days * 86_400_000) await town.advance();
    const commands = await town.owner.directories
      .selectFrom('commands')
      .select(['kind', 'stage', 'attempts'])
      .where('stage', '=', 'done')
      .execute();
    assert.ok(commands.filter(({ kind }) => kind === 'deliverToken').length > 2, 'some bought');
    const slow = commands.filter(({ attempts }) => attempts > 1);
    assert.deepEqual(slow, []);
  } finally {
    await town.close();
    await database.drop();
  }
});
