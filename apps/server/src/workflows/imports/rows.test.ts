import assert from 'node:assert/strict';
import { test } from 'node:test';
import { importKinds } from '@prewatt/api';
import fc from 'fast-check';
import { columnsOf } from './columns.ts';
import { plainCell, readRow } from './rows.ts';

const rand = { currency: { code: 'ZAR', scale: 2 }, zone: 'Africa/Johannesburg' };

const good = {
  connection_name: 'Flat 1',
  address: '1 Test Street',
  customer_name: 'A Customer',
  customer_phone: "'+27 82 555 0101",
  tariff: 'Homes',
  meter_number: '600727000000000009',
  supply_group_code: '123456',
  tariff_index: '1',
  key_revision: '1',
  encryption_algorithm: 'EA07',
  mqtt_secret: '',
  converted_on: '',
};

const readConnection = (change: Partial<Record<keyof typeof good, string>> = {}) => {
  const all = { ...good, ...change };
  return readRow('connections', { columns: Object.keys(all), cells: Object.values(all) }, rand);
};

test('a phone number may stand as it is dialled at home', () => {
  const read = readConnection({ customer_phone: '082 555-0101' });
  assert.ok(read.ok && read.value.kind === 'connections');
  assert.equal(read.value.customer?.phone, '+27825550101');
});

test('a connection’s row is read into what onboarding wants', () => {
  assert.deepEqual(readConnection(), {
    ok: true,
    value: {
      kind: 'connections',
      meterPan: '600727000000000009',
      name: 'Flat 1',
      address: '1 Test Street',
      customer: { name: 'A Customer', phone: '+27825550101' },
      tariffName: 'Homes',
      supplyGroupCode: '123456',
      tariffIndex: '01',
      keyRevision: 1,
      encryptionAlgorithm: 'ea07',
      secretSha256Hex: null,
      convertedOn: null,
    },
  });
});

test('the number on the meter is enough', () => {
  const read = readConnection({ meter_number: '0000 0000 000' });
  assert.equal(
    read.ok && 'meterPan' in read.value ? read.value.meterPan : '',
    '600727000000000009',
  );
});

test('each fault names its column, what is there and what to write instead', () => {
  const faults: [Partial<Record<keyof typeof good, string>>, string, string][] = [
    [{ connection_name: '' }, 'connection_name', 'required'],
    [{ address: 'x'.repeat(201) }, 'address', 'tooLong'],
    [{ connection_name: 'a\nb' }, 'connection_name', 'controlCharacter'],
    [{ customer_phone: '82 555 0101' }, 'customer_phone', 'phoneFormat'],
    [{ customer_phone: '' }, 'customer_phone', 'customerIncomplete'],
    [{ customer_name: '' }, 'customer_name', 'customerIncomplete'],
    [{ meter_number: '6.00727E+17' }, 'meter_number', 'numberRounded'],
    [{ meter_number: '60072700000000000' }, 'meter_number', 'panLength'],
    [{ meter_number: '60072700000000000x' }, 'meter_number', 'panCharacter'],
    [{ meter_number: '600727000000000008' }, 'meter_number', 'panCheckDigit'],
    [{ meter_number: '600727000000000109' }, 'meter_number', 'drnCheckDigit'],
    [{ meter_number: '500727000000000009' }, 'meter_number', 'iinUnknown'],
    [{ supply_group_code: '12345' }, 'supply_group_code', 'supplyGroupFormat'],
    [{ tariff_index: '123' }, 'tariff_index', 'tariffIndexFormat'],
    [{ key_revision: '0' }, 'key_revision', 'keyRevisionRange'],
    [{ encryption_algorithm: 'des' }, 'encryption_algorithm', 'algorithmUnknown'],
    [{ mqtt_secret: 'invalid' }, 'mqtt_secret', 'secretLength'],
    [{ converted_on: '24.11.2026' }, 'converted_on', 'dateFormat'],
    [{ converted_on: '2026-02-30' }, 'converted_on', 'dateFormat'],
  ];
  for (const [change, column, code] of faults) {
    const read = readConnection(change);
    assert.ok(!read.ok, code);
    assert.deepEqual(
      read.error.map((fault) => [fault.column, fault.code]),
      [[column, code]],
    );
    assert.ok(read.error.every((fault) => fault.advice !== '' && fault.message !== ''));
  }
});

test('all faults of a row are told at once, and a secret never', () => {
  const read = readConnection({ connection_name: '', meter_number: '1', mqtt_secret: 'invalid' });
  assert.ok(!read.ok);
  assert.deepEqual(
    read.error.map((fault) => fault.column),
    ['meter_number', 'connection_name', 'mqtt_secret'],
  );
  assert.equal(read.error.at(-1)?.found, null);
});

const readBalance = (amount: string, currency = '') =>
  readRow(
    'openingBalances',
    {
      columns: ['meter_number', 'amount', 'currency'],
      cells: [good.meter_number, amount, currency],
    },
    rand,
  );

test('amounts are written one way; zero and another currency are refused', () => {
  const codeOf = (amount: string, currency?: string) => {
    const read = readBalance(amount, currency);
    return read.ok ? 'ok' : read.error[0]?.code;
  };
  assert.equal(codeOf('12.50', 'zar'), 'ok');
  assert.equal(codeOf('12,50'), 'amountFormat');
  const owed = readBalance('-12.50');
  assert.equal(owed.ok ? 'read' : owed.error.map(({ code }) => code).join(), 'balanceNegative');
  assert.match(owed.ok ? '' : (owed.error[0]?.advice ?? ''), /--kind arrears/);
  assert.equal(codeOf('12.505'), 'amountTooPrecise');
  assert.equal(codeOf('9999999999999999'), 'amountOutOfRange');
  assert.equal(codeOf('0.00'), 'amountNotPositive');
  assert.equal(codeOf(''), 'required');
  assert.equal(codeOf('5', 'USD'), 'currencyOther');
});

test('a voltage is of one meter and one half-hour, in tenths of a volt', () => {
  const columns = ['meter_number', 'starts_at', 'voltage_v'];
  const read = (cells: string[]) => readRow('networkVoltages', { columns, cells }, rand);
  const startsAtMs = Date.UTC(2026, 10, 20, 12, 30);
  const row = { kind: 'networkVoltages', meterPan: '600727000000000009', startsAtMs };
  for (const [written, deciVolts] of [
    ['231.44', 2314],
    ['0', 0],
    ['999.9', 9999],
  ] as const) {
    assert.deepEqual(read([row.meterPan, '2026-11-20T14:30+02:00', written]), {
      ok: true,
      value: { ...row, deciVolts },
    });
  }
  for (const [startsAt, written, code] of [
    ['2026-11-20T14:30+02:00', '-3', 'voltageFormat'],
    ['2026-11-20T14:30+02:00', '2.3e2', 'voltageFormat'],
    ['2026-11-20T14:30+02:00', '1000', 'voltageFormat'],
    ['2026-11-20T14:30+02:00', '1'.repeat(120), 'voltageFormat'],
    ['2026-11-20T14:30+02:00', '\u0007'.padStart(9, '2'), 'controlCharacter'],
    ['2026-11-20T14:10+02:00', '230', 'halfHour'],
    ['2026-11-20T14:30', '230', 'halfHour'],
  ] as const) {
    const refused = read([row.meterPan, startsAt, written]);
    assert.deepEqual(refused.ok ? [] : refused.error.map((fault) => fault.code), [code]);
  }
});

test('a line with another number of fields is one fault', () => {
  const read = readRow('arrears', { columns: ['meter_number', 'label'], cells: ['1'] }, rand);
  assert.deepEqual(read.ok ? [] : read.error.map((fault) => fault.code), ['columnCount']);
});

test('the apostrophe of an export is taken off, others stay', () => {
  assert.equal(plainCell(" '=1+1 "), '=1+1');
  assert.equal(plainCell("'t Hooft"), "'t Hooft");
});

test('whatever the cells say, a row is read or refused with faults', () => {
  const cell = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 30 }),
    fc.constantFrom('share 25', '600727000000000009', '1.00', '', '__proto__', 'ageLadder 1:1'),
    fc.constantFrom('2026-11-20T14:00Z', '2026-11-20', '231.4', 'transformer', 'L2', '-26.1'),
  );
  for (const kind of importKinds) {
    const columns = [...columnsOf[kind].required, ...columnsOf[kind].optional];
    fc.assert(
      fc.property(fc.array(cell, { maxLength: columns.length + 1 }), (cells) => {
        const read = readRow(kind, { columns, cells }, rand);
        if (!read.ok) assert.ok(read.error.length > 0);
      }),
    );
  }
});
