// What is said of money that is owed at a change to wallet mode, by what keeps supply on.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pageLanguages } from '@prewatt/api';
import { type Ahead, aheadText, type OwedAtChange } from './ahead-words.ts';

const sinceMs = Date.UTC(2026, 11, 2, 11, 5);
const place = { home: 'Flat 3', zone: 'Africa/Nairobi', url: 'https://p.example', help: null };
const due = { owed: 'KES 90.00', lent: '6.1 kWh', price: null, payAtLeast: 'KES 100.00' };
const offs: readonly OwedAtChange['off'][] = [
  ...(['atOnce', 'rule', 'emergency', 'marked'] as const),
  { atMs: Date.UTC(2026, 11, 9, 5) },
];

test('each end of supply has its own sentence, of which only a marked home has none', () => {
  for (const language of ['en', 'sw']) {
    for (const what of ['toWallet', 'walletBegins'] as const) {
      const texts = offs.map((off) =>
        aheadText(
          language,
          { what, sinceMs, left: null, credit: null, isEmpty: false, due: { ...due, off } },
          place,
        ),
      );
      assert.equal(new Set(texts).size, offs.length);
      for (const [at, text] of texts.entries()) {
        const isMarked = offs[at] === 'marked';
        assert.equal(/ goes off| utazimwa/.test(text), !isMarked, text);
        assert.equal(text.includes(due.payAtLeast), !isMarked, text);
        assert.ok(text.endsWith(place.url), text);
      }
    }
  }
});

test('energy that was lent is many in Kiswahili, a debt is one', () => {
  const said = (lent: string | null) =>
    aheadText('sw', { what: 'toWallet', due: { ...due, lent, off: 'atOnce' } }, place);
  assert.match(said('6.1 kWh'), /6\.1 kWh ulizokopeshwa na mita zitakuwa deni la pesa/);
  assert.match(said(null), /Deni lako litakuwa deni la pesa, kama KES 90\.00/);
});

test('what was lent is said without a price, too', () => {
  const unpriced = { what: 'toWallet', due: { owed: null, lent: '6.1 kWh' } } as const;
  assert.match(
    aheadText('en', unpriced, place),
    /The 6\.1 kWh that the meter has lent you will be/,
  );
  assert.match(aheadText('sw', unpriced, place), /6\.1 kWh ulizokopeshwa na mita zitakuwa deni/);
});

test('a wallet that begins says from how much energy its money is, and at what price', () => {
  const credit = { energy: '12.3 kWh', price: 'KES 22.4' };
  const said = { sinceMs, left: 'KES 275.52', credit, isEmpty: false };
  const begins = { what: 'walletBegins', ...said } as const;
  assert.match(
    aheadText('en', begins, place),
    /a wallet since Wed,? 2 Dec, 14:05, with KES 275\.52 in it, with the 12\.3 kWh that were left in the meter, at KES 22\.4 a kWh\./,
  );
  assert.match(aheadText('sw', begins, place), /12\.3 kWh za mita, kwa KES 22\.4 kila kWh/);
  const owed = { ...due, price: 'KES 14.75', off: 'atOnce' } as const;
  const owing = { ...begins, left: null, credit: null, due: owed };
  assert.match(
    aheadText('en', owing, place),
    /KES 90\.00 are owed in it, for 6\.1 kWh that the meter had lent you, at KES 14\.75 a kWh/,
  );
  const empty = { ...owing, isEmpty: true, due: { ...owed, lent: null } };
  const text = aheadText('en', empty, place);
  assert.match(
    text,
    /with nothing in it\. .*Supply goes off .* until you pay in at least KES 100\.00/,
  );
});

test('each notice is a text of its own in each language, and no place is left empty', () => {
  const atMs = Date.UTC(2026, 11, 9, 5);
  const [lent, limit, payAtLeast] = ['KES 300.00', 'KES 500.00', 'KES 12.00'];
  const notices: readonly Ahead[] = [
    { what: 'toWallet' },
    { what: 'toToken', left: '3.0 kWh', owed: 'KES 9.00' },
    ...(['wallet', 'token'] as const).map((toMode): Ahead => ({ what: 'calledOff', toMode })),
    ...(['postpaid', 'prepaid', 'flagEnded'] as const).map((what): Ahead => ({ what })),
    ...[null, atMs].map((untilMs): Ahead => ({ what: 'held', untilMs })),
    ...(['button', 'itself', 'neverOff'] as const).map((how): Ahead => ({ what: 'released', how })),
    { what: 'flagEnds', lastDay: '2026-12-09' },
    ...[null, payAtLeast].flatMap((least): readonly Ahead[] => [
      { what: 'weatherEnds', weather: 'heat', offAtMs: atMs, payAtLeast: least },
      {
        ...{ what: 'weatherWithdrawn', weather: 'cold', date: '2026-12-09' },
        ...{ offAtMs: null, payAtLeast: least },
      },
      { what: 'lent', lent, limit, isAll: least === null, payAtLeast: least },
    ]),
    ...[true, false].flatMap((is): readonly Ahead[] => [
      { what: 'graceLent', lent, limit, isAll: is, untilMs: atMs },
      { what: 'limit', limitW: 2_300, isLow: is, byButton: is },
    ]),
  ];
  for (const notice of notices) {
    const texts = Object.keys(pageLanguages).map((code) => aheadText(code, notice, place));
    for (const text of texts) assert.doesNotMatch(text, /[{}]|undefined|null| {2}/, text);
    assert.equal(new Set(texts).size, texts.length, notice.what);
  }
});
