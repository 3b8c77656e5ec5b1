// How meters of a utility prove who they are, as one list: what ends, what failed, what was never
// renewed; what of it stands on the attention list and leaves it; the file of it.

import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { after, before, test } from 'node:test';
import { identityPageSchema, meterAlertPageSchema, settingAnswerSchema } from '@prewatt/api';
import { expectOk, idFromUuid } from '@prewatt/quantities';
import { makeRequest } from './certificate-requests.ts';
import { createHarness, type Harness, meterDefaults, newTestUuid } from './harness.ts';
import { createHttpHarness, type HttpHarness, Visitor } from './http-harness.ts';

const dayMs = 86_400_000;
const hourMs = 3_600_000;
const password = 'a long enough password';
type Home = Awaited<ReturnType<Harness['addConnection']>>;

let h: Harness;
let http: HttpHarness;
let ada: Visitor;
let vera: Visitor;
/** With certificates, with a secret that was rotated, with its factory's, and without a link. */
let homes: { certified: Home; rotated: Home; fresh: Home; without: Home };
before(async () => {
  h = await createHarness();
  http = await createHttpHarness(h);
  const visitorOf = async (role: 'administrator' | 'viewer') => {
    const email = `${role}@test.example`;
    await http.createOperator({ email, password, role });
    const visitor = new Visitor(http.app);
    await visitor.postJson('/api/auth/sign-in/email', { email, password });
    return visitor;
  };
  ada = await visitorOf('administrator');
  vera = await visitorOf('viewer');
  const [certified, rotated, fresh, without] = [
    await h.addConnection(),
    await h.addConnection(),
    await h.addConnection(),
    await h.addConnection({ meter: { ...meterDefaults, mqttSecret: null as unknown as string } }),
  ];
  homes = { certified, rotated, fresh, without };
});
after(async () => {
  await http.close();
  await h.close();
});

const list = async (query = '', who = ada) => {
  const answer = await who.get(`/api/operator/meter-identities${query}`, 'application/json');
  assert.equal(answer.statusCode, 200, answer.body);
  return identityPageSchema.parse(answer.json());
};
const metersOf = async (show: string) => (await list(`?show=${show}`)).rows.map((r) => r.meterPan);
const rowOf = async ({ meterPan }: Home) => {
  const [row] = (await list(`?search=${meterPan}`)).rows;
  assert.ok(row !== undefined, 'the meter is listed');
  return row;
};
const alertsOf = async ({ meterPan }: Home) => {
  const answer = await ada.get('/api/operator/meter-alerts', 'application/json');
  const { rows } = meterAlertPageSchema.parse(answer.json());
  return rows.filter((row) => row.meterPan === meterPan && row.kind === 'identity');
};
const asked = ({ meterPan, ...place }: Home) => ({
  place,
  meterPan,
  by: { name: 'Ada', role: 'administrator' as const },
  requestId: newTestUuid(),
  reason: 'A test asks for it',
});
const fingerprintOf = (pem: string): Buffer =>
  Buffer.from(new X509Certificate(pem).fingerprint256.replaceAll(':', ''), 'hex');

/** A certificate of the meter's own request, of which `use` makes the first use. */
async function certify(home: Home) {
  const { csrPem } = await makeRequest(home.meterPan);
  const wish = { ...asked(home), csrPem, isClaim: false };
  const made = expectOk(
    await h.database.inUtility(h.utilityId, (tx) => h.services.certifying.certify(tx, wish)),
    'certificate',
  );
  const fingerprint = fingerprintOf(made.certificatePem);
  return { ...made, use: () => h.services.certifying.used(home, fingerprint) };
}
const rotate = async (home: Home) =>
  expectOk(
    await h.database.inUtility(h.utilityId, (tx) =>
      h.services.provisioning.rotate(tx, asked(home)),
    ),
    'rotation',
  );
const lookAgain = async (): Promise<void> => {
  h.clock.nowMs += hourMs;
  await h.services.upkeep();
};
const commandOf = async (home: Home) => {
  const { id } = await h.database.inUtility(h.utilityId, (tx) =>
    tx
      .selectFrom('commands')
      .select('id')
      .where('meter_id', '=', home.meterId)
      .orderBy('queued_at', 'desc')
      .orderBy('id', 'desc')
      .executeTakeFirstOrThrow(),
  );
  return idFromUuid('command', id);
};

test('each meter with a link is listed, with what it proves itself with and since when', async () => {
  const made = await certify(homes.certified);
  assert.deepEqual((await rowOf(homes.certified)).renewal?.state, 'waiting');
  assert.deepEqual(await metersOf('waiting'), [homes.certified.meterPan]);
  await made.use();
  await rotate(homes.rotated);
  assert.equal((await rowOf(homes.rotated)).renewal?.state, 'waiting');
  await h.services.provisioning.nextUsed(homes.rotated);
  const facts = async (home: Home) => {
    const { kind, since, isOfFactory, serial, ends, renewal } = await rowOf(home);
    return [kind, since, isOfFactory, serial, ends, renewal];
  };
  const now = new Date(h.clock.nowMs).toISOString();
  assert.deepEqual(await facts(homes.certified), [
    ...['certificate', now, false, made.serial],
    ...['later', null],
  ]);
  assert.deepEqual(await facts(homes.rotated), ['secret', now, false, null, 'later', null]);
  assert.deepEqual(await facts(homes.fresh), ['secret', null, true, null, 'later', null]);
  const all = await metersOf('all');
  assert.equal(all[0], homes.certified.meterPan, 'what ends first comes first');
  assert.ok(!all.includes(homes.without.meterPan));
  assert.deepEqual(
    new Set(await metersOf('neverRenewed')),
    new Set([h.meterPan, homes.fresh.meterPan]),
  );
  assert.deepEqual((await list('', vera)).counts, { ending: 0, ended: 0, failed: 0 });
  const unknown = await ada.get('/api/operator/meter-identities?show=x', 'application/json');
  assert.equal(unknown.statusCode, 400);
});

test('a long list comes in pages, each row once', async () => {
  for (let i = 0; i < 52; i += 1) await h.addConnection();
  const first = await list('?show=neverRenewed');
  assert.equal(first.rows.length, 50);
  const second = await list(`?show=neverRenewed&cursor=${first.nextCursor}`);
  assert.equal(second.nextCursor, null);
  const pans = [...first.rows, ...second.rows].map((row) => row.meterPan);
  assert.deepEqual([pans.length, new Set(pans).size], [54, 54]);
  const afterTheCertified = await list('');
  assert.equal(
    (await list(`?cursor=${afterTheCertified.nextCursor}`)).rows.length + 50,
    56,
    'behind one that ends and those that never do',
  );
});

test('a certificate that nears its end unrenewed stands on the attention list, once', async () => {
  const { validUntil } = await rowOf(homes.certified);
  const endMs = Date.parse(validUntil ?? '');
  h.clock.nowMs = endMs - 31 * dayMs;
  await lookAgain();
  assert.deepEqual(await alertsOf(homes.certified), []);
  h.clock.nowMs = endMs - 29 * dayMs;
  for (let i = 0; i < 2; i += 1) await lookAgain();
  const [alert, ...more] = await alertsOf(homes.certified);
  assert.equal(more.length, 0);
  assert.match(alert?.what ?? '', /ends on \d{4}-\d\d-\d\d and the meter has not renewed it/);
  assert.deepEqual(await metersOf('ending'), [homes.certified.meterPan]);
  assert.equal((await list()).counts.ending, 1);
  const overview = (await ada.get('/api/operator/overview', 'application/json')).json();
  assert.ok(overview.attention >= 1);
  // Seen, it leaves the list; its end is another matter.
  const seen = `/api/operator/meter-alerts/${alert?.alertId}/acknowledge`;
  assert.equal((await ada.postJson(seen, { reason: 'Somebody goes there' })).statusCode, 200);
  await lookAgain();
  assert.deepEqual(await alertsOf(homes.certified), []);
  h.clock.nowMs = endMs + 1;
  await lookAgain();
  const words = (await alertsOf(homes.certified)).map(({ what }) => what);
  assert.equal(words.length, 1);
  assert.match(words[0] ?? '', /ended on .* opens no session/);
  assert.deepEqual(await metersOf('ended'), [homes.certified.meterPan]);
  // Paired with another one at the home it is off both.
  await (await certify(homes.certified)).use();
  await lookAgain();
  assert.deepEqual(await alertsOf(homes.certified), []);
  assert.deepEqual((await list()).counts, { ending: 0, ended: 0, failed: 0 });
});

test('how near counts is an administrator’s to say, on record', async () => {
  const path = '/api/operator/identity-warning';
  const body = { requestId: 'warning-1', days: 60, reason: 'Our technicians need two months' };
  assert.equal((await vera.postJson(path, body)).statusCode, 403);
  for (const days of [0, 366, 1.5]) {
    assert.equal((await ada.postJson(path, { ...body, days })).statusCode, 400);
  }
  for (let i = 0; i < 2; i += 1) {
    const answer = await ada.postJson(path, body);
    assert.equal(answer.statusCode, 200, answer.body);
    const { days, history } = settingAnswerSchema('identityWarnDays').parse(answer.json());
    assert.deepEqual(
      [days, history.map(({ before, after, by }) => [before, after, by])],
      [60, [['30', '60', 'An operator']]],
    );
  }
  const silence = { requestId: 'warning-1', hours: 60, reason: body.reason };
  const codes = [];
  for (const [where, other] of [
    [path, { ...body, days: 61 }],
    [path, { ...body, requestId: 'warning-2' }],
    ['/api/operator/silence', silence],
  ] as const) {
    codes.push((await ada.postJson(where, other)).json().code);
  }
  assert.deepEqual(codes, ['requestIdReused', 'unchanged', 'requestIdReused']);
  const { validUntil } = await rowOf(homes.certified);
  h.clock.nowMs = Date.parse(validUntil ?? '') - 50 * dayMs;
  await lookAgain();
  assert.equal((await alertsOf(homes.certified)).length, 1);
  const page = await list('?show=ending');
  assert.deepEqual([page.warnDays, page.rows.length], [60, 1]);
});

test('a renewal that the meter refused or never answered stands there until it goes through', async () => {
  await rotate(homes.rotated);
  await lookAgain();
  assert.deepEqual(await alertsOf(homes.rotated), [], 'it is under way');
  await h.fromMeter(homes.rotated.meterPan, {
    kind: 'commandResult',
    sequence: 1,
    commandId: await commandOf(homes.rotated),
    completedAtMs: h.clock.nowMs,
    result: { kind: 'refused', reason: 'unsupported' },
  });
  await lookAgain();
  assert.equal((await rowOf(homes.rotated)).renewal?.state, 'refused');
  assert.equal((await alertsOf(homes.rotated)).length, 1);
  // Asked again, it is not failed any more; never answered, it is.
  await rotate(homes.rotated);
  await lookAgain();
  assert.deepEqual(await alertsOf(homes.rotated), []);
  h.clock.nowMs += 31 * dayMs;
  await h.services.upkeep();
  await lookAgain();
  assert.equal((await rowOf(homes.rotated)).renewal?.state, 'unanswered');
  assert.deepEqual(await metersOf('failed'), [homes.rotated.meterPan]);
  assert.equal((await alertsOf(homes.rotated)).length, 1);
  await h.services.provisioning.nextUsed(homes.rotated);
  await lookAgain();
  assert.deepEqual([await alertsOf(homes.rotated), await metersOf('failed')], [[], []]);
});

test('a certificate that its meter asked for and does not use within a day has failed', async () => {
  const home = homes.fresh;
  const { csrPem } = await makeRequest(null);
  await h.services.certifying.linkSaid(home.meterPan, { kind: 'certificateRequest', csrPem });
  await lookAgain();
  assert.deepEqual(await alertsOf(home), []);
  h.clock.nowMs += dayMs;
  await lookAgain();
  assert.equal((await rowOf(home)).renewal?.state, 'unused');
  assert.equal((await alertsOf(home)).length, 1);
  const revoked = await h.database.inUtility(h.utilityId, (tx) =>
    h.services.provisioning.revoke(tx, asked(home)),
  );
  expectOk(revoked, 'revocation');
  await lookAgain();
  assert.deepEqual(await alertsOf(home), []);
  const { revokedAt, renewal } = await rowOf(home);
  assert.deepEqual([revokedAt !== null, renewal], [true, null]);
  assert.deepEqual(await metersOf('revoked'), [home.meterPan]);
});

test('the list goes out as a file, without anything secret; a viewer reads pages', async () => {
  const path = '/api/operator/exports/meterIdentities';
  assert.equal((await vera.get(path, 'text/csv')).statusCode, 403);
  const { body } = await ada.get(path, 'text/csv');
  const [head = '', ...lines] = body.trim().split('\r\n');
  assert.match(head, /^meter_id,.*,proves_itself_with,since,serial,.*,time_zone$/);
  assert.equal(lines.length, 56);
  const { serial } = await rowOf(homes.certified);
  const line = lines.find((each) => each.includes(homes.certified.meterPan)) ?? '';
  assert.ok(line.includes(`,certificate,`) && line.includes(serial ?? 'none'));
  assert.ok(!lines.some((each) => each.includes(homes.without.meterPan)));
  const [last] = (lines.at(-2) ?? '').split(',');
  const rest = (await ada.get(`${path}?after=${last}`, 'text/csv')).body.trim();
  assert.equal(rest, lines.at(-1));
});
