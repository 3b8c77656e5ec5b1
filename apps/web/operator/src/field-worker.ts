// The worker of whoever takes visits along. It keeps the console and what the next visits need on
// the device, so that they open without network. The server comes first; where it does not answer
// soon, what is kept does. What is kept is of planned visits only, and goes with the visit that is
// sent, with the sign-out, and after a day. It stands alone: nothing is imported.

/** Written before this script by the build. */
declare const fieldPaths: import('./field-paths.ts').FieldPaths;

type Waits = { readonly waitUntil: (work: Promise<unknown>) => void };
type Fetched = Waits & {
  readonly request: Request;
  readonly respondWith: (answer: Promise<Response>) => void;
};
type Told = Waits & { readonly data: unknown; readonly ports: readonly MessagePort[] };
type Listeners = {
  (type: 'install' | 'activate', listener: (event: Waits) => void): void;
  (type: 'fetch', listener: (event: Fetched) => void): void;
  (type: 'message', listener: (event: Told) => void): void;
};
type Scope = {
  readonly location: { readonly origin: string };
  readonly addEventListener: Listeners;
  readonly skipWaiting: () => Promise<void>;
  readonly clients: {
    readonly claim: () => Promise<void>;
    readonly matchAll: () => Promise<readonly { postMessage: (message: unknown) => void }[]>;
  };
};
const scope = self as unknown as Scope;

const pages = 'field-console-1';
const answers = 'field-answers-1';
const page = '/operator/';
const parts = '/operator/assets/';
const { me, route, list, leaves } = fieldPaths;
const oneCase = new RegExp(`^${fieldPaths.oneCase.replace(':id', '[^/]+')}$`);
const finding = new RegExp(`^${fieldPaths.finding.replace(':id', '([^/]+)')}$`);
const keptAt = 'x-kept-at';
const keptForMs = 24 * 3_600_000;
const waitMs = 8_000;
const mostAnswers = 60;
/** Raised when all is forgotten: what was asked for before is not kept after it. */
let round = 0;

const isKept = ({ pathname, search }: URL): boolean =>
  pathname === me || pathname === route || pathname + search === list || oneCase.test(pathname);

/** A door in front of a server that is away. */
const isAway = ({ status }: Response): boolean => status >= 502 && status <= 504;
const later = (ms: number): Promise<null> =>
  new Promise((resolve) => {
    setTimeout(resolve, ms, null);
  });
const ageOf = (held: Response): number =>
  Math.max(0, Date.now() - Number(held.headers.get(keptAt)));

async function forget(): Promise<void> {
  round += 1;
  await caches.delete(answers);
}

/** The server, or what is kept where it does not answer soon. */
async function first(
  asked: Promise<Response>,
  held: () => Promise<Response | undefined>,
): Promise<Response> {
  const answer = asked.then(
    (one) => (isAway(one) ? null : one),
    () => null,
  );
  return (await Promise.race([answer, later(waitMs)])) ?? (await held()) ?? asked;
}

async function part(url: URL): Promise<Response> {
  const cache = await caches.open(pages);
  const held = await cache.match(url.pathname, { ignoreVary: true });
  if (held !== undefined) return held;
  const answer = await fetch(url.pathname);
  if (answer.ok) await cache.put(url.pathname, answer.clone()).catch(() => undefined);
  return answer;
}

/** Another console on the server: what is kept of the one before it goes. */
async function keepPage(answer: Response): Promise<void> {
  const html = await answer.text();
  const cache = await caches.open(pages);
  const held = await cache.match(page);
  if (held !== undefined && (await held.text()) === html) return;
  if (held !== undefined) for (const old of await cache.keys()) await cache.delete(old);
  const headers = { 'content-type': 'text/html; charset=utf-8' };
  const { headers: sent } = answer;
  const policy = sent.get('content-security-policy');
  await cache.put(
    page,
    new Response(html, {
      headers: policy === null ? headers : { ...headers, 'content-security-policy': policy },
    }),
  );
}

async function openPage(request: Request): Promise<Response> {
  const asked = fetch(request).then(async (answer) => {
    const isPage = (answer.headers.get('content-type') ?? '').startsWith('text/html');
    if (answer.ok && isPage) await keepPage(answer.clone()).catch(() => undefined);
    return answer;
  });
  return first(asked, async () => (await caches.open(pages)).match(page));
}

async function keep(key: string, answer: Response, before: number): Promise<void> {
  const text = await answer.text();
  const isOver = oneCase.test(key) && JSON.parse(text).state !== 'planned';
  if (before !== round) return;
  const cache = await caches.open(answers);
  if (isOver) {
    await cache.delete(key);
    return;
  }
  const headers = { 'content-type': 'application/json', [keptAt]: String(Date.now()) };
  await cache.put(key, new Response(text, { headers }));
  await prune();
}

/** What is older than a day goes, and the oldest where there is too much. */
async function prune(): Promise<void> {
  const cache = await caches.open(answers);
  const keys = await cache.keys();
  for (const [at, key] of keys.entries()) {
    const held = await cache.match(key);
    const isOld = held !== undefined && ageOf(held) > keptForMs;
    if (isOld || keys.length - at > mostAnswers) await cache.delete(key);
  }
}

async function heldAnswer(key: string): Promise<Response | undefined> {
  const held = await (await caches.open(answers)).match(key);
  if (held === undefined || ageOf(held) > keptForMs) return undefined;
  await tell({ shownFromMs: Number(held.headers.get(keptAt)) });
  if (key !== me) return held;
  // Its clocks went on meanwhile.
  const said = await held.json();
  const moved = (at: string, speed: number) =>
    new Date(Date.parse(at) + ageOf(held) * speed).toISOString();
  said.now = moved(said.now, said.clockSpeed);
  said.realNow = moved(said.realNow, 1);
  return new Response(JSON.stringify(said), { headers: held.headers });
}

/** Asks the server and keeps its answer. Who is signed out has nothing here any more. */
async function ask(key: string, request: RequestInfo): Promise<Response> {
  const before = round;
  const answer = await fetch(request);
  if (answer.status === 401) await forget();
  else if (answer.ok) await keep(key, answer.clone(), before).catch(() => undefined);
  else if (!isAway(answer)) await (await caches.open(answers)).delete(key);
  if (!isAway(answer)) await tell({ shownFromMs: null });
  return answer;
}

async function tell(what: { readonly shownFromMs: number | null }): Promise<void> {
  for (const client of await scope.clients.matchAll()) client.postMessage(what);
}

type Row = { readonly caseId: string };
type Listed = { rows?: Row[]; places?: { stops: Row[] }[] };

/** The visit is made: its home goes from what is kept. */
async function dropCase(caseId: string): Promise<void> {
  const cache = await caches.open(answers);
  await cache.delete(fieldPaths.oneCase.replace(':id', caseId));
  const others = (rows: readonly Row[]) => rows.filter((row) => row.caseId !== caseId);
  for (const key of await cache.keys()) {
    const held = await cache.match(key);
    if (held === undefined) continue;
    const said: Listed = await held.json();
    if (said.rows !== undefined) said.rows = others(said.rows);
    for (const place of said.places ?? []) place.stops = others(place.stops);
    await cache.put(key, new Response(JSON.stringify(said), { headers: held.headers }));
  }
}

async function afterPost(request: Request, path: string): Promise<Response> {
  const answer = await fetch(request);
  if (!answer.ok) return answer;
  const made = finding.exec(path)?.[1];
  await (made === undefined ? forget() : dropCase(made)).catch(() => undefined);
  return answer;
}

scope.addEventListener('fetch', (event) => {
  const { request } = event;
  const url = new URL(request.url);
  const { pathname: path } = url;
  if (url.origin !== scope.location.origin) return;
  if (request.method === 'POST') {
    if (leaves.includes(path) || finding.test(path)) event.respondWith(afterPost(request, path));
    return;
  }
  if (request.method !== 'GET') return;
  if (path.startsWith(parts)) event.respondWith(part(url));
  else if (request.mode === 'navigate') {
    if (!path.startsWith(page)) return;
    event.waitUntil(prune());
    event.respondWith(openPage(request));
  } else if (isKept(url)) {
    const key = path + url.search;
    const asked = ask(key, request);
    event.waitUntil(asked.catch(() => undefined));
    event.respondWith(first(asked, () => heldAnswer(key)));
  }
});

scope.addEventListener('install', (event) => event.waitUntil(scope.skipWaiting()));
scope.addEventListener('activate', (event) => {
  const clear = async () => {
    const names = (await caches.keys()).filter((name) => name.startsWith('field-'));
    for (const old of names.filter((name) => ![pages, answers].includes(name))) {
      await caches.delete(old);
    }
    await scope.clients.claim();
  };
  event.waitUntil(clear());
});

/** How many visits are kept, and since when the oldest of them. */
async function state(): Promise<{ readonly visits: number; readonly sinceMs: number | null }> {
  const cache = await caches.open(answers);
  const cases = (await cache.keys()).filter(({ url }) => oneCase.test(new URL(url).pathname));
  const held = await Promise.all(cases.map((key) => cache.match(key)));
  const times = held.flatMap((one) => (one === undefined ? [] : [Number(one.headers.get(keptAt))]));
  return { visits: times.length, sinceMs: times.length === 0 ? null : Math.min(...times) };
}

type Asked = {
  /** Answers and files to keep, by their addresses. */
  readonly keep?: readonly string[];
  readonly forget?: boolean;
};

async function keepAll(addresses: readonly string[]): Promise<void> {
  for (const address of addresses) {
    const url = new URL(address, scope.location.origin);
    const key = url.pathname + url.search;
    if (key === page) await openPage(new Request(url));
    else if (key.startsWith(parts)) await part(url);
    else if (isKept(url)) await ask(key, key);
  }
}

scope.addEventListener('message', (event) => {
  const [port] = event.ports;
  const asked = (event.data ?? {}) as Asked;
  const work = async () => {
    if (asked.forget === true) await forget();
    // Without network, what is there stays as it is.
    await keepAll(asked.keep ?? []).catch(() => undefined);
    await prune();
    port?.postMessage(await state());
  };
  event.waitUntil(work());
});
