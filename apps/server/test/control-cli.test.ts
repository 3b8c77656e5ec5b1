// The command line over HTTP: a key by custodians, free credit by approval, an engineering token
// and a campaign, as processes against a real server.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { type CommandEnd, runCommand, type Served, serve } from './command-line.ts';
import { createHarness, type Harness } from './harness.ts';
import { createHttpHarness, type HttpHarness } from './http-harness.ts';
import { runJobs } from './jobs.ts';

const password = 'a long enough password';
let h: Harness;
let http: HttpHarness;
let served: Served;
let folder: string;

before(async () => {
  h = await createHarness();
  http = await createHttpHarness(h);
  served = await serve(h);
  folder = mkdtempSync(join(tmpdir(), 'prewatt-control-'));
  for (const name of ['ada', 'ben', 'cem']) {
    const email = `${name}@utility.test`;
    await http.createOperator({ email, password, role: 'administrator' });
  }
});
after(async () => {
  rmSync(folder, { recursive: true });
  await served.close();
  await http.close();
  await h.close();
});

const environmentOf = (who: string) => ({
  PATH: process.env['PATH'] ?? '',
  PREWATT_OPERATOR_EMAIL: `${who}@utility.test`,
  PREWATT_OPERATOR_PASSWORD: password,
});

async function prewatt(who: string, ...args: string[]): Promise<CommandEnd> {
  return runCommand([...args, '--server', served.url], environmentOf(who));
}
async function json(who: string, ...args: string[]) {
  const end = await prewatt(who, ...args, '--json');
  assert.equal(end.code, 0, `${args.join(' ')}: ${end.errors}${end.output}`);
  return JSON.parse(end.output);
}

/** With something on standard input. */
const fed = (who: string, input: string, ...args: string[]): Promise<CommandEnd> =>
  runCommand([...args, '--server', served.url], environmentOf(who), input);

test('two custodians load a key and a third person allows it, each by the command line', async () => {
  const first = '0123456789abcdef';
  const particulars = '--sgc 300001 --krn 1 --kt 2 --ken 255 --base-date 14 --dkga 02'.split(' ');
  const load = await json('ada', 'key', 'load', ...particulars, '--reason', 'the first key of all');
  const file = join(folder, 'component');
  writeFileSync(file, `${first}\n`);
  const one = await prewatt('ada', 'key', 'component', load.loadId, '--file', file);
  assert.match(one.output, /component 1: check value D5D44F, by An operator/);
  const two = await fed(
    'ben',
    'aa55aa55 aa55aa54\n',
    'key',
    'component',
    load.loadId,
    '--file',
    '-',
  );
  assert.equal(two.code, 0, two.errors);
  assert.match(two.output, /waits for approval approval_/);
  const waiting = await json('cem', 'approval', 'list');
  const { approvalId } = waiting.rows[0];
  const own = await prewatt('ada', 'approval', 'approve', approvalId);
  assert.deepEqual([own.code, own.output], [1, '']);
  assert.match(own.errors, /You asked for this yourself/);
  const done = await prewatt('cem', 'approval', 'approve', approvalId);
  assert.match(done.output, /Load a vending key from two components \(done\)/);
  const listed = await prewatt('cem', 'key', 'list');
  assert.match(listed.output, /300001 revision 1 {2}type 2 .* usable {2}0 meters/);
  for (const { output, errors } of [one, two, done, listed]) {
    assert.ok(!`${output}${errors}`.toLowerCase().includes(first));
  }
});

test('free credit from a file waits, is allowed, and its digits are shown on demand', async () => {
  const file = join(folder, 'free.csv');
  const other = await h.addConnection();
  writeFileSync(file, `meter,kWh\n${h.meterPan},5\n${other.meterPan},2.5\n`);
  const bad = join(folder, 'bad.csv');
  writeFileSync(bad, `${h.meterPan},five\n`);
  const reason = ['--reason', 'after the storm of the north'];
  const wrong = await prewatt('ada', 'grant', 'free', '--csv', bad, ...reason);
  assert.equal(wrong.code, 1);
  assert.match(wrong.errors, /bad\.csv: line 1: energy is written in kWh/);
  const batch = await json('ada', 'grant', 'free', '--csv', file, ...reason);
  assert.deepEqual([batch.state, batch.energyTotalWh], ['awaitingApproval', '7500']);
  await json('cem', 'approval', 'approve', batch.approvalId);
  await runJobs(h);
  const done = await prewatt('ada', 'grant', 'batch', batch.batchId);
  assert.match(done.output, /2 meters, 2 issued, 0 refused/);
  const { rows } = await json('ada', 'grant', 'list');
  const hidden = await json('ada', 'grant', 'show', rows[0].grantId);
  assert.equal(hidden.tokens[0].digits, null);
  const seen = await json('ada', 'grant', 'show', rows[0].grantId, '--digits');
  assert.match(seen.tokens[0].digits, /^\d{20}$/);
  assert.equal(seen.views.length, 1);
});

test('an engineering token and a campaign by the command line', async () => {
  const made = await json(
    'ben',
    ...['grant', 'limit', h.meterPan, '--watts', '5000', '--reason', 'as the law asks'],
  );
  assert.deepEqual([made.powerW, made.tokens[0].kind], ['5000', 'management']);
  const started = await prewatt(
    'ada',
    ...['campaign', 'start', '--name', 'Index 7', '--from', '123456:1', '--to', '123456:1'],
    ...['--ti', '07', '--reason', 'another tariff index for all'],
  );
  assert.equal(started.code, 0, started.errors);
  assert.match(started.output, /2 meters: 0 done/);
  const { rows } = await json('ada', 'campaign', 'list');
  const csv = await prewatt('ada', 'campaign', 'export', rows[0].campaignId);
  assert.match(csv.output, /^meter_number,connection_name,state,/);
  const declined = await prewatt(
    'ada',
    'approval',
    'decline',
    'approval_none',
    '--reason',
    'too long a word',
  );
  assert.equal(declined.code, 1);
});

test('two administrators invite somebody by the command line, each with a half of it', async () => {
  const nia = ['nia@utility.test', '--name', 'Nia', '--reason', 'new at the counter'];
  const wrong = await prewatt('ada', 'team', 'invite', ...nia, '--role', 'chief');
  assert.equal(wrong.code, 2, wrong.errors);
  assert.match(wrong.errors, /--role is administrator, operator/);
  const asked = await json('ada', 'team', 'invite', ...nia, '--role', 'viewer');
  await json('ben', 'approval', 'approve', asked.approvalId);
  const [ofAda, ofBen] = [
    await prewatt('ada', 'team', 'invitations'),
    await prewatt('ben', 'team', 'invitations'),
  ];
  assert.match(ofAda.output, /nia@utility\.test {2}Nia {2}viewer/);
  assert.match(ofAda.output, /link: http\S+\/operator\/join#/);
  assert.doesNotMatch(ofAda.output, /code/);
  assert.match(ofBen.output, /told by voice: \d{4} \d{4}/);
  assert.doesNotMatch(ofBen.output, /link/);
  const [invitation] = (await json('ada', 'team', 'invitations')).rows;
  const left = await json('cem', 'team', 'withdraw', invitation.invitationId);
  assert.equal(left.rows[0].state, 'withdrawn');
});
