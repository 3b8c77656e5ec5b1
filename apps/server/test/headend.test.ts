import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { encodeUp } from '@prewatt/protocol';
import { energyWh, idFromUuid, powerW } from '@prewatt/quantities';
import { sql } from 'kysely';
import { connectAsync, type IClientOptions, type MqttClient } from 'mqtt';
import { type Broker, createBroker, headendName } from '../src/metering/headend/index.ts';
import { createHarness, type Harness, meterDefaults } from './harness.ts';

let h: Harness;
let broker: Broker;

before(async () => {
  h = await createHarness();
  broker = await createBroker({
    mayConnect: h.services.mayConnect,
    tls: null,
    host: '127.0.0.1',
    port: 0,
  });
});
after(async () => {
  await broker.close();
  await h.close();
});

const connect = (o: IClientOptions): Promise<MqttClient> =>
  connectAsync(`mqtt://127.0.0.1:${broker.port}`, {
    protocolVersion: 4,
    reconnectPeriod: 0,
    connectTimeout: 5_000,
    ...o,
  });
const meter = (pan: string, password = meterDefaults.mqttSecret, clientId = pan) =>
  connect({ clientId, username: pan, password });

const events = async () => {
  const { rows } = await sql<{ code: string }>`SELECT code FROM prewatt.meter_events
    WHERE meter_id = ${h.place.meterId}::uuid ORDER BY sequence`.execute(h.owner.directories);
  return rows.map((row) => row.code);
};

test('only a known meter with its own secret and name may connect', async () => {
  const other = await h.addConnection();
  const refused = [
    () => meter('600727000000000009'),
    () => meter(h.meterPan, 'wrong'),
    () => meter(h.meterPan, meterDefaults.mqttSecret, other.meterPan),
    () => meter(headendName, 'guess'),
    () => connect({ clientId: 'nobody' }),
  ];
  for (const attempt of refused) await assert.rejects(attempt());
  const client = await meter(h.meterPan);
  await client.endAsync();
});

test('a meter reaches its own topics and nothing else', async () => {
  const other = await h.addConnection();
  const spy = await meter(h.meterPan);
  const heard: string[] = [];
  spy.on('message', (topic) => heard.push(topic));
  const topics = [`prewatt/1/meters/${other.meterPan}/down`, '#', 'prewatt/1/meters/+/up'];
  for (const topic of topics) {
    const [granted] = await spy.subscribeAsync(topic).catch(() => [{ qos: 128 }]);
    assert.equal(granted?.qos, 128, topic);
  }
  const { link } = broker;
  const received: string[] = [];
  await link.listen({
    up: (pan) => {
      received.push(pan);
      return undefined;
    },
    link: () => undefined,
  });
  await assert.rejects(link.send(other.meterPan, new Uint8Array([1])), /not connected/);
  const closed = new Promise<void>((resolve) => spy.once('close', () => resolve()));
  spy.publish(`prewatt/1/meters/${other.meterPan}/up`, 'forged', { qos: 1 });
  await closed;
  const honest = await meter(other.meterPan);
  await honest.publishAsync(`prewatt/1/meters/${other.meterPan}/up`, 'own', { qos: 1 });
  // The broker confirms a message before it hands it on.
  for (let i = 0; i < 100 && received.length === 0; i++) await setTimeout(20);
  assert.deepEqual([heard, received], [[], [other.meterPan]]);
  await honest.endAsync();
});

test('garbage from a meter is refused, counted and answered by nothing', async () => {
  const before = h.services.ingest.counts();
  const sent = h.sent.length;
  const message = encodeUp({
    kind: 'profile',
    sequence: 1,
    entries: [{ endsAtMs: h.clock.nowMs, importEnergyWh: energyWh(5) }],
  });
  for (const payload of [new Uint8Array(), new Uint8Array(40_000), message.slice(0, -2)]) {
    h.services.ingest.receive(h.meterPan, payload);
  }
  h.services.ingest.receive('600727999999999999', message);
  await h.services.ingest.drained();
  assert.equal(h.services.ingest.counts().refused, before.refused + 4);
  assert.equal(h.sent.length, sent);
});

test('repeated and reordered messages leave each reading and each event once', async () => {
  const at = h.clock.nowMs;
  const profile = (sequence: number, minutes: number[]) => ({
    kind: 'profile' as const,
    sequence,
    entries: minutes.map((m) => ({ endsAtMs: at + m * 60_000, importEnergyWh: energyWh(m) })),
  });
  for (const message of [profile(2, [60, 90]), profile(1, [0, 30]), profile(2, [60, 90])]) {
    await h.fromMeter(h.meterPan, message);
  }
  const low = {
    sequence: 1,
    atMs: at,
    code: 'creditLow' as const,
    availableEnergyWh: energyWh(2_900),
  };
  const off = {
    sequence: 2,
    atMs: at,
    code: 'loadSwitchOpened' as const,
    cause: 'credit' as const,
  };
  await h.fromMeter(h.meterPan, { kind: 'events', sequence: 4, events: [off] });
  await h.fromMeter(h.meterPan, { kind: 'events', sequence: 3, events: [low, off] });
  await h.fromMeter(h.meterPan, { kind: 'events', sequence: 3, events: [low, off] });
  const { rows } = await sql<{ n: bigint }>`SELECT count(*) AS n FROM prewatt.readings
    WHERE meter_id = ${h.place.meterId}::uuid`.execute(h.owner.directories);
  assert.equal(rows[0]?.n, 4n);
  assert.deepEqual(await events(), ['creditLow', 'loadSwitchOpened']);
  const messages = await sql<{
    kind: string;
  }>`SELECT kind FROM prewatt.messages ORDER BY kind`.execute(h.owner.directories);
  assert.deepEqual(
    messages.rows.map((row) => row.kind),
    ['creditLow', 'supplyOff'],
  );
});

test('an older state never replaces a newer one', async () => {
  const state = (capturedAtMs: number, available: number) => ({
    kind: 'state' as const,
    state: {
      capturedAtMs,
      availableEnergyWh: energyWh(available),
      powerW: powerW(1),
      importEnergyWh: energyWh(1),
      creditedEnergyWh: energyWh(1),
      loadSwitch: 'connected' as const,
      creditStatus: 'inCredit' as const,
      owedEnergyWh: energyWh(0),
    },
  });
  await h.fromMeter(h.meterPan, state(h.clock.nowMs + 60_000, 500));
  await h.fromMeter(h.meterPan, state(h.clock.nowMs, 900));
  const { rows } = await sql<{ wh: bigint }>`SELECT available_energy_wh AS wh
    FROM prewatt.meter_states WHERE meter_id = ${h.place.meterId}::uuid`.execute(
    h.owner.directories,
  );
  assert.equal(rows[0]?.wh, 500n);
});

test('a command is sent, sent again while unanswered, and expires in sight', async () => {
  const { commandId } = await h.database.inUtility(h.utilityId, (tx) =>
    h.services.commands.enqueue(tx, {
      place: h.place,
      kind: 'readNow',
      requestId: 'read-and-wait',
      expiresAtMs: h.clock.nowMs + 3_600_000,
    }),
  );
  const stages = async () => {
    const { rows } = await sql<{ stage: string }>`SELECT stage FROM prewatt.command_stages
      WHERE command_id = ${commandId}::uuid ORDER BY ordinal`.execute(h.owner.directories);
    return rows.map((row) => row.stage);
  };
  const times = () =>
    h.sent.filter(
      ({ message }) =>
        message.kind === 'command' && message.commandId === idFromUuid('command', commandId),
    ).length;
  await h.services.commands.sweep(h.utilityId);
  assert.deepEqual([await stages(), times()], [['queued', 'sent', 'awaitingResult'], 1]);
  await h.services.commands.sweep(h.utilityId);
  assert.equal(times(), 1, 'not before it is due');
  h.clock.nowMs += 121_000;
  await h.services.commands.sweep(h.utilityId);
  assert.equal(times(), 2);
  h.clock.nowMs += 3_600_000;
  await h.services.commands.sweep(h.utilityId);
  assert.equal((await stages()).at(-1), 'expired');
  await h.fromMeter(h.meterPan, {
    kind: 'commandResult',
    sequence: 50,
    commandId: idFromUuid('command', commandId),
    completedAtMs: h.clock.nowMs,
    result: { kind: 'readNow' },
  });
  assert.equal((await stages()).at(-1), 'done', 'a late answer still counts');
});
