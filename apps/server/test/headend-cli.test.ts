// `prewatt command` and `prewatt readings` as processes against a server.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { energyWh } from '@prewatt/quantities';
import { type CommandEnd, runCommand, type Served, serve } from './command-line.ts';
import { createHarness, type Harness } from './harness.ts';
import { createHttpHarness } from './http-harness.ts';

let h: Harness;
let served: Served;
const sign = { email: 'op@test.example', password: 'correct horse battery' };
const reason = ['--reason', 'A test asks for it'];
before(async () => {
  h = await createHarness();
  await h.services.upkeep();
  const http = await createHttpHarness(h);
  await http.createOperator({ ...sign, role: 'operator' });
  await http.close();
  served = await serve(h);
});
after(async () => {
  await served.close();
  await h.close();
});

const prewatt = (...args: string[]): Promise<CommandEnd> =>
  runCommand([...args, '--server', served.url], {
    PREWATT_OPERATOR_EMAIL: sign.email,
    PREWATT_OPERATOR_PASSWORD: sign.password,
  });

test('a command is sent once, listed and taken back', async () => {
  const send = () =>
    prewatt(
      ...['command', 'send', h.meterPan, 'setPowerLimit', '--limit-w', '2000'],
      ...['--request-id', 'the-same-one', ...reason],
    );
  const [first, again] = [await send(), await send()];
  assert.equal(first.code, 0, first.errors);
  assert.equal(again.output, first.output);
  const [id = ''] = first.output.split(' ');
  const listed = await prewatt('command', 'list', h.meterPan, '--json');
  const { rows } = JSON.parse(listed.output);
  const limits = rows.filter((row: { kind: string }) => row.kind === 'setPowerLimit');
  assert.deepEqual(
    limits.map((row: { commandId: string; stage: string }) => [row.commandId, row.stage]),
    [[id, 'queued']],
  );
  const taken = await prewatt('command', 'cancel', h.meterPan, id, ...reason);
  assert.match(taken.output, /cancelled {2}.*taken back by An operator: A test asks for it/);
  const refused = await prewatt(
    ...['command', 'send', h.meterPan, 'setEmergencyCredit', '--preset-wh', '1', ...reason],
  );
  assert.equal(refused.code, 1);
  assert.match(refused.errors, /Only an administrator/);
  const mode = (...of: string[]) =>
    prewatt('command', 'send', h.meterPan, 'setControlMode', ...of, ...reason);
  assert.match((await mode('--control-mode', '5')).errors, /Only an administrator/);
  assert.match((await mode('--control-mode', 'none')).errors, /Only an administrator/);
  assert.match((await mode('--control-mode', '7')).errors, /--control-mode: write one of 0, 1/);
  const wrong = await prewatt('command', 'send', h.meterPan, 'switchOpen', ...reason);
  assert.equal(wrong.code, 2);
  assert.match(wrong.errors, /cause/);
});

test('readings are listed, a jump is accepted, a span gets its energy', async () => {
  const midnight = Date.UTC(2026, 10, 22, 22);
  const entries = Array.from({ length: 60 }, (_, i) => i).flatMap((i) => {
    const importEnergyWh = energyWh(50_000 + i * 250 + (i >= 30 ? 500_000 : 0));
    return i === 40 ? [] : [{ endsAtMs: midnight + i * 1_800_000, importEnergyWh }];
  });
  await h.fromMeter(h.meterPan, { kind: 'profile', sequence: 1, entries });
  h.clock.nowMs += 60_000;
  await h.services.upkeep();
  const listed = await prewatt('readings', 'list', h.meterPan);
  const [, at = ''] = /^finding {2}(\S+) {2}spike {2}found/m.exec(listed.output) ?? [];
  assert.equal(at, '2026-11-23T13:00:00.000Z', listed.output + listed.errors);
  const decide = () =>
    prewatt(
      ...['readings', 'decide', h.meterPan, 'accepted', '--at', at],
      ...['--finding', 'spike', ...reason],
    );
  assert.deepEqual([(await decide()).code, (await decide()).output], [0, 'recorded\n']);
  const span = /^estimate {2}(\S+) to (\S+) /m.exec(listed.output) ?? [];
  const edit = (energy: string) =>
    prewatt(
      ...['readings', 'edit', h.meterPan, '--from', span[1] ?? '', '--to', span[2] ?? ''],
      ...['--kwh', energy, ...reason],
    );
  const edited = await edit('0.321');
  assert.deepEqual([edited.code, edited.output], [0, 'recorded\n'], edited.errors);
  assert.equal((await edit('-1')).code, 2);
  const after = await prewatt('readings', 'list', h.meterPan, '--days', '3');
  assert.match(after.output, /spike {2}accepted/);
  assert.match(after.output, /321 Wh {2}edited {2}An operator: A test asks for it/);
});

test('what stands open is listed for the utility, and a decision is taken back', async () => {
  const home = await h.addConnection();
  const midnight = Date.UTC(2026, 10, 22, 22);
  const entries = Array.from({ length: 60 }, (_, i) => {
    const wh = 60_000 + i * 250;
    // At its 30th half-hour the meter begins to give kilowatt-hours.
    const importEnergyWh = energyWh(i < 30 ? wh : Math.floor(wh / 1000));
    return { endsAtMs: midnight + i * 1_800_000, importEnergyWh };
  });
  await h.fromMeter(home.meterPan, { kind: 'profile', sequence: 1, entries });
  h.clock.nowMs += 60_000;
  await h.services.upkeep();
  const at = '2026-11-23T13:00:00.000Z';
  const findings = (...more: string[]) => prewatt('readings', 'findings', ...more);
  const open = await findings('--finding', 'unit');
  assert.match(
    open.output,
    new RegExp(`^${home.meterPan} .* ${at} {2}unit {2}found .* factor 1000$`, 'm'),
  );
  assert.match(open.output, /^open in all: .*unit 1/m);
  const about = [home.meterPan, '--at', at, '--finding', 'unit', ...reason];
  const decide = (decision: string) =>
    prewatt('readings', 'decide', home.meterPan, decision, ...about.slice(1));
  assert.deepEqual([(await decide('maybe')).code, (await decide('rejected')).code], [2, 0]);
  const decided = await findings('--state', 'decided', '--finding', 'unit');
  assert.match(decided.output, /unit {2}rejected .* {2}An operator: A test asks for it$/m);
  const takeBack = () => prewatt('readings', 'take-back', ...about);
  assert.deepEqual([(await takeBack()).output, (await takeBack()).code], ['recorded\n', 0]);
  assert.match((await findings('--finding', 'unit')).output, /unit {2}found/);
  assert.equal((await findings('--finding', 'hole')).code, 2);
  const none = await findings('--finding', 'negative');
  assert.match(none.output, /^nothing stands open$/m);
});
