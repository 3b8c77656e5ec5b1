// The customer's main path, on a phone of 360 px: sign in, see, buy, pay, and watch the token
// arrive. Once as most people do it, once with scripts off.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  assertAccessible,
  firstLoadBytes,
  newVisitor,
  phoneScreen,
  textOf,
} from '../support/browser.ts';
import {
  accepted,
  askForQuote,
  creditLeft,
  goToPayment,
  messagesOn,
  saleIs,
  shownSteps,
  shownToken,
  signIn,
  tile,
} from '../support/customer.ts';
import { note } from '../support/figures.ts';
import { homeInCredit } from '../support/homes.ts';
import { meterPage } from '../support/meter.ts';
import { town } from '../support/town.ts';
import { eventually } from '../support/wait.ts';

const mostFirstLoadBytes = 60_000;

test('a customer signs in, sees credit move, buys, and the meter takes the token', async () => {
  const demo = town.demo();
  const { phone, meterPan } = await homeInCredit(demo);
  const visitor = await newVisitor(town.browser(), { screen: phoneScreen });
  const { page } = visitor;
  await signIn(page, demo, phone);
  await assertAccessible(page);
  assert.ok((await creditLeft(page)) > 0);
  assert.match(await textOf(tile(page, 'Power now')), /^[\d.]+ k?W$/);
  assert.match(await textOf(tile(page, 'Used today')), /^[\d.]+ kWh$/);
  await page.getByText(/^Lasts (until|more than)/).waitFor();

  // A kettle at the meter shows on the customer's page by itself: a reload would lose the mark.
  await page.evaluate("document.body.setAttribute('data-not-reloaded', 'yes')");
  const meter = await meterPage(await visitor.openPage(), demo, meterPan);
  const idleW = await meter.powerW();
  await meter.setAppliance('Kettle', true);
  const withKettle = idleW + 1_000;
  await eventually('power now follows the kettle', async () => {
    return powerOf(await textOf(tile(page, 'Power now'))) > withKettle;
  });
  const before = await creditLeft(page);
  await eventually('credit goes down', async () => (await creditLeft(page)) < before);
  await meter.setAppliance('Kettle', false);
  assert.equal(await page.locator('body').getAttribute('data-not-reloaded'), 'yes');

  const lines = await askForQuote(page, demo, '100');
  await assertAccessible(page);
  assertAddsUp(lines, 10_000);
  const creditBefore = await meter.creditKwh();
  await goToPayment(page);
  await assertAccessible(page);
  const pressedMs = performance.now();
  await page.getByRole('button', { name: 'Approve', exact: true }).click();
  await saleIs(page, accepted);
  const tookMs = performance.now() - pressedMs;
  note('approving a payment to acceptance on the page', `${Math.round(tookMs)} ms`);
  await assertAccessible(page);
  const token = await shownToken(page);
  const steps = await shownSteps(page);
  assert.equal(steps.length, 4);
  for (const step of steps) assert.match(step, /: done/);
  assert.match(steps[3] ?? '', /^Accepted by your meter/);
  const energyKwh = lines.reduce((sum, { label }) => sum + kwhIn(label), 0);
  const creditAfter = await meter.creditKwh();
  // As whole watt-hours: 64.32 + 38.6 is less than 102.92 in binary fractions.
  const boughtWh = inWh(energyKwh);
  const beforeWh = inWh(creditBefore);
  const afterWh = inWh(creditAfter);
  assert.ok(
    boughtWh > 0 && afterWh > beforeWh && afterWh <= beforeWh + boughtWh,
    `${creditBefore} kWh and ${energyKwh} bought gave ${creditAfter}`,
  );
  const inbox = await visitor.openPage();
  const shown = await eventually('the token arrives on the phone', async () => {
    const messages = await messagesOn(inbox, demo, phone);
    const found = messages.filter((text) => text.replace(/\D/g, '').includes(token));
    return found.length > 0 && found;
  });
  assert.equal(shown.length, 1, 'and once');
  await visitor.leave();
});

const inWh = (kwh: number): number => Math.round(kwh * 1_000);

test('with scripts off a customer signs in, sees, buys and reads the token', async () => {
  const demo = town.demo();
  const { phone } = await homeInCredit(demo);
  const visitor = await newVisitor(town.browser(), { screen: phoneScreen, scripts: false });
  const { page } = visitor;
  await signIn(page, demo, phone);
  assert.ok((await creditLeft(page)) > 0);
  assertAddsUp(await askForQuote(page, demo, '57.50'), 5_750);
  await goToPayment(page);
  await page.getByRole('button', { name: 'Approve', exact: true }).click();
  // Without scripts the page asks again by itself.
  await saleIs(page, accepted);
  await shownToken(page);
  await visitor.leave();
});

test('the first load of a consumer page is small', async () => {
  const demo = town.demo();
  const visitor = await newVisitor(town.browser(), { screen: phoneScreen });
  const { page } = visitor;
  const signInBytes = await firstLoadBytes(page, `${demo.urls.server}/sign-in`);
  await assertAccessible(page);
  await signIn(page, demo, demo.facts().customerPhone);
  // The same person on a browser that has not seen the pages, and so keeps nothing of them yet.
  const newcomer = await newVisitor(town.browser(), { screen: phoneScreen });
  await newcomer.context.addCookies(await visitor.context.cookies());
  const homeBytes = await firstLoadBytes(newcomer.page, page.url());
  note('first load, sign-in page', `${signInBytes} bytes`);
  note("first load, customer's first page", `${homeBytes} bytes`);
  assert.ok(signInBytes > 1_000 && homeBytes > 1_000, 'something was measured');
  assert.ok(Math.max(signInBytes, homeBytes) <= mostFirstLoadBytes);
  await newcomer.leave();
  await visitor.leave();
});

/** Each deduction is shown, and together with the energy they are what is paid. */
function assertAddsUp(
  lines: readonly { label: string; amountMinor: number }[],
  paidMinor: number,
): void {
  const [paid, ...parts] = lines;
  assert.equal(paid?.label, 'You pay');
  assert.equal(paid?.amountMinor, paidMinor);
  const kept = parts.filter(({ label }) => label.startsWith('Kept from before'));
  const spent = parts.filter(({ label }) => !label.startsWith('Kept from before'));
  const sum = (some: typeof parts) =>
    some.reduce((total, line) => total + Math.abs(line.amountMinor), 0);
  assert.equal(sum(spent), paidMinor + sum(kept), JSON.stringify(lines));
  assert.ok(
    spent.some(({ label }) => /tax|vat/i.test(label)),
    'tax is a line of its own',
  );
}

function powerOf(text: string): number {
  const [, number = '', unit] = /^([\d.]+) (k?W)$/.exec(text) ?? [];
  return Number(number) * (unit === 'kW' ? 1_000 : 1);
}

/** "Energy, 6.2 kWh" as 6.2; 0 for a line without energy. */
function kwhIn(label: string): number {
  return Number(/([\d.]+) kWh/.exec(label)?.[1] ?? 0);
}
