import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  bucketOfConnection,
  countText,
  divideCeil,
  divideFloor,
  divideHalfUp,
  energyWh,
  formatAmount,
  formatKwh,
  homeZoneOf,
  idFromUuid,
  parseAmount,
  parseId,
  parsePhone,
  parseTypedAmount,
  startOfDayMs,
  uuidV7,
} from './index.ts';

const zar = { code: 'ZAR', scale: 2 };

test('an amount is read only in the one form that cannot be misread', () => {
  assert.deepEqual(parseAmount('120.5', zar), { ok: true, value: 12050n });
  assert.deepEqual(parseAmount(' 7 ', { code: 'UGX', scale: 0 }), { ok: true, value: 7n });
  for (const text of ['12,5', '-1', '1e9', '', '1 000', '0x10', '١٢', '.5', '5.']) {
    assert.deepEqual(parseAmount(text, zar), { ok: false, error: 'amount-format' }, text);
  }
  assert.deepEqual(parseAmount('1.005', zar), { ok: false, error: 'amount-too-precise' });
  assert.deepEqual(parseAmount('9999999999999999', zar), {
    ok: false,
    error: 'amount-out-of-range',
  });
});

test('what a customer types is read as pages print it and keypads write it, if it has one meaning', () => {
  const meanings = { '5,000': 500_000n, '1,234.50': 123_450n, '12,50': 1250n, '12,5': 1250n };
  const spaced = { '1 000': 100_000n, '1\u00a0234,50': 123_450n, ' 120.5 ': 12_050n };
  for (const [text, value] of Object.entries({ ...meanings, ...spaced })) {
    assert.deepEqual(parseTypedAmount(text, zar), { ok: true, value }, text);
  }
  for (const text of ['1,2,3', '1,00,000', '1,0000', '12,500,1', '1 00', '1.000,50', '-1', '']) {
    assert.deepEqual(parseTypedAmount(text, zar), { ok: false, error: 'amount-format' }, text);
  }
  const dinar = { code: 'KWD', scale: 3 };
  for (const text of ['5,000', '5,50', '1 000']) {
    assert.deepEqual(parseTypedAmount(text, dinar), { ok: false, error: 'amount-format' }, text);
  }
});

test('a printed amount reads back as itself', () => {
  fc.assert(
    fc.property(fc.bigInt(0n, 10n ** 15n), fc.integer({ min: 0, max: 3 }), (value, scale) => {
      const currency = { code: 'XXX', scale };
      assert.deepEqual(parseAmount(formatAmount(value, currency), currency), { ok: true, value });
    }),
  );
});

test('divisions differ only in how they round', () => {
  fc.assert(
    fc.property(fc.bigInt(-(10n ** 9n), 10n ** 9n), fc.bigInt(1n, 10n ** 6n), (n, d) => {
      const floor = divideFloor(n, d);
      assert.ok(floor * d <= n && (floor + 1n) * d > n);
      assert.equal(divideCeil(n, d), n % d === 0n ? floor : floor + 1n);
      const nearest = divideHalfUp(n, d);
      assert.ok((nearest * d - n) * 2n <= d && (n - nearest * d) * 2n <= d);
    }),
  );
  assert.equal(divideHalfUp(-5n, 2n), -3n);
});

test('kilowatt-hours are printed truncated, with the sign kept', () => {
  assert.equal(formatKwh(12_399n), '12.3');
  assert.equal(formatKwh(-1_250n, 2), '-1.25');
  assert.equal(formatKwh(-40n), '0.0');
  assert.equal(formatKwh(999n, 0), '0');
});

test('a quantity out of range or with a fraction is a bug', () => {
  assert.throws(() => energyWh(1.5), RangeError);
  assert.throws(() => energyWh(10n ** 14n), RangeError);
});

test('identifiers carry their kind and their time', () => {
  const uuid = uuidV7(Date.UTC(2026, 0, 1), new Uint8Array(10).fill(0xff));
  assert.match(uuid, /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  const id = idFromUuid('sale', uuid);
  assert.deepEqual(parseId('sale', id), { ok: true, value: id });
  assert.deepEqual(parseId('meter', id), { ok: false, error: 'id-format' });
});

test('buckets spread connections evenly', () => {
  const counts = new Map<number, number>();
  for (let i = 0; i < 20_000; i++) {
    const random = new Uint8Array(10);
    new DataView(random.buffer).setUint32(5, i);
    const bucket = bucketOfConnection(idFromUuid('connection', uuidV7(1_700_000_000_000, random)));
    assert.ok(bucket >= 0 && bucket < 1024);
    counts.set(bucket, (counts.get(bucket) ?? 0) + 1);
  }
  assert.equal(counts.size, 1024);
  assert.ok(Math.max(...counts.values()) < 60);
});

test('phone numbers need a country code', () => {
  assert.deepEqual(parsePhone('+27 82 555-0101'), { ok: true, value: '+27825550101' });
  assert.deepEqual(parsePhone('0825550101'), { ok: false, error: 'phone-format' });
});

test('a day starts at local midnight, also when the clocks change', () => {
  const noon = Temporal.ZonedDateTime.from('2026-03-29T12:00[Europe/Zurich]').epochMilliseconds;
  assert.equal(
    new Date(startOfDayMs(noon, 'Europe/Zurich')).toISOString(),
    '2026-03-28T23:00:00.000Z',
  );
});

test('a number as it is written at home gets the country’s code, and no other country’s', () => {
  const at = (text: string, zone?: string) => {
    const phone = parsePhone(text, zone);
    return phone.ok ? phone.value : null;
  };
  const za = 'Africa/Johannesburg';
  for (const text of ['082 555 0101', '(082) 555-0101', '27825550101', '0027 82 555 0101']) {
    assert.equal(at(text, za), '+27825550101', text);
  }
  assert.equal(at('+254 712 345 678', za), '+254712345678', 'a code that is there stands');
  assert.equal(at('00254712345678', za), '+254712345678');
  assert.equal(at('0712 345 678', 'Africa/Nairobi'), '+254712345678');
  assert.equal(at('07 07 12 34 56', 'Africa/Abidjan'), '+2250707123456', 'the 0 is its own there');
  assert.equal(at('5812 3456', 'Africa/Maseru'), '+26658123456', 'no leading 0 there');
  for (const [text, zone] of [
    ['0825550101', undefined],
    ['0825550101', 'Etc/UTC'],
    ['825550101', za],
    ['0581', za],
    ['0812 3456', 'Africa/Maseru'],
    ['08 25 55 01 01 01 01 01 01', za],
    ['phone 0825550101', za],
    ['', za],
  ] as const) {
    assert.equal(at(text, zone), null, `${text} in ${zone}`);
  }
});

test('numbers of several countries behind one door need their country code', () => {
  assert.equal(homeZoneOf(['Africa/Johannesburg']), 'Africa/Johannesburg');
  assert.equal(homeZoneOf(['Australia/Perth', 'Australia/Sydney']), 'Australia/Perth');
  assert.equal(homeZoneOf(['Africa/Johannesburg', 'Africa/Nairobi']), undefined);
  assert.equal(homeZoneOf(['Africa/Johannesburg', 'Etc/UTC']), undefined);
  assert.equal(homeZoneOf([]), undefined);
});

test('one of a thing is singular', () => {
  assert.equal(countText(1, 'sale'), '1 sale');
  assert.equal(countText(1n, 'sale'), '1 sale');
  assert.equal(countText(0, 'sale'), '0 sales');
  assert.equal(countText(7, 'entry'), '7 entries');
  assert.equal(countText(3, 'batch'), '3 batches');
  assert.equal(countText(2, 'day'), '2 days');
  assert.equal(countText(1, 'text falls', 'texts fall'), '1 text falls');
});
