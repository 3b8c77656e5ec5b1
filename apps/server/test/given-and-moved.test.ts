// What customers and tills are told of sales that were moved, and of tokens that nobody bought.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { uuidOf } from '@prewatt/quantities';
import { sql } from 'kysely';
import { saleView } from '../src/edge/consumer/views.ts';
import { givenTokens } from '../src/money/grants/index.ts';
import { loadConnection, type MeterPlace } from '../src/registry/connections/index.ts';
import { operatorNamed, testMeter } from './control-harness.ts';
import {
  askAndAllow,
  createPeople,
  type People,
  refuseAsOld,
  reportCredited,
  salePath,
} from './correction-harness.ts';
import { createHarness, type Harness, newTestUuid } from './harness.ts';
import { createHttpHarness, type HttpHarness } from './http-harness.ts';
import { createVendor } from './vendor-harness.ts';

let h: Harness;
let http: HttpHarness;
let people: People;
before(async () => {
  h = await createHarness();
  http = await createHttpHarness(h);
  people = await createPeople(http);
});
after(async () => {
  await http.close();
  await h.close();
});

const shownTo = async (place: MeterPlace, saleId: string) => {
  const utility = await h.services.utilities.get(h.utilityId);
  return h.database.inUtility(h.utilityId, async (tx) => {
    const connection = await loadConnection(tx, place);
    assert.ok(connection !== null);
    const { nowMs } = h.clock;
    return saleView(tx, { ...h.services, utility, nowMs, connection, saleId });
  });
};

test('a moved sale names the other meter, to its customers and on the till’s receipt', async () => {
  const [wrong, right] = [await h.addConnection(), await h.addConnection()];
  const { till } = await createVendor(h, 'Corner shop');
  const request = { requestId: newTestUuid(), meterPan: wrong.meterPan, amountMinor: 15_000n };
  const sold = await h.services.vendors.selling.sell(till, request);
  assert.ok(sold.ok, JSON.stringify(sold));
  assert.deepEqual([sold.value.reversedAt, sold.value.moved], [null, null]);
  const saleId = uuidOf(sold.value.saleId as never);
  await refuseAsOld(h, wrong, saleId);
  await reportCredited(h, wrong.meterPan, 0n);
  const { approval } = await askAndAllow(people, `${salePath(saleId)}/move`, {
    requestId: newTestUuid(),
    reason: 'The customer read the neighbour’s number.',
    toMeterPan: right.meterPan,
    by: 'reversal',
  });
  assert.equal(approval?.state, 'done', JSON.stringify(approval?.failure));
  const { newSaleId } = (approval?.outcome ?? {}) as { newSaleId: never };
  const at = h.clock.nowMs;
  const to = { direction: 'to', meterPan: right.meterPan };
  const old = await shownTo(wrong, saleId);
  assert.deepEqual([old?.reversedAtMs, old?.moved, old?.tokens], [at, to, []]);
  const moved = await shownTo(right, uuidOf(newSaleId));
  const from = { direction: 'from', meterPan: wrong.meterPan };
  assert.deepEqual([moved?.reversedAtMs, moved?.moved, moved?.tokens.length], [null, from, 1]);
  const copy = await h.services.vendors.selling.reprint(till, saleId);
  assert.ok(copy.ok);
  assert.deepEqual(
    [copy.value.reversedAt, copy.value.moved, copy.value.tokens],
    [new Date(at).toISOString(), to, []],
  );
});

test('money of a sale is given back once: a credit note about it forbids its reversal', async () => {
  const home = await h.addConnection();
  const { till } = await createVendor(h, 'Once shop');
  const request = { requestId: newTestUuid(), meterPan: home.meterPan, amountMinor: 8_000n };
  const sold = await h.services.vendors.selling.sell(till, request);
  assert.ok(sold.ok);
  const saleId = uuidOf(sold.value.saleId as never);
  const ask = (act: string, more: object) => {
    const body = { requestId: newTestUuid(), reason: 'The meter never took it.', ...more };
    return askAndAllow(people, `${salePath(saleId)}/${act}`, body);
  };
  // Both are asked for; the reversal first, while nothing speaks against it.
  await refuseAsOld(h, home, saleId);
  await reportCredited(h, home.meterPan, 0n);
  const reversal = { requestId: newTestUuid(), reason: 'The meter never took it.' };
  const asked = await people.asker.postJson(`${salePath(saleId)}/reversal`, {
    ...reversal,
    moneyGoes: 'payer',
  });
  assert.equal(asked.statusCode, 202, asked.body);
  assert.equal((await ask('credit-note', { amountMinor: '3000' })).approval?.state, 'done');
  const path = `/api/operator/approvals/${asked.json().approvalId}/approve`;
  const late = (await people.allower.postJson(path, {})).json();
  assert.deepEqual([late.state, late.failure?.code], ['failed', 'creditNoteGiven']);
  assert.deepEqual(await ask('reversal', { moneyGoes: 'prepaid' }), {
    status: 409,
    code: 'creditNoteGiven',
  });
  assert.equal((await ask('credit-note', { amountMinor: '5000' })).approval?.state, 'done');
  assert.deepEqual(await ask('credit-note', { amountMinor: '1' }), {
    status: 409,
    code: 'creditNoteTooHigh',
  });
});

test('copies are counted together, at tills and by operators, each with who printed it', async () => {
  const { meterPan } = await h.addConnection();
  const { till } = await createVendor(h, 'Copy shop');
  const request = { requestId: newTestUuid(), meterPan, amountMinor: 5_000n };
  const sold = await h.services.vendors.selling.sell(till, request);
  assert.ok(sold.ok);
  const saleId = uuidOf(sold.value.saleId as never);
  const atTill = async () => {
    const copy = await h.services.vendors.selling.reprint(till, saleId);
    return copy.ok && copy.value.copy;
  };
  const atDesk = async () => {
    const body = { reason: 'The slip got wet' };
    return (await people.asker.postJson(`${salePath(saleId)}/reprint`, body)).json().copy;
  };
  assert.deepEqual([await atTill(), await atDesk(), await atTill()], [1, 2, 3]);
  const atOnce = await Promise.all(
    Array.from({ length: 10 }, (_, i) => (i % 2 === 0 ? atTill() : atDesk())),
  );
  assert.deepEqual(
    atOnce.toSorted((a, b) => a - b),
    [4, 5, 6, 7, 8, 9, 10, 11, 12, 13],
  );
  // What was printed before copies had rows counts on.
  await sql`UPDATE prewatt.vendor_sales SET reprints = 2 WHERE sale_id = ${saleId}`.execute(
    h.owner.directories,
  );
  assert.deepEqual([await atDesk(), await atTill()], [16, 17]);
  const { timeline } = (await people.viewer.get(salePath(saleId))).json();
  const said = timeline.map((line: { text: string }) => line.text);
  assert.ok(said.includes('Copy 1 printed at Till 1 of Copy shop'), said.join('\n'));
  assert.ok(said.includes('Copy 2 printed by asker: The slip got wet'), said.join('\n'));
});

test('a customer sees key-change tokens to type until the meter has taken them, and no others', async () => {
  const place = await h.addConnection();
  const asker = await operatorNamed(h, 'Asker', 'operator');
  await sql`UPDATE prewatt.meters SET wanted_supply_group_code = supply_group_code,
    wanted_tariff_index = '02', wanted_key_revision = key_revision
    WHERE id = ${place.meterId}::uuid`.execute(h.owner.directories);
  const give = (kind: 'keyChange' | 'clearTamper') =>
    h.database.inUtility(h.utilityId, (tx) =>
      h.services.grants.issue(tx, {
        place,
        requestId: newTestUuid(),
        what: { kind },
        reason: 'for this test of pages',
        requestedBy: asker.operatorId,
        approvalId: null,
      }),
    );
  const given = () =>
    h.database.inUtility(h.utilityId, async (tx) => {
      const connection = await loadConnection(tx, place);
      assert.ok(connection !== null);
      return givenTokens(tx, connection);
    });
  assert.ok((await give('keyChange')).ok);
  assert.ok((await give('clearTamper')).ok);
  const [set, ...more] = await given();
  assert.deepEqual([set?.kind, set?.tokens.length, more], ['keyChange', 2, []]);
  const meter = testMeter(h, place.meterPan);
  assert.equal(await meter.type(set?.tokens[0] ?? ''), 'keyChangePart');
  assert.equal(await meter.type(set?.tokens[1] ?? ''), 'keyChanged');
  assert.deepEqual(await given(), []);
});
