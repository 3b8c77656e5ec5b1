// A job that made its connection and is cancelled: the home is closed, the meter free for another
// one; what is in use already stays. On a real PostgreSQL.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { InstallDetail } from '@prewatt/api';
import { idFromUuid, uuidOf } from '@prewatt/quantities';
import { sql } from 'kysely';
import {
  findConnectionsOfPhone,
  findMeter,
  loadConnection,
} from '../src/registry/connections/index.ts';
import { assertProof } from './correction-harness.ts';
import { meterPanOf } from './harness.ts';
import {
  asked,
  base,
  bringable,
  closeDesk,
  detailOf,
  does,
  h,
  openDesk,
  opened,
  people,
  refusalOf,
  stepOf,
  take,
} from './install-harness.ts';
import { buyAndPay } from './purchases.ts';

before(openDesk);
after(closeDesk);

/** A job for a new home, its meter identified, so that the connection is there. */
async function madeHome(name: string, meterPan: string, phone: string): Promise<InstallDetail> {
  const body = {
    ...opened(),
    kind: 'newConnection',
    connection: {
      name,
      address: '9 Market Road',
      customer: { name: 'A Trader', phone },
      tariffVersionId: idFromUuid('tariff', h.tariffId),
    },
    meter: { ...bringable, meterPan },
  };
  const job = await take(detailOf(await people.operator.postJson(base, body)));
  return does(job, { act: 'identify', meterPan, by: 'hand' });
}
const placeOf = async (meterPan: string) => {
  const place = await findMeter(h.database, meterPan);
  assert.ok(place !== null, `${meterPan} is known`);
  return place;
};
const cancel = async (job: InstallDetail) =>
  detailOf(
    await people.operator.postJson(`${base}/${job.installId}/cancel`, {
      ...asked(),
      reason: 'The house is not finished',
    }),
  );

test('a cancelled job leaves no half-born home, and its meter is free for another job', async () => {
  const [meterPan, phone] = [meterPanOf(5_101), '+27825550171'];
  let job = await madeHome('Stall 31', meterPan, phone);
  job = await does(job, { act: 'start', step: 'testToken' });
  const place = await placeOf(meterPan);
  const connectionId = uuidOf(job.connectionId as never);
  assert.equal(place.connectionId, connectionId);
  job = await cancel(job);
  assert.equal(job.state, 'cancelled');
  assert.match(JSON.stringify(job.history), /is closed, and the meter’s number is free/);
  assert.equal(await findMeter(h.database, meterPan), null);
  assert.deepEqual(await findConnectionsOfPhone(h.database, phone), []);
  const { rows } = await sql<{ closed: boolean; retired: boolean }>`
    SELECT c.closed_at IS NOT NULL AS closed, m.retired_at IS NOT NULL AS retired
    FROM prewatt.connections c JOIN prewatt.meters m ON m.connection_id = c.id
    WHERE c.id = ${connectionId}::uuid`.execute(h.owner.directories);
  assert.deepEqual(rows, [{ closed: true, retired: true }], 'it stays, for who looks into it');
  const loaded = await h.database.inUtility(h.utilityId, (tx) => loadConnection(tx, place));
  assert.equal(loaded, null);
  const quote = await h.services.vending.makeQuote(place, 5_000n);
  assert.equal(quote.ok, false, 'nothing is sold to it');
  const listed = JSON.parse((await people.operator.get('/api/operator/meters?search=Stall')).body);
  assert.deepEqual(listed.rows, []);
  // The same meter, by another job, at another home.
  const next = await madeHome('Stall 32', meterPan, phone);
  assert.equal(stepOf(next, 'meter').state, 'passed', stepOf(next, 'meter').words ?? '');
  const again = await placeOf(meterPan);
  assert.notEqual(again.connectionId, connectionId);
  assert.equal((await findConnectionsOfPhone(h.database, phone)).length, 1);
  await buyAndPay(h, 5_000n, 'stall-32', again);
  await h.services.upkeep();
  await assertProof(h);
});

test('a home to which something was sold already stays, and the job says so', async () => {
  const [meterPan, phone] = [meterPanOf(5_102), '+27825550172'];
  const job = await madeHome('Stall 33', meterPan, phone);
  const place = await placeOf(meterPan);
  await buyAndPay(h, 5_000n, 'stall-33', place);
  const ended = await cancel(job);
  assert.match(JSON.stringify(ended.history), /stays: something was sold/);
  assert.equal((await placeOf(meterPan)).connectionId, place.connectionId);
  const body = {
    ...opened(),
    kind: 'newConnection',
    connection: {
      name: 'Stall 34',
      address: '9 Market Road',
      customer: null,
      tariffVersionId: idFromUuid('tariff', h.tariffId),
    },
    meter: { ...bringable, meterPan },
  };
  assert.equal(refusalOf(await people.operator.postJson(base, body)).code, 'meterExists');
  await assertProof(h);
});

test('nobody closes what another utility has, nor a home that is in use', async () => {
  const meterPan = meterPanOf(5_103);
  await madeHome('Stall 35', meterPan, '+27825550173');
  const place = await placeOf(meterPan);
  const undo = (utilityId: string, of: { bucket: number; connectionId: string }) =>
    h.database.inUtility(utilityId, async (tx) => {
      const { rows } = await sql<{ closed: boolean }>`SELECT prewatt.undo_connection(
        ${of.bucket}::smallint, ${of.connectionId}::uuid, now()) AS closed`.execute(tx);
      return rows[0]?.closed;
    });
  const { rows } = await sql<{ id: string }>`SELECT id FROM prewatt.utilities
    WHERE id <> ${h.utilityId}::uuid`.execute(h.owner.directories);
  assert.equal(await undo(rows[0]?.id ?? '', place), false);
  assert.equal((await placeOf(meterPan)).connectionId, place.connectionId);
  const used = await h.addConnection();
  await buyAndPay(h, 5_000n, 'stall-36', used);
  assert.equal(await undo(h.utilityId, used), false);
});
