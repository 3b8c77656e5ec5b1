// Several brokers as one link, and what is known of meters that move between them.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { decodeDown, encodeUp } from '@prewatt/protocol';
import { expectOk, idFromUuid } from '@prewatt/quantities';
import { sql } from 'kysely';
import { createLog } from '../src/base/log.ts';
import type { Listeners, MqttLink } from '../src/metering/headend/broker/mqtt-link.ts';
import { joinBrokers } from '../src/metering/headend/broker/mqtt-links.ts';
import { createLinks } from '../src/metering/headend/credentials/links.ts';
import { stateAt } from './broker-kinds.ts';
import { createHarness, type Harness, newTestUuid } from './harness.ts';

/** A broker that notes what it is given; `how` says what becomes of it. */
function fakeBroker(how: () => Promise<void>) {
  const sent: string[] = [];
  let hears: Listeners | null = null;
  const link: MqttLink = {
    send: (_, payload) => {
      sent.push(Buffer.from(payload).toString());
      return how();
    },
    listen: async (listeners) => {
      hears = listeners;
    },
    drop: () => undefined,
    close: async () => undefined,
  };
  return { link, sent, hear: (pan: string) => hears?.up(pan, new Uint8Array()) };
}

test('what must arrive goes to all brokers, an acknowledgement where its meter spoke last', async () => {
  let howIsSecond: () => Promise<void> = async () => {};
  const [first, second] = [fakeBroker(async () => {}), fakeBroker(() => howIsSecond())];
  const heard: string[] = [];
  const link = joinBrokers([first.link, second.link]);
  await link.listen({ up: (pan) => void heard.push(pan), link: () => {} });
  await link.send('1', Buffer.from('command'));
  await link.send('1', Buffer.from('of nobody heard'), { atMostOnce: true });
  first.hear('1');
  second.hear('1');
  await link.send('1', Buffer.from('ack'), { atMostOnce: true });
  assert.deepEqual(heard, ['1', '1']);
  assert.deepEqual(first.sent, ['command', 'of nobody heard']);
  assert.deepEqual(second.sent, ['command', 'of nobody heard', 'ack']);
  // One that hangs holds up nothing; one that is away fails nothing.
  howIsSecond = () => new Promise(() => {});
  await link.send('1', Buffer.from('again'));
  howIsSecond = () => Promise.reject(new Error('the broker is away'));
  await link.send('1', Buffer.from('and again'));
  const both = joinBrokers([second.link, second.link]);
  await assert.rejects(both.send('1', Buffer.from('x')), /the broker is away/);
});

let h: Harness;
const sentCommands: string[] = [];
const noting: MqttLink = {
  ...fakeBroker(async () => {}).link,
  send: async (_, payload) => {
    const message = expectOk(decodeDown(payload), 'down message');
    if (message.kind === 'command') sentCommands.push(message.commandId);
  },
};

before(async () => {
  h = await createHarness({ link: () => noting });
  h.services.ingest.receive(h.meterPan, encodedState());
  await h.services.ingest.drained();
});
after(() => h?.close());

function encodedState(): Uint8Array {
  return encodeUp({ kind: 'state', state: stateAt(h.clock.nowMs) });
}

const told = async (state: 'online' | 'offline', session: number | null) => {
  h.services.links.changed(h.meterPan, state, session);
  await h.services.links.settled();
  const { rows } = await sql<{ up: boolean; session: bigint }>`SELECT link_up AS up,
      link_session AS session FROM prewatt.meter_states WHERE meter_id = ${h.place.meterId}::uuid`.execute(
    h.owner.directories,
  );
  return `${rows[0]?.up} ${rows[0]?.session}`;
};

test('a will of an older session takes no living meter down', async () => {
  assert.equal(await told('online', 10), 'true 10');
  assert.equal(await told('online', 11), 'true 11', 'it moved');
  assert.equal(await told('offline', 10), 'true 11', 'the broker it left wakes up');
  assert.equal(await told('offline', 11), 'false 11');
  assert.equal(await told('online', 11), 'false 11', 'a repeat that comes late');
  assert.equal(await told('online', 12), 'true 12');
  assert.equal(await told('offline', 13), 'false 13', 'its beginning comes after its end');
  assert.equal(await told('online', 13), 'false 13');
  assert.equal(await told('online', null), 'true 13', 'one that numbers nothing is believed');
  assert.equal(await told('offline', null), 'false 13');
});

test('a meter that lost its count is believed after an hour', async () => {
  assert.equal(await told('online', 2), 'false 13');
  h.clock.nowMs += 3_700_000;
  assert.equal(await told('offline', 2), 'false 13');
  assert.equal(await told('online', 2), 'true 2');
  assert.equal(await told('offline', 2), 'false 2');
});

test('what was on its way while a meter moved is sent once more', async () => {
  const woken: string[][] = [];
  const clock = { nowMs: () => h.clock.nowMs };
  const clocks = { business: clock, real: clock, speed: 1 };
  const links = createLinks({
    ...{
      database: h.database,
      clocks,
      log: createLog({ name: 'test', level: 'silent' }),
      movedAgainMs: 20,
    },
    commands: { wake: async (_, places) => void woken.push(places.map(({ meterId }) => meterId)) },
  });
  const again = async (session: number | null, times: number) => {
    woken.length = 0;
    links.changed(h.meterPan, 'online', session);
    await links.settled();
    for (let tries = 0; woken.length < times && tries < 200; tries += 1) {
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    await new Promise((resolve) => setTimeout(resolve, 40));
    assert.deepEqual(
      woken,
      Array.from({ length: times }, () => [h.place.meterId]),
    );
  };
  await again(30, 2);
  // At one broker, which keeps what comes for a meter that is away for a moment.
  await again(null, 1);
});

test('a meter that is back gets what waited in the order of its making', async () => {
  const asked: string[] = [];
  for (let n = 0; n < 12; n += 1) {
    const command = await h.database.inUtility(h.utilityId, (tx) =>
      h.services.commands.enqueue(tx, {
        ...{ place: h.place, kind: 'readNow', requestId: newTestUuid() },
        expiresAtMs: h.clock.nowMs + 3_600_000,
      }),
    );
    asked.push(command.commandId);
  }
  // They lie, and fall due, the other way round.
  for (const [n, id] of asked.toReversed().entries()) {
    await sql`UPDATE prewatt.commands SET due_at = due_at + make_interval(secs => ${n})
      WHERE id = ${id}::uuid`.execute(h.owner.directories);
  }
  h.clock.nowMs += 60_000;
  sentCommands.length = 0;
  await h.services.commands.wake(h.utilityId, [h.place]);
  assert.deepEqual(
    sentCommands,
    asked.map((id) => idFromUuid('command', id)),
  );
});

test('words of one moment stand by their sessions, not by their coming', async () => {
  h.services.links.changed(h.meterPan, 'online', 41);
  assert.equal(await told('offline', 40), 'true 41');
});
