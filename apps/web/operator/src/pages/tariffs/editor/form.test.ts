import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import fc from 'fast-check';
import { documentEntry } from '../../../text/entries.ts';
import { fieldText, fieldValue } from './fields.ts';
import { type Json, valueAt, withItem, withoutItem, withValue } from './json.ts';
import { lineOf, linesOf, syntaxError } from './json-lines.ts';
import { hiddenMembers, shownPlaces } from './places.ts';
import { pricesOf, raised, readShare, withRaised } from './raise.ts';

const folder = new URL('../../../../../../../packages/tariff/documents/', import.meta.url);
const documents: readonly { readonly file: string; readonly document: Json }[] = readdirSync(folder)
  .filter((file) => file.endsWith('.json'))
  .map((file) => ({
    file,
    document: JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as Json,
  }));

test('each field writes what it shows: the form of a document is the document', () => {
  assert.ok(documents.length >= 47);
  for (const { file, document } of documents) {
    let written = document;
    let fields = 0;
    for (const { path, place } of shownPlaces(document)) {
      const value = valueAt(document, path);
      const text = fieldText(place.kind, value);
      if (value === undefined || text === null) continue;
      written = withValue(written, path, fieldValue(place.kind, text));
      fields += 1;
    }
    assert.deepEqual(written, document, file);
    assert.equal(JSON.stringify(written), JSON.stringify(document), `${file}: order of members`);
    assert.ok(fields > 15, file);
  }
});

test('what the form does not show is facts about the document and rare parts of examples', () => {
  const known =
    /^(confidence|licence|invented|sources|examples\[\d+\]\.(time|period|parameters|position|debts|protection|energyStepWh|partsAt|tolerance|gate|quality|note|sources|expect\.(costBeforeTaxes|parts|blocksKwh|refusal)))$/;
  for (const { file, document } of documents) {
    const rare = hiddenMembers(document).filter((member) => !known.test(member));
    assert.deepEqual(rare, [], file);
  }
});

test('an edit of one field changes that member and nothing else', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...documents),
      fc.nat(),
      fc.string({ minLength: 1, maxLength: 12 }).filter((text) => text.trim() !== ''),
      ({ document }, which, text) => {
        const shown = shownPlaces(document).filter(
          ({ path }) => valueAt(document, path) !== undefined,
        );
        const field = shown[which % shown.length];
        assert.ok(field !== undefined);
        const changed = withValue(document, field.path, fieldValue(field.place.kind, text));
        const back = withValue(changed, field.path, valueAt(document, field.path));
        assert.deepEqual(back, document);
      },
    ),
  );
});

test('a value that its field could not write again is left to the JSON', () => {
  assert.equal(fieldText('amount', { multiply: [{ add: ['1', '2'] }, '3'] }), null);
  assert.equal(fieldText('amount', { multiply: ['0.5', { parameter: 'fuel' }] }), '0.5 * fuel');
  assert.deepEqual(fieldValue('amount', '0.5 * fuel + 1.2'), {
    add: [{ multiply: ['0.5', { parameter: 'fuel' }] }, '1.2'],
  });
  assert.equal(fieldText('whole', '2'), null);
  assert.equal(fieldText('text', ['a']), null);
  assert.equal(fieldText('limit', null), '');
  assert.equal(fieldValue('limit', ''), null);
  assert.deepEqual(fieldValue('counting', '2 months from month 2'), { months: 2, startsIn: 2 });
  assert.deepEqual(fieldValue('nthPurchase', '2 to 3'), { from: 2, upto: 3 });
  assert.equal(fieldText('nthPurchase', { from: 4 }), 'from 4');
  const odd: Json = {
    energy: { schedules: [{ code: 'a', blocks: [{ rate: { add: [{ add: ['1'] }] } }] }] },
  };
  assert.deepEqual(hiddenMembers(odd), ['energy.schedules[0].blocks[0].rate']);
});

test('lists grow and shrink in their place, and what is left empty goes', () => {
  const one = withItem({ a: 1 }, ['charges'], { code: 'x' });
  assert.deepEqual(one, { a: 1, charges: [{ code: 'x' }] });
  assert.deepEqual(withItem(one, ['charges'], 'first', 0), {
    a: 1,
    charges: ['first', { code: 'x' }],
  });
  assert.deepEqual(withoutItem(one, ['charges'], 0), { a: 1 });
  const when = withValue(one, ['charges', 0, 'when', 'monthTotal', 'overKwh'], '50');
  assert.deepEqual(
    withValue(when, ['charges', 0, 'when', 'monthTotal', 'overKwh'], undefined),
    one,
  );
});

test('a price is raised exactly and keeps its decimals', () => {
  assert.equal(raised('2.2500', 500n), '2.3625');
  assert.equal(raised('1.65', 333n), '1.70');
  assert.equal(raised('25', -250n), '24');
  assert.equal(raised('0.09', 500n), '0.09');
  assert.equal(raised('999999999999.99', 10_000n), '1999999999999.98');
  const share = (text: string) => {
    const read = readShare(text);
    return read.ok ? read.value : null;
  };
  assert.deepEqual(['5', '+2.5', '-3 %', '−0.25'].map(share), [500n, 250n, -300n, -25n]);
  assert.deepEqual(['0', '', 'five', '-101', '1.234', '5,5'].map(share), [...Array(6).fill(null)]);
  const demo = documents.find(({ file }) => file === 'demo.json')?.document ?? null;
  const prices = pricesOf(demo);
  assert.deepEqual(
    prices.map(({ label, value }) => `${label}: ${value}`),
    ['block 1: 1.6500', 'block 2: 2.2500', 'block 3: 2.9500', 'Service charge: 25.00'],
  );
  const dearer = withRaised(demo, prices.slice(1, 2), 500n);
  assert.deepEqual(
    pricesOf(dearer).map(({ value }) => value),
    ['1.6500', '2.3625', '2.9500', '25.00'],
  );
});

test('each member of a document is found on the line that it stands on', () => {
  for (const { file, document } of documents) {
    const text = documentEntry(document);
    const lines = linesOf(text);
    const rows = text.split('\n');
    for (const [path, line] of lines) {
      const name = /[^.[\]]+$/.exec(path.replace(/\]$/, ''))?.[0] ?? '';
      if (path === '' || path.endsWith(']')) continue;
      assert.ok(rows[line - 1]?.includes(`"${name}"`), `${file}: ${path} on line ${line}`);
    }
  }
  const lines = linesOf('{\n  "a": [\n    { "b": 1 },\n    { "c": "x, [y]" }\n  ]\n}');
  assert.equal(lines.get('a[1].c'), 4);
  assert.equal(lineOf(lines, 'a[1].missing'), 4);
  assert.equal(lineOf(lines, 'nowhere'), 1);
});

test('a text that is no JSON says on which line', () => {
  assert.equal(syntaxError('{"a": 1}'), null);
  assert.equal(syntaxError('{\n  "a": 1,\n}')?.line, 3);
  assert.equal(syntaxError('{\n  "a": 1')?.line, 2);
});
