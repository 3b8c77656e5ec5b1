import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runRailsChaos } from './rails-rounds.ts';
import { type ChaosReport, runSalesRounds } from './rounds.ts';

// On one machine, since starting it takes longer than a round.
test('killing those outside, the server and PostgreSQL loses no sale and makes none twice', async (t) => {
  const say = (line: string) => t.diagnostic(line);
  const reports: ChaosReport[] = [];
  const rails = await runRailsChaos({
    ...{ rounds: 1, seed: 8, say },
    afterwards: async (machine) => {
      reports.push(await runSalesRounds(machine, { rounds: 2, seed: 7, say }));
    },
  });
  assert.ok(rails.kills >= 2 && rails.bought === 8 && rails.sold > 0);
  assert.ok(rails.messages >= 8 && rails.events > 0, 'each purchase was told');
  const [sales] = reports;
  assert.ok(sales !== undefined && sales.kills >= 3);
  assert.ok(sales.silences > 0, 'somebody noticed the kills');
  assert.ok(sales.sold > 150 && sales.refused > 0 && sales.paid === 20);
});
