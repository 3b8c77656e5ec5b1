import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import {
  freeUnitRunsSchema,
  grantBatchesSchema,
  grantBatchSchema,
  grantDetailSchema,
  grantPageSchema,
  problemSchema,
  tokenPageSchema,
} from '@prewatt/api';
import { idFromUuid, uuidOf } from '@prewatt/quantities';
import { createHarness, type Harness, newTestUuid, testUtility } from './harness.ts';
import { createHttpHarness, type HttpHarness, Visitor } from './http-harness.ts';

const password = 'a long enough password';
const root = '/api/operator/grants';
const reason = 'the reason of this test';
let h: Harness;
let http: HttpHarness;
let operator: Visitor;
let viewer: Visitor;
let stranger: Visitor;
let ofConnection: string;

before(async () => {
  h = await createHarness();
  http = await createHttpHarness(h);
  ofConnection = `/api/operator/connections/${idFromUuid('connection', h.place.connectionId)}`;
  operator = await signedIn('operator');
  viewer = await signedIn('viewer');
  const otherId = await h.onboarding.createUtility({ ...testUtility, name: 'Other Utility' });
  stranger = await signedIn('administrator', otherId);
});
after(async () => {
  await http.close();
  await h.close();
});

async function signedIn(role: 'administrator' | 'operator' | 'viewer', utilityId?: string) {
  const email = `${role}@utility.test`;
  await http.createOperator({ email, password, role, ...(utilityId ? { utilityId } : {}) });
  const visitor = new Visitor(http.app);
  await visitor.postJson('/api/auth/sign-in/email', { email, password });
  return visitor;
}
const codeOf = (answer: { body: string; statusCode: number }) => {
  const problem = problemSchema.parse(JSON.parse(answer.body));
  return [answer.statusCode, problem.code];
};

test('an engineering token over HTTP: once a request, digits for those who act, never cached', async () => {
  const body = { kind: 'clearTamper', requestId: newTestUuid(), reason };
  const made = await operator.postJson(`${ofConnection}/grants`, body);
  assert.equal(made.statusCode, 201, made.body);
  assert.equal(made.headers['cache-control'], 'no-store');
  const grant = grantDetailSchema.parse(made.json());
  assert.match(grant.tokens[0]?.digits ?? '', /^\d{20}$/);
  const again = await operator.postJson(`${ofConnection}/grants`, body);
  assert.deepEqual([again.statusCode, again.json().grantId], [200, grant.grantId]);
  assert.deepEqual(
    codeOf(await operator.postJson(`${ofConnection}/grants`, { ...body, reason: `${reason}!` })),
    [409, 'requestIdReused'],
  );
  assert.deepEqual(codeOf(await viewer.postJson(`${ofConnection}/grants`, body)), [
    403,
    'forbidden',
  ]);
  const seen = grantDetailSchema.parse((await viewer.get(`${root}/${grant.grantId}`)).json());
  assert.equal(seen.tokens[0]?.digits, null);
  assert.deepEqual(codeOf(await viewer.postJson(`${root}/${grant.grantId}/show`, {})), [
    403,
    'forbidden',
  ]);
  const tokens = tokenPageSchema.parse((await viewer.get(`${ofConnection}/tokens`)).json());
  assert.deepEqual(
    tokens.rows.map((row) => [row.kind, row.saleId, row.grantId, row.energyWh]),
    [['management', null, grant.grantId, null]],
  );
});

test('a grant that was not delivered is counted until an operator has seen it', async () => {
  const attention = async () => (await viewer.get('/api/operator/overview')).json().attention;
  const open = async () => {
    const page = await viewer.get(`${root}?state=attention`);
    return grantPageSchema.parse(page.json()).rows.map((row) => row.grantId);
  };
  const before = await attention();
  const body = { kind: 'clearTamper', requestId: newTestUuid(), reason };
  const { grantId } = (await operator.postJson(`${ofConnection}/grants`, body)).json();
  const path = `${root}/${grantId}/acknowledge`;
  const seen = { reason: 'typed at the meter by a technician' };
  assert.deepEqual(codeOf(await operator.postJson(path, seen)), [409, 'nothingToAcknowledge']);
  const tell = { id: uuidOf(grantId), refusal: 'crc' };
  const meterSays = () =>
    h.database.inUtility(h.utilityId, (tx) => h.services.grants.tokens.refused(tx, h.place, tell));
  await meterSays();
  assert.deepEqual([await attention(), await open()], [before + 1, [grantId]]);
  assert.deepEqual(codeOf(await viewer.postJson(path, seen)), [403, 'forbidden']);
  assert.deepEqual(codeOf(await stranger.postJson(path, seen)), [404, 'unknownGrant']);
  const answer = grantDetailSchema.parse((await operator.postJson(path, seen)).json());
  assert.deepEqual([answer.seenBy, answer.seenReason], ['An operator', seen.reason]);
  assert.equal((await operator.postJson(path, seen)).statusCode, 200, 'the first answer');
  assert.deepEqual(codeOf(await operator.postJson(path, { reason: 'another reason, later' })), [
    409,
    'nothingToAcknowledge',
  ]);
  assert.deepEqual([await attention(), await open()], [before, []]);
  await meterSays();
  assert.deepEqual([await attention(), await open()], [before + 1, [grantId]], 'again, it is new');
});

test('another utility sees and gives nothing here', async () => {
  const body = { kind: 'clearTamper', requestId: newTestUuid(), reason };
  assert.deepEqual(codeOf(await stranger.postJson(`${ofConnection}/grants`, body)), [
    404,
    'unknownConnection',
  ]);
  assert.deepEqual(grantPageSchema.parse((await stranger.get(root)).json()).rows, []);
  const free = await stranger.postJson(root, {
    kind: 'freeCredit',
    requestId: newTestUuid(),
    reason,
    rows: [{ meterPan: h.meterPan, energyWh: '1000' }],
  });
  assert.deepEqual(codeOf(free), [422, 'badRows']);
});

test('free credit over HTTP waits; kinds that need an approval have no other way in', async () => {
  const direct = { kind: 'freeCredit', requestId: newTestUuid(), reason, energyWh: '1000' };
  assert.deepEqual(codeOf(await operator.postJson(`${ofConnection}/grants`, direct)), [
    400,
    'badRequest',
  ]);
  const asked = await operator.postJson(root, {
    kind: 'freeCredit',
    requestId: newTestUuid(),
    reason,
    rows: [{ meterPan: h.meterPan, energyWh: '1000' }],
  });
  assert.equal(asked.statusCode, 202, asked.body);
  const batch = grantBatchSchema.parse(asked.json());
  const read = await viewer.get(`${root}/batches/${batch.batchId}`);
  assert.deepEqual(grantBatchSchema.parse(read.json()), batch);
  const lists = grantBatchesSchema.parse((await viewer.get(`${root}/batches`)).json());
  assert.deepEqual(lists.rows[0], batch, 'the newest list comes first');
  const short = { kind: 'clearTamper', requestId: newTestUuid(), reason: 'because' };
  assert.deepEqual(codeOf(await operator.postJson(`${ofConnection}/grants`, short)), [
    400,
    'badRequest',
  ]);
  const runs = await viewer.get(`${root}/free-units`);
  assert.deepEqual(freeUnitRunsSchema.parse(runs.json()), { rows: [] });
});
