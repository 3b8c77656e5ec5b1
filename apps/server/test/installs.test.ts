// Install jobs from the first step to the last: with a meter that answers, with one that has no
// link, with an exchange that the office allows or declines.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { InstallStep } from '@prewatt/api';
import { energyWh, idFromUuid } from '@prewatt/quantities';
import { sql } from 'kysely';
import { meterPanOf } from './harness.ts';
import {
  act,
  asked,
  base,
  bringable,
  closeDesk,
  detailOf,
  does,
  h,
  meterAnswers,
  meterStates,
  newMeterJob,
  now,
  openDesk,
  opened,
  people,
  refusalOf,
  registerReported,
  stepOf,
  take,
} from './install-harness.ts';

before(openDesk);
after(closeDesk);

test('a meter with a link is installed whole, with a step that fails and is tried again', async () => {
  const meter = await h.addConnection();
  let job = await take(await newMeterJob(meter));
  assert.equal(job.expectedMeterPan, meter.meterPan);
  job = await does(job, { act: 'identify', meterPan: meter.meterPan, by: 'scan' });
  assert.equal(stepOf(job, 'meter').state, 'passed');

  job = await does(job, { act: 'link' });
  assert.equal(stepOf(job, 'link').waitsFor, 'meter');
  assert.equal(stepOf(await now(job), 'link').state, 'running');
  await meterStates(meter.meterPan, 0);
  assert.equal(stepOf(await now(job), 'link').state, 'passed');

  job = await does(job, { act: 'start', step: 'testToken' });
  assert.match(stepOf(job, 'testToken').tokens[0] ?? '', /^\d{20}$/);
  await meterAnswers(meter.meterPan, 'deliverToken', {
    kind: 'deliverToken',
    outcome: { result: 'accepted', effect: 'test', tid: null, creditedEnergyWh: energyWh(0) },
  });
  job = await now(job);
  assert.equal(stepOf(job, 'testToken').words, 'The meter has taken the token by wire');

  job = await does(job, { act: 'start', step: 'remoteRead' });
  assert.equal(
    refusalOf(await act('technician', job, { act: 'display', importEnergyWh: '1' })).code,
    'stepNotRunning',
  );
  await meterAnswers(meter.meterPan, 'readNow', { kind: 'readNow' });
  assert.equal(stepOf(await now(job), 'remoteRead').waitsFor, 'meter');
  await registerReported(meter.meterPan, 123_456);
  assert.equal(stepOf(await now(job), 'remoteRead').waitsFor, 'technician');
  job = await does(job, { act: 'display', importEnergyWh: '125000' });
  assert.match(stepOf(job, 'remoteRead').words ?? '', /shows 125.0 kWh, .* reported 123.4/);
  job = await does(job, { act: 'start', step: 'remoteRead' });
  await meterAnswers(meter.meterPan, 'readNow', { kind: 'readNow' });
  await registerReported(meter.meterPan, 123_500);
  job = await does(await now(job), { act: 'display', importEnergyWh: '123400' });
  assert.deepEqual(
    [stepOf(job, 'remoteRead').state, stepOf(job, 'remoteRead').tries],
    ['passed', 2],
  );

  job = await does(job, { act: 'start', step: 'switchOpen' });
  await meterAnswers(meter.meterPan, 'switchOpen', {
    kind: 'switchOpen',
    loadSwitch: 'disconnected',
  });
  assert.equal(stepOf(await now(job), 'switchOpen').state, 'passed');
  job = await does(job, { act: 'start', step: 'switchClose' });
  await meterAnswers(meter.meterPan, 'switchClose', {
    kind: 'switchClose',
    loadSwitch: 'disconnected',
  });
  job = await now(job);
  assert.match(stepOf(job, 'switchClose').words ?? '', /stays open/);
  const early = await people.technician.postJson(`${base}/${job.installId}/close`, {
    ...asked(),
    note: '',
  });
  const { code, detail } = refusalOf(early);
  assert.equal(code, 'stepsOpen');
  assert.match(detail, /Close the switch, Load check, Starting reading\./);
  job = await does(job, { act: 'start', step: 'switchClose' });
  await meterAnswers(meter.meterPan, 'switchClose', {
    kind: 'switchClose',
    loadSwitch: 'connected',
  });

  job = await does(await now(job), { act: 'load', lowW: 1_500, highW: 2_500 });
  await meterAnswers(meter.meterPan, 'readNow', { kind: 'readNow' });
  assert.equal(stepOf(await now(job), 'load').state, 'running', 'the state of before is none');
  await meterStates(meter.meterPan, 40);
  assert.match(stepOf(await now(job), 'load').words ?? '', /measures 40 W, not 1500 to 2500 W/);
  job = await does(job, { act: 'load', lowW: 1_500, highW: 2_500 });
  await meterAnswers(meter.meterPan, 'readNow', { kind: 'readNow' });
  await meterStates(meter.meterPan, 2_000);
  assert.equal(stepOf(await now(job), 'load').state, 'passed');

  job = await does(job, { act: 'startReading', importEnergyWh: '123500', note: 'Seal 4411' });
  assert.deepEqual(job.openSteps, []);
  const closing = { ...asked(), note: 'All well' };
  const path = `${base}/${job.installId}/close`;
  const closed = detailOf(await people.technician.postJson(path, closing));
  assert.deepEqual([closed.state, closed.endReason], ['closed', 'All well']);
  assert.equal(detailOf(await people.technician.postJson(path, closing)).state, 'closed');
  const late = await act('technician', job, { act: 'fail', step: 'load', reason: 'too late' });
  assert.equal(refusalOf(late).code, 'jobEnded');
});

test('a new home without a link: the connection comes with its first meter', async () => {
  const meterPan = meterPanOf(5_001);
  const body = {
    ...opened(),
    wasPostpaid: true,
    kind: 'newConnection',
    connection: {
      name: 'Stall 9',
      address: '9 Market Road',
      customer: { name: 'A Trader', phone: '+27825550199' },
      tariffVersionId: idFromUuid('tariff', h.tariffId),
    },
    meter: { ...bringable, meterPan },
  };
  const first = await people.operator.postJson(base, body);
  assert.equal(first.statusCode, 201);
  const again = await people.operator.postJson(base, body);
  assert.deepEqual([again.statusCode, detailOf(again).installId], [200, detailOf(first).installId]);
  const other = { ...body, note: 'something else' };
  assert.equal(refusalOf(await people.operator.postJson(base, other)).code, 'requestIdReused');
  let job = await take(detailOf(first));
  assert.equal(job.connectionId, null);
  job = await does(job, { act: 'identify', meterPan: meterPanOf(5_002), by: 'hand' });
  assert.match(stepOf(job, 'meter').words ?? '', /not the job’s meter/);
  job = await does(job, { act: 'identify', meterPan: h.meterPan, by: 'hand' });
  assert.match(stepOf(job, 'meter').words ?? '', /another home/);
  const slip = `${meterPan.slice(0, 17)}${(Number(meterPan[17]) + 1) % 10}`;
  const mistyped = await act('technician', job, { act: 'identify', meterPan: slip, by: 'hand' });
  assert.equal(refusalOf(mistyped).code, 'meterPanInvalid');
  // As it is printed on the meter: without the issuer's number.
  job = await does(job, { act: 'identify', meterPan: meterPan.slice(6, 17), by: 'hand' });
  assert.deepEqual([stepOf(job, 'meter').state, stepOf(job, 'meter').tries], ['passed', 3]);
  assert.equal(job.meterPan, meterPan);
  assert.deepEqual(
    ['link', 'remoteRead'].map((step) => stepOf(job, step as InstallStep).state),
    ['skipped', 'skipped'],
  );
  const remote = await act('technician', job, { act: 'start', step: 'switchOpen' });
  assert.equal(refusalOf(remote).code, 'observeInstead');
  const unasked = await act('technician', job, {
    act: 'confirm',
    step: 'testToken',
    isRight: true,
    saw: 'nothing yet',
  });
  assert.equal(refusalOf(unasked).code, 'stepNotRunning');
  job = await does(job, { act: 'start', step: 'testToken' });
  const saw = (step: InstallStep, isRight = true) => ({
    act: 'confirm',
    step,
    isRight,
    saw: 'the lamp and the display',
  });
  job = await does(job, saw('testToken'));
  const { rows: tokens } = await sql<{ state: string; origin: string }>`
    SELECT t.state, t.origin FROM prewatt.tokens t JOIN prewatt.meters m ON m.id = t.meter_id
    WHERE m.meter_pan = ${meterPan}`.execute(h.owner.directories);
  assert.deepEqual(tokens, [{ state: 'accepted', origin: 'keypad' }]);
  const before = await act('technician', job, saw('switchClose'));
  assert.match(refusalOf(before).detail, /Open the switch/);
  job = await does(job, saw('switchOpen', false));
  assert.equal(stepOf(job, 'switchOpen').state, 'failed');
  for (const step of ['switchOpen', 'switchClose', 'load'] as const)
    job = await does(job, saw(step));
  job = await does(job, { act: 'startReading', importEnergyWh: '0', note: '' });
  const close = await people.technician.postJson(`${base}/${job.installId}/close`, {
    ...asked(),
    note: '',
  });
  assert.equal(detailOf(close).state, 'closed');
  const { rows: converted } = await sql<{ day: string }>`
    SELECT (c.converted_at AT TIME ZONE 'Africa/Johannesburg')::date::text AS day
    FROM prewatt.connections c JOIN prewatt.meters m ON m.connection_id = c.id
    WHERE m.meter_pan = ${meterPan}`.execute(h.owner.directories);
  assert.deepEqual(converted, [{ day: '2026-11-24' }], 'grace begins on the day of the install');
});

test('an exchange waits for the office, then carries over what was left', async () => {
  const old = await h.addConnection();
  const meterPan = meterPanOf(5_010);
  const connectionId = idFromUuid('connection', old.connectionId);
  const answer = await people.operator.postJson(base, {
    ...opened(),
    kind: 'exchange',
    connectionId,
    meter: bringable,
  });
  let job = await take(detailOf(answer));
  const early = await act('technician', job, { act: 'identify', meterPan, by: 'hand' });
  assert.match(refusalOf(early).detail, /Read the old meter/);
  job = await does(job, {
    act: 'oldMeter',
    leftEnergyWh: '12300',
    creditedEnergyWh: null,
    importEnergyWh: '900000',
  });
  job = await does(job, { act: 'identify', meterPan: old.meterPan, by: 'scan' });
  assert.match(stepOf(job, 'meter').words ?? '', /the meter that goes/);
  job = await does(job, { act: 'identify', meterPan, by: 'scan' });
  job = await does(job, { act: 'start', step: 'exchange' });
  assert.equal(stepOf(await now(job), 'exchange').waitsFor, 'office');
  const cancel = { ...asked(), reason: 'The customer is away' };
  const cancelled = await people.operator.postJson(`${base}/${job.installId}/cancel`, cancel);
  assert.equal(refusalOf(cancelled).code, 'officeDecides');
  const fails = await act('technician', job, {
    act: 'fail',
    step: 'exchange',
    reason: 'nobody answers',
  });
  assert.equal(refusalOf(fails).code, 'officeDecides');
  const list = JSON.parse((await people.administrator.get('/api/operator/approvals')).body);
  const [{ approvalId }] = list.rows;
  const yes = await people.administrator.postJson(
    `/api/operator/approvals/${approvalId}/approve`,
    {},
  );
  assert.equal(yes.statusCode, 200, yes.body);
  job = await now(job);
  assert.match(stepOf(job, 'exchange').words ?? '', /12.3 kWh are carried over/);
  assert.deepEqual([job.meterPan, job.oldMeterPan], [meterPan, old.meterPan]);
  job = await does(job, { act: 'start', step: 'carryOver' });
  assert.match(stepOf(job, 'carryOver').tokens[0] ?? '', /^\d{20}$/);
  assert.deepEqual(
    stepOf(detailOf(await people.viewer.get(`${base}/${job.installId}`)), 'carryOver').tokens,
    [],
    'digits of credit are for who works on the job',
  );
  job = await does(job, {
    act: 'confirm',
    step: 'carryOver',
    isRight: true,
    saw: '12.3 kWh on the display',
  });
  assert.equal(stepOf(job, 'carryOver').state, 'passed');
  const { rows } = await sql<{ carried: bigint; state: string }>`
    SELECT x.carried_wh AS carried, g.state FROM prewatt.meter_exchanges x
    JOIN prewatt.grants g ON g.bucket = x.bucket AND g.id = x.grant_id
    WHERE x.connection_id = ${old.connectionId}::uuid`.execute(h.owner.directories);
  assert.deepEqual(rows, [{ carried: 12_300n, state: 'accepted' }]);
});

test('a declined exchange is a failed step, and is asked for again', async () => {
  const old = await h.addConnection();
  const connectionId = idFromUuid('connection', old.connectionId);
  const answer = await people.operator.postJson(base, {
    ...opened(),
    kind: 'exchange',
    connectionId,
    meter: bringable,
  });
  let job = await take(detailOf(answer));
  job = await does(job, {
    act: 'oldMeter',
    leftEnergyWh: '0',
    creditedEnergyWh: null,
    importEnergyWh: null,
  });
  job = await does(job, { act: 'identify', meterPan: meterPanOf(5_020), by: 'hand' });
  const decide = async (how: string, body: object) => {
    const list = JSON.parse((await people.administrator.get('/api/operator/approvals')).body);
    const path = `/api/operator/approvals/${list.rows[0].approvalId}/${how}`;
    assert.equal((await people.administrator.postJson(path, body)).statusCode, 200);
  };
  job = await does(job, { act: 'start', step: 'exchange' });
  await decide('decline', { reason: 'The old one works well enough' });
  job = await now(job);
  assert.match(stepOf(job, 'exchange').words ?? '', /declined/);
  job = await does(job, { act: 'start', step: 'exchange' });
  await decide('approve', {});
  job = await now(job);
  assert.deepEqual(
    [stepOf(job, 'exchange').state, stepOf(job, 'carryOver').state],
    ['passed', 'skipped'],
    'nothing was left',
  );
});

test('a meter whose secret nobody has is paired with the one on its label', async () => {
  const meterPan = meterPanOf(5_030);
  const answer = await people.operator.postJson(base, {
    ...opened(),
    kind: 'newConnection',
    connection: {
      name: 'Flat 30',
      address: '30 Test Street',
      customer: null,
      tariffVersionId: idFromUuid('tariff', h.tariffId),
    },
    meter: { ...bringable, meterPan, hasLink: true },
  });
  let job = await take(detailOf(answer));
  job = await does(job, { act: 'identify', meterPan, by: 'scan' });
  assert.equal(job.needsPairing, true);
  assert.equal(
    refusalOf(await act('technician', job, { act: 'link' })).code,
    'pairingSecretNeeded',
  );
  const pairingSecret = '0123456789abcdef0123456789abcdef';
  job = await does(job, { act: 'link', pairingSecret });
  const { rows } = await sql<{ evidence: object; paired: boolean }>`
    SELECT e.evidence, m.secret_hash = sha256(${pairingSecret}::bytea) AS paired
    FROM prewatt.install_events e JOIN prewatt.install_jobs j ON j.id = e.job_id
    JOIN prewatt.meters m ON m.id = j.meter_id
    WHERE m.meter_pan = ${meterPan} AND e.step = 'link'`.execute(h.owner.directories);
  assert.deepEqual(rows, [{ evidence: { isPaired: true }, paired: true }]);
  await meterStates(meterPan, 0);
  assert.equal(stepOf(await now(job), 'link').state, 'passed');
});
