// Our client against our server over a clear line: every mechanism, every form of ciphering, every
// service in both sizes.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createRandom } from '@prewatt/quantities/fuzzing';
import {
  attributeOf,
  clockClass,
  dataClass,
  disconnectControlClass,
  methodOf,
  profileClass,
  registerClass,
  tokenGatewayClass,
} from '../src/classes/index.ts';
import {
  type ClientAnswer,
  type ClientRequest,
  type Data,
  encodeWrapper,
  instantOf,
  integer,
  octetString,
  readDateTime,
  selectEntries,
  selectRange,
} from '../src/index.ts';
import {
  type ClientSetup,
  captureObjects,
  clientOf,
  connectLine,
  type Line,
  names,
  opened,
  profileRows,
  rowAt,
  serverOf,
  startMs,
  testMeter,
} from './fixtures.ts';

export function ask(line: Line, request: ClientRequest): ClientAnswer {
  const before = line.events.length;
  line.run(line.client.request(request));
  const answer = line.events.slice(before).find(({ kind }) => kind === 'answer');
  if (answer?.kind !== 'answer') throw new Error(JSON.stringify(line.events.slice(before)));
  return answer.answer;
}

const energy = { ...attributeOf(registerClass, names.energy, 'value'), selection: null };
const note = { ...attributeOf(dataClass, names.note, 'value'), selection: null };
const buffer = { ...attributeOf(profileClass, names.profile, 'buffer'), selection: null };

const setups: readonly (readonly [string, Omit<ClientSetup, 'transport'>])[] = [
  ['no security', { sap: 16, mechanism: 'none' }],
  ['a password', { sap: 17, mechanism: 'low' }],
  ['MD5', { sap: 19, mechanism: 'md5' }],
  ['SHA-1', { sap: 20, mechanism: 'sha1' }],
  ['GMAC without ciphering', { sap: 21, mechanism: 'gmac' }],
  ['SHA-256', { sap: 22, mechanism: 'sha256' }],
  ['ECDSA', { sap: 23, mechanism: 'ecdsa', suite: 1 }],
  ['glo', { sap: 1, mechanism: 'gmac', protection: 'authenticatedEncrypted' }],
  ['glo of suite 1', { sap: 1, mechanism: 'gmac', protection: 'authenticatedEncrypted', suite: 1 }],
  [
    'general-glo',
    { sap: 1, mechanism: 'gmac', protection: 'authenticatedEncrypted', general: true },
  ],
  ['ded', { sap: 1, mechanism: 'gmac', protection: 'authenticatedEncrypted', dedicated: true }],
  [
    'general-ded',
    {
      sap: 1,
      mechanism: 'gmac',
      protection: 'authenticatedEncrypted',
      dedicated: true,
      general: true,
    },
  ],
  ['authentication alone', { sap: 2, mechanism: 'low', protection: 'authenticated' }],
];

for (const transport of ['wrapper', 'hdlc'] as const) {
  describe(`over ${transport}`, () => {
    for (const [name, setup] of setups) {
      test(`an association with ${name} opens, reads and is released`, () => {
        const line = opened(testMeter({ suite: setup.suite ?? 0 }), { ...setup, transport });
        assert.deepEqual(ask(line, { kind: 'get', attribute: energy }), {
          kind: 'read',
          results: [{ ok: true, value: { type: 'doubleLongUnsigned', value: 123_456 } }],
        });
        line.run(line.client.release());
        assert.ok(line.events.some(({ kind }) => kind === 'released'));
        assert.ok(line.serverEvents.some(({ kind }) => kind === 'released'));
      });
    }

    for (const maxPduSize of [0xffff, 300, 128]) {
      for (const [name, setup] of [setups[1], setups[7], setups[11]].filter(
        (x) => x !== undefined,
      )) {
        test(`every service works with ${name} and PDUs of ${maxPduSize} bytes`, () => {
          const meter = testMeter({ maxPduSize });
          const line = opened(meter, { ...setup, transport, maxPduSize });
          everyService(line, meter);
        });
      }
    }
  });
}

function everyService(line: Line, meter: ReturnType<typeof testMeter>): void {
  const whole = ask(line, { kind: 'get', attribute: buffer });
  assert.equal(rowsOf(whole).length, profileRows);
  assert.deepEqual(rowsOf(whole)[399], rowAt(399));
  const long = octetString(Uint8Array.from({ length: 1500 }, (_, index) => index & 0xff));
  assert.deepEqual(ask(line, { kind: 'set', attribute: note, value: long }), {
    kind: 'written',
    results: ['success'],
  });
  assert.deepEqual(meter.told.note, long);
  assert.deepEqual(ask(line, { kind: 'getList', attributes: [energy, note, buffer] }), {
    kind: 'read',
    results: [
      { ok: true, value: { type: 'doubleLongUnsigned', value: 123_456 } },
      { ok: true, value: long },
      { ok: true, value: dataOf(whole) },
    ],
  });
  assert.deepEqual(
    ask(line, { kind: 'setList', attributes: [note, energy], values: [long, long] }),
    { kind: 'written', results: ['success', 'readWriteDenied'] },
  );
  const enter = methodOf(tokenGatewayClass, names.gateway, 'enter');
  assert.deepEqual(ask(line, { kind: 'action', method: enter, parameters: long }), {
    kind: 'done',
    results: [{ result: 'success', returned: { ok: true, value: long } }],
  });
  const open = methodOf(disconnectControlClass, names.disconnector, 'remoteDisconnect');
  assert.deepEqual(
    ask(line, { kind: 'actionList', methods: [open, enter], parameters: [integer(0), long] }),
    {
      kind: 'done',
      results: [
        { result: 'success', returned: null },
        { result: 'success', returned: { ok: true, value: long } },
      ],
    },
  );
  assert.equal(meter.told.closed, false);
  assert.equal(meter.told.entered.length, 2);
}

function dataOf(answer: ClientAnswer): Data {
  const first = answer.kind === 'read' ? answer.results[0] : undefined;
  if (first?.ok !== true) throw new Error(JSON.stringify(answer));
  return first.value;
}

function rowsOf(answer: ClientAnswer): (readonly Data[])[] {
  const data = dataOf(answer);
  if (data.type !== 'array') throw new Error(data.type);
  return data.items.map((row) => ('items' in row ? row.items : []));
}

test('a profile is read by entry and by range, with the columns that are asked for', () => {
  const line = opened(testMeter(), { sap: 17, mechanism: 'low', transport: 'wrapper' });
  const entries = selectEntries({
    fromEntry: 3,
    toEntry: 5,
    fromSelectedValue: 2,
    toSelectedValue: 0,
  });
  const byEntry = ask(line, { kind: 'get', attribute: { ...buffer, selection: entries } });
  assert.deepEqual(
    rowsOf(byEntry),
    [2, 3, 4].map((index) => rowAt(index).slice(1)),
  );
  const [clock, register] = captureObjects;
  if (clock === undefined || register === undefined) throw new Error('two are captured');
  const range = selectRange({
    restrictingObject: clock,
    fromValue: rowAt(10)[0] ?? octetString(new Uint8Array(12)),
    toValue: rowAt(12)[0] ?? octetString(new Uint8Array(12)),
    selectedValues: [register],
  });
  const byRange = ask(line, { kind: 'get', attribute: { ...buffer, selection: range } });
  assert.deepEqual(
    rowsOf(byRange),
    [10, 11, 12].map((index) => rowAt(index).slice(1)),
  );
});

test('what an association may not do is refused, one thing at a time', () => {
  const line = opened(testMeter(), { sap: 16, mechanism: 'none', transport: 'wrapper' });
  const absent = { ...energy, logicalName: '1.0.99.99.99.255' };
  const other = { ...energy, classId: 1 };
  const answer = ask(line, { kind: 'getList', attributes: [buffer, absent, other, energy] });
  assert.deepEqual(
    answer.kind === 'read' && answer.results.map((each) => (each.ok ? 'ok' : each.error)),
    ['readWriteDenied', 'objectUndefined', 'objectClassInconsistent', 'ok'],
  );
  const method = methodOf(disconnectControlClass, names.disconnector, 'remoteDisconnect');
  assert.deepEqual(ask(line, { kind: 'action', method, parameters: null }), {
    kind: 'done',
    results: [{ result: 'readWriteDenied', returned: null }],
  });
});

test('the object list shows what the association may do, and no more', () => {
  const list = { classId: 15, logicalName: '0.0.40.0.0.255', attribute: 2, selection: null };
  const shown = (sap: number, mechanism: 'none' | 'low') => {
    const line = opened(testMeter(), { sap, mechanism, transport: 'hdlc' });
    return rowsOf(ask(line, { kind: 'get', attribute: list })).map((row) => row[2]);
  };
  const profile = octetString(Uint8Array.of(1, 0, 99, 1, 0, 255));
  assert.ok(!shown(16, 'none').some((each) => JSON.stringify(each) === JSON.stringify(profile)));
  assert.ok(shown(17, 'low').some((each) => JSON.stringify(each) === JSON.stringify(profile)));
});

test('a wrong password, secret, key or mechanism opens nothing', () => {
  const wrong = new TextEncoder().encode('not the secret of the meter');
  const tries: (readonly [ClientSetup, string])[] = [
    [{ sap: 17, mechanism: 'low', transport: 'wrapper' }, 'turnedAway'],
    [{ sap: 19, mechanism: 'md5', transport: 'hdlc' }, 'proofRefused'],
    [{ sap: 22, mechanism: 'sha256', transport: 'wrapper' }, 'proofRefused'],
    [{ sap: 17, mechanism: 'none', transport: 'wrapper' }, 'turnedAway'],
    [{ sap: 99, mechanism: 'none', transport: 'wrapper' }, 'turnedAway'],
    [{ sap: 1, mechanism: 'gmac', transport: 'wrapper' }, 'turnedAway'],
  ];
  for (const [setup, kind] of tries) {
    const random = createRandom(2);
    const options = { authentication: { mechanism: setup.mechanism, secret: wrong } };
    const line = connectLine(
      clientOf({ ...setup, options }, random),
      serverOf(testMeter(), setup.transport, random),
    );
    line.run(line.client.open());
    const refused = line.events.find((event) => event.kind === 'refused');
    assert.equal(refused?.kind === 'refused' && refused.why.kind, kind, JSON.stringify(setup));
    assert.ok(!line.serverEvents.some((event) => event.kind === 'associated'));
    const read = { kind: 'get', attribute: energy } as const;
    assert.throws(() => line.client.request(read), /no request/);
  }
});

test('a block of a value out of its turn ends the value, and its number is said to be wrong', () => {
  const meter = testMeter();
  const line = opened(meter, { sap: 17, mechanism: 'low', transport: 'wrapper' });
  const asked = (apdu: string) => {
    const framed = encodeWrapper({ source: 17, destination: 1, apdu: Uint8Array.fromHex(apdu) });
    return line.server.feed(framed).bytesToSend.subarray(8).toHex();
  };
  const first = 'c102c100010000600109ff0200000000000102090a';
  assert.equal(asked(first), 'c502c100000001');
  assert.equal(asked('c103c10100000003020102'), 'c503c11300000003');
  assert.equal(asked('c103c10100000002020102'), 'c503c11200000002', 'nothing is under way');
  assert.deepEqual(meter.told.note, octetString(new Uint8Array(0)));
});

test('a date that is none is no instant', () => {
  const instant = (bytes: string) => {
    const read = readDateTime(Uint8Array.fromHex(bytes));
    return read.ok ? instantOf(read.value) : read;
  };
  assert.equal(instant('07ea0c02030f000000ff4c00'), Date.UTC(2026, 11, 2, 12));
  assert.equal(instant('000000000000000000000000'), null);
  assert.equal(instant('07ea0c00030f000000ff4c00'), null);
  assert.equal(instant('07ea0002030f000000ff4c00'), null);
  assert.equal(instant('07ea0cfe030f000000ff4c00'), null);
  assert.equal(instant('07ea0c020318000000ff4c00'), null);
});

test('the time of a clock comes as it is', () => {
  const line = opened(testMeter(), { sap: 16, mechanism: 'none', transport: 'hdlc' });
  const attribute = { ...attributeOf(clockClass, names.clock, 'time'), selection: null };
  const data = dataOf(ask(line, { kind: 'get', attribute }));
  const read = clockClass.attributes.time.type.read(data);
  assert.equal(read.ok && read.value.year, new Date(startMs).getUTCFullYear());
});
