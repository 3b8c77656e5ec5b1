// What operators ask of meters over HTTP: commands, decisions about readings, the link. Roles, bad
// input, the same request again, and the other utility's connections.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { commandRowSchema, linkViewSchema, problemSchema, readingsViewSchema } from '@prewatt/api';
import { energyWh, idFromUuid } from '@prewatt/quantities';
import { createHarness, type Harness, newTestUuid, testUtility } from './harness.ts';
import { createHttpHarness, type HttpHarness, Visitor } from './http-harness.ts';

const password = 'a long enough password';
const reason = 'A test asks for it';
const asked = () => ({ requestId: newTestUuid(), reason });
const halfHour = 1_800_000;
let h: Harness;
let http: HttpHarness;
let root: string;
let visitors: Record<'stranger' | 'viewer' | 'operator' | 'administrator' | 'neighbour', Visitor>;

before(async () => {
  h = await createHarness();
  await h.services.upkeep();
  http = await createHttpHarness(h);
  root = `/api/operator/connections/${idFromUuid('connection', h.place.connectionId)}`;
  const utilityId = await h.onboarding.createUtility({ ...testUtility, name: 'Other Utility' });
  visitors = {
    stranger: new Visitor(http.app),
    viewer: await signedIn('viewer'),
    operator: await signedIn('operator'),
    administrator: await signedIn('administrator'),
    neighbour: await signedIn('administrator', utilityId),
  };
});
after(async () => {
  await http.close();
  await h.close();
});

async function signedIn(role: 'administrator' | 'operator' | 'viewer', utilityId = h.utilityId) {
  const email = `${role}@${utilityId === h.utilityId ? 'test' : 'other'}.example`;
  await http.createOperator({ email, password, role, utilityId });
  const visitor = new Visitor(http.app);
  await visitor.postJson('/api/auth/sign-in/email', { email, password });
  return visitor;
}
const codeOf = (answer: { body: string; statusCode: number }) => {
  const problem = problemSchema.parse(JSON.parse(answer.body));
  assert.equal(problem.status, answer.statusCode);
  return [problem.status, problem.code];
};
/** Nobody but this utility's acting operators comes through, whatever is asked. */
async function assertGuarded(path: string, body: object): Promise<void> {
  const { stranger, viewer, neighbour } = visitors;
  assert.deepEqual(codeOf(await stranger.postJson(`${root}${path}`, body)), [401, 'signedOut']);
  assert.deepEqual(codeOf(await viewer.postJson(`${root}${path}`, body)), [403, 'forbidden']);
  assert.deepEqual(codeOf(await neighbour.postJson(`${root}${path}`, body)), [404, 'notFound']);
}
const badRequests = async (visitor: Visitor, path: string, bodies: readonly unknown[]) => {
  for (const body of bodies) {
    const answer = await visitor.postJson(`${root}${path}`, body);
    assert.deepEqual(codeOf(answer), [400, 'badRequest'], JSON.stringify(body));
  }
};

test('a command is sent once for a request id, by those who may', async () => {
  const { operator, administrator } = visitors;
  const body = { kind: 'setPowerLimit', limitW: 2_000, ...asked() };
  await assertGuarded('/commands', body);
  await badRequests(operator, '/commands', [
    {},
    'no json',
    { ...body, kind: 'explode' },
    { ...body, limitW: -1 },
    { ...body, requestId: 'short' },
    { ...body, reason: '   ' },
    { ...body, more: 1 },
    { kind: 'switchOpen', cause: 'operator' },
  ]);
  const answers = await Promise.all([
    operator.postJson(`${root}/commands`, body),
    operator.postJson(`${root}/commands`, body),
    operator.postJson(`${root}/commands`, body),
  ]);
  const rows = answers.map((answer) => commandRowSchema.parse(answer.json()));
  assert.deepEqual(
    answers.map(({ statusCode }) => statusCode),
    [202, 202, 202],
  );
  assert.equal(new Set(rows.map(({ commandId }) => commandId)).size, 1);
  assert.deepEqual([rows[0]?.requestedBy, rows[0]?.reason], ['An operator', reason]);
  const other = await operator.postJson(`${root}/commands`, { ...body, limitW: 3_000 });
  assert.deepEqual(codeOf(other), [409, 'requestIdReused']);
  const setting = { kind: 'setEmergencyCredit', presetEnergyWh: 1, automatic: true, ...asked() };
  assert.deepEqual(codeOf(await operator.postJson(`${root}/commands`, setting)), [
    403,
    'notAllowed',
  ]);
  assert.equal((await administrator.postJson(`${root}/commands`, setting)).statusCode, 202);
});

test('two wishes under one request id at the same moment: one stands, the other is refused', async () => {
  const { operator } = visitors;
  const same = asked();
  const answers = await Promise.all(
    [1_000, 2_000, 3_000].map((limitW) =>
      operator.postJson(`${root}/commands`, { kind: 'setPowerLimit', limitW, ...same }),
    ),
  );
  assert.deepEqual(answers.map(({ statusCode }) => statusCode).sort(), [202, 409, 409]);
});

test('a command is taken back once, and the same word again gets the first answer', async () => {
  const { operator, administrator, neighbour } = visitors;
  const sent = await operator.postJson(`${root}/commands`, { kind: 'switchArm', ...asked() });
  const { commandId } = commandRowSchema.parse(sent.json());
  const path = `/commands/${commandId}/cancel`;
  await assertGuarded(path, { reason });
  await badRequests(operator, path, [{}, { reason: 'no' }, { reason, commandId }]);
  const first = await operator.postJson(`${root}${path}`, { reason });
  assert.equal(commandRowSchema.parse(first.json()).stage, 'cancelled');
  const again = await operator.postJson(`${root}${path}`, { reason });
  assert.deepEqual([again.statusCode, again.json()], [200, first.json()]);
  const late = await administrator.postJson(`${root}${path}`, { reason: 'Another reason' });
  assert.deepEqual(codeOf(late), [409, 'commandEnded']);
  const unknown = `${root}/commands/${idFromUuid('command', newTestUuid())}/cancel`;
  assert.deepEqual(codeOf(await operator.postJson(unknown, { reason })), [404, 'unknownCommand']);
  const garbage = await operator.postJson(`${root}/commands/7/cancel`, { reason });
  assert.deepEqual(codeOf(garbage), [404, 'notFound']);
  const home = await h.addConnection();
  const elsewhere = `/api/operator/connections/${idFromUuid('connection', home.connectionId)}`;
  const wrong = await operator.postJson(`${elsewhere}${path}`, { reason });
  assert.deepEqual(codeOf(wrong), [404, 'unknownCommand']);
  assert.deepEqual(codeOf(await neighbour.get(`${root}/commands`)), [404, 'notFound']);
});

/** A day and a half of half-hours, of which one jumps and two are missing. */
async function reportBadDay(): Promise<number> {
  const midnight = Date.UTC(2026, 10, 22, 22);
  const entries = Array.from({ length: 60 }, (_, i) => i).flatMap((i) =>
    i === 40 || i === 41
      ? []
      : [
          {
            endsAtMs: midnight + i * halfHour,
            importEnergyWh: energyWh(50_000 + i * 250 + (i >= 30 ? 500_000 : 0)),
          },
        ],
  );
  await h.fromMeter(h.meterPan, { kind: 'profile', sequence: 1, entries });
  h.clock.nowMs += 60_000;
  await h.services.upkeep();
  return midnight;
}

test('readings are looked at by everybody and decided by those who act, once', async () => {
  const { stranger, viewer, operator, administrator, neighbour } = visitors;
  const midnight = await reportBadDay();
  assert.deepEqual(codeOf(await stranger.get(`${root}/readings`)), [401, 'signedOut']);
  assert.deepEqual(codeOf(await neighbour.get(`${root}/readings`)), [404, 'notFound']);
  for (const days of ['0', '367', 'x']) {
    assert.deepEqual(codeOf(await viewer.get(`${root}/readings?days=${days}`)), [
      400,
      'badRequest',
    ]);
  }
  const view = readingsViewSchema.parse((await viewer.get(`${root}/readings`)).json());
  assert.deepEqual(view.findings.map(({ finding }) => finding).sort(), ['gap', 'spike']);
  const readAt = new Date(midnight + 30 * halfHour).toISOString();
  const body = { readAt, finding: 'spike', decision: 'accepted', reason };
  await assertGuarded('/readings/decide', body);
  await badRequests(operator, '/readings/decide', [
    {},
    { ...body, readAt: 'yesterday' },
    { ...body, readAt: '2026-02-31T00:00:00Z' },
    { ...body, finding: 'feeling' },
    { ...body, decision: 'gone' },
    { ...body, reason: 'no' },
  ]);
  const nothing = await operator.postJson(`${root}/readings/decide`, { ...body, finding: 'reset' });
  assert.deepEqual(codeOf(nothing), [404, 'unknownFinding']);
  const answers = await Promise.all(
    [0, 1, 2].map(() => operator.postJson(`${root}/readings/decide`, body)),
  );
  assert.deepEqual(
    answers.map((answer) => [answer.statusCode, answer.json()]),
    Array.from({ length: 3 }, () => [200, { recorded: true }]),
  );
  const late = await administrator.postJson(`${root}/readings/decide`, {
    ...body,
    reason: 'Another reason',
  });
  assert.deepEqual(codeOf(late), [409, 'decidedOtherwise']);
});

test('energy is entered for a span that was estimated, and for no other', async () => {
  const { viewer, operator } = visitors;
  const view = readingsViewSchema.parse((await viewer.get(`${root}/readings`)).json());
  const [span] = view.estimates;
  assert.ok(span);
  const { startsAt, endsAt } = span;
  const body = { startsAt, endsAt, energyWh: '777', reason };
  await assertGuarded('/readings/edit', body);
  await badRequests(operator, '/readings/edit', [
    {},
    { ...body, energyWh: -1 },
    { ...body, energyWh: '1.5' },
    { ...body, energyWh: '1234567890123' },
    { ...body, endsAt: null },
  ]);
  const answers = await Promise.all(
    [0, 1, 2].map(() => operator.postJson(`${root}/readings/edit`, body)),
  );
  assert.deepEqual(
    answers.map(({ statusCode }) => statusCode),
    [200, 200, 200],
  );
  const swapped = { ...body, startsAt: endsAt, endsAt: startsAt };
  assert.deepEqual(codeOf(await operator.postJson(`${root}/readings/edit`, swapped)), [
    409,
    'spanNotEstimated',
  ]);
  const after = readingsViewSchema.parse((await viewer.get(`${root}/readings`)).json());
  const edited = after.estimates.filter(({ method }) => method === 'edited');
  assert.deepEqual(
    edited.map((row) => [row.startsAt, row.energyWh, row.madeBy, row.reason]),
    [[startsAt, '777', 'An operator', reason]],
  );
});

test('a link is turned, cut and paired by administrators, each request once', async () => {
  const { stranger, viewer, operator, administrator, neighbour } = visitors;
  assert.deepEqual(codeOf(await stranger.get(`${root}/link`)), [401, 'signedOut']);
  assert.deepEqual(codeOf(await neighbour.get(`${root}/link`)), [404, 'notFound']);
  const linkOf = async () => linkViewSchema.parse((await viewer.get(`${root}/link`)).json());
  const { meterPan, ...unseen } = await linkOf();
  assert.equal(meterPan.length, 18);
  assert.deepEqual(unseen, {
    kind: 'secret',
    up: null,
    lastSeenAt: null,
    since: null,
    revoked: false,
    rotating: false,
    history: [],
    certificates: [],
    refusals: [],
  });
  for (const path of ['/link/rotate', '/link/revoke', '/link/pair']) {
    const body = path === '/link/pair' ? { ...asked(), sha256Hex: 'ab'.repeat(32) } : asked();
    await assertGuarded(path, body);
    assert.deepEqual(codeOf(await operator.postJson(`${root}${path}`, body)), [403, 'forbidden']);
    await badRequests(administrator, path, [
      {},
      { ...body, reason: 'no' },
      { ...body, requestId: 'short' },
      { ...body, sha256Hex: 'AB'.repeat(32) },
    ]);
  }
  const rotate = asked();
  const rotated = await Promise.all(
    [0, 1, 2].map(() => administrator.postJson(`${root}/link/rotate`, rotate)),
  );
  assert.deepEqual(
    rotated.map((answer) => linkViewSchema.parse(answer.json()).rotating),
    [true, true, true],
  );
  const reused = await administrator.postJson(`${root}/link/revoke`, rotate);
  assert.deepEqual(codeOf(reused), [409, 'requestIdReused']);
  await administrator.postJson(`${root}/link/revoke`, asked());
  assert.equal((await linkOf()).revoked, true);
  const pair = { ...asked(), sha256Hex: 'ab'.repeat(32) };
  for (let i = 0; i < 2; i += 1) {
    const paired = await administrator.postJson(`${root}/link/pair`, pair);
    assert.equal(linkViewSchema.parse(paired.json()).revoked, false);
  }
  const other = await administrator.postJson(`${root}/link/pair`, {
    ...pair,
    sha256Hex: 'cd'.repeat(32),
  });
  assert.deepEqual(codeOf(other), [409, 'requestIdReused']);
  const { history } = await linkOf();
  assert.deepEqual(
    history.map(({ act, by }) => [act, by]),
    [
      ['paired', 'An operator'],
      ['revoked', 'An operator'],
      ['rotationAsked', 'An operator'],
    ],
  );
});
