// A second factor at the operators' door: a code is good once, however quickly it is used again.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { operatorMeSchema, whoMay } from '@prewatt/api';
import { createHarness, type Harness } from './harness.ts';
import { createHttpHarness, type HttpHarness, Visitor } from './http-harness.ts';
import { totpCode } from './totp.ts';

const email = 'ada@test.example';
const password = 'a password that is long enough';
const me = '/api/operator/me';
let h: Harness;
let http: HttpHarness;
before(async () => {
  h = await createHarness();
  http = await createHttpHarness(h);
  await http.createOperator({ email, password, role: 'administrator' });
});
after(async () => {
  await http.close();
  await h.close();
});

async function withPassword(address: string): Promise<Visitor> {
  const visitor = new Visitor(http.app, address);
  const answer = await visitor.postJson('/api/auth/sign-in/email', { email, password });
  assert.equal(answer.statusCode, 200);
  return visitor;
}
const verify = (visitor: Visitor, code: string) =>
  visitor.postJson('/api/auth/two-factor/verify-totp', { code });

test('a code of the second factor or for a lost phone signs in once, and whoever saw it typed gets nothing', async () => {
  const ada = await withPassword('10.0.0.1');
  const enabled = await ada.postJson('/api/auth/two-factor/enable', { password });
  const secret = new URL(enabled.json().totpURI).searchParams.get('secret') ?? '';
  const nowMs = Date.now();
  assert.equal((await verify(ada, totpCode(secret, nowMs))).statusCode, 200);

  const later = totpCode(secret, nowMs + 30_000);
  const [first, seen] = [await withPassword('10.0.0.2'), await withPassword('10.0.0.3')];
  const answers = await Promise.all([verify(first, later), verify(seen, later)]);
  assert.deepEqual(answers.map(({ statusCode }) => statusCode).sort(), [200, 401]);
  const inside = await Promise.all([first, seen].map((visitor) => visitor.get(me)));
  assert.deepEqual(inside.map(({ statusCode }) => statusCode).sort(), [200, 401]);

  const [backupCode] = enabled.json().backupCodes;
  const withBackupCode = (visitor: Visitor, code: string) =>
    visitor.postJson('/api/auth/two-factor/verify-backup-code', { code });
  const lost = await withPassword('10.0.0.4');
  assert.equal((await withBackupCode(lost, 'aaaaa-aaaaa')).statusCode, 401);
  assert.equal((await withBackupCode(lost, backupCode)).statusCode, 200);
  assert.equal((await lost.get(me)).statusCode, 200);
  const again = await withPassword('10.0.0.5');
  assert.equal((await withBackupCode(again, backupCode)).statusCode, 401);
  assert.equal((await again.get(me)).statusCode, 401);
});

test('whoever finds a console open guesses its password no faster by the second factor than at sign-in', async () => {
  const bea = 'bea@test.example';
  await http.createOperator({ email: bea, password, role: 'operator' });
  const [open, other] = [new Visitor(http.app, '10.0.1.1'), new Visitor(http.app, '10.0.1.2')];
  for (const visitor of [open, other]) {
    const answer = await visitor.postJson('/api/auth/sign-in/email', { email: bea, password });
    assert.equal(answer.statusCode, 200);
  }
  const act = async (visitor: Visitor, what: string, given: string) =>
    (await visitor.postJson(`/api/auth/two-factor/${what}`, { password: given })).statusCode;
  const guesses: number[] = [];
  for (let i = 0; i < 6; i += 1) {
    guesses.push(await act(open, ['enable', 'disable', 'get-totp-uri'][i % 3] ?? '', `guess ${i}`));
  }
  assert.deepEqual(guesses, [400, 400, 400, 400, 400, 429]);
  assert.equal(await act(open, 'enable', password), 429, 'the right one waits, too');
  assert.equal(await act(other, 'enable', password), 200, 'from where they are known');
});

test('where it is required, a password alone changes nothing: each role that acts first turns it on', async () => {
  const strict = await createHttpHarness(h, { secondFactor: 'required' });
  try {
    const signedIn = async (name: string) => {
      const visitor = new Visitor(strict.app, `10.0.2.${name.length}`, { settles: false });
      const sent = { email: `${name}@test.example`, password };
      assert.equal((await visitor.postJson('/api/auth/sign-in/email', sent)).statusCode, 200);
      return visitor;
    };
    const roles = { cyn: 'operator', dana: 'administrator', ellen: 'viewer' } as const;
    for (const [name, role] of Object.entries(roles)) {
      await strict.createOperator({ email: `${name}@test.example`, password, role });
    }
    const needs = async (visitor: Visitor) =>
      operatorMeSchema.parse((await visitor.get(me)).json()).needsSecondFactor;
    assert.equal(await needs(await signedIn('ellen')), false, 'who only looks');

    const dana = await signedIn('dana');
    assert.equal(await needs(dana), true);
    const open: string[] = [];
    for (const { method, url } of strict.routes) {
      const access = whoMay.get(`${method} ${url}`);
      if (access !== 'acts' && access !== 'administers') continue;
      const path = url.replaceAll(/:\w+/g, 'x');
      const answer =
        method === 'GET' ? await dana.get(path) : await dana.postJson(path, { reason: 'x' });
      if (answer.statusCode !== 403 || answer.json().code !== 'secondFactorNeeded') open.push(url);
    }
    assert.deepEqual(open, []);
    assert.equal((await dana.get('/api/operator/meters')).statusCode, 200, 'reading goes on');

    const [cyn, stolen] = [await signedIn('cyn'), await signedIn('cyn')];
    const sale = async (visitor: Visitor) =>
      (await visitor.postJson('/api/operator/connections/x/grants', {})).json().code;
    const enabled = await cyn.postJson('/api/auth/two-factor/enable', { password });
    const secret = new URL(enabled.json().totpURI).searchParams.get('secret') ?? '';
    assert.equal(await needs(cyn), true, 'not before a code was right');
    assert.equal(await sale(cyn), 'secondFactorNeeded');
    assert.equal((await verify(cyn, totpCode(secret, Date.now()))).statusCode, 200);
    assert.equal(await needs(cyn), false);
    assert.notEqual(await sale(cyn), 'secondFactorNeeded');
    assert.equal((await stolen.get(me)).statusCode, 401, 'a session of the password alone is over');
    const off = await cyn.postJson('/api/auth/two-factor/disable', { password });
    assert.equal(off.statusCode, 200);
    assert.equal(await needs(cyn), true);
  } finally {
    await strict.close();
  }
});
