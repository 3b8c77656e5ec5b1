// A meter exchanged in wallet mode, also one that is silent: the balance stays, the old meter is
// charged up to its final reading, the new one from its first. And what else needs its credit.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findMeter } from '../src/registry/connections/index.ts';
import { askAndAllow, assertProof } from './correction-harness.ts';
import { meterPanOf, newTestUuid, startMs } from './harness.ts';
import { halfHour, handedOver, setUpWallets } from './wallet-harness.ts';

const w = setUpWallets();
const { answer, ask, balance, path, pay, read, settle, toWallet, wallet } = w;

let nth = 95_000;
const bodyOf = (more: object = {}) => {
  nth += 1;
  return {
    requestId: newTestUuid(),
    reason: 'The old meter does not answer any more.',
    oldMeterPan: w.home.meterPan,
    meter: {
      meterPan: meterPanOf(nth),
      encryptionAlgorithm: 'ea07',
      supplyGroupCode: '123456',
      tariffIndex: '01',
      keyRevision: 1,
      secretSha256: 'ab'.repeat(32),
    },
    balance: { from: 'stated', energyWh: '0', creditedWh: null },
    ...more,
  };
};
const refusedAs = async (body: object) =>
  (await w.people.asker.postJson(`${path()}/meter-exchange`, body)).json();
const exchange = async (more: object = {}) => {
  const body = bodyOf(more);
  const done = await askAndAllow(w.people, `${path()}/meter-exchange`, body);
  assert.equal(done.approval?.state, 'done', JSON.stringify(done));
  const place = await findMeter(w.h.database, body.meter.meterPan);
  assert.ok(place !== null);
  w.home = { ...w.home, ...place, meterPan: body.meter.meterPan };
  await settle();
};
const ratedWh = async () =>
  (await wallet()).ratings.reduce(
    (sum, each) => sum + (each.isReplaced ? 0n : BigInt(each.energyWh)),
    0n,
  );

test('a silent meter is exchanged by its final reading, and the new one goes on in the wallet', async () => {
  await read(startMs, [100_000]);
  await toWallet(50_000, { registerWh: 100_000 });
  await read(startMs + halfHour, [101_000]);
  await pay(20_000n);
  await ask('token');
  const before = await balance();
  w.h.clock.nowMs += 30 * 3_600_000;
  await exchange({ finalImportEnergyWh: '131000' });
  assert.equal(await ratedWh(), 31_000n, 'up to the final reading');
  assert.ok((await balance()) < before);
  const now = await wallet();
  assert.equal(now.creditMode, 'wallet');
  assert.match(
    now.changes.find((each) => each.toMode === 'token')?.problem ?? '',
    /exchanged before it answered/,
  );
  // The new meter is put into credit mode, and its own register counts from its first reading.
  await answer('setPaymentMode', handedOver(0, { registerWh: 12 }));
  await read(w.h.clock.nowMs + halfHour, [1_012]);
  await settle();
  assert.equal(await ratedWh(), 32_000n);
  await assertProof(w.h);
});

test('without a final reading the last one that is known stands, and nothing more is charged', async () => {
  await read(startMs, [100_000]);
  await toWallet(50_000, { registerWh: 100_000 });
  await read(startMs + halfHour, [101_000]);
  w.h.clock.nowMs += 5 * 3_600_000;
  await exchange();
  assert.equal(await ratedWh(), 1_000n);
  const kept = await w.h.database.inUtility(w.h.utilityId, (tx) =>
    tx
      .selectFrom('meter_exchanges')
      .select(['final_from', 'final_import_wh', 'carried_wh'])
      .where('connection_id', '=', w.home.connectionId)
      .executeTakeFirstOrThrow(),
  );
  assert.deepEqual(kept, {
    final_from: 'lastReading',
    final_import_wh: 101_000n,
    carried_wh: 0n,
  });
  await assertProof(w.h);
});

test('what a new meter measures before its first report is charged from its starting reading on', async () => {
  await read(startMs, [100_000]);
  await toWallet(50_000, { registerWh: 100_000 });
  await read(startMs + halfHour, [101_000]);
  w.h.clock.nowMs += 3_600_000;
  await exchange({ finalImportEnergyWh: '102000', startImportEnergyWh: '7' });
  assert.equal(await ratedWh(), 2_000n);
  // It is silent for hours, and its first report tells the use of all of them.
  await answer('setPaymentMode', handedOver(0, { registerWh: 9 }));
  w.h.clock.nowMs += 6 * 3_600_000;
  await read(w.h.clock.nowMs, [4_007]);
  await settle();
  assert.equal(await ratedWh(), 6_000n);
  await assertProof(w.h);
});

test('a final reading that cannot be is refused, and so is a meter without a link', async () => {
  await read(startMs, [100_000]);
  await toWallet(50_000, { registerWh: 100_000 });
  await read(startMs + halfHour, [101_000]);
  assert.equal(
    (await refusedAs(bodyOf({ finalImportEnergyWh: '100999' }))).code,
    'finalReadingBelow',
  );
  assert.equal(
    (await refusedAs(bodyOf({ finalImportEnergyWh: '900000' }))).code,
    'finalReadingTooHigh',
  );
  const body = bodyOf();
  const unlinked = { ...body, meter: { ...body.meter, secretSha256: null } };
  assert.equal((await refusedAs(unlinked)).code, 'noLink');
});

test('a meter that is asked for its credit is not exchanged before it has answered', async () => {
  await ask('wallet');
  assert.equal((await refusedAs(bodyOf())).code, 'creditModeChanging');
});

test('no credit is given to a meter that holds none, or that is asked for it', async () => {
  const give = (requestId: string) =>
    w.h.database.inUtility(w.h.utilityId, (tx) =>
      w.h.services.grants.issue(tx, {
        place: w.home,
        requestId,
        what: { kind: 'freeUnits', energyWh: 5_000n },
        reason: 'Five kilowatt-hours of the month',
        requestedBy: null,
        approvalId: null,
        ofMonth: { month: '2026-11', tariffVersionId: newTestUuid() },
      }),
    );
  await ask('wallet');
  assert.deepEqual(await give('free-units-1'), { ok: false, error: 'creditModeChanging' });
  await answer('setPaymentMode', handedOver(0));
  assert.deepEqual(await give('free-units-1'), { ok: false, error: 'walletMode' });
});

const troubles = async (): Promise<string[]> => {
  const answer = await w.people.viewer.get('/api/operator/meter-alerts');
  const rows: { kind: string; what: string; meterPan: string }[] = answer.json().rows;
  return rows.flatMap((row) =>
    row.kind === 'wallet' && row.meterPan === w.home.meterPan ? [row.what] : [],
  );
};

test('what keeps a wallet from going on stands on the attention list until it ends', async () => {
  await read(startMs, [100_000]);
  await ask('wallet');
  await answer('setPaymentMode', { kind: 'refused', reason: 'unsupported' });
  w.h.clock.nowMs += 6 * 60_000;
  await settle();
  assert.match((await troubles()).join(), /The change of credit mode failed/);
  await toWallet(50_000, { registerWh: 100_000 });
  await read(startMs + halfHour, [101_000]);
  w.h.clock.nowMs += 6 * 60_000;
  await settle();
  assert.deepEqual(await troubles(), []);
  w.h.clock.nowMs += 60 * 3_600_000;
  await settle();
  assert.match((await troubles()).join(), /No readings: use goes uncharged/);
  await exchange({ finalImportEnergyWh: '102000' });
  w.h.clock.nowMs += 6 * 60_000;
  await settle();
  assert.deepEqual(await troubles(), []);
});

test('a register that jumped and an order that is not answered are on the list', async () => {
  await read(startMs, [100_000]);
  await toWallet(50_000, { registerWh: 100_000 });
  await read(startMs + halfHour, [101_000, 300_000, 301_000, 302_000]);
  w.h.clock.nowMs += 6 * 60_000;
  await settle();
  assert.match((await troubles()).join(), /The register jumped/);
  await read(w.h.clock.nowMs + halfHour, [340_000]);
  await settle();
  w.h.clock.nowMs += 2 * 3_600_000;
  await settle();
  assert.match((await troubles()).join(), /does not answer the wallet’s order/);
});
