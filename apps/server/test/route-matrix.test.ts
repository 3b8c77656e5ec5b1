// Every route that the server has, asked by everybody whom there is. What each may stands in
// packages/api/src/who-may.ts: a route without a line there fails, and so does a line without a
// route.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { integrationScopes, operatorRoot, scopeOfRoute, whoMay } from '@prewatt/api';
import { idFromUuid } from '@prewatt/quantities';
import { createHarness, type Harness, testUtility } from './harness.ts';
import { createHttpHarness, type HttpHarness, Visitor } from './http-harness.ts';
import { bodies, expectedOf, type Outcome, publicFiles, queries, whos } from './route-matrix.ts';
import { createVendor } from './vendor-harness.ts';

const password = 'a password that is long enough';
type Who = (typeof whos)[number];

let h: Harness;
let http: HttpHarness;
let till: string;
let consoleDir: string;
/** Of our utility, by the part of a path before an id. */
const known = new Map<string, string>();
const visitors = new Map<Who, Visitor>();
const formValues = new Map<Who, string>();
/** The path of each line; that of a file has its digest within. */
const routes = new Map<string, string>();
const nameOf = (url: string): string => url.replace(/\.[0-9a-f]{16}\./, '.DIGEST.');

before(async () => {
  h = await createHarness();
  consoleDir = mkdtempSync(join(tmpdir(), 'prewatt-console-'));
  writeFileSync(join(consoleDir, 'index.html'), '<!doctype html><title>Console</title>');
  writeFileSync(join(consoleDir, 'worker.js'), '"use strict";');
  http = await createHttpHarness(h, { consoleDir });
  for (const { method, url } of http.routes) {
    if (method !== 'HEAD') routes.set(`${method} ${nameOf(url)}`, url);
  }
  const neighbour = await h.addConnection({
    customer: { name: 'Neighbour', phone: '+27825550199' },
  });
  assert.ok(neighbour);
  const vendor = await createVendor(h, 'Shop');
  till = vendor.key;
  known.set('connections', idFromUuid('connection', h.place.connectionId));
  known.set('vendors', idFromUuid('vendor', vendor.vendorId));
  const otherId = await h.onboarding.createUtility({ ...testUtility, name: 'Other Utility' });
  for (const [nth, who] of whos.entries()) {
    const visitor = await visitorOf(who, { otherId, address: `10.0.0.${nth + 1}` });
    visitors.set(who, visitor);
    formValues.set(who, await visitor.formValue());
  }
});
after(async () => {
  await http.close();
  await h.close();
  rmSync(consoleDir, { recursive: true });
});

async function visitorOf(
  who: Who,
  o: { readonly otherId: string; readonly address: string },
): Promise<Visitor> {
  const visitor = new Visitor(http.app, o.address);
  if (who === 'customer' || who === 'neighbour') {
    const phone = who === 'customer' ? '+27825550101' : '+27825550199';
    await visitor.post('/sign-in', { phone });
    while (http.codes.length === 0) await new Promise((resolve) => setImmediate(resolve));
    const code = http.codes.shift()?.code ?? '';
    assert.equal((await visitor.post('/sign-in/code', { phone, code })).statusCode, 303);
    return visitor;
  }
  const role = who === 'stranger' ? 'administrator' : who;
  if (role === 'nobody' || role === 'till' || role === 'provider') return visitor;
  const email = `${who}@test.example`;
  const utilityId = who === 'stranger' ? o.otherId : h.utilityId;
  const ends = role === 'auditor' ? { endsAtMs: Date.now() + 86_400_000 } : {};
  await http.createOperator({ email, password, role, utilityId, ...ends });
  const answer = await visitor.postJson('/api/auth/sign-in/email', { email, password });
  assert.equal(answer.statusCode, 200);
  return visitor;
}

/** The path with an id of our utility where there is one, and else one that nothing has. */
function pathOf(url: string): string {
  const parts = url.split('/');
  return parts
    .map((part, i) => {
      if (part === '*') return 'x';
      if (!part.startsWith(':')) return part;
      const before = parts[i - 1] ?? '';
      if (part === ':provider') return 'sandbox';
      if (part === ':kind') return 'sales';
      const kinds = {
        vendors: 'vendor',
        keyId: 'key',
        'unallocated-money': 'money',
        'bank-statements': 'file',
        network: 'node',
        placements: 'connection',
      };
      const kind = kinds[before as keyof typeof kinds] ?? before.replace(/s$/, '');
      return known.get(before) ?? `${kind}_00000000-0000-7000-8000-000000000000`;
    })
    .join('/');
}

/** As the fake provider signs, of a payment that there is not. */
const signedWord = {
  signed: true,
  reference: 'none',
  status: { status: 'succeeded', providerReference: 'x', receivedMinor: '1', currencyCode: 'ZAR' },
};

async function ask(who: Who, line: string, authorization?: string) {
  const [method = ''] = line.split(' ');
  const url = routes.get(line) ?? '';
  const visitor = visitors.get(who) as Visitor;
  const path = pathOf(url);
  const isForm = method === 'POST' && !url.startsWith('/api/');
  const csrf = isForm ? (formValues.get(who) ?? '') : '';
  const body = who === 'provider' ? signedWord : (bodies[line] ?? {});
  return http.app.inject({
    method: method as 'GET',
    url: `${path}${queries[line] ?? ''}`,
    remoteAddress: visitor.address,
    headers: {
      accept: url.startsWith('/api/') ? 'application/json' : 'text/html',
      cookie: visitor.cookieHeader(),
      ...(who === 'till' ? { authorization: `Bearer ${till}` } : {}),
      ...(authorization === undefined ? {} : { authorization }),
      ...(method === 'GET' || method === 'HEAD'
        ? {}
        : { 'content-type': isForm ? 'application/x-www-form-urlencoded' : 'application/json' }),
    },
    ...(method === 'GET' || method === 'HEAD'
      ? {}
      : { payload: isForm ? new URLSearchParams({ csrf }).toString() : JSON.stringify(body) }),
    payloadAsStream: true,
  });
}

function outcomeOf(answer: Awaited<ReturnType<typeof ask>>): Outcome {
  const { statusCode, headers } = answer;
  if (statusCode === 401) return 'out';
  const [place] = String(headers.location ?? '').split('?');
  if (statusCode === 303 && (place === '/sign-in' || place === '/till')) return 'out';
  if (statusCode === 403) return 'no';
  if (statusCode === 404) return 'none';
  return statusCode < 500 && statusCode !== 429 ? 'in' : `broken ${statusCode}`;
}

test('each route has a line that says who may come, and each line a route', () => {
  assert.deepEqual([...whoMay.keys()].toSorted(), [...routes.keys()].toSorted());
});

test('what no column can keep and no walk can end is refused at the door of every route', async () => {
  const admin = visitors.get('administrator') as Visitor;
  const deep = `${'{"a":'.repeat(3_000)}1${'}'.repeat(3_000)}`;
  const answers: Record<string, number[]> = {};
  const sending = [...whoMay.keys()].filter((line) => line.startsWith('POST /api/operator/'));
  for (const line of sending) {
    const path = pathOf(routes.get(line) ?? '');
    const bodies = ['{"reason":"a\\u0000b"}', '{"a\\u0000b":1}', deep];
    const sent = await Promise.all(bodies.map((body) => admin.postJson(path, body)));
    answers[line] = sent.map(({ statusCode }) => statusCode);
  }
  const other = Object.entries(answers).filter(([, statuses]) => statuses.some((s) => s !== 400));
  assert.deepEqual(other, []);
  const path = '/api/operator/sales?q=%00';
  assert.equal((await admin.get(path)).statusCode, 400);
});

test('a key of all scopes reads what a viewer reads where a scope has it, and nothing else', async () => {
  const administrator = visitors.get('administrator') as Visitor;
  const made = await administrator.postJson('/api/operator/integrations', {
    ...{ requestId: 'of-the-matrix', name: 'Matrix', scopes: integrationScopes },
  });
  const found: Record<string, string> = {};
  const expected: Record<string, string> = {};
  const ofOperators = [...whoMay.keys()].filter((line) => line.includes(operatorRoot));
  for (const line of ofOperators) {
    const [method = '', path = ''] = line.split(' ');
    const isOpen = scopeOfRoute(method, path) !== null;
    const viewer = expectedOf(line)[whos.indexOf('viewer')];
    expected[line] = isOpen ? (viewer ?? '') : 'no';
    const answer = await ask('nobody', line, `Bearer ${made.json().key}`);
    answer.stream().destroy();
    // Some routes look for a sign-in of a person before the door is reached.
    const outcome = outcomeOf(answer);
    found[line] = outcome === 'out' ? 'no' : outcome;
  }
  assert.deepEqual(found, expected);
});

test('everybody gets from every route what the matrix says, and nothing private is kept', async () => {
  const found: Record<string, string> = {};
  const expected: Record<string, string> = {};
  const kept: string[] = [];
  // Who signs out is asked for nothing more.
  const last = (line: string): number => Number(line.startsWith('POST /sign-out'));
  for (const line of [...whoMay.keys()].toSorted((a, b) => last(a) - last(b))) {
    const answers = await Promise.all(whos.map((who) => ask(who, line)));
    for (const answer of answers) {
      const cache = String(answer.headers['cache-control'] ?? '');
      if (!publicFiles.has(line) && cache !== 'no-store') kept.push(`${line}: ${cache}`);
      answer.stream().destroy();
    }
    found[line] = answers.map(outcomeOf).join(' ');
    expected[line] = expectedOf(line).join(' ');
  }
  assert.deepEqual(found, expected);
  assert.deepEqual(kept, []);
});
