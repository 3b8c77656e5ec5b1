// Strangers and meters that mean harm, at the broker and behind it: what they do stays theirs.

import assert from 'node:assert/strict';
import { connect as connectSocket } from 'node:net';
import { after, afterEach, before, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { encodeUp } from '@prewatt/protocol';
import { energyWh } from '@prewatt/quantities';
import { connectAsync, type MqttClient } from 'mqtt';
import { type Broker, createBroker } from '../src/metering/headend/index.ts';
import { createHarness, type Harness, meterDefaults } from './harness.ts';

let h: Harness;
let broker: Broker | undefined;
const clients: MqttClient[] = [];

before(async () => {
  h = await createHarness();
});
after(() => h.close());
afterEach(async () => {
  for (const client of clients.splice(0)) await client.endAsync(true);
  await broker?.close();
  broker = undefined;
});

const start = async (limits: Parameters<typeof createBroker>[0]['limits'] = {}): Promise<void> => {
  const { mayConnect } = h.services;
  broker = await createBroker({ mayConnect, host: '127.0.0.1', port: 0, tls: null, limits });
};

const field = (text: string): Buffer => {
  const bytes = Buffer.from(text);
  return Buffer.concat([Buffer.from([bytes.length >> 8, bytes.length & 255]), bytes]);
};

/** CONNECT as no client library would send it; the return code of the answer, or "closed". */
function tryRaw(name: string, password = 'x'): Promise<number | 'closed'> {
  const body = Buffer.concat([
    field('MQTT'),
    Buffer.from([4, 0xc2, 0, 60]),
    ...[field(name), field(name), field(password)],
  ]);
  const length = [(body.length % 128) + 128, Math.floor(body.length / 128)];
  return new Promise((resolve) => {
    const socket = connectSocket({ port: broker?.port ?? 0, host: '127.0.0.1' });
    socket.on('error', () => {});
    socket.once('close', () => resolve('closed'));
    socket.once('data', (answer: Buffer) => {
      socket.destroy();
      resolve(answer.readUInt8(3));
    });
    socket.write(Buffer.concat([Buffer.from([0x10, ...length]), body]));
  });
}

test('names that are none keep no meter out that signs in beside them', async () => {
  await start();
  const good = await Promise.all(Array.from({ length: 10 }, () => h.addConnection()));
  const strangers = Array.from({ length: 30 }, (_, n) => tryRaw(`6007270000000${n}\u0000`));
  const signedIn = await Promise.allSettled(
    good.map(async ({ meterPan: username }) => {
      const password = meterDefaults.mqttSecret;
      const url = `mqtt://127.0.0.1:${broker?.port}`;
      const o = { clientId: username, username, password, protocolVersion: 4 } as const;
      clients.push(await connectAsync(url, { ...o, reconnectPeriod: 0, connectTimeout: 5_000 }));
    }),
  );
  assert.deepEqual(
    signedIn.map(({ status }) => status),
    good.map(() => 'fulfilled'),
  );
  assert.ok((await Promise.all(strangers)).every((code) => code === 4 || code === 'closed'));
});

test('what is no meter number counts as a failure of its address and is never asked about', async () => {
  await start({ failuresPerAddress: 5 });
  const names = ['a\u0000b', '1', 'x'.repeat(300), '６００７２７００００００００００００'];
  for (const name of names) await tryRaw(name);
  await tryRaw('600727000000000009', 'y'.repeat(300));
  assert.equal(broker?.counts().refused, 5);
  await tryRaw('600727000000000009');
  assert.deepEqual([broker?.counts().refused, broker?.counts().limited], [5, 1]);
});

test('a meter that floods with what takes longest is left unread for a while, and listed', async () => {
  const { ingest } = h.services;
  const entries = Array.from({ length: 480 }, (_, i) => ({
    endsAtMs: h.clock.nowMs + i,
    importEnergyWh: energyWh(i),
  }));
  const good = await h.addConnection();
  // Understood to the last entry and then refused: as much work as a message can be.
  const flood = encodeUp({ kind: 'profile', sequence: 0, entries });
  const before = ingest.counts();
  for (let n = 0; ingest.counts().overworked === before.overworked; n += 1) {
    assert.ok(n < 50_000, 'its time is never used up');
    await ingest.receive(h.meterPan, flood);
  }
  await h.fromMeter(good.meterPan, { kind: 'profile', sequence: 1, entries: entries.slice(0, 1) });
  assert.equal(ingest.counts().kinds.profile, before.kinds.profile + 1, 'another is read');
  const listed = () =>
    h.owner.directories
      .selectFrom('meter_alerts')
      .select(['meter_id', 'kind'])
      .where('kind', '=', 'tooMuchWork')
      .execute();
  while ((await listed()).length === 0) await setTimeout(20);
  assert.deepEqual(await listed(), [{ meter_id: h.place.meterId, kind: 'tooMuchWork' }]);
});
