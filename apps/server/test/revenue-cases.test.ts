// A case from the plan to its end: nobody goes alone, help comes first, two people where money is
// asked, an appeal in time, and what visits found beside whom they went to.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { CaseDetail, CaseRoute, FineRules, RevenueResults } from '@prewatt/api';
import { upheldPaidPosting } from '@prewatt/ledger';
import { dayMs, idFromUuid } from '@prewatt/quantities';
import { folderSource, verifyEvidence } from '@prewatt/verifier';
import { sql } from 'kysely';
import type { Utility } from '../src/registry/utilities/index.ts';
import { checkRule, rules } from '../src/reports/proof/index.ts';
import { insertCorrection, postFor } from '../src/workflows/corrections/store.ts';
import { letterBlocks } from '../src/workflows/revenue-protection/letter.ts';
import { assertProof, createPeople, type People } from './correction-harness.ts';
import { createHarness, type Harness, newTestUuid } from './harness.ts';
import { createHttpHarness, type HttpHarness } from './http-harness.ts';
import { buyAndPay } from './purchases.ts';

let h: Harness;
let http: HttpHarness;
let people: People;
let others: People;
before(async () => {
  h = await createHarness();
  http = await createHttpHarness(h);
  people = await createPeople(http);
  others = await createPeople(http, 'other ');
  await buyAndPay(h, 20_000n, 'of-the-town');
});
after(async () => {
  try {
    await assertProof(h);
  } finally {
    await http.close();
    await h.close();
  }
});

type Home = Awaited<ReturnType<Harness['addConnection']>>;
let requests = 0;
const requestId = () => {
  requests += 1;
  return `of-the-case-${requests}`;
};
const casePath = (home: Home) =>
  `/api/operator/connections/${idFromUuid('connection', home.connectionId)}/case`;
const plan = async (home: Home, o: object = {}) => {
  const body = { requestId: requestId(), visitOn: '2026-11-25', ...o };
  return people.asker.postJson(casePath(home), body);
};
const opened = async (home: Home, o: object = {}): Promise<string> => {
  const answer = await plan(home, o);
  assert.equal(answer.statusCode, 201, answer.body);
  return `/api/operator/cases/${answer.json().caseId}`;
};
const detail = async (path: string): Promise<CaseDetail> => (await people.viewer.get(path)).json();
const post = async (path: string, body: object, by = people.asker) => {
  const answer = await by.postJson(path, body);
  return [answer.statusCode, answer.json().code];
};

const two = { visitors: ['Ada', 'Bo'] };
const theft = {
  finding: 'theft',
  words: 'A wire past the meter',
  evidence: [{ name: 'meter.jpg', sizeBytes: 120_000, sha256: 'ab'.repeat(32) }],
  sealsFound: ['S-1 broken'],
  sealsLeft: ['S-2'],
  registerWh: '812000',
};
/** Days of the bill on which the meter counted nothing. */
const readDays = (home: Home) =>
  sql`INSERT INTO prewatt.usage_days (bucket, meter_id, day, utility_id, connection_id, quality)
    SELECT ${home.bucket}, ${home.meterId}::uuid, d::date, ${h.utilityId}::uuid,
      ${home.connectionId}::uuid, 'measured'
    FROM generate_series('2026-11-01'::date, '2026-11-20', '1 day') d`.execute(h.owner.directories);
const bill = () => ({
  ...{ requestId: requestId(), reason: 'Energy past the meter, see photos' },
  ...{ fromDate: '2026-11-01', toDate: '2026-11-20', expectedDailyWh: '9000' },
  ...{ basis: 'peers', rule: { share: '25' } },
});

test('nobody goes alone, and what cannot be visited closes without a word against anybody', async () => {
  const home = await h.addConnection();
  const path = await opened(home);
  assert.deepEqual(await post(`${path}/finding`, theft), [409, 'noVisit']);
  assert.deepEqual(await post(`${path}/visit`, { visitors: ['Ada', 'Ada'] }), [422, 'visitAlone']);
  const checked = { visitors: ['Ada'], checkInWith: 'The control room' };
  assert.equal((await post(`${path}/visit`, checked))[0], 200);
  const notSafe = { finding: 'notSafe', words: 'Dogs' };
  assert.equal((await post(`${path}/finding`, notSafe))[0], 200);
  const closed = await detail(path);
  assert.deepEqual([closed.state, closed.finding], ['closed', 'notSafe']);
  // The next one may be opened now, and one at a time.
  await opened(home);
  assert.equal((await plan(home)).json().code, 'caseOpen');
  assert.equal((await people.viewer.postJson(casePath(home), {})).statusCode, 403);
});

test('a protected home is opened only with a reason, which managers see', async () => {
  const home = await h.addConnection();
  const { rows } = await sql<{ id: string }>`SELECT id FROM prewatt.operators
    WHERE name = 'asker'`.execute(h.owner.directories);
  const [utility] = await h.services.utilities.list();
  assert.ok(utility !== undefined);
  const flag = { requestId: 'flag-of-test', kind: 'vulnerable', what: 'set' } as const;
  await h.database.inUtility(h.utilityId, (tx) =>
    h.services.protection.changeFlag(tx, home, {
      utility,
      change: {
        ...{
          ...flag,
          expiresOn: null,
          evidence: 'A letter of the clinic',
          operatorId: rows[0]?.id ?? '',
        },
      },
    }),
  );
  assert.equal((await plan(home)).json().code, 'helpFirst');
  const guardReason = 'The cable to the street lamp was seen from the road.';
  const path = await opened(home, { guardReason });
  assert.equal((await detail(path)).guardReason, guardReason);
  const results: RevenueResults = (await people.viewer.get('/api/operator/revenue-results')).json();
  assert.deepEqual(
    results.guarded.map(({ reason }) => reason),
    [guardReason],
  );
});

test('energy not counted is asked by two people, with each step shown, and becomes a debt', async () => {
  const home = await h.addConnection();
  const path = await opened(home);
  assert.equal((await post(`${path}/visit`, two))[0], 200);
  assert.equal((await post(`${path}/finding`, theft))[0], 200);
  assert.deepEqual(await post(`${path}/bill`, { ...bill(), toDate: '2026-10-01' }), [
    ...[422, 'datesReversed'],
  ]);
  assert.deepEqual(await post(`${path}/bill`, bill()), [409, 'daysUnread']);
  await readDays(home);
  const asked = await people.asker.postJson(`${path}/bill`, bill());
  assert.equal(asked.statusCode, 202, asked.body);
  const approval = `/api/operator/approvals/${asked.json().approvalId}`;
  const shown = (await people.viewer.get(approval)).json();
  assert.match(JSON.stringify(shown), /180\.000 kWh/);
  // Whoever found it may not allow it.
  assert.equal((await people.asker.postJson(`${approval}/approve`, {})).statusCode, 403);
  const allowed = await people.allower.postJson(`${approval}/approve`, {});
  assert.equal(allowed.json().state, 'done', allowed.body);
  const billed = await detail(path);
  assert.deepEqual([billed.state, billed.appealUntil], ['billed', '2026-12-24']);
  const { rows } = await sql<{ outstanding_minor: bigint }>`SELECT outstanding_minor
    FROM prewatt.debts WHERE connection_id = ${home.connectionId}::uuid`.execute(
    h.owner.directories,
  );
  assert.equal(rows[0]?.outstanding_minor.toString(), billed.billedMinor);
  assert.deepEqual(billed.barred, [
    { step: 'close', why: 'The customer may still appeal; close it after that.' },
  ]);
  assert.deepEqual(await post(`${path}/close`, { words: 'paid' }), [409, 'appealRuns']);
  const words = 'I was away for these weeks, ask my neighbour.';
  assert.equal((await post(`${path}/appeal`, { words }))[0], 200);
  const barredTo = async (by: typeof people.asker) =>
    (await by.get(path)).json().barred.map(({ step }: { step: string }) => step);
  assert.deepEqual(await barredTo(people.asker), ['decision']);
  assert.deepEqual(await barredTo(others.asker), []);
  const dismissed = { decision: 'dismissed', words: 'The register shows use each day.' };
  assert.deepEqual(await post(`${path}/appeal-decision`, dismissed), [409, 'otherPerson']);
  assert.equal((await post(`${path}/appeal-decision`, dismissed, others.asker))[0], 200);
  assert.deepEqual(await post(`${path}/appeal`, { words }), [409, 'appealLate']);
  assert.deepEqual(await barredTo(people.asker), ['appeal', 'close']);
  assert.deepEqual(await barredTo(others.asker), ['appeal']);
  const heard = await detail(path);
  assert.deepEqual([heard.appealUntil, heard.appeal?.decision], [null, 'dismissed']);
  assert.match(await letterText(heard), /decided that what is asked stands/);
  assert.deepEqual(await post(`${path}/close`, { words: 'done' }), [409, 'otherPerson']);
  assert.equal((await post(`${path}/close`, { words: 'done' }, others.asker))[0], 200);
  assert.equal((await detail(path)).state, 'closed');
});

const allowed = async (path: string, body: object) => {
  const asked = await people.asker.postJson(`${path}/bill`, body);
  assert.equal(asked.statusCode, 202, asked.body);
  const approval = `/api/operator/approvals/${asked.json().approvalId}`;
  const shown = JSON.stringify((await people.viewer.get(approval)).json());
  const done = await people.allower.postJson(`${approval}/approve`, {});
  assert.equal(done.json().state, 'done', done.body);
  return shown;
};
const letterText = async (of: CaseDetail): Promise<string> => {
  const lines = letterBlocks(of, (await h.services.utilities.list())[0] as Utility) ?? [];
  return lines.map((line) => Object.values(line).join(' ')).join('\n');
};
const debtsOf = async (home: Home) => {
  const { rows } = await sql<{ label: string; owed: bigint }>`SELECT label,
    outstanding_minor AS owed FROM prewatt.debts
    WHERE connection_id = ${home.connectionId}::uuid ORDER BY label`.execute(h.owner.directories);
  return rows.map(({ label, owed }) => [label, owed]);
};
const ledgerOf = async (home: Home) => {
  const { rows } = await sql<{ reason: string; sum: bigint }>`SELECT reason,
    sum(amount_minor)::bigint AS sum FROM prewatt.transfers
    WHERE connection_id = ${home.connectionId}::uuid AND reason NOT IN ('payment', 'energy',
      'tax', 'fee', 'debt') GROUP BY reason ORDER BY reason`.execute(h.owner.directories);
  return rows.map(({ reason, sum }) => [reason, sum]);
};

test('a fine by the rule of the utility is allowed by two people; an upheld appeal gives all back', async () => {
  const home = await h.addConnection();
  const path = await opened(home);
  await post(`${path}/finding`, { ...theft, visit: two });
  const alone = { requestId: requestId(), reason: 'The seal was broken, see photos', fine: true };
  const asked = { ...alone, rule: { share: '25' } };
  assert.deepEqual(await post(`${path}/bill`, asked), [409, 'noFineRule']);
  const rule = { requestId: requestId(), reason: 'Decision 7 of the board, 2026' };
  const rules = '/api/operator/fine-rules';
  const general = { ...rule, tariffName: null, fixedMinor: '40000', sharePercent: 10 };
  assert.equal((await people.asker.postJson(rules, general)).statusCode, 403);
  for (const _ of ['first', 'again']) {
    assert.equal((await post(rules, general, people.allower))[0], 200);
  }
  const other = { ...general, fixedMinor: '41000' };
  assert.deepEqual(await post(rules, other, people.allower), [409, 'requestIdReused']);
  const unknown = { ...general, requestId: requestId(), tariffName: 'No such tariff' };
  assert.deepEqual(await post(rules, unknown, people.allower), [422, 'unknownTariff']);
  const own = { ...general, requestId: requestId(), tariffName: 'Homes', fixedMinor: '30000' };
  assert.equal((await post(rules, own, people.allower))[0], 200);
  const held: FineRules = (await people.viewer.get(rules)).json();
  assert.deepEqual(
    held.rules.map(({ tariffName, fixedMinor }) => [tariffName, fixedMinor]),
    [
      ['Homes', '30000'],
      [null, '40000'],
    ],
  );
  assert.equal((await people.viewer.get(`${path}/letter`)).statusCode, 404);
  await readDays(home);
  const shown = await allowed(path, { ...bill(), fine: true });
  assert.match(shown, /Fine for tampering/);
  assert.match(shown, /10 % of what is asked for energy/);
  const billed = await detail(path);
  const energy = BigInt(billed.billedMinor ?? 0);
  const fine = BigInt(billed.fineMinor ?? 0);
  assert.equal(fine, 30_000n + (energy + 5n) / 10n);
  assert.deepEqual(await ledgerOf(home), [
    ['charge', energy],
    ['fine', fine],
  ]);
  const letter = await people.viewer.get(`${path}/letter`);
  assert.equal(letter.statusCode, 200, letter.body);
  assert.match(letter.rawPayload.toString('latin1'), /^%PDF/);
  // A purchase repays a part of it before anybody hears the appeal.
  await buyAndPay(h, 40_000n, 'repays-a-fine', home);
  const owed = (await debtsOf(home)).reduce((sum, [, left]) => sum + BigInt(left ?? 0), 0n);
  const paid = energy + fine - owed;
  assert.ok(paid > 0n && owed > 0n, `${paid} paid, ${owed} owed`);
  const words = 'It was the tenant of before, ask at the gate.';
  assert.equal((await post(`${path}/appeal`, { words }))[0], 200);
  const upheld = { decision: 'upheld', words: 'The lease shows it: another tenant.' };
  assert.deepEqual(await post(`${path}/appeal-decision`, upheld), [409, 'otherPerson']);
  assert.equal((await post(`${path}/appeal-decision`, upheld, others.asker))[0], 200);
  assert.deepEqual(await post(`${path}/appeal-decision`, upheld, others.asker), [409, 'notNow']);
  assert.deepEqual(
    (await debtsOf(home)).map(([, left]) => left),
    [0n, 0n],
  );
  assert.deepEqual((await ledgerOf(home)).slice(-2), [
    ['upheldDebt', owed],
    ['upheldPaid', paid],
  ]);
  const closed = await detail(path);
  assert.equal(closed.state, 'closed');
  assert.match(JSON.stringify(closed.events.at(-1)), /Given back as prepaid money/);
  assert.deepEqual(
    [closed.appeal?.decision, closed.appeal?.owedNoMoreMinor, closed.appeal?.givenBackMinor],
    ['upheld', `${owed}`, `${paid}`],
  );
  const text = await letterText(closed);
  assert.match(text, /You owe nothing of what was asked/);
  assert.doesNotMatch(text, /asked to pay|Not counted/);
});

test('a fine alone is asked without days, and only theft is fined', async () => {
  const home = await h.addConnection();
  const path = await opened(home);
  await post(`${path}/finding`, { ...theft, finding: 'fault', visit: two });
  const asked = () => ({
    ...{ requestId: requestId(), reason: 'The seal was broken, see photos' },
    ...{ fine: true, rule: { share: '25' } },
  });
  assert.deepEqual(await post(`${path}/bill`, asked()), [409, 'fineNotTheft']);
  assert.equal((await post(`${path}/close`, { words: 'Mended' }))[0], 200);
  const another = await opened(home);
  await post(`${another}/finding`, { ...theft, visit: two });
  await allowed(another, asked());
  const billed = await detail(another);
  assert.deepEqual([billed.billedMinor, billed.fineMinor], [null, '30000']);
  const text = await letterText(billed);
  assert.match(text, new RegExp(`You can appeal until ${billed.appealUntil}`));
  assert.match(text, /Fine for tampering/);
});

test('money given back without an upheld appeal, or beyond what was asked, is named by the proof', async () => {
  type Fined = Record<'state' | 'connection_id' | 'debt_id' | 'by', string> & { bucket: number };
  const { rows: cases } =
    await sql<Fined>`SELECT state, bucket, connection_id, fine_debt_id AS debt_id,
      coalesce(closed_by, opened_by) AS by
    FROM prewatt.revenue_cases WHERE fine_debt_id IS NOT NULL ORDER BY state`.execute(
      h.owner.directories,
    );
  // One whose appeal was upheld and that has all back, and one of which nothing was heard.
  assert.deepEqual(
    cases.map(({ state }) => state),
    ['billed', 'closed'],
  );
  const rule = rules.find(({ name }) => name === 'correctionsAreAllowed');
  assert.ok(rule !== undefined);
  for (const one of cases) {
    const place = { utilityId: h.utilityId, bucket: one.bucket, connectionId: one.connection_id };
    const by = { requestedBy: one.by, approvedBy: null, approvalId: null };
    const deps = { newUuid: newTestUuid, nowMs: () => h.clock.nowMs };
    const written = h.database.inUtility(h.utilityId, async (tx) => {
      const correctionId = await insertCorrection(tx, deps, {
        ...{ place, by, kind: 'upheldPaid', amountMinor: 100n, debtId: one.debt_id },
        ...{ requestId: 'forged by the server', reason: 'Given back to a friend.' },
      });
      const transfers = [upheldPaidPosting(place, 100n)];
      await postFor(tx, deps, { place, correctionId, saleId: null, transfers });
      const range = { fromBucket: 0, toBucket: 1023, nowMs: h.clock.nowMs };
      const { findings } = await checkRule(tx, rule, range);
      throw new Error(`${one.state}: ${findings.length} named, taken back`);
    });
    await assert.rejects(written, new RegExp(`${one.state}: [1-9] named`));
  }
});

test('a finding sent again after a lost answer is one, and shows who went and who signed', async () => {
  const home = await h.addConnection();
  const path = await opened(home);
  const sent = {
    ...{ ...theft, requestId: 'kept-on-a-phone-1', visit: { visitors: ['Ada'] } },
    ...{ notedAt: '2026-11-24T09:12:00.000Z', position: '-26.20410, 28.04730' },
    signatures: [{ name: 'Ada', path: 'M10 20 L30 44 M50 60 L70 80' }],
  };
  // Nothing is noted of a finding that is refused, not even who went.
  assert.deepEqual(await post(`${path}/finding`, sent), [422, 'visitAlone']);
  assert.deepEqual((await detail(path)).visitors, []);
  const whole = { ...sent, visit: two };
  for (const _ of ['first', 'again']) {
    assert.equal((await post(`${path}/finding`, whole))[0], 200);
  }
  const { state, visitors, events } = await detail(path);
  assert.deepEqual([state, visitors], ['visited', ['Ada', 'Bo']]);
  assert.deepEqual(
    events.map(({ what }) => what),
    ['opened', 'visit', 'found'],
  );
  assert.deepEqual(events.at(-1)?.signatures, sent.signatures);
  assert.doesNotMatch(JSON.stringify(events), /kept-on-a-phone/);
  // Somebody else's note of the same visit is a conflict, which the phone shows.
  const other = { ...whole, requestId: 'kept-on-a-phone-2' };
  assert.deepEqual(await post(`${path}/finding`, other), [409, 'notNow']);
  const { finding, words, signatures } = { ...sent, signatures: [{ name: 'Ada', path: '<b>' }] };
  assert.equal((await post(`${path}/finding`, { finding, words, signatures }))[0], 400);
});

test('the evidence of a case verifies by itself, and a changed byte or photo is found', async () => {
  const home = await h.addConnection();
  const path = await opened(home);
  const photo = Buffer.from('a photo');
  const sha256 = createHash('sha256').update(photo).digest('hex');
  const evidence = [{ name: 'the meter.jpg', sizeBytes: photo.length, sha256 }];
  await post(`${path}/finding`, { ...theft, evidence, visit: two });
  assert.equal((await people.viewer.get(`${path}/evidence`)).statusCode, 403);
  const answer = await people.asker.get(`${path}/evidence`);
  assert.equal(answer.statusCode, 200, answer.body);
  const folder = mkdtempSync(join(tmpdir(), 'prewatt-evidence-'));
  try {
    writeFileSync(join(folder, 'all.tar'), answer.rawPayload);
    execFileSync('tar', ['-xf', 'all.tar'], { cwd: folder });
    const source = folderSource(folder);
    const key = readFileSync(join(folder, 'key'), 'utf8');
    const whole = await verifyEvidence({ source, key, photos: [photo] });
    assert.deepEqual([whole.findings, whole.notices], [[], []]);
    assert.deepEqual([whole.files, whole.photos], [3, 1]);
    assert.match(readFileSync(join(folder, 'case.pdf'), 'latin1'), /^%PDF/);
    writeFileSync(join(folder, 'counted.csv'), 'day\n');
    const changed = await verifyEvidence({ source, photos: [Buffer.from('another')] });
    assert.deepEqual(changed.findings, ['counted.csv is not what was signed']);
    assert.match(changed.notices.join(' '), /bring your own.*the meter\.jpg/);
    const note = readFileSync(join(folder, 'evidence.note'), 'utf8');
    writeFileSync(join(folder, 'evidence.note'), note.replace(sha256, '0'.repeat(64)));
    const forged = await verifyEvidence({ source, key });
    assert.match(forged.findings.join(' '), /is not signed by this key as it stands/);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('a bill that is declined leaves the case as it was, and may be asked again', async () => {
  const home = await h.addConnection();
  const path = await opened(home);
  await post(`${path}/visit`, two);
  await post(`${path}/finding`, theft);
  await readDays(home);
  const asked = await people.asker.postJson(`${path}/bill`, bill());
  const approval = `/api/operator/approvals/${asked.json().approvalId}`;
  const declined = await people.allower.postJson(`${approval}/decline`, {
    reason: 'The dates are not shown by anything.',
  });
  assert.equal(declined.statusCode, 200, declined.body);
  assert.equal((await detail(path)).state, 'visited');
  assert.equal((await people.asker.postJson(`${path}/bill`, bill())).statusCode, 202);
  h.clock.nowMs += dayMs;
});

test('the visits of a day stand in the order in which to go, by positions that visits noted', async () => {
  const homes = [await h.addConnection(), await h.addConnection(), await h.addConnection()];
  const [first, second, third] = homes as [Home, Home, Home];
  for (const [home, position] of [
    [first, '-26.20410, 28.04730'],
    [second, 'behind the church'],
    [third, '-26.20400, 28.04730'],
  ] as const) {
    const path = await opened(home, { visitOn: '2026-11-26' });
    const found = { finding: 'noAccess', words: 'A locked gate', position, visit: two };
    assert.equal((await post(`${path}/finding`, found))[0], 200);
  }
  const day = '2026-12-06';
  for (const home of homes) await opened(home, { visitOn: day });
  const paths = await people.viewer.get(`/api/operator/case-route?day=${day}`);
  assert.equal(paths.statusCode, 200, paths.body);
  const route: CaseRoute = paths.json();
  const stops = route.places.flatMap((place) => place.stops);
  assert.deepEqual(
    stops.map(({ position }) => position),
    ['-26.20410, 28.04730', '-26.20400, 28.04730', null],
  );
  assert.deepEqual([route.day, route.metres, route.withoutPosition], [day, 11, 1]);
  const other: CaseRoute = (await people.viewer.get('/api/operator/case-route')).json();
  assert.equal(other.day, '2026-11-25');
  assert.ok(
    other.places.every(({ stops: some }) => some.every((one) => one.visitOn === other.day)),
  );
  const later = async (): Promise<CaseRoute> =>
    (await people.viewer.get('/api/operator/case-route?day=2027-01-01')).json();
  const { places, metres, missed } = await later();
  // Those of today and of days to come may still be made.
  assert.deepEqual([places, metres, missed], [[], null, 0]);
  h.clock.nowMs += dayMs;
  assert.ok((await later()).missed > 0);
  // They stand in no other test's counts.
  for (const stop of stops) {
    const path = `/api/operator/cases/${stop.caseId}`;
    await post(`${path}/finding`, { finding: 'notVisited', words: 'Another day' });
  }
});

test('results count what was found by month and whom visits went to; labels have what was seen', async () => {
  const home = await h.addConnection();
  const path = await opened(home);
  await post(`${path}/visit`, two);
  await post(`${path}/finding`, { finding: 'honest', words: 'New windows and a gas stove' });
  const results: RevenueResults = (await people.viewer.get('/api/operator/revenue-results')).json();
  const [month] = results.months;
  assert.deepEqual(
    [month?.month, month?.visits, month?.thefts, month?.upheld, month?.honest, month?.notSafe],
    ['2026-11', 11, 5, 1, 1, 1],
  );
  assert.ok(BigInt(month?.billedMinor ?? 0) > 0n);
  assert.deepEqual(
    results.groups.map(({ name, isTariff, visits }) => [name, isTariff, visits]),
    [
      ['Homes', true, 11],
      ['With a protection flag', false, 0],
    ],
  );
  assert.equal((await people.viewer.get('/api/operator/revenue-findings.csv')).statusCode, 403);
  const labels = await people.asker.get('/api/operator/revenue-findings.csv');
  const lines = labels.body.trim().split('\r\n');
  assert.equal(lines.length, 7);
  assert.match(lines[0] ?? '', /^scenario,feeder,home,theft,kind/);
  const open = (await people.viewer.get('/api/operator/cases')).json();
  assert.ok(open.rows.every((row: { state: string }) => row.state !== 'closed'));
});
