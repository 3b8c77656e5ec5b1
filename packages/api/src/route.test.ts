// Routes as data: the paths that are built from them, and that the table has each once.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pathOf } from './route.ts';
import { approvalApi, connectionApi, grantApi, routes } from './routes/index.ts';

test('a path has its parameters filled in, so that none of them reaches further', () => {
  assert.equal(pathOf(grantApi.detail, { id: 'grant_1' }), '/api/operator/grants/grant_1');
  assert.equal(pathOf(grantApi.detail, { id: '../x?y' }), '/api/operator/grants/..%2Fx%3Fy');
  assert.equal(
    pathOf(connectionApi.cancelCommand, { id: 'a', commandId: 'b' }),
    '/api/operator/connections/a/commands/b/cancel',
  );
});

test('a query has what was asked for, and nothing that is null or undefined', () => {
  const query = { state: 'all', cursor: null };
  assert.equal(pathOf(approvalApi.list, { query }), '/api/operator/approvals?state=all');
  assert.equal(pathOf(approvalApi.list), '/api/operator/approvals');
  assert.equal(
    pathOf(approvalApi.list, { query: { state: 'a b&c' } }),
    '/api/operator/approvals?state=a+b%26c',
  );
});

test('each route stands in the table once, and each of its identifiers in its path', () => {
  const seen = new Set<string>();
  for (const [area, declared] of Object.entries(routes)) {
    for (const [name, route] of Object.entries(declared)) {
      const { method, path, params = {} } = route;
      const key = `${[method].flat().join()} ${path}`;
      assert.ok(!seen.has(key), `${area}.${name}: ${key} stands in the table twice`);
      seen.add(key);
      for (const param of Object.keys(params)) {
        assert.ok(
          path.split('/').includes(`:${param}`),
          `${area}.${name}: no :${param} in ${path}`,
        );
      }
    }
  }
});
