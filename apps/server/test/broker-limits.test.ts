// What the embedded broker lets one meter and one address do, over real sockets.

import assert from 'node:assert/strict';
import { connect as connectSocket } from 'node:net';
import { afterEach, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { upTopic } from '@prewatt/protocol';
import { connectAsync, type MqttClient } from 'mqtt';
import { type Broker, createBroker } from '../src/metering/headend/index.ts';

const meterPan = '600727000000000009';
let broker: Broker;
let asked = 0;
const clients: MqttClient[] = [];
afterEach(async () => {
  for (const client of clients.splice(0)) await client.endAsync(true);
  await broker.close();
});

const start = async (limits: Parameters<typeof createBroker>[0]['limits']) => {
  asked = 0;
  broker = await createBroker({
    mayConnect: async ({ password }) => {
      asked += 1;
      return String(password) === 'right';
    },
    ...{ host: '127.0.0.1', port: 0, tls: null },
    ...(limits === undefined ? {} : { limits }),
  });
};
const connect = async (password = 'right', name = meterPan) => {
  const client = await connectAsync(`mqtt://127.0.0.1:${broker.port}`, {
    ...{ clientId: name, username: name, password, protocolVersion: 4 },
    ...{ reconnectPeriod: 0, connectTimeout: 5_000 },
  });
  clients.push(client);
  return client;
};
async function until(probe: () => boolean): Promise<void> {
  for (let tries = 0; tries < 400; tries += 1) {
    if (probe()) return;
    await setTimeout(25);
  }
  throw new Error('waited 10 s in vain');
}

test('a packet larger than any message ends the connection before it is whole', async () => {
  await start({});
  const socket = connectSocket({ port: broker.port, host: '127.0.0.1' });
  const ended = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  socket.on('error', () => {});
  // A CONNECT that says it has 256 MB: nobody has signed in yet.
  socket.write(Buffer.from([0x10, 0xff, 0xff, 0xff, 0x7f]));
  socket.write(Buffer.alloc(64 * 1024, 0x41));
  await ended;
  assert.equal(broker.counts().oversized, 1);
  assert.equal(asked, 0);
});

test('too many tries at one number are refused unheard, others are heard', async () => {
  await start({ attemptsPerName: 3 });
  for (let i = 0; i < 5; i += 1) await assert.rejects(connect('guess'));
  assert.equal(asked, 3);
  await assert.rejects(connect('right'), 'also with the secret, from that address');
  await connect('right', '600727000000000017');
  const { refused, limited } = broker.counts();
  assert.deepEqual([refused, limited], [3, 3]);
});

test('an address that only fails is refused unheard', async () => {
  await start({ failuresPerAddress: 4 });
  for (let i = 0; i < 6; i += 1) {
    await assert.rejects(connect('guess', `60072700000000000${i}`));
  }
  assert.equal(asked, 4);
});

test('connections of one address are bounded, and free again when they end', async () => {
  await start({ connectionsPerAddress: 1 });
  const first = await connect();
  const second = connectSocket({ port: broker.port, host: '127.0.0.1' });
  second.on('error', () => {});
  await new Promise<void>((resolve) => second.once('close', () => resolve()));
  assert.equal(broker.counts().crowded, 1);
  await first.endAsync();
  await until(() => broker.counts().connections === 0);
  await connect('right', '600727000000000017');
});

test('a meter that speaks too fast waits, and loses nothing', async () => {
  await start({ messagesPerSecond: 50, burstSeconds: 0.1 });
  const heard: number[] = [];
  await broker.link.listen({
    up: (_, payload) => {
      heard.push(payload[0] ?? -1);
      return undefined;
    },
    link: () => undefined,
  });
  const client = await connect();
  const sent = Array.from({ length: 30 }, (_, i) => i);
  await Promise.all(
    sent.map((i) => client.publishAsync(upTopic(meterPan), Buffer.from([i]), { qos: 1 })),
  );
  assert.deepEqual(heard, sent);
  assert.ok(broker.counts().slowed > 0);
});
