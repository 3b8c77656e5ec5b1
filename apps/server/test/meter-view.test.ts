// What a meter says of itself, from the wire to the connection's page, on a real database.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { meterViewSchema } from '@prewatt/api';
import type { AccountState } from '@prewatt/protocol';
import { energyWh, idFromUuid, powerW } from '@prewatt/quantities';
import { sql } from 'kysely';
import { createHarness, type Harness } from './harness.ts';
import { createHttpHarness, type HttpHarness, Visitor } from './http-harness.ts';

const password = 'a long enough password';
let h: Harness;
let http: HttpHarness;
let viewer: Visitor;

before(async () => {
  h = await createHarness();
  await h.services.upkeep();
  http = await createHttpHarness(h);
  await http.createOperator({ email: 'v@test.example', password, role: 'viewer' });
  viewer = new Visitor(http.app);
  await viewer.postJson('/api/auth/sign-in/email', { email: 'v@test.example', password });
});
after(async () => {
  await http.close();
  await h.close();
});

const viewOf = async (connectionId: string) => {
  const path = `/api/operator/connections/${idFromUuid('connection', connectionId)}/meter`;
  const answer = await viewer.get(path);
  assert.equal(answer.statusCode, 200, answer.body);
  return meterViewSchema.parse(answer.json());
};

const core = (capturedAtMs: number): AccountState => ({
  capturedAtMs,
  availableEnergyWh: energyWh(12_000n),
  powerW: powerW(800n),
  importEnergyWh: energyWh(88_000n),
  creditedEnergyWh: energyWh(100_000n),
  loadSwitch: 'disconnected',
  creditStatus: 'lowCredit',
  owedEnergyWh: energyWh(0n),
});

const whole = (capturedAtMs: number): AccountState => ({
  ...core(capturedAtMs),
  exportEnergyWh: energyWh(4_000n),
  account: {
    paymentMode: 'prepayment',
    creditUnit: 'money',
    creditInUse: 'emergency',
    veryLow: true,
    emergency: {
      status: 'inUse',
      leftEnergyWh: energyWh(2_000n),
      usedEnergyWh: energyWh(3_000n),
      presetEnergyWh: energyWh(5_000n),
      automatic: false,
    },
    reservedEnergyWh: energyWh(0n),
    openReasons: ['powerLimit', 'tamper'],
    protectedUntilMs: capturedAtMs + 3_600_000,
    powerLimitW: powerW(2_000n),
    powerLimitBy: 'softLanding',
    lowCreditThresholdWh: energyWh(10_000n),
    veryLowCreditThresholdWh: energyWh(2_500n),
    tamper: ['cover', 'magnet'],
  },
  money: {
    currency: { code: 'ZAR', scale: 2 },
    availableMicroMinor: 3_000_000_000n,
    creditedMicroMinor: 90_000_000_000_000_000n,
    chargedMicroMinor: 0n,
    clearedMicroMinor: 0n,
    owedMicroMinor: 1n,
    tariff: { id: 'homes', version: 3 },
    perKwhMicroMinor: 215_340_000n,
    standingDueMicroMinor: 0n,
    standingPrices: [{ label: 'Service', count: 1, unit: 'day', priceMicroMinor: 50_000_000n }],
    emergencyLeftMicroMinor: 3_000_000n,
    emergencyUsedMicroMinor: 2_000_000n,
    emergencyPresetMicroMinor: 5_000_000n,
    reservedMicroMinor: 0n,
    paidBackMicroMinor: 1_000_000n,
    lowCreditThresholdMicroMinor: 9_000_000n,
    veryLowCreditThresholdMicroMinor: 2_250_000n,
  },
  phases: [
    { powerW: powerW(500n), voltageV: 231, currentMilliA: 2_165 },
    { powerW: powerW(300n), voltageV: 229, currentMilliA: 1_310 },
    { powerW: powerW(0n), voltageV: 12 },
  ],
  firmware: 'maker 4.2.1',
});

test('all that a meter says of itself stands on its page, to the last digit', async () => {
  const home = await h.addConnection();
  const state = whole(h.clock.nowMs + 90_000);
  await h.fromMeter(home.meterPan, { kind: 'state', state });
  const view = await viewOf(home.connectionId);
  const asStored = JSON.parse(
    JSON.stringify(state, (_, value) => (typeof value === 'bigint' ? String(value) : value)),
  );
  const { account, money, phases, firmware, exportEnergyWh } = asStored;
  assert.deepEqual(view.said?.report, { account, money, phases, firmware, exportEnergyWh });
  assert.equal(view.said?.clockAheadMs, 90_000);
  assert.equal(view.said?.loadSwitch, 'disconnected');
  assert.equal(view.lastContactAt, new Date(h.clock.nowMs).toISOString());
});

test('what a newer state does not say any more is gone, an older one changes nothing', async () => {
  const home = await h.addConnection();
  const { nowMs } = h.clock;
  await h.fromMeter(home.meterPan, { kind: 'state', state: whole(nowMs) });
  await h.fromMeter(home.meterPan, { kind: 'state', state: core(nowMs - 60_000) });
  assert.equal((await viewOf(home.connectionId)).said?.report.firmware, 'maker 4.2.1');
  await h.fromMeter(home.meterPan, { kind: 'state', state: core(nowMs + 1_000) });
  assert.deepEqual((await viewOf(home.connectionId)).said?.report, {});
});

test('a meter that was never heard and one without a link say so', async () => {
  const home = await h.addConnection();
  const never = await viewOf(home.connectionId);
  assert.deepEqual(
    [never.said, never.lastContactAt, never.link, never.registers],
    [null, null, { state: 'unknown', since: null }, []],
  );
  await sql`UPDATE prewatt.meters SET secret_hash = decode(repeat('00', 32), 'hex')
    WHERE id = ${home.meterId}::uuid`.execute(h.owner.directories);
  assert.equal((await viewOf(home.connectionId)).link.state, 'none');
  const at = new Date(h.clock.nowMs);
  await sql`UPDATE prewatt.meters SET link_revoked_at = ${at}
    WHERE id = ${home.meterId}::uuid`.execute(h.owner.directories);
  assert.deepEqual((await viewOf(home.connectionId)).link, {
    state: 'revoked',
    since: at.toISOString(),
  });
});

test('each register shows its newest reading', async () => {
  const home = await h.addConnection();
  const { nowMs } = h.clock;
  const registers = (sequence: number, atMs: number, add: bigint) =>
    h.fromMeter(home.meterPan, {
      kind: 'registers',
      sequence,
      capturedAtMs: atMs,
      cause: 'readNow',
      values: [
        { register: 'importEnergyWh', value: energyWh(1_000n + add) },
        { register: 'importEnergyWhL2', value: energyWh(400n + add) },
      ],
    });
  await registers(1, nowMs - 7_200_000, 0n);
  await registers(2, nowMs - 3_600_000, 50n);
  const readAt = new Date(nowMs - 3_600_000).toISOString();
  assert.deepEqual((await viewOf(home.connectionId)).registers, [
    { register: 'importEnergyWh', energyWh: '1050', readAt },
    { register: 'importEnergyWhL2', energyWh: '450', readAt },
  ]);
});

test('a report that was kept in another form is left out', async () => {
  const home = await h.addConnection();
  await h.fromMeter(home.meterPan, { kind: 'state', state: whole(h.clock.nowMs) });
  await sql`UPDATE prewatt.meter_states SET report = '{"account": 5}'
    WHERE meter_id = ${home.meterId}::uuid`.execute(h.owner.directories);
  const { said } = await viewOf(home.connectionId);
  assert.deepEqual([said?.report, said?.powerW], [{}, '800']);
});
