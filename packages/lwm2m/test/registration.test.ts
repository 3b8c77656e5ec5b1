// Devices that register, update, sleep and go; and a device that is read, written, executed and
// observed by the codes of the standard.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type CoapRequest, coapCodes, code, type IncomingRequest } from '@prewatt/coap';
import { expectOk } from '@prewatt/quantities';
import { createRandom } from '@prewatt/quantities/fuzzing';
import {
  createLwm2mDevice,
  createRegistrations,
  createWaiting,
  deviceObject,
  discoverRequest,
  doneIn,
  type Entry,
  entriesIn,
  executeRequest,
  linksIn,
  observeRequest,
  pathText,
  powerControlObject,
  readRegistration,
  readRequest,
  readUpdate,
  registrationQuery,
  resourcePath,
  securityObject,
  sendRequest,
  sentEntries,
  writeRequest,
} from '../src/index.ts';

const query = ['ep=urn:imei:861234567890123', 'lt=300', 'lwm2m=1.1', 'b=U', 'Q', 'pwn=7'];

test('what a device says when it registers is read and written alike', () => {
  const read = expectOk(readRegistration(query), 'registration');
  assert.deepEqual(registrationQuery(read).toSorted(), query.toSorted());
  assert.ok(read.isQueued);
  assert.deepEqual(read.others, { pwn: '7' });
  const fault = (...of: string[]) => {
    const result = readRegistration(of);
    return result.ok ? 'taken' : result.error;
  };
  assert.equal(fault(), 'endpoint');
  assert.equal(fault('ep=a b'), 'endpoint');
  assert.equal(fault('ep=a', 'lt=0'), 'lifetime');
  assert.equal(fault('ep=a', 'lwm2m=2.0'), 'version');
  assert.equal(fault('ep=a', 'b=X'), 'binding');
  assert.equal(fault('ep=a', 'ep=b'), 'query');
  assert.equal(expectOk(readRegistration(['ep=a', 'b=UQ']), 'by 1.0').isQueued, true);
  assert.deepEqual(expectOk(readUpdate(['lt=60', 'x=y']), 'update'), {
    ...{ lifetimeS: 60, others: { x: 'y' } },
  });
});

test('a device is known by name, by location and by where it is heard; it sleeps and expires', () => {
  const registrations = createRegistrations({ random: createRandom(1).bytes, most: 2 });
  const registration = expectOk(readRegistration(query), 'registration');
  const { endpoint } = registration;
  const first = expectOk(registrations.register('a:1', { registration, links: [], nowMs: 0 }), '');
  assert.equal(registrations.by('a:1')?.endpoint, endpoint);
  assert.ok(registrations.isAwake(endpoint, 92_000));
  assert.ok(!registrations.isAwake(endpoint, 93_000));
  registrations.heard('a:1', 95_000);
  assert.ok(registrations.isAwake(endpoint, 96_000));
  const { location } = first.registered;
  const update = { others: {} };
  const moved = { peer: 'a:2', update, links: null, nowMs: 100_000 };
  assert.equal(expectOk(registrations.update(location, moved), 'moved').peer, 'a:2');
  assert.equal(registrations.by('a:1'), null);
  assert.deepEqual(registrations.expire(399_999), []);
  const again = expectOk(
    registrations.register('a:3', { registration, links: [], nowMs: 399_999 }),
    '',
  );
  assert.equal(again.before?.peer, 'a:2');
  assert.equal(registrations.update(location, moved).ok, false);
  registrations.register('b:1', {
    registration: { ...registration, endpoint: 'b' },
    links: [],
    nowMs: 0,
  });
  const third = { registration: { ...registration, endpoint: 'c' }, links: [], nowMs: 0 };
  assert.equal(registrations.register('c:1', third).ok, false, 'full');
  assert.deepEqual(
    registrations
      .expire(800_000)
      .map((each) => each.endpoint)
      .toSorted(),
    ['b', endpoint],
  );
  assert.equal(registrations.count(), 0);
});

test('what waits for a sleeper is bounded, expires, and comes in its order', () => {
  const waiting = createWaiting<string>(3);
  assert.deepEqual(
    ['a', 'b', 'c', 'd'].map((item, n) => waiting.put(item, 10 + n * 10)),
    [...[true, true, true, false]],
  );
  assert.deepEqual(waiting.take(15), ['b', 'c']);
  assert.equal(waiting.count(), 0);
});

const incoming = (request: CoapRequest): IncomingRequest => ({
  ...{ method: request.method, path: request.path, query: request.query ?? [] },
  ...{ token: Uint8Array.of(1), contentFormat: request.contentFormat ?? null },
  ...{ accept: request.accept ?? null, observe: request.observe ?? null },
  payload: request.payload ?? new Uint8Array(0),
});

function lamp() {
  let isOn = true;
  let reboots = 0;
  const onOff = resourcePath(powerControlObject, 0, 'isOn');
  const device = createLwm2mDevice({
    values: (): readonly Entry[] => [
      { path: resourcePath(securityObject, 0, 'serverUri'), value: { type: 'string', value: 'x' } },
      {
        path: resourcePath(deviceObject, 0, 'serialNumber'),
        value: { type: 'string', value: '7' },
      },
      { path: onOff, value: { type: 'boolean', value: isOn } },
    ],
    write: ([entry]) => {
      if (entry?.value.type !== 'boolean') return 'badValue';
      isOn = entry.value.value;
      return 'done';
    },
    execute: () => {
      reboots += 1;
      return 'done';
    },
  });
  return {
    device,
    onOff,
    ask: (request: CoapRequest) => device.answer(incoming(request)),
    reboots: () => reboots,
  };
}

test('a device is read, written, executed and discovered; its keys are not', () => {
  const { ask, onOff, reboots, device } = lamp();
  const off: Entry = { path: onOff, value: { type: 'boolean', value: false } };
  for (const format of ['text', 'tlv', 'senmlCbor', 'senmlJson'] as const) {
    assert.deepEqual(
      expectOk(entriesIn(ask(readRequest(onOff, format)), onOff), format)[0]?.path,
      onOff,
    );
  }
  expectOk(doneIn(ask(writeRequest(onOff, [off], 'tlv'))), 'written');
  assert.deepEqual(expectOk(entriesIn(ask(readRequest(onOff, 'text')), onOff), 'read'), [off]);
  expectOk(doneIn(ask(executeRequest(resourcePath(deviceObject, 0, 'reboot')))), 'executed');
  assert.equal(reboots(), 1);
  const links = expectOk(linksIn(ask(discoverRequest({ object: 3312 }))), 'links');
  assert.deepEqual(
    links.map(({ path }) => path && pathText(path)),
    ['/3312/0/5850'],
  );
  const codes = [
    ask(readRequest({ object: 0, instance: 0 }, 'tlv')),
    ask(readRequest({ object: 77 }, 'tlv')),
    ask(executeRequest(onOff)),
    ask({ method: 'put', path: ['3', '0', '2'], payload: Uint8Array.of(56) }),
    ask({ ...readRequest(onOff, 'text'), accept: 9_999 }),
    ask({ method: 'fetch', path: ['3'] }),
    ask({ method: 'get', path: ['rd', 'x'] }),
  ].map((response) => response.code);
  assert.deepEqual(
    codes,
    (['4.05', '4.04', '4.05', '4.05', '4.06', '4.05', '4.04'] as const).map(code),
  );
  assert.equal(device.links(), '</>;rt="oma.lwm2m";ct=112,</3/0>,</3312/0>');
});

test('an observation is noted with its token and format, and ends', () => {
  const { ask, onOff, device } = lamp();
  assert.ok(ask(observeRequest(onOff, 'senmlCbor')).observe !== undefined);
  const [observation] = device.observations();
  assert.ok(observation !== undefined);
  const notice = device.notice(observation);
  assert.deepEqual([notice.code, entriesIn(notice, onOff).ok], [coapCodes.content, true]);
  ask({ ...readRequest(onOff, 'senmlCbor'), observe: 1 });
  assert.deepEqual(device.observations(), []);
});

test('a Send carries values with their times', () => {
  const path = resourcePath(deviceObject, 0, 'batteryLevel');
  const entry: Entry = { path, value: { type: 'integer', value: 80 }, atS: 1_700_000_000 };
  const { payload, contentFormat } = sendRequest([entry]);
  const sent = sentEntries(contentFormat ?? null, payload ?? new Uint8Array(0));
  assert.deepEqual(expectOk(sent, 'sent'), [entry]);
});
