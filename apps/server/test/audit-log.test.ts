// The audit log as it is read: by what they are about, by whom and to whom, page by page, for
// administrators and viewers of the utility.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type AuditEntryJson, auditLogPageSchema } from '@prewatt/api';
import { createHarness, type Harness, testUtility } from './harness.ts';
import { createHttpHarness, type HttpHarness, Visitor } from './http-harness.ts';
import { createVendor, type TestVendor } from './vendor-harness.ts';

let h: Harness;
let http: HttpHarness;
let vendor: TestVendor;
const visitors = new Map<string, Visitor>();
before(async () => {
  h = await createHarness();
  http = await createHttpHarness(h);
  vendor = await createVendor(h, 'Corner Shop');
  const otherId = await h.onboarding.createUtility({ ...testUtility, name: 'Other Utility' });
  for (const [name, role, utilityId] of [
    ['administrator', 'administrator', h.utilityId],
    ['operator', 'operator', h.utilityId],
    ['viewer', 'viewer', h.utilityId],
    ['stranger', 'viewer', otherId],
  ] as const) {
    const email = `${name}@test.example`;
    const password = `a long password of ${name}`;
    await http.createOperator({ email, password, role, utilityId });
    const visitor = new Visitor(http.app);
    await visitor.postJson('/api/auth/sign-in/email', { email, password });
    visitors.set(name, visitor);
  }
});
after(async () => {
  await http.close();
  await h.close();
});

const as = (name: string): Visitor => {
  const visitor = visitors.get(name);
  assert.ok(visitor !== undefined);
  return visitor;
};
const list = async (query = '', who = 'viewer') => {
  const answer = await as(who).get(`/api/operator/acts${query}`);
  assert.equal(answer.statusCode, 200, answer.body);
  return auditLogPageSchema.parse(answer.json());
};
const others = (rows: readonly AuditEntryJson[]) => rows.filter(({ act }) => act !== 'signedIn');
const told = (rows: readonly AuditEntryJson[]) =>
  others(rows).map((row) => [row.act, row.subjectName]);

test('entries of the audit log are found by what they are about, and by a part of a name', async () => {
  const shop = `/api/operator/vendors/vendor_${vendor.vendorId}`;
  const flat = `/api/operator/connections/connection_${h.place.connectionId}`;
  for (const [path, body] of [
    [`${shop}/block`, { reason: 'no cash-up' }],
    [`${shop}/unblock`, { reason: 'cash was counted' }],
    [`${flat}/block`, { reason: 'a seal was broken' }],
  ] as const) {
    const done = await as('operator').postJson(path, body);
    assert.equal(done.statusCode, 200, done.body);
  }
  const all = [
    ['connectionBlocked', 'Flat 1'],
    ['vendorUnblocked', 'Corner Shop'],
    ['vendorBlocked', 'Corner Shop'],
  ];
  const { rows } = await list();
  assert.deepEqual(told(rows), all);
  assert.deepEqual(rows[1]?.details, { reason: 'cash was counted' });
  assert.deepEqual(told((await list('?about=homes')).rows), all.slice(0, 1));
  assert.deepEqual(told((await list('?about=vendors&who=corner')).rows), all.slice(1));
  assert.deepEqual(told((await list('?who=FLAT%201')).rows), all.slice(0, 1));
  assert.deepEqual(told((await list('?who=an%20operator')).rows), all);
  assert.deepEqual((await list('?who=nobody%25')).rows, []);
  assert.equal((await as('viewer').get('/api/operator/acts?about=everything')).statusCode, 400);
});

test('they are for administrators and viewers of the utility', async () => {
  assert.equal((await as('operator').get('/api/operator/acts')).statusCode, 403);
  assert.deepEqual(others((await list('', 'stranger')).rows), []);
  assert.equal(others((await list('', 'administrator')).rows).length, 4, 'the refusal, too');
});

test('a page of a filtered list goes on where the last one ended', async () => {
  const { auditLog } = h.services;
  const by = { utilityId: h.utilityId, name: 'Nia' };
  const [first] = (await list()).rows;
  assert.ok(first !== undefined);
  const operator = await h.database.inUtility(h.utilityId, (tx) =>
    tx.selectFrom('operators').select('id').limit(1).executeTakeFirstOrThrow(),
  );
  await h.database.inUtility(h.utilityId, async (tx) => {
    for (let n = 0; n < 120; n += 1) {
      const act = n % 2 === 0 ? 'exported' : 'saleRetried';
      const subject = n % 2 === 0 ? 'payments' : 'sale_x';
      await auditLog.record(tx, { ...by, operatorId: operator.id }, { act, subject });
    }
  });
  const page = await list('?who=nia');
  assert.equal(page.rows.length, 100);
  const rest = await list(`?who=nia&cursor=${page.nextCursor}`);
  assert.deepEqual([rest.rows.length, rest.nextCursor], [20, null]);
  assert.equal(new Set([...page.rows, ...rest.rows].map((row) => row.actId)).size, 120);
  assert.equal((await list('?about=files')).rows.length, 60);
});

test('the log is narrowed to days of the utility, and leaves whole as a file, which is on record', async () => {
  const today = Temporal.Instant.fromEpochMilliseconds(h.clock.nowMs)
    .toZonedDateTimeISO(testUtility.zone)
    .toPlainDate();
  const yesterday = today.subtract({ days: 1 });
  const vendors = (await list('?about=vendors')).rows;
  assert.ok(vendors.length > 0);
  assert.deepEqual((await list(`?about=vendors&from=${today}&to=${today}`)).rows, vendors);
  assert.deepEqual((await list(`?about=vendors&to=${yesterday}`)).rows, []);
  assert.deepEqual((await list(`?about=vendors&from=${today.add({ days: 1 })}`)).rows, []);
  const file = await as('viewer').get(`/api/operator/acts/file?about=vendors&from=${today}`);
  assert.equal(file.statusCode, 200);
  assert.match(String(file.headers['content-type']), /^text\/csv/);
  const lines = file.body.trimEnd().split('\r\n');
  assert.equal(lines.length, vendors.length + 1);
  for (const { actId } of vendors) assert.ok(file.body.includes(actId), actId);
  const [exported] = (await list('?about=files')).rows;
  assert.deepEqual(
    [exported?.act, exported?.subject, exported?.details],
    ['exported', 'auditLog', { about: 'vendors', from: String(today) }],
  );
  const refused = await as('operator').get('/api/operator/acts/file');
  assert.equal(refused.statusCode, 403);
});

test('who signs in is in the log, by name and with the address', async () => {
  await http.settled();
  const { rows } = await list('?about=signIns');
  const signedIn = rows.map(({ subject }) => subject);
  assert.deepEqual(signedIn.sort(), [
    'administrator@test.example',
    'operator@test.example',
    'viewer@test.example',
  ]);
  assert.ok(rows.every(({ address, by }) => address !== null && by !== ''));
});
