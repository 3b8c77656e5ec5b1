// Warnings of the end of credit as customers get them: from the forecast, each once for a credit,
// also over restarts and in two processes, before quiet hours; and the digest of who wants one
// message a week.

import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import type { AccountState, MeterEvent } from '@prewatt/protocol';
import { energyWh, powerW } from '@prewatt/quantities';
import { sql } from 'kysely';
import { saveChoices } from '../src/workflows/alerts/index.ts';
import { createHarness, type Harness } from './harness.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
/** A Tuesday, 12:00 in Johannesburg. */
let noonMs = Date.UTC(2026, 10, 24, 10);
const perHourWh = 300;

let h: Harness;
let home: Awaited<ReturnType<Harness['addConnection']>>;
let sequence = 0;
before(async () => {
  h = await createHarness();
});
after(() => h.close());
beforeEach(async () => {
  // A week on: each test has a round of forecasts of its own.
  noonMs += 7 * dayMs;
  h.clock.nowMs = noonMs;
  home = await h.addConnection();
  for (let from = 0; from <= 240; from += 48) {
    sequence += 1;
    const entries = Array.from({ length: Math.min(48, 241 - from) }, (_, i) => ({
      endsAtMs: noonMs - (240 - from - i) * hourMs,
      importEnergyWh: energyWh(BigInt(100_000 + (from + i) * perHourWh)),
    }));
    await h.fromMeter(home.meterPan, { kind: 'profile', sequence, entries });
  }
});

const says = (availableWh: number, o: Partial<AccountState> = {}) =>
  h.fromMeter(home.meterPan, {
    kind: 'state',
    state: {
      capturedAtMs: h.clock.nowMs,
      availableEnergyWh: energyWh(BigInt(availableWh)),
      powerW: powerW(300n),
      importEnergyWh: energyWh(172_000n),
      creditedEnergyWh: energyWh(200_000n),
      owedEnergyWh: energyWh(0n),
      loadSwitch: 'connected',
      creditStatus: 'inCredit',
      ...o,
    },
  });
const sweep = async (services = h.services) => {
  await services.forecasts.sweep(await services.utilities.get(h.utilityId));
  await services.alerts.sweep(h.utilityId);
};
const told = async () => {
  const { rows } = await sql<{ kind: string; state: string; text: string }>`
    SELECT kind, state, text FROM prewatt.messages
    WHERE connection_id = ${home.connectionId}::uuid ORDER BY id`.execute(h.owner.directories);
  return rows;
};
const kinds = async () => (await told()).map(({ kind, state }) => `${kind} ${state}`);
const event = (of: Readonly<Record<string, unknown>>) => {
  sequence += 1;
  const events = [{ sequence, atMs: h.clock.nowMs, ...of } as MeterEvent];
  return h.fromMeter(home.meterPan, { kind: 'events', sequence, events });
};
const choose = (o: { digest?: boolean; quiet?: { fromMinute: number; toMinute: number } }) =>
  h.database.inUtility(h.utilityId, (tx) =>
    saveChoices(tx, {
      place: home,
      choices: {
        wanted: { low: true, veryLow: true, restored: true },
        digest: o.digest ?? false,
        quiet: o.quiet ?? null,
      },
      nowMs: h.clock.nowMs,
    }),
  );
/** Hours pass, the meter reports what is left, and the server looks. */
const pass = async (hours: number, leftWh: number, o: Partial<AccountState> = {}) => {
  h.clock.nowMs += hours * hourMs;
  await says(leftWh, o);
  await sweep();
};

test('a credit is told two days and half a day before its end, each once, whoever looks', async () => {
  await says(7 * 24 * perHourWh);
  await sweep();
  assert.deepEqual(await kinds(), []);
  await pass(5 * 24 + 2, (2 * 24 - 2) * perHourWh);
  await Promise.all([sweep(), sweep(h.secondServices())]);
  const [first] = await told();
  assert.match(
    first?.text ?? '',
    /credit for .* ends about \w{3} \d\d:[03]0 as you use it \(13\.8 kWh left\)\. Buy more/,
  );
  await pass(24, 22 * perHourWh);
  assert.deepEqual(await kinds(), ['endsInTwoDays queued']);
  await pass(12, 10 * perHourWh);
  await sweep(h.secondServices());
  await pass(1, 9 * perHourWh);
  assert.deepEqual(await kinds(), ['endsInTwoDays queued', 'endsInHalfDay queued']);
  // Another credit is told anew.
  await pass(0.5, 7 * 24 * perHourWh, { creditedEnergyWh: energyWh(300_000n) });
  await pass(13, (7 * 24 - 13) * perHourWh, { creditedEnergyWh: energyWh(300_000n) });
  await pass(4.5 * 24, 44 * perHourWh, { creditedEnergyWh: energyWh(300_000n) });
  assert.equal((await kinds()).filter((kind) => kind.startsWith('endsInTwoDays')).length, 2);
});

test('a threshold of the meter tells nothing where the forecast warns, and is the fallback elsewhere', async () => {
  await says(7 * 24 * perHourWh);
  await sweep();
  const low = { code: 'creditLow', availableEnergyWh: energyWh(3_000n) };
  await event(low);
  assert.deepEqual(await kinds(), ['creditLow dropped']);
  home = await h.addConnection();
  await says(3_000);
  await sweep();
  await event(low);
  assert.deepEqual(await kinds(), ['creditLow queued']);
});

test('power that ends credit within two hours is a message of its own, at once', async () => {
  await says(9_000);
  await sweep();
  h.clock.nowMs += 5 * 60_000;
  await says(9_000, { powerW: powerW(10_500n) });
  await sweep();
  await sweep();
  const [only, ...more] = await told();
  assert.equal(more.length, 0);
  assert.match(
    only?.text ?? '',
    /is enough for 51 minutes at present use \(9\.0 kWh left\); as usual until about/,
  );
  await pass(1 / 3, 3_300);
  assert.equal((await told()).length, 1, 'both ends were named twenty minutes ago');
  await pass(2, 2_700);
  assert.deepEqual(await kinds(), ['endsAtPresentUse queued', 'endsInHalfDay queued']);
});

test('a warning that comes while much is used tells of that first', async () => {
  await says(24 * perHourWh);
  await sweep();
  h.clock.nowMs += 13 * hourMs;
  await says(11 * perHourWh, { powerW: powerW(1_200n) });
  await sweep();
  const [only, ...more] = await told();
  assert.deepEqual([only?.kind, more.length], ['endsInHalfDay', 0]);
  const { text = '' } = only ?? {};
  assert.match(text, /is enough for 2 hours at present use .*; as usual until about/);
  assert.doesNotMatch(text, /ends about/);
});

test('a home that is off or used up is not told that credit will end', async () => {
  await says(3_000, { loadSwitch: 'disconnected', powerW: powerW(0n) });
  await sweep();
  await pass(1, 0, { creditStatus: 'outOfCredit', loadSwitch: 'disconnected' });
  assert.deepEqual(await kinds(), []);
});

test('a home that was told that credit is used up is not warned by what it reported before', async () => {
  await says(9_000);
  await sweep();
  h.clock.nowMs += 5 * 60_000;
  await says(600, { powerW: powerW(10_500n) });
  // The end is told before the state behind it has come.
  h.clock.nowMs += 4 * 60_000;
  await event({ code: 'loadSwitchOpened', cause: 'credit' });
  await sweep();
  assert.deepEqual(await kinds(), ['supplyOff queued']);
  h.clock.nowMs += 60_000;
  await says(0, { creditStatus: 'outOfCredit', loadSwitch: 'disconnected', powerW: powerW(0n) });
  await sweep();
  assert.deepEqual(await kinds(), ['supplyOff queued']);
});

test('who wants one message a week gets that one, and supply off all the same', async () => {
  await choose({ digest: true });
  await says(44 * perHourWh);
  await sweep();
  h.clock.nowMs += dayMs;
  await pass(1, 5 * perHourWh);
  await event({ code: 'loadSwitchOpened', cause: 'credit' });
  assert.deepEqual(await kinds(), ['supplyOff queued']);
  // Monday 09:30 in Johannesburg.
  h.clock.nowMs = noonMs + 6 * dayMs - 2.5 * hourMs;
  await says(9_000);
  await Promise.all([sweep(), sweep(h.secondServices())]);
  await sweep();
  assert.deepEqual(await kinds(), ['supplyOff queued', 'weeklyDigest queued']);
  assert.match((await told())[1]?.text ?? '', /kWh used in the last week\. 9\.0 kWh left/);
});

test('a link that came back brings no old messages: the last state alone is told', async () => {
  const nowMs = h.clock.nowMs;
  const events = [
    { code: 'loadSwitchOpened', cause: 'credit', atMs: nowMs - 30 * hourMs },
    { code: 'loadSwitchClosed', cause: 'credit', atMs: nowMs - 29 * hourMs },
    { code: 'loadSwitchOpened', cause: 'credit', atMs: nowMs - 9 * hourMs },
    { code: 'loadSwitchClosed', cause: 'credit', atMs: nowMs - 8 * hourMs },
  ].map((each, i) => ({ sequence: 900 + i, ...each }) as MeterEvent);
  sequence += 1;
  await h.fromMeter(home.meterPan, { kind: 'events', sequence, events });
  assert.deepEqual(await kinds(), [
    'supplyOff dropped',
    'supplyRestored dropped',
    'supplyOff dropped',
    'supplyRestored queued',
  ]);
});
