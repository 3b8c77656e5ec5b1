// What is on a card: read as written, proved, bound to its card and meter, whole after power failed
// at any byte.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  cardKinds,
  cardOutcomes,
  collectedPlaces,
  collectedReports,
  collectReport,
  type MeterReport,
  newCard,
  type Purchase,
  readHeader,
  readPurchase,
  readReport,
  withCheckDigit,
  writePurchase,
  writeReport,
} from '../src/index.ts';

const key = new Uint8Array(32).fill(7);
const meterPan = '600727000000000009';
const cardNumber = withCheckDigit('100000000000001');
const blank = newCard({ kind: 'user', cardNumber });
const tokens = ['12345678901234567890', '00000000000000000001'];
const purchase: Purchase = { count: 1, meterPan, tokens };
const report: Omit<MeterReport, 'sequence'> = {
  count: 1,
  outcomes: ['accepted', 'used'],
  atMs: Date.UTC(2026, 10, 30, 12, 5),
  available: -1_250n,
  importEnergyWh: 123_456_789n,
  eventSequence: 77,
  flags: ['lowCredit', 'magnet'],
};

const cardNumbers = fc.stringMatching(/^\d{15}$/).map((digits) => withCheckDigit(digits));
const purchases = fc.record(
  {
    count: fc.integer({ min: 1, max: 0xffff_ffff }),
    meterPan: fc.stringMatching(/^\d{18}$/),
    tokens: fc.array(fc.stringMatching(/^\d{20}$/), { maxLength: 4 }),
  },
  { noNullPrototype: true },
);

test('the check digit is Luhn’s, and a number with another is no card number', () => {
  assert.equal(withCheckDigit('401288888888188'), '4012888888881881');
  assert.throws(() => newCard({ kind: 'user', cardNumber: '4012888888881880' }), RangeError);
});

test('a card reads as it was made and written', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...cardKinds.slice(0, 3)),
      cardNumbers,
      purchases,
      (kind, of, what) => {
        const card = newCard({ kind, cardNumber: of });
        assert.deepEqual(readHeader(card), { ok: true, value: { kind, cardNumber: of } });
        const written = writePurchase(card, what, key);
        assert.deepEqual(readPurchase(written, { meterPan: what.meterPan, key }), {
          ok: true,
          value: what,
        });
      },
    ),
  );
});

test('the newer purchase counts, and the one before stays under it', () => {
  const first = writePurchase(blank, purchase, key);
  const second = writePurchase(first, { ...purchase, count: 2, tokens: [] }, key);
  const read = readPurchase(second, { meterPan, key });
  assert.ok(read.ok && read.value.count === 2);
  const third = writePurchase(second, { ...purchase, count: 3 }, key);
  assert.deepEqual(readPurchase(third, { meterPan, key }), {
    ok: true,
    value: { ...purchase, count: 3 },
  });
});

test('power that fails while a purchase or a report is written leaves the one before', () => {
  const before = writeReport(writePurchase(blank, purchase, key), report, key);
  const after = writePurchase(before, { ...purchase, count: 2 }, key);
  const later = writeReport(before, { ...report, count: 2 }, key);
  for (let bytes = 0; bytes <= before.length; bytes += 1) {
    const torn = Uint8Array.from([...after.subarray(0, bytes), ...before.subarray(bytes)]);
    const read = readPurchase(torn, { meterPan, key });
    assert.ok(read.ok && (read.value.count === 1 || read.value.count === 2), String(bytes));
    const tornReport = Uint8Array.from([...later.subarray(0, bytes), ...before.subarray(bytes)]);
    const said = readReport(tornReport, key);
    assert.ok(said.ok && (said.value.sequence === 1 || said.value.sequence === 2), String(bytes));
  }
});

test('another meter’s card, an empty one and a check card are told apart', () => {
  const written = writePurchase(blank, purchase, key);
  const other = { meterPan: '600727000000000017', key: new Uint8Array(32) };
  assert.deepEqual(readPurchase(written, other), { ok: false, error: 'otherMeter' });
  assert.deepEqual(readPurchase(blank, { meterPan, key }), { ok: false, error: 'empty' });
  const check = newCard({ kind: 'check', cardNumber });
  assert.deepEqual(readPurchase(check, { meterPan, key }), { ok: false, error: 'checkCard' });
});

test('no changed bit makes another purchase or report out of what was written', () => {
  const written = writeReport(writePurchase(blank, purchase, key), report, key);
  const told = readReport(written, key);
  for (let bit = 0; bit < 8 * written.length; bit += 1) {
    const changed = Uint8Array.from(written);
    changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    const read = readPurchase(changed, { meterPan, key });
    if (read.ok) assert.deepEqual(read.value, purchase, `bit ${bit}`);
    const said = readReport(changed, key);
    if (said.ok && told.ok) assert.deepEqual(said.value, told.value, `bit ${bit}`);
  }
});

test('content that is moved to another card proves nothing there', () => {
  const written = writePurchase(blank, purchase, key);
  const copy = newCard({ kind: 'user', cardNumber: withCheckDigit('100000000000002') });
  copy.set(written.subarray(32), 32);
  assert.deepEqual(readPurchase(copy, { meterPan, key }), { ok: false, error: 'unproved' });
});

test('a report reads as it was written, and counts up', () => {
  const once = writeReport(blank, report, key);
  assert.deepEqual(readReport(once, key), { ok: true, value: { ...report, sequence: 1 } });
  const twice = writeReport(once, { ...report, outcomes: [], flags: [] }, key);
  const read = readReport(twice, key);
  assert.ok(read.ok && read.value.sequence === 2 && read.value.outcomes.length === 0);
  assert.equal(cardOutcomes.length, 14);
});

test('a check card holds four meters, takes no fifth, and proves each by its own key', () => {
  const pans = Array.from({ length: collectedPlaces + 1 }, (_, i) => `60072700000000000${i}`);
  const keyOf = (pan: string) => new Uint8Array(32).fill(pans.indexOf(pan));
  let card = newCard({ kind: 'check', cardNumber });
  for (const pan of pans.slice(0, collectedPlaces)) {
    const next = collectReport(card, { meterPan: pan, report, key: keyOf(pan) });
    assert.ok(next !== null);
    card = next;
  }
  const [first = '', last = ''] = [pans[0], pans.at(-1)];
  assert.equal(collectReport(card, { meterPan: last, report, key: keyOf(last) }), null);
  const again = collectReport(card, { meterPan: first, report, key: keyOf(first) });
  assert.ok(again !== null);
  const read = collectedReports(again, (pan) =>
    pan === pans[1] ? new Uint8Array(32) : keyOf(pan),
  );
  assert.ok(read.ok);
  assert.deepEqual(
    read.value.map(({ meterPan: pan, report: of }) => [pan, of?.sequence]),
    [
      [pans[0], 2],
      [pans[1], undefined],
      [pans[2], 1],
      [pans[3], 1],
    ],
  );
});

test('any bytes end as a value or an error', () => {
  const images = fc.oneof(
    fc.uint8Array({ maxLength: 300 }),
    fc.uint8Array({ minLength: 224, maxLength: 224 }).map((rest) => {
      const image = Uint8Array.from(blank);
      image.set(rest, 32);
      return image;
    }),
  );
  fc.assert(
    fc.property(images, (image) => {
      for (const read of [
        readHeader(image),
        readPurchase(image, { meterPan, key }),
        readReport(image, key),
        collectedReports(image, () => key),
      ]) {
        assert.equal(typeof read.ok, 'boolean');
      }
    }),
    { numRuns: 2_000 },
  );
});
