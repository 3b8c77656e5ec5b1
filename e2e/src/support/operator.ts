// What an operator does in the console: sign in, find a meter, open its connection.

import type { Page } from 'playwright-core';
import type { Demo } from './demo.ts';

/** Signs in; a wrong password stays on the page with its reason. */
export async function tryOperatorSignIn(page: Page, demo: Demo, password: string): Promise<void> {
  await page.goto(`${demo.urls.server}/operator/`);
  await page.getByRole('heading', { name: 'Operator console' }).waitFor();
  await page.getByLabel('E-mail').fill(demo.facts().operatorEmail);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

export async function operatorSignIn(page: Page, demo: Demo): Promise<void> {
  await tryOperatorSignIn(page, demo, demo.facts().operatorPassword);
  await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
}

/** Waits until the stream of live events stands. */
export async function isLive(page: Page): Promise<void> {
  await page
    .getByRole('status', { name: 'Live updates' })
    .getByText('Live', { exact: true })
    .waitFor();
}

/** From any page to a connection's, by the list of meters. */
export async function openConnection(page: Page, name: string): Promise<void> {
  await page
    .getByRole('navigation', { name: 'Main' })
    .getByRole('link', { name: 'Meters' })
    .click();
  await page.getByLabel('Search meters').fill(name);
  await page
    .getByRole('table', { name: 'Meters' })
    .getByRole('link', { name, exact: true })
    .click();
  await page.getByRole('heading', { level: 1, name, exact: true }).waitFor();
}

/** A fact in the panel "Now" of a connection. */
export function fact(page: Page, name: string) {
  return page.getByRole('term').filter({ hasText: name }).locator('..').getByRole('definition');
}
