// A real Chromium with nothing of its own: an empty profile, no background traffic. Each page is
// watched: an error in the console, a fault in a script or a breach of the content security
// policy fails the test that opened it.

import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import {
  type Browser,
  type BrowserContext,
  chromium,
  type Locator,
  type Page,
} from 'playwright-core';
import { eventually, generousMs } from './wait.ts';

const chromiumArguments = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export const phoneScreen = { width: 360, height: 740 };
export const deskScreen = { width: 1280, height: 800 };

/** Starts Chromium. Throws an error that says how to install one. */
export async function launchChromium(): Promise<Browser> {
  const executablePath = process.env['PREWATT_CHROMIUM'] ?? '/usr/bin/chromium';
  if (!existsSync(executablePath)) {
    throw new Error(
      `No Chromium at ${executablePath}. Install one (Debian: apt-get install chromium) or name ` +
        'it in PREWATT_CHROMIUM.',
    );
  }
  return chromium.launch({ executablePath, args: chromiumArguments, timeout: generousMs });
}

export type Visitor = {
  readonly context: BrowserContext;
  readonly page: Page;
  /** A further page of the same person, watched as well. */
  openPage(): Promise<Page>;
  /** From here on, console errors that match are what the test provokes. */
  expectTrouble(pattern: RegExp): void;
  /** Fails when a page had trouble that was not expected; then closes. */
  leave(): Promise<void>;
};

export type VisitorOptions = {
  screen: { width: number; height: number };
  scripts?: boolean;
};

/** A person with a fresh browser: no cookies, no cache. */
export async function newVisitor(browser: Browser, options: VisitorOptions): Promise<Visitor> {
  const context = await browser.newContext({
    viewport: options.screen,
    javaScriptEnabled: options.scripts ?? true,
    locale: 'en-GB',
  });
  context.setDefaultTimeout(generousMs);
  context.setDefaultNavigationTimeout(generousMs);
  const trouble: string[] = [];
  const expected: RegExp[] = [];
  const note = (text: string) => {
    if (!expected.some((pattern) => pattern.test(text))) trouble.push(text);
  };
  const openPage = async (): Promise<Page> => {
    const page = await context.newPage();
    page.on('console', (message) => {
      if (message.type() !== 'error') return;
      note(`${message.text()} (${message.location().url} on ${page.url()})`);
    });
    page.on('pageerror', (error) => note(`${error.message} (on ${page.url()})`));
    return page;
  };
  return {
    context,
    page: await openPage(),
    openPage,
    expectTrouble: (pattern) => {
      expected.push(pattern);
    },
    leave: async () => {
      await context.close();
      assert.deepEqual(trouble, [], 'pages without errors in the console');
    },
  };
}

export { assertAccessible } from './accessibility.ts';

/** The text of one element, blanks run together. */
export async function textOf(element: Locator): Promise<string> {
  return ((await element.textContent()) ?? '').replace(/\s+/g, ' ').trim();
}

const quietMs = 500;

/**
 * Bytes over the wire for a first visit: document, styles, scripts and icon, as sent. The browser
 * must be one without a worker of these pages: what a worker answers counts no bytes.
 */
export async function firstLoadBytes(page: Page, url: string): Promise<number> {
  const session = await page.context().newCDPSession(page);
  await session.send('Network.enable');
  await session.send('Network.setCacheDisabled', { cacheDisabled: true });
  let bytes = 0;
  let changedMs = Date.now();
  const open = new Set<string>();
  session.on('Network.requestWillBeSent', ({ requestId, type }) => {
    // The stream of live numbers has no end.
    if (type !== 'EventSource') open.add(requestId);
    changedMs = Date.now();
  });
  session.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    bytes += encodedDataLength;
    open.delete(requestId);
    changedMs = Date.now();
  });
  // Of the page that stood there before, or refused: nothing more comes.
  session.on('Network.loadingFailed', ({ requestId }) => {
    open.delete(requestId);
  });
  await page.goto(url, { waitUntil: 'load' });
  // Scripts ask for more once they run: a moment without an open request is not the end.
  const isQuiet = () => open.size === 0 && Date.now() - changedMs > quietMs;
  await eventually('all parts of the page have arrived', () => bytes > 0 && isQuiet());
  await session.send('Network.setCacheDisabled', { cacheDisabled: false });
  await session.detach();
  return bytes;
}
