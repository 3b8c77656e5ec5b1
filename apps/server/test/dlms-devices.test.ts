// Devices that dial in and push, and devices that lie, play back, flood and stall: what they do is
// bounded, nothing of it is believed, and somebody is told.

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, afterEach, before, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import type { DlmsLinkBody } from '@prewatt/api';
import { encodeWrapper } from '@prewatt/dlms';
import { publicKeyFor } from '@prewatt/dlms/node-crypto';
import { expectOk } from '@prewatt/quantities';
import { systemRandom } from '../src/base/ids.ts';
import { createLog } from '../src/base/log.ts';
import {
  createDlmsDriver,
  type DlmsDriver,
  type DlmsListeners,
  driverViewOf,
  openDlmsListeners,
} from '../src/metering/drivers/index.ts';
import { meterAlertPage } from '../src/workflows/alerts/meters.ts';
import { type Device, deviceKeys, signedClient, signingKeys, startDevice } from './dlms-device.ts';
import { createHarness, type Harness, testUtility } from './harness.ts';

let h: Harness;
let driver: DlmsDriver;
let listeners: DlmsListeners;
let device: Device;
const told: Promise<void>[] = [];
const honest = () => ({ serial: h.meterPan, name: `PWT${h.meterPan.slice(-13)}` });

before(async () => {
  h = await createHarness({ link: () => driver });
  const { clocks, utilities, alerts, ingest, links } = h.services;
  const onFault: Parameters<typeof createDlmsDriver>[0]['onFault'] = (meterPan, fault) => {
    told.push(alerts.driverFault(meterPan, fault));
  };
  const log = createLog({ name: 'test', level: 'silent' });
  const common = { database: h.database, clocks, log, random: systemRandom, onFault };
  const masterKey = Buffer.alloc(32, 7);
  driver = createDlmsDriver({
    ...{ ...common, masterKey, utilities: utilities.list, parallel: 4 },
    limits: { answerMs: 400, sessionMs: 4_000, sessionBytes: 100_000 },
    onMended: () => {},
  });
  await driver.listen({ up: ingest.receive, link: links.changed });
  listeners = await openDlmsListeners({
    ...{ ...common, masterKey, driver, host: '127.0.0.1', dialInPort: 0, pushPort: 0 },
  });
  device = await startDevice(honest());
});
after(async () => {
  await listeners.close();
  await driver.close();
  await device.close();
  await Promise.all(told);
  await h.close();
});
afterEach(() => {
  const key = deviceKeys.encryptionKey;
  Object.assign(device.is, { ...honest(), manner: 'behaves', key, suite: 0 });
});

/** Linked anew: nothing is known of the device, and its counters go on. */
async function linkAnew(
  dialsInBy?: string,
  authentication: DlmsLinkBody['authentication'] = { kind: 'gmac', ...deviceKeys },
): Promise<void> {
  const by = { name: 'Ada', role: 'administrator' as const };
  const { meterPan, place } = h;
  const request = { place, meterPan, by, requestId: randomUUID(), reason: 'A test asks for it' };
  const linked = await h.database.inUtility(h.utilityId, (tx) =>
    h.services.driverLinks.link(tx, request, {
      ...{ requestId: request.requestId, reason: request.reason, driver: 'dlms' },
      reach:
        dialsInBy === undefined
          ? { kind: 'called', host: '127.0.0.1', port: device.port }
          : { kind: 'dialsIn', deviceId: dialsInBy },
      ...{ framing: 'wrapper', serverSap: 1, readEveryMinutes: 15 },
      clientSap: authentication.kind === 'ecdsa' ? signedClient : 1,
      authentication,
    }),
  );
  expectOk(linked, 'link');
  await driver.refresh();
}

async function visit(): Promise<void> {
  driver.visitNow(h.meterPan);
  await driver.idle();
  await h.services.ingest.drained();
  await Promise.all(told);
}

const view = () =>
  h.database.inUtility(h.utilityId, (tx) => driverViewOf(tx, { ...h.place, meterPan: h.meterPan }));
const importWh = () =>
  h.database.inUtility(h.utilityId, async (tx) => {
    const state = await tx
      .selectFrom('meter_states')
      .select('import_energy_wh')
      .where('meter_id', '=', h.place.meterId)
      .executeTakeFirst();
    return state?.import_energy_wh;
  });
const listed = () =>
  h.database.inUtility(h.utilityId, async (tx) => {
    const page = await meterAlertPage(tx, { id: h.utilityId, zone: testUtility.zone });
    return page.rows.map(({ what }) => what).join('\n');
  });

test('a device that says another number is not believed, and stands on the list', async () => {
  await linkAnew();
  device.is.serial = '600727000000000009';
  await visit();
  assert.equal((await view()).dlms?.fault?.what, 'otherMeter');
  assert.equal(await importWh(), undefined);
  assert.match(await listed(), /says it is another meter/);
});

test('a device that behaves is read; another name behind its address is noticed later', async () => {
  await linkAnew();
  await visit();
  assert.equal((await view()).dlms?.fault, null);
  assert.equal(await importWh(), 12_340n);
  device.is.name = 'PWT0000000000000';
  await visit();
  assert.equal((await view()).dlms?.fault?.what, 'otherMeter');
});

/** Of its own encryption key: under one that was used before its counters would go back. */
const suiteOneKeys = { ...deviceKeys, encryptionKey: 'ab'.repeat(16) };

test('a meter of suite 1 lets the server in by signatures, and by them alone', async () => {
  Object.assign(device.is, { suite: 1, key: suiteOneKeys.encryptionKey });
  const right = { kind: 'ecdsa', ...suiteOneKeys, ...signingKeys } as const;
  await linkAnew(undefined, right);
  await visit();
  const { dlms } = await view();
  assert.equal(dlms?.fault, null);
  assert.deepEqual([dlms?.authentication, dlms?.suite], ['ecdsa', 1]);
  assert.ok(Date.parse(dlms?.lastReadAt ?? '') > 0);
  assert.equal(device.lastControl(), 0x31);
  const shown = JSON.stringify(dlms);
  for (const key of Object.values(signingKeys)) assert.ok(!shown.includes(key));
  // Another pair of keys on either side: nobody is let in, nobody is believed.
  await linkAnew(undefined, { ...right, signingKey: '33'.repeat(32) });
  await visit();
  assert.equal((await view()).dlms?.fault?.what, 'notLetIn');
  const stranger = publicKeyFor(Uint8Array.fromHex('44'.repeat(32))).toHex();
  await linkAnew(undefined, { ...right, meterPublicKey: stranger });
  await visit();
  assert.equal((await view()).dlms?.fault?.what, 'notProved');
});

test('a meter of suite 1 without signatures is asked in suite 1', async () => {
  Object.assign(device.is, { suite: 1, key: suiteOneKeys.encryptionKey });
  await linkAnew(undefined, { kind: 'gmac', ...suiteOneKeys, suite: 1 });
  await visit();
  const { dlms } = await view();
  assert.deepEqual([dlms?.fault, dlms?.suite], [null, 1]);
  assert.equal(device.lastControl(), 0x31);
});

test('a device without the keys proves nothing and learns nothing', async () => {
  await linkAnew();
  device.is.key = 'ffffffffffffffffffffffffffffffff';
  await visit();
  const fault = (await view()).dlms?.fault?.what ?? '';
  assert.ok(['notProved', 'notLetIn', 'malformed'].includes(fault), fault);
});

test('frames that come twice end the session', async () => {
  await linkAnew();
  device.is.manner = 'playsBack';
  await visit();
  assert.equal((await view()).dlms?.fault?.what, 'replay');
  assert.match(await listed(), /had been sent before/);
});

test('a flood is cut off, whatever it is', async () => {
  await linkAnew();
  device.is.manner = 'floods';
  await visit();
  const fault = (await view()).dlms?.fault?.what ?? '';
  assert.ok(['tooMuch', 'malformed'].includes(fault), fault);
});

test('a device that stalls is left alone longer each time, and is listed after three', async () => {
  await linkAnew();
  device.is.manner = 'stalls';
  await visit();
  await visit();
  assert.doesNotMatch(await listed(), /says nothing/);
  await visit();
  assert.deepEqual(await view().then(({ dlms }) => [dlms?.fault?.what, dlms?.fault?.times]), [
    'noAnswer',
    3,
  ]);
  assert.match(await listed(), /says nothing/);
});

test('a meter dials in by the id that it sends, or by its name, and is read at once', async () => {
  const port = listeners.dialIn?.port ?? 0;
  const hello = encodeWrapper({
    ...{ source: 1, destination: 1 },
    apdu: Uint8Array.from([0x0a, 0x02, 0x0c, ...Buffer.from('012345678901'), 0x0d, 0x99]),
  });
  for (const [id, first] of [
    ['012345678901', hello],
    [honest().name, undefined],
  ] as const) {
    await linkAnew(id);
    const before = (await view()).dlms?.lastReadAt;
    h.clock.nowMs += 60_000;
    const socket = await device.dialTo(port, first);
    await until('it is read', async () => (await view()).dlms?.lastReadAt !== before);
    socket.destroy();
    await driver.idle();
  }
  const stranger = await device.dialTo(
    port,
    encodeWrapper({
      ...{ source: 1, destination: 1 },
      apdu: Uint8Array.from(Buffer.from('999999999999')),
    }),
  );
  await until('the stranger is closed', async () => stranger.destroyed);
});

test('a push has the meter read at once; the same again is refused and listed', async () => {
  await linkAnew();
  await visit();
  await driver.refresh();
  const port = listeners.pushes?.port ?? 0;
  const before = driver.counts().visits;
  assert.ok((await device.pushTo(port)).length > 0, 'it is acknowledged');
  await until('a visit', async () => driver.counts().visits > before);
  await driver.idle();
  assert.equal((await device.pushTo(port, { again: true })).length, 0);
  assert.deepEqual(listeners.pushes?.counts(), { heard: 1, refused: 1 });
});

async function until(what: string, probe: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 200; tries += 1) {
    if (await probe()) return;
    await pause(25);
  }
  throw new Error(`waited in vain: ${what}`);
}
