// `prewatt meter` and `sale acknowledge` as processes against a server.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { idFromUuid } from '@prewatt/quantities';
import { type CommandEnd, runCommand, type Served, serve } from './command-line.ts';
import { createHarness, type Harness, meterPanOf } from './harness.ts';
import { createHttpHarness } from './http-harness.ts';
import { buyAndPay } from './purchases.ts';

let h: Harness;
let served: Served;
let saleId: string;
const sign = { email: 'op@test.example', password: 'correct horse battery' };
const second = { email: 'second@test.example', password: 'correct horse battery' };
before(async () => {
  h = await createHarness();
  const http = await createHttpHarness(h);
  await http.createOperator({ ...sign, role: 'operator' });
  await http.createOperator({ ...second, role: 'administrator' });
  await http.close();
  served = await serve(h);
  saleId = idFromUuid('sale', await buyAndPay(h, 10_000n, 'R-1'));
});
after(async () => {
  await served.close();
  await h.close();
});

const as =
  (who: typeof sign) =>
  (...args: string[]): Promise<CommandEnd> =>
    runCommand([...args, '--server', served.url], {
      PREWATT_OPERATOR_EMAIL: who.email,
      PREWATT_OPERATOR_PASSWORD: who.password,
    });
const prewatt = as(sign);

test('a meter is asked to be exchanged by its number, and a sale nobody waits for is not acknowledged', async () => {
  const exchange = (...more: string[]) =>
    prewatt(
      'meter',
      'exchange',
      h.meterPan,
      ...['--to', meterPanOf(90_000), '--sgc', '123456', '--krn', '1', '--ti', '01'],
      ...['--reason', 'The display is broken.', ...more],
    );
  const both = await exchange('--last-reading', '--left', '2');
  assert.equal(both.code, 2);
  const never = await exchange('--last-reading');
  assert.deepEqual([never.code, never.output], [1, '']);
  assert.match(never.errors, /never reported; state what is left/);
  const asked = await exchange('--left', '12.3', '--json');
  assert.equal(asked.code, 0, asked.output);
  const { approvalId } = JSON.parse(asked.output);
  const shown = await prewatt('approval', 'show', approvalId);
  assert.match(shown.output, /12\.3 kWh, as stated at the meter/);
  const done = await as(second)('approval', 'approve', approvalId);
  assert.match(done.output, /\(done\)[\s\S]*Carried over: 12\.3 kWh, as stated at the meter/);
  const debts = await prewatt('debt', 'list', h.meterPan);
  assert.deepEqual([debts.code, debts.output], [0, 'owes nothing\n'], debts.errors);
  const readNow = await prewatt('command', 'send', h.meterPan, 'readNow');
  assert.equal(readNow.code, 1);
  assert.match(readNow.errors, new RegExp(`was exchanged; .* has ${meterPanOf(90_000)} now`));
  const seen = await prewatt('sale', 'acknowledge', saleId, '--reason', 'Seen and told to them.');
  assert.equal(seen.code, 1);
  assert.match(seen.errors, /waits|acknowledge|seen/i);
});
