// A shop's phone from its code to the count of the cash, with scripts off, and a sale whose answer
// is lost: the clerk of a shop that the vendors' journey has made.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { BrowserContext, Page } from 'playwright-core';
import { assertAccessible, newVisitor, phoneScreen, textOf } from '../support/browser.ts';
import { note } from '../support/figures.ts';
import { homeOf } from '../support/homes.ts';
import { openRoom, operatorAtDesk } from '../support/operator.ts';
import { town } from '../support/town.ts';
import { allowAtOtherDesk, shop } from './vendors.ts';

type Cookies = Awaited<ReturnType<BrowserContext['cookies']>>;

const home = 24;

test('a phone is allowed, set up by a link, and sells for its clerk with scripts off', async () => {
  const demo = town.demo();
  const operator = await operatorAtDesk(town.browser(), demo);
  const link = await newPhone(operator.page);
  const pin = await newClerk(operator.page, 'Amina');
  const clerk = await newVisitor(town.browser(), { screen: phoneScreen, scripts: false });
  const { page } = clerk;
  await slowLine(page);
  await page.goto(link);
  await page.getByRole('button', { name: 'Set up' }).click();
  await page.getByLabel('Amina').check();
  await page.getByLabel('PIN').fill(pin);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByLabel('New PIN').fill('4826');
  await page.getByLabel('The same again').fill('4826');
  await page.getByRole('button', { name: 'Keep this PIN' }).click();
  await page.getByRole('button', { name: 'Open a shift' }).click();

  const { meterPan } = await homeOf(demo, home);
  const startedMs = performance.now();
  await page.getByLabel('Meter number').fill(meterPan);
  await page.getByLabel('Amount of money').fill('60');
  await page.getByRole('button', { name: 'See the offer' }).click();
  await page.getByRole('button', { name: 'Take R 60.00 and sell' }).click();
  const token = page.getByRole('group', { name: 'Token', exact: true });
  assert.match(await textOf(token), /^(\d{4} ?){5}$/);
  const soldS = ((performance.now() - startedMs) / 1000).toFixed(1);
  note('till on a slow line (1.6 Mbit/s, 150 ms): meter and amount to token', `${soldS} s`);
  const receipt = page.url();
  await page.reload();
  assert.equal(page.url(), receipt);
  await page.goBack();
  assert.equal(page.url(), receipt, 'the offer leads to what it sold');

  await page.getByRole('link', { name: 'Next customer' }).click();
  await page.getByRole('link', { name: 'Shift and cash' }).click();
  await page.getByLabel('Cash that you counted').fill('60');
  await page.getByRole('button', { name: 'Close the shift' }).click();
  await page.getByText('The cash is right.').waitFor();
  await loseAnswer(await clerk.context.cookies(), { meterPan });
  await clerk.leave();

  await operator.page.getByRole('tab', { name: 'Shifts' }).click();
  const shift = operator.page.getByRole('table', { name: 'Shifts' }).getByRole('row').nth(1);
  await shift.getByText('Phone 1, Amina').waitFor();
  await operator.leave();
});

/** A line as shops have it: 1.6 Mbit/s down, 0.75 up, 150 ms to the server and back. */
async function slowLine(page: Page): Promise<void> {
  const session = await page.context().newCDPSession(page);
  await session.send('Network.enable');
  await session.send('Network.emulateNetworkConditions', {
    ...{ offline: false, latency: 150 },
    ...{ downloadThroughput: 200_000, uploadThroughput: 93_750 },
  });
}

/** The same phone with scripts on: the line dies between a sale and its answer. */
async function loseAnswer(
  cookies: Cookies,
  { meterPan }: { readonly meterPan: string },
): Promise<void> {
  const clerk = await newVisitor(town.browser(), { screen: phoneScreen });
  clerk.expectTrouble(/ERR_CONNECTION_RESET/);
  // The till looks for a card reader on its own machine, and there is none.
  clerk.expectTrouble(/ERR_CONNECTION_REFUSED \(http:\/\/127\.0\.0\.1:7079/);
  await clerk.context.addCookies(cookies);
  const { page } = clerk;
  await page.goto(new URL('/till', town.demo().urls.server).href);
  await page.getByRole('button', { name: 'Open a shift' }).click();
  await page.getByLabel('Meter number').fill(meterPan);
  await page.getByLabel('Amount of money').fill('70');
  await page.getByRole('button', { name: 'See the offer' }).click();
  const sell = page.getByRole('button', { name: 'Take R 70.00 and sell' });
  await sell.waitFor();
  // Before the script has come, the browser sends the form by itself and leaves the page.
  await page.locator('form[data-once] [role=status]').waitFor({ state: 'attached' });
  let reached = 0;
  await page.route('**/sell', async (route) => {
    reached = (await route.fetch({ maxRedirects: 0, timeout: 0 })).status();
    await route.abort('connectionreset');
  });
  await sell.click();
  await page.getByText('No answer came: it is done, or it is not.').waitFor();
  assert.equal(reached, 303, 'the server has sold, and said so to nobody');
  await assertAccessible(page);
  await page.getByRole('link', { name: 'see what became of it' }).click();
  await page.getByRole('group', { name: 'Token', exact: true }).waitFor();
  await page.getByRole('link', { name: 'Next customer' }).click();
  assert.equal(await page.getByRole('link', { name: /R.70\.00/ }).count(), 1, 'sold once');
  await page.getByRole('link', { name: 'Shift and cash' }).click();
  await page.getByLabel('Cash that you counted').fill('70');
  await page.getByRole('button', { name: 'Close the shift' }).click();
  await page.getByText('The cash is right.').waitFor();
  await clerk.leave();
}

/** Asks for a phone, has it allowed, and reads the link from the only place where it is shown. */
async function newPhone(page: Page): Promise<string> {
  await openRoom(page, 'Vendors');
  await page.getByRole('link', { name: shop }).click();
  await page.getByRole('tab', { name: 'Till keys' }).click();
  await page.getByRole('button', { name: 'New shop phone' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Till').fill('Phone 1');
  await dialog.getByRole('button', { name: 'Ask for a phone' }).click();
  await page.waitForURL(/\/approvals\//);
  await allowAtOtherDesk(page.url());
  await page.getByRole('button', { name: 'Show the code' }).click();
  await dialog.getByRole('button', { name: 'Make code' }).click();
  const link = await textOf(dialog.getByLabel('Link', { exact: true }));
  await assertAccessible(page);
  await dialog.getByRole('button', { name: 'The phone is set up' }).click();
  return link;
}

export async function newClerk(page: Page, name: string): Promise<string> {
  await openRoom(page, 'Vendors');
  await page.getByRole('link', { name: shop }).click();
  await page.getByRole('tab', { name: 'Clerks' }).click();
  await page.getByRole('button', { name: 'Add clerk' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Name').fill(name);
  await dialog.getByRole('button', { name: 'Add', exact: true }).click();
  const pin = await textOf(dialog.getByLabel('PIN', { exact: true }));
  await dialog.getByRole('button', { name: 'I gave it to the clerk' }).click();
  await page.getByRole('table', { name: 'Clerks' }).getByText('Has not signed in yet').waitFor();
  await assertAccessible(page);
  return pin;
}
