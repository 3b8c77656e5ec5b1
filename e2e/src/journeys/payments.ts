// What a payment provider can do to a sale besides telling us once: refuse, tell late, tell
// again, tell never. Each ends as it must.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { tokensOfSale } from '../support/books.ts';
import { newVisitor, phoneScreen, type Visitor } from '../support/browser.ts';
import {
  accepted,
  askForQuote,
  goToPayment,
  saleIdOf,
  saleIs,
  shownToken,
  signIn,
} from '../support/customer.ts';
import { homeOf } from '../support/homes.ts';
import { town } from '../support/town.ts';
import { eventually } from '../support/wait.ts';

const home = 1;

/** A visitor of our home before an offer. */
async function atOffer(amount: string): Promise<Visitor> {
  const visitor = await newVisitor(town.browser(), { screen: phoneScreen });
  const { phone } = await homeOf(town.demo(), home);
  await signIn(visitor.page, town.demo(), phone);
  await askForQuote(visitor.page, town.demo(), amount);
  return visitor;
}

/** A visitor of our home before the provider's question. */
async function atPayment(amount: string): Promise<Visitor> {
  const visitor = await atOffer(amount);
  await goToPayment(visitor.page);
  return visitor;
}

test('a refused payment sells nothing, and the page says so', async () => {
  const visitor = await atPayment('20');
  const { page } = visitor;
  await page.getByRole('button', { name: 'Refuse' }).click();
  await saleIs(page, 'Your payment did not go through');
  await page.getByText('No electricity was bought').waitFor();
  await page.getByRole('listitem').filter({ hasText: 'Paid: did not work' }).waitFor();
  assert.equal(await page.getByRole('group', { name: 'Token' }).count(), 0);
  assert.equal((await tokensOfSale(town.demo(), saleIdOf(page))).length, 0);
  await page.getByRole('link', { name: 'Try again' }).click();
  await page.getByRole('heading', { name: 'Buy electricity' }).waitFor();
  await visitor.leave();
});

test('a late notification brings its token; until then the page says that it waits', async () => {
  const visitor = await atPayment('21');
  const { page } = visitor;
  await page.getByLabel('The shop hears of it after').selectOption('10 seconds');
  await page.getByRole('button', { name: 'Approve, notify later' }).click();
  await page.getByText('The shop hears of it later').waitFor();
  await page.getByRole('link', { name: 'Back to the shop' }).click();
  await saleIs(page, accepted);
  await shownToken(page);
  await expectOneToken(page);
  await visitor.leave();
});

test('a notification that comes three times makes one token', async () => {
  const visitor = await atPayment('22');
  const { page } = visitor;
  await page.getByRole('button', { name: 'Approve, notify three times' }).click();
  await saleIs(page, accepted);
  const token = await shownToken(page);
  const provider = await visitor.openPage();
  await provider.goto(`${town.demo().urls.sandbox}/provider`);
  const payment = provider.getByRole('listitem').filter({ hasText: '22.00' }).first();
  for (const which of ['1', '2', '3']) {
    await payment.getByText(`Notification ${which}: heard (HTTP 200)`).waitFor();
  }
  // And a fourth time, by hand.
  await payment.getByRole('button', { name: /^Send the notification/ }).click();
  await payment.getByText('Notification 4: heard (HTTP 200)').waitFor();
  await expectOneToken(page);
  await page.reload();
  assert.equal(await shownToken(page), token);
  await visitor.leave();
});

test('a lost notification is found by asking', async () => {
  const visitor = await atPayment('23');
  const { page } = visitor;
  await page.getByRole('button', { name: 'Approve, lose the notification' }).click();
  await saleIs(page, accepted);
  await shownToken(page);
  await expectOneToken(page);
  await visitor.leave();
});

test('pressing Pay twice is one purchase, and Approve after a refusal is refused', async () => {
  const visitor = await atOffer('24');
  const { page } = visitor;
  const offer = page.url();
  const second = await visitor.openPage();
  await second.goto(offer);
  await goToPayment(page);
  const checkout = page.url();
  await goToPayment(second);
  assert.equal(second.url(), checkout);
  await page.goto(offer);
  await eventually('a bought offer leads to its purchase', () => page.url().includes('/sales/'));
  await page.goto(checkout);
  await page.getByRole('button', { name: 'Refuse' }).click();
  await saleIs(page, 'Your payment did not go through');
  await second.getByRole('button', { name: 'Approve', exact: true }).click();
  await saleIs(second, 'Your payment did not go through');
  assert.equal((await tokensOfSale(town.demo(), saleIdOf(page))).length, 0);
  await visitor.leave();
});

async function expectOneToken(page: Page): Promise<void> {
  const tokens = await tokensOfSale(town.demo(), saleIdOf(page));
  assert.equal(tokens.length, 1, 'one paid sale, one token');
  assert.equal(tokens[0]?.payments, 1, 'one paid sale, one payment in the ledger');
}
