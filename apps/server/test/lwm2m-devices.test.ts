// Devices of LwM2M that are read object by object, that sleep, and that lie, play back, flood and
// stall: what they do is bounded, nothing of it is believed, and somebody is told.

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, afterEach, before, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { segmentsOf } from '@prewatt/lwm2m';
import { encodeDown } from '@prewatt/protocol';
import { expectOk } from '@prewatt/quantities';
import { systemRandom } from '../src/base/ids.ts';
import { createLog } from '../src/base/log.ts';
import {
  createLwm2mDriver,
  driverViewOf,
  type Lwm2mDriver,
} from '../src/metering/drivers/index.ts';
import { meterAlertPage } from '../src/workflows/alerts/meters.ts';
import { createHarness, type Harness, meterPanOf, testUtility } from './harness.ts';
import {
  createTestDevice,
  deviceSecret,
  energyPath,
  type Lwm2mTestDevice,
  powerPath,
} from './lwm2m-device.ts';

let h: Harness;
let driver: Lwm2mDriver;
let device: Lwm2mTestDevice;
const told: Promise<void>[] = [];
// What a loaded machine cannot use up between two steps; a test that needs the end goes there.
const awakeMs = 30_000;
let aheadMs = 0;
const endpoint = 'urn:imei:861234567890123';
const honest = () => ({
  ...{ endpoint, serial: h.meterPan, secret: deviceSecret, isSilent: false, sleeps: false },
  ...{ energyKwh: 12.34, isOn: true, onRequest: null },
});

before(async () => {
  h = await createHarness({ link: () => driver });
  const { clocks, utilities, alerts, ingest, links } = h.services;
  driver = createLwm2mDriver({
    ...{ database: h.database, random: systemRandom, utilities: utilities.list },
    clocks: { ...clocks, real: { nowMs: () => Date.now() + aheadMs } },
    ...{ masterKey: Buffer.alloc(32, 7), log: createLog({ name: 'test', level: 'silent' }) },
    onFault: (meterPan, fault) => void told.push(alerts.driverFault(meterPan, fault)),
    onMended: () => {},
    onLamp: async () => {},
    limits: { ackTimeoutMs: 400, repeats: 1, datagramsInTenS: 100 },
    awakeMs,
  });
  await driver.listen({ up: ingest.receive, link: links.changed });
  await driver.open('127.0.0.1', 0);
});
after(async () => {
  await driver.close();
  await Promise.all(told);
  await h.close();
});
afterEach(() => device.close());

/** Linked anew, with a device that has not said anything yet. */
async function linkAnew(): Promise<void> {
  const { meterPan, place } = h;
  const asked = { requestId: randomUUID(), reason: 'A test asks for it' };
  const by = { name: 'Ada', role: 'administrator' as const };
  const proof = { kind: 'secret', secret: deviceSecret } as const;
  const linked = await h.database.inUtility(h.utilityId, (tx) =>
    h.services.driverLinks.link(
      tx,
      { place, meterPan, by, ...asked },
      { ...asked, driver: 'lwm2m', endpoint, proof, readEveryMinutes: 15 },
    ),
  );
  expectOk(linked, 'link');
  await driver.refresh();
  device = createTestDevice(driver.port(), endpoint, h.meterPan);
  Object.assign(device.is, honest());
}

const view = async () => {
  const shown = await h.database.inUtility(h.utilityId, (tx) =>
    driverViewOf(tx, { ...h.place, meterPan: h.meterPan }),
  );
  return shown.lwm2m;
};
const state = () =>
  h.database.inUtility(h.utilityId, (tx) =>
    tx
      .selectFrom('meter_states')
      .select(['import_energy_wh', 'load_switch', 'link_up'])
      .where('meter_id', '=', h.place.meterId)
      .executeTakeFirst(),
  );
const listed = async () => {
  await Promise.all(told);
  return h.database.inUtility(h.utilityId, async (tx) => {
    const page = await meterAlertPage(tx, { id: h.utilityId, zone: testUtility.zone });
    return page.rows.map(({ what }) => what).join('\n');
  });
};
const command = (action: Parameters<typeof encodeDown>[0] & { kind: 'command' }) =>
  encodeDown(action);

async function until<T>(
  what: string,
  probe: () => Promise<T | null | undefined | false>,
): Promise<T> {
  for (let tries = 0; tries < 200; tries += 1) {
    const value = await probe();
    if (value !== null && value !== undefined && value !== false) return value;
    await pause(20);
  }
  throw new Error(`waited in vain: ${what}`);
}

test('a device that says another number is not believed, and stands on the list', async () => {
  await linkAnew();
  device.is.serial = meterPanOf(9_998);
  assert.equal(await device.register(), '2.01');
  await until('the fault', async () => (await view())?.fault?.what === 'otherMeter');
  assert.equal(await state(), undefined);
  assert.equal(driver.counts().registered, 0);
  assert.match(await listed(), /says it is another meter/);
});

test('a device without the secret, or by another name, does not register', async () => {
  await linkAnew();
  device.is.secret = 'ff'.repeat(32);
  assert.equal(await device.register(), '4.03');
  await until('the fault', async () => (await view())?.fault?.what === 'notProved');
  device.is.endpoint = 'urn:imei:1';
  assert.equal(await device.register(), '4.03');
  assert.equal(driver.counts().registered, 0);
  assert.match(await listed(), /has not proved/);
});

test('a registration that is played back is refused and listed', async () => {
  await linkAnew();
  assert.equal(await device.register(), '2.01');
  assert.equal(await device.playBack(), 0x83);
  await until('the fault', async () => driver.counts().faults.replay === 1);
  assert.match(await listed(), /had been sent before/);
});

test('a device is read object by object, its switch moves, and what it notifies is stored', async () => {
  await linkAnew();
  assert.equal(await device.register(), '2.01');
  const read = await until('its values', state);
  assert.deepEqual([read.import_energy_wh, read.load_switch], [12_340n, 'connected']);
  const shown = await view();
  assert.deepEqual([shown?.speaks, shown?.serial, shown?.fault], ['objects', h.meterPan, null]);
  const nowMs = h.clock.nowMs;
  const commandId = 'command_018f0000-0000-7000-8000-000000000001';
  const expiresAtMs = nowMs + 3_600_000;
  const open = { kind: 'switchOpen', cause: 'operator' } as const;
  await driver.send(h.meterPan, command({ kind: 'command', commandId, expiresAtMs, action: open }));
  await until('the switch opens', async () => !device.is.isOn);
  const endS = Math.floor(nowMs / 1_000 / 900) * 900;
  const sent = await device.send([
    { path: energyPath, value: { type: 'float', value: 12.4 }, atS: endS - 900 },
    { path: energyPath, value: { type: 'float', value: 12.5 }, atS: endS },
  ]);
  assert.equal(sent, '2.04');
  const rows = await until('two intervals', async () => {
    const found = await h.database.inUtility(h.utilityId, (tx) =>
      tx.selectFrom('readings').select('read_at').where('meter_id', '=', h.place.meterId).execute(),
    );
    return found.length >= 2 && found;
  });
  assert.ok(rows.some(({ read_at }) => Number(read_at) === endS * 1_000));
});

test('a command that comes while a device is read is done as soon as it has been read', async () => {
  await linkAnew();
  const expiresAtMs = h.clock.nowMs + 3_600_000;
  const commandId = 'command_018f0000-0000-7000-8000-000000000003';
  const action = { kind: 'switchOpen', cause: 'operator' } as const;
  const sent: Promise<void>[] = [];
  device.is.onRequest = (path) => {
    if (path !== segmentsOf(powerPath).join('/') || sent.length > 0) return;
    sent.push(
      driver.send(h.meterPan, command({ kind: 'command', commandId, expiresAtMs, action })),
    );
  };
  await device.register();
  await until('the switch opens', async () => !device.is.isOn);
  await Promise.all(sent);
});

test('what is for a device that sleeps waits until it is heard', async () => {
  await linkAnew();
  device.is.sleeps = true;
  await device.register();
  await until('it is known', async () => (await view())?.serial != null);
  assert.equal((await view())?.sleeps, true);
  await until('it is up', async () => (await state())?.link_up === true);
  await pause(50);
  aheadMs += awakeMs;
  await pause(50);
  const before = device.requests();
  const expiresAtMs = h.clock.nowMs + 3_600_000;
  const action = { kind: 'switchOpen', cause: 'operator' } as const;
  const commandId = 'command_018f0000-0000-7000-8000-000000000002';
  await driver.send(h.meterPan, command({ kind: 'command', commandId, expiresAtMs, action }));
  await pause(50);
  assert.deepEqual([device.requests(), device.is.isOn], [before, true]);
  assert.equal(await device.update(), '2.04');
  await until('the switch opens', async () => !device.is.isOn);
});

test('a device that floods is not looked at beyond its measure, and is listed', async () => {
  await linkAnew();
  await device.register();
  device.flood(Uint8Array.of(0x40, 0x01, 0x00, 0x01, 0xff), 400);
  await until('the fault', async () => {
    const { faults } = driver.counts();
    return (faults.tooMuch ?? 0) + (faults.malformed ?? 0) > 0;
  });
  await until('the list', async () =>
    /sends more|more than a meter|cannot be/.test(await listed()),
  );
});

test('a device that stalls counts as away, and commands are refused meanwhile', async () => {
  await linkAnew();
  await device.register();
  const expiresAtMs = h.clock.nowMs + 3_600_000;
  const isTaken = (n: number) =>
    driver
      .send(
        h.meterPan,
        command({
          ...{ kind: 'command', commandId: `command_018f0000-0000-7000-8000-00000000001${n}` },
          ...{ expiresAtMs, action: { kind: 'switchClose' } },
        }),
      )
      .then(
        () => true,
        (error: unknown) => {
          assert.match(String(error), /away/);
          return false;
        },
      );
  await until('it is up', () => isTaken(1));
  device.is.isSilent = true;
  await until('commands are refused', async () => !(await isTaken(2)));
  await until('it is away', async () => (await state())?.link_up === false);
  device.is.isSilent = false;
});
