// An auditor reads, changes nothing, and is signed out by themselves when their time is over.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { operatorMeSchema } from '@prewatt/api';
import { idFromUuid } from '@prewatt/quantities';
import { sql } from 'kysely';
import { createHarness, type Harness, newTestUuid } from './harness.ts';
import { createHttpHarness, type HttpHarness, Visitor } from './http-harness.ts';

let h: Harness;
let http: HttpHarness;
let auditor: Visitor;

before(async () => {
  h = await createHarness();
  http = await createHttpHarness(h);
  const credentials = { email: 'auditor@test.example', password: 'correct horse battery' };
  await http.createOperator({
    ...{ ...credentials, name: 'The auditor', role: 'auditor' },
    endsAtMs: Date.now() + 86_400_000,
  });
  auditor = new Visitor(http.app, '127.0.0.40');
  const answer = await auditor.postJson('/api/auth/sign-in/email', credentials);
  assert.equal(answer.statusCode, 200, answer.body);
});
after(async () => {
  await http.close();
  await h.close();
});

test('an auditor is known as one, reads what a viewer reads, and changes nothing', async () => {
  const me = operatorMeSchema.parse((await auditor.get('/api/operator/me')).json());
  assert.deepEqual([me.name, me.role], ['The auditor', 'auditor']);
  for (const path of ['sales', 'approvals', 'acts', 'grants', 'budgets', 'installs']) {
    assert.equal((await auditor.get(`/api/operator/${path}`)).statusCode, 200, path);
  }
  const place = `/api/operator/connections/${idFromUuid('connection', h.place.connectionId)}`;
  const body = { kind: 'clearTamper', requestId: newTestUuid(), reason: 'the reason of a test' };
  const refused = await auditor.postJson(`${place}/grants`, body);
  assert.equal(refused.statusCode, 403);
  assert.equal(refused.json().detail, 'Your sign-in may read only.');
});

test('nobody is an auditor for good, and nobody else for a time', async () => {
  const change = (values: ReturnType<typeof sql>) =>
    sql`UPDATE prewatt.operators SET ${values} WHERE role = 'auditor'`.execute(h.owner.directories);
  await assert.rejects(change(sql`ends_at = NULL`), /operators_auditors_end/);
  await assert.rejects(change(sql`role = 'administrator'`), /operators_auditors_end/);
});

test('when the time is over the session that is open opens nothing more', async () => {
  assert.equal((await auditor.get('/api/operator/me')).statusCode, 200);
  await sql`UPDATE prewatt.operators SET ends_at = now() - interval '1 second'
    WHERE role = 'auditor'`.execute(h.owner.directories);
  assert.equal((await auditor.get('/api/operator/me')).statusCode, 401);
  assert.equal((await auditor.get('/api/operator/sales')).statusCode, 401);
});
