// The published document of the API: open to all, and what other tests' answers are held to.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import Fastify from 'fastify';
import { holdToDocument } from './documented-answers.ts';
import { createHarness, type Harness } from './harness.ts';
import { createHttpHarness, type HttpHarness, publicUrl, Visitor } from './http-harness.ts';

let h: Harness;
let http: HttpHarness;
before(async () => {
  h = await createHarness();
  http = await createHttpHarness(h);
});
after(async () => {
  await http.close();
  await h.close();
});

test('anybody reads the document, as JSON and as a page', async () => {
  const visitor = new Visitor(http.app);
  const answer = await visitor.get('/api/openapi.json', 'application/json');
  const document = answer.json();
  assert.equal(document.openapi, '3.1.0');
  assert.deepEqual(document.servers, [{ url: publicUrl }]);
  const page = await visitor.get('/developers');
  assert.equal(page.statusCode, 200);
  const { operationId } = document.paths['/api/vendor/v1/sales'].post;
  assert.ok(page.body.includes(`id="${operationId}"`));
  assert.ok(page.body.includes('id="schema-vendorSaleBody"'));
  const { security } = document.paths['/api/operator/sales'].get;
  assert.deepEqual(security, [{ operator: [] }, { integration: ['sales:read'] }]);
  assert.match(page.body, /sale\.list: signed in as an operator, or .* the scope sales:read</);
  assert.match(page.body, /<code>sales:read<\/code>: [^\n]*href="#sale\.list"/);
});

test('an answer that is not as documented fails the test that got it', async () => {
  const app = Fastify();
  let answer: unknown = { status: 'ready' };
  app.get('/health', async () => answer);
  app.get('/api/operator/nowhere', async () => ({}));
  holdToDocument(app);
  await app.inject('/health');
  answer = { status: 7 };
  await assert.rejects(async () => app.inject('/health'), /not as documented in site\.health/);
  answer = { status: 'ready', secret: 'x' };
  await assert.rejects(async () => app.inject('/health'), /not as documented.*secret/);
  const undeclared = async () => app.inject('/api/operator/nowhere');
  await assert.rejects(undeclared, /answers JSON that no route declares/);
  await app.close();
});
