// Value does not come from one person: deposits, float limits, keys of tills, opening balances and
// refunds beyond what one may do alone wait for another one.

import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { controlLimitsAnswerSchema, importSchema, vendorDetailSchema } from '@prewatt/api';
import { idFromUuid } from '@prewatt/quantities';
import { sql } from 'kysely';
import {
  assertProof,
  createPeople,
  type People,
  refuseAsOld,
  reportCredited,
} from './correction-harness.ts';
import { createHarness, type Harness, meterPanOf, newTestUuid } from './harness.ts';
import { createHttpHarness, type HttpHarness } from './http-harness.ts';
import { runJobs } from './jobs.ts';
import { buyAndPay } from './purchases.ts';
import { createSmtpListener } from './smtp-listener.ts';
import { totpCode } from './totp.ts';
import { assertVendorBooks, createVendor, type TestVendor, vendorRow } from './vendor-harness.ts';

let smtp: Awaited<ReturnType<typeof createSmtpListener>>;
let h: Harness;
let http: HttpHarness;
let people: People;
let others: People;
let vendor: TestVendor;

before(async () => {
  smtp = await createSmtpListener();
  const mail = [
    {
      ...{ host: '127.0.0.1', port: smtp.port, security: 'none' as const, authority: null },
      ...{ user: 'prewatt', password: 'a secret', from: 'no-reply@u.test' },
    },
  ];
  h = await createHarness({ push: { mail } });
  http = await createHttpHarness(h);
  people = await createPeople(http);
  others = await createPeople(http, 'other ');
  vendor = await createVendor(h, 'Corner shop', { floatLimitMinor: 0n });
});
beforeEach((context) => {
  // Another day: what each did alone is forgotten. Emergencies have the database's own day.
  if (!context.name.startsWith('alone in an emergency')) h.clock.nowMs += 25 * 3_600_000;
});
after(async () => {
  try {
    await assertVendorBooks(h, vendor.vendorId);
    await assertProof(h);
  } finally {
    await http.close();
    await h.close();
    h.services.mail.close();
    await smtp.close();
  }
});

const vendorPath = () => `/api/operator/vendors/${idFromUuid('vendor', vendor.vendorId)}`;
const bring = (amountMinor: string, who = people.asker, requestId: string = newTestUuid()) =>
  who.postJson(`${vendorPath()}/deposits`, { requestId, amountMinor, reference: 'Slip 9' });
const approve = (approvalId: string, who = people.allower) =>
  who.postJson(`/api/operator/approvals/${approvalId}/approve`, {});
const floatOf = async () => (await vendorRow(h, vendor.vendorId)).float_minor;

test('a deposit of 999,999,999.99 by one person is no money until another one allows it', async () => {
  const before = await floatOf();
  const requestId = newTestUuid();
  const asked = await bring('99999999999', people.asker, requestId);
  assert.equal(asked.statusCode, 202, asked.body);
  const { approvalId } = asked.json();
  assert.equal(await floatOf(), before);
  assert.deepEqual((await bring('99999999999', people.asker, requestId)).json(), { approvalId });
  assert.equal((await bring('1', people.asker, requestId)).json().code, 'requestIdReused');
  const shown = await people.allower.get(`/api/operator/approvals/${approvalId}`);
  assert.match(JSON.stringify(shown.json().description.facts), /999.?999.?999\.99.*Slip 9/);
  assert.equal((await approve(approvalId, people.asker)).statusCode, 403);
  assert.equal((await approve(approvalId)).json().state, 'done');
  assert.equal(await floatOf(), before + 99_999_999_999n);
  const recorded = await bring('99999999999', people.asker, requestId);
  assert.deepEqual([recorded.statusCode, recorded.json().recordedBy], [200, 'asker']);
  assert.equal(await floatOf(), before + 99_999_999_999n, 'once');
});

test('a deposit that did not come is undone by two people, whole, once, within the float', async () => {
  const before = await floatOf();
  const brought = (await bring('700')).json();
  const path = `${vendorPath()}/deposits/${brought.vendorDepositId}/undo`;
  const wish = { requestId: newTestUuid(), reason: 'The cheque was not honoured.' };
  assert.equal((await people.viewer.postJson(path, wish)).statusCode, 403);
  const asked = await people.asker.postJson(path, wish);
  assert.equal(asked.statusCode, 202, asked.body);
  const { approvalId } = asked.json();
  assert.deepEqual((await people.asker.postJson(path, wish)).json(), { approvalId });
  assert.equal(await floatOf(), before + 700n, 'nothing moves before the second person');
  const shown = await people.allower.get(`/api/operator/approvals/${approvalId}`);
  assert.match(JSON.stringify(shown.json().description.facts), /7\.00.*Slip 9.*Float after it/);
  assert.equal((await approve(approvalId, people.asker)).statusCode, 403);
  assert.equal((await approve(approvalId)).json().state, 'done');
  assert.equal(await floatOf(), before);
  // It says by what it was decided, not that it could not be done once more.
  const decided = await people.allower.get(`/api/operator/approvals/${approvalId}`);
  assert.deepEqual(decided.json().description, shown.json().description);
  const other = { ...wish, requestId: newTestUuid() };
  assert.equal((await people.asker.postJson(path, other)).json().code, 'vendorDepositUndone');
  assert.deepEqual((await people.asker.postJson(path, wish)).json(), { approvalId });
  const { rows } = (await people.viewer.get(`${vendorPath()}/deposits`)).json();
  const { at: _, ...undone } = rows[0].undone;
  assert.deepEqual(undone, { reason: wish.reason, askedBy: 'asker', allowedBy: 'allower' });
  const statement = (await people.viewer.get(`${vendorPath()}/statement`)).json();
  const last = statement.rows.at(-1);
  assert.deepEqual([last.kind, last.amountMinor, last.reference], ['reversal', '-700', 'Slip 9']);
});

test('money that the vendor has sold for is not taken back: the float keeps to its limit', async () => {
  const lone = await createVendor(h, 'Lone shop', { floatLimitMinor: 0n });
  const path = `/api/operator/vendors/${idFromUuid('vendor', lone.vendorId)}/deposits`;
  const undo = async (vendorDepositId: string) =>
    people.asker.postJson(`${path}/${vendorDepositId}/undo`, {
      ...{ requestId: newTestUuid(), reason: 'The cheque was not honoured.' },
    });
  const money = { amountMinor: '6000', reference: 'Cheque 1', requestId: newTestUuid() };
  const { vendorDepositId } = (await people.asker.postJson(path, money)).json();
  const waiting = (await undo(vendorDepositId)).json();
  const order = { requestId: 'lone-sale-1', meterPan: h.meterPan, amountMinor: 5_000n };
  assert.ok((await h.services.vendors.selling.sell(lone.till, order)).ok);
  assert.equal((await undo(vendorDepositId)).json().code, 'floatBelowDeposit');
  const failed = await approve(waiting.approvalId);
  assert.equal(failed.json().state, 'failed', failed.body);
  await assertVendorBooks(h, lone.vendorId);
  assert.equal((await undo(idFromUuid('deposit', newTestUuid()))).json().code, 'unknownDeposit');
});

test('of many deposits at once only those within the day’s budget are recorded', async () => {
  const before = await floatOf();
  // One may bring 50,000.00 by itself, and 100,000.00 in 24 hours.
  const answers = await Promise.all(Array.from({ length: 6 }, () => bring('4000000')));
  const waiting = answers.filter(({ statusCode }) => statusCode === 202);
  assert.equal(waiting.length, 4);
  assert.equal(await floatOf(), before + 8_000_000n);
  assert.equal((await bring('4000000', others.asker)).statusCode, 200, 'another one has their own');
  const limits = await people.asker.get('/api/operator/control-limits');
  const { own } = controlLimitsAnswerSchema.parse(limits.json());
  assert.equal(own.valueMinor, '8000000');
  h.clock.nowMs += 25 * 3_600_000;
  assert.equal((await bring('4000000')).statusCode, 200);
});

test('a float limit and every rise wait; what takes from a vendor is done at once', async () => {
  const made = await people.allower.postJson('/api/operator/vendors', {
    ...{ requestId: 'a-new-shop', name: 'New shop', commissionBasisPoints: 100 },
    ...{ floatLimitMinor: '500000', tokensPerHour: 10, energyPerHourWh: '100000' },
  });
  const { vendorId, waitsFor, floatLimitMinor } = made.json();
  assert.equal(floatLimitMinor, '0');
  const path = `/api/operator/vendors/${vendorId}`;
  const now = async () =>
    vendorDetailSchema.parse((await people.viewer.get(path)).json()).floatLimitMinor;
  assert.equal((await approve(waitsFor, people.allower)).statusCode, 403, 'asked for it');
  assert.equal((await approve(waitsFor, others.allower)).json().state, 'done');
  assert.equal(await now(), '500000');
  const set = (settings: object) => people.allower.postJson(`${path}/settings`, settings);
  const rise = await set({ floatLimitMinor: '500001', commissionBasisPoints: 50 });
  assert.notEqual(rise.json().waitsFor, null);
  assert.equal(rise.json().commissionBasisPoints, 100, 'the whole change waits');
  for (const raised of [
    { commissionBasisPoints: 10_000 },
    { tokensPerHour: 11 },
    { energyPerHourWh: '100001' },
  ]) {
    assert.notEqual((await set(raised)).json().waitsFor, null, JSON.stringify(raised));
  }
  const lower = await set({ floatLimitMinor: '100', tokensPerHour: 5 });
  assert.deepEqual([lower.json().waitsFor, lower.json().floatLimitMinor], [null, '100']);
  assert.equal(await now(), '100');
});

test('a till’s key is made once another person allows it, and shown to who asked alone', async () => {
  const keys = `${vendorPath()}/keys`;
  const body = { requestId: newTestUuid(), label: 'Till 7' };
  const asked = await people.allower.postJson(keys, body);
  assert.equal(asked.statusCode, 202, asked.body);
  const { approvalId } = asked.json();
  const stolen = await others.allower.postJson(keys, body);
  assert.equal(stolen.json().code, 'keyOfAnother');
  assert.equal((await approve(approvalId, others.allower)).json().state, 'done');
  assert.equal((await others.allower.postJson(keys, body)).json().code, 'keyOfAnother');
  const mine = await people.allower.postJson(keys, body);
  assert.match(mine.json().key, /^pwv_/);
  const repeat = await people.allower.postJson(keys, body);
  assert.deepEqual([repeat.statusCode, repeat.json().code], [409, 'keyShownBefore']);
  assert.equal(JSON.stringify(repeat.json()).includes('pwv_'), false);
  const late = { requestId: newTestUuid(), label: 'Till 8' };
  const other = (await people.allower.postJson(keys, late)).json();
  assert.equal((await approve(other.approvalId, others.allower)).json().state, 'done');
  h.clock.nowMs += 25 * 3_600_000;
  assert.equal((await people.allower.postJson(keys, late)).json().code, 'keyNotCollected');
});

const file = (meterPan: string, amount: string) => `meter_number,amount\n${meterPan},${amount}\n`;
const sendFile = (text: string, who = people.allower) =>
  http.app.inject({
    method: 'POST',
    url: '/api/operator/imports?kind=openingBalances&dryRun=false&fileName=balances.csv',
    headers: { cookie: who.cookieHeader(), 'content-type': 'text/csv' },
    payload: text,
  });

test('opening balances beyond the limit wait, and go on once they are allowed', async () => {
  const [small, large, declined] = [
    await h.addConnection(),
    await h.addConnection(),
    await h.addConnection(),
  ];
  const first = importSchema.parse((await sendFile(file(small.meterPan, '100.00'))).json());
  assert.equal(first.state, 'queued');
  const sent = importSchema.parse((await sendFile(file(large.meterPan, '60000.00'))).json());
  assert.equal(sent.state, 'awaiting');
  await runJobs(h);
  const stateOf = async (id: string) =>
    importSchema.parse((await people.viewer.get(`/api/operator/imports/${id}`)).json());
  assert.deepEqual([(await stateOf(sent.importId)).rows.created, await waitingOnes()], [0, 1]);
  const [{ approvalId }] = await waiting();
  const shown = await others.allower.get(`/api/operator/approvals/${approvalId}`);
  assert.match(JSON.stringify(shown.json().description.facts), /60.?000\.00.*balances\.csv/);
  assert.equal((await approve(approvalId, others.allower)).json().state, 'done');
  await runJobs(h);
  const done = await stateOf(sent.importId);
  assert.deepEqual([done.state, done.rows.created], ['done', 1]);

  const again = importSchema.parse((await sendFile(file(declined.meterPan, '70000.00'))).json());
  const [{ approvalId: second }] = await waiting();
  const reason = 'nobody knows of this file';
  await others.allower.postJson(`/api/operator/approvals/${second}/decline`, { reason });
  assert.equal((await stateOf(again.importId)).state, 'cancelled');
  const resume = `/api/operator/imports/${again.importId}/resume`;
  assert.equal((await people.allower.postJson(resume, {})).json().state, 'awaiting');
  await runJobs(h);
  assert.equal((await stateOf(again.importId)).rows.created, 0);
});

type Row = { readonly approvalId: string };
const waiting = async (): Promise<[Row, ...Row[]]> =>
  (await others.allower.get('/api/operator/approvals?state=awaiting'))
    .json()
    .rows.filter(({ kind }: { kind: string }) => kind === 'openingBalances');
const waitingOnes = async () => (await waiting()).length;

const emergencies = '/api/operator/emergencies';
const password = 'correct horse battery';
const why = 'The shop has sold out on a holiday.';
const askRules = (body: object, who = people.allower) =>
  who.postJson(`${emergencies}/rules`, {
    ...{ requestId: newTestUuid(), reason: 'one on duty at night', roles: ['operator'] },
    ...{ kinds: ['vendorDeposit'], perDay: 2, ...body },
  });
const actAlone = (approvalId: string, body: object = {}, who = people.asker) =>
  who.postJson(`/api/operator/approvals/${approvalId}/alone`, { reason: why, password, ...body });
const codeOf = (answer: { statusCode: number; json: () => { code?: string } }) => [
  answer.statusCode,
  answer.json().code,
];
const bigDeposit = async (who = people.asker): Promise<string> =>
  (await bring('99999999999', who)).json().approvalId;

test('alone in an emergency: refused without a rule, another kind, role, person or password', async () => {
  const mine = await bigDeposit();
  const seen = async (who: typeof people.asker) =>
    (await who.get(`/api/operator/approvals/${mine}`)).json().mayActAlone;
  assert.deepEqual(codeOf(await actAlone(mine)), [403, 'notAlone'], 'no rule yet');
  assert.equal(await seen(people.asker), false);
  assert.deepEqual(codeOf(await askRules({}, people.asker)), [403, 'forbidden']);
  assert.deepEqual(codeOf(await askRules({ kinds: ['tillKey'] })), [400, 'badRequest']);
  const asked = await askRules({ kinds: ['vendorTerms'], roles: ['administrator'] });
  assert.equal(asked.statusCode, 202, asked.body);
  assert.equal((await approve(asked.json().approvalId)).statusCode, 403, 'asked for it');
  assert.equal((await approve(asked.json().approvalId, others.allower)).json().state, 'done');
  assert.deepEqual(codeOf(await actAlone(mine)), [403, 'notAlone'], 'another kind and role');
  const wider = (await askRules({})).json();
  assert.equal((await approve(wider.approvalId, others.allower)).json().state, 'done');
  assert.deepEqual(codeOf(await askRules({})), [409, 'rulesUnchanged']);
  assert.equal(await seen(people.asker), true);
  assert.equal(await seen(others.asker), false);
  const before = await floatOf();
  assert.deepEqual(codeOf(await actAlone(mine, {}, others.asker)), [403, 'notYoursAlone']);
  assert.deepEqual(codeOf(await actAlone(mine, {}, people.viewer)), [403, 'forbidden']);
  assert.deepEqual(codeOf(await actAlone(mine, { password: 'no' })), [422, 'wrongPassword']);
  assert.deepEqual(codeOf(await actAlone(mine, { reason: 'short' })), [400, 'badRequest']);
  const nobody = idFromUuid('approval', newTestUuid());
  assert.deepEqual(codeOf(await actAlone(nobody)), [404, 'unknownApproval']);
  assert.equal(await floatOf(), before);
  const withdrawn = { reason: 'it was only a try' };
  await people.asker.postJson(`/api/operator/approvals/${mine}/withdraw`, withdrawn);
  assert.deepEqual(codeOf(await actAlone(mine)), [409, 'alreadyDecided']);
});

test('alone in an emergency: done once, told to every administrator, bounded in a day, reviewed', async () => {
  const before = await floatOf();
  const [first, second, third] = [await bigDeposit(), await bigDeposit(), await bigDeposit()];
  const done = (await actAlone(first)).json();
  assert.deepEqual([done.state, done.alone, done.decidedBy], ['done', true, 'asker']);
  const { what, by, reason } = done.history.at(-1);
  assert.deepEqual({ what, by, reason }, { what: 'actedAlone', by: 'asker', reason: why });
  assert.equal(await floatOf(), before + 99_999_999_999n);
  assert.equal((await actAlone(first)).json().state, 'done', 'the same again does nothing');
  assert.equal(await floatOf(), before + 99_999_999_999n);

  await runJobs(h);
  const told = smtp.taken.filter(({ data }) => data.includes(first));
  const allowers = ['allower@test.example', 'otherallower@test.example'];
  assert.deepEqual(told.map(({ to }) => to).sort(), [...allowers, 'asker@test.example'].sort());
  assert.match(told[0]?.data ?? '', /asker did alone what takes two people.*deposits of vendors/);

  // Of two at once the last place of the day is one's.
  const rest = await Promise.all([actAlone(second), actAlone(third)]);
  assert.deepEqual(rest.map(({ statusCode }) => statusCode).sort(), [200, 409]);
  assert.equal(await floatOf(), before + 2n * 99_999_999_999n);
  const full = rest.find(({ statusCode }) => statusCode === 409);
  assert.equal(full?.json().code, 'emergenciesUsed');

  const list = async (who = people.allower) => (await who.get(emergencies)).json();
  const { acts, waiting: open, usedToday } = await list();
  assert.deepEqual([acts.length, open, usedToday], [2, 2, 2]);
  const act = acts.find((each: { approvalId: string }) => each.approvalId === first);
  assert.deepEqual(act.mailed, { wanted: 3, taken: 3 });
  const review = (who: typeof people.asker, body: object = {}) =>
    who.postJson(`${emergencies}/${first}/review`, {
      ...{ verdict: 'disputed', note: 'the slip does not exist', ...body },
    });
  assert.deepEqual(codeOf(await review(people.asker)), [403, 'forbidden']);
  assert.deepEqual(codeOf(await review(people.allower, { note: 'no' })), [400, 'badRequest']);
  assert.equal((await review(people.allower)).json().review.verdict, 'disputed');
  assert.equal((await review(people.allower)).statusCode, 200, 'the same again');
  const other = await review(others.allower, { verdict: 'confirmed' });
  assert.deepEqual(codeOf(other), [409, 'actReviewed']);
  assert.equal((await list()).waiting, 1);
});

test('alone in an emergency: an administrator reviews no act of their own, and a second factor is asked for', async () => {
  const rule = { roles: ['administrator'], kinds: ['vendorTerms', 'grantTokens'], perDay: 9 };
  const wanted = (await askRules(rule)).json();
  assert.equal((await approve(wanted.approvalId, others.allower)).json().state, 'done');
  const settings = { floatLimitMinor: '77777777' };
  const rise = await people.allower.postJson(`${vendorPath()}/settings`, settings);
  const { waitsFor } = rise.json();
  const enabled = await people.allower.postJson('/api/auth/two-factor/enable', { password });
  const secret = new URL(enabled.json().totpURI).searchParams.get('secret') ?? '';
  const nowMs = Date.now();
  const code = totpCode(secret, nowMs);
  const verified = await people.allower.postJson('/api/auth/two-factor/verify-totp', { code });
  assert.equal(verified.statusCode, 200, verified.body);
  const act = (body: object) => actAlone(waitsFor, body, people.allower);
  assert.deepEqual(codeOf(await act({})), [422, 'wrongCode'], 'none');
  assert.deepEqual(codeOf(await act({ code })), [422, 'wrongCode'], 'used at the door');
  const next = totpCode(secret, nowMs + 30_000);
  assert.equal((await act({ code: next })).json().state, 'done');
  const free = await people.allower.postJson('/api/operator/grants', {
    ...{ kind: 'freeCredit', requestId: newTestUuid(), reason: 'a night without power' },
    rows: [{ meterPan: h.meterPan, energyWh: '1000' }],
  });
  const { approvalId } = free.json();
  const later = totpCode(secret, nowMs - 30_000);
  const given = await actAlone(approvalId, { code: later }, people.allower);
  assert.equal(given.json().state, 'done', given.body);
  await runJobs(h);
  const review = { verdict: 'confirmed', note: 'I looked at it myself' };
  const own = await people.allower.postJson(`${emergencies}/${waitsFor}/review`, review);
  assert.deepEqual(codeOf(own), [403, 'ownAct']);
  const another = await others.allower.postJson(`${emergencies}/${waitsFor}/review`, review);
  assert.equal(another.json().review.by, 'other allower');
});

test('alone in an emergency: a cut for safety and the exchange of a meter are done, too', async () => {
  const rule = { roles: ['operator'], kinds: ['safetyCut', 'meterExchange'], perDay: 9 };
  const wanted = (await askRules(rule)).json();
  assert.equal((await approve(wanted.approvalId, others.allower)).json().state, 'done');
  const home = await h.addConnection();
  const path = `/api/operator/connections/${idFromUuid('connection', home.connectionId)}`;
  const exchange = {
    oldMeterPan: home.meterPan,
    meter: {
      ...{ meterPan: meterPanOf(70_001), encryptionAlgorithm: 'ea07', supplyGroupCode: '123456' },
      ...{ tariffIndex: '01', keyRevision: 1, secretSha256: null },
    },
    ...{ balance: { from: 'stated', energyWh: '0', creditedWh: null } },
    ...{ requestId: newTestUuid(), reason: 'The display of the old meter is broken.' },
  };
  const asked = await people.asker.postJson(`${path}/meter-exchange`, exchange);
  assert.equal(asked.statusCode, 202, asked.body);
  const done = await actAlone(asked.json().approvalId);
  assert.equal(done.json().state, 'done', done.body);
  const cut = () =>
    people.asker.postJson(`${path}/commands`, {
      ...{ kind: 'switchOpen', cause: 'safety', requestId: newTestUuid() },
      reason: 'The house burns and the fire brigade asks.',
    });
  // Some an hour are one person's own.
  let answer = await cut();
  for (let n = 0; n < 20 && answer.json().approvalId === undefined; n += 1) answer = await cut();
  const alone = await actAlone(answer.json().approvalId);
  assert.equal(alone.json().state, 'done', alone.body);
});

test('alone in an emergency: the database refuses an act that no rule names, and an approval by one person without an act', async () => {
  const approvalId = (await bigDeposit()).replace('approval_', '');
  const asApp = (statement: string) =>
    h.database.inUtility(h.utilityId, (tx) => sql.raw(statement).execute(tx));
  const { rows } = await h.owner.inUtility(h.utilityId, (tx) =>
    sql<{ by: string }>`SELECT requested_by AS by FROM prewatt.approvals
      WHERE id = ${approvalId}::uuid`.execute(tx),
  );
  const by = rows[0]?.by ?? '';
  await assert.rejects(
    asApp(`INSERT INTO prewatt.emergency_acts
      (approval_id, utility_id, kind, operator_id, reason, rules_version, at)
      VALUES ('${approvalId}', '${h.utilityId}', 'vendorDeposit', '${by}', 'because I say so',
        (SELECT max(version) FROM prewatt.emergency_rules), now())`),
    /no rule allows/,
  );
  const decide = (emergency: string) =>
    asApp(`UPDATE prewatt.approvals SET state = 'done', decided_by = '${by}', decided_at = now(),
      outcome = '{}', seal = decode(repeat('00', 32), 'hex'), emergency_id = ${emergency}
      WHERE id = '${approvalId}'`);
  await assert.rejects(decide('NULL'), /approvals_by_two/);
  await assert.rejects(decide(`'${approvalId}'`), /approvals_emergency/);
});

test('a refund beyond the limit is paid in two names', async () => {
  const limits = {
    ...{ safetyCutsPerHour: 5, safetyCutHours: 4 },
    ...{ aloneMinor: '5000', dailyMinor: '100000' },
  };
  const body = { requestId: newTestUuid(), reason: 'refunds are few here', limits };
  const asked = await people.allower.postJson('/api/operator/control-limits', body);
  assert.equal((await approve(asked.json().approvalId, others.allower)).json().state, 'done');
  const paidBack = async (amountMinor: bigint) => {
    const place = await h.addConnection();
    const saleId = await buyAndPay(h, amountMinor, `R-${amountMinor}`, place);
    await refuseAsOld(h, place, saleId);
    await reportCredited(h, place.meterPan, 0n);
    const path = `/api/operator/sales/${idFromUuid('sale', saleId)}/reversal`;
    const reversal = await people.asker.postJson(path, {
      ...{ requestId: newTestUuid(), moneyGoes: 'payer', reason: 'paid twice by mistake' },
    });
    assert.equal((await approve(reversal.json().approvalId)).json().state, 'done');
    const { rows } = (await people.viewer.get('/api/operator/refunds')).json();
    const refund = rows.find((row: { saleId: string }) => row.saleId.endsWith(saleId));
    return `/api/operator/refunds/${refund.refundId}/paid`;
  };
  const small = await people.asker.postJson(await paidBack(4_000n), { reference: 'EFT 1' });
  assert.deepEqual([small.statusCode, small.json().state], [200, 'paid']);
  const path = await paidBack(9_000n);
  const large = await people.asker.postJson(path, { reference: 'EFT 2' });
  assert.equal(large.statusCode, 202, large.body);
  assert.equal((await approve(large.json().approvalId)).json().state, 'done');
  const paid = await people.asker.postJson(path, { reference: 'EFT 2' });
  assert.deepEqual([paid.statusCode, paid.json().paidReference], [200, 'EFT 2']);
});
