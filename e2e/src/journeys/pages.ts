// Every page that a customer, a demo visitor or a lost one can open, on a phone and on a desk: it
// fits the screen, is accessible and loads without an error.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertAccessible, deskScreen, newVisitor, phoneScreen } from '../support/browser.ts';
import { askForQuote, saleIdOf, signIn } from '../support/customer.ts';
import { homeOf } from '../support/homes.ts';
import { town } from '../support/town.ts';

const home = 4;

test('every page fits a phone of 360 px and a desk, and names all that it asks for', async () => {
  const { urls } = town.demo();
  const { phone, meterPan } = await homeOf(town.demo(), home);
  const outside = [
    `${urls.sandbox}/`,
    `${urls.sandbox}/phone`,
    `${urls.sandbox}/phone/${encodeURIComponent(phone)}`,
    `${urls.sandbox}/provider`,
    `${urls.sandbox}/provider/faults`,
    `${urls.meter}/`,
    `${urls.meter}/meters/${meterPan}`,
  ];
  for (const screen of [phoneScreen, deskScreen]) {
    const visitor = await newVisitor(town.browser(), { screen });
    const { page } = visitor;
    for (const url of outside) {
      assert.equal((await page.goto(url))?.status(), 200, url);
      await assertAccessible(page);
    }
    await page.goto(`${urls.server}/sign-in`);
    await page.getByLabel('Phone number').fill(phone);
    await page.getByRole('button', { name: 'Send me a code' }).click();
    await page.getByLabel('Code from the message').waitFor();
    await assertAccessible(page);
    await signIn(page, town.demo(), phone);
    await page.getByRole('link', { name: 'Buy electricity' }).click();
    await assertAccessible(page);
    await page.goBack();
    await page.getByRole('link', { name: 'All purchases' }).click();
    await assertAccessible(page);
    await page.getByRole('main').getByRole('listitem').first().getByRole('link').click();
    await page.waitForURL(/\/sales\//);
    assert.match(saleIdOf(page), /^[0-9a-f-]{36}$/);
    await assertAccessible(page);
    for (const name of ['Statement', 'Your prices', 'Messages']) {
      await page.goto(urls.server);
      await page.getByRole('link', { name }).click();
      await page.getByRole('heading', { level: 1, name }).waitFor();
      await assertAccessible(page);
    }
    await page.goto(urls.server);
    await page.getByRole('link', { name: 'Hours, months and cost' }).click();
    await page.getByRole('heading', { level: 1, name: 'Your use' }).waitFor();
    await page.getByText('taxes included').waitFor();
    await assertAccessible(page);
    for (const name of ['Day', 'Month', 'Year']) {
      await page.getByRole('link', { name, exact: true }).click();
      await page.locator('[aria-current=page]', { hasText: name }).waitFor();
      await assertAccessible(page);
    }
    await page.getByRole('button', { name: 'Sign out', exact: true }).click();
    await page.getByLabel('Phone number').waitFor();
    await visitor.leave();
  }
});

test('a refusal is a page as well: what happened, what to do, a way back', async () => {
  const demo = town.demo();
  const { phone } = await homeOf(demo, home);
  const visitor = await newVisitor(town.browser(), { screen: phoneScreen });
  const { page } = visitor;
  visitor.expectTrouble(/status of (404|422)/);
  await signIn(page, demo, phone);
  await page.goto(`${demo.urls.server}/no-such-page`);
  await page.getByRole('heading', { level: 1, name: 'Not found' }).waitFor();
  await assertAccessible(page);
  await page.getByRole('link', { name: 'Back to the start' }).click();
  await page.getByRole('link', { name: 'Buy electricity' }).click();
  await page.getByLabel('Amount of money').fill('1,23,4');
  await page.getByRole('button', { name: 'See what I get' }).click();
  await page.getByRole('alert').getByText('with a point for cents').waitFor();
  await assertAccessible(page);
  await askForQuote(page, demo, '12.50');
  await page.goto(`${demo.urls.sandbox}/pay/co_unknown`);
  await page.getByRole('heading', { level: 1, name: 'No such payment' }).waitFor();
  await assertAccessible(page);
  await visitor.leave();
});
