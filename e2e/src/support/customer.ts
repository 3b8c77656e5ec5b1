// What a customer does on the consumer pages, the demo phone and the provider's page: by role and
// label, as a person finds things.

import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { textOf } from './browser.ts';
import type { Demo } from './demo.ts';
import { eventually } from './wait.ts';

/** How many messages a phone holds that match. */
export async function messagesOn(page: Page, demo: Demo, phone: string): Promise<string[]> {
  await page.goto(`${demo.urls.sandbox}/phone/${encodeURIComponent(phone)}`);
  return page.getByRole('log', { name: 'Messages' }).getByRole('paragraph').allTextContents();
}

/** Signs in with the phone number and the code that arrives on the demo phone. */
export async function signIn(page: Page, demo: Demo, phone: string): Promise<void> {
  const before = (await codesOn(page, demo, phone)).length;
  await page.goto(demo.urls.server);
  await page.getByLabel('Phone number').fill(phone);
  await page.getByRole('button', { name: 'Send me a code' }).click();
  const codeField = page.getByLabel('Code from the message');
  await codeField.waitFor();
  const other = await page.context().newPage();
  const code = await eventually('a code arrives on the phone', async () => {
    const codes = await codesOn(other, demo, phone);
    return codes.length > before && codes.at(-1);
  });
  await other.close();
  await codeField.fill(code);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('heading', { name: 'Credit left' }).waitFor();
}

async function codesOn(page: Page, demo: Demo, phone: string): Promise<string[]> {
  const texts = await messagesOn(page, demo, phone);
  return texts.flatMap((text) => /sign-in code is (\d{6})/.exec(text)?.[1] ?? []);
}

/** The number on the customer's first page, in kWh. */
export async function creditLeft(page: Page): Promise<number> {
  const card = page.getByRole('heading', { name: 'Credit left' }).locator('..');
  const found = /(-?[\d.]+)\s*kWh/.exec(await textOf(card));
  assert.ok(found, 'the page shows credit');
  return Number(found[1]);
}

/** A tile of the customer's first page: "Power now" or "Used today". */
export function tile(page: Page, name: string) {
  return page.getByRole('term').filter({ hasText: name }).locator('..').getByRole('definition');
}

export type QuoteLine = { label: string; amountMinor: number };

/** Asks for an amount and stops at the offer; its lines as the page shows them. */
export async function askForQuote(page: Page, demo: Demo, amount: string): Promise<QuoteLine[]> {
  await page.goto(demo.urls.server);
  await page.getByRole('link', { name: 'Buy electricity' }).click();
  await page.getByLabel('Amount of money').fill(amount);
  await page.getByRole('button', { name: 'See what I get' }).click();
  const table = page.getByRole('table', { name: 'Where your money goes' });
  await table.waitFor();
  const rows = await table.getByRole('row').all();
  return Promise.all(
    rows.map(async (row) => {
      const label = await textOf(row.getByRole('rowheader'));
      return { label, amountMinor: minorOf(await textOf(row.getByRole('cell'))) };
    }),
  );
}

/** "− R 12.50" as -1250. */
export function minorOf(text: string): number {
  const digits = text.replace(/[^\d.]/g, '');
  const minor = Math.round(Number(digits) * 100);
  assert.ok(Number.isSafeInteger(minor) && digits !== '', `an amount: ${text}`);
  return /[−-]/.test(text) ? -minor : minor;
}

/** From the offer to the provider's page. */
export async function goToPayment(page: Page): Promise<void> {
  await page.getByRole('button', { name: /^Pay / }).click();
  await page.getByRole('button', { name: 'Approve', exact: true }).waitFor();
}

/** Buys and presses Approve; the page is then the purchase's. */
export async function buy(page: Page, demo: Demo, amount: string): Promise<void> {
  await askForQuote(page, demo, amount);
  await goToPayment(page);
  await page.getByRole('button', { name: 'Approve', exact: true }).click();
}

/** Waits for the heading that says how the purchase stands. */
export async function saleIs(page: Page, title: string | RegExp): Promise<void> {
  await page.getByRole('heading', { level: 1, name: title }).waitFor();
}

export const accepted = 'Done. The electricity is on your meter';

/** The 20 digits that the page shows; five groups of four. */
export async function shownToken(page: Page): Promise<string> {
  const text = await textOf(page.getByRole('group', { name: 'Token', exact: true }));
  assert.match(text.trim(), /^\d{4}(\s+\d{4}){4}$/);
  return text.replace(/\D/g, '');
}

/** The four steps with their states. */
export async function shownSteps(page: Page): Promise<string[]> {
  const list = page.getByRole('listitem').filter({ hasText: /: (done|happening|not yet|did not)/ });
  const texts = await list.allTextContents();
  return texts.map((text) => text.replace(/\s+/g, ' '));
}

/** The purchase on the page, as the database names it. */
export function saleIdOf(page: Page): string {
  const uuid = /\/sales\/sale_([0-9a-f-]{36})$/.exec(new URL(page.url()).pathname)?.[1];
  assert.ok(uuid, `a purchase's page: ${page.url()}`);
  return uuid;
}
