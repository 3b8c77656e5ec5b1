// `prewatt forecast show`, `prewatt protection convert` and `landings`, as processes against a
// server.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { connectionDetailSchema, homeProtectionSchema } from '@prewatt/api';
import { energyWh, powerW } from '@prewatt/quantities';
import { sql } from 'kysely';
import { runCommand, type Served, serve } from './command-line.ts';
import { createHarness, type Harness, testUtility } from './harness.ts';
import { createHttpHarness } from './http-harness.ts';
import {
  approveLanding,
  buySteadily,
  flatTariff,
  lookAfter,
  meanWOf,
  unlinkedHome,
} from './soft-landing-harness.ts';

const email = 'office@test.example';
const password = 'a long enough password';
const hourMs = 3_600_000;
let h: Harness;
let served: Served;
before(async () => {
  h = await createHarness();
  const rules = {
    ...testUtility.protectionRules,
    version: 2,
    friendlyHours: [{ weekdays: [1, 2, 3, 4, 5, 6, 7], from: '08:00', to: '07:00' }],
    graceAfterConversion: { days: 5, workingDaysOnly: false, owedLimitWh: null },
  };
  await sql`UPDATE prewatt.utilities SET protection_rules = ${JSON.stringify(rules)}::jsonb
    WHERE id = ${h.utilityId}::uuid`.execute(h.owner.directories);
  await h.services.utilities.list();
  const http = await createHttpHarness(h);
  await http.createOperator({ email, password, role: 'operator' });
  await http.close();
  served = await serve(h);
});
after(async () => {
  await served.close();
  await h.close();
});

const prewatt = (...args: string[]) =>
  runCommand([...args, '--server', served.url], {
    PREWATT_OPERATOR_EMAIL: email,
    PREWATT_OPERATOR_PASSWORD: password,
  });

test('forecast show says how long, and what is promised after it', async () => {
  const unknown = await prewatt('forecast', 'show', h.meterPan);
  assert.equal(unknown.code, 0, unknown.errors);
  assert.match(unknown.output, /not enough use to tell/);
  const nowMs = h.clock.nowMs;
  const entries = Array.from({ length: 41 }, (_, i) => ({
    endsAtMs: nowMs - (40 - i) * hourMs,
    importEnergyWh: energyWh(BigInt(100_000 + i * 300)),
  }));
  await h.fromMeter(h.meterPan, { kind: 'profile', sequence: 1, entries });
  const state = {
    capturedAtMs: nowMs,
    availableEnergyWh: energyWh(3_000n),
    powerW: powerW(300n),
    importEnergyWh: energyWh(112_000n),
    creditedEnergyWh: energyWh(100_000n),
    owedEnergyWh: energyWh(0n),
    loadSwitch: 'connected',
    creditStatus: 'lowCredit',
  } as const;
  await h.fromMeter(h.meterPan, { kind: 'state', state });
  const shown = await prewatt('forecast', 'show', h.meterPan);
  assert.match(
    shown.output,
    /lasts until 2026-11-24 (19|20):\d\d, between 2026-11-24 1\d:\d\d and /,
  );
  assert.match(shown.output, /then supply stays on until 2026-11-25 07:00; about \d\.\d kWh will/);
  const { forecast } = connectionDetailSchema
    .pick({ forecast: true, promise: true })
    .parse(JSON.parse((await prewatt('forecast', 'show', h.meterPan, '--json')).output));
  assert.ok(forecast !== null && forecast.earliestAt <= forecast.expectedAt);
  const off = { loadSwitch: 'disconnected', creditStatus: 'outOfCredit' } as const;
  const nothing = { availableEnergyWh: energyWh(0n), powerW: powerW(0n), capturedAtMs: nowMs + 1 };
  await h.fromMeter(h.meterPan, { kind: 'state', state: { ...state, ...nothing, ...off } });
  const dark = await prewatt('forecast', 'show', h.meterPan);
  assert.match(dark.output, /^[^:]+: credit is used up, supply is off\n$/);
});

test('protection convert notes the day and says until when grace holds', async () => {
  const args = ['protection', 'convert', h.meterPan, '--reason', 'the old meter was taken down'];
  const wrong = await prewatt(...args, '--on', '24.11.2026');
  assert.deepEqual([wrong.code, /--on takes a day/.test(wrong.errors)], [2, true]);
  const ahead = await prewatt(...args, '--on', '2026-12-24');
  assert.deepEqual([ahead.code, /has not begun/.test(ahead.errors)], [1, true]);
  const done = await prewatt(...args, '--on', '2026-11-23', '--json');
  assert.equal(done.code, 0, done.errors);
  const home = homeProtectionSchema.parse(JSON.parse(done.output));
  assert.equal(home.graceUntil, '2026-11-28T22:00:00.000Z');
  const none = await prewatt(...args, '--on', 'none');
  assert.match(none.output, /no day of conversion any more/);
});

test('protection landings lists limit tokens, or says that there are none', async () => {
  const wrong = await prewatt('protection', 'landings', '--state', 'open');
  assert.deepEqual([wrong.code, /--state takes sent, replaced/.test(wrong.errors)], [2, true]);
  const none = await prewatt('protection', 'landings', '--state', 'sent');
  assert.match(none.output, /no limit tokens were sent/);
  const home = await unlinkedHome(h, { tariffId: await flatTariff(h) });
  await buySteadily(h, [home]);
  await approveLanding(h, await meanWOf(h, home));
  await lookAfter(h, 73);
  const sent = await prewatt('protection', 'landings');
  assert.match(sent.output, new RegExp(`${home.meterPan}.*step 2, \\d+ W.*, credit until .*sent`));
});
