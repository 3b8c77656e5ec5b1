// A sale whose token was made under a key that its meter no longer holds.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { sql } from 'kysely';
import { testMeter } from './control-harness.ts';
import {
  askAndAllow,
  assertProof,
  createPeople,
  type People,
  reportCredited,
  salePath,
  saleRow,
  tokensOf,
} from './correction-harness.ts';
import { createHarness, type Harness, newTestUuid } from './harness.ts';
import { createHttpHarness, type HttpHarness } from './http-harness.ts';
import { buyAndPay } from './purchases.ts';

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

const reverse = (saleId: string) =>
  askAndAllow(people, `${salePath(saleId)}/reversal`, {
    requestId: newTestUuid(),
    reason: 'Bought for a meter that was changed to another key.',
    moneyGoes: 'payer',
  });
const attention = async (): Promise<number> =>
  (await people.viewer.get('/api/operator/overview')).json().attention;

test('a token under a key that the meter gave up is void, and its refund waits on the list', async () => {
  const meter = testMeter(h, h.meterPan);
  const saleId = await buyAndPay(h, 10_000n, 'R-1');
  h.clock.nowMs += 1_000;
  const want = (index: string) =>
    sql`UPDATE prewatt.meters SET wanted_supply_group_code = supply_group_code,
      wanted_tariff_index = ${index}, wanted_key_revision = key_revision`.execute(
      h.owner.directories,
    );
  await want('02');
  const changeBy = await buyAndPay(h, 5_000n, 'R-2');
  await reportCredited(h, h.meterPan, 0n);
  assert.deepEqual(await reverse(saleId), { status: 409, code: 'meterMayTakeIt' });
  const [first, second] = (await tokensOf(h, changeBy))
    .filter((token) => token.kind === 'keyChange')
    .sort((a, b) => (a.section ?? 0) - (b.section ?? 0));
  assert.equal(await meter.type(first?.digits ?? ''), 'keyChangePart');
  assert.equal(await meter.type(second?.digits ?? ''), 'keyChanged');
  h.clock.nowMs += 1_000;
  await reportCredited(h, h.meterPan, 100n);
  assert.deepEqual(await reverse(saleId), { status: 409, code: 'meterRegisterUnknown' });
  h.clock.nowMs += 1_000;
  await reportCredited(h, h.meterPan, 0n);
  const waiting = await attention();
  const { approval } = await reverse(saleId);
  assert.deepEqual(
    [approval?.state, (approval?.outcome as { proof: string } | null)?.proof],
    ['done', 'keyChanged'],
  );
  assert.equal(await attention(), waiting + 1);
  const [due] = (await people.viewer.get('/api/operator/refunds')).json().rows;
  const paid = await people.asker.postJson(`/api/operator/refunds/${due.refundId}/paid`, {
    reference: 'EFT 1',
  });
  assert.equal(paid.statusCode, 200, paid.body);
  assert.equal(await attention(), waiting);
  const [slip] = await tokensOf(h, saleId);
  assert.equal(await meter.type(slip?.digits ?? ''), 'crc', 'the meter takes it for noise');
  assert.equal((await saleRow(h, saleId)).state, 'reversed');
  // The sale that carried the set is under the new key, and stands.
  assert.deepEqual(await reverse(changeBy), { status: 409, code: 'meterMayTakeIt' });
  await assertProof(h);
});
