// A meter's identity on the wire: claimed, rotated, revoked, paired anew; against the embedded
// broker and a real database.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, before, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { downTopic } from '@prewatt/protocol';
import { expectOk } from '@prewatt/quantities';
import { connectAsync } from 'mqtt';
import { createLive } from '../src/base/live.ts';
import { type Broker, createBroker } from '../src/metering/headend/index.ts';
import { createHarness, type Harness, meterDefaults, newTestUuid } from './harness.ts';

let h: Harness;
let broker: Broker;
let live: Awaited<ReturnType<typeof createLive>>;
before(async () => {
  h = await createHarness();
  const { mayConnect } = h.services;
  broker = await createBroker({ mayConnect, host: '127.0.0.1', port: 0, tls: null });
  live = await createLive({ url: h.ownerUrl });
  live.subscribe((notice) => {
    if (notice.kind === 'linkRevoked') broker.link.drop(notice.meterPan);
  });
});
after(async () => {
  await live.close();
  await broker.close();
  await h.close();
});

const connect = (password: string) =>
  connectAsync(`mqtt://127.0.0.1:${broker.port}`, {
    clientId: h.meterPan,
    username: h.meterPan,
    password,
    protocolVersion: 4,
    reconnectPeriod: 0,
  });
const administrator = { name: 'Ada', role: 'administrator' as const };
const request = () => ({
  place: h.place,
  meterPan: h.meterPan,
  by: administrator,
  requestId: newTestUuid(),
  reason: 'A test asks for it',
});
const act = (
  name: 'rotate' | 'revoke',
  asked: Omit<ReturnType<typeof request>, 'by'> & {
    by: { name: string; role: 'administrator' | 'operator' };
  } = request(),
) => h.database.inUtility(h.utilityId, (tx) => h.services.provisioning[name](tx, asked));
const history = () =>
  h.database.inUtility(h.utilityId, async (tx) => {
    const rows = await tx.selectFrom('link_acts').select('act').orderBy('ordinal').execute();
    return rows.map((row) => row.act);
  });
const { mqttSecret: factorySecret } = meterDefaults;
let newSecret = '';

test('the first use of the factory’s secret is the claim, once', async () => {
  for (let i = 0; i < 2; i += 1) await (await connect(factorySecret)).endAsync();
  for (let i = 0; i < 100 && (await history()).length === 0; i += 1) await setTimeout(20);
  await setTimeout(200);
  assert.deepEqual(await history(), ['claimed']);
});

test('a new secret goes by command; the old one works until the new one is used', async () => {
  const asked = request();
  expectOk(await act('rotate', asked), 'rotation');
  expectOk(await act('rotate', asked), 'the same again');
  await h.services.commands.sweep(h.utilityId);
  const [sent, ...more] = h.sent.flatMap(({ message }) =>
    message.kind === 'command' && message.action.kind === 'setLinkSecret' ? [message.action] : [],
  );
  assert.ok(sent !== undefined && more.length === 0);
  newSecret = sent.secret;
  await (await connect(factorySecret)).endAsync();
  await (await connect(newSecret)).endAsync();
  await assert.rejects(connect(factorySecret));
  await (await connect(newSecret)).endAsync();
  assert.deepEqual(await history(), ['claimed', 'rotationAsked', 'rotated']);
  const rows = await h.database.inUtility(h.utilityId, (tx) =>
    tx.selectFrom('commands').select(['stage', 'action']).execute(),
  );
  assert.equal(rows[0]?.stage, 'done', 'its use is the answer');
  assert.ok(!JSON.stringify(rows).includes(newSecret), 'the secret rests nowhere');
});

test('asked for again while one is under way, the same secret goes again', async () => {
  const secrets = () =>
    h.sent.flatMap(({ message }) =>
      message.kind === 'command' && message.action.kind === 'setLinkSecret'
        ? [message.action.secret]
        : [],
    );
  const before = secrets().length;
  for (let i = 0; i < 2; i += 1) {
    expectOk(await act('rotate', request()), 'rotation');
    await h.services.commands.sweep(h.utilityId);
  }
  const [first, second, ...more] = secrets().slice(before);
  assert.ok(first !== undefined && first === second && more.length === 0);
  await (await connect(first)).endAsync();
  newSecret = first;
  const rows = await h.database.inUtility(h.utilityId, (tx) =>
    tx.selectFrom('commands').select('stage').orderBy('queued_at').orderBy('id').execute(),
  );
  // The older one ends with the meter's answer to its being taken back.
  assert.deepEqual(
    rows.map((row) => row.stage),
    ['done', 'cancelling', 'done'],
  );
});

test('an operator may not, and a request id names one act', async () => {
  const operator = { name: 'Olu', role: 'operator' as const };
  const refused = await act('revoke', { ...request(), by: operator });
  assert.deepEqual(refused, { ok: false, error: 'notAllowed' });
  const asked = request();
  expectOk(await act('rotate', asked), 'rotation');
  assert.deepEqual(await act('revoke', asked), { ok: false, error: 'requestIdReused' });
});

test('a revoked meter is out at once, and in again when it is paired anew', async () => {
  const client = await connect(newSecret);
  await client.subscribeAsync(downTopic(h.meterPan), { qos: 1 });
  const closed = new Promise<void>((resolve) => client.once('close', () => resolve()));
  expectOk(await act('revoke'), 'revocation');
  await closed;
  await assert.rejects(connect(newSecret));
  const fresh = 'a secret from another factory';
  const sha256Hex = createHash('sha256').update(fresh).digest('hex');
  const paired = await h.database.inUtility(h.utilityId, (tx) =>
    h.services.provisioning.pair(tx, { ...request(), sha256Hex }),
  );
  expectOk(paired, 'pairing');
  await assert.rejects(connect(newSecret));
  await (await connect(fresh)).endAsync();
  assert.deepEqual((await history()).slice(-2), ['revoked', 'paired']);
});

test('the audit log has each thing asked for once, with who and why', async () => {
  const log = await h.database.inUtility(h.utilityId, (tx) =>
    h.services.auditLog.list(tx, h.utilityId, { about: 'meters' }),
  );
  const counts = Object.fromEntries(
    Map.groupBy(log.rows, (row) => row.act)
      .entries()
      .map(([name, rows]) => [name, rows.length]),
  );
  const asked = (await history()).filter((name) => name === 'rotationAsked').length;
  assert.deepEqual(counts, {
    meterPaired: 1,
    meterIdentityRevoked: 1,
    meterIdentityRotated: asked,
  });
  for (const row of log.rows) {
    const { by, subjectName, details } = row;
    assert.deepEqual([by, subjectName], ['Ada', h.meterPan]);
    assert.equal(details['reason'], 'A test asks for it');
  }
});
