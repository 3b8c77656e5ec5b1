import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pageLanguages } from '@prewatt/api';
import type { MessageKind } from '../../messaging/messages/index.ts';
import { dateIn, rangeIn, weekdayTimeIn } from '../../messaging/texts/index.ts';
import { endText, promiseText, shortText } from '../supply-forecast/index.ts';
import { type TextParts, textOf } from './words.ts';

const atMs = Date.UTC(2026, 11, 9, 6);
const zone = 'Africa/Nairobi';
const currency = { code: 'KES', scale: 2 } as const;
const token = '1234 5678 9012 3456 7890';

const kinds: readonly MessageKind[] = [
  ...(['creditLow', 'creditVeryLow', 'supplyOff', 'protectedSupply', 'emergencyCredit'] as const),
  ...(['endsInTwoDays', 'endsAtPresentUse', 'weeklyDigest', 'supplyRestored'] as const),
];

function partsIn(language: string): TextParts {
  const promised = { startsAtMs: null, untilMs: atMs, owedMinor: 310n, owedEnergyWh: null };
  return {
    ...{ language, home: 'Flat 3', left: '2.9 kWh', lasting: null, at: null, payAtLeast: null },
    promise: promiseText(
      { ...promised, atPresentUse: { minor: 2_015n } },
      { zone, currency, language },
    ),
    anHour: null,
    buyUrl: 'https://power.example',
    instead: { tokens: [], emergency: '0.5 kWh' },
    ends: { usual: endText(atMs, { nowMs: atMs, zone, language }), present: null },
    ...{ used: '30.0 kWh', isHeld: false, isWallet: false },
  };
}

test('each kind has its sentences in each language, and no place is left empty', () => {
  for (const kind of kinds) {
    const texts = Object.keys(pageLanguages).map((language) => textOf(kind, partsIn(language)));
    for (const text of texts) assert.doesNotMatch(text, /[{}]|undefined|null| {2}/, text);
    if (kind !== 'weeklyDigest') assert.equal(new Set(texts).size, texts.length, kind);
  }
});

test('the reader of another language is told the whole of it in that language', () => {
  const french = partsIn('fr');
  assert.equal(
    textOf('creditVeryLow', french),
    'le crédit pour Flat 3 est très bas : il reste 2.9 kWh. Ensuite, le courant reste jusqu’à mer. 09:00 ; environ KES 3.10 (KES 20.15 à la puissance actuelle) seront à payer. Rechargez : https://power.example',
  );
  const waits = { ...partsIn('ar'), instead: { tokens: [token], emergency: null } };
  // Between Arabic words the first group would stand last without the marks around it.
  assert.match(textOf('supplyOff', waits), new RegExp(`\u200e${token}\u200e`));
  assert.equal(shortText(8 * 60_000, 'id'), '8 menit');
  assert.equal(rangeIn('pt', { from: 2, to: 4, unit: 'day' }), '2-4 dias');
  assert.equal(rangeIn('en', { from: 2, to: 4, unit: 'day' }), '2 to 4 days');
  // Digits of a time are those of a keypad, and months those of the language.
  assert.equal(weekdayTimeIn('ar', atMs, zone), 'الأربعاء 09:00');
  assert.match(dateIn('ar', Temporal.PlainDate.from('2026-12-09')), /9/);
});
