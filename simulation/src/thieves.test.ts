// A small town with thieves: the server's own list leads to most of them and to few honest homes.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createTownDatabase } from './database.ts';
import { townPlan } from './plan.ts';
import { runThieves, thiefLines } from './thieves.ts';

test('thieves among honest look-alikes are found within days, honest homes are mostly left alone', async () => {
  const database = await createTownDatabase();
  try {
    const report = await runThieves({
      ...{ database, plan: townPlan(36), seed: 3, days: 6, thiefPercent: 12 },
      ...{ masterKey: Buffer.alloc(32, 1), startMs: Date.UTC(2026, 8, 1) },
    });
    const found = report.foundByDay.reduce((sum, each) => sum + each, 0);
    assert.ok(found >= 2, thiefLines(report).join('\n'));
    assert.ok(found > report.falseVisits, thiefLines(report).join('\n'));
    assert.ok(report.recoveredKwh > 0);
    assert.equal(found + report.falseVisits, report.visits);
  } finally {
    await database.drop();
  }
});
