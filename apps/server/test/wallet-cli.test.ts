// `prewatt wallet` as a process against a server; a file of its own, since sign-ins are limited.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatMoney } from '@prewatt/quantities';
import { receiptContent } from '../src/money/vendors/index.ts';
import { type CommandEnd, runCommand, serve } from './command-line.ts';
import { startMs } from './harness.ts';
import { createVendor } from './vendor-harness.ts';
import { halfHour, handedOver, setUpWallets } from './wallet-harness.ts';

const w = setUpWallets();
const sign = { email: 'wallet@test.example', password: 'correct horse battery' };

test('a wallet is asked for, withdrawn, read and charged by commands', async (t) => {
  await w.http.createOperator({ ...sign, role: 'operator' });
  const served = await serve(w.h);
  t.after(() => served.close());
  const prewatt = (...args: string[]): Promise<CommandEnd> =>
    runCommand(['wallet', ...args, '--server', served.url], {
      PREWATT_OPERATOR_EMAIL: sign.email,
      PREWATT_OPERATOR_PASSWORD: sign.password,
    });
  const { meterPan } = w.home;
  const none = await prewatt('balance', meterPan);
  assert.match(none.output, /^no wallet: the meter holds the credit$/m, none.errors);
  const asked = await prewatt('mode', meterPan, '--to', 'wallet', '--reason', 'They asked for it');
  assert.match(asked.output, /waits for approval by a second person/, asked.errors);
  await w.read(startMs, [100_000]);
  await w.ask('wallet');
  const withdrawn = await prewatt('withdraw', meterPan, '--reason', 'They changed their mind');
  assert.equal(withdrawn.code, 0, withdrawn.errors);
  assert.match(withdrawn.output, /^withdrawn: the home goes on in token mode$/m);
  const after = await prewatt('balance', meterPan);
  assert.match(
    after.output,
    /a change to wallet mode was withdrawn, 2026-.*: Withdrawn by .*: They changed their mind$/m,
  );
  w.h.clock.nowMs += 60_000;
  await w.ask('wallet');
  const waits = await prewatt('balance', meterPan);
  assert.match(waits.output, /a change to wallet mode waits for the meter since 2026-/);
  await w.answer('setPaymentMode', handedOver(0));
  await w.pay(9_000n);
  await w.read(startMs + halfHour, [101_000, 104_000]);
  const balance = await prewatt('balance', meterPan);
  assert.match(balance.output, /^ZAR \d+\.\d\d left; use is charged up to 2026-11-24 \d\d:\d\d$/m);
  assert.match(balance.output, /^supply: on, since/m);
  const charged = await prewatt('charges', meterPan, '--limit', '1');
  assert.match(
    charged.output,
    /^2026-11-24 \d\d:\d\d to .* \d\.\d kWh +ZAR \d+\.\d\d {2}Energy.* ZAR [\d.]+, VAT ZAR [\d.]+\n$/,
  );
  const { key } = await createVendor(w.h, 'Counter');
  const paidIn = (...args: string[]) =>
    runCommand(['wallet', 'top-up', meterPan, ...args, '--server', served.url], {
      ...{ PREWATT_OPERATOR_EMAIL: sign.email, PREWATT_OPERATOR_PASSWORD: sign.password },
      PREWATT_TILL_KEY: key,
    });
  assert.match((await prewatt('top-up', meterPan, '--amount', '50')).errors, /PREWATT_TILL_KEY/);
  const before = await w.balance();
  const once = await paidIn('--amount', '50', '--request-id', 'counter-50');
  assert.match(once.output, /paid ZAR 50\.00 into the wallet of Flat \d+$/m, once.errors);
  const again = await paidIn('--amount', '50', '--request-id', 'counter-50', '--json');
  assert.equal(await w.balance(), before + 5_000n, 'paid in once');
  const receipt = JSON.parse(again.output);
  assert.deepEqual([receipt.amountMinor, receipt.tokens], ['5000', []]);
  assert.equal(receipt.remainderMinor, (before + 5_000n).toString());
  const { rows } = JSON.parse((await prewatt('changes', meterPan, '--json')).output);
  assert.deepEqual(
    rows.map(({ state }: { state: string }) => state),
    ['done', 'withdrawn'],
  );
  // Used up, and a payment at the counter that is too small: paper and statement say what is owed.
  await w.read(
    startMs + 2 * halfHour,
    Array.from({ length: 11 }, (_, i) => 104_000 + i * 8_000),
  );
  assert.ok((await w.balance()) < -1_000n);
  const small = JSON.parse((await paidIn('--amount', '5', '--json')).output);
  const owed = -(await w.balance());
  assert.equal(small.remainderMinor, (-owed).toString());
  const utility = await w.h.services.utilities.get(w.h.utilityId);
  const from = { utility, vendorName: 'Shop', till: 'Till 1', copy: null, link: null };
  const paper = JSON.stringify(receiptContent(small, from));
  const sum = formatMoney(owed, utility.currency);
  assert.ok(
    paper.includes(`Supply stays off, or goes off soon, until you pay more than ${sum}`),
    paper,
  );
  const stated = await runCommand(['statement', meterPan, '--server', served.url], {
    ...{ PREWATT_OPERATOR_EMAIL: sign.email, PREWATT_OPERATOR_PASSWORD: sign.password },
  });
  assert.match(stated.output, new RegExp(`^after: ${sum} owed for use$`, 'm'), stated.errors);
});
