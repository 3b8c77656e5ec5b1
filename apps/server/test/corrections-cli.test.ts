// `prewatt statement` and `sale` as processes against a server.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { idFromUuid } from '@prewatt/quantities';
import { type CommandEnd, runCommand, type Served, serve } from './command-line.ts';
import { createHarness, type Harness } from './harness.ts';
import { createHttpHarness } from './http-harness.ts';
import { buyAndPay } from './purchases.ts';

let h: Harness;
let served: Served;
let saleId: string;
const sign = { email: 'op@test.example', password: 'correct horse battery' };
before(async () => {
  h = await createHarness();
  const http = await createHttpHarness(h);
  await http.createOperator({ ...sign, role: 'operator' });
  await http.close();
  served = await serve(h);
  saleId = idFromUuid('sale', await buyAndPay(h, 10_000n, 'R-1'));
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

test('a statement reads as lines and as CSV, by the meter’s number', async () => {
  const lines = await prewatt('statement', h.meterPan);
  assert.equal(lines.code, 0, lines.errors);
  assert.match(lines.output, /before: ZAR 0\.00 prepaid, ZAR 0\.00 owed/);
  assert.match(lines.output, /Paid through sandbox, number R-1\./);
  const debt = ['--amount', '150', '--rule', '{"share":"10"}', '--reason', 'Seal was broken.'];
  const added = await prewatt('debt', 'add', h.meterPan, '--label', 'Seal', ...debt);
  assert.equal(added.code, 0, added.errors);
  const owing = await prewatt('statement', h.meterPan);
  assert.match(
    owing.output,
    /^\d{4}-\d\d-\d\d \d\d:\d\d +ZAR 0\.00 +owed ZAR 150\.00 +Charged: Seal/m,
  );
  assert.match(owing.output, /after: .* ZAR 150\.00 owed/);
  const csv = await prewatt('statement', h.meterPan, '--csv');
  assert.match(csv.output, /^at,kind,text,/);
  const unknown = await prewatt('statement', '123456789012345678');
  assert.deepEqual([unknown.code, unknown.output], [1, '']);
});

test('a sale says why it cannot be reversed, and a refused ask ends with 1', async () => {
  const shown = await prewatt('sale', 'show', saleId);
  assert.match(shown.output, /cannot be reversed: It can be typed from paper/);
  const asked = await prewatt(
    'sale',
    'reverse',
    saleId,
    '--money',
    'payer',
    '--reason',
    'Paid twice over.',
  );
  assert.equal(asked.code, 1);
  assert.match(asked.errors, /A meter may still take the token/);
  const note = await prewatt(
    'sale',
    'credit-note',
    saleId,
    '--amount',
    '10',
    '--reason',
    'Paid twice over.',
  );
  assert.match(note.output, /approval_\S+ {2}waits for approval by a second person/);
  const copy = await prewatt('sale', 'reprint', saleId, '--reason', 'Lost the slip');
  assert.match(copy.output, /COPY 1 of sale_[\s\S]*token {7}\d{4} \d{4} \d{4} \d{4} \d{4}/);
  assert.match((await prewatt('sale', 'refunds')).output, /no refund is due/);
  assert.equal((await prewatt('sale', 'reverse', saleId)).code, 2);
});

test('one sign-in is kept for the commands that follow, and sales are listed by it', async () => {
  const home = mkdtempSync(join(tmpdir(), 'prewatt-home-'));
  const mine = (line: readonly string[], environment: Record<string, string> = {}) =>
    runCommand([...line, '--server', served.url], { HOME: home, ...environment });
  const nobody = await mine(['sale', 'list']);
  assert.deepEqual([nobody.code, nobody.output], [1, '']);
  const wrong = { PREWATT_OPERATOR_EMAIL: sign.email, PREWATT_OPERATOR_PASSWORD: 'not this one' };
  const refused = await mine(['auth', 'sign-in'], wrong);
  assert.deepEqual([refused.code, refused.output], [1, '']);
  const credentials = { ...wrong, PREWATT_OPERATOR_PASSWORD: sign.password };
  const signedIn = await mine(['auth', 'sign-in'], credentials);
  assert.deepEqual([signedIn.code, signedIn.output], [0, `signed in at ${served.url}\n`]);
  assert.equal((await mine(['auth', 'show'])).output, `signed in at ${served.url}\n`);
  const today = await mine(['sale', 'list']);
  assert.equal(today.code, 0, today.errors);
  assert.match(today.output, new RegExp(`^${saleId} `, 'm'));
  const ofMeter = await mine(['sale', 'list', '--meter', h.meterPan, '--limit', '1', '--json']);
  assert.equal(JSON.parse(ofMeter.output).rows.length, 1);
  assert.equal(
    (await mine(['sale', 'list', '--day', '2001-01-01'])).output,
    'no sales of this day\n',
  );
  const both = await mine(['sale', 'list', '--day', '2001-01-01', '--meter', h.meterPan]);
  assert.equal(both.code, 2);
  const unknown = await mine(['sale', 'list', '--meter', '123456789012345678', '--json']);
  assert.deepEqual([unknown.code, unknown.errors], [1, '']);
  assert.equal(typeof JSON.parse(unknown.output).error.code, 'string');
  assert.equal((await mine(['auth', 'sign-out'])).code, 0);
  assert.equal((await mine(['auth', 'show'])).output, `no session is kept for ${served.url}\n`);
  assert.equal((await mine(['sale', 'list'])).code, 1);
  rmSync(home, { recursive: true });
});
