// Numbers, instants and bars as people read them.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { attentionText, nothingWaits } from './attention.ts';
import { barsOf, everyDay, everyHour, roundStep } from './bars.ts';
import { codeText, isOpenStage, sentence } from './labels.ts';
import {
  broughtForwardOf,
  kwhText,
  meterCreditText,
  meterNumberText,
  moneyText,
  powerText,
  signedMoneyText,
  sumOf,
} from './numbers.ts';
import { whyNotPutRight } from './sale-actions.ts';
import { soldText } from './sold-today.ts';
import {
  age,
  ageOfNow,
  civilDate,
  civilMinute,
  dateAndTime,
  exactTimeOfDay,
  instantOf,
  longDay,
  monthText,
  soon,
  timeOfDay,
  until,
} from './time.ts';

const noon = Date.parse('2026-11-24T12:00:00Z');

describe('what waits for somebody', () => {
  it('is named by its kind, three of them at most', () => {
    const text = (parts: Partial<typeof nothingWaits>) =>
      attentionText({ ...nothingWaits, ...parts });
    assert.match(text({}), /^No paid sale is stuck/);
    assert.equal(text({ upkeep: 1 }), '1 thing that the server needs fails');
    assert.match(text({ sales: 2 }), /^2 sales paid and not in the meter, or named by the proof$/);
    assert.equal(
      text({ keys: 1, meters: 3, installs: 2, refunds: 1, notifications: 4 }),
      '1 vending key near the end; 3 alerts of meters; 2 install jobs; 5 other matters',
    );
  });
});

describe('what can be done about a sale', () => {
  it('is not offered where it must fail', () => {
    assert.equal(whyNotPutRight('reversal', 'delivered'), 'Its token is in the meter');
    assert.equal(whyNotPutRight('reversal', 'issued'), null);
    assert.equal(whyNotPutRight('creditNote', 'delivered'), null);
    for (const action of ['reversal', 'move', 'creditNote'] as const) {
      assert.equal(whyNotPutRight(action, 'reversed'), 'It was reversed');
    }
    assert.equal(whyNotPutRight('reprint', 'reversed'), null);
  });
});

describe('power', () => {
  it('is of now for a quarter of an hour, and then says its age', () => {
    assert.equal(ageOfNow(noon - 14 * 60_000, noon), '');
    assert.equal(ageOfNow(noon - 46 * 60_000, noon), '46 min ago');
  });
});

describe('numbers', () => {
  it('energy is shown in kWh and never through a float', () => {
    assert.equal(kwhText('12345'), '12.3 kWh');
    assert.equal(kwhText('9007199254740993', 2), '9007199254740.99 kWh');
    assert.equal(kwhText(null), '–');
  });
  it('money that moves carries its sign after the currency', () => {
    const rand = { code: 'ZAR', scale: 2 };
    assert.deepEqual(
      ['12050', '-12050', '0'].map((amount) => signedMoneyText(amount, rand)),
      ['ZAR +120.50', 'ZAR -120.50', 'ZAR 0.00'],
    );
  });
  it('credit is energy, or the money that it is held in', () => {
    const rand = { code: 'ZAR', scale: 2 };
    const energy = {
      creditMode: 'energy',
      availableEnergyWh: '12345',
      balanceMinor: null,
    } as const;
    assert.equal(meterCreditText(energy, rand), '12.3 kWh');
    const money = { ...energy, creditMode: 'money', balanceMinor: '4210' } as const;
    assert.equal(meterCreditText(money, rand), 'ZAR 42.10');
    const wallet = { ...money, creditMode: 'wallet', availableEnergyWh: null } as const;
    assert.equal(meterCreditText({ ...wallet, balanceMinor: '-420' }, rand), 'ZAR 4.20 owed');
    assert.equal(meterCreditText({ ...wallet, balanceMinor: null }, rand), '–');
  });
  it('power is in watts up to one kilowatt', () => {
    assert.equal(powerText('999'), '999 W');
    assert.equal(powerText('1000'), '1.00 kW');
    assert.equal(powerText('-1500'), '-1.50 kW');
    assert.equal(powerText(null), '–');
  });
  it('money carries its currency and its own number of decimals', () => {
    assert.equal(moneyText('12050', { code: 'ZAR', scale: 2 }), 'ZAR 120.50');
    assert.equal(moneyText('12050', { code: 'UGX', scale: 0 }), 'UGX 12050');
  });
  it('a meter number is grouped into issuer, number on the meter and check digit', () => {
    assert.equal(meterNumberText('600727000000000009'), '600727 0000 0000 000 9');
    assert.equal(meterNumberText('000001000000000082'), '0000 0100 0000 0000 8 2');
  });
  it('a meter number of another length is grouped by four, and what is no number is left alone', () => {
    assert.equal(meterNumberText('12345678903'), '1234 5678 903');
    assert.equal(meterNumberText('SN-77'), 'SN-77');
  });
  it('a sum of decimal strings is exact beyond 2^53', () => {
    assert.equal(sumOf(['9007199254740993', null, '1']), '9007199254740994');
    assert.equal(sumOf([]), '0');
  });
  it('what a sale took beyond its payment was prepaid before', () => {
    const lines = [{ amountMinor: '9000' }, { amountMinor: '1020' }];
    assert.equal(broughtForwardOf({ amountMinor: '10000', remainderMinor: '15', lines }), '35');
    assert.equal(broughtForwardOf({ amountMinor: '10035', remainderMinor: '15', lines }), '0');
    assert.equal(broughtForwardOf({ amountMinor: '100', remainderMinor: '0', lines: [] }), '0');
  });
});

describe('time', () => {
  it('ages are rounded down in the largest unit that fits', () => {
    assert.equal(age(noon - 4_999, noon), 'now');
    assert.equal(age(noon - 59_999, noon), '59 s ago');
    assert.equal(age(noon - 60_000, noon), '1 min ago');
    assert.equal(age(noon - 3_600_000, noon), '1 h ago');
    assert.equal(age(noon - 47 * 3_600_000, noon), '47 h ago');
    assert.equal(age(noon - 48 * 3_600_000, noon), '2 days ago');
  });
  it('what has happened is never said to lie ahead, even when the clocks differ', () => {
    assert.equal(age(noon + 90_000, noon), 'now');
  });
  it('what lies ahead counts down to now', () => {
    assert.equal(until(noon + 90_000, noon), 'in 1 min');
    assert.equal(until(noon - 1, noon), 'now');
  });
  it('times of day are those of the zone', () => {
    assert.equal(timeOfDay(noon, 'Africa/Johannesburg'), '14:00');
    assert.equal(exactTimeOfDay(noon, 'Asia/Kolkata'), '17:30:00');
    assert.match(dateAndTime(noon, 'UTC'), /^24 Nov,? 12:00:00$/);
  });
  it('midnight is hour 00, not 24', () => {
    assert.equal(timeOfDay(Date.parse('2026-11-24T22:00:00Z'), 'Africa/Johannesburg'), '00:00');
  });
  it('the civil date is that of the zone, not of UTC', () => {
    const late = Date.parse('2026-11-24T23:30:00Z');
    assert.equal(civilDate(late, 'UTC'), '2026-11-24');
    assert.equal(civilDate(late, 'Africa/Johannesburg'), '2026-11-25');
    assert.equal(monthText('2026-11'), 'November 2026');
    assert.match(longDay('2026-11-25'), /Wednesday,? 25 November 2026/);
  });
  it('a day with its time is an instant of the zone, over its changes of the clock, too', () => {
    for (const zone of ['UTC', 'Africa/Johannesburg', 'Asia/Kolkata', 'Europe/Zurich']) {
      for (const at of ['2026-11-24T12:00Z', '2026-03-29T00:30Z', '2026-10-25T01:30Z']) {
        const atMs = Date.parse(at);
        const back = instantOf(civilMinute(atMs, zone), zone);
        const isTwice = zone === 'Europe/Zurich' && at === '2026-10-25T01:30Z';
        assert.equal(back, isTwice ? atMs - 3_600_000 : atMs, `${at} in ${zone}`);
      }
    }
    assert.equal(instantOf('2026-03-29T02:30', 'Europe/Zurich'), null, 'the clock leaps over it');
    assert.equal(instantOf('2026-11-24', 'UTC'), null);
    assert.equal(instantOf('', 'UTC'), null);
  });
  it('a forecast within six days names the weekday and the time, a later one the date', () => {
    assert.equal(soon(noon + 2 * 86_400_000, noon, 'UTC'), 'Thu, 12:00');
    assert.match(soon(noon + 9 * 86_400_000, noon, 'UTC'), /^Thu,? 3 Dec$/);
  });
});

describe('bars', () => {
  it('the scale ends on a round line at or above the largest value', () => {
    const { shares, ticksWh } = barsOf(['0', '7600', '3800']);
    assert.deepEqual(ticksWh, [0n, 2000n, 4000n, 6000n, 8000n]);
    assert.deepEqual(shares, [0, 0.95, 0.475]);
  });
  it('no use at all still has a scale', () => {
    assert.deepEqual(barsOf(['0', '0']), { shares: [0, 0], ticksWh: [0n, 100n] });
    assert.deepEqual(barsOf([]).shares, []);
  });
  it('a negative value is drawn as nothing', () => {
    assert.equal(barsOf(['-500', '1000']).shares[0], 0);
  });
  it('there are at most four steps, whatever the size', () => {
    for (const maximum of [1n, 99n, 401n, 12_345n, 10n ** 13n]) {
      const step = roundStep(maximum);
      assert.ok(step * 4n >= maximum, `${maximum}`);
      assert.match(step.toString(), /^[125]0*$/);
    }
  });
});

describe('the days and hours of a chart', () => {
  it('are all there, across a month end, with what is not known left open', () => {
    assert.deepEqual(everyDay([{ date: '2026-03-01', energyWh: '5' }], '2026-03-01', 3), [
      { date: '2026-02-27', energyWh: null },
      { date: '2026-02-28', energyWh: null },
      { date: '2026-03-01', energyWh: '5' },
    ]);
  });
  it('leave out what is older', () => {
    const days = everyDay([{ date: '2026-01-01', energyWh: '5' }], '2026-03-01', 14);
    assert.ok(days.length === 14 && days.every((day) => day.energyWh === null));
  });
  it('end with the present hour', () => {
    const known = [{ startsAt: '2026-11-24T11:00:00.000Z', energyWh: '7' }];
    const hours = everyHour(known, noon + 1, 2);
    assert.deepEqual(hours, [
      { startsAtMs: noon - 3_600_000, energyWh: '7' },
      { startsAtMs: noon, energyWh: null },
    ]);
  });
});

describe('labels', () => {
  it('codes without words of their own are spelled out', () => {
    assert.equal(codeText('keyExpired'), 'Key expired');
    assert.equal(codeText('low-credit'), 'Low credit');
  });
  it('keep the server’s finished words but for a capital at the start', () => {
    assert.equal(sentence('accepted, 8.9 kWh'), 'Accepted, 8.9 kWh');
    assert.equal(sentence('refused: mistyped digit (CRC)'), 'Refused: mistyped digit (CRC)');
    assert.equal(sentence(''), '');
  });
  it('a command is open until it is done, refused or expired', () => {
    assert.ok(isOpenStage('retry'));
    assert.ok(!isOpenStage('expired'));
  });
});

it('what was sold today leaves wallets and street lights their own sums', () => {
  const sold = { sales: 2, amountMinor: '12050', energyWh: '45300', customers: 1 };
  const none = { sales: 0, amountMinor: '0', energyWh: '0', customers: 0 };
  const say = (o: { sold: typeof sold; walletsMinor?: string; lightsMinor?: string }) =>
    soldText(
      { ...sold, walletsMinor: '0', lightsMinor: '0', ...o },
      (minor) => `R ${Number(minor) / 100}`,
    );
  assert.equal(say({ sold }), '45.3 kWh in 2 sales to 1 connection');
  assert.equal(
    say({ sold: none, walletsMinor: '3000', lightsMinor: '5800' }),
    'No energy sold yet; R 30 more paid into wallets; R 58 more for street lights',
  );
  assert.equal(say({ sold: { ...sold, energyWh: '0' } }), '2 sales to 1 connection');
});
