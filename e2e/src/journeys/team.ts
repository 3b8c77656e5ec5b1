// Who works here is said by two people: somebody is invited, joins with the link of one and the
// code of the other, and gets another role.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { assertAccessible, newVisitor, phoneScreen, textOf } from '../support/browser.ts';
import { managerAtDesk, openRoom, operatorAtDesk, tryOperatorSignIn } from '../support/operator.ts';
import { town } from '../support/town.ts';

const email = 'nia@tower.example';
const password = 'six green parrots fly';

test('two people invite a clerk, who joins with the halves of both, and give another role', async () => {
  const demo = town.demo();
  const asker = await operatorAtDesk(town.browser(), demo);
  const { page } = asker;
  await openRoom(page, 'Team');
  await page.getByRole('button', { name: 'Invite somebody' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: 'Ask for approval' }).click();
  await dialog.getByText('Write an address like ada@example.org.').waitFor();
  await dialog.getByLabel('Name').fill('Nia Clerk');
  await dialog.getByLabel('E-mail').fill(email);
  await dialog.getByLabel('Role').selectOption('Operator');
  await dialog.getByLabel('Reason').fill('New at the counter from Monday');
  await assertAccessible(page);
  await dialog.getByRole('button', { name: 'Ask for approval' }).click();
  await page.getByRole('heading', { level: 1, name: 'Somebody new in the team' }).waitFor();

  const manager = await managerAtDesk(town.browser(), demo);
  await approve(manager.page, page.url());
  const code = await textOf(manager.page.getByLabel('Code', { exact: true }));
  assert.equal(await manager.page.getByLabel('Link', { exact: true }).count(), 0);
  await assertAccessible(manager.page);

  await openRoom(page, 'Team');
  await page.getByRole('button', { name: /^Show link/ }).click();
  const link = await textOf(dialog.getByLabel('Link', { exact: true }));
  await dialog.getByRole('button', { name: 'Close' }).click();
  await assertAccessible(page);

  const nia = await newVisitor(town.browser(), { screen: phoneScreen });
  nia.expectTrouble(/status of (401|422|409)/);
  const phone = nia.page;
  await phone.goto(link);
  await phone.getByText('Nia Clerk, you are invited as operator. Choose a password.').waitFor();
  await assertAccessible(phone);
  await phone.getByLabel('Code').fill('0000 0000');
  await phone.getByLabel('Password', { exact: true }).fill(password);
  await phone.getByLabel('Password again').fill(password);
  await phone.getByRole('button', { name: 'Join' }).click();
  await phone.getByText('The code is another one.').waitFor();
  await phone.getByLabel('Code').fill(code);
  await phone.getByRole('button', { name: 'Join' }).click();
  await phone.getByText(`Your password is set. Sign in with ${email}`).waitFor();
  await phone.goto(link);
  await phone.reload();
  await phone.getByText('This invitation was used already.').waitFor();
  await tryOperatorSignIn(phone, demo, password, email);
  await phone.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
  await nia.leave();

  await page.reload();
  await page.getByRole('button', { name: 'Change the role of Nia Clerk' }).click();
  await dialog.getByLabel('Role').selectOption('Viewer');
  await dialog.getByLabel('Reason').fill('She only reads from now on');
  await dialog.getByRole('button', { name: 'Ask for approval' }).click();
  await page.getByRole('heading', { level: 1, name: 'Another role for somebody' }).waitFor();
  await approve(manager.page, page.url());
  await openRoom(page, 'Team');
  const people = page.getByRole('table', { name: 'Team' });
  await people.getByRole('row').filter({ hasText: email }).getByText('Viewer').waitFor();
  await manager.leave();
  await asker.leave();
});

async function approve(page: Page, url: string): Promise<void> {
  await page.goto(url);
  await page.getByRole('button', { name: 'Approve', exact: true }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Approve and do it' }).click();
  await page.getByText('Approved and done').waitFor();
}
