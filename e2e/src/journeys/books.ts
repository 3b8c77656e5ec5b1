// The rooms of the books: a file that is rehearsed and refused line by line, a settlement that is
// compared and a difference that is explained, and the proof.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertAccessible, phoneScreen, textOf } from '../support/browser.ts';
import { openRoom, operatorAtDesk } from '../support/operator.ts';
import { town } from '../support/town.ts';
import { eventually } from '../support/wait.ts';

const dayBefore = (days: number): string =>
  new Date(Date.now() - days * 86_400_000).toISOString().slice(0, 10);

const csv = (name: string, text: string) => ({
  name,
  mimeType: 'text/csv',
  buffer: Buffer.from(text),
});

const homes = `connection_name,address,tariff,meter_number,supply_group_code,tariff_index,key_revision,encryption_algorithm
Flat 91,1 Main Road,No such tariff,600727010000800183,123456,01,1,ea07
Flat 92,1 Main Road,No such tariff,6.00727E+17,123456,01,1,ea07
`;

test('a file is rehearsed, and each refused row says its line and what to write', async () => {
  const visitor = await operatorAtDesk(town.browser(), town.demo());
  const { page } = visitor;
  await openRoom(page, 'Imports and exports');
  await page.locator('input[type=file]').setInputFiles(csv('homes.csv', homes));
  await assertAccessible(page);
  await page.getByRole('button', { name: 'Rehearse' }).click();
  await page.getByRole('heading', { level: 1, name: 'homes.csv' }).waitFor();
  const refused = page.getByRole('table', { name: 'Refused rows' });
  await refused.getByText('a spreadsheet has rounded the number').waitFor();
  assert.match(await textOf(refused), /Line 2.*tariff: there is no tariff of this name.*Line 3/);
  await page.getByText('Rows refused').first().waitFor();
  await assertAccessible(page);
  await page.getByRole('link', { name: 'All files' }).click();
  await page.getByRole('table', { name: 'Imports' }).getByText('Rehearsal').first().waitFor();
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name: 'Payments' }).click(),
  ]);
  assert.equal(download.suggestedFilename(), 'payments.csv');
  await visitor.leave();
});

test('a settlement is compared by columns that were guessed, and a difference is explained', async () => {
  const visitor = await operatorAtDesk(town.browser(), town.demo());
  const { page } = visitor;
  await openRoom(page, 'Reconciliation');
  await page.getByRole('tab', { name: 'Compare a file' }).click();
  const file = 'Payout report\nPayment ID;Created;Gross\nnever-heard-of;01.11.2026;1.120,50\n';
  await page.locator('input[type=file]').setInputFiles(csv('payout.csv', file));
  await page.getByRole('textbox', { name: 'Provider' }).fill('sandbox');
  await assertAccessible(page);
  await page.getByRole('button', { name: 'Compare', exact: true }).click();
  await page.getByRole('status').getByText('1 row, 1 of them new.').waitFor();
  await page.getByRole('tab', { name: 'Differences' }).click();
  const row = page.getByRole('row').filter({ hasText: 'never-heard-of' });
  await row.getByText('They have it, we do not').waitFor();
  assert.match(await textOf(row), /ZAR 1120\.50/);
  await row.getByRole('button', { name: 'Resolve never-heard-of' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Why').fill('Of another utility; the provider was told');
  await dialog.getByRole('button', { name: 'Note it' }).click();
  await row.waitFor({ state: 'detached' });
  await page.getByRole('button', { name: 'Explained' }).click();
  await row.getByText('Of another utility; the provider was told').waitFor();
  await assertAccessible(page);
  await visitor.leave();
});

test('what a provider sent is found by its amount, and judging it again is seen on its row', async () => {
  const visitor = await operatorAtDesk(town.browser(), town.demo());
  const { page } = visitor;
  // A stranger at the door of notifications, who has no key.
  await page.request.post(`${town.demo().urls.server}/api/payments/sandbox/notifications`, {
    data: { event: 'payment.succeeded' },
  });
  await openRoom(page, 'From providers');
  await page.getByRole('searchbox', { name: 'Find a notification' }).fill('22.00');
  const row = page
    .getByRole('table', { name: 'From providers' })
    .getByRole('row')
    .filter({ hasText: 'ZAR 22.00' });
  // One of them came three times and once by hand (payments.ts): it sold once.
  const repeated = row.filter({ hasText: 'Came 4 times.' });
  await repeated.getByText('Sold', { exact: true }).waitFor();
  assert.match(await textOf(repeated), /sandbox.*A signed word about a payment/);
  await repeated.getByRole('button', { name: /^Judge again/ }).click();
  await repeated.getByText(/Judged again by .*a signed word about a payment/).waitFor();
  await repeated.getByRole('link', { name: /^Sale of the notification/ }).click();
  await page.getByRole('dialog').getByText('ZAR 22.00').first().waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('searchbox', { name: 'Find a notification' }).fill('no such reference');
  await page.getByText('the reference or the amount “no such reference”').waitFor();
  await page.getByRole('searchbox', { name: 'Find a notification' }).fill('');
  await page.getByRole('button', { name: 'Refused' }).click();
  await page.getByText('Refused: the signature does not fit').first().waitFor();
  await assertAccessible(page);
  await page.setViewportSize(phoneScreen);
  await assertAccessible(page);
  await visitor.leave();
});

test('the proof runs on demand and has a line for each law', async () => {
  const visitor = await operatorAtDesk(town.browser(), town.demo());
  const { page } = visitor;
  await openRoom(page, 'Proof');
  const check = page.getByRole('button', { name: 'Check now' });
  await check.click();
  const newest = page.getByRole('table', { name: 'Runs' }).getByRole('row').nth(1);
  const laws = page.getByRole('table', { name: 'Laws' });
  await eventually('the run that was asked for holds', async () => {
    const says = await textOf(newest);
    const broken = says.includes('Failed') ? await textOf(page.getByRole('main')) : '';
    assert.match(says, /All laws hold/, `its row says: ${says} ${broken}`);
    return true;
  });
  assert.ok((await laws.getByRole('row').count()) >= 7);
  await assertAccessible(page);
  await visitor.leave();
});

test('reports: figures open what is behind them, homes off supply are found, debts have their age', async () => {
  const visitor = await operatorAtDesk(town.browser(), town.demo());
  const { page } = visitor;
  await openRoom(page, 'Reports');
  await page
    .getByRole('button', { name: /^Transfers behind/ })
    .first()
    .click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('table', { name: 'Transfers' }).getByText('Energy').first().waitFor();
  await dialog.getByRole('button', { name: 'Close' }).click();
  await page.getByRole('tab', { name: 'Collections' }).click();
  await page
    .getByRole('button', { name: /^Used for sales,/ })
    .first()
    .click();
  await dialog.getByRole('table', { name: 'Transfers' }).getByText(/^Flat/).first().waitFor();
  await dialog.getByRole('button', { name: 'Close' }).click();
  const [book] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name: 'Export as Excel' }).click(),
  ]);
  assert.equal(book.suggestedFilename(), 'collections-by-day.xlsx');
  // The days as a chart, beside as many before them; its sum is that of the table.
  await page.getByRole('button', { name: '7 days' }).click();
  const chart = page.getByRole('region', { name: 'Over time' });
  await chart.getByText(/^Collected together: ZAR/).waitFor();
  await chart.getByLabel('Compare with the days before').check();
  await chart.getByText(/; before that ZAR/).waitFor();
  await assertAccessible(page);
  await page.getByRole('tab', { name: 'Unclaimed money' }).click();
  await page.getByRole('table', { name: 'Unclaimed money' }).getByText('Refunds due').waitFor();
  await assertAccessible(page);
  await page.getByRole('tab', { name: 'Off supply' }).click();
  await page.getByLabel('Off for at least').selectOption('any time');
  // The days of the demo's history: whether a home was off in the last week is chance.
  await page.getByLabel('From').fill(dayBefore(29));
  const times = page.getByRole('table', { name: 'Times off supply' });
  await times.getByRole('link', { name: /^Flat/ }).first().waitFor();
  await assertAccessible(page);
  await page.getByRole('tab', { name: 'Debts by age' }).click();
  await page.getByRole('button', { name: 'Debts of up to 30 days' }).click();
  await dialog.getByRole('table', { name: 'Debts' }).getByText('Old account').first().waitFor();
  await assertAccessible(page);
  await visitor.leave();
});
