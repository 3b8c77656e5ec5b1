// `prewatt integration` against a server: a key is made, reads, is rotated and revoked.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type CommandEnd, runCommand, type Served, serve } from './command-line.ts';
import { createHarness, type Harness } from './harness.ts';

const email = 'administrator@test.example';
const password = 'a long enough password';
let h: Harness;
let served: Served;
before(async () => {
  h = await createHarness();
  served = await serve(h);
  await served.http.createOperator({ email, password, role: 'administrator' });
});
after(async () => {
  await served.close();
  await h.close();
});

const prewatt = (...args: string[]): Promise<CommandEnd> =>
  runCommand(['integration', ...args, '--server', served.url], {
    PREWATT_OPERATOR_EMAIL: email,
    PREWATT_OPERATOR_PASSWORD: password,
  });
const keyIn = ({ output }: CommandEnd): string => /key (pwi_\S+)/.exec(output)?.[1] ?? '';
const read = async (key: string): Promise<number> =>
  (
    await served.http.app.inject({
      ...{ method: 'GET', url: '/api/operator/sales' },
      headers: { authorization: `Bearer ${key}` },
    })
  ).statusCode;

test('a key is made, listed, rotated and revoked on the command line', async () => {
  const made = await prewatt('make', 'Billing', '--scopes', 'sales:read,money:read');
  assert.equal(made.code, 0, made.errors);
  assert.equal(await read(keyIn(made)), 200);
  const rotated = await prewatt('rotate', 'Billing', '--overlap-hours', '0', '--no-end');
  assert.deepEqual([await read(keyIn(made)), await read(keyIn(rotated))], [401, 200]);
  const { output } = await prewatt('list');
  assert.match(output, /Billing .*\n {2}sales:read, money:read; 600 requests a minute/);
  assert.match(output, /ended, used .*\n {2}key made .* without an end, used/);
  const revoked = await prewatt('revoke', 'Billing', '--reason', 'It is over');
  assert.match(revoked.output, /revoked .*: It is over/);
  assert.equal(await read(keyIn(rotated)), 401);
  const unknown = await prewatt('rotate', 'Billing');
  assert.match(unknown.errors, /there is no integration "Billing"/);
});

test('a scope that there is not is refused before the server is asked', async () => {
  const wrong = await prewatt('make', 'X', '--scopes', 'everything');
  assert.equal(wrong.code, 2);
  assert.match(wrong.errors, /homes:read/);
});

test('an endpoint is made, tried, looked at, turned off and given another secret', async () => {
  await prewatt('make', 'Map', '--scopes', 'sales:read');
  const wish = ['--url', 'https://hook.example.com/prewatt', '--events', 'sale.paid'];
  const made = await prewatt('endpoint', 'Map', ...wish);
  assert.match(made.output, /secret whsec_/, made.errors);
  const [id = ''] = /endpoint_[0-9a-f-]{36}/.exec(made.output) ?? [];
  assert.match((await prewatt('test', id)).output, /1 delivery is on the way/);
  assert.match((await prewatt('deliveries', id)).output, /prewatt\.test waiting: no answer yet/);
  assert.match((await prewatt('turn', id, 'off')).output, /off; 1 waiting, 0 given up; sale\.paid/);
  assert.match((await prewatt('secret', id)).output, /secret whsec_/);
  const span = ['--from', '2026-11-01T00:00:00Z', '--to', '2026-12-01T00:00:00Z'];
  assert.match((await prewatt('replay', id, ...span)).output, /0 deliveries are on the way/);
  assert.match((await prewatt('endpoints', 'Map')).output, /hook\.example\.com/);
  const inside = ['--url', 'http://127.0.0.1/', '--events', 'sale.paid'];
  assert.match((await prewatt('endpoint', 'Map', ...inside)).errors, /open internet/);
});
