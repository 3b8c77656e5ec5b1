// The worker with a server and a storage of the test: what it keeps, how long, and when it goes.

import assert from 'node:assert/strict';
import { beforeEach, mock, test } from 'node:test';
import { caseApi, pathOf } from '@prewatt/api';
import { fieldPaths } from './field-paths.ts';

const origin = 'http://console.test';
type Event = { readonly request?: unknown; readonly data?: unknown; readonly ports?: unknown };
const listeners = new Map<string, (event: object) => void>();
const told: unknown[] = [];
Object.assign(globalThis, {
  fieldPaths,
  self: {
    location: { origin },
    addEventListener: (type: string, listener: (event: object) => void) =>
      listeners.set(type, listener),
    skipWaiting: async () => undefined,
    clients: {
      claim: async () => undefined,
      matchAll: async () => [{ postMessage: (message: unknown) => told.push(message) }],
    },
  },
});

/** As browsers have it, as far as the worker asks for it. */
class Shelf {
  readonly held = new Map<string, Response>();
  match = async (key: string | Request) => this.held.get(addressOf(key))?.clone();
  put = async (key: string | Request, answer: Response) =>
    void this.held.set(addressOf(key), answer);
  delete = async (key: string | Request) => this.held.delete(addressOf(key));
  keys = async () => [...this.held.keys()].map((url) => new Request(url));
}
const addressOf = (key: string | Request) =>
  new URL(typeof key === 'string' ? key : key.url, origin).href;
const shelves = new Map<string, Shelf>();
const shelf = (name: string) => shelves.get(name) ?? shelves.set(name, new Shelf()).get(name);

/** What the server says; null: nobody answers. */
let server: ((path: string) => Response) | null = null;
Object.assign(globalThis, {
  caches: {
    open: async (name: string) => shelf(name),
    delete: async (name: string) => shelves.delete(name),
    keys: async () => [...shelves.keys()],
  },
  fetch: async (asked: string | Request) => {
    if (server === null) throw new TypeError('no network');
    const { pathname, search } = new URL(addressOf(asked));
    return server(pathname + search);
  },
});
// By its address: it is a script and no module.
await import(new URL('./field-worker.ts', import.meta.url).href);

async function happen(type: string, event: Event): Promise<Response | undefined> {
  const works: Promise<unknown>[] = [];
  let answer: Promise<Response> | undefined;
  listeners.get(type)?.({
    ...event,
    waitUntil: (work: Promise<unknown>) => works.push(work),
    respondWith: (given: Promise<Response>) => {
      answer = given;
    },
  });
  await Promise.allSettled(works);
  return answer;
}

const get = (path: string, mode = 'cors') =>
  happen('fetch', { request: { url: origin + path, method: 'GET', mode } });
const post = (path: string) =>
  happen('fetch', { request: { url: origin + path, method: 'POST', mode: 'cors' } });
async function state(asked: object = {}): Promise<{ visits: number; sinceMs: number | null }> {
  let answer: unknown;
  const port = {
    postMessage: (said: unknown) => {
      answer = said;
    },
  };
  await happen('message', { data: asked, ports: [port] });
  return answer as { visits: number; sinceMs: number | null };
}

const { me, list, route } = fieldPaths;
const detail = (id: string) => pathOf(caseApi.detail, { id });
const meAt = '2026-11-24T07:00:00.000Z';
const rows = [{ caseId: 'case_a' }, { caseId: 'case_b' }];
let caseState = 'planned';
function answering(path: string): Response {
  if (path === me) return Response.json({ now: meAt, realNow: meAt, clockSpeed: 60 });
  if (path === list) return Response.json({ rows });
  if (path === route) return Response.json({ places: [{ stops: rows }] });
  if (path.startsWith('/api/')) return Response.json({ state: caseState });
  return new Response(`<p>${path}`, { headers: { 'content-type': 'text/html' } });
}
const along = [me, list, route, detail('case_a'), detail('case_b')];

beforeEach(() => {
  shelves.clear();
  told.length = 0;
  caseState = 'planned';
  server = answering;
});

test('what is taken along is answered without network, and its clock goes on', async () => {
  mock.timers.enable({ apis: ['Date'], now: 1_000_000 });
  try {
    const page = ['/operator/', '/operator/assets/first.js'];
    assert.deepEqual(await state({ keep: [...page, ...along] }), { visits: 2, sinceMs: 1_000_000 });
    server = null;
    mock.timers.tick(60_000);
    assert.deepEqual(await (await get(list))?.json(), { rows });
    assert.deepEqual(told.at(-1), { shownFromMs: 1_000_000 });
    const said = await (await get(me))?.json();
    assert.equal(said.now, '2026-11-24T08:00:00.000Z');
    assert.equal(said.realNow, '2026-11-24T07:01:00.000Z');
    const opened = await get('/operator/revenue/case_a', 'navigate');
    assert.equal(await opened?.text(), '<p>/operator/');
    assert.match((await (await get('/operator/assets/first.js'))?.text()) ?? '', /first/);
    // Neither what was not asked for, nor what is nobody's visit.
    await assert.rejects(async () => get(detail('case_c')));
    assert.equal(await get('/api/operator/customers'), undefined);
    mock.timers.tick(24 * 3_600_000);
    await assert.rejects(async () => get(list), 'a day is over');
    assert.equal((await state()).visits, 0);
  } finally {
    mock.timers.reset();
  }
});

test('a visit that was sent, or is over, and all of who signs out goes from the device', async () => {
  await state({ keep: along });
  await post(pathOf(caseApi.finding, { id: 'case_a' }));
  server = null;
  assert.deepEqual(await (await get(list))?.json(), { rows: [{ caseId: 'case_b' }] });
  assert.deepEqual(await (await get(route))?.json(), {
    places: [{ stops: [{ caseId: 'case_b' }] }],
  });
  assert.equal((await state()).visits, 1);
  server = answering;
  caseState = 'visited';
  await get(detail('case_b'));
  assert.equal((await state()).visits, 0);
  for (const path of fieldPaths.leaves) {
    await state({ keep: along });
    server = () => new Response(null, { status: 503 });
    await post(path);
    assert.ok((await get(me))?.ok, 'a sign-out that failed forgets nothing');
    server = answering;
    await post(path);
    server = null;
    await assert.rejects(async () => get(me));
    server = answering;
  }
});

test('a session that has ended, and a case that is not there, leave nothing', async () => {
  await state({ keep: along });
  server = (path) => (path === me ? answering(path) : new Response(null, { status: 404 }));
  await get(detail('case_a'));
  assert.equal((await state()).visits, 1);
  // A door in front of a server that is away is no answer.
  server = () => new Response(null, { status: 502 });
  assert.ok((await get(list))?.ok);
  server = () => new Response(null, { status: 401 });
  assert.equal((await get(me))?.status, 401);
  server = null;
  await assert.rejects(async () => get(detail('case_b')));
});

test('the parts of an earlier console go when another one is there', async () => {
  await state({ keep: ['/operator/', '/operator/assets/one.js'] });
  server = (path) => new Response(`two ${path}`, { headers: { 'content-type': 'text/html' } });
  assert.match((await (await get('/operator/assets/one.js'))?.text()) ?? '', /^<p>/);
  await get('/operator/sales', 'navigate');
  server = null;
  await assert.rejects(async () => get('/operator/assets/one.js'));
  assert.equal(await (await get('/operator/', 'navigate'))?.text(), 'two /operator/sales');
});
