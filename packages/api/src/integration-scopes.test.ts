// The table of scopes: each route of it is one, reads only, and stands in one scope.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { integrationScopes, scopeOfRoute, scopeTable } from './integration-scopes.ts';
import { openApiDocument } from './openapi.ts';
import { operatorRoot, routes } from './routes/index.ts';

const declared = Object.values(routes).flatMap((area) => Object.values(area));
const ofScopes = integrationScopes.flatMap((scope) => scopeTable[scope].routes);

test('a scope opens routes of operators that read, each route in one scope', () => {
  const names = ofScopes.map(({ method, path }) => `${method} ${path}`);
  assert.equal(new Set(names).size, names.length);
  for (const route of ofScopes) {
    assert.ok(declared.includes(route), route.path);
    assert.equal(route.method, 'GET', route.path);
    assert.ok(route.path.startsWith(operatorRoot), route.path);
  }
});

/**
 * What reads and no key opens, by the beginning of its path: a new route of operators that reads
 * has its scope, or its line here.
 */
const closed = [
  // People, their sign-ins, what they ask each other and what they did.
  ...[
    'acts',
    'audit',
    'budgets',
    'emergencies',
    'approvals',
    'me',
    'team',
    'control-limits',
    'budgets',
    'integrations',
    'endpoints',
    'installs',
    'inbox',
    ...['reports/sales/file', 'reports/debts/file', 'reports/off-supply'],
    ...['reports/collections/file', 'reports/given/file', 'reports/unclaimed/file'],
    'customers',
    'tickets',
    'views',
  ],
  // Work of the console's own.
  ...['attention', 'overview', 'upkeep', 'live', 'imports', 'exports', 'campaigns', 'safety-cuts'],
  'set-up',
  'reconciliation/mappings',
  ...[
    'grants',
    'connections/:id/grants',
    'landings',
    'proof',
    'silence',
    'identity-warning',
    'document-texts',
    'page-writing',
  ],
  ...['tariffs/assignments', 'tariffs/back-tests', 'tariffs/versions/:id/meters'],
  // Who paid by bank, and whose money it may be: guesses for a person who decides.
  ...['unallocated-money/:id/candidates', 'bank-statements', 'notifications'],
  // Which homes may steal, and what visits to them found.
  ...['revenue', 'cases', 'case-route', 'fine-rules', 'network', 'placements'],
  // Vending keys, and what meters trust.
  ...['keys', 'meter-authorities'],
  // Who is ill, and what protects them.
  ...['protection', 'supply-calls', 'connections/:id/protection'],
  // A file of what lights/:id shows, for people: it names controllers.
  'lights/:id/lamps.csv',
  // Lists as files, for people.
  ...['sales/file', 'meters/file'],
  // Where meters answer on the network.
  'connections/:id/driver',
  // How a customer pays, and what was asked for.
  'connections/:id/top-up',
];

test('each route of operators that reads has its scope, or is closed to keys by name', () => {
  const reading = declared.filter(
    ({ method, path }) => method === 'GET' && path.startsWith(operatorRoot),
  );
  const neither: string[] = [];
  const both: string[] = [];
  for (const { path } of reading) {
    const below = path.slice(operatorRoot.length);
    const isClosed = closed.some((start) => new RegExp(`^${start}(?:$|[-/])`).test(below));
    const isOpen = scopeOfRoute('GET', path) !== null;
    if (isOpen && isClosed) both.push(path);
    if (!isOpen && !isClosed) neither.push(path);
  }
  assert.deepEqual({ neither, both }, { neither: [], both: [] });
});

test('no key opens what is sent', () => {
  for (const { method, path } of declared) {
    for (const each of [method].flat()) {
      if (each !== 'GET') assert.equal(scopeOfRoute(each, path), null, path);
    }
  }
});

test('the document says which scope opens an operation', () => {
  const { paths } = openApiDocument({ version: '1.2.3', serverUrl: 'https://prewatt.example' });
  assert.deepEqual(paths['/api/operator/sales']?.['get']?.security, [
    { operator: [] },
    { integration: ['sales:read'] },
  ]);
  assert.deepEqual(paths['/api/operator/keys']?.['get']?.security, [{ operator: [] }]);
});
