// Rule sets as sentences.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describeRules, timesWithoutCut } from './describe-rules.ts';
import { noProtection, type ProtectionRules } from './rules.ts';

const sentencesOf = (rules: ProtectionRules): string[] =>
  describeRules(rules).flatMap((part) => part.sentences);

test('a rule set that protects nobody says so, part by part', () => {
  const parts = describeRules(noProtection);
  assert.ok(parts.every(({ sentences }) => sentences.length > 0));
  const said = sentencesOf(noProtection);
  assert.ok(said.includes('A cut is allowed at any hour of any day.'));
  assert.ok(said.includes('There is no emergency credit.'));
  assert.ok(!said.some((sentence) => sentence.includes('stays off')), 'no hours to stay off in');
  assert.ok(said.includes('Nothing of a payment goes to what is owed.'));
});

test('each rule has its sentence, with its days, hours and figures', () => {
  const said = sentencesOf({
    version: 2,
    friendlyHours: [
      { weekdays: [5, 1, 2, 3, 4], from: '18:00', to: '11:00' },
      { weekdays: [6, 7], from: '00:00', to: '24:00' },
      { weekdays: [1, 3], from: '12:00', to: '13:30' },
    ],
    holidays: ['2026-12-25'],
    weather: { protects: ['heat', 'cold'], days: [] },
    emergencyCreditWh: '2500',
    debt: { maximumSharePercent: 50, floorEnergyWh: '1000' },
    graceAfterConversion: { days: 10, workingDaysOnly: true, owedLimitWh: '20000' },
    softLanding: [{ belowWh: '3000', powerLimitW: 1500 }],
    silence: { callAfterHours: 24 },
  });
  for (const sentence of [
    'No cut from Monday to Friday between 18:00 and 11:00 of the next day.',
    'No cut on Saturday and Sunday at any hour.',
    'No cut on Monday and Wednesday between 12:00 and 13:30.',
    'No cut on days that are declared for heat or cold.',
    'Supply that went off at another time stays off in these hours, too, until there is credit; in wallet mode it comes on again.',
    'No cut for 10 working days after a connection turned prepaid, or until 20.0 kWh are owed, whichever is first.',
    'Below 3.0 kWh of credit, power is limited to 1500 W.',
    'A customer may take 2.5 kWh of emergency credit; it is owed from the next top-up.',
    'At most 50 % of a payment goes to what is owed.',
    'Every top-up yields at least 1.0 kWh, whatever is owed.',
    'Any other home is called after 24 hours without credit and use.',
  ]) {
    assert.ok(said.includes(sentence), `${sentence}\n${said.join('\n')}`);
  }
});

test('hours that begin on a day without cuts say the morning that they add, and no more', () => {
  const whole = { from: '00:00', to: '24:00' };
  const night = { from: '18:00', to: '08:00' };
  const whenOf = (friendlyHours: ProtectionRules['friendlyHours']) =>
    timesWithoutCut({ ...noProtection, friendlyHours });
  assert.deepEqual(
    whenOf([
      { weekdays: [1, 2, 3, 4, 5], ...night },
      { weekdays: [6, 7], ...whole },
      { weekdays: [7], ...night },
    ]),
    [
      'No cut from Monday to Friday between 18:00 and 08:00 of the next day.',
      'No cut on Saturday and Sunday at any hour.',
      'No cut on Monday before 08:00.',
    ],
  );
  assert.deepEqual(
    whenOf([
      { weekdays: [6, 7], ...whole },
      { weekdays: [5, 6], ...night },
    ]),
    [
      'No cut on Saturday and Sunday at any hour.',
      'No cut on Friday between 18:00 and 08:00 of the next day.',
    ],
  );
});

test('holidays are named by their dates', () => {
  const whenOf = (holidays: ProtectionRules['holidays']) =>
    timesWithoutCut({ ...noProtection, holidays });
  assert.deepEqual(whenOf(['2026-12-25']), ['No cut on holidays: 25 December 2026.']);
  assert.deepEqual(whenOf(['2027-01-01', '2026-12-25', '2026-12-26']), [
    'No cut on holidays: 25 December 2026, 26 December 2026 and 1 January 2027.',
  ]);
});
