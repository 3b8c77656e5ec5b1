// The published document: whole, with every reference resolved, and as the routes are declared.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openApiDocument } from './openapi.ts';

const document = openApiDocument({ version: '1.2.3', serverUrl: 'https://prewatt.example' });
const text = JSON.stringify(document);
const operations = Object.values(document.paths).flatMap((methods) => Object.values(methods));

test('each reference leads to a schema of the document, and no schema is left over', () => {
  const named = new Set(Object.keys(document.components.schemas));
  const used = new Set(
    [...text.matchAll(/"#\/components\/schemas\/([^"]+)"/g)].map(([, id]) => id),
  );
  assert.deepEqual(
    [...used].filter((id) => !named.has(id ?? '')),
    [],
  );
  assert.ok(!text.includes('#/$defs/') && !text.includes('__schema'));
  assert.ok(named.size > 100 && operations.length > 150);
});

test('operations have one name each, and their path parameters', () => {
  const names = operations.map(({ operationId }) => operationId);
  assert.equal(new Set(names).size, names.length);
  for (const [path, methods] of Object.entries(document.paths)) {
    const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
    for (const { parameters } of Object.values(methods)) {
      const declared = parameters.filter((each) => each.in === 'path').map(({ name }) => name);
      assert.deepEqual(declared, inPath, path);
    }
  }
});

test('a till’s sale says what it takes, what it gives, how to sign in and how it is refused', () => {
  const sale = document.paths['/api/vendor/v1/sales']?.['post'];
  assert.deepEqual(sale?.security, [{ till: [] }]);
  assert.deepEqual(sale?.requestBody, {
    content: { 'application/json': { schema: { $ref: '#/components/schemas/vendorSaleBody' } } },
  });
  assert.deepEqual(sale?.responses['200']?.['content'], {
    'application/json': { schema: { $ref: '#/components/schemas/receipt' } },
  });
  assert.deepEqual(sale?.responses['default']?.['content'], {
    'application/problem+json': { schema: { $ref: '#/components/schemas/problem' } },
  });
});

test('what is sent keeps its refusal of unknown fields, an answer may gain fields', () => {
  const { vendorSaleBody, receipt } = document.components.schemas;
  assert.equal(vendorSaleBody?.['additionalProperties'], false);
  assert.equal(receipt?.['additionalProperties'], undefined);
});

test('pages, files and the paths of sign-in are not in it', () => {
  for (const path of Object.keys(document.paths)) {
    assert.match(path, /^\/(api\/|health$)/);
    assert.doesNotMatch(path, /^\/api\/auth|\*/);
  }
});
