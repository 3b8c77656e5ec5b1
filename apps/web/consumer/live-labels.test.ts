import assert from 'node:assert/strict';
import { test } from 'node:test';
import vm from 'node:vm';
import { scriptSourceIn } from './assets/script.ts';
import {
  ageText,
  clockText,
  contactText,
  dayText,
  forecastText,
  liveLabels,
  liveWordFunctions,
  powerText,
} from './live-labels.ts';
import { frame, live, liveStates, nowMs } from './samples.ts';
import { languageCodes } from './text/languages.ts';
import { voiceOf } from './text/voice.ts';

const voice = voiceOf(frame).live;
const hour = 3_600_000;

test('the forecast is a sentence with a range, in the zone', () => {
  assert.equal(
    liveLabels(live, voice).lasts,
    'Lasts until Thursday about 19:00 (between tomorrow 22:00 and Friday 09:00).',
  );
  const exact = {
    expectedAtMs: nowMs + hour,
    earliestAtMs: nowMs + hour,
    latestAtMs: nowMs + hour,
    atPresentUseMs: null,
  };
  assert.equal(forecastText(exact, nowMs, voice), 'Lasts until today about 13:30.');
  const far = { ...exact, expectedAtMs: nowMs + 90 * 24 * hour };
  assert.equal(forecastText(far, nowMs, voice), 'Lasts more than two months.');
  assert.equal(forecastText(exact, nowMs + 2 * hour, voice), 'May run out at any moment.');
});

test('what present use would do stands before the usual end', () => {
  const forecast = {
    expectedAtMs: nowMs + 3.2 * hour,
    earliestAtMs: nowMs + 2.2 * hour,
    latestAtMs: nowMs + 5.4 * hour,
    atPresentUseMs: nowMs + 8 * 60_000,
  };
  const lasts = liveLabels({ ...live, powerW: '10500', forecast }, voice).lasts;
  assert.match(lasts, /^At present use: 8 minutes\. As usual: until today about 15:40 \(between /);
  const late = { ...forecast, atPresentUseMs: nowMs - 1 };
  assert.match(forecastText(late, nowMs, voice), /^At present use: 1 minute\. As usual: /);
});

test('an earliest time that is past is said as now, not as yesterday', () => {
  const forecast = {
    expectedAtMs: nowMs + hour,
    earliestAtMs: nowMs - 30 * hour,
    latestAtMs: nowMs + 2 * hour,
    atPresentUseMs: null,
  };
  assert.match(forecastText(forecast, nowMs, voice), /between today 12:30 and today 14:30/);
});

const zurich = { ...voice, zone: 'Europe/Zurich' };

test('days are named as people name them, also when the clocks change', () => {
  const spring = Temporal.ZonedDateTime.from('2026-03-28T23:30[Europe/Zurich]').epochMilliseconds;
  assert.equal(dayText(spring + hour, spring, zurich), 'tomorrow');
  assert.equal(dayText(spring + 23 * hour, spring, zurich), 'tomorrow');
  assert.equal(dayText(spring + 24 * hour, spring, zurich), 'Monday');
  assert.equal(dayText(nowMs - 24 * hour, nowMs, voice), 'yesterday');
  assert.equal(dayText(nowMs + 9 * 24 * hour, nowMs, voice), '3 December');
  assert.equal(clockText(Date.UTC(2026, 10, 24, 22, 5), voice), '00:05');
});

test('credit that is used up does not last, whatever watt-hour rounding has left', () => {
  const rest = { ...live, availableEnergyWh: '1', owedEnergyWh: '2100' };
  const off = { ...rest, creditStatus: 'outOfCredit', loadSwitch: 'disconnected' } as const;
  assert.equal(liveLabels(off, voice).lasts, 'Your credit is used up.');
  const emergency = { ...rest, creditStatus: 'lowCredit', loadSwitch: 'connected' } as const;
  assert.equal(liveLabels(emergency, voice).lasts, 'Your credit is used up.');
  assert.match(liveLabels(emergency, voice).supplyTitle, /on, but your credit is used up/);
  assert.match(liveLabels(emergency, voice).supplyAdvice, /Buy soon.*You owe 2\.1 kWh/);
  const hardly = { ...emergency, owedEnergyWh: '60' };
  assert.doesNotMatch(liveLabels(hardly, voice).supplyAdvice, /You owe/);
});

test('each state of the supply says what to do', () => {
  const words = (name: string) => liveLabels(liveStates[name] ?? live, voice);
  assert.equal(words('inCredit').supplyTitle, 'Supply is on');
  assert.equal(words('inCredit').supplyAdvice, '');
  assert.match(words('lowCredit').supplyAdvice, /Buy soon/);
  assert.match(words('protected').supplyAdvice, /stays on until tomorrow 10:01/);
  assert.match(words('protected').supplyAdvice, /; about 6\.8 kWh will be owed\./);
  assert.match(words('protected').supplyAdvice, /You owe 1\.2 kWh so far/);
  assert.match(words('owesMoney').supplyAdvice, /until tomorrow 10:01; about R 3\.10 will be owed/);
  assert.match(
    words('endsInFriendlyHours').supplyAdvice,
    /When your credit ends, supply stays on until tomorrow 10:01; about 5\.2 kWh will be owed\./,
  );
  assert.match(
    words('grace').supplyAdvice,
    /^You turned prepaid .* not cut until \w+ \d\d:\d\d\.$/,
  );
  assert.match(words('off').supplyTitle, /off: your credit is used up/);
  assert.match(words('offWithCredit').supplyAdvice, /please call us/);
  assert.match(words('ready').supplyAdvice, /press the button/);
  assert.equal(words('unknown').supplyTitle, 'Supply: not known since today 10:31');
  assert.equal(words('unknown').available, '38.4');
  // What is used while nobody knows whether there is supply cannot be foretold.
  assert.equal(words('unknown').lasts, '');
  assert.equal(words('neverHeard').available, '–');
  assert.match(words('neverHeard').lasts, /Look at your meter/);
  const tones = ['inCredit', 'lowCredit', 'protected', 'off', 'ready', 'unknown', 'neverHeard'].map(
    (name) => words(name).tone,
  );
  assert.deepEqual(tones, ['on', 'low', 'low', 'off', 'low', 'unknown', 'unknown']);
});

test('a token that only has to be typed is named, before anybody is told to buy', () => {
  const one = '1234 5678 9012 3456 7890';
  const off = liveStates['offWithToken'] ?? live;
  const advice = (reading: typeof live) => liveLabels(reading, voice).supplyAdvice;
  assert.equal(advice(off), `Type your token ${one} at the meter and it comes back on.`);
  const set = { ...off, waitingTokens: ['1111 2222 3333 4444 5555', one] };
  assert.equal(
    advice(set),
    `Type these at the meter in this order: 1111 2222 3333 4444 5555, then ${one}, and it comes back on.`,
  );
  const low = { ...off, loadSwitch: 'connected', creditStatus: 'lowCredit' } as const;
  assert.match(advice(low), /^Type your token 1234 .* to keep your lights on\./);
  const protectedUntil = { ...low, creditStatus: 'outOfCredit' } as const;
  assert.match(advice(protectedUntil), /stays on for now\. Type your token .* to keep it on\./);
  assert.doesNotMatch(advice({ ...live, waitingTokens: [one] }), /[Tt]ype/);
  // A wallet's money that comes back as a token: the meter is in credit, with nothing to use.
  const carried = { ...live, availableEnergyWh: '0', owedEnergyWh: '5', waitingTokens: [one] };
  assert.match(advice(carried), /^Type your token 1234 .* to keep your lights on\./);
  assert.match(liveLabels(carried, voice).supplyTitle, /on, but your credit is used up/);
});

test('a home that is never cut is not told that buying keeps its lights on', () => {
  const advice = (reading: typeof live) => liveLabels(reading, voice).supplyAdvice;
  const promise = { startsAtMs: null, untilMs: null, owed: null };
  const usedUp = { ...live, ...(liveStates['protected'] ?? live), promise };
  assert.match(advice(usedUp), /^Your home is not cut: what you use is owed\. Buy when you can\./);
  const low = { ...live, ...(liveStates['lowCredit'] ?? live), promise };
  assert.match(advice(low), /^Buy soon\./);
  for (const reading of [usedUp, low]) assert.doesNotMatch(advice(reading), /to keep/);
});

test('emergency credit is told when credit is low or used up, and how it begins', () => {
  const advice = (reading: typeof live) => liveLabels(reading, voice).supplyAdvice;
  const off = liveStates['offWithEmergency'] ?? live;
  assert.match(advice(off), /You can take 0\.5 kWh of emergency credit at your meter\./);
  const low = { ...(liveStates['lowCredit'] ?? live), emergency: off.emergency };
  assert.match(advice(low), /You can take 0\.5 kWh of emergency credit at your meter\./);
  const byItself = { left: '0.5 kWh', isAutomatic: true };
  assert.match(
    advice({ ...low, emergency: byItself }),
    /Then you have 0\.5 kWh of emergency credit/,
  );
  assert.doesNotMatch(advice({ ...off, emergency: byItself }), /emergency/);
});

test('supply that is off for another reason is not told to come back with a purchase', () => {
  const words = {
    title: 'Supply is switched off for safety',
    advice: 'It stays off until Tuesday 17:00 at the latest, whatever is paid.',
  };
  const { supplyTitle, supplyAdvice, tone } = liveLabels(
    { ...live, off: { why: 'held', ...words } },
    voice,
  );
  assert.deepEqual({ title: supplyTitle, advice: supplyAdvice, tone }, { ...words, tone: 'off' });
});

test('a long silence of the meter is told with its meaning', () => {
  assert.equal(contactText(nowMs - 20_000, nowMs, voice), 'Your meter reported just now.');
  assert.equal(
    contactText(nowMs - 120_000, nowMs, voice),
    'Your meter last reported 2 minutes ago (today 12:29).',
  );
  assert.match(contactText(nowMs - 120 * hour, nowMs, voice), /5 days ago .* may be old/);
  assert.equal(ageText(60_000, voice), '1 minute');
  assert.equal(ageText(47 * hour, voice), '47 hours');
});

test('power has a unit that fits', () => {
  assert.equal(powerText(0n, voice), '0 W');
  assert.equal(powerText(999n, voice), '999 W');
  assert.equal(powerText(1263n, voice), '1.26 kW');
});

test('the script that is sent says the same words as the server, in each language', () => {
  const names = liveWordFunctions.map((words) => words.name);
  assert.equal(new Set(names).size, names.length);
  for (const language of languageCodes) {
    const source = scriptSourceIn(language, 'home');
    const carried = source.slice(0, source.indexOf('const find='));
    const script = `${carried}\nreturn (live, voice) => JSON.stringify(liveLabels(live, { ...voice, words: texts.live })); })()`;
    const sent = vm.runInNewContext(script, { Intl, BigInt, Date }) as typeof liveLabels;
    const { words, ...spoken } = voiceOf({ ...frame, language }).live;
    for (const [name, reading] of Object.entries(liveStates)) {
      const here = JSON.stringify(liveLabels(reading, { ...spoken, words }));
      assert.equal(sent(reading, spoken as never), here, `${language} ${name}`);
    }
    assert.doesNotMatch(source, /import |export |: string|: number/);
  }
});
