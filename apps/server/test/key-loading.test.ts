import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import {
  approvalDetailSchema,
  keyLoadSchema,
  keyLoadsSchema,
  problemSchema,
  vendingKeysSchema,
} from '@prewatt/api';
import { sql } from 'kysely';
import { checkValueOf, withOddParity } from '../src/money/keys/check-value.ts';
import { approvalIdsOf } from './control-harness.ts';
import { createHarness, type Harness, newTestUuid } from './harness.ts';
import { createHttpHarness, type HttpHarness, Visitor } from './http-harness.ts';

const password = 'a long enough password';
const root = '/api/operator/keys';
const first = '0123456789abcdef';
const second = 'aa55aa55aa55aa54';
const whole = withOddParity(
  Buffer.from(first, 'hex').map((byte, i) => byte ^ (Buffer.from(second, 'hex')[i] ?? 0)),
);
let h: Harness;
let http: HttpHarness;
const people: Record<string, Visitor> = {};

before(async () => {
  h = await createHarness();
  http = await createHttpHarness(h);
  for (const name of ['ada', 'ben', 'cem']) people[name] = await signedIn(name, 'administrator');
  people['olga'] = await signedIn('olga', 'operator');
});
after(async () => {
  await http.close();
  await h.close();
});

async function signedIn(name: string, role: 'administrator' | 'operator'): Promise<Visitor> {
  const email = `${name}@utility.test`;
  await http.createOperator({ email, password, role, name });
  const visitor = new Visitor(http.app, `10.0.0.${name.charCodeAt(0)}`);
  const answer = await visitor.postJson('/api/auth/sign-in/email', { email, password });
  assert.equal(answer.statusCode, 200, answer.body);
  return visitor;
}
const as = (name: string): Visitor => people[name] ?? assert.fail(name);
const codeOf = (answer: { body: string }) => problemSchema.parse(JSON.parse(answer.body)).code;
const particulars = (o: object = {}) => ({
  requestId: newTestUuid(),
  supplyGroupCode: '200001',
  keyRevision: 1,
  keyType: 2,
  keyExpiry: 255,
  baseDate: 14,
  dkga: 'dkga02',
  reason: 'the first key of the supply group',
  ...o,
});
const opened = async (o: object = {}) => {
  const answer = await as('ada').postJson(`${root}/loads`, particulars(o));
  assert.equal(answer.statusCode, 200, answer.body);
  return keyLoadSchema.parse(answer.json());
};
const enter = (name: string, loadId: string, component: string, checkValue?: string) =>
  as(name).postJson(`${root}/loads/${loadId}/components`, {
    component,
    ...(checkValue === undefined ? {} : { checkValue }),
  });
const waiting = async (): Promise<string> => {
  const [id, ...more] = await approvalIdsOf(h);
  assert.ok(id !== undefined && more.length === 0);
  return `/api/operator/approvals/approval_${id}`;
};
const sealedParts = async (loadId: string): Promise<number> => {
  const { rows } = await sql<{ n: number }>`SELECT count(sealed)::int AS n
    FROM prewatt.key_components WHERE load_id = ${loadId.slice(4)}::uuid`.execute(
    h.owner.directories,
  );
  return rows[0]?.n ?? -1;
};

test('the check value of a DES key is that of key letters', () => {
  // DES of zeros under the weak-parity test key 0123456789ABCDEF begins D5D44F.
  assert.equal(checkValueOf(Buffer.from(first, 'hex')), 'D5D44F');
  assert.notEqual(checkValueOf(Buffer.alloc(20, 1)), checkValueOf(Buffer.alloc(20, 2)));
  for (const byte of withOddParity(Uint8Array.from({ length: 256 }, (_, i) => i))) {
    assert.equal([...byte.toString(2)].filter((bit) => bit === '1').length % 2, 1);
  }
});

test('two custodians and a third person bring a key in, and nothing secret is shown or rests', async () => {
  const body = particulars({ expectedCheckValue: checkValueOf(whole).toLowerCase() });
  const answer = await as('ada').postJson(`${root}/loads`, body);
  const load = keyLoadSchema.parse(answer.json());
  assert.equal(load.state, 'collecting');
  assert.deepEqual((await as('ada').postJson(`${root}/loads`, body)).json(), load, 'again');
  assert.equal(
    codeOf(await as('ada').postJson(`${root}/loads`, { ...body, keyExpiry: 254 })),
    'requestIdReused',
  );
  assert.equal(codeOf(await as('ben').postJson(`${root}/loads`, particulars())), 'loadUnderWay');

  assert.equal(codeOf(await enter('olga', load.loadId, first)), 'forbidden');
  assert.equal(codeOf(await enter('ada', load.loadId, `${first}00`)), 'componentLength');
  assert.equal(codeOf(await enter('ada', load.loadId, '0'.repeat(16))), 'componentWeak');
  assert.equal(codeOf(await enter('ada', load.loadId, first, '000000')), 'componentCheckValue');
  const one = await enter('ada', load.loadId, first, 'd5d44f');
  assert.deepEqual(keyLoadSchema.parse(one.json()).components[0]?.checkValue, 'D5D44F');
  assert.deepEqual((await enter('ada', load.loadId, first)).json(), one.json(), 'again');
  const unlike = await enter('ada', load.loadId, first, '000000');
  assert.equal(codeOf(unlike), 'componentCheckValue', 'again, beside another letter');
  assert.equal(codeOf(await enter('ada', load.loadId, second)), 'sameCustodian');
  assert.equal(codeOf(await enter('ben', load.loadId, first)), 'componentsEqual');
  const two = keyLoadSchema.parse((await enter('ben', load.loadId, second)).json());
  assert.equal(two.state, 'awaitingApproval');
  assert.equal(codeOf(await enter('cem', load.loadId, second)), 'loadClosed');
  assert.equal(await sealedParts(load.loadId), 2);

  const approval = await waiting();
  assert.equal(codeOf(await as('ada').postJson(`${approval}/approve`, {})), 'ownRequest');
  assert.equal(codeOf(await as('ben').postJson(`${approval}/approve`, {})), 'tookPart');
  const keysBefore = vendingKeysSchema.parse((await as('cem').get(root)).json()).rows.length;
  const done = await as('cem').postJson(`${approval}/approve`, {});
  const detail = approvalDetailSchema.parse(done.json());
  assert.equal(detail.state, 'done', done.body);
  const shown = JSON.stringify(detail.description.facts);
  assert.match(shown, /200001.*D5D44F/);
  const keys = vendingKeysSchema.parse((await as('cem').get(root)).json()).rows;
  assert.equal(keys.length, keysBefore + 1);
  const mine = keys.find((key) => key.supplyGroupCode === '200001');
  assert.deepEqual([mine?.checkValue, mine?.use, mine?.meters], [checkValueOf(whole), 'usable', 0]);
  assert.equal(await sealedParts(load.loadId), 0, 'components are erased');

  // Everything that came out, and everything that rests, without a component or the key.
  const loads = (await as('cem').get(`${root}/loads`)).body;
  const { rows } = await sql<{ text: string }>`SELECT string_agg(row_to_json(t)::text, ' ') AS text
    FROM (SELECT row_to_json(l) FROM prewatt.key_loads l
      UNION ALL SELECT row_to_json(c) FROM prewatt.key_components c
      UNION ALL SELECT row_to_json(a) FROM prewatt.approvals a
      UNION ALL SELECT row_to_json(e) FROM prewatt.approval_events e
      UNION ALL SELECT row_to_json(k) FROM prewatt.vending_keys k) AS t(row)`.execute(
    h.owner.directories,
  );
  const all = `${done.body} ${loads} ${one.body} ${rows[0]?.text ?? ''}`.toLowerCase();
  for (const secret of [first, second, Buffer.from(whole).toString('hex')]) {
    assert.ok(!all.includes(secret));
  }
});

test('the key that came in makes tokens', async () => {
  const place = await h.addConnection({ meter: meterOf('200001') } as never);
  const issued = await h.database.inUtility(h.utilityId, async (tx) => {
    const operator = await tx.selectFrom('operators').select('id').executeTakeFirstOrThrow();
    return h.services.grants.issue(tx, {
      place,
      requestId: newTestUuid(),
      what: { kind: 'clearTamper' },
      reason: 'does the key make tokens',
      requestedBy: operator.id,
      approvalId: null,
    });
  });
  assert.ok(issued.ok, JSON.stringify(issued));
});

const meterOf = (supplyGroupCode: string) => ({
  encryptionAlgorithm: 'ea07' as const,
  supplyGroupCode,
  tariffIndex: '01',
  keyRevision: 1,
  mqttSecret: 'a meter secret',
});

test('a key that is there, has expired, or leads back is refused at once', async () => {
  const refused = async (o: object) =>
    codeOf(await as('ada').postJson(`${root}/loads`, particulars(o)));
  assert.equal(await refused({}), 'keyExists');
  assert.equal(await refused({ keyRevision: 2, keyExpiry: 10 }), 'keyExpired');
  assert.equal(await refused({ keyRevision: 2, baseDate: 93 }), 'keyExpired');
  const later = await opened({ supplyGroupCode: '200002', baseDate: 35 });
  await enter('ada', later.loadId, first);
  await enter('ben', later.loadId, second);
  assert.equal((await as('cem').postJson(`${await waiting()}/approve`, {})).json().state, 'done');
  assert.equal(await refused({ supplyGroupCode: '200002', keyRevision: 2 }), 'baseDateBackwards');
  const row = vendingKeysSchema
    .parse((await as('cem').get(root)).json())
    .rows.find((key) => key.supplyGroupCode === '200002');
  assert.equal(row?.use, 'notBegun');
});

test('another check value than the expected one loads nothing and erases the components', async () => {
  const load = await opened({ supplyGroupCode: '200003', expectedCheckValue: '00AA00' });
  await enter('ada', load.loadId, first);
  await enter('ben', load.loadId, second);
  const done = await as('cem').postJson(`${await waiting()}/approve`, {});
  const detail = approvalDetailSchema.parse(done.json());
  assert.deepEqual([detail.state, detail.failure?.code], ['failed', 'checkValueDiffers']);
  assert.equal(await sealedParts(load.loadId), 0);
  const keys = vendingKeysSchema.parse((await as('cem').get(root)).json()).rows;
  assert.ok(keys.every((key) => key.supplyGroupCode !== '200003'));
  await opened({ supplyGroupCode: '200003' });
});

test('a loading that is given up or declined erases what was entered', async () => {
  const given = await opened({ supplyGroupCode: '200004' });
  await enter('ada', given.loadId, first);
  const closed = await as('ben').postJson(`${root}/loads/${given.loadId}/close`, {});
  assert.equal(keyLoadSchema.parse(closed.json()).state, 'closed');
  assert.equal(await sealedParts(given.loadId), 0);
  const load = await opened({ supplyGroupCode: '200004' });
  await enter('ada', load.loadId, first);
  await enter('ben', load.loadId, second);
  const reason = 'the wrong letters were used';
  assert.equal(
    (await as('cem').postJson(`${await waiting()}/decline`, { reason })).statusCode,
    200,
  );
  assert.equal(await sealedParts(load.loadId), 0);
});

test('a default key is loaded to change meters from, not to sell under', async () => {
  const load = await opened({ supplyGroupCode: '200005', keyType: 1 });
  await enter('ada', load.loadId, first);
  await enter('ben', load.loadId, second);
  assert.equal((await as('cem').postJson(`${await waiting()}/approve`, {})).json().state, 'done');
  const row = vendingKeysSchema
    .parse((await as('cem').get(root)).json())
    .rows.find((key) => key.supplyGroupCode === '200005');
  assert.equal(row?.use, 'keyChangeOnly');
});

test('three administrators are enough, and no component leaves a loading that nobody may approve', async () => {
  const load = await opened({ supplyGroupCode: '200009' });
  assert.deepEqual(load.mayEnter, ['ada', 'ben', 'cem']);
  const begun = await enter('ben', load.loadId, first);
  assert.deepEqual(keyLoadSchema.parse(begun.json()).mayEnter, ['ada']);
  // Cem would be the second custodian, Ada has opened it: nobody would be left.
  const dead = await enter('cem', load.loadId, second);
  assert.equal(codeOf(dead), 'nobodyToApprove');
  const whole = keyLoadSchema.parse((await enter('ada', load.loadId, second)).json());
  assert.deepEqual([whole.state, whole.mayEnter], ['awaitingApproval', []]);
  const approved = await as('cem').postJson(`${await waiting()}/approve`, {});
  assert.equal(approved.statusCode, 200, approved.body);
});

test('with fewer than three administrators no loading is opened, and an open one says that it is stuck', async () => {
  const load = await opened({ supplyGroupCode: '200011' });
  await enter('cem', load.loadId, first);
  const demoted = await sql`UPDATE prewatt.operators SET role = 'operator'
    WHERE id = (SELECT min(id::text)::uuid FROM prewatt.operators WHERE role = 'administrator')
    RETURNING id`.execute(h.owner.directories);
  const asking = (
    await Promise.all(
      ['ada', 'ben', 'cem'].map((name) =>
        as(name).postJson(`${root}/loads`, particulars({ supplyGroupCode: '200010' })),
      ),
    )
  ).map(codeOf);
  assert.ok(demoted.rows.length === 1 && asking.includes('tooFewAdministrators'), asking.join());
  const { rows } = keyLoadsSchema.parse((await as('cem').get(`${root}/loads`)).json());
  const stuck = rows.find((each) => each.loadId === load.loadId);
  assert.deepEqual([stuck?.state, stuck?.mayEnter], ['collecting', []]);
});
