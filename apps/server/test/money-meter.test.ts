// A meter whose credit was set to money: no energy is sold or given to it, what was paid before
// waits on the list, and goes on once the meter counts energy again.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { AccountState } from '@prewatt/protocol';
import { energyWh, powerW } from '@prewatt/quantities';
import { assertAllLaws, operatorNamed } from './control-harness.ts';
import { createHarness, type Harness, newTestUuid } from './harness.ts';
import { startPurchase } from './purchases.ts';
import { createVendor } from './vendor-harness.ts';

let h: Harness;
before(async () => {
  h = await createHarness();
});
after(() => h.close());

const money: NonNullable<AccountState['money']> = {
  currency: { code: 'ZAR', scale: 2 },
  availableMicroMinor: 1_000_000n,
  creditedMicroMinor: 1_000_000n,
  chargedMicroMinor: 0n,
  clearedMicroMinor: 0n,
  owedMicroMinor: 0n,
  tariff: { id: 'homes', version: 1 },
  perKwhMicroMinor: 200_000_000n,
  standingDueMicroMinor: 0n,
};
const says = async (meterPan: string, what: Partial<AccountState>) => {
  h.clock.nowMs += 60_000;
  const state: AccountState = {
    capturedAtMs: h.clock.nowMs,
    availableEnergyWh: energyWh(5n),
    powerW: powerW(0n),
    importEnergyWh: energyWh(1_000n),
    creditedEnergyWh: energyWh(1_000n),
    loadSwitch: 'connected',
    creditStatus: 'inCredit',
    owedEnergyWh: energyWh(0n),
    ...what,
  };
  await h.fromMeter(meterPan, { kind: 'state', state });
};

test('no energy is sold or given to a meter that counts money; what was paid waits for it', async () => {
  const home = await h.addConnection();
  const vendor = await createVendor(h, 'Shop');
  const asker = await operatorNamed(h, 'Asker', 'operator');
  const open = await startPurchase(h, 5_000n, home);
  await says(home.meterPan, { money });
  const refused = { ok: false, error: 'meterCountsMoney' };
  assert.deepEqual(await h.services.vending.makeQuote(home, 5_000n), refused);
  const sale = { requestId: newTestUuid(), meterPan: home.meterPan, amountMinor: 5_000n };
  assert.deepEqual(await h.services.vendors.selling.sell(vendor.till, sale), refused);
  const free = {
    ...{ place: home, requestId: newTestUuid(), reason: 'Free units', approvalId: null },
    ...{ requestedBy: asker.operatorId, what: { kind: 'freeCredit', energyWh: 10_000n } as const },
  };
  const given = await h.database.inUtility(h.utilityId, (tx) => h.services.grants.issue(tx, free));
  assert.deepEqual(given, refused);
  await open.pay('paid-before-the-change');
  const held = await saleOf(open.saleId);
  assert.deepEqual([held.state, held.stuck_reason], ['stuck', 'meterCountsMoney']);
  await says(home.meterPan, {});
  await h.services.vending.retry(home, open.saleId);
  assert.equal((await saleOf(open.saleId)).state, 'issued');
  assert.ok((await h.services.vending.makeQuote(home, 5_000n)).ok);
  await assertAllLaws(h);
});

const saleOf = (saleId: string) =>
  h.database.inUtility(h.utilityId, (tx) =>
    tx.selectFrom('sales').selectAll().where('id', '=', saleId).executeTakeFirstOrThrow(),
  );
