// Readings of a wallet home on a real database in whatever order they come: the same is charged in
// the end as if they had come one after the other, and the month's free energy comes by itself.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { energyWh, powerW } from '@prewatt/quantities';
import demoTariff from '@prewatt/tariff/documents/demo.json' with { type: 'json' };
import fc from 'fast-check';
import { overviewOf } from '../src/edge/operators/meters.ts';
import { attentionPage } from '../src/edge/operators/sales.ts';
import { chargesOf } from '../src/workflows/wallet/index.ts';
import { assertProof } from './correction-harness.ts';
import { startMs, testUtility } from './harness.ts';
import { halfHour, setUpWallets } from './wallet-harness.ts';

const w = setUpWallets();

type Batch = { readonly fromSlot: number; readonly values: readonly number[] };

/** What is charged to a new home whose batches come in this order. */
async function chargedFor(batches: readonly Batch[]): Promise<string> {
  w.h.clock.nowMs = startMs;
  w.home = await w.h.addConnection();
  await w.read(startMs, [100_000]);
  await w.toWallet();
  await w.pay(500_000n);
  // Whoever sends late sends while the clock is ahead: it is where the last batch would bring it.
  w.h.clock.nowMs = startMs + 200 * halfHour;
  for (const { fromSlot, values } of batches) {
    await w.read(startMs + fromSlot * halfHour, values);
  }
  await w.settle();
  const { ratings } = await w.wallet();
  const standing = ratings.filter((each) => !each.isReplaced);
  const sum = (of: readonly string[]) => of.reduce((total, each) => total + BigInt(each), 0n);
  const usedWh = sum(standing.map((each) => each.energyWh));
  assert.equal(await w.balance(), 500_000n - sum(standing.map((each) => each.chargedMinor)));
  return `${usedWh} Wh for ${await w.balance()}`;
}

const slots = 100;
const steps = fc.array(fc.integer({ min: 0, max: 2_500 }), { minLength: slots, maxLength: slots });
/** Where a batch begins, how long it is, and when it comes. */
const cut = fc.record({
  from: fc.integer({ min: 1, max: slots - 4 }),
  count: fc.integer({ min: 1, max: 4 }),
  order: fc.nat(),
});

test('whatever the order in which readings come, the same is charged in the end', async () => {
  await fc.assert(
    fc.asyncProperty(
      steps,
      fc.uniqueArray(cut, { minLength: 3, maxLength: 6, selector: ({ from }) => from }),
      async (used, cuts) => {
        const register = [100_000];
        for (const wh of used) register.push((register.at(-1) ?? 0) + wh);
        const batches = cuts.map(({ from, count, order }) => ({
          order,
          fromSlot: from,
          values: register.slice(from, from + count),
        }));
        const inOrder = batches.toSorted((a, b) => a.fromSlot - b.fromSlot);
        const shuffled = batches.toSorted((a, b) => a.order - b.order);
        assert.equal(await chargedFor(shuffled), await chargedFor(inOrder));
      },
    ),
    { numRuns: 2, endOnFailure: true },
  );
  await assertProof(w.h);
});

test('the first energy of a month is free by itself, and the statement says how much', async () => {
  const tariffId = await w.h.database.inUtility(w.h.utilityId, (tx) =>
    w.h.onboarding.createTariff(tx, w.h.utilityId, {
      name: 'Homes with free energy',
      document: {
        ...demoTariff,
        id: 'with-free-energy',
        freeAllowance: { kwh: '2', countsInBlocks: false },
        charges: [],
        examples: [],
      },
    }),
  );
  w.home = await w.h.addConnection({ tariffId });
  await w.read(startMs, [100_000]);
  await w.toWallet();
  await w.pay(10_000n);
  await w.read(startMs + halfHour, [101_000, 101_900]);
  assert.equal(await w.balance(), 10_000n, 'less than two kWh cost nothing');
  await w.read(startMs + 3 * halfHour, [103_900]);
  const usedWh = (await w.wallet()).ratings.reduce((sum, each) => sum + BigInt(each.energyWh), 0n);
  const spent = 10_000n - (await w.balance());
  const energyMilli = (usedWh - 2_000n) * 165n;
  assert.equal(spent, energyMilli / 1_000n + (energyMilli * 15n) / 100_000n, 'energy, and its tax');
  const texts = (await w.statement()).rows.map((row) => row.text).join(' ');
  assert.match(texts, /Used 2\.0 kWh on 24 Nov, 11:00 to 11:30, 0\.1 kWh of it free this month\./);
  // Use that cost nothing moves no money, and stands on the customer's page.
  const charged = await w.h.database.inUtility(w.h.utilityId, (tx) =>
    chargesOf(tx, w.home, { zone: testUtility.zone, nowMs: w.h.clock.nowMs, days: 1 }),
  );
  assert.deepEqual(
    charged.days.map((day) => [day.energyWh, day.freeWh, day.chargedMinor]),
    [[usedWh, 2_000n, spent]],
  );
  // The next month has its own.
  const nextMs = Date.UTC(2026, 11, 1, 0);
  await w.read(nextMs, [103_900, 104_900]);
  assert.equal(10_000n - (await w.balance()), spent, 'of the new month nothing is charged');
  const grants = await w.h.database.inUtility(w.h.utilityId, (tx) =>
    tx
      .selectFrom('grants')
      .select('id')
      .where('bucket', '=', w.home.bucket)
      .where('connection_id', '=', w.home.connectionId)
      .execute(),
  );
  assert.deepEqual(grants, [], 'no token is made of it');
  await assertProof(w.h);
});

test('a change that nobody answers is withdrawn at once, and may be asked for again', async () => {
  const withdraw = (visitor = w.people.asker) =>
    visitor.postJson(`${w.path()}/credit-mode/withdraw`, { reason: 'The meter has no link today' });
  assert.equal((await withdraw()).json().code, 'noChangeWaits');
  await w.ask('wallet');
  await w.h.services.upkeep();
  assert.equal((await withdraw(w.people.viewer)).statusCode, 403);
  const withdrawn = await withdraw();
  assert.equal(withdrawn.statusCode, 200, withdrawn.body);
  const [change] = (await w.wallet()).changes;
  assert.equal(change?.state, 'withdrawn');
  assert.match(change?.problem ?? '', /^Withdrawn by .*: The meter has no link today$/);
  assert.ok((await w.h.services.vending.makeQuote(w.home, 5_000n)).ok, 'sold as before, at once');
  const again = await w.ask('wallet');
  assert.equal(again.approval?.state, 'done', JSON.stringify(again));
});

test('a home that has paid and is still off is on the list, and its money is no energy sold', async () => {
  const seen = async () => {
    const utility = await w.h.services.utilities.get(w.h.utilityId);
    return w.h.database.inUtility(utility.id, async (tx) => ({
      waiting: (await attentionPage(tx, utility, w.h.clock.nowMs)).rows.filter(
        ({ meterPan }) => meterPan === w.home.meterPan,
      ),
      today: (await overviewOf(tx, utility, w.h.clock.nowMs)).today,
    }));
  };
  await w.read(startMs, [100_000]);
  await w.toWallet();
  await w.pay(3_000n);
  await w.read(startMs + halfHour, [101_000, 104_000]);
  await w.answer('switchOpen', { kind: 'switchOpen', loadSwitch: 'disconnected' });
  await w.h.fromMeter(w.home.meterPan, {
    kind: 'state',
    state: {
      capturedAtMs: w.h.clock.nowMs,
      availableEnergyWh: energyWh(0),
      powerW: powerW(0),
      importEnergyWh: energyWh(104_000),
      creditedEnergyWh: energyWh(0),
      owedEnergyWh: energyWh(0),
      loadSwitch: 'disconnected',
      creditStatus: 'inCredit',
    },
  });
  const before = await seen();
  assert.deepEqual(before.waiting, []);
  await w.pay(5_000n);
  w.h.clock.nowMs += 16 * 60_000;
  await w.h.services.upkeep();
  const paid = await seen();
  assert.match(paid.waiting[0]?.reason ?? '', /^Paid into the wallet, .* not turned supply on/);
  const more = BigInt(paid.today.walletsMinor) - BigInt(before.today.walletsMinor);
  assert.equal(more, 5_000n);
  assert.deepEqual(paid.today.sold, before.today.sold);
  w.h.clock.nowMs += 61 * 60_000;
  assert.deepEqual((await seen()).waiting, [], 'its line is among the meters after an hour');
  w.h.clock.nowMs -= 61 * 60_000;
  await w.answer('switchClose', { kind: 'switchClose', loadSwitch: 'connected' });
  assert.deepEqual((await seen()).waiting, []);
});
