// What an operator does in the console: sign in, find a meter, open its connection.

import type { Browser, Locator, Page } from 'playwright-core';
import { deskScreen, newVisitor, type Visitor } from './browser.ts';
import type { Demo } from './demo.ts';

/** Signs in; a wrong password stays on the page with its reason. */
export async function tryOperatorSignIn(
  page: Page,
  demo: Demo,
  password: string,
  email = demo.facts().operatorEmail,
): Promise<void> {
  await page.goto(`${demo.urls.server}/operator/`);
  await page.getByRole('heading', { name: 'Operator console' }).waitFor();
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

export async function operatorSignIn(page: Page, demo: Demo, email?: string): Promise<void> {
  await tryOperatorSignIn(page, demo, demo.facts().operatorPassword, email);
  await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
}

type Cookies = Awaited<ReturnType<Visitor['context']['cookies']>>;
const sessions = new Map<string, Cookies>();

/**
 * An operator on the overview. Signs in once and keeps the session, as people do: the server takes
 * ten sign-ins a minute from one address.
 */
export async function operatorAtDesk(
  browser: Browser,
  demo: Demo,
  o: { email?: string; screen?: typeof deskScreen } = {},
): Promise<Visitor> {
  const { email = demo.facts().operatorEmail, screen = deskScreen } = o;
  const visitor = await newVisitor(browser, { screen });
  const session = `${demo.dataDir} ${email}`;
  const known = sessions.get(session);
  if (known === undefined) {
    // Being signed out is an answer that the browser reports as an error.
    visitor.expectTrouble(/status of 401/);
    await operatorSignIn(visitor.page, demo, email);
    sessions.set(session, await visitor.context.cookies());
  } else {
    await visitor.context.addCookies(known);
    await visitor.page.goto(`${demo.urls.server}/operator/`);
    await visitor.page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
  }
  return visitor;
}

/** The second administrator, who approves. */
export const managerAtDesk = (browser: Browser, demo: Demo): Promise<Visitor> =>
  operatorAtDesk(browser, demo, { email: demo.facts().secondOperatorEmail });

/** Opens a room by the navigation. */
export async function openRoom(page: Page, room: string): Promise<void> {
  await page
    .getByRole('navigation', { name: 'Main' })
    .getByRole('link', { name: room, exact: true })
    .click();
  await page.getByRole('heading', { level: 1, name: room }).waitFor();
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
  // The list follows the typing after a rest; a person clicks when it did.
  await page.waitForURL(/[?&]search=/);
  await page
    .getByRole('table', { name: 'Meters' })
    .getByRole('link', { name, exact: true })
    .click();
  await page.getByRole('heading', { level: 1, name, exact: true }).waitFor();
}

/** A fact in the panel "Now" of a connection. */
export function fact(place: Page | Locator, name: string) {
  return place.getByRole('term').filter({ hasText: name }).locator('..').getByRole('definition');
}
