// What happens at the doors is on record: wrong passwords and codes, refusals and readings of
// customers' pages, with who, when and from which address; nobody changes it.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type AuditEntryJson, auditLogPageSchema, failedSignInsSchema } from '@prewatt/api';
import { idFromUuid } from '@prewatt/quantities';
import { sql } from 'kysely';
import { createHarness, type Harness } from './harness.ts';
import { createHttpHarness, type HttpHarness, Visitor } from './http-harness.ts';

const password = 'a long enough password';
const phone = '+27825550101';
let h: Harness;
let http: HttpHarness;
let home: string;
const visitors = new Map<string, Visitor>();

before(async () => {
  h = await createHarness();
  http = await createHttpHarness(h);
  home = idFromUuid('connection', h.place.connectionId);
  for (const role of ['administrator', 'viewer', 'technician'] as const) {
    const email = `${role}@test.example`;
    await http.createOperator({ email, password, role, name: `The ${role}` });
    const visitor = new Visitor(http.app, `10.20.0.${visitors.size + 1}`);
    const answer = await visitor.postJson('/api/auth/sign-in/email', { email, password });
    assert.equal(answer.statusCode, 200, answer.body);
    visitors.set(role, visitor);
  }
});
after(async () => {
  await http.close();
  await h.close();
});

const as = (role: string): Visitor => {
  const visitor = visitors.get(role);
  assert.ok(visitor !== undefined);
  return visitor;
};
const noted = async (about: string): Promise<readonly AuditEntryJson[]> => {
  const answer = await as('administrator').get(`/api/operator/acts?about=${about}`);
  assert.equal(answer.statusCode, 200, answer.body);
  return auditLogPageSchema.parse(answer.json()).rows;
};
const told = (rows: readonly AuditEntryJson[]) =>
  rows.map(({ act, by, subject, address }) => [act, by, subject, address]);
const stranger = 'somebody who is not signed in';

test('wrong passwords are on record and told to their person, once they were held up only hourly', async () => {
  const email = 'administrator@test.example';
  const visitor = new Visitor(http.app, '203.0.113.9');
  const statuses: number[] = [];
  for (let i = 0; i < 8; i += 1) {
    const body = { email, password: `guess number ${i} is wrong` };
    statuses.push((await visitor.postJson('/api/auth/sign-in/email', body)).statusCode);
  }
  assert.deepEqual(statuses, [401, 401, 401, 401, 401, 429, 429, 429]);
  assert.deepEqual(told(await noted('access')), [
    ['signInBraked', stranger, email, '203.0.113.9'],
    ...Array.from({ length: 5 }, () => ['signInFailed', stranger, email, '203.0.113.9']),
  ]);
  const failed = async (role: string) =>
    failedSignInsSchema.parse((await as(role).get('/api/operator/me/failed-sign-ins')).json())
      .count;
  assert.deepEqual([await failed('administrator'), await failed('viewer')], [5, 0]);
  h.clock.nowMs += 1_000;
  const seen = await as('administrator').postJson('/api/operator/me/failed-sign-ins/seen', {});
  assert.equal(seen.statusCode, 204, seen.body);
  assert.equal(await failed('administrator'), 0);
});

test('a wrong code is on record with the connection, and never the code or the phone', async () => {
  const visitor = new Visitor(http.app, '203.0.113.10');
  await visitor.get('/sign-in');
  await visitor.post('/sign-in/code', { phone, code: '123456' });
  await visitor.post('/sign-in/code', { phone: '+27820000000', code: '123456' });
  const rows = (await noted('access')).filter(({ act }) => act === 'codeWrong');
  assert.deepEqual(told(rows), [['codeWrong', stranger, home, '203.0.113.10']]);
  assert.ok(!/123456|5550101/.test(JSON.stringify(rows)));
});

test('what an operator was refused is on record', async () => {
  const path = `/api/operator/connections/${home}/block`;
  const refused = await as('viewer').postJson(path, { reason: 'because I can' });
  assert.equal(refused.statusCode, 403, refused.body);
  assert.equal((await as('technician').get('/api/operator/meters')).statusCode, 403);
  assert.deepEqual(told(await noted('access')).slice(0, 2), [
    ['refused', 'The technician', 'GET /api/operator/meters', '10.20.0.3'],
    ['refused', 'The viewer', 'POST /api/operator/connections/:id/block', '10.20.0.2'],
  ]);
});

test('whose pages an operator read is on record once an hour, and not among what was done', async () => {
  const read = async () => {
    for (const part of ['', '/sales', '/messages']) {
      const answer = await as('viewer').get(`/api/operator/connections/${home}${part}`);
      assert.equal(answer.statusCode, 200, answer.body);
    }
  };
  await read();
  const row = ['connectionRead', 'The viewer', home, '10.20.0.2'];
  assert.deepEqual(told(await noted('reads')), [row]);
  h.clock.nowMs += 3_700_000;
  await read();
  assert.deepEqual(told(await noted('reads')), [row, row]);
  const all = auditLogPageSchema.parse(
    (await as('administrator').get('/api/operator/acts')).json(),
  );
  assert.ok(all.rows.every(({ act }) => act !== 'connectionRead'));
});

test('the server’s role adds to the audit log and reads it, and can do nothing else', async () => {
  const { rows } = await sql<{ privilege: string }>`SELECT privilege_type AS privilege
    FROM information_schema.role_table_grants
    WHERE grantee = 'prewatt_app' AND table_schema = 'prewatt' AND table_name = 'operator_acts'
    ORDER BY 1`.execute(h.owner.directories);
  assert.deepEqual(
    rows.map(({ privilege }) => privilege),
    ['INSERT', 'SELECT'],
  );
  const { rows: columns } = await sql`SELECT column_name FROM information_schema.column_privileges
    WHERE grantee = 'prewatt_app' AND table_schema = 'prewatt' AND table_name = 'operator_acts'
      AND privilege_type NOT IN ('INSERT', 'SELECT')`.execute(h.owner.directories);
  assert.deepEqual(columns, []);
});
