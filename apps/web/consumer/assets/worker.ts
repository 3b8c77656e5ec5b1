// The worker of the installed pages. It shows notifications, and keeps what a customer needs when
// there is no connection: the home pages as they were last, and purchases whose token may still be
// typed. What is kept says how old it is, and goes with the sign-out. Of the pages only: those of
// shops and the console are left alone.

import { pageRoutes, pathOf } from '@prewatt/api';
import { ageText } from '../live-labels.ts';
import { fill, numberText } from '../text/message.ts';
import { contentHash } from './hash.ts';

/** Words before a page has given its own; after that they are those of its language. */
const fallback = {
  language: 'en',
  ...{ decimal: '.', digits: '', style: '', dir: 'ltr' },
  words: {
    minutes: '{count, plural, one {# minute} other {# minutes}}',
    hours: '{count, plural, one {# hour} other {# hours}}',
    days: '{count, plural, one {# day} other {# days}}',
  },
  app: {
    kept: 'No connection. You see what was here {age} ago.',
    keptNow: 'No connection. You see what was here a moment ago.',
    keptClock:
      'No connection. How old this is we cannot say: the clock of your phone was set back.',
    noConnection: 'No connection',
    notKept: 'This page is not kept on your phone.',
    notSent: 'It may not have arrived. Look before you send it again.',
    seeKept: 'See what is kept',
    title: 'Electricity',
    news: 'There is news about your electricity.',
  },
};

const paths = {
  homes: pathOf(pageRoutes.home, { id: '' }),
  signIn: pathOf(pageRoutes.signIn),
  signOut: pathOf(pageRoutes.signOut),
};

const functions = [numberText, fill, ageText].map(String).join('\n');

/**
 * What moves is grey on a page from the phone, and what it said of "now" is not shown: the power,
 * how long credit lasts, and when the meter was last heard.
 */
const keptStyle = [
  '.offline[data-kept]{margin-bottom:1rem}',
  '[data-kept]~* [data-live]{color:var(--soft)}',
  '[data-kept]~* .supply{background:var(--ground)}',
  ...['[data-live=lasts]', '[data-live=contact]', ':has(>[data-live=power])'].map(
    (place) => `[data-kept]~* ${place}{display:none}`,
  ),
].join('');

const keeping = `
const fallback = ${JSON.stringify(fallback)};
const paths = ${JSON.stringify(paths)};
const pages = 'kept-pages-1';
const files = 'kept-files-1';
const mostPages = 12;
const mostFiles = 40;
const waitMs = 8000;
// Raised by a sign-out: what was asked for before it is not kept after it.
let round = 0;
let noRoom = false;
let heard = null;

const isKept = (path) => /^\\/(connections|sales)\\/[^/]+$/.test(path);
const isOurs = (path) => path === '/' ||
  /^\\/(connections|sales|quotes|receipts|pay|sign-in|sign-out|language)(\\/|$)/.test(path);
const isFile = (path) => /^\\/assets\\/(consumer|app|push|offer)\\./.test(path);
const isPage = (answer) => answer.ok && !answer.redirected &&
  (answer.headers.get('content-type') || '').startsWith('text/html');
const escaped = (text) => text.replace(/[&<>"]/g, (c) => '&#' + c.charCodeAt(0) + ';');

const forget = () => {
  round += 1;
  return caches.delete(pages);
};

const voiceNow = async () => {
  const said = await (await caches.open(files)).match('/kept-words');
  return said ? said.json() : fallback;
};

const trim = async (name, most) => {
  const cache = await caches.open(name);
  const all = await cache.keys();
  for (const old of all.slice(0, Math.max(0, all.length - most))) await cache.delete(old);
};

// A full phone loses the other pages first; then it says so.
const put = async (name, path, make) => {
  try {
    await (await caches.open(name)).put(path, make());
  } catch {
    if (name === pages) await caches.delete(pages);
    await (await caches.open(name)).put(path, make());
  }
};

const keep = async (path, answer, before) => {
  const date = Date.parse(answer.headers.get('date') || '');
  heard = Number.isNaN(date) ? null : { serverMs: date, atMs: Date.now() };
  const body = await answer.text();
  if (before !== round) return;
  const headers = { 'content-type': 'text/html; charset=utf-8', 'x-kept-at': String(Date.now()) };
  try {
    await put(pages, path, () => new Response(body, { headers }));
    noRoom = false;
  } catch {
    noRoom = true;
    return;
  }
  await trim(pages, mostPages);
  if (path.startsWith(paths.homes)) await keepTokens(body, before);
};

// Of the purchases on the home page: those that are not over have a token to type, or get one.
const keepTokens = async (home, before) => {
  const cache = await caches.open(pages);
  const found = home.matchAll(/<a href="(\\/sales\\/[^"]+)">(?:(?!<\\/a>)[^])*class="state (\\w+)"/g);
  for (const [, path, tone] of found) {
    if (tone === 'good') {
      await cache.delete(path);
      continue;
    }
    const held = await cache.match(path);
    if (held && (await held.text()).includes('data-copy')) continue;
    const answer = await fetch(path);
    if (isPage(answer)) await keep(path, answer, before);
  }
};

const keptPage = async (path) => {
  const cache = await caches.open(pages);
  let found = await cache.match(path);
  if (!found && path === '/') {
    const homes = (await cache.keys()).filter(({ url }) => url.includes(paths.homes));
    if (homes.length > 0) found = await cache.match(homes[homes.length - 1]);
  }
  if (!found) return null;
  const at = Number(found.headers.get('x-kept-at'));
  const voice = await voiceNow();
  const note = '<style>${keptStyle}</style><p class="offline" role="status" data-kept="' + at +
    '">' + escaped(keptText(at, voice)) + '</p>';
  const body = (await found.text()).replace(/<main[^>]*>/, (tag) => tag + note);
  return new Response(body, { headers: found.headers });
};

// What stands there when nothing is kept, or something could not be sent.
const bare = async (sentence) => {
  const { app, dir, language, style } = await voiceNow();
  const title = escaped(app.noConnection);
  const body = '<!doctype html><html lang="' + language + '" dir="' + dir + '"><head>' +
    '<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">' +
    '<meta name="color-scheme" content="light dark"><title>' + title + '</title>' +
    (style ? '<link rel="stylesheet" href="' + escaped(style) + '">' : '') +
    '</head><body><main id="main" class="wide"><section class="card narrow"><h1>' + title +
    '</h1><p>' + escaped(app[sentence]) + '</p><p><a class="button" href="/">' +
    escaped(app.seeKept) + '</a></p></section></main></body></html>';
  return new Response(body, {
    status: 503,
    headers: { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' },
  });
};

const later = (ms) => new Promise((resolve) => setTimeout(resolve, ms, null));

// The server first. Where it does not answer soon, what is kept.
const visit = async (event, path) => {
  const before = round;
  const { request } = event;
  const asked = fetch(request).then((answer) => {
    // A door in front of a server that is away.
    if (answer.status >= 502 && answer.status <= 504) throw new Error('server away');
    if (isKept(path) && isPage(answer)) event.waitUntil(keep(path, answer.clone(), before));
    return answer;
  });
  if (request.mode !== 'navigate') return asked;
  const slow = later(waitMs).then(async () => (await keptPage(path)) || asked);
  event.waitUntil(asked.catch(() => {}));
  return Promise.race([asked, slow]).catch(
    async () => (await keptPage(path)) || bare('notKept'),
  );
};

const file = async (request, path) => {
  const cache = await caches.open(files);
  const held = await cache.match(path);
  if (held) return held;
  const answer = await fetch(request);
  if (answer.ok) {
    const copy = answer.clone();
    await put(files, path, () => copy).then(() => trim(files, mostFiles)).catch(() => {});
  }
  return answer;
};

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (origin !== self.location.origin) return;
  const isVisit = request.mode === 'navigate';
  if (request.method !== 'GET') {
    if (!isVisit || !isOurs(pathname)) return;
    if (pathname.startsWith(paths.signOut)) event.waitUntil(forget());
    event.respondWith(fetch(request).catch(() => bare('notSent')));
  } else if (isFile(pathname)) event.respondWith(file(request, pathname));
  else if (isVisit ? isOurs(pathname) : isKept(pathname)) {
    // Who has to sign in has nothing here any more.
    if (isVisit && pathname === paths.signIn) {
      event.respondWith(
        fetch(request).then((answer) => {
          if (answer.ok) event.waitUntil(forget());
          return answer;
        }).catch(async () => (await keptPage('/')) || bare('notKept')),
      );
      return;
    }
    event.respondWith(visit(event, pathname));
  }
});

self.addEventListener('install', () => self.skipWaiting());
self.addEventListener('activate', (event) => {
  const old = (name) => name.startsWith('kept-') && name !== pages && name !== files;
  event.waitUntil((async () => {
    for (const name of await caches.keys()) if (old(name)) await caches.delete(name);
    await self.clients.claim();
  })());
});

// A page tells its words, and asks how it is kept.
self.addEventListener('message', (event) => {
  const { voice, path } = event.data || {};
  const [port] = event.ports;
  if (!voice || !port) return;
  event.waitUntil((async () => {
    const words = () => new Response(JSON.stringify(voice));
    await put(files, '/kept-words', words).catch(() => { noRoom = true; });
    const isThere = (await (await caches.open(pages)).match(path)) !== undefined;
    port.postMessage({ isThere, noRoom, heard, nowMs: Date.now() });
  })());
});
`;

/** Also of the page's own script: how old what is kept is, in a sentence. */
export const keptText = `const keptText = (at, voice) => {
  const age = Date.now() - at;
  if (age < 0) return voice.app.keptClock;
  if (age < 60000) return voice.app.keptNow;
  return fill(voice.app.kept, { age: ageText(age, voice) }, voice);
};
`;

const notices = `
self.addEventListener('push', (event) => {
  event.waitUntil((async () => {
    const { app, dir, language: lang } = await voiceNow().catch(() => fallback);
    let body = app.news || fallback.app.news;
    try { body = event.data.json().text || body; } catch {}
    const title = app.title || fallback.app.title;
    await self.registration.showNotification(title, { body, dir, lang });
  })());
});
self.addEventListener('notificationclick', (event) => {
  event.notification.close();
  event.waitUntil(self.clients.openWindow('/'));
});
`;

const source = `${functions}\n${keptText}${keeping}${notices}`;

/**
 * Where a page takes its worker from. The version stands in the address, so that a page knows at
 * once, and without asking, whether the worker of its phone is of its own version.
 */
export const workerPath = `${pathOf(pageRoutes.pushWorker)}?v=${contentHash(source)}`;

export const workerSource = `'use strict';\n${source}`;
