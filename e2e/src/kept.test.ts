// The pages as an app on a phone: what can be read without a connection, how old it says it is,
// and what is said when the phone has no room, a wrong clock or an older version. Samples on a
// server of the test, which may go away.

import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, test } from 'node:test';
import { sampleAssets, sampleManifest, samplePages, sampleWorker } from '@prewatt/web/samples';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { launchChromium, phoneScreen } from './support/browser.ts';
import { eventually } from './support/wait.ts';

const home = '/connections/conn_1';
const samples = samplePages('en');
const arabic = samplePages('ar');
const sampleOf = (pages: ReadonlyMap<string, string>, name: string) =>
  pages.get(name) ?? assert.fail(`no sample ${name}`);
/** The home page lists one purchase that is over and one whose token may be typed. */
const pages = new Map([
  [home, sampleOf(samples, 'home')],
  ['/connections/conn_ar', sampleOf(arabic, 'home')],
  ['/connections/conn_1/prices', sampleOf(samples, 'prices')],
  ['/sign-in', sampleOf(samples, 'sign-in')],
]);
const unused = sampleOf(samples, 'sale noLink');
const used = sampleOf(samples, 'sale delivered');
const assets = new Map(sampleAssets.map((asset) => [asset.path, asset]));

/** How the server is: it answers, a door in front of it does, or nobody. */
let state: 'here' | 'away' | 'gone' = 'here';
let worker = sampleWorker;
/** The worker of this version waits for this before it comes. */
let workerMayCome = Promise.resolve();
/** What a worker asks for before it answers a page: heard, and held back. */
let hold = heldBack();
let server: Server;
let browser: Browser;
let origin: string;

before(async () => {
  server = createServer(async (request, response) => {
    const path = request.url ?? '/';
    if (state === 'gone') return request.socket.destroy();
    if (state === 'away') return response.writeHead(503).end('no server');
    if (request.method === 'POST') return response.writeHead(303, { location: '/sign-in' }).end();
    if (path === '/') return response.writeHead(303, { location: home }).end();
    if (path === '/hold') {
      hold.hear();
      return hold.isOver.then(() => response.writeHead(204).end());
    }
    if (path.startsWith('/push-worker.js')) {
      if (path.includes('?')) await workerMayCome;
      return response.writeHead(200, { 'content-type': 'text/javascript' }).end(worker);
    }
    if (path === '/app.webmanifest') {
      response.writeHead(200, { 'content-type': 'application/manifest+json' });
      return response.end(sampleManifest);
    }
    const asset = assets.get(path);
    const isSale = /^\/sales\/[^/]+$/.test(path);
    const page = pages.get(path) ?? (isSale ? (isUnused(path) ? unused : used) : undefined);
    if (asset === undefined && page === undefined) return response.writeHead(204).end();
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

/** By its state on the home page. */
const sales = [...sampleOf(samples, 'home').matchAll(/href="(\/sales\/[^"]+)">.*?state (\w+)/gs)];
const isUnused = (path: string) => sales.some(([, at, tone]) => at === path && tone !== 'good');
const unusedPath = sales.find(([, , tone]) => tone !== 'good')?.[1] ?? '';

function heldBack() {
  const [heard, over] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  return { isHeard: heard.promise, hear: heard.resolve, isOver: over.promise, end: over.resolve };
}

async function onPhone(work: (page: Page, context: BrowserContext) => Promise<void>) {
  const context = await browser.newContext({ viewport: phoneScreen, locale: 'en-GB' });
  try {
    await work(await context.newPage(), context);
  } finally {
    state = 'here';
    worker = sampleWorker;
    workerMayCome = Promise.resolve();
    hold = heldBack();
    await context.close();
  }
}

const keptPaths = (page: Page) =>
  page.evaluate<string[]>(`caches.open('kept-pages-1').then((cache) => cache.keys())
    .then((all) => all.map(({ url }) => new URL(url).pathname))`);

const isKept = (page: Page, path: string) =>
  eventually(`${path} is kept`, async () => (await keptPaths(page)).includes(path));

/** Opens a home page and waits until the phone has it. */
async function keep(page: Page, path = home): Promise<void> {
  await page.goto(`${origin}${path}`);
  await isKept(page, path);
}

const note = (page: Page, what: string) => page.locator(`[data-note=${what}]`);

/** As if the phone's clock had moved since: what is kept is so much older. */
const makeOlder = (page: Page, ms: number) =>
  page.evaluate(`caches.open('kept-pages-1').then(async (cache) => {
    for (const request of await cache.keys()) {
      const held = await cache.match(request);
      const headers = new Headers(held.headers);
      headers.set('x-kept-at', String(Number(headers.get('x-kept-at')) - ${ms}));
      await cache.put(request, new Response(await held.text(), { headers }));
    }
  })`);

test('without a connection the last home page and an unused token are there, with their age', () =>
  onPhone(async (page) => {
    assert.ok(sales.length > 1 && unusedPath !== '');
    await keep(page);
    await isKept(page, unusedPath);
    const over = sales.find(([, , tone]) => tone === 'good')?.[1] ?? '';
    assert.ok(!(await keptPaths(page)).includes(over), 'a purchase that is over is not kept');
    await makeOlder(page, 3 * 3_600_000 + 5_000);
    state = 'gone';
    await page.goto(`${origin}/`);
    await page.getByText('No connection. You see what was here 3 hours ago.').waitFor();
    await page.getByRole('heading', { name: 'Credit left' }).waitFor();
    const colour = `getComputedStyle(document.querySelector('.button')).backgroundColor`;
    assert.notEqual(await page.evaluate(colour), 'rgba(0, 0, 0, 0)', 'with its styles');
    for (const now of ['power', 'lasts', 'contact']) {
      assert.equal(
        await page.locator(`[data-live=${now}]`).isVisible(),
        false,
        `no ${now} of then`,
      );
    }
    await page.locator('[data-live=available]').waitFor();
    await page.goto(`${origin}${unusedPath}`);
    await page.getByRole('group', { name: 'Token', exact: true }).waitFor();
    await page.getByText('You see what was here 3 hours ago.').waitFor();
    await page.goto(`${origin}/connections/conn_1/prices`);
    await page.getByText('This page is not kept on your phone.').waitFor();
    await page.getByRole('link', { name: 'See what is kept' }).click();
    await page.getByText('You see what was here 3 hours ago.').waitFor();
    // The server is back: the page finds it by itself.
    state = 'here';
    await page.evaluate(`dispatchEvent(new Event('online'))`);
    await page.locator('[data-kept]').waitFor({ state: 'detached' });
    await page.getByRole('heading', { name: 'Credit left' }).waitFor();
  }));

test('a door without a server behind it is no connection either, and says so in Arabic', () =>
  onPhone(async (page) => {
    await keep(page, '/connections/conn_ar');
    await eventually('the worker has the words', () =>
      page.evaluate<boolean>(`caches.match('/kept-words').then((held) => held !== undefined)`),
    );
    state = 'away';
    await page.goto(`${origin}/connections/conn_ar`);
    await page.getByText('لا اتصال. ترى ما كان هنا قبل لحظات.').waitFor();
    await page.goto(`${origin}/connections/conn_ar/prices`);
    await page.getByText('هذه الصفحة غير محفوظة على هاتفك.').waitFor();
    assert.equal(await page.locator('html').getAttribute('dir'), 'rtl');
  }));

test('what is sent without a connection may not have arrived, and the page says so', () =>
  onPhone(async (page) => {
    await keep(page);
    state = 'gone';
    const send = `document.body.insertAdjacentHTML('beforeend',
      '<form method="post" action="/quotes/q/pay"><button>Send it</button></form>')`;
    await page.evaluate(send);
    await page.getByRole('button', { name: 'Send it' }).click();
    await page.getByText('What you sent may not have arrived.').waitFor();
  }));

test('signing out erases what is kept, with a connection and without one', () =>
  onPhone(async (page) => {
    for (const then of ['here', 'gone'] as const) {
      await keep(page);
      state = then;
      await page.getByRole('button', { name: 'Sign out' }).click();
      await eventually('nothing is kept', async () => (await keptPaths(page)).length === 0);
      state = 'gone';
      await page.goto(`${origin}/`, { waitUntil: 'commit' });
      await page.getByText('This page is not kept on your phone.').waitFor();
      state = 'here';
    }
  }));

test('a session that has ended erases what is kept when the phone learns of it', () =>
  onPhone(async (page) => {
    await keep(page);
    await page.goto(`${origin}/sign-in`);
    await eventually('nothing is kept', async () => (await keptPaths(page)).length === 0);
  }));

test('a phone without room says that the page cannot be read without a connection', () =>
  onPhone(async (page, context) => {
    await page.goto(`${origin}/sheet`).catch(() => {});
    const devtools = await context.newCDPSession(page);
    await devtools.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: 1 });
    await page.goto(`${origin}${home}`);
    await note(page, 'room').getByText('Your phone has no room left').waitFor();
    assert.deepEqual(await keptPaths(page), []);
    await devtools.send('Storage.overrideQuotaForOrigin', { origin });
    await page.reload();
    await isKept(page, home);
    await page.reload();
    await eventually('the words are gone', async () => {
      return !(await note(page, 'room').isVisible());
    });
  }));

test('a wrong clock of the phone is told, and one that was set back leaves no age', () =>
  onPhone(async (page) => {
    await keep(page);
    await makeOlder(page, -3_600_000);
    state = 'gone';
    await page.goto(`${origin}${home}`);
    await page.getByText('The clock of your phone was set back').waitFor();
    state = 'here';
    const day = 86_400_000;
    for (const [ms, words] of [
      [3.5 * day, 'The clock of your phone is 3 days ahead.'],
      [-4.5 * day, 'The clock of your phone is 4 days behind.'],
    ] as const) {
      await page.clock.setSystemTime(Date.now() + ms);
      await page.goto(`${origin}${home}`);
      await note(page, 'clock').getByText(words).waitFor();
    }
  }));

test('a phone that is one version behind says so, is renewed and says that', () =>
  onPhone(async (page) => {
    // A worker of the time before pages were kept: it hears nothing.
    worker = `self.addEventListener('install', () => self.skipWaiting());
      self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()));`;
    await page.goto(`${origin}/push-worker.js`);
    const older = `navigator.serviceWorker.register('/push-worker.js')`;
    await page.evaluate(`${older}.then(() => navigator.serviceWorker.ready).then(() => 0)`);
    worker = sampleWorker;
    const { promise, resolve: come } = Promise.withResolvers<void>();
    workerMayCome = promise;
    await page.goto(`${origin}${home}`);
    await note(page, 'version').getByText('An older version of this app').waitFor();
    come();
    await note(page, 'version').getByText('This app was renewed.').waitFor();
    await isKept(page, home);
    await page.reload();
    await page.getByRole('heading', { name: 'Credit left' }).waitFor();
    assert.equal(await note(page, 'version').isVisible(), false);
  }));

test('a slow phone, whose worker takes long to answer, is not told that its app is old', () =>
  onPhone(async (page) => {
    const answered = 'port.postMessage(';
    assert.ok(worker.includes(answered));
    worker = worker.replace(answered, `await fetch('/hold'); ${answered}`);
    await page.clock.install();
    await page.goto(`${origin}${home}`);
    await hold.isHeard;
    await page.clock.fastForward(60_000);
    assert.equal(await note(page, 'version').isVisible(), false);
    hold.end();
    await isKept(page, home);
    assert.equal(await note(page, 'version').isVisible(), false);
  }));

test('a notice without words of its own has the words of the page that was open last', () =>
  onPhone(async (page, context) => {
    await context.grantPermissions(['notifications'], { origin });
    await keep(page, '/connections/conn_ar');
    const devtools = await context.newCDPSession(page);
    const known = new Promise<string>((resolve) => {
      devtools.on('ServiceWorker.workerRegistrationUpdated', ({ registrations: [one] }) => {
        if (one !== undefined) resolve(one.registrationId);
      });
    });
    await devtools.send('ServiceWorker.enable');
    const registrationId = await known;
    await devtools.send('ServiceWorker.deliverPushMessage', { origin, registrationId, data: '' });
    await eventually('the notice', async () => {
      const shown = await page.evaluate<string[]>(`navigator.serviceWorker.ready
        .then((worker) => worker.getNotifications())
        .then((all) => all.map(({ title, body, dir }) => [title, body, dir].join('|')))`);
      return shown[0] === 'الكهرباء|هناك جديد عن كهربائك.|rtl';
    });
  }));

test('a browser finds what it needs to put the pages on a phone', () =>
  onPhone(async (page, context) => {
    await page.goto(`${origin}${home}`);
    const devtools = await context.newCDPSession(page);
    const { errors, data = '' } = await devtools.send('Page.getAppManifest');
    assert.deepEqual(errors, []);
    const { icons, name, start_url } = JSON.parse(data);
    assert.deepEqual([name, start_url], ['Riverside Power', '/']);
    const sizes = icons.map((icon: { sizes: string }) => icon.sizes);
    assert.deepEqual(sizes, ['any', '192x192', '512x512']);
  }));
