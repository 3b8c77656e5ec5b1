// A small utility that has lived through everything: sales of each kind, wallet, grants,
// corrections, approvals, a vendor with shifts, a key change, an exchange. For tests that look at
// every kind of row.

import assert from 'node:assert/strict';
import { energyWh, idFromUuid, powerW, uuidOf } from '@prewatt/quantities';
import { sql } from 'kysely';
import type { Till } from '../src/money/vendors/index.ts';
import { recordAuditEntry } from '../src/registry/audit-log/index.ts';
import { addOpeningBalance } from '../src/workflows/onboarding/index.ts';
import { seedApproval, seedLimits, seedLists } from './approval-seed.ts';
import { allowNext, operatorNamed, testMeter } from './control-harness.ts';
import { seedCorrections } from './correction-harness.ts';
import { type Harness, meterPanOf, newTestUuid } from './harness.ts';
import { buyAndPay, typeToken } from './purchases.ts';
import {
  approveLanding,
  buy,
  buySteadily,
  flatTariff,
  landingsOf,
  lookAfter,
  meanWOf,
  unlinkedHome,
} from './soft-landing-harness.ts';
import { seedUnallocated } from './unallocated-seed.ts';
import { createVendor, plentiful } from './vendor-harness.ts';
import { seedWallet } from './wallet-seed.ts';
import { registerTerminal } from './xmlvend-harness.ts';

const dates = 'YYYY-MM-DD' as const;

/** Lives in the harness's own utility. */
export async function liveThroughAll(h: Harness): Promise<void> {
  await landAndLift(h);
  await buyAndPay(h, 10_000n, 'R-1');
  await typeToken(h, await buyAndPay(h, 7_000n, 'R-2'));
  const owing = await h.addConnection({
    debts: [{ label: 'Arrears', outstandingMinor: 50_000n, rule: { share: '20' } }],
  });
  await buyAndPay(h, 8_000n, 'R-3', owing);
  const broughtIn = await h.database.inUtility(h.utilityId, (tx) =>
    addOpeningBalance({ newUuid: newTestUuid, nowMs: () => h.clock.nowMs }, tx, {
      place: owing,
      amountMinor: 1_200n,
    }),
  );
  assert.ok(broughtIn.ok, JSON.stringify(broughtIn));
  await tradeForCash(h);
  await sellMoney(h);
  await grantAndChangeKey(h);
  await exchangeOne(h);
  await seedCorrections(h);
  await seedWallet(h);
  await seedLists(h);
  await seedLimits(h);
  await seedUnallocated(h);
  await settleFees(h);
  await h.fromMeter(h.meterPan, {
    kind: 'state',
    state: {
      capturedAtMs: h.clock.nowMs,
      availableEnergyWh: energyWh(1_000n),
      powerW: powerW(0n),
      importEnergyWh: energyWh(0n),
      creditedEnergyWh: energyWh(1_000n),
      loadSwitch: 'connected',
      creditStatus: 'inCredit',
      owedEnergyWh: energyWh(0n),
    },
  });
}

/** A provider says what it kept of two payments, and corrects itself about one. */
async function settleFees(h: Harness): Promise<void> {
  const columns = { reference: 'ref', amount: 'paid', date: 'day', fee: 'fee' };
  const numbers = { decimal: '.', group: '' } as const;
  for (const fee of ['1.50', '1.20']) {
    const taken = await h.services.reconciliation.importFile(h.utilityId, {
      ...{ kind: 'settlement', name: `fees of ${fee}`, importedBy: 'A clerk' },
      mapping: { provider: 'sandbox', delimiter: ',', skipLines: 0, columns, numbers, dates },
      content: `ref,paid,fee,day\nR-1,100.00,${fee},2026-11-24\nR-2,70.00,0.70,2026-11-24\n`,
    });
    assert.ok(taken.ok, JSON.stringify(taken));
  }
}

/** A vendor sells for cash and pays in. */
async function tradeForCash(h: Harness): Promise<void> {
  const vendor = await createVendor(h, 'Corner shop');
  await registerTerminal(h, { vendorId: vendor.vendorId, sha256: 'ab'.repeat(32) });
  const cash = { requestId: 'cash-sale-1', meterPan: h.meterPan, amountMinor: 9_000n };
  const sold = await h.services.vendors.selling.sell(vendor.till, cash);
  assert.ok(sold.ok, JSON.stringify(sold));
  const { vendorId } = vendor;
  const money = { vendorId, requestId: 'paid-in-1', amountMinor: 20_000n, reference: 'Slip 1' };
  const teller = await operatorNamed(h, 'Teller', 'operator');
  const paidIn = await h.database.inUtility(h.utilityId, (tx) =>
    h.services.vendors.asking.vendorDeposit(tx, teller, money),
  );
  assert.ok(paidIn.ok, JSON.stringify(paidIn));
  await h.database.inUtility(h.utilityId, (tx) =>
    recordAuditEntry(
      tx,
      { newUuid: newTestUuid, nowMs: () => h.clock.nowMs },
      {
        ...{ utilityId: h.utilityId, operatorId: null, by: 'An administrator', act: 'vendorMade' },
        subject: idFromUuid('vendor', vendor.vendorId),
        details: {
          commissionBasisPoints: String(plentiful.commissionBasisPoints),
          floatLimitMinor: String(plentiful.floatLimitMinor),
          tokensPerHour: String(plentiful.tokensPerHour),
          energyPerHourWh: String(plentiful.energyPerHourWh),
        },
      },
    ),
  );
  const { shifts } = h.services.vendors;
  const counted = { shiftId: vendor.shiftId, countedMinor: cash.amountMinor };
  assert.ok((await shifts.close(vendor.till, counted)).ok);
  await undoDeposit(h, vendor.vendorId);
  await endBatches(h, vendor.till);
  assert.ok((await shifts.open(vendor.till)).ok);
}

/** A second deposit, that did not come. */
async function undoDeposit(h: Harness, vendorId: string): Promise<void> {
  const { asking, managing } = h.services.vendors;
  const teller = await operatorNamed(h, 'Second teller', 'operator');
  const money = { vendorId, requestId: 'paid-in-2', amountMinor: 700n, reference: 'Cheque 2' };
  const reason = 'The cheque was not honoured.';
  await h.database.inUtility(h.utilityId, async (tx) => {
    const paidIn = await asking.vendorDeposit(tx, teller, money);
    assert.ok(paidIn.ok && 'vendorDepositId' in paidIn.value);
    const vendorDepositId = uuidOf(paidIn.value.vendorDepositId as never);
    const wish = { vendorId, vendorDepositId, requestId: 'undo-paid-in-2', reason };
    const allowed = await seedApproval(h, {
      ...{ kind: 'vendorDepositReversal', payload: wish, reason },
    });
    assert.ok((await managing.undoDeposit(tx, { ...wish, allowed })).ok);
  });
}

async function endBatches(h: Harness, till: Till): Promise<void> {
  const { batches } = h.services.vendors;
  for (const kind of ['sales', 'bank'] as const) {
    assert.ok((await batches.start(till, { kind, requestId: `start ${kind}` })).ok);
    const asked = { kind, requestId: `end ${kind}`, countedMinor: null };
    assert.ok((await batches.end(till, asked)).ok);
  }
}

/** A sale to a meter that counts money. */
async function sellMoney(h: Harness): Promise<void> {
  const home = await h.addConnection();
  await sql`UPDATE prewatt.meters SET starts_in_money = '{"currency": {"code": "ZAR", "scale": 2}}'
    WHERE id = ${home.meterId}::uuid`.execute(h.owner.directories);
  await buyAndPay(h, 6_000n, 'R-4', home);
}

/** A meter without a link: a limit by token, and the sale that lifts it. */
async function landAndLift(h: Harness): Promise<void> {
  const home = await unlinkedHome(h, { tariffId: await flatTariff(h) });
  await buySteadily(h, [home]);
  await approveLanding(h, await meanWOf(h, home));
  await lookAfter(h, 73);
  assert.equal((await landingsOf(h, home)).length, 1);
  await buy(h, home);
}

/** Another meter: free credit by approval, of a wallet too, and a key change that it has taken. */
async function grantAndChangeKey(h: Harness): Promise<void> {
  const place = await h.addConnection();
  const wallet = await h.addConnection();
  const walletIs = (mode: 'token' | 'wallet') =>
    sql`UPDATE prewatt.connections SET credit_mode = ${mode}
      WHERE id = ${wallet.connectionId}::uuid`.execute(h.owner.directories);
  const asker = await operatorNamed(h, 'Asker', 'operator');
  const asked = await h.database.inUtility(h.utilityId, (tx) =>
    h.services.grants.request(tx, {
      utilityId: h.utilityId,
      requestedBy: asker,
      body: {
        kind: 'freeCredit',
        requestId: 'free-credit-1',
        reason: 'for the rules to look at',
        rows: [place, wallet].map(({ meterPan }) => ({ meterPan, energyWh: '5000' })),
      },
    }),
  );
  assert.ok(asked.ok);
  assert.equal(await allowNext(h, await operatorNamed(h, 'Second')), 'done');
  await walletIs('wallet');
  await h.services.jobs.issueGrants({ utilityId: h.utilityId, batchId: asked.value.batchId });
  await walletIs('token');
  const meter = testMeter(h, place.meterPan);
  assert.deepEqual(await meter.answer(), ['credit']);
  await sql`UPDATE prewatt.meters SET wanted_supply_group_code = supply_group_code,
    wanted_tariff_index = '02', wanted_key_revision = key_revision
    WHERE id = ${place.meterId}::uuid`.execute(h.owner.directories);
  const change = await h.database.inUtility(h.utilityId, (tx) =>
    h.services.grants.issue(tx, {
      place,
      requestId: 'key-change-1',
      what: { kind: 'keyChange' },
      reason: 'for the rules to look at',
      requestedBy: asker.operatorId,
      approvalId: null,
    }),
  );
  assert.ok(change.ok, JSON.stringify(change));
  assert.deepEqual(await meter.answer(), ['keyChangePart', 'keyChanged']);
}

/** A meter exchanged for another, with 2 kWh carried over. */
async function exchangeOne(h: Harness): Promise<void> {
  const place = await h.addConnection();
  const asked = { requestId: 'exchange-1', reason: 'for the rules to look at' };
  const requestedBy = await operatorNamed(h, 'Fitter', 'operator');
  const meter = {
    meterPan: meterPanOf(90_000),
    encryptionAlgorithm: 'ea07',
    supplyGroupCode: '123456',
    tariffIndex: '01',
    keyRevision: 1,
    secretSha256: null,
  };
  const request = await h.database.inUtility(h.utilityId, (tx) =>
    h.services.approvals.request(tx, {
      ...asked,
      utilityId: h.utilityId,
      kind: 'meterExchange',
      requestedBy,
      payload: {
        ...asked,
        connectionId: place.connectionId,
        oldMeterPan: place.meterPan,
        meter,
        balance: { from: 'stated', energyWh: '2000', creditedWh: null },
      },
    }),
  );
  assert.ok(request.ok, JSON.stringify(request));
  assert.equal(await allowNext(h, await operatorNamed(h, 'Third')), 'done');
}
