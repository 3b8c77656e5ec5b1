// Messages that were queued together go out by one job, each once, whatever the gateway does.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sql } from 'kysely';
import { deferToCommit } from '../src/base/database.ts';
import { createNewUuid, systemRandom } from '../src/base/ids.ts';
import type { Jobs } from '../src/base/jobs.ts';
import {
  accepted,
  later,
  type MessageGateway,
  oneWayGateway,
  refused,
} from '../src/messaging/gateways/index.ts';
import { createMessages } from '../src/messaging/messages/index.ts';
import { createHarness } from './harness.ts';

const unwatched = { tokenWaitMs: 300_000, onOptedOut: async () => undefined };

test('a gateway that goes away in the middle of a job gets the rest later, and nothing twice', async () => {
  const h = await createHarness();
  try {
    const { utilityId } = h.place;
    const delivered: string[] = [];
    let room = 0;
    const send: MessageGateway['send'] = async ({ text }) => {
      if (text === 'refused') return refused('no');
      if (delivered.length >= room) return later('away');
      delivered.push(text);
      return accepted();
    };
    const business = { nowMs: () => h.clock.nowMs };
    const messages = createMessages({
      database: h.database,
      gateways: [oneWayGateway(send)],
      ...unwatched,
      clocks: { business, real: business, speed: 1 },
      newUuid: createNewUuid(business, systemRandom),
    });
    const texts = [...Array.from({ length: 60 }, (_, i) => `message ${i}`), 'refused'];
    await h.database.inUtility(utilityId, (tx) =>
      messages.queueMany(
        tx,
        texts.map((text, i) => ({
          place: h.place,
          kind: 'tokenIssued',
          factKey: `fact ${i}`,
          phone: '+27825550101',
          text,
        })),
      ),
    );
    const { rows: jobs } = await sql<{ payload: Jobs['sendMessages'] }>`
      SELECT payload FROM graphile_worker._private_jobs ORDER BY id`.execute(h.owner.directories);
    assert.deepEqual(
      jobs.map(({ payload }) => payload.messages.length),
      [50, 11],
    );
    const work = () => Promise.allSettled(jobs.map(({ payload }) => messages.send(payload)));
    const states = async () => {
      const { rows } = await sql<{ state: string; count: bigint }>`
        SELECT state, count(*) AS count FROM prewatt.messages
        WHERE fact_key LIKE 'fact %' GROUP BY state ORDER BY state`.execute(h.owner.directories);
      return Object.fromEntries(rows.map(({ state, count }) => [state, Number(count)]));
    };
    room = 20;
    const [first] = await work();
    assert.equal(first?.status, 'rejected');
    assert.equal((await states())['sent'], 20);
    room = 1_000;
    for (const each of await work()) assert.equal(each.status, 'fulfilled');
    assert.deepEqual(await states(), { failed: 1, sent: 60 });
    await work();
    assert.deepEqual([...delivered].sort(), texts.slice(0, 60).sort(), 'each once');
  } finally {
    await h.close();
  }
});

test('what one transaction queues one by one goes out by one job, and by none when it fails', async () => {
  const h = await createHarness();
  try {
    const business = { nowMs: () => h.clock.nowMs };
    const messages = createMessages({
      database: h.database,
      gateways: [oneWayGateway(async () => accepted())],
      ...unwatched,
      clocks: { business, real: business, speed: 1 },
      newUuid: createNewUuid(business, systemRandom),
    });
    const queue = (factKeys: readonly string[], then: () => void = () => {}) =>
      h.database.inUtility(h.place.utilityId, async (tx) => {
        for (const factKey of factKeys) {
          const message = { kind: 'tokenIssued', phone: '+27825550101', text: factKey } as const;
          await messages.queue(tx, { ...message, place: h.place, factKey });
        }
        then();
      });
    await queue(['a', 'b', 'a', 'c']);
    const fails = () => {
      throw new Error('no');
    };
    await assert.rejects(queue(['d'], fails), /no/);
    await queue(['a']);
    const { rows: jobs } = await sql<{ payload: Jobs['sendMessages'] }>`
      SELECT payload FROM graphile_worker._private_jobs ORDER BY id`.execute(h.owner.directories);
    assert.deepEqual(
      jobs.map(({ payload }) => payload.messages.length),
      [3],
    );
  } finally {
    await h.close();
  }
});

test('a statement that leaves with the commit and fails leaves nothing behind', async () => {
  const h = await createHarness();
  try {
    const { utilityId, bucket, connectionId } = h.place;
    const rename = (name: string, say: () => ReturnType<typeof sql>[]) =>
      h.database.inUtility(utilityId, async (tx) => {
        const home = tx.updateTable('connections').set({ blocked_reason: name });
        await home.where('bucket', '=', bucket).where('id', '=', connectionId).execute();
        await deferToCommit(tx, say, [1]);
      });
    await assert.rejects(
      rename('Not so', () => [sql`SELECT 1/0`]),
      /division by zero/,
    );
    await rename('So', () => [sql`SELECT 1`]);
    const { rows } = await sql<{
      name: string;
    }>`SELECT blocked_reason AS name FROM prewatt.connections
      WHERE id = ${connectionId}::uuid`.execute(h.owner.directories);
    assert.deepEqual(rows, [{ name: 'So' }]);
  } finally {
    await h.close();
  }
});

test('a message that the gateway breaks at holds up none of the others', async () => {
  const h = await createHarness();
  try {
    const delivered: string[] = [];
    const business = { nowMs: () => h.clock.nowMs };
    const messages = createMessages({
      database: h.database,
      gateways: [
        oneWayGateway(async ({ text }) => {
          if (text.startsWith('breaks')) return later('away');
          delivered.push(text);
          return accepted();
        }),
      ],
      ...unwatched,
      clocks: { business, real: business, speed: 1 },
      newUuid: createNewUuid(business, systemRandom),
    });
    // More than go to the gateway at once, so that the first of them alone would fill a turn.
    const texts = Array.from({ length: 40 }, (_, i) => (i < 12 ? `breaks ${i}` : `message ${i}`));
    await h.database.inUtility(h.utilityId, (tx) =>
      messages.queueMany(
        tx,
        texts.map((text) => ({
          ...{ place: h.place, kind: 'tokenIssued', factKey: text, phone: '+27825550101', text },
        })),
      ),
    );
    const { rows: jobs } = await sql<{ payload: Jobs['sendMessages'] }>`
      SELECT payload FROM graphile_worker._private_jobs ORDER BY id`.execute(h.owner.directories);
    const payload = jobs[0]?.payload;
    assert.ok(payload);
    for (let tries = 0; tries < 3; tries += 1) await assert.rejects(messages.send(payload));
    assert.deepEqual(delivered.sort(), texts.slice(12).sort());
  } finally {
    await h.close();
  }
});
