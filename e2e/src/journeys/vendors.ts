// The vendors' room: a vendor from its making to a counted till, with a key that is shown once, and
// a block that counts at once.

import assert from 'node:assert/strict';
import { text as textOfStream } from 'node:stream/consumers';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { assertAccessible, phoneScreen, textOf } from '../support/browser.ts';
import { homeOf } from '../support/homes.ts';
import {
  fact,
  managerAtDesk,
  openConnection,
  openRoom,
  operatorAtDesk,
} from '../support/operator.ts';
import { setRole } from '../support/others.ts';
import { town } from '../support/town.ts';
import { eventually } from '../support/wait.ts';

const home = 25;
const walletHome = 22;
export const shop = 'Mabena Spaza';

test('an administrator makes a vendor, its till sells, and the console tells of it', async () => {
  const demo = town.demo();
  const visitor = await operatorAtDesk(town.browser(), demo);
  const { page } = visitor;
  await openRoom(page, 'Vendors');
  await page.getByRole('button', { name: 'New vendor' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Name').fill(shop);
  await dialog.getByRole('button', { name: 'Make vendor' }).click();
  await dialog.getByText('Write a percentage from 0 to 100').waitFor();
  await dialog.getByLabel('Commission').fill('1.5');
  await dialog.getByRole('button', { name: 'Make vendor' }).click();
  await page.getByRole('heading', { level: 1, name: shop }).waitFor();
  await assertAccessible(page);

  await page.getByRole('button', { name: 'Record deposit' }).click();
  await dialog.getByLabel('Amount').fill('500');
  await dialog.getByLabel('Reference').fill('Slip 7');
  await dialog.getByRole('button', { name: 'Record deposit' }).click();
  await dialog.waitFor({ state: 'detached' });
  await page.getByRole('table', { name: 'Statement' }).getByText('Slip 7').waitFor();

  const key = await newKey(page);
  const { meterPan } = await homeOf(demo, home);
  const till = tillOf(page, demo.urls.server, key);
  const { shiftId } = await till('/shifts', {});
  await till('/sales', { requestId: 'a-till-in-e2e', meterPan, amountMinor: '8000' });
  await till(`/shifts/${shiftId}/close`, { countedMinor: '7500' });
  await page.reload();
  await page.getByRole('tab', { name: 'Shifts' }).click();
  const shift = page.getByRole('table', { name: 'Shifts' }).getByRole('row').nth(1);
  await shift.getByText('Short').waitFor();
  assert.match(await textOf(shift), /ZAR -5\.00/);
  // 500.00 - 80.00 + 1.20
  assert.match(await textOf(fact(page, 'Float')), /^ZAR 421\.20/);
  await assertAccessible(page);
  await buyForMany(page, { key, meterPan });
  await takeCash(page, key);
  await visitor.leave();
});

test('a blocked vendor sells nothing, from the moment that it is blocked', async () => {
  const demo = town.demo();
  const visitor = await operatorAtDesk(town.browser(), demo, { screen: phoneScreen });
  const { page } = visitor;
  await page.getByRole('button', { name: 'More' }).click();
  await page.getByRole('menuitem', { name: 'Vendors' }).click();
  await page.getByRole('link', { name: shop }).click();
  await page.getByRole('tab', { name: 'Till keys' }).click();
  await page.getByText('Till 1, front').waitFor();
  await page.getByRole('button', { name: 'Block', exact: true }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Reason').fill('Cash of Friday is missing');
  await dialog.getByRole('button', { name: 'Block at once' }).click();
  await page.getByRole('alert').getByText('Cash of Friday is missing').waitFor();
  await assertAccessible(page);
  await page.getByRole('button', { name: 'Unblock' }).click();
  await dialog.getByLabel('Reason').fill('The cash was found');
  await dialog.getByRole('button', { name: 'Unblock' }).click();
  await page.getByRole('button', { name: 'Block', exact: true }).waitFor();

  await setRole(demo, 'viewer');
  try {
    await page.reload();
    await page.getByRole('heading', { level: 1, name: shop }).waitFor();
    for (const name of ['Block', 'Record deposit', 'Change settings']) {
      const button = page.getByRole('button', { name, exact: true });
      assert.equal(await button.getAttribute('aria-disabled'), 'true', name);
    }
  } finally {
    await setRole(demo, 'administrator');
  }
  await visitor.leave();
});

/** A home that changes to wallet mode pays at the utility's counter, by the key of its till. */
async function takeCash(page: Page, key: string): Promise<void> {
  const { name } = await homeOf(town.demo(), walletHome);
  await openConnection(page, name);
  const dialog = page.getByRole('dialog');
  await page.getByRole('button', { name: 'Change to wallet mode' }).click();
  await dialog.getByLabel('Why').fill('The customer wants to pay as he uses');
  await dialog.getByRole('button', { name: 'Ask for approval' }).click();
  await page.waitForURL(/\/approvals\//);
  await allowAtOtherDesk(page.url());
  await openConnection(page, name);
  const panel = page.getByRole('region', { name: 'Credit mode' });
  await panel.getByRole('heading', { name: 'Wallet' }).waitFor();
  const balance = async () =>
    Math.round(100 * Number((await textOf(fact(panel, 'Balance'))).replaceAll(/[^\d.]/g, '')));
  const before = await balance();
  await panel.getByRole('button', { name: 'Take cash' }).click();
  await dialog.getByLabel(/^Cash/).fill('50');
  await dialog.getByLabel('Key of the counter’s till').fill(key);
  await assertAccessible(page);
  await dialog.getByRole('button', { name: 'Take the cash' }).click();
  await dialog.waitFor({ state: 'detached' });
  // A minute of its use may have been charged since.
  await eventually('the wallet has the cash', async () => {
    const more = (await balance()) - before;
    return more > 4_500 && more <= 5_000;
  });
}

/** A file of two lines, of which one is wrong: rehearsed, bought without it, kept as a file. */
async function buyForMany(page: Page, o: { key: string; meterPan: string }): Promise<void> {
  await page.getByRole('tab', { name: 'Many meters' }).click();
  await page.getByLabel('Key of a till of this vendor').fill(o.key);
  const lines = ['meter,amount,reference', `${o.meterPan},20,Staff 1`, '123,20,Staff 2', ''];
  const buffer = Buffer.from(lines.join('\n'));
  const file = { name: 'staff.csv', mimeType: 'text/csv', buffer };
  await page.getByLabel('File', { exact: true }).setInputFiles(file);
  await page.getByRole('button', { name: 'Rehearse' }).click();
  await page.getByText('1 of 2 lines can be bought').waitFor();
  const table = page.getByRole('table', { name: 'Lines' });
  await table.getByText('Write the 11, 13 or 18 digits').waitFor();
  await assertAccessible(page);
  await page.getByLabel('Leave out 1 line that cannot be bought').check();
  await page.getByRole('button', { name: 'Buy 1 line for ZAR 20.00' }).click();
  await page.getByText('1 bought, 1 refused, 0 not yet').waitFor();
  const saving = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Save the tokens as a file' }).click();
  const saved = await saving;
  assert.equal(saved.suggestedFilename(), 'staff-tokens.csv');
  assert.match(
    await textOfStream(await saved.createReadStream()),
    /Staff 1,\d+,20,bought,.*\d{20}/,
  );
  await assertAccessible(page);
}

/** The second administrator reads what waits and allows it. */
export async function allowAtOtherDesk(url: string): Promise<void> {
  const manager = await managerAtDesk(town.browser(), town.demo());
  const desk = manager.page;
  await desk.goto(url);
  await desk.getByRole('region', { name: 'What would be done' }).waitFor();
  await desk.getByRole('button', { name: 'Approve', exact: true }).click();
  await desk.getByRole('dialog').getByRole('button', { name: 'Approve and do it' }).click();
  await desk.getByText('Approved and done').waitFor();
  await manager.leave();
}

/** Asks for a till's key and reads it from the only place where it is ever shown. */
export async function newKey(page: Page, label = 'Till 1, front'): Promise<string> {
  await page.getByRole('tab', { name: 'Till keys' }).click();
  await page.getByRole('button', { name: 'New key' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Till').fill(label);
  await dialog.getByRole('button', { name: 'Ask for a key' }).click();
  await page.waitForURL(/\/approvals\//);
  await allowAtOtherDesk(page.url());
  await page.getByRole('button', { name: 'Show the key' }).click();
  await assertAccessible(page);
  await dialog.getByRole('button', { name: 'Make key' }).click();
  const key = await textOf(dialog.getByLabel('Key', { exact: true }));
  assert.match(key, /^pwv_/);
  await dialog.getByRole('button', { name: 'I have stored it' }).click();
  await openRoom(page, 'Vendors');
  await page.getByRole('link', { name: shop }).click();
  await page.getByRole('tab', { name: 'Till keys' }).click();
  await page.getByRole('table', { name: 'Till keys' }).getByText(label).waitFor();
  assert.ok(!(await page.content()).includes(key.slice(-40)), 'a key is shown once');
  return key;
}

const tillOf =
  (page: Page, server: string, key: string) =>
  async (path: string, data: object): Promise<{ shiftId: string }> => {
    const answer = await page.request.post(`${server}/api/vendor/v1${path}`, {
      data,
      headers: { authorization: `Bearer ${key}` },
    });
    assert.ok(answer.ok(), `${path}: ${await answer.text()}`);
    return answer.json();
  };
