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
import { endSessions, homeOf } from '../support/homes.ts';
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
  const third = await visitor.openPage();
  await third.goto(offer);
  await goToPayment(page);
  await expectTaken(third);
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

test('the way back after paying leads to the purchase, and pays nothing twice', async () => {
  const visitor = await atPayment('25');
  const { page } = visitor;
  await page.getByRole('button', { name: 'Approve', exact: true }).click();
  await saleIs(page, accepted);
  const saleId = saleIdOf(page);
  // The provider's page, then the offer.
  await page.goBack();
  await page.goBack();
  await eventually('the purchase, or the offer that says it is taken', async () => {
    if (page.url().includes('/sales/')) return true;
    return page.getByText('This offer was taken up already').isVisible();
  });
  if (page.url().includes('/quotes/')) {
    await page.getByRole('link', { name: 'See the purchase' }).click();
  }
  await saleIs(page, accepted);
  assert.equal(saleIdOf(page), saleId);
  await expectOneToken(page);
  await visitor.leave();
});

test('who closed the page of payment finds the purchase waiting, and goes on with it', async () => {
  const visitor = await atPayment('26');
  const checkout = visitor.page.url();
  const page = await visitor.openPage();
  await visitor.page.close();
  await page.goto(town.demo().urls.server);
  await page
    .getByRole('link', { name: /R\s?26\.00/ })
    .first()
    .click();
  await saleIs(page, 'Waiting for word of your payment');
  await page.getByText('If not, go on to payment').waitFor();
  await page.getByRole('link', { name: 'Go on to payment' }).click();
  assert.equal(page.url(), checkout);
  await page.getByRole('button', { name: 'Approve', exact: true }).click();
  await saleIs(page, accepted);
  await expectOneToken(page);
  await visitor.leave();
});

test('what is sent after the session has ended is not bought, and the page says so', async () => {
  const visitor = await newVisitor(town.browser(), { screen: phoneScreen });
  const { phone } = await homeOf(town.demo(), home);
  const { page } = visitor;
  for (const ended of ['here', 'elsewhere'] as const) {
    await signIn(page, town.demo(), phone);
    await page.getByRole('link', { name: 'Buy electricity' }).click();
    await page.getByLabel('Amount of money').fill('27');
    if (ended === 'here') await page.context().clearCookies({ name: /session_token/ });
    else await endSessions(town.demo(), phone);
    await page.getByRole('button', { name: 'See what I get' }).click();
    await page.getByText('You were signed out, so what you sent did not arrive.').waitFor();
  }
  await visitor.leave();
});

/** The offer says so as soon as somebody looks at it again. */
async function expectTaken(page: Page): Promise<void> {
  await eventually('the offer says that it is taken', async () => {
    await page.evaluate(`dispatchEvent(new Event('focus'))`);
    return page.getByText('This offer was taken up already').isVisible();
  });
  assert.equal(await page.getByRole('button', { name: /^Pay / }).isVisible(), false);
  await page.getByRole('link', { name: 'See the purchase' }).click();
  await saleIs(page, 'Waiting for word of your payment');
}

async function expectOneToken(page: Page): Promise<void> {
  const tokens = await tokensOfSale(town.demo(), saleIdOf(page));
  assert.equal(tokens.length, 1, 'one paid sale, one token');
  assert.equal(tokens[0]?.payments, 1, 'one paid sale, one payment in the ledger');
}
