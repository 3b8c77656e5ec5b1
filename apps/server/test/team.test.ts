// The page Team and one's own account: who signs in and how, sessions that end one by one or
// together, and a sign-in that an administrator ends.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { accountSchema, auditLogPageSchema, sessionPageSchema, teamSchema } from '@prewatt/api';
import { createHarness, type Harness } from './harness.ts';
import { createHttpHarness, type HttpHarness, Visitor } from './http-harness.ts';
import { totpCode } from './totp.ts';

const password = 'a password that is long enough';
let h: Harness;
let http: HttpHarness;
let nth = 10;

before(async () => {
  h = await createHarness();
  http = await createHttpHarness(h);
  await http.createOperator({ ...of('ada'), name: 'Ada', role: 'administrator' });
  await http.createOperator({ ...of('bea'), name: 'Bea', role: 'operator' });
});
after(async () => {
  await http.close();
  await h.close();
});

const of = (name: string) => ({ email: `${name}@test.example`, password });

async function signIn(name: string, status = 200): Promise<Visitor> {
  nth += 1;
  const visitor = new Visitor(http.app, `10.0.1.${nth}`);
  const answer = await visitor.postJson('/api/auth/sign-in/email', of(name));
  assert.equal(answer.statusCode, status, answer.body);
  await http.settled();
  return visitor;
}

const root = '/api/operator';
const isIn = async (visitor: Visitor): Promise<boolean> =>
  (await visitor.get(`${root}/me`)).statusCode === 200;
const accountOf = async (visitor: Visitor) =>
  accountSchema.parse((await visitor.get(`${root}/me/account`)).json());
const teamOf = async (visitor: Visitor) =>
  teamSchema.parse((await visitor.get(`${root}/team`)).json()).rows;
const actsOf = async (visitor: Visitor, about: string) =>
  auditLogPageSchema
    .parse((await visitor.get(`${root}/acts?about=${about}`)).json())
    .rows.map((row) => `${row.by} ${row.act} ${row.subject}`);

test('one ends another of one’s own sessions, then all others, and stays signed in', async () => {
  const [here, there, third] = [await signIn('bea'), await signIn('bea'), await signIn('bea')];
  const { sessions } = await accountOf(there);
  assert.equal(sessions.length, 3);
  assert.deepEqual(
    sessions.filter(({ isThis }) => isThis).map(({ address }) => address),
    [`10.0.1.${nth - 1}`],
  );
  const thirds = (await accountOf(third)).sessions.find(({ isThis }) => isThis);
  const end = (sessionId: string | null) => here.postJson(`${root}/me/sessions/end`, { sessionId });
  assert.equal((await end(thirds?.sessionId ?? '')).statusCode, 200);
  assert.deepEqual([await isIn(here), await isIn(there), await isIn(third)], [true, true, false]);
  assert.equal((await end(null)).statusCode, 200);
  assert.deepEqual([await isIn(here), await isIn(there)], [true, false]);
  const again = await accountOf(here);
  assert.deepEqual(
    again.sessions.map(({ isThis }) => isThis),
    [true],
  );
});

test('nobody ends a session of somebody else by its name', async () => {
  const [ada, bea] = [await signIn('ada'), await signIn('bea')];
  const [session] = (await accountOf(ada)).sessions;
  const sent = { sessionId: session?.sessionId ?? '' };
  assert.equal((await bea.postJson(`${root}/me/sessions/end`, sent)).statusCode, 200);
  assert.equal(await isIn(ada), true);
});

test('a second factor shows on the account and in the team, and stands in the audit log', async () => {
  const bea = await signIn('bea');
  assert.equal((await accountOf(bea)).secondFactor, false);
  const enabled = await bea.postJson('/api/auth/two-factor/enable', { password });
  const secret = new URL(enabled.json().totpURI).searchParams.get('secret') ?? '';
  const code = totpCode(secret, Date.now());
  assert.equal((await bea.postJson('/api/auth/two-factor/verify-totp', { code })).statusCode, 200);
  assert.equal((await accountOf(bea)).secondFactor, true);
  const ada = await signIn('ada');
  const beas = (await teamOf(ada)).find(({ name }) => name === 'Bea');
  assert.deepEqual([beas?.secondFactor, beas?.role, beas?.isMe], [true, 'operator', false]);
  assert.equal(beas?.lastSignIn?.address?.startsWith('10.0.1.'), true);
  const off = await bea.postJson('/api/auth/two-factor/disable', { password });
  assert.equal(off.statusCode, 200, off.body);
  await http.settled();
  const acts = await actsOf(ada, 'people');
  for (const act of ['secondFactorOn', 'secondFactorOff', 'sessionsEnded']) {
    assert.ok(acts.includes(`Bea ${act} bea@test.example`), act);
  }
});

test('an administrator ends one session of an operator, then the sign-in, once and for good', async () => {
  const [ada, first, second] = [await signIn('ada'), await signIn('bea'), await signIn('bea')];
  const beas = (await teamOf(ada)).find(({ name }) => name === 'Bea');
  const path = `${root}/team/${beas?.operatorId}`;
  const { rows } = sessionPageSchema.parse((await ada.get(`${path}/sessions`)).json());
  const own = (await accountOf(first)).sessions.find(({ isThis }) => isThis);
  assert.ok(rows.some(({ sessionId }) => sessionId === own?.sessionId));
  const sent = { sessionId: own?.sessionId ?? '' };
  assert.equal((await ada.postJson(`${path}/sessions/end`, sent)).statusCode, 200);
  assert.deepEqual([await isIn(first), await isIn(second)], [false, true]);

  const reason = 'has left us';
  assert.equal((await second.postJson(`${path}/end`, { reason })).statusCode, 403);
  assert.equal((await ada.postJson(`${path}/end`, { reason })).statusCode, 200);
  assert.equal((await ada.postJson(`${path}/end`, { reason })).statusCode, 200);
  assert.equal(await isIn(second), false);
  await signIn('bea', 401);
  const now = (await teamOf(ada)).find(({ name }) => name === 'Bea');
  assert.deepEqual([now?.opens, now?.sessions], [false, 0]);
  const ended = (await actsOf(ada, 'people')).filter((act) => act.includes('operatorEnded'));
  assert.deepEqual(ended, ['Ada operatorEnded bea@test.example']);
});

test('nobody ends their own sign-in here', async () => {
  const ada = await signIn('ada');
  const me = (await teamOf(ada)).find(({ isMe }) => isMe);
  const answer = await ada.postJson(`${root}/team/${me?.operatorId}/end`, { reason: 'leaving' });
  assert.equal(answer.statusCode, 409);
  assert.equal(answer.json().code, 'yourself');
  assert.equal(await isIn(ada), true);
});
