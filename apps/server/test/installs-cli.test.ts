// `prewatt install` as a process against a server: a job is opened, worked on, not closed too
// early, and cancelled.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type CommandEnd, runCommand, type Served, serve } from './command-line.ts';
import { createHarness, type Harness } from './harness.ts';
import { createHttpHarness } from './http-harness.ts';

let h: Harness;
let served: Served;
const sign = { email: 'op@test.example', password: 'correct horse battery' };
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
  runCommand(['install', ...args, '--server', served.url], {
    PREWATT_OPERATOR_EMAIL: sign.email,
    PREWATT_OPERATOR_PASSWORD: sign.password,
  });

test('a job is opened once, worked on, not closed too early, and cancelled', async () => {
  assert.match((await prewatt('list')).output, /no install job is open/);
  assert.match((await prewatt('list', '--state', 'attention')).output, /no .* needs attention/);
  const open = () => prewatt('open', h.meterPan, '--request-id', 'the-same-job');
  const [first, again] = [await open(), await open()];
  assert.equal(first.code, 0, first.errors);
  assert.equal(again.output, first.output);
  const [job = ''] = first.output.split(' ');
  assert.match((await prewatt('list')).output, new RegExp(`${job} .* 0 of 8 passed`));
  const wrong = await prewatt('step', job, 'identify', '--number', '123');
  assert.deepEqual([wrong.code, /digits/.test(wrong.errors)], [2, true], wrong.errors);
  const seen = await prewatt('step', job, 'identify', '--number', h.meterPan);
  assert.match(seen.output, /meter {2}passed {2}Meter \d{18}, typed/);
  const early = await prewatt('close', job);
  assert.equal(early.code, 1);
  assert.match(early.errors, /cannot be closed before these have passed: Link, Test token/);
  const failed = await prewatt('step', job, 'fail', '--step', 'link', '--reason', 'no signal here');
  assert.match(failed.output, /link {2}failed {2}no signal here/);
  assert.match((await prewatt('list', '--state', 'attention')).output, /failed: link/);
  const cancelled = await prewatt('cancel', job, '--reason', 'The mast is down');
  assert.match(cancelled.output, /cancelled/);
  assert.match((await prewatt('show', job, '--json')).output, /"endReason":\s*"The mast is down"/);
  assert.equal((await prewatt('list', '--state', 'done')).code, 2);
});
