// Forty homes for twenty days, with everything that can go wrong: what ten homes
// never meet.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createTownDatabase } from './database.ts';
import { faultKinds, faultsOf } from './faults.ts';
import { townPlan } from './plan.ts';
import { runTown } from './run.ts';

const homes = 40;
/** What one home in ten has lives in the town of ten homes: here it would take too long. */
const { traitsOf: _, ...plan } = townPlan(homes);
const days = 20;

test('forty homes live twenty days of everything that can go wrong', {
  timeout: 900_000,
}, async (t) => {
  const database = await createTownDatabase();
  const startedMs = performance.now();
  try {
    const report = await runTown({
      seed: 2_026,
      ownerUrl: database.ownerUrl,
      appUrl: database.appUrl,
      startMs: Date.UTC(2026, 8, 1),
      tickMs: 7_200_000,
      days,
      faults: faultsOf(faultKinds),
      plan,
      masterKey: Buffer.alloc(32, 1),
      parallel: 32,
    });
    const wallSeconds = Math.round((performance.now() - startedMs) / 100) / 10;
    t.diagnostic(JSON.stringify({ ...report, wallSeconds }));
    assert.equal(report.homes, homes);
    assert.equal(report.forbiddenCuts, 0);
    assert.ok(report.sales > 200, 'customers bought');
    assert.ok(report.accepted > 200, 'meters accepted');
    assert.ok(report.alerts > 30 && report.cuts > 5, 'credit ran low and out');
    assert.ok(report.emergencies > 5 && report.freeUnits > 3, 'some were lent and given energy');
    for (const [fault, count] of Object.entries(report.faultsInjected)) assert.ok(count > 0, fault);
  } finally {
    await database.drop();
  }
});
