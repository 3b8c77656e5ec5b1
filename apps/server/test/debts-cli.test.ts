// `prewatt debt` as a process against a server; a file of its own, since sign-ins are limited.

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

test('a debt is added once under its request id, listed, and its write-off asked for', async () => {
  const add = [
    'debt',
    'add',
    h.meterPan,
    '--label',
    'Seal',
    '--amount',
    '25',
    '--request-id',
    'seal-0001',
  ];
  const more = ['--rule', 'share 10', '--reason', 'The seal was broken.'];
  const first = await prewatt(...add, ...more);
  assert.equal(first.code, 0, first.errors);
  assert.equal((await prewatt(...add, ...more)).output, first.output);
  const debtId = first.output.trim().split(' ').at(-1) ?? '';
  const listed = await prewatt('debt', 'list', h.meterPan);
  assert.match(listed.output, /ZAR 25\.00 {2}Seal/, listed.errors);
  const off = [
    'debt',
    'write-off',
    h.meterPan,
    debtId,
    '--amount',
    '5',
    '--reason',
    'Wind broke it.',
  ];
  assert.match((await prewatt(...off)).output, /approval_.*waits for approval by a second person/);
  assert.equal((await prewatt('debt', 'add', h.meterPan, '--label', 'x')).code, 2);
  // What the server says of a field is said of the option.
  const short = await prewatt(...off.slice(0, -1), 'No.');
  assert.deepEqual([short.code, /^--reason: /m.test(short.errors)], [1, true], short.errors);
  const huge = [...off, '--request-id', 'x'];
  const named = await prewatt(...huge);
  assert.match(named.errors, /^--request-id: /m);
  const much = await prewatt(...off.with(5, `1${'0'.repeat(19)}`));
  assert.match(much.errors, /--amount: /);
});
