// A meter with several brokers: it is at one of them, moves on when that one is lost, and numbers
// its sessions, so that the will of the lost one says nothing of the later session.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { type TestContext, test } from 'node:test';
import { type LinkWord, linkTopic, linkWordOf, standingLinkWord } from '@prewatt/protocol';
import { Aedes } from 'aedes';
import { createBrokerTurns } from '../src/broker-turns.ts';
import { createMqttLink } from '../src/mqtt-link.ts';
import { meterPan, until } from './bench.ts';

async function openBroker(t: TestContext) {
  const broker = await Aedes.createBroker();
  const said: LinkWord[] = [];
  broker.on('publish', ({ topic, payload }) => {
    const word = topic === linkTopic(meterPan) ? linkWordOf(payload as Buffer) : null;
    if (word !== null) said.push(word);
  });
  const server = createServer(broker.handle);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const close = async (): Promise<void> => {
    if (!server.listening) return;
    const closed = once(server, 'close');
    server.close();
    await new Promise<void>((resolve) => broker.close(() => resolve()));
    await closed;
  };
  t.after(close);
  return { said, close, port };
}

test('a meter that loses its broker is at the next one, in a later session', async (t) => {
  const brokers = [await openBroker(t), await openBroker(t)] as const;
  const list = brokers.map(({ port }) => `mqtt://127.0.0.1:${port}`).join(',');
  const link = createMqttLink({
    ...{ url: list, meterPan, random: () => 0 },
    secret: { secret: 'of the factory', issuedAtMs: 0 },
    keepSecret: () => undefined,
    onLink: () => undefined,
    onMessage: () => undefined,
    onTrouble: () => undefined,
  });
  t.after(link.close);
  await until('it is at its first', () => brokers.some(({ said }) => said.length > 0));
  const [own, other] = brokers[0].said.length > 0 ? brokers : ([brokers[1], brokers[0]] as const);
  await own.close();
  await until('it is at the other one', () => other.said.length > 0);
  const [first, later] = [own.said[0], other.said[0]];
  assert.ok(first?.session != null && later?.session != null && later.session > first.session);
  assert.equal(later.state, 'online');
  // What the first broker may say of it when it wakes up: nothing of the later session.
  const lateWill: LinkWord = { state: 'offline', session: first.session };
  assert.equal(standingLinkWord(later, lateWill), later);
});

test('turns begin at the own broker, go round, and come back after a while', (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const list = ['a', 'b', 'c'].map((name) => `mqtts://${name}.example`).join(',');
  const turns = createBrokerTurns(list, { meterPan, random: () => 0.5, nowMs: () => 7 });
  const own = new URL(turns.first).hostname;
  let homeward = 0;
  turns.arrived(() => homeward++);
  t.mock.timers.tick(10 * 3_600_000);
  assert.equal(homeward, 0, 'it is at its own');
  const round = [turns.next(), turns.next(), turns.next()].map((place) => place?.hostname);
  assert.equal(round[2], own);
  assert.deepEqual([...round].sort(), ['a.example', 'b.example', 'c.example']);
  assert.equal(turns.session(), 10, 'one more each time, though the clock stands');
  assert.equal(turns.next()?.port, 8883);
  turns.arrived(() => homeward++);
  t.mock.timers.tick(3_600_000);
  assert.equal(homeward, 1);
  assert.equal(turns.next()?.hostname, own);
});
