// The DLMS keys of a meter changed over its link: in each order, with the mains lost before and
// after the meter has stored them, refused, and forgotten; the old ones are kept until the meter
// has proved the new ones.

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, beforeEach, test } from 'node:test';
import type { DlmsKeyChange, DlmsLinkBody } from '@prewatt/api';
import { expectOk } from '@prewatt/quantities';
import { systemRandom } from '../src/base/ids.ts';
import { createLog } from '../src/base/log.ts';
import {
  createDlmsDriver,
  type DlmsDriver,
  driverViewOf,
  openDlmsListeners,
} from '../src/metering/drivers/index.ts';
import {
  type Device,
  deviceKeys,
  type KeyManner,
  startDevice,
  wrappingKey,
} from './dlms-device.ts';
import { createHarness, type Harness } from './harness.ts';

let h: Harness;
let driver: DlmsDriver;
let device: Device;
const faults: string[] = [];

before(async () => {
  h = await createHarness({ link: () => driver });
  const { clocks, utilities, ingest, links } = h.services;
  driver = createDlmsDriver({
    ...{ database: h.database, clocks, utilities: utilities.list, parallel: 4 },
    ...{ random: systemRandom, masterKey: Buffer.alloc(32, 7), onMended: () => {} },
    // Long enough for a busy machine: a late answer would count as one that never came.
    limits: { answerMs: 5_000, sessionMs: 20_000 },
    log: createLog({ name: 'test', level: 'silent' }),
    onFault: (_, fault) => faults.push(fault),
  });
  await driver.listen({ up: ingest.receive, link: links.changed });
});
after(async () => {
  await driver.close();
  await device.close();
  await h.close();
});
beforeEach(async () => {
  await device?.close();
  device = await startDevice({ serial: h.meterPan, name: `PWT${h.meterPan.slice(-13)}` });
  // Another meter: what was known under the keys that tests share is forgotten.
  await linkBy({ kind: 'none' });
  await linkBy({ kind: 'gmac', ...deviceKeys, keyEncryptionKey: wrappingKey });
  faults.length = 0;
});

const requestOf = () => ({
  ...{
    place: h.place,
    meterPan: h.meterPan,
    requestId: randomUUID(),
    reason: 'A test asks for it',
  },
  by: { name: 'Ada', role: 'administrator' as const },
});

async function linkBy(authentication: DlmsLinkBody['authentication']): Promise<void> {
  const request = requestOf();
  const linked = await h.database.inUtility(h.utilityId, (tx) =>
    h.services.driverLinks.link(tx, request, {
      ...{ requestId: request.requestId, reason: request.reason, driver: 'dlms' },
      reach: { kind: 'called', host: '127.0.0.1', port: device.port },
      ...{ framing: 'wrapper', clientSap: 1, serverSap: 1, readEveryMinutes: 15 },
      authentication,
    }),
  );
  expectOk(linked, 'link');
  await driver.refresh();
}

const ask = (order: DlmsKeyChange['order'], raisesPolicy = false, changesWrappingKey = false) =>
  h.database.inUtility(h.utilityId, (tx) =>
    h.services.driverLinks.changeKeys(tx, requestOf(), { order, raisesPolicy, changesWrappingKey }),
  );

const dlmsView = async () => {
  const { meterPan, place } = h;
  const view = await h.database.inUtility(h.utilityId, (tx) =>
    driverViewOf(tx, { ...place, meterPan }),
  );
  assert.ok(view.dlms !== null);
  return view.dlms;
};

async function visit(): Promise<void> {
  h.clock.nowMs += 1_000;
  driver.visitNow(h.meterPan);
  await driver.idle();
  await h.services.ingest.drained();
}

/** Visits until it is done or refused and settled; fails where it never is. */
async function changed(): Promise<DlmsKeyChange> {
  for (let visits = 0; visits < 12; visits += 1) {
    await visit();
    const { keyChange } = await dlmsView();
    const isOver = keyChange?.state === 'done' || keyChange?.state === 'refused';
    if (keyChange !== null && isOver && (await nextKeys()) === null) return keyChange;
  }
  throw new Error(`it never ends: ${JSON.stringify((await dlmsView()).keyChange)}`);
}

const nextKeys = () =>
  h.database.inUtility(h.utilityId, async (tx) => {
    const row = await tx
      .selectFrom('dlms_links')
      .select('sealed_next')
      .where('meter_id', '=', h.place.meterId)
      .executeTakeFirstOrThrow();
    return row.sealed_next;
  });

const counters = () =>
  h.database.inUtility(h.utilityId, (tx) =>
    tx
      .selectFrom('dlms_links')
      .select(['send_from', 'received', 'client_title'])
      .where('meter_id', '=', h.place.meterId)
      .executeTakeFirstOrThrow(),
  );

const hasNewKeys = (): boolean => {
  const { encryptionKey, authenticationKey } = device.keysNow();
  const isNewKey = encryptionKey.toHex() !== deviceKeys.encryptionKey;
  assert.equal(authenticationKey.toHex() !== deviceKeys.authenticationKey, isNewKey);
  return isNewKey;
};

/** It is read under whatever keys the server believes it has. */
async function isRead(): Promise<void> {
  await visit();
  const { fault, lastReadAt } = await dlmsView();
  assert.equal(fault, null);
  assert.ok(Date.parse(lastReadAt ?? '') >= h.clock.nowMs - 1_000);
}

const orders = ['together', 'encryptionFirst', 'authenticationFirst'] as const;
const manners: readonly KeyManner[] = ['takes', 'cutBeforeStored', 'cutBeforeAnswer'];

for (const order of orders) {
  for (const manner of manners) {
    test(`keys are changed ${order} by a meter that ${manner}`, async () => {
      await visit();
      device.is.keys = manner;
      expectOk(await ask(order), 'ask');
      const change = await changed();
      assert.equal(change.state, 'done');
      const once = order === 'together' ? 1 : 2;
      assert.equal(change.transfers, manner === 'cutBeforeStored' ? once + 1 : once);
      assert.ok(hasNewKeys());
      await isRead();
      assert.deepEqual(faults, []);
    });
  }
}

for (const manner of manners) {
  test(`the key under which others are wrapped is changed first by a meter that ${manner}`, async () => {
    await visit();
    device.is.keys = manner;
    expectOk(await ask('together', false, true), 'ask');
    const change = await changed();
    assert.deepEqual([change.state, change.wrapping], ['done', 'done']);
    assert.ok(hasNewKeys());
    const kek = device.keysNow().keyEncryptionKey.toHex();
    assert.notEqual(kek, wrappingKey);
    // The next change is wrapped under it: the server has kept what the meter has.
    expectOk(await ask('together'), 'ask');
    assert.equal((await changed()).state, 'done');
    assert.equal(device.keysNow().keyEncryptionKey.toHex(), kek);
    assert.ok(!JSON.stringify(await dlmsView()).includes(kek));
    await isRead();
  });
}

test('a meter that refuses another wrapping key keeps all that it had', async () => {
  device.is.keys = 'refuses';
  expectOk(await ask('together', false, true), 'ask');
  const change = await changed();
  assert.deepEqual([change.state, change.wrapping], ['refused', 'refused']);
  assert.match(change.refusal ?? '', /readWriteDenied/);
  device.is.keys = 'takes';
  expectOk(await ask('together'), 'ask');
  assert.equal((await changed()).state, 'done');
  assert.equal(device.keysNow().keyEncryptionKey.toHex(), wrappingKey);
});

test('a wrapping key that a meter took and does not prove is kept until it does', async () => {
  device.is.keys = 'takesOnce';
  expectOk(await ask('together', false, true), 'ask');
  for (let visits = 0; visits < 6; visits += 1) await visit();
  const change = (await dlmsView()).keyChange;
  assert.deepEqual([change?.state, change?.wrapping, change?.isOpen], ['refused', 'sent', true]);
  assert.match(change?.refusal ?? '', /proves neither the new wrapping key nor the old one; both/);
  assert.ok((await nextKeys()) !== null);
  assert.notEqual(device.keysNow().keyEncryptionKey.toHex(), wrappingKey);
  await isRead();
  assert.deepEqual(await ask('together'), { ok: false, error: 'keyChangeUnderWay' });
  device.is.keys = 'takes';
  const proved = await changed();
  assert.deepEqual([proved.state, proved.wrapping, proved.refusal], ['done', 'done', null]);
  assert.ok(hasNewKeys());
  await isRead();
});

test('a meter that proves its old wrapping key, and only that, goes on with it', async () => {
  device.is.keys = 'keepsNone';
  expectOk(await ask('together', false, true), 'ask');
  const change = await changed();
  assert.deepEqual([change.state, change.wrapping], ['refused', 'refused']);
  assert.match(change.refusal ?? '', /takes the wrapping key and does not keep it/);
  device.is.keys = 'takes';
  expectOk(await ask('together'), 'ask');
  assert.equal((await changed()).state, 'done');
  assert.equal(device.keysNow().keyEncryptionKey.toHex(), wrappingKey);
});

test('between two keys a meter that loses the mains is known again by one of each', async () => {
  await visit();
  expectOk(await ask('encryptionFirst'), 'ask');
  await visit();
  const [now, change] = [device.keysNow(), (await dlmsView()).keyChange];
  assert.notEqual(now.encryptionKey.toHex(), deviceKeys.encryptionKey);
  assert.equal(now.authenticationKey.toHex(), deviceKeys.authenticationKey);
  assert.equal(change?.state, 'sent');
  const again = await ask('together');
  assert.deepEqual(again, { ok: false, error: 'keyChangeUnderWay' });
  assert.equal((await changed()).state, 'done');
  assert.ok(hasNewKeys());
});

test('what a meter pushes between two keys is believed, once', async () => {
  const listeners = await openDlmsListeners({
    ...{ driver, database: h.database, clocks: h.services.clocks, random: systemRandom },
    ...{ masterKey: Buffer.alloc(32, 7), host: '127.0.0.1', dialInPort: null, pushPort: 0 },
    onFault: (_, fault) => faults.push(fault),
    log: createLog({ name: 'test', level: 'silent' }),
  });
  const port = listeners.pushes?.port ?? 0;
  try {
    await visit();
    expectOk(await ask('encryptionFirst'), 'ask');
    await visit();
    await driver.refresh();
    assert.ok((await device.pushTo(port)).length > 0, 'it is acknowledged');
    assert.equal((await device.pushTo(port, { again: true })).length, 0);
    await driver.idle();
    assert.equal((await changed()).state, 'done');
  } finally {
    await listeners.close();
  }
});

test('a meter that refused and then lets nobody in is shown as open until it does', async () => {
  await visit();
  device.is.keys = 'refuses';
  expectOk(await ask('together'), 'ask');
  await visit();
  const { keyChange } = await dlmsView();
  assert.deepEqual([keyChange?.state, keyChange?.isOpen], ['refused', true]);
  assert.deepEqual(await ask('together'), { ok: false, error: 'keyChangeUnderWay' });
  assert.equal((await changed()).isOpen, false);
  assert.ok((await ask('together')).ok);
});

for (const [manner, why] of [
  ['refuses', /readWriteDenied/],
  ['forgets', /does not keep/],
] as const) {
  test(`a meter that ${manner} new keys keeps its old ones, and is read by them`, async () => {
    device.is.keys = manner;
    expectOk(await ask('together'), 'ask');
    const change = await changed();
    assert.equal(change.state, 'refused');
    assert.match(change.refusal ?? '', why);
    assert.ok(!hasNewKeys());
    await isRead();
  });
}

test('the policy is raised once the new keys are proved, and is not asked for twice', async () => {
  expectOk(await ask('together', true), 'ask');
  await changed();
  assert.equal((await dlmsView()).keyChange?.policy, 'raised');
  assert.equal(device.is.policy, 0x6c);
  expectOk(await ask('together', true), 'ask');
  await changed();
  assert.equal((await dlmsView()).keyChange?.policy, 'wasSo');
});

test('a policy is raised at the next visit where the meter broke off at it', async () => {
  device.is.cutsAtPolicy = true;
  expectOk(await ask('together', true), 'ask');
  assert.equal((await changed()).policy, null);
  await visit();
  assert.equal((await dlmsView()).keyChange?.policy, 'raised');
  assert.equal(device.is.policy, 0x6c);
});

test('after a change the server goes on with what it has; nobody is shown the keys', async () => {
  expectOk(await ask('together'), 'ask');
  await changed();
  await linkBy({ kind: 'kept' });
  await isRead();
  const shown = JSON.stringify(await dlmsView());
  for (const key of Object.values(device.keysNow())) assert.ok(!shown.includes(key.toHex()));
  const acts = await h.database.inUtility(h.utilityId, (tx) =>
    tx.selectFrom('link_acts').select('act').where('act', '=', 'driverKeysChanged').execute(),
  );
  assert.ok(acts.length > 0);
});

test('under one encryption key no counter is used again, whatever authentication key is given', async () => {
  await isRead();
  const before = await counters();
  assert.ok(before.send_from > 1n && before.received >= 0n);
  await linkBy({ kind: 'gmac', ...deviceKeys, authenticationKey: 'f'.repeat(32) });
  assert.deepEqual(await counters(), before);
  await linkBy({ kind: 'gmac', ...deviceKeys });
  await isRead();
  assert.ok((await counters()).send_from > before.send_from);
});

test('without the key by which others are wrapped nothing is changed', async () => {
  await linkBy({ kind: 'none' });
  assert.deepEqual(await ask('together'), { ok: false, error: 'notLinkedByKeys' });
  await linkBy({ kind: 'gmac', ...deviceKeys });
  assert.deepEqual(await ask('together'), { ok: false, error: 'noWrappingKey' });
  assert.equal((await dlmsView()).canChangeKeys, false);
});
