// The first hour of an empty utility: who works there by the command line, its first tariff, a key
// by two custodians and a third, homes from a file, a till that sells, and another price for a
// street. Beside the town, in the same database.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { APIRequestContext, Page } from 'playwright-core';
import { assertAccessible, deskScreen, newVisitor, textOf } from '../support/browser.ts';
import { type Demo, ownerUrl } from '../support/demo.ts';
import { openRoom, tryOperatorSignIn } from '../support/operator.ts';
import { town } from '../support/town.ts';
import { eventually } from '../support/wait.ts';

const password = 'twelve letters and more';
const cli = fileURLToPath(new URL('../../../apps/cli/src/main.ts', import.meta.url));

const block = (rate: string) => [{ uptoKwh: null, rate }];
const tariff = (today: string) => ({
  schema: 'prewatt-tariff-1',
  id: 'ridge-homes',
  version: 1,
  utility: 'Ridge Court',
  country: 'ZA',
  customerClass: 'Homes',
  zone: 'Africa/Johannesburg',
  currency: { code: 'ZAR', scale: 2 },
  effectiveFrom: today,
  effectiveTo: null,
  parameters: {
    class: { label: 'Class', of: 'connection', choices: ['poor', 'rest'], value: 'rest' },
  },
  energy: {
    schedules: [
      { code: 'poor', when: { parameter: { class: 'poor' } }, blocks: block('1.00') },
      { code: 'rest', blocks: block('2.00') },
    ],
  },
  examples: [{ id: 'fifty', paid: '50.00', date: today, expect: { kwh: '25' } }],
});

const homes = `connection_name,address,tariff,meter_number,supply_group_code,tariff_index,key_revision,encryption_algorithm
Ridge 1,1 Hill Road,Homes,600727700000000111,700100,01,1,ea07
Ridge 2,2 River Road,Homes,600727700000000293,700100,01,1,ea07
`;

test('an empty utility gets its people, a tariff, a key, homes from a file, and sells', async () => {
  const demo = town.demo();
  await setUp(demo);
  const visitor = await newVisitor(town.browser(), { screen: deskScreen });
  // Being signed out is an answer that the browser reports as an error.
  visitor.expectTrouble(/status of 401/);
  const { page } = visitor;
  await tryOperatorSignIn(page, demo, password, 'ada@ridge.example');
  const ada = deskOf(page.request, demo);
  const [ben, cleo] = [await signedIn(demo, 'ben'), await signedIn(demo, 'cleo')];
  const { now } = await ada.get<{ now: string }>('/me');
  const today = new Date(Date.parse(now) + 2 * 3_600_000).toISOString().slice(0, 10);

  // The first page of a utility that never sold leads to what is to be done.
  await page.getByRole('link', { name: 'Go on with the set-up' }).click();
  await page.getByText(/^Done: 2 of 7 steps/).waitFor();
  await assertAccessible(page);
  await page.getByRole('link', { name: 'Make a tariff' }).waitFor();

  await openRoom(page, 'Tariffs');
  await page.getByText('No tariff yet.').waitFor();
  await page.getByRole('button', { name: 'New tariff' }).click();
  await page.getByRole('button', { name: 'Begin with one price' }).click();
  await page.getByRole('tab', { name: 'JSON' }).click();
  await page.getByLabel('Document').fill(JSON.stringify(tariff(today)));
  await page.getByText('The document has no error.').waitFor();
  await page.getByLabel('Name of the tariff').fill('Homes');
  await page.getByLabel('Reason').fill('The first tariff of the house');
  // One submission: proposed, tried on past sales, and asked for.
  await page.getByRole('button', { name: 'Ask for approval' }).click();
  await page.getByRole('heading', { level: 1, name: 'Homes, version 1' }).waitFor();
  await page.getByText('Nobody bought anything in that time.').waitFor();
  await page.getByText('Waits for approval').waitFor();
  await approveAll(ben);
  await page.reload();
  await page.getByText('In force').first().waitFor();

  const key = { supplyGroupCode: '700100', keyRevision: 1, keyType: 2, keyExpiry: 255 };
  const load = await ada.post<{ loadId: string }>('/keys/loads', {
    ...{ ...key, baseDate: 14, dkga: 'dkga04', requestId: 'ridge-key-1' },
    reason: 'The first key of the house',
  });
  for (const [who, digit] of [[ada, '01357'] as const, [ben, '86420'] as const]) {
    await who.post(`/keys/loads/${load.loadId}/components`, { component: digit.repeat(8) });
  }
  await approveAll(cleo);

  await openRoom(page, 'Imports and exports');
  const file = { name: 'ridge.csv', mimeType: 'text/csv', buffer: Buffer.from(homes) };
  await page.locator('input[type=file]').setInputFiles(file);
  await page.getByRole('button', { name: 'Import', exact: true }).click();
  await page.getByRole('heading', { level: 1, name: 'ridge.csv' }).waitFor();
  await page.getByText('Done', { exact: true }).first().waitFor();

  await sellAtTill(demo, ada, ben);
  await openRoom(page, 'Set-up');
  await page.getByText('Everything is done: this utility sells.').waitFor();

  await openRoom(page, 'Sales');
  const sale = page.getByRole('table', { name: 'Sales' }).getByRole('row').nth(1);
  await sale.getByRole('link', { name: 'Ridge 2', exact: true }).waitFor();
  assert.match(await textOf(sale), /ZAR 50\.00/);

  await openRoom(page, 'Tariffs');
  const dialog = page.getByRole('dialog');
  await page.getByRole('region', { name: 'Homes' }).getByText('In force').waitFor();
  await page.getByRole('button', { name: 'Assign to many' }).click();
  await dialog.getByLabel('Class').selectOption('poor');
  await dialog.getByLabel('Place').fill('River');
  await dialog.getByLabel('Why').fill('River Road is on the register');
  await dialog.getByRole('button', { name: 'Make the list and try it' }).click();
  await page.getByRole('heading', { level: 1, name: 'Homes for 1 connection' }).waitFor();
  await page.getByText('Pay less').waitFor();
  await assertAccessible(page);
  await page.getByRole('button', { name: 'Ask for approval' }).click();
  await dialog.getByRole('button', { name: 'Ask for approval' }).click();
  await page.getByText('Waits for approval').waitFor();
  await approveAll(ben);
  await page.reload();
  await page.getByText('Done', { exact: true }).waitFor();
  await raiseByForm(page, ben);
  await visitor.leave();
});

/** As whoever keeps the database: the utility, and three administrators. */
async function setUp(demo: Demo): Promise<void> {
  const limits = ['--currency', 'ZAR', '--least', '10', '--most', '5000'];
  const zone = ['--zone', 'Africa/Johannesburg'];
  await prewatt(demo, 'utility', 'create', 'Ridge Court', ...zone, ...limits);
  const file = join(demo.dataDir, 'ridge-password');
  writeFileSync(file, password, { mode: 0o600 });
  await Promise.all(
    ['Ada', 'Ben', 'Cleo'].map((name) =>
      prewatt(
        demo,
        ...['operator', 'add', `${name.toLowerCase()}@ridge.example`, '--name', name],
        ...['--utility', 'Ridge Court', '--role', 'administrator', '--password-file', file],
      ),
    ),
  );
}

function prewatt(demo: Demo, ...args: string[]): Promise<void> {
  const child = spawn(process.execPath, [cli, ...args], {
    env: { OWNER_URL: ownerUrl(demo.dataDir) },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const errors: string[] = [];
  child.stderr.on('data', (chunk) => errors.push(String(chunk)));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => (code === 0 ? resolve() : reject(new Error(errors.join('')))));
  });
}

type Desk = ReturnType<typeof deskOf>;

/** What an operator asks of the server without a page. */
function deskOf(request: APIRequestContext, demo: Demo) {
  const { server } = demo.urls;
  const headers = { origin: server };
  const bodyOf = async <T>(answer: Awaited<ReturnType<APIRequestContext['get']>>): Promise<T> => {
    assert.ok(answer.ok(), `${answer.url()}: ${await answer.text()}`);
    return (await answer.json()) as T;
  };
  return {
    get: async <T>(path: string) => bodyOf<T>(await request.get(`${server}/api/operator${path}`)),
    post: async <T>(path: string, data: object) =>
      bodyOf<T>(await request.post(`${server}/api/operator${path}`, { data, headers })),
  };
}

async function signedIn(demo: Demo, name: string): Promise<Desk> {
  const { request } = await town.browser().newContext();
  const { server } = demo.urls;
  const answer = await request.post(`${server}/api/auth/sign-in/email`, {
    data: { email: `${name}@ridge.example`, password },
    headers: { origin: server },
  });
  assert.ok(answer.ok(), await answer.text());
  return deskOf(request, demo);
}

/** Allows what waits. */
async function approveAll(by: Desk): Promise<void> {
  const { rows } = await by.get<{ rows: { approvalId: string }[] }>('/approvals?state=awaiting');
  assert.ok(rows.length > 0, 'something waits');
  for (const { approvalId } of rows) {
    const { state } = await by.post<{ state: string }>(`/approvals/${approvalId}/approve`, {});
    assert.equal(state, 'done');
  }
}

async function sellAtTill(demo: Demo, ada: Desk, other: Desk): Promise<void> {
  const limits = { floatLimitMinor: '100000', energyPerHourWh: '900000', tokensPerHour: 60 };
  const vendor = await ada.post<{ vendorId: string }>('/vendors', {
    ...{ name: 'Ridge Kiosk', commissionBasisPoints: 150, requestId: 'ridge-kiosk', ...limits },
  });
  const label = { label: 'Till 1', requestId: 'ridge-till-1' };
  const keys = `/vendors/${vendor.vendorId}/keys`;
  await ada.post(keys, label);
  await approveAll(other);
  const { key } = await ada.post<{ key: string }>(keys, label);
  const { request } = await town.browser().newContext();
  const till = (path: string, data: object) =>
    request.post(`${demo.urls.server}/api/vendor/v1${path}`, {
      data,
      headers: { authorization: `Bearer ${key}` },
    });
  assert.ok((await till('/shifts', {})).ok());
  await eventually('the till sells', async () => {
    const sale = { requestId: 'ridge-sale-1', meterPan: '600727700000000293', amountMinor: '5000' };
    return (await till('/sales', sale)).ok();
  });
}

/** "Raise the price by 5 % from the first of next month": the form, its preview, one submission. */
async function raiseByForm(page: Page, approver: Desk): Promise<void> {
  await openRoom(page, 'Tariffs');
  await page.getByRole('button', { name: 'New version of Homes' }).click();
  await page.getByRole('heading', { level: 1, name: 'New version of Homes' }).waitFor();
  const list = page.getByRole('group', { name: 'Price list rest' });
  const price = list.getByLabel('Price a kWh');
  assert.equal(await price.inputValue(), '2.00');
  await page.getByText('Raise or lower prices by per cent').click();
  await page.getByRole('button', { name: 'Raise these 2 prices' }).click();
  assert.equal(await price.inputValue(), '2.10');
  const month = page.getByRole('table', { name: 'What a month costs' });
  await month.getByRole('row', { name: /200\.00.*210\.00.*5\.0 %/ }).waitFor();
  // A price that is none says so at its field, in words, and nothing can be asked for.
  await price.fill('two');
  await page
    .getByText(/"two" is no number|parameter/)
    .first()
    .waitFor();
  await page.getByText('Mend the error first.').waitFor();
  await price.fill('2.10');
  await page.getByRole('button', { name: 'Take the new figures' }).click();
  await page.getByLabel('Reason').fill('The wholesale price rises in the new year');
  await assertAccessible(page);
  await page.getByRole('button', { name: 'Ask for approval' }).click();
  await page.getByRole('heading', { level: 1, name: 'Homes, version 2' }).waitFor();
  await page.getByText('Waits for approval').waitFor();
  await approveAll(approver);
  await page.reload();
  await page.getByText('Approved, to come').waitFor();
}
