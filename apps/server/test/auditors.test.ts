// An auditor reads, changes nothing, and is signed out by themselves when their time is over.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import {
  type AuditList,
  auditListAnswerSchema,
  auditPeopleSchema,
  operatorMeSchema,
  tokenWaySchema,
  type WayStep,
} from '@prewatt/api';
import { idFromUuid, uuidIn } from '@prewatt/quantities';
import { sql } from 'kysely';
import { createPeople } from './correction-harness.ts';
import { createHarness, type Harness, newTestUuid } from './harness.ts';
import { createHttpHarness, type HttpHarness, Visitor } from './http-harness.ts';
import { runJobs } from './jobs.ts';
import { buyAndPay } from './purchases.ts';
import { createVendor } from './vendor-harness.ts';

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

test('the lists show what came without an ordinary sale, with both names, and who signed', async () => {
  const people = await createPeople(http);
  const ask = await people.asker.postJson('/api/operator/grants', {
    ...{ requestId: newTestUuid(), kind: 'freeCredit', reason: 'after the fault of the feeder' },
    rows: [{ meterPan: h.meterPan, energyWh: '5000' }],
  });
  const path = `/api/operator/approvals/${ask.json().approvalId}/approve`;
  assert.equal((await people.allower.postJson(path, {})).json().state, 'done');
  await runJobs(h);
  const vendor = await createVendor(h, 'Corner shop', { floatLimitMinor: 0n });
  const vendorDeposits = `/api/operator/vendors/${idFromUuid('vendor', vendor.vendorId)}/deposits`;
  const brought = { requestId: newTestUuid(), amountMinor: '7000', reference: 'Slip 9' };
  assert.equal((await people.asker.postJson(vendorDeposits, brought)).statusCode, 200);
  const rowsOf = async (list: AuditList) => {
    const answer = await auditor.get(`/api/operator/audit/lists?list=${list}`);
    return auditListAnswerSchema.parse(answer.json()).rows;
  };
  const [free] = await rowsOf('free');
  assert.deepEqual(
    [free?.what, free?.energyWh, free?.by, free?.allowedBy, free?.reason],
    ['Free credit', '5000', 'asker', 'allower', 'after the fault of the feeder'],
  );
  const [bulk] = await rowsOf('bulk');
  assert.deepEqual([bulk?.what, bulk?.about], ['List of free credit', '1 meter']);
  const manual = (await rowsOf('manual')).find(({ reason }) => reason === 'Slip 9');
  assert.deepEqual([manual?.amountMinor, manual?.by, manual?.allowedBy], ['7000', 'asker', null]);
  assert.deepEqual([await rowsOf('reversed'), await rowsOf('late')], [[], []]);
  await buyAndPay(h, 5_000n, 'audit-late');
  await sql`ALTER TABLE prewatt.sales DISABLE TRIGGER USER`.execute(h.owner.directories);
  await sql`UPDATE prewatt.sales SET paid_at = issued_at - interval '20 minutes',
    requested_at = issued_at - interval '21 minutes'`.execute(h.owner.directories);
  await sql`ALTER TABLE prewatt.sales ENABLE TRIGGER USER`.execute(h.owner.directories);
  const [late] = await rowsOf('late');
  assert.deepEqual([late?.what, late?.amountMinor], ['Token 20 min after the payment', '5000']);
  const day = '2020-01-01';
  const old = await auditor.get(`/api/operator/audit/lists?list=free&from=${day}&to=${day}`);
  assert.deepEqual(old.json().rows, []);
  const file = await auditor.get('/api/operator/audit/lists/file?list=free');
  assert.match(file.body, /Free credit,.*,5000,asker,allower,after the fault of the feeder/);
  const people1 = auditPeopleSchema.parse((await auditor.get('/api/operator/audit/people')).json());
  const of = (name: string) => people1.rows.find((row) => row.name === name);
  assert.deepEqual([of('asker')?.asked, of('allower')?.approved], [1, 1]);
  assert.deepEqual([of('asker')?.aloneTimes, of('asker')?.aloneMinor], [1, '7000']);
  assert.notEqual(of('The auditor')?.endsAt, null);
  assert.equal((await people.asker.get('/api/operator/audit/people')).statusCode, 403);
});

test('from a token the way leads to who paid or allowed it, the price and the key', async () => {
  const wayOf = async (of: string) => {
    const answer = await auditor.get(`/api/operator/audit/way?of=${of}`);
    assert.equal(answer.statusCode, 200, answer.body);
    return tokenWaySchema.parse(answer.json()).tokens;
  };
  const idsOf = async (kind: 'sale' | 'grant') => {
    const { rows } = await sql<{ id: string }>`SELECT ${sql.ref(`${kind}_id`)} AS id
      FROM prewatt.tokens WHERE ${sql.ref(`${kind}_id`)} IS NOT NULL`.execute(h.owner.directories);
    return rows.map(({ id }): string => idFromUuid(kind, id));
  };
  const stations = (steps: readonly WayStep[]) => steps.map(({ what }) => what);
  const factsOf = (steps: readonly WayStep[], what: WayStep['what']) =>
    Object.fromEntries(
      steps
        .filter((step) => step.what === what)
        .flatMap(({ facts }) => facts.map(({ label, value }) => [label, value])),
    );
  await h.services.tokenLog.sequence(h.utilityId);
  const [sale = ''] = await idsOf('sale');
  const [sold] = await wayOf(sale);
  const steps = sold?.steps ?? [];
  assert.deepEqual(stations(steps), ['token', 'cause', 'money', 'price', 'key', 'load']);
  assert.equal(factsOf(steps, 'token')['Meter'], h.meterPan);
  assert.ok(factsOf(steps, 'token')['In the public log since']);
  assert.match(factsOf(steps, 'money')['Amount'] ?? '', /50\.00$/);
  assert.equal(factsOf(steps, 'key')['Proof'], 'The digits open under it.');
  const missing = steps.flatMap((step) => (step.missing === null ? [] : [step.what]));
  assert.deepEqual(missing, ['price', 'load'], 'the harness sets up both by hand');
  const [grant = ''] = await idsOf('grant');
  const [given] = await wayOf(grant);
  const ofGrant = given?.steps ?? [];
  assert.deepEqual(stations(ofGrant), ['token', 'cause', 'second', 'key', 'load']);
  assert.equal(factsOf(ofGrant, 'cause')['Reason'], 'after the fault of the feeder');
  assert.equal(factsOf(ofGrant, 'second')['Allowed by'], 'allower');
  // Digits that no key of the utility opens, and a payment that is not there.
  const owner = h.owner.directories;
  await owner.transaction().execute(async (tx) => {
    await sql`SET LOCAL session_replication_role = replica`.execute(tx);
    await sql`UPDATE prewatt.tokens SET digits = '12345678901234567890'
      WHERE sale_id = ${uuidIn(sale)}::uuid`.execute(tx);
    await sql`UPDATE prewatt.payments SET state = 'failed' WHERE sale_id = ${uuidIn(sale)}::uuid`.execute(
      tx,
    );
  });
  const [altered] = await wayOf(sale);
  const told = altered?.steps.filter((step) => step.missing !== null).map(({ title }) => title);
  assert.ok(told?.includes('Nobody paid') && told.includes('No key'), told?.join() ?? '');
  assert.deepEqual(await wayOf(idFromUuid('sale', newTestUuid())), []);
  assert.equal((await auditor.get('/api/operator/audit/way?of=home_1')).statusCode, 400);
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
