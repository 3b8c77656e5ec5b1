// What comes back from the server: answers, refusals, wrong shapes, dead links, and the outcomes of
// signing in.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { connectionApi, consoleApi, importApi, saleApi } from '@prewatt/api';
import { nothingWaits } from '../text/attention.ts';
import { type Client, createClient } from './client.ts';
import {
  failureText,
  isSignedOut,
  isWorthRetrying,
  problemFailure,
  retries,
  waitText,
} from './failure.ts';
import { createSignInApi } from './sign-in.ts';

const overview = {
  now: '2026-11-24T12:00:00.000Z',
  meters: { total: 40, connected: 38, disconnected: 2, lowCredit: 3, silent: 1 },
  today: {
    sales: 1,
    amountMinor: '12050',
    energyWh: '45300',
    customers: 1,
    lightsMinor: '0',
    walletsMinor: '0',
    sold: { sales: 1, amountMinor: '12050', energyWh: '45300', customers: 1 },
  },
  attention: 0,
  attentionParts: nothingWaits,
};

type Sent = { path: string; init: RequestInit | undefined };

function answering(
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): { client: Client; sent: Sent[] } {
  const sent: Sent[] = [];
  const client = createClient(async (path, init) => {
    sent.push({ path: String(path), init });
    return new Response(typeof body === 'string' ? body : JSON.stringify(body), {
      status,
      headers,
    });
  });
  return { client, sent };
}

const problem = (status: number, detail: string) => ({
  type: 'about:blank',
  title: 'Refused',
  status,
  code: 'refused',
  detail,
});

describe('the client', () => {
  it('hands on an answer of the promised shape', async () => {
    const { client } = answering(200, overview);
    assert.deepEqual(await client.call(consoleApi.overview), { ok: true, value: overview });
  });
  it('turns another shape into a failure that names the field', async () => {
    const wrong = { ...overview, today: { ...overview.today, amountMinor: 120.5 } };
    const result = await answering(200, wrong).client.call(consoleApi.overview);
    assert.ok(!result.ok && result.error.kind === 'mismatch');
    assert.equal(result.error.path, '/api/operator/overview');
    assert.match(failureText(result.error), /today\.amountMinor/);
  });
  it('turns a page that is not JSON into a failure', async () => {
    const result = await answering(200, '<!doctype html>').client.call(consoleApi.overview);
    assert.ok(!result.ok && result.error.kind === 'mismatch');
  });
  it('shows the detail of a problem, and when to try again', async () => {
    const headers = { 'retry-after': '30' };
    const { client } = answering(429, problem(429, 'Too many readings were asked for.'), headers);
    const result = await client.call(saleApi.retry, { id: 'sale_1' });
    assert.ok(!result.ok);
    assert.equal(
      failureText(result.error),
      'Too many readings were asked for. Try again in 30 seconds.',
    );
  });
  it('has words for a refusal without a problem', async () => {
    const result = await answering(502, '<html>').client.call(consoleApi.overview);
    assert.ok(!result.ok);
    assert.match(failureText(result.error), /502/);
    assert.ok(isWorthRetrying(result.error));
  });
  it('says in its own words that an earlier try was recorded', () => {
    const failure = problemFailure({ ...problem(409, 'x'), code: 'requestIdReused' }, null);
    assert.match(failureText(failure), /earlier try/);
  });
  it('says of a till’s key what a person can do about it, and no header of a program', () => {
    const failure = problemFailure({ ...problem(401, 'Send a header'), code: 'keyRefused' }, null);
    assert.match(failureText(failure), /no key of a till/);
  });
  it('knows an ended session', async () => {
    const result = await answering(401, problem(401, 'Sign in.')).client.call(consoleApi.overview);
    assert.ok(!result.ok && isSignedOut(result.error) && !isWorthRetrying(result.error));
  });
  it('asks once more before a session counts as ended: another may have taken its place', () => {
    const signedOut = problemFailure(problem(401, 'Sign in.'), null);
    assert.deepEqual(
      [0, 1].map((failures) => retries(failures, signedOut)),
      [true, false],
    );
    const away = { kind: 'network' } as const;
    assert.deepEqual(
      [0, 1, 2].map((failures) => retries(failures, away)),
      [true, true, false],
    );
    assert.equal(retries(0, problemFailure(problem(409, 'x'), null)), false);
  });
  it('turns a dead link into a failure', async () => {
    const client = createClient(() => Promise.reject(new TypeError('fetch failed')));
    const result = await client.call(consoleApi.overview);
    assert.deepEqual(result, { ok: false, error: { kind: 'network' } });
  });
  it('posts JSON, an empty object when there is nothing to say', async () => {
    const { client, sent } = answering(200, {});
    await client.call(saleApi.retry, { id: 'sale_1' });
    await client.call(connectionApi.sendCommand, {
      id: 'connection_1',
      body: { kind: 'readNow' },
    });
    assert.deepEqual(
      sent.map(({ init }) => [init?.method, init?.body]),
      [
        ['POST', '{}'],
        ['POST', '{"kind":"readNow"}'],
      ],
    );
    assert.equal(sent[1]?.path, '/api/operator/connections/connection_1/commands');
  });
  it('posts a file as it is, its name in the query', async () => {
    const { client, sent } = answering(200, {});
    const query = { kind: 'connections', dryRun: true, fileName: 'a&b.csv' };
    const file = new Blob(['a,b']);
    await client.call(importApi.send, { query, file });
    assert.equal(
      sent[0]?.path,
      '/api/operator/imports?kind=connections&dryRun=true&fileName=a%26b.csv',
    );
    assert.equal(sent[0]?.init?.body, file);
    assert.equal(new Headers(sent[0]?.init?.headers).get('content-type'), 'text/csv');
  });
  it('rounds a wait up', () => {
    assert.equal(waitText(1), '1 second');
    assert.equal(waitText(89), '89 seconds');
    assert.equal(waitText(121), '3 minutes');
  });
});

describe('signing in', () => {
  const signIn = (status: number, body: unknown, headers?: Record<string, string>) =>
    createSignInApi(answering(status, body, headers).client);

  it('is done with the password alone when there is no second factor', async () => {
    const result = await signIn(200, { user: {} }).withPassword('a@b.c', 'x');
    assert.deepEqual(result, { ok: true, value: 'signedIn' });
  });
  it('asks for the code when the account has a second factor', async () => {
    const result = await signIn(200, { twoFactorRedirect: true }).withPassword('a@b.c', 'x');
    assert.deepEqual(result, { ok: true, value: 'codeNeeded' });
  });
  it('says that e-mail or password is wrong, not which', async () => {
    const answer = { code: 'INVALID_EMAIL_OR_PASSWORD', message: 'Invalid email or password' };
    const result = await signIn(401, answer).withPassword('a@b.c', 'x');
    assert.ok(!result.ok && result.error.startsWith('E-mail or password is wrong.'));
  });
  it('says when to try again after too many tries', async () => {
    const headers = { 'x-retry-after': '42' };
    const result = await signIn(429, { message: 'slow' }, headers).withPassword('a@b.c', 'x');
    assert.deepEqual(result, {
      ok: false,
      error: 'Too many tries to sign in. Try again in 42 seconds.',
    });
  });
  it('tells an address that the server does not know from an account that may not sign in', async () => {
    const origin = await signIn(403, { code: 'INVALID_ORIGIN' }).withPassword('a@b.c', 'x');
    const account = await signIn(403, { code: 'BANNED' }).withPassword('a@b.c', 'x');
    assert.ok(!origin.ok && origin.error.includes('public address'));
    assert.ok(!account.ok && account.error.includes('administrator'));
  });
  it('tells a wrong code from a sign-in that has expired', async () => {
    const wrong = await signIn(401, { code: 'INVALID_CODE' }).withCode('000000');
    const expired = await signIn(401, { code: 'INVALID_TWO_FACTOR_COOKIE' }).withCode('000000');
    assert.ok(!wrong.ok && !wrong.error.startOver);
    assert.ok(!expired.ok && expired.error.startOver);
  });
  it('does not blame the password when the server is down', async () => {
    const result = await signIn(503, problem(503, 'Starting.')).withPassword('a@b.c', 'x');
    assert.deepEqual(result, { ok: false, error: 'Starting.' });
  });
});
