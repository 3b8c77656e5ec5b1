// What install jobs refuse: at the desk, to whom, and what the database itself does not let happen.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { installPageSchema } from '@prewatt/api';
import { idFromUuid } from '@prewatt/quantities';
import { sql } from 'kysely';
import { newTestUuid } from './harness.ts';
import {
  act,
  asked,
  base,
  bringable,
  closeDesk,
  detailOf,
  does,
  h,
  meterStates,
  newMeterJob,
  now,
  openDesk,
  opened,
  people,
  refusalOf,
  stepOf,
  take,
  type Who,
} from './install-harness.ts';

before(openDesk);
after(closeDesk);

test('what cannot be done at the desk is refused before anybody drives out', async () => {
  const place = await h.addConnection();
  const connectionId = idFromUuid('connection', place.connectionId);
  const post = async (body: object, who: Who = 'operator') =>
    refusalOf(await people[who].postJson(base, { ...opened(), ...body })).code;
  const exchange = { kind: 'exchange', connectionId, meter: bringable };
  assert.equal(await post({ kind: 'newMeter', connectionId }, 'viewer'), 'notAllowed');
  assert.equal(await post({ kind: 'newMeter', connectionId }, 'technician'), 'notAllowed');
  assert.equal(await post({ kind: 'newMeter', connectionId }, 'neighbour'), 'unknownConnection');
  assert.equal(
    await post({ kind: 'newMeter', connectionId, technicianId: 'operator_nobody' }),
    'unknownTechnician',
  );
  assert.equal(
    await post({ ...exchange, meter: { ...bringable, meterPan: h.meterPan } }),
    'meterExists',
  );
  assert.equal(
    await post({ ...exchange, meter: { ...bringable, supplyGroupCode: '999999' } }),
    'vendingKeyMissing',
  );
  const connection = { name: 'X', address: 'Y', customer: null };
  const fresh = (c: object) => ({
    kind: 'newConnection',
    connection: { ...connection, tariffVersionId: idFromUuid('tariff', h.tariffId), ...c },
    meter: bringable,
  });
  assert.equal(
    await post(fresh({ tariffVersionId: idFromUuid('tariff', newTestUuid()) })),
    'unknownTariff',
  );
  assert.equal(await post(fresh({ customer: { name: 'A', phone: '12' } })), 'phoneFormat');
  await newMeterJob(place);
  assert.equal(await post({ kind: 'newMeter', connectionId }), 'jobOpenAlready');
});

test('technicians have their jobs and nothing else; utilities do not see each other’s', async () => {
  const job = await newMeterJob(await h.addConnection());
  const path = `${base}/${job.installId}`;
  const notYours = await act('technician', job, {
    act: 'fail',
    step: 'meter',
    reason: 'no access',
  });
  assert.equal(refusalOf(notYours).code, 'notYours');
  await take(job);
  assert.equal(refusalOf(await people.second.get(path)).code, 'notFound');
  assert.equal(
    refusalOf(await people.second.postJson(`${path}/take`, asked())).code,
    'unknownInstall',
  );
  assert.equal(refusalOf(await people.neighbour.get(path)).code, 'notFound');
  assert.equal(
    refusalOf(await people.neighbour.postJson(`${path}/cancel`, { ...asked(), reason: 'not mine' }))
      .code,
    'unknownInstall',
  );
  assert.equal(refusalOf(await people.viewer.postJson(`${path}/take`, asked())).code, 'notAllowed');
  const cancel = { ...asked(), reason: 'I do not want to' };
  assert.equal(
    refusalOf(await people.technician.postJson(`${path}/cancel`, cancel)).code,
    'notAllowed',
  );
  const seen = async (who: Who) =>
    installPageSchema
      .parse(JSON.parse((await people[who].get(`${base}?state=all`)).body))
      .rows.some((row) => row.installId === job.installId);
  assert.deepEqual(
    await Promise.all((['technician', 'second', 'viewer', 'neighbour'] as const).map(seen)),
    [true, false, true, false],
  );
});

test('every other route of the operators’ API is closed to technicians', async () => {
  const connection = idFromUuid('connection', h.place.connectionId);
  const reads = [
    'overview',
    'meters',
    'sales',
    'attention',
    'approvals',
    'approvals/counts',
    'grants',
    'exports/sales',
    'imports',
    'vendors',
    'tariffs',
    'keys',
    'campaigns',
    'refunds',
    'proof',
    'reconciliation/files',
    'meter-alerts',
    'supply-calls',
    'protection/rules',
    ...[
      '',
      '/usage',
      '/sales',
      '/tokens',
      '/events',
      '/commands',
      '/messages',
      '/grants',
      '/link',
    ].map((part) => `connections/${connection}${part}`),
  ];
  for (const read of reads) {
    const { statusCode } = await people.technician.get(`/api/operator/${read}`);
    assert.ok(statusCode === 403 || statusCode === 404, `${read}: ${statusCode}`);
    const { statusCode: operators } = await people.viewer.get(`/api/operator/${read}`);
    if (statusCode === 404) assert.equal(operators, 404, read);
  }
  const send = await people.technician.postJson(
    `/api/operator/connections/${connection}/commands`,
    {
      kind: 'readNow',
    },
  );
  assert.equal(refusalOf(send).code, 'forbidden');
  const me = await people.technician.get('/api/operator/me');
  assert.equal(JSON.parse(me.body).role, 'technician');
});

test('a job is assigned, given back and cancelled; an opened switch is closed again', async () => {
  const meter = await h.addConnection();
  let job = await newMeterJob(meter);
  const path = `${base}/${job.installId}`;
  const { rows } = JSON.parse((await people.operator.get(`${base}/technicians`)).body);
  const [{ operatorId: technicianId, role }] = rows;
  assert.equal(role, 'technician');
  const assigning = { ...asked(), technicianId };
  assert.equal(
    refusalOf(await people.technician.postJson(`${path}/assign`, assigning)).code,
    'notAllowed',
  );
  job = detailOf(await people.operator.postJson(`${path}/assign`, assigning));
  assert.equal(job.assignedTo?.operatorId, technicianId);
  const back = { ...asked(), technicianId: null };
  job = detailOf(await people.operator.postJson(`${path}/assign`, back));
  job = await take(job);
  job = await does(job, { act: 'identify', meterPan: meter.meterPan, by: 'scan' });
  job = await does(job, { act: 'link' });
  await meterStates(meter.meterPan, 0);
  job = await does(await now(job), { act: 'start', step: 'switchOpen' });
  const repeated = { ...asked(), act: 'fail', step: 'switchOpen', reason: 'no answer came' };
  job = detailOf(await people.technician.postJson(`${path}/acts`, repeated));
  job = detailOf(await people.technician.postJson(`${path}/acts`, repeated));
  assert.deepEqual(
    [stepOf(job, 'switchOpen').state, stepOf(job, 'switchOpen').tries],
    ['failed', 1],
  );
  const attention = JSON.parse((await people.operator.get(`${base}?state=attention`)).body);
  assert.ok(
    attention.rows.some((row: { installId: string }) => row.installId === job.installId),
    'a failed step stands on the attention list',
  );
  const cancel = { ...asked(), reason: 'The house is empty' };
  job = detailOf(await people.operator.postJson(`${path}/cancel`, cancel));
  assert.deepEqual([job.state, job.endReason], ['cancelled', 'The house is empty']);
  const { rows: commands } = await sql<{ kind: string; stage: string }>`
    SELECT kind, stage FROM prewatt.commands WHERE connection_id = ${meter.connectionId}::uuid
    AND kind LIKE 'switch%' ORDER BY id`.execute(h.owner.directories);
  assert.deepEqual(commands, [
    { kind: 'switchOpen', stage: 'cancelled' },
    { kind: 'switchClose', stage: 'queued' },
  ]);
});

test('the database closes no job with an open step, and changes none that has ended', async () => {
  const job = await newMeterJob(await h.addConnection());
  const id = job.installId.slice('install_'.length);
  const change = (set: string) =>
    h.database.inUtility(h.utilityId, (tx) =>
      sql`UPDATE prewatt.install_jobs SET ${sql.raw(set)} WHERE id = ${id}::uuid`.execute(tx),
    );
  const closed = 'ended_by = opened_by, meter_id = old_meter_id, is_watched = false';
  await assert.rejects(change(`state = 'closed', ${closed}`), /has not passed is not closed/);
  await change(`state = 'cancelled', end_reason = 'by hand', ${closed}`);
  await assert.rejects(change('is_watched = true'), /has ended is never changed/);
  const rewrite = h.database.inUtility(h.utilityId, (tx) =>
    sql`UPDATE prewatt.install_events SET what = 'passed'`.execute(tx),
  );
  await assert.rejects(rewrite, /permission denied/);
  const skipped = sql`INSERT INTO prewatt.install_events
    SELECT bucket, id, 99, utility_id, 'skipped', 'load', '{}', 'no time', NULL, NULL, NULL, now()
    FROM prewatt.install_jobs WHERE id = ${id}::uuid`.execute(h.owner.directories);
  await assert.rejects(skipped, /check constraint/);
});

test('a cut that a protection rule forbids is a failed step', async () => {
  const meter = await h.addConnection();
  let job = await take(await newMeterJob(meter));
  job = await does(job, { act: 'identify', meterPan: meter.meterPan, by: 'scan' });
  job = await does(job, { act: 'link' });
  await meterStates(meter.meterPan, 0);
  job = await now(job);
  await sql`UPDATE prewatt.utilities SET protection_rules = jsonb_set(protection_rules,
    '{friendlyHours}', '[{"weekdays": [1,2,3,4,5,6,7], "from": "00:00", "to": "24:00"}]')
    WHERE id = ${h.utilityId}::uuid`.execute(h.owner.directories);
  job = await does(await now(job), { act: 'start', step: 'switchOpen' });
  assert.equal(stepOf(job, 'switchOpen').state, 'failed');
  assert.match(stepOf(job, 'switchOpen').words ?? '', /protection rule forbids/);
});
