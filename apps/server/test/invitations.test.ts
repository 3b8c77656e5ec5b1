// Who works for a utility is said by two people: an invitation takes the link of one and the code
// of the other, opens once and in time, and a role is changed as it was allowed.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { auditLogPageSchema, invitationsSchema, type TeamRow, teamSchema } from '@prewatt/api';
import { sql } from 'kysely';
import { assertProof } from './correction-harness.ts';
import { createHarness, type Harness, newTestUuid } from './harness.ts';
import { createHttpHarness, type HttpHarness, Visitor } from './http-harness.ts';
import { totpCode } from './totp.ts';

const password = 'correct horse battery';
const reason = 'somebody new at the counter';
const root = '/api/operator';
let h: Harness;
let http: HttpHarness;
/** Three administrators. */
let ada: Visitor;
let bea: Visitor;
let cem: Visitor;
let addresses = 0;

before(async () => {
  h = await createHarness();
  http = await createHttpHarness(h);
  for (const name of ['ada', 'bea', 'cem']) {
    const email = `${name}@test.example`;
    await http.createOperator({ email, password, name, role: 'administrator' });
  }
  [ada, bea, cem] = [await signIn('ada'), await signIn('bea'), await signIn('cem')];
});
after(async () => {
  try {
    await assertProof(h);
  } finally {
    await http.close();
    await h.close();
  }
});

async function signIn(name: string, given = password, status = 200): Promise<Visitor> {
  addresses += 1;
  const visitor = new Visitor(http.app, `10.0.7.${addresses}`);
  const email = `${name}@test.example`;
  const answer = await visitor.postJson('/api/auth/sign-in/email', { email, password: given });
  assert.equal(answer.statusCode, status, answer.body);
  return visitor;
}

const person = (name: string, role = 'operator') => ({
  ...{ requestId: newTestUuid(), reason, name, email: `${name}@test.example`, role },
});
const invite = (who: Visitor, body: object) => who.postJson(`${root}/team/invitations`, body);
const decide = (who: Visitor, approvalId: string) =>
  who.postJson(`${root}/approvals/${approvalId}/approve`, {});
async function invited(body: { readonly email: string; readonly days?: number }) {
  const asked = await invite(ada, body);
  assert.equal(asked.statusCode, 202, asked.body);
  const decided = (await decide(bea, asked.json().approvalId)).json();
  assert.equal(decided.state, 'done', JSON.stringify(decided));
  return halvesOf(body.email);
}
const seenBy = async (who: Visitor, email: string) => {
  const { rows } = invitationsSchema.parse((await who.get(`${root}/team/invitations`)).json());
  const row = rows.find((each) => each.email === email);
  assert.ok(row);
  return row;
};
async function halvesOf(email: string) {
  const [ofAda, ofBea] = [await seenBy(ada, email), await seenBy(bea, email)];
  const token = new URL(ofAda.link ?? '').hash.slice(1);
  return { token, code: ofBea.code ?? '', invitationId: ofAda.invitationId };
}
const stranger = () => {
  addresses += 1;
  return new Visitor(http.app, `10.0.8.${addresses}`);
};
const join = (body: object) => stranger().postJson('/api/invitations/join', body);
const look = (token: string) => stranger().postJson('/api/invitations/look', { token });
const memberOf = async (name: string): Promise<TeamRow | undefined> =>
  teamSchema.parse((await ada.get(`${root}/team`)).json()).rows.find((row) => row.name === name);

test('somebody is invited by two people and joins with the halves of both, once', async () => {
  const asked = await invite(ada, person('nia'));
  const { approvalId } = asked.json();
  assert.equal((await decide(ada, approvalId)).statusCode, 403, 'asked for it');
  assert.equal((await decide(bea, approvalId)).json().state, 'done');
  const [ofAda, ofBea, ofCem] = await Promise.all(
    [ada, bea, cem].map((who) => seenBy(who, 'nia@test.example')),
  );
  assert.deepEqual([ofAda?.code, ofBea?.link, ofCem?.code, ofCem?.link], [null, null, null, null]);
  const { token, code } = await halvesOf('nia@test.example');
  assert.match(code, /^\d{4} \d{4}$/);
  const shown = (await look(token)).json();
  assert.deepEqual([shown.name, shown.role, shown.isAgain], ['nia', 'operator', false]);

  const wrong = await join({ token, code: '0000 0000', password });
  assert.equal(wrong.json().code, 'wrongCode');
  assert.equal((await join({ token, code, password: 'short' })).statusCode, 400);
  await signIn('nia', password, 401);
  const both = await Promise.all([1, 2].map(() => join({ token, code, password })));
  assert.deepEqual(both.map(({ statusCode }) => statusCode).sort(), [200, 409]);
  const nia = await signIn('nia');
  assert.equal((await nia.get(`${root}/me`)).json().role, 'operator');
  for (const late of [await look(token), await join({ token, code, password })]) {
    assert.equal(late.json().code, 'invitationUsed');
  }
  assert.equal((await seenBy(ada, 'nia@test.example')).state, 'joined');
  const { rows } = auditLogPageSchema.parse((await ada.get(`${root}/acts?about=people`)).json());
  const acts = rows.filter(({ subject }) => subject === 'nia@test.example');
  assert.deepEqual(
    acts.map(({ act, by }) => `${by} ${act}`),
    ['nia operatorJoined', 'ada operatorInvited'],
  );
});

test('a link that is late, withdrawn, cut short or guessed at opens nothing, and says why', async () => {
  const { token, code, invitationId } = await invited(person('late'));
  assert.equal((await invite(ada, person('late'))).json().code, 'alreadyInvited');
  assert.equal((await look(token.slice(0, -2))).json().code, 'unknownInvitation');
  const tries: string[] = [];
  for (let i = 0; i < 4; i += 1) {
    const wrong = i === 1 ? '１１１１１１１１' : `1111 111${i}`;
    tries.push((await join({ token, code: wrong, password })).json().code);
  }
  assert.deepEqual(tries, ['wrongCode', 'wrongCode', 'wrongCode', 'tooManyTries']);
  assert.equal((await join({ token, code, password })).json().code, 'tooManyTries');
  const over = sql`UPDATE prewatt.operator_invitations SET expires_at = now() - interval '1 minute'
    WHERE email = 'late@test.example'`;
  await over.execute(h.owner.directories);
  assert.equal((await join({ token, code, password })).json().code, 'invitationOver');
  const withdraw = () => cem.postJson(`${root}/team/invitations/${invitationId}/withdraw`, {});
  assert.equal((await withdraw()).statusCode, 200);
  assert.equal((await withdraw()).statusCode, 200, 'again');
  assert.equal((await look(token)).json().code, 'invitationWithdrawn');
  const taken = await invite(ada, { ...person('other'), email: 'cem@test.example' });
  assert.equal(taken.json().code, 'emailTaken');
  const nia = await signIn('nia');
  assert.equal((await invite(nia, person('friend'))).statusCode, 403);
});

test('an auditor is invited for so many days, and stays an auditor', async () => {
  const body = person('aud', 'auditor');
  assert.equal((await invite(ada, body)).statusCode, 400, 'without days');
  assert.equal((await invite(ada, { ...person('aud'), days: 7 })).statusCode, 400, 'no auditor');
  const { token, code } = await invited({ ...body, days: 7 });
  assert.equal((await join({ token, code, password })).statusCode, 200);
  const auditor = await signIn('aud');
  assert.equal((await auditor.get(`${root}/acts`)).statusCode, 200);
  assert.equal((await invite(auditor, person('friend'))).statusCode, 403);
  const member = await memberOf('aud');
  const days = (Date.parse(member?.endsAt ?? '') - Date.now()) / 86_400_000;
  assert.ok(days > 6.9 && days <= 7, String(days));
  const asked = { requestId: newTestUuid(), reason, role: 'administrator' };
  const changed = await ada.postJson(`${root}/team/${member?.operatorId}/role`, asked);
  assert.equal(changed.json().code, 'auditor');
});

test('the server alone can neither make an operator nor change a role or the end of an invitation', async () => {
  const { token } = await invited(person('forged', 'viewer'));
  const [row] = await h.owner.directories
    .selectFrom('operator_invitations')
    .selectAll()
    .where('email', '=', 'forged@test.example')
    .execute();
  assert.ok(row);
  const app = (statement: ReturnType<typeof sql>) =>
    h.database.inUtility(h.utilityId, (tx) => statement.execute(tx));
  for (const statement of [
    sql`INSERT INTO prewatt.operators SELECT gen_random_uuid(), utility_id, 'x', 'x', 'administrator',
      now() FROM prewatt.operators LIMIT 1`,
    sql`UPDATE prewatt.operators SET role = 'administrator'`,
    sql`UPDATE prewatt.operator_invitations SET expires_at = now() + interval '1 year'`,
    sql`UPDATE prewatt.operator_invitations SET role = 'administrator'`,
    sql`UPDATE prewatt.operator_invitations SET joined_at = NULL`,
  ]) {
    await assert.rejects(app(statement), /permission denied/);
  }
  // An invitation that says another role than was allowed is written, and makes nobody.
  const copy = newTestUuid();
  await app(sql`UPDATE prewatt.operator_invitations SET withdrawn_at = now(),
    withdrawn_by = requested_by WHERE id = ${row.id}::uuid`);
  await assert.rejects(
    app(sql`INSERT INTO prewatt.operator_invitations (id, utility_id, name, email, role,
      approval_id, requested_by, approved_by, at) VALUES (${copy}::uuid, ${row.utility_id}::uuid,
      'forged', 'forged@test.example', 'administrator', ${row.approval_id}::uuid,
      ${row.requested_by}::uuid, ${row.approved_by}::uuid, now())`),
    /duplicate key/,
  );
  const joined = app(sql`SELECT prewatt.join_team(${row.id}::uuid, 'nobody', now()) AS who`);
  assert.deepEqual((await joined).rows, [{ who: null }]);
  assert.equal((await look(token)).json().code, 'invitationWithdrawn');
});

test('a role is changed by two others, at once, and never so that nothing can be approved', async () => {
  const nia = await signIn('nia');
  const member = await memberOf('nia');
  const path = `${root}/team/${member?.operatorId}/role`;
  const body = { requestId: newTestUuid(), reason, role: 'administrator' };
  assert.equal((await nia.postJson(path, body)).statusCode, 403);
  const { approvalId } = (await ada.postJson(path, body)).json();
  const shown = (await bea.get(`${root}/approvals/${approvalId}`)).json();
  assert.match(JSON.stringify(shown.description.facts), /Administrator instead of Operator/);
  assert.equal((await nia.get(`${root}/me`)).json().role, 'operator');
  assert.equal((await decide(bea, approvalId)).json().state, 'done');
  assert.equal((await nia.get(`${root}/me`)).json().role, 'administrator');
  const same = await ada.postJson(path, { ...body, requestId: newTestUuid() });
  assert.equal(same.json().code, 'roleUnchanged');

  const down = { requestId: newTestUuid(), reason, role: 'viewer' };
  const taken = (await ada.postJson(path, down)).json();
  assert.equal((await decide(nia, taken.approvalId)).json().code, 'tookPart');
  assert.equal((await decide(bea, taken.approvalId)).json().state, 'done');
  for (const [name, code] of [
    ['cem', undefined],
    ['bea', 'fewAdministrators'],
  ] as const) {
    const each = await memberOf(name);
    const of = { requestId: newTestUuid(), reason, role: 'viewer' };
    const asked = await ada.postJson(`${root}/team/${each?.operatorId}/role`, of);
    assert.equal(asked.json().code, code, asked.body);
    if (code === undefined) {
      assert.equal((await decide(bea, asked.json().approvalId)).json().state, 'done');
    }
  }
  assert.equal((await cem.get(`${root}/team`)).statusCode, 403);
});

test('whoever lost password and phone chooses another password by the same two halves', async () => {
  const nia = await signIn('nia');
  const enabled = await nia.postJson('/api/auth/two-factor/enable', { password });
  const secret = new URL(enabled.json().totpURI).searchParams.get('secret') ?? '';
  const turnedOn = { code: totpCode(secret, Date.now()) };
  assert.equal((await nia.postJson('/api/auth/two-factor/verify-totp', turnedOn)).statusCode, 200);
  const member = await memberOf('nia');
  const body = { requestId: newTestUuid(), reason: 'her phone was stolen' };
  const asked = await ada.postJson(`${root}/team/${member?.operatorId}/invite`, body);
  assert.equal(asked.statusCode, 202, asked.body);
  assert.equal((await decide(bea, asked.json().approvalId)).json().state, 'done');
  const { token, code } = await halvesOf('nia@test.example');
  assert.equal((await look(token)).json().isAgain, true);
  const next = 'another horse battery';
  assert.equal((await join({ token, code, password: next })).statusCode, 200);
  assert.equal((await nia.get(`${root}/me`)).statusCode, 401, 'sessions have ended');
  await signIn('nia', password, 401);
  const again = await signIn('nia', next);
  assert.equal((await again.get(`${root}/me`)).json().role, 'viewer', 'the role stays');
});
