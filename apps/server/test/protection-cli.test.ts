// `prewatt protection propose, flag, weather`: rules asked for, homes that are never cut and days
// of heat and cold, as processes against a server.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { type CommandEnd, runCommand, type Served, serve } from './command-line.ts';
import { createHarness, type Harness } from './harness.ts';
import { createHttpHarness } from './http-harness.ts';

let h: Harness;
let served: Served;
const folder = mkdtempSync(join(tmpdir(), 'prewatt-protection-'));
const password = 'correct horse battery';
const people = {
  ada: 'administrator',
  bea: 'administrator',
  olu: 'operator',
  vic: 'viewer',
} as const;
before(async () => {
  h = await createHarness();
  const http = await createHttpHarness(h);
  for (const [name, role] of Object.entries(people)) {
    await http.createOperator({ email: `${name}@test.example`, password, role });
  }
  await http.close();
  served = await serve(h);
});
after(async () => {
  await served.close();
  await h.close();
  rmSync(folder, { recursive: true, force: true });
});

const as = (who: keyof typeof people, ...args: string[]): Promise<CommandEnd> =>
  runCommand([...args, '--server', served.url], {
    PREWATT_OPERATOR_EMAIL: `${who}@test.example`,
    PREWATT_OPERATOR_PASSWORD: password,
  });
const refuses = async (end: Promise<CommandEnd>, code: number, text: RegExp): Promise<void> => {
  const { code: got, errors } = await end;
  assert.deepEqual([got, text.test(errors)], [code, true], errors);
};

test('propose asks for rules, and they go live when another administrator allows them', async () => {
  const file = join(folder, 'rules.json');
  const propose = (who: keyof typeof people, ...more: string[]) =>
    as(who, 'protection', 'propose', '--rules', file, '--reason', 'Winter is coming', ...more);
  await refuses(propose('ada'), 1, /no such file/);
  writeFileSync(file, '{"version":2,"debt":{"maximumSharePercent":120,"floorEnergyWh":"0"}}');
  await refuses(propose('ada'), 1, /debt.maximumSharePercent/);
  writeFileSync(file, '{"version":2,"debt":{"maximumSharePercent":17,"floorEnergyWh":"1500"}}');
  await refuses(propose('ada', '--reason', 'short'), 2, /--reason takes 10/);
  await refuses(propose('olu'), 1, /Only an administrator/);
  const again = ['--request-id', 'rules-for-winter'];
  const asked = await propose('ada', ...again);
  assert.equal(asked.code, 0, asked.errors);
  const [approval = ''] = /approval_\S+/.exec(asked.output) ?? [];
  assert.ok((await propose('ada', ...again)).output.includes(approval));
  assert.match((await as('bea', 'approval', 'show', approval)).output, /17/);
  const allowed = await as('bea', 'approval', 'approve', approval);
  assert.equal(allowed.code, 0, allowed.errors);
  await h.services.utilities.list();
  const { protectionRules } = await h.services.utilities.get(h.utilityId);
  assert.equal(protectionRules.debt.maximumSharePercent, 17);
});

test('flag shows, sets with evidence and ends; viewers see nothing', async () => {
  const flag = (who: keyof typeof people, ...more: string[]) =>
    as(who, 'protection', 'flag', h.meterPan, ...more);
  const evidence = ['--evidence', 'letter of the clinic, in the file'];
  assert.match((await flag('olu')).output, /not flagged: cut when no other rule/);
  await refuses(flag('olu', '--set', 'old', ...evidence), 2, /--set takes medical or vulnerable/);
  await refuses(flag('olu', '--set', 'medical'), 2, /--evidence takes 10/);
  await refuses(flag('olu', '--set', 'medical', '--end', 'medical', ...evidence), 2, /one of/);
  await refuses(flag('olu', ...evidence), 2, /go with --set or --end/);
  await refuses(flag('vic', '--set', 'medical', ...evidence), 1, /./);
  await refuses(flag('vic'), 1, /./);
  const set = await flag('olu', '--set', 'medical', '--until', '2026-11-30', ...evidence);
  assert.match(set.output, /^medical: never cut and never limited; a person calls\n/);
  assert.match(set.output, /medical set until 2026-11-30 {2}An operator: letter of the clinic/);
  const ended = await flag('olu', '--end', 'medical', '--evidence', 'moved out, told by the owner');
  assert.match(ended.output, /^not flagged/);
  await refuses(flag('olu', '--end', 'medical', ...evidence), 1, /not flagged so at present/);
});

test('weather declares days and withdraws them', async () => {
  const weather = (...more: string[]) => as('olu', 'protection', 'weather', ...more);
  const note = ['--note', 'weather service, red warning'];
  assert.match((await weather()).output, /no day of heat or cold is declared/);
  await refuses(weather('--declare', 'rain', '--days', '2026-12-01', ...note), 2, /heat or cold/);
  await refuses(weather('--declare', 'heat', '--days', '1.12.2026', ...note), 2, /--days takes/);
  await refuses(weather('--declare', 'heat', '--days', '2026-12-01'), 2, /--note takes/);
  await refuses(weather('--declare', 'heat', '--days', '2026-11-01', ...note), 1, /day is over/);
  await refuses(weather('--days', '2026-12-01'), 2, /go with --declare or --withdraw/);
  const declared = await weather('--declare', 'heat', '--days', '2026-12-01,2026-12-02', ...note);
  assert.match(declared.output, /2026-12-01 {2}heat {2}An operator, .*: weather service, red/);
  const left = await weather('--withdraw', 'heat', '--days', '2026-12-01', ...note);
  assert.doesNotMatch(left.output, /2026-12-01/);
  assert.match(left.output, /2026-12-02/);
});
