// A home whose meter counts its credit in money: the tariff goes into the meter, the customer buys
// money, the token arrives, and the meter's credit rises by exactly what the token carries.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { assertAccessible, newVisitor, phoneScreen, textOf } from '../support/browser.ts';
import {
  askForQuote,
  goToPayment,
  minorOf,
  saleIdOf,
  saleIs,
  shownSteps,
  shownToken,
  signIn,
} from '../support/customer.ts';
import type { Demo } from '../support/demo.ts';
import { homeOf } from '../support/homes.ts';
import { fact, managerAtDesk } from '../support/operator.ts';
import { town } from '../support/town.ts';
import { eventually } from '../support/wait.ts';

const home = 28;

test('a meter that counts money is sold money, and credits it', async () => {
  const demo = town.demo();
  const { phone, meterPan } = await homeOf(demo, home);
  const visitor = await newVisitor(town.browser(), { screen: phoneScreen });
  const { page } = visitor;
  await signIn(page, demo, phone);
  const connectionId = new URL(page.url()).pathname.split('/').at(-1) ?? '';
  const manager = await managerAtDesk(town.browser(), demo);
  const send = (body: object) => command(manager.page, demo, { connectionId, body });
  await send({ kind: 'setTariff', requestId: 'money-tariff-e2e' });
  await settled(demo, meterPan, 'money-tariff-e2e');
  const count = async (creditUnit: 'energy' | 'money') => {
    const requestId = `${creditUnit}-mode-e2e`;
    const mode = { paymentMode: 'prepayment', balance: 'keep', microMinorPerKwh: '200000000' };
    await send({ kind: 'setPaymentMode', requestId, creditUnit, ...mode });
    await settled(demo, meterPan, requestId);
  };
  await count('money');
  await eventually(
    'the meter says its money',
    async () => (await moneyOf(demo, meterPan)) !== null,
  );
  await page.reload();
  await page.getByText(/^About [\d.]+ kWh at the price now$/).waitFor();
  await assertAccessible(page);
  await saysMoneyAlone(page, demo, connectionId);

  const before = await moneyOf(demo, meterPan);
  const lines = await askForQuote(page, demo, '200');
  await page.getByText('on the meter of').waitFor();
  await assertAccessible(page);
  const credit = lines.find(({ label }) => label.startsWith('Credit on the meter'));
  const spent = lines
    .filter(({ label }) => !/^(You pay|Kept from before)/.test(label))
    .reduce((sum, { amountMinor }) => sum + Math.abs(amountMinor), 0);
  const kept = lines.find(({ label }) => label.startsWith('Kept from before'));
  assert.equal(spent, 20_000 + Math.abs(kept?.amountMinor ?? 0), JSON.stringify(lines));
  await goToPayment(page);
  await page.getByRole('button', { name: 'Approve', exact: true }).click();
  await saleIs(page, 'Done. The money is on your meter');
  await assertAccessible(page);
  await shownToken(page);
  assert.match((await shownSteps(page))[3] ?? '', /^Accepted by your meter: done/);
  assert.equal(minorOf(await textOf(fact(page, 'On the meter'))), credit?.amountMinor);
  const carried = await carriedMicro(demo, saleIdOf(page));
  await eventually('the meter has credited what the token carries', async () => {
    const now = await moneyOf(demo, meterPan);
    return before !== null && now !== null && now - before === carried;
  });
  assert.equal(carried / 1_000_000n, BigInt(credit?.amountMinor ?? 0));
  // Back to energy, with its balance: the home lives on as the others do.
  await count('energy');
  await eventually('the meter counts energy', async () => (await moneyOf(demo, meterPan)) === null);
  for (const each of [visitor, manager]) await each.leave();
});

/** The page about the meter: thresholds, emergency credit and charges, all of them money. */
async function saysMoneyAlone(page: Page, demo: Demo, connectionId: string): Promise<void> {
  const home = page.url();
  await page.goto(`${demo.urls.server}/connections/${connectionId}/meter`);
  await page.getByRole('row', { name: /^It warns below R\s\d/ }).waitFor();
  await page.getByRole('row', { name: /R\s\d+\.\d\d a month$/ }).waitFor();
  assert.doesNotMatch(await textOf(page.getByRole('table')), /kWh/);
  await assertAccessible(page);
  await page.goto(home);
}

test('a manager sets the control mode of a meter’s switch, and its page says it', async () => {
  const demo = town.demo();
  const { meterPan, phone } = await homeOf(demo, home);
  const visitor = await newVisitor(town.browser(), { screen: phoneScreen });
  await signIn(visitor.page, demo, phone);
  const connectionId = new URL(visitor.page.url()).pathname.split('/').at(-1) ?? '';
  const manager = await managerAtDesk(town.browser(), demo);
  const { page } = manager;
  await page.goto(`${demo.urls.server}/operator/connections/${connectionId}`);
  const closes = fact(page.getByRole('region', { name: 'Meter', exact: true }), 'Comes back on');
  await closes.filter({ hasText: 'By itself' }).waitFor();
  await page.getByRole('button', { name: 'Send a command' }).click();
  const form = page.getByRole('dialog', { name: 'Send a command' });
  await form
    .getByLabel('Command', { exact: true })
    .selectOption({ label: 'Set control mode of the switch' });
  await form.getByLabel('Control mode').selectOption('6');
  await form
    .getByText('The meter closes what it opened itself; a person at the meter closes the rest.')
    .waitFor();
  await assertAccessible(page);
  await form.getByLabel('Why').fill('The customer closes it herself');
  await form.getByRole('button', { name: 'Send', exact: true }).click();
  await closes.filter({ hasText: 'Control mode 6' }).waitFor();
  // A meter in mode 6 has no switching off by hand.
  const meter = await newVisitor(town.browser(), { screen: phoneScreen });
  await meter.page.goto(`${demo.urls.meter}/meters/${meterPan}`);
  const keypad = meter.page.getByRole('group', { name: 'Keypad' });
  for (const digit of '898') {
    await keypad.getByRole('button', { name: digit, exact: true }).click();
  }
  await keypad.getByRole('button', { name: 'Enter token' }).click();
  await meter.page.getByText('This meter is not switched off by hand').waitFor();
  // As its maker set it: the home lives on as the others do.
  const requestId = 'control-mode-back-e2e';
  await command(page, demo, {
    connectionId,
    body: { kind: 'setControlMode', requestId, reason: 'As its maker set it', controlMode: null },
  });
  await settled(demo, meterPan, requestId);
  for (const each of [visitor, manager, meter]) await each.leave();
});

async function command(
  page: Page,
  demo: Demo,
  { connectionId, body }: { readonly connectionId: string; readonly body: object },
): Promise<void> {
  const path = `/api/operator/connections/${connectionId}/commands`;
  const reason = 'The home turns to money';
  const sent = await page.request.post(`${demo.urls.server}${path}`, { data: { reason, ...body } });
  assert.ok(sent.ok(), await sent.text());
}

const settled = (demo: Demo, meterPan: string, requestId: string) =>
  eventually(`the meter has done ${requestId}`, async () => {
    const { rows } = await demo.sql((owner) =>
      owner.query<{ stage: string }>(
        `SELECT c.stage FROM prewatt.commands c JOIN prewatt.meters m ON m.id = c.meter_id
         WHERE m.meter_pan = $1 AND c.request_id = $2`,
        [meterPan, requestId],
      ),
    );
    return rows[0]?.stage === 'done';
  });

/** What tokens brought to the meter, in millionths of a minor unit; null while it counts energy. */
async function moneyOf(demo: Demo, meterPan: string): Promise<bigint | null> {
  const { rows } = await demo.sql((owner) =>
    owner.query<{ micro: string | null }>(
      `SELECT s.report->'money'->>'creditedMicroMinor' AS micro FROM prewatt.meter_states s
       JOIN prewatt.meters m ON m.id = s.meter_id WHERE m.meter_pan = $1`,
      [meterPan],
    ),
  );
  const micro = rows[0]?.micro ?? null;
  return micro === null ? null : BigInt(micro);
}

/** At two decimals a currency token's unit is a thousand millionths of a minor unit. */
async function carriedMicro(demo: Demo, saleUuid: string): Promise<bigint> {
  const { rows } = await demo.sql((owner) =>
    owner.query<{ amount: string }>(
      `SELECT (amount_e5 * 1000)::text AS amount FROM prewatt.tokens
       WHERE sale_id = $1 AND kind = 'credit'`,
      [saleUuid],
    ),
  );
  return BigInt(rows[0]?.amount ?? 0);
}
