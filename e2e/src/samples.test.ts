// Every page that a customer or a shop can meet, in every state, as samples in a real browser: by
// axe-core in light and dark, and measured in every language on the smallest screen, with letters
// twice as large as well; and what a page says that lost its stream.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createServer, type Server, type ServerResponse } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { after, before, test } from 'node:test';
import { sampleAssets, sampleLanguages, sampleLive, samplePages } from '@prewatt/web/samples';
import type { Browser } from 'playwright-core';
import { launchChromium } from './support/browser.ts';
import { measure } from './support/measure.ts';
import { eventually } from './support/wait.ts';

const smallest = { width: 320, height: 640 };
const axeSource = readFileSync(
  createRequire(import.meta.url).resolve('axe-core/axe.min.js'),
  'utf8',
);
const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
/** What differs in the dark. */
const rulesOfColour = ['color-contrast', 'link-in-text-block'];

const pages = new Map(
  sampleLanguages.flatMap((language) =>
    [...samplePages(language)].map(([name, page]) => [
      `/${language}/${encodeURIComponent(name)}`,
      page,
    ]),
  ),
);
const assets = new Map(sampleAssets.map((asset) => [asset.path, asset]));

/** Whether the stream of a home page is there. */
let isLive = false;
const streams = new Set<ServerResponse>();

let server: Server;
let browser: Browser;
let origin: string;

before(async () => {
  server = createServer((request, response) => {
    const path = request.url ?? '/';
    const asset = assets.get(path);
    const page =
      pages.get(path) ?? (path === '/sheet' ? '<!doctype html><title>Sheet</title>' : '');
    if (isLive && path.endsWith('/live')) {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write('retry: 500\n\n');
      streams.add(response);
      return;
    }
    // A stream with nothing to say ends.
    if (asset === undefined && page === '') return response.writeHead(204).end();
    response.writeHead(200, {
      'content-type': asset?.contentType ?? 'text/html; charset=utf-8',
      'content-security-policy': "default-src 'self'",
      'cache-control': asset === undefined ? 'no-store' : 'max-age=3600',
    });
    response.end(asset?.body ?? page);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  browser = await launchChromium();
});

after(async () => {
  await browser.close();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

test('axe-core finds nothing on any page of 320 px, in light and in dark', async (t) => {
  const context = await browser.newContext({ viewport: smallest, colorScheme: 'light' });
  await context.addInitScript(axeSource);
  const page = await context.newPage();
  const found: string[] = [];
  const look = async (rules: object): Promise<void> => {
    const options = { ...rules, resultTypes: ['violations'], preload: false };
    const faults = await page.evaluate<
      string[]
    >(`axe.run(document, ${JSON.stringify(options)}).then(
      ({ violations }) => violations.flatMap(({ id, nodes }) =>
        nodes.map(({ html }) => location.pathname + ' ' + id + ': ' + html.slice(0, 160))))`);
    found.push(...faults);
  };
  const inEnglish = [...pages.keys()].filter((path) => path.startsWith('/en/'));
  for (const path of inEnglish) {
    await page.emulateMedia({ colorScheme: 'light' });
    await page.goto(`${origin}${path}`, { waitUntil: 'load' });
    await look({ runOnly: { type: 'tag', values: tags } });
    await page.emulateMedia({ colorScheme: 'dark' });
    await look({ runOnly: { type: 'rule', values: rulesOfColour } });
  }
  await context.close();
  t.diagnostic(`${inEnglish.length} pages`);
  assert.deepEqual(found, []);
});

/**
 * Faults of all pages of a language, beside each other in frames as wide as a small phone: as they
 * are, and with letters twice as large.
 */
async function measured(language: string): Promise<string[]> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  const sheet = await context.newPage();
  await sheet.goto(`${origin}/sheet`);
  const paths = [...pages.keys()].filter((path) => path.startsWith(`/${language}/`));
  const faults = await sheet.evaluate<string[]>(`(async () => {
    const measure = ${measure};
    const found = [];
    await Promise.all(${JSON.stringify(paths)}.map(async (path) => {
      const frame = document.createElement('iframe');
      Object.assign(frame, { width: ${smallest.width}, height: ${smallest.height}, src: path });
      const loaded = new Promise((resolve) => { frame.onload = resolve; });
      document.body.append(frame);
      await loaded;
      const page = frame.contentDocument;
      const { style } = page.documentElement;
      style.scrollbarWidth = 'none';
      for (const each of page.querySelectorAll('details')) each.open = true;
      for (const size of [100, 200]) {
        style.fontSize = size + '%';
        const faults = measure(page, { width: ${smallest.width}, fields: size === 100 });
        found.push(...faults.map((fault) => decodeURIComponent(path) + ', ' + size + ' %: ' + fault));
      }
      frame.remove();
    }));
    return found;
  })()`);
  await context.close();
  return faults;
}

test('every page in every language fits a screen of 320 px, with letters twice as large, too', async () => {
  const found: string[] = [];
  for (const language of sampleLanguages) found.push(...(await measured(language)));
  assert.deepEqual(found, []);
});

test('the measuring and axe bite', async () => {
  const page = await browser.newPage({ viewport: smallest });
  // Without the policy that forbids styles inline.
  await page.setContent('<!doctype html><title>Sheet</title>');
  const faultsOf = async (body: string): Promise<string[]> =>
    page.evaluate<string[]>(`(() => {
      document.body.innerHTML = ${JSON.stringify(body)};
      return (${measure})(document, { width: ${smallest.width}, fields: true });
    })()`);
  const long = 'x'.repeat(60);
  assert.deepEqual(await faultsOf('<p>Short</p>'), []);
  assert.match((await faultsOf(`<p>${long}</p>`)).join(), /px wide.*beyond the screen: xxx/);
  const narrow = 'style="width:3rem;white-space:nowrap"';
  assert.match((await faultsOf(`<button ${narrow}>Some words</button>`)).join(), /beyond button/);
  assert.match(
    (await faultsOf(`<p ${narrow.replace('"', '"overflow:clip;')}>${long}</p>`)).join(),
    /cut off/,
  );
  assert.match((await faultsOf(`<input value="${long}">`)).join(), /cut off: <input/);
  await page.evaluate(axeSource);
  await page.evaluate(`document.body.innerHTML = '<p style="color:#999">Grey</p><input>'`);
  const ids = await page.evaluate<string[]>(
    `axe.run().then(({ violations }) => violations.map(({ id }) => id))`,
  );
  assert.ok(ids.includes('color-contrast') && ids.includes('label'), ids.join());
  await page.close();
});

test('a page that lost its stream says so in its language, with the time of its numbers, and heals', async (t) => {
  isLive = true;
  const page = await browser.newPage({ viewport: smallest });
  for (const [language, words, time] of [
    ['en', /^Not connected\. Numbers from/, '12:31'],
    ['sw', /^Hakuna mtandao\./, '12:31'],
  ] as const) {
    await page.goto(`${origin}/${language}/home`);
    await eventually('the stream is open', () => streams.size > 0);
    const notice = page.locator('[data-offline]');
    assert.equal(await notice.isVisible(), false);
    isLive = false;
    const lostAt = performance.now();
    for (const stream of streams) stream.destroy();
    streams.clear();
    await notice.getByText(words).waitFor();
    t.diagnostic(`${language}: said after ${((performance.now() - lostAt) / 1000).toFixed(1)} s`);
    assert.ok((await notice.textContent())?.includes(time));
    isLive = true;
    // A refused stream is asked for again after 15 s; a phone that finds its network asks at once.
    await page.evaluate(`dispatchEvent(new Event('online'))`);
    await eventually('the stream is open again', () => streams.size > 0);
    await notice.waitFor({ state: 'hidden' });
  }
  isLive = false;
  await page.close();
});

test('a page that stays open goes on: its clock, how old its numbers are, its days', async () => {
  isLive = true;
  const path = `/en/${encodeURIComponent('home demonstration')}`;
  const first = pages.get(path) ?? '';
  const page = await browser.newPage({ viewport: smallest });
  await page.clock.install();
  await page.goto(origin + path);
  await eventually('the stream is open', () => streams.size > 0);
  const say = () => {
    const data = JSON.stringify({ ...sampleLive, lastContactMs: sampleLive.nowMs - 60_000 });
    for (const stream of streams) stream.write(`event: live\ndata: ${data}\n\n`);
  };
  const clock = page.locator('[data-clock]');
  const contact = page.locator('[data-live="contact"]');
  const before = await clock.textContent();
  say();
  await contact.getByText('1 minute ago').waitFor();
  await page.clock.runFor(10_000);
  // A second is a minute at 60 times the speed, and the page is drawn every five.
  await contact.getByText(/ ([6-9]|[1-9]\d) minutes ago/).waitFor();
  assert.notEqual(await clock.textContent(), before);
  pages.set(path, first.replace('data-fresh="use">', 'data-fresh="use"><p>A new day</p>'));
  await page.clock.runFor(61_000);
  say();
  await page.getByText('A new day').waitFor();
  pages.set(path, first);
  isLive = false;
  await page.close();
});
