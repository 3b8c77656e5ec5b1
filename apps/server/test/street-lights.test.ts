// Prepaid street lights, the whole road: lamps by LwM2M over UDP, an account in wallet mode whose
// meter is the sum of its lamps, night by night until its credit is used up, and back.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import type { LampBody, LightingView, LightPreview, WalletAnswer } from '@prewatt/api';
import { idFromUuid } from '@prewatt/quantities';
import { systemRandom } from '../src/base/ids.ts';
import { createLog } from '../src/base/log.ts';
import {
  createLampSumDriver,
  createLwm2mDriver,
  type LampSumDriver,
  type Lwm2mDriver,
} from '../src/metering/drivers/index.ts';
import { askAndAllow, createPeople, type People } from './correction-harness.ts';
import { createHarness, type Harness, meterPanOf, newTestUuid } from './harness.ts';
import { createHttpHarness, type HttpHarness } from './http-harness.ts';
import { createTestDevice, deviceSecret, type Lwm2mTestDevice } from './lwm2m-device.ts';
import { buyAndPay } from './purchases.ts';

let h: Harness;
let http: HttpHarness;
let people: People;
let sums: LampSumDriver;
let lwm2m: Lwm2mDriver;
let home: Awaited<ReturnType<Harness['addConnection']>>;
const devices = new Map<string, Lwm2mTestDevice>();
const reason = 'The municipality asked for it';

/** Johannesburg. The sun sets at about 18:45 and rises at about 05:10 in these days. */
const place = { latitudeMicroDeg: -26_204_100, longitudeMicroDeg: 28_047_300 };
const document = {
  plans: [
    {
      weekdays: [1, 2, 3, 4, 5, 6, 7],
      on: { by: 'sunset', offsetMinutes: 0 },
      off: { by: 'sunrise', offsetMinutes: 0 },
      levelPercent: 100,
      steps: [{ at: { by: 'clock', minute: 23 * 60 }, levelPercent: 50 }],
    },
  ],
};
const lampKw = 0.1;
const powerOf = (levelPercent: number): number => (lampKw * levelPercent) / 100;
/** Of the upkeep, what a lighting account lives by. */
const needed = new Set(['commands', 'usage', 'wallets', 'streetLights', 'alerts']);
/** So many times as much as they should do lamps burn. */
let burning = 1;
const lightsPath = () => `/api/operator/lights/${idFromUuid('connection', home.connectionId)}`;
const localMs = (text: string): number =>
  Temporal.PlainDateTime.from(text).toZonedDateTime('Africa/Johannesburg').epochMilliseconds;

before(async () => {
  h = await createHarness({
    link: () => ({
      send: async (meterPan, payload, o) => {
        if (sums.isLinked(meterPan)) await sums.send(meterPan, payload, o);
      },
    }),
  });
  http = await createHttpHarness(h);
  people = await createPeople(http);
  const { clocks, utilities, ingest, links, streetLights } = h.services;
  const log = createLog({ name: 'test', level: 'silent' });
  lwm2m = createLwm2mDriver({
    ...{ database: h.database, random: systemRandom, utilities: utilities.list, log },
    clocks: { ...clocks, real: { nowMs: () => Date.now() } },
    ...{ masterKey: Buffer.alloc(32, 7), onFault: () => {}, onMended: () => {} },
    onLamp: streetLights.lampHeard,
    limits: { ackTimeoutMs: 400, repeats: 1 },
    awakeMs: 300,
  });
  sums = createLampSumDriver({ sums: streetLights.sums, clocks, log });
  await lwm2m.open('127.0.0.1', 0);
  await sums.listen({ up: ingest.receive, link: links.changed });
  home = await h.addConnection({ name: 'Lights of Ward 4' });
});
after(async () => {
  for (const device of devices.values()) device.close();
  await sums.close();
  await lwm2m.close();
  await http.close();
  await h.close();
});

const post = async (path: string, body: object, who = people.asker): Promise<LightingView> => {
  const answer = await who.postJson(`${lightsPath()}${path}`, body);
  assert.equal(answer.statusCode, 200, answer.body);
  return answer.json();
};
const refusalOf = async (path: string, body: object, who = people.asker) => {
  const answer = await who.postJson(`${lightsPath()}${path}`, body);
  return [answer.statusCode, answer.json().code];
};
const view = async (): Promise<LightingView> => (await people.viewer.get(lightsPath())).json();
const lampOf = async (name: string) => {
  const lamp = (await view()).lamps.find((each) => each.name === name);
  assert.ok(lamp !== undefined);
  return lamp;
};

/** All sweeps: accounts are looked at, lamps visited, intervals said, use rated. */
async function sweep(): Promise<void> {
  const [utility] = await h.services.utilities.list();
  assert.ok(utility !== undefined);
  for (let turn = 0; turn < 2; turn += 1) {
    for (const each of h.services.sweeps) {
      if (each.of === 'each' && needed.has(each.name)) {
        await each.run(utility, AbortSignal.timeout(60_000));
      }
    }
    await h.services.streetLights.visit(utility, lwm2m.lamps);
    await sums.sweep();
    await h.services.ingest.drained();
  }
}

/** Time passes in hours; what lamps burn meanwhile stands on their counters. */
async function untilTime(text: string, stepMinutes = 60): Promise<void> {
  const toMs = localMs(text);
  while (h.clock.nowMs < toMs) {
    const stepMs = Math.min(stepMinutes * 60_000, toMs - h.clock.nowMs);
    for (const { is } of devices.values()) is.energyKwh += (is.powerKw * stepMs) / 3_600_000;
    h.clock.nowMs += stepMs;
    await sweep();
    for (const { is } of devices.values()) is.powerKw = is.isOn ? burning * powerOf(is.dimmer) : 0;
  }
  await sweep();
}

async function addLamp(name: string, more: Partial<LampBody> = {}): Promise<Lwm2mTestDevice> {
  const endpoint = `urn:dev:lamp-${name}`;
  const link = { endpoint, secret: deviceSecret };
  await post('/lamps', { name, group: 'Main Street', fullW: 100, link, ...more });
  await lwm2m.refresh();
  const device = createTestDevice(lwm2m.port(), endpoint, `SN-${name}`, 'lamp');
  Object.assign(device.is, { secret: deviceSecret, isOn: true, powerKw: 0, energyKwh: 7 });
  devices.set(name, device);
  assert.equal(await device.register(), '2.01');
  for (let tries = 0; tries < 100 && (await lampOf(name)).link?.heardAt === null; tries += 1) {
    await pause(20);
  }
  return device;
}

test('a connection becomes a lighting account, goes to wallet mode and takes money', async () => {
  h.clock.nowMs = localMs('2026-11-24T12:00');
  const body = () => ({ requestId: newTestUuid(), reason, ...place });
  assert.equal((await people.viewer.postJson(lightsPath(), body())).statusCode, 403);
  assert.deepEqual(await refusalOf('/groups', { name: 'A', programme: 'B' }), [409, 'notLighting']);
  const opened = await post('', body(), people.allower);
  assert.deepEqual([opened.account.standing, opened.account.creditMode], ['enough', 'token']);
  await sums.refresh();
  assert.ok(sums.isLinked(home.meterPan));
  const path = `/api/operator/connections/${idFromUuid('connection', home.connectionId)}`;
  const mode = { requestId: newTestUuid(), toMode: 'wallet', reason };
  const asked = await askAndAllow(people, `${path}/credit-mode`, mode);
  assert.equal(asked.approval?.state, 'done', JSON.stringify(asked));
  await sweep();
  await sweep();
  assert.equal((await view()).account.creditMode, 'wallet');
  await buyAndPay(h, 5_800n, 'lights-1', home);
  const { today } = (await people.viewer.get('/api/operator/overview')).json();
  assert.deepEqual([today.amountMinor, today.lightsMinor], ['5800', '5800']);
  await buyAndPay(h, 1_000n, 'a-home-1', await h.addConnection());
  const { today: both } = (await people.viewer.get('/api/operator/overview')).json();
  assert.deepEqual([both.amountMinor, both.lightsMinor], ['6800', '5800']);
  assert.deepEqual([both.sold.amountMinor, both.sold.sales, both.walletsMinor], ['1000', 1, '0']);
  assert.equal((await view()).account.balanceMinor, '5800');
});

test('programmes, groups and lamps are kept by name; what cannot be is refused in words', async () => {
  const bad = { plans: [{ ...document.plans[0], weekdays: [1] }] };
  assert.deepEqual(await refusalOf('/programmes', { name: 'Night', document: bad }), [
    422,
    'programmeFault',
  ]);
  assert.deepEqual(await refusalOf('/groups', { name: 'Main Street', programme: 'Night' }), [
    409,
    'unknownProgramme',
  ]);
  await post('/programmes', { name: 'Night', document });
  const preview = await people.asker.postJson(`${lightsPath()}/preview`, {
    ...{ document, date: '2026-06-21' },
  });
  assert.match(preview.json().night.sunset, /^2026-06-21T15:2/);
  const lamp = { name: 'P1', group: 'Main Street', fullW: 100 };
  assert.deepEqual(await refusalOf('/lamps', lamp), [409, 'unknownGroup']);
  await post('/groups', { name: 'Main Street', programme: 'Night' });
  await addLamp('P1');
  await addLamp('P2');
  await addLamp('Crossing', { floorPercent: 30 });
  const taken = { ...lamp, name: 'P9', link: { endpoint: 'urn:dev:lamp-P1', secret: null } };
  assert.deepEqual(await refusalOf('/lamps', taken), [409, 'endpointTaken']);
  assert.equal((await view()).lamps.length, 3);
  const half = { plans: [{ ...document.plans[0], levelPercent: 50 }] };
  const asked = { document: half, programme: 'Night' };
  const { year }: LightPreview = (
    await people.asker.postJson(`${lightsPath()}/preview`, asked)
  ).json();
  assert.deepEqual([year.lamps, year.isOfAll], [3, false]);
  assert.ok(Math.abs(year.burningHours - 4_380) < 100, `${year.burningHours}`);
  // Three lamps of 100 W for 4,380 hours, at half; before, at full until eleven.
  assert.ok(Math.abs(Number(year.energyWh) - 657_000) < 20_000, year.energyWh);
  assert.ok(Number(year.nowEnergyWh) > 850_000, year.nowEnergyWh);
});

test('lamps are off by day, burn from sunset, are dimmed at night, and energy is paid for', async () => {
  await untilTime('2026-11-24T17:00', 300);
  assert.deepEqual(
    [...devices.values()].map(({ is }) => is.isOn),
    [false, false, false],
  );
  const day = await lampOf('P1');
  assert.deepEqual([day.stage, day.levelPercent, day.fault], ['applied', 0, null]);
  await untilTime('2026-11-24T20:00');
  assert.deepEqual(
    [...devices.values()].map(({ is }) => [is.isOn, is.dimmer]),
    [
      [true, 100],
      [true, 100],
      [true, 100],
    ],
  );
  await untilTime('2026-11-25T00:30');
  assert.equal(devices.get('P1')?.is.dimmer, 50);
  await untilTime('2026-11-25T06:00');
  assert.equal((await lampOf('P2')).levelPercent, 0);
  const { account, lamps } = await view();
  // Four hours at 100 W and six at 50 W, in steps of an hour.
  const burnt = lamps.map(({ nightWh }) => Number(nightWh));
  for (const wh of burnt) assert.ok(wh > 650 && wh < 800, `${wh}`);
  assert.equal(
    Number(account.countedWh),
    lamps.reduce((sum, { countedWh }) => sum + Number(countedWh), 0),
  );
  const path = `/api/operator/connections/${idFromUuid('connection', home.connectionId)}/wallet`;
  const wallet: WalletAnswer = (await people.viewer.get(path)).json();
  const ratedWh = wallet.ratings.reduce(
    (sum, each) => sum + (each.isReplaced ? 0n : BigInt(each.energyWh)),
    0n,
  );
  assert.equal(ratedWh, BigInt(account.countedWh), 'the account pays what its lamps burnt');
  assert.ok(Number(account.balanceMinor) < 5_800, account.balanceMinor ?? '');
  const forecastWh = Number((await view()).nightsAhead[0]?.energyWh);
  const nightWh = burnt.reduce((sum, wh) => sum + wh, 0);
  assert.ok(Math.abs(forecastWh - nightWh) < 0.1 * nightWh, `${forecastWh} and ${nightWh}`);
});

test('little credit dims, used-up credit makes dark but for the crossing, money lights again', async () => {
  assert.equal((await view()).account.standing, 'enough');
  const rules = { ...place, dimBelowNights: 20, dimToPercent: 40 };
  await post('', { ...rules, requestId: newTestUuid(), reason }, people.allower);
  await untilTime('2026-11-25T20:00', 300);
  assert.equal((await view()).account.standing, 'low');
  assert.equal((await lampOf('P1')).asked?.because, 'lowCredit');
  assert.equal(devices.get('P1')?.is.dimmer, 40);
  const fullW = async (watts: number) => {
    for (const name of ['P1', 'P2', 'Crossing']) {
      const floorPercent = name === 'Crossing' ? 30 : null;
      await post('/lamps', { name, group: 'Main Street', fullW: watts, floorPercent });
    }
  };
  await fullW(2_000);
  burning = 120;
  for (let hour = 21; (await view()).account.standing !== 'usedUp'; hour += 1) {
    assert.ok(hour < 24, JSON.stringify((await view()).account));
    await untilTime(`2026-11-25T${hour}:00`);
  }
  burning = 1;
  await fullW(100);
  await sweep();
  await sweep();
  const [p1, , crossing] = [...devices.values()];
  assert.equal(p1?.is.isOn, false);
  assert.deepEqual([crossing?.is.isOn, crossing?.is.dimmer], [true, 30]);
  assert.equal((await lampOf('P1')).asked?.because, 'noCredit');
  await buyAndPay(h, 50_000n, 'lights-2', home);
  h.clock.nowMs += 60_000;
  await sweep();
  await sweep();
  assert.equal(p1?.is.isOn, true);
  assert.equal((await view()).account.standing, 'enough');
});

test('an override holds until its end and no longer; a protected crossing keeps its floor', async () => {
  const until = new Date(h.clock.nowMs + 3_600_000).toISOString();
  const body = { requestId: newTestUuid(), levelPercent: 0, until, reason, group: 'Main Street' };
  await post('/overrides', body);
  await post('/overrides', body);
  assert.equal((await view()).overrides.length, 1, 'a repeat makes no second one');
  await sweep();
  assert.equal(devices.get('P2')?.is.isOn, false);
  assert.equal(devices.get('Crossing')?.is.dimmer, 30);
  h.clock.nowMs += 3_600_000;
  await sweep();
  assert.equal(devices.get('P2')?.is.isOn, true);
  const late = { ...body, requestId: newTestUuid(), until: '2026-01-01T00:00:00.000Z' };
  assert.deepEqual(await refusalOf('/overrides', late), [422, 'endsTooSoon']);
});

test('a dark lamp, a silent one and one that takes no level are on the list, and leave it', async () => {
  const [p1, p2] = [devices.get('P1'), devices.get('P2')];
  assert.ok(p1 !== undefined && p2 !== undefined);
  const listed = async (): Promise<string> =>
    (await people.viewer.get('/api/operator/meter-alerts')).body;
  for (const { is } of devices.values()) is.powerKw = is.isOn ? powerOf(is.dimmer) : 0;
  for (let turn = 0; turn < 3; turn += 1) {
    h.clock.nowMs += 5 * 60_000;
    p1.is.powerKw = 0;
    await sweep();
  }
  assert.equal((await lampOf('P1')).fault?.what, 'dark');
  assert.match(await listed(), /A lamp of it should be looked at/);
  p1.is.powerKw = powerOf(p1.is.dimmer);
  h.clock.nowMs += 5 * 60_000;
  await sweep();
  assert.equal((await lampOf('P1')).fault, null);
  assert.doesNotMatch(await listed(), /should be looked at/);
  p2.is.refuses = true;
  const until = new Date(h.clock.nowMs + 3_600_000).toISOString();
  const asked = { requestId: newTestUuid(), levelPercent: 77, until, reason, lamp: 'P2' };
  await post('/overrides', asked);
  for (let turn = 0; turn < 3; turn += 1) {
    await sweep();
    h.clock.nowMs += 6 * 60_000;
  }
  await sweep();
  assert.equal((await lampOf('P2')).stage, 'late');
  p2.is.refuses = false;
  h.clock.nowMs += 60_000;
  await sweep();
  assert.deepEqual([(await lampOf('P2')).stage, p2.is.dimmer], ['applied', 77]);
});

/** A visit may fail on a machine that is busy; the next one is five minutes later. */
async function untilRead(name: string): Promise<void> {
  for (let tries = 0; tries < 20; tries += 1) {
    h.clock.nowMs += 5 * 60_000;
    await sweep();
    if (Date.parse((await lampOf(name)).readAt ?? '') === h.clock.nowMs) return;
  }
  assert.fail(`${name} was not read`);
}

test('another controller counts from its own beginning, and nothing of it is charged', async () => {
  const before = await lampOf('P1');
  const p1 = devices.get('P1');
  assert.ok(p1 !== undefined);
  const link = { endpoint: 'urn:dev:lamp-P1', secret: '0b'.repeat(32) };
  await post('/lamps', { name: 'P1', group: 'Main Street', fullW: 100, link });
  await lwm2m.refresh();
  Object.assign(p1.is, { secret: link.secret, serial: 'SN-other', energyKwh: 4_000 });
  assert.equal(await p1.register(), '2.01');
  await untilRead('P1');
  assert.equal((await lampOf('P1')).countedWh, before.countedWh);
  p1.is.energyKwh += 0.02;
  await untilRead('P1');
  assert.equal(Number((await lampOf('P1')).countedWh) - Number(before.countedWh), 20);
});

test('a counter that leaps is not charged, and at fault until its controller is linked anew', async () => {
  const before = await lampOf('P1');
  const p1 = devices.get('P1');
  assert.ok(p1 !== undefined);
  p1.is.energyKwh += 50;
  await untilRead('P1');
  const leapt = await lampOf('P1');
  assert.deepEqual([leapt.countedWh, leapt.fault?.what], [before.countedWh, 'leaps']);
  const link = { endpoint: 'urn:dev:lamp-P1', secret: p1.is.secret };
  await post('/lamps', { name: 'P1', group: 'Main Street', fullW: 100, link });
  await lwm2m.refresh();
  assert.equal(await p1.register(), '2.01');
  await untilRead('P1');
  assert.notEqual((await lampOf('P1')).fault?.what, 'leaps');
  assert.equal((await lampOf('P1')).countedWh, before.countedWh);
});

test('a controller that sleeps is told when it wakes, and is not called meanwhile', async () => {
  const p1 = devices.get('P1');
  assert.ok(p1 !== undefined);
  p1.is.sleeps = true;
  assert.equal(await p1.register(), '2.01');
  for (let tries = 0; tries < 100 && (await lampOf('P1')).link?.sleeps !== true; tries += 1) {
    await pause(20);
  }
  await pause(600);
  const requests = p1.requests();
  const until = new Date(h.clock.nowMs + 7_200_000).toISOString();
  const asked = { requestId: newTestUuid(), levelPercent: 61, until, reason, lamp: 'P1' };
  await post('/overrides', asked);
  for (let turn = 0; turn < 4; turn += 1) {
    h.clock.nowMs += 5 * 60_000;
    await sweep();
  }
  assert.equal(p1.requests(), requests, 'nobody wakes it');
  const asleep = await lampOf('P1');
  assert.deepEqual([asleep.stage, asleep.link?.sleeps, asleep.fault], ['asked', true, null]);
  for (let tries = 0; tries < 10 && (await lampOf('P1')).stage !== 'applied'; tries += 1) {
    assert.equal(await p1.update(), '2.04');
    await pause(50);
    await sweep();
  }
  assert.deepEqual([(await lampOf('P1')).stage, p1.is.dimmer], ['applied', 61]);
});

test('a lamp that was taken away is told nothing, and its name is free', async () => {
  await post('/lamps/remove', { name: 'P2', reason });
  await lwm2m.refresh();
  assert.equal((await view()).lamps.length, 2);
  assert.equal(await devices.get('P2')?.register(), '4.03');
  assert.deepEqual(await refusalOf('/lamps/remove', { name: 'P2', reason }), [409, 'unknownLamp']);
  assert.notEqual(home.meterPan, meterPanOf(1));
});

test('lamps go out as a list and come in as one: all of it or nothing', async () => {
  assert.equal((await people.viewer.get(`${lightsPath()}/lamps.csv`)).statusCode, 403);
  const file = (await people.asker.get(`${lightsPath()}/lamps.csv`)).body;
  assert.match(file, /^lamp,group,watts,standby_watts,floor_percent,endpoint,told_percent/);
  assert.match(file, /^Crossing,Main Street,100,0.5,30,urn:dev:lamp-Crossing,50,/m);
  assert.doesNotMatch(file, new RegExp(deviceSecret));
  const back = await post('/lamps/file', { csv: file });
  assert.equal(back.lamps.length, 2, 'our own list changes nothing');
  assert.equal((await lampOf('Crossing')).link?.endpoint, 'urn:dev:lamp-Crossing');
  await post('/groups', { name: 'Side Street', programme: 'Night' });
  const rows = ['lamp,group,watts,floor_percent,endpoint,secret', 'P1,Side Street,100,,,'];
  const many = [...rows, `P8,Side Street,60,20,urn:dev:lamp-P8,${deviceSecret}`];
  const bad = { csv: [...many, 'P9,Nowhere,60,,,'].join('\n') };
  const refused = await people.asker.postJson(`${lightsPath()}/lamps/file`, bad);
  assert.deepEqual(
    [refused.json().code, refused.json().detail],
    ['unknownGroup', 'Lamp P9: There is no group of this name.'],
  );
  assert.equal((await view()).lamps.length, 2);
  for (const [line, words] of [
    ['P9,Side Street,none,,,', /Line 4: watts/],
    ['P8,Side Street,60,,,', /Line 4: P8 stands there twice/],
    ['P9,Side Street,60,,urn:dev:x,', /Line 4: an endpoint needs the secret/],
  ] as const) {
    const answer = await people.asker.postJson(`${lightsPath()}/lamps/file`, {
      csv: [...many, line].join('\n'),
    });
    assert.equal(answer.json().code, 'badList');
    assert.match(answer.json().detail, words);
  }
  const done = await post('/lamps/file', { csv: many.join('\n') });
  assert.deepEqual(
    done.lamps.map(({ name, group }) => [name, group]),
    [
      ['Crossing', 'Main Street'],
      ['P1', 'Side Street'],
      ['P8', 'Side Street'],
    ],
  );
});

test('an account is closed and opened again by administrators; closed, it tells lamps nothing', async () => {
  assert.deepEqual(await refusalOf('/close', { reason }), [403, 'forbidden']);
  const closed = await post('/close', { reason }, people.allower);
  assert.deepEqual([closed.lamps.length, closed.overrides.length], [0, 0]);
  assert.notEqual(closed.account.closedAt, null);
  await lwm2m.refresh();
  assert.equal(await devices.get('Crossing')?.register(), '4.03');
  assert.deepEqual(await refusalOf('/groups', { name: 'A', programme: 'Night' }), [409, 'closed']);
  const again = { requestId: newTestUuid(), reason, ...place };
  assert.deepEqual(await refusalOf('', again), [403, 'notAllowed']);
  const open = await post('', again, people.allower);
  assert.deepEqual([open.account.closedAt, open.groups.length], [null, 2]);
  const otherwise = { ...again, requestId: newTestUuid(), meteredBy: 'meter' };
  assert.deepEqual(await refusalOf('', otherwise, people.allower), [409, 'meteredOtherwise']);
});
