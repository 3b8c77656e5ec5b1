import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { approvalCountsSchema, approvalPageSchema, problemSchema } from '@prewatt/api';
import { createHarness, type Harness } from './harness.ts';
import { createHttpHarness, type HttpHarness, publicUrl, Visitor } from './http-harness.ts';

const password = 'a long enough password';
const root = '/api/operator/approvals';
const nobody = 'approval_019abcde-0000-7000-8000-000000000000';
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

async function signedIn(role: 'administrator' | 'operator' | 'viewer') {
  const email = `${role}@test.example`;
  await http.createOperator({ email, password, role });
  const visitor = new Visitor(http.app);
  await visitor.postJson('/api/auth/sign-in/email', { email, password });
  return visitor;
}
const codeOf = (answer: { body: string; statusCode: number }) => {
  const problem = problemSchema.parse(JSON.parse(answer.body));
  assert.equal(problem.status, answer.statusCode);
  return [problem.status, problem.code];
};

test('approvals are listed and counted for whoever is signed in, and decided by few', async () => {
  const stranger = new Visitor(http.app);
  assert.deepEqual(codeOf(await stranger.get(root)), [401, 'signedOut']);
  const viewer = await signedIn('viewer');
  const page = approvalPageSchema.parse((await viewer.get(`${root}?state=all`)).json());
  assert.deepEqual(page, { rows: [], nextCursor: null });
  const counts = approvalCountsSchema.parse((await viewer.get(`${root}/counts`)).json());
  assert.deepEqual(counts, { awaiting: 0, forMe: 0, failed: 0 });
  assert.deepEqual(codeOf(await viewer.get(`${root}?state=never`)), [400, 'badRequest']);
  assert.deepEqual(codeOf(await viewer.get(`${root}/${nobody}`)), [404, 'notFound']);
  const approve = `${root}/${nobody}/approve`;
  assert.deepEqual(codeOf(await viewer.postJson(approve, {})), [403, 'forbidden']);
  const administrator = await signedIn('administrator');
  assert.deepEqual(codeOf(await administrator.postJson(approve, {})), [404, 'unknownApproval']);
  assert.deepEqual(codeOf(await administrator.postJson(approve, { yes: 1 })), [400, 'badRequest']);
  const decline = await administrator.postJson(`${root}/${nobody}/decline`, { reason: 'no' });
  assert.deepEqual(codeOf(decline), [400, 'badRequest']);
  const elsewhere = await http.app.inject({
    method: 'POST',
    url: approve,
    headers: { cookie: administrator.cookieHeader(), origin: 'http://evil.test' },
    payload: {},
  });
  assert.deepEqual(codeOf(elsewhere), [403, 'forbidden']);
  assert.notEqual(publicUrl, 'http://evil.test');
});
