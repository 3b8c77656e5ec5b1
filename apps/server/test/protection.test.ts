// Protection at the server, over HTTP and on a real database: rules that go live by a second
// person, declared days, homes that are never cut, and the list of people to call.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import {
  homeFlagsAnswerSchema,
  problemSchema,
  proposeRulesAnswerSchema,
  protectionRulesAnswerSchema,
  supplyCallsAnswerSchema,
  weatherDaysAnswerSchema,
} from '@prewatt/api';
import { noProtection } from '@prewatt/protection';
import type { AccountState } from '@prewatt/protocol';
import { energyWh, idFromUuid, powerW } from '@prewatt/quantities';
import { sql } from 'kysely';
import { homeFlags } from '../src/metering/protection/index.ts';
import { createHarness, type Harness, startMs } from './harness.ts';
import { createHttpHarness, type HttpHarness, Visitor } from './http-harness.ts';
import { buyAndPay } from './purchases.ts';

const password = 'a long enough password';
const hourMs = 3_600_000;
const root = '/api/operator/protection';
const today = '2026-11-24';
let h: Harness;
let http: HttpHarness;
const people = new Map<string, Visitor>();
before(async () => {
  h = await createHarness();
  http = await createHttpHarness(h);
  for (const [name, role] of [
    ['first', 'administrator'],
    ['second', 'administrator'],
    ['worker', 'operator'],
    ['viewer', 'viewer'],
  ] as const) {
    const email = `${name}@test.example`;
    await http.createOperator({ email, password, role });
    const visitor = new Visitor(http.app);
    await visitor.postJson('/api/auth/sign-in/email', { email, password });
    people.set(name, visitor);
  }
});
after(async () => {
  await http.close();
  await h.close();
});

const as = (name: string): Visitor => {
  const visitor = people.get(name);
  assert.ok(visitor !== undefined);
  return visitor;
};
const codeOf = (answer: { body: string; statusCode: number }) => {
  const problem = problemSchema.parse(JSON.parse(answer.body));
  assert.equal(problem.status, answer.statusCode);
  return [problem.status, problem.code];
};
const rules = {
  version: 2,
  debt: { maximumSharePercent: 40, floorEnergyWh: '1000' },
  weather: { protects: ['heat'] },
  silence: { callAfterHours: 24 },
};
const inForce = async () => {
  await h.services.utilities.list();
  return (await h.services.utilities.get(h.utilityId)).protectionRules;
};

test('rules go live when another administrator approves, as the next version', async () => {
  const body = { requestId: 'rules-1-request', document: rules, reason: 'heat days protect now' };
  assert.deepEqual(codeOf(await as('worker').postJson(`${root}/rules`, body)), [403, 'forbidden']);
  const faulty = { ...body, document: { ...rules, holidays: ['2026-02-30'] } };
  const refused = await as('first').postJson(`${root}/rules`, faulty);
  assert.deepEqual(codeOf(refused), [400, 'rulesFaulty']);
  assert.match(refused.body, /holidays\.0/);
  const asked = await as('first').postJson(`${root}/rules`, body);
  assert.equal(asked.statusCode, 202, asked.body);
  const { approvalId } = proposeRulesAnswerSchema.parse(asked.json());
  const again = await as('first').postJson(`${root}/rules`, body);
  assert.equal(again.json().approvalId, approvalId);
  const other = { ...body, document: { ...rules, silence: { callAfterHours: 12 } } };
  assert.deepEqual(codeOf(await as('first').postJson(`${root}/rules`, other)), [
    409,
    'requestIdReused',
  ]);
  assert.equal(
    (await inForce()).debt.maximumSharePercent,
    50,
    'nothing changes before the approval',
  );
  const shown = (await as('second').get(`/api/operator/approvals/${approvalId}`)).body;
  assert.match(shown, /now 50%; then 40%/);
  const own = await as('first').postJson(`/api/operator/approvals/${approvalId}/approve`, {});
  assert.deepEqual(codeOf(own), [403, 'ownRequest']);
  const done = await as('second').postJson(`/api/operator/approvals/${approvalId}/approve`, {});
  assert.equal(done.statusCode, 200, done.body);
  assert.deepEqual(await inForce(), {
    ...noProtection,
    ...rules,
    weather: { protects: ['heat'], days: [] },
  });
  const seen = protectionRulesAnswerSchema.parse((await as('viewer').get(`${root}/rules`)).json());
  assert.deepEqual(
    seen.versions.map(({ version, approvalId: id }) => [version, id]),
    [[1, approvalId]],
  );
  const same = { ...body, requestId: 'rules-2-request' };
  assert.deepEqual(codeOf(await as('first').postJson(`${root}/rules`, same)), [
    409,
    'rulesUnchanged',
  ]);
});

test('declared days are in the rules in force, and withdrawn ones are not', async () => {
  const body = {
    requestId: 'days-1-request',
    what: 'declared',
    kind: 'heat',
    dates: [today, '2026-11-26', '2026-11-25'],
    note: 'weather service, red warning',
  };
  const post = (name: string, part: object) =>
    as(name).postJson(`${root}/weather-days`, { ...body, ...part });
  assert.deepEqual(codeOf(await post('viewer', {})), [403, 'forbidden']);
  assert.deepEqual(codeOf(await post('worker', { dates: ['2026-11-23'] })), [400, 'dayPast']);
  const { rows } = weatherDaysAnswerSchema.parse((await post('worker', {})).json());
  assert.deepEqual(
    rows.map((row) => row.date),
    [today, '2026-11-25', '2026-11-26'],
  );
  assert.equal((await post('worker', {})).statusCode, 200);
  assert.deepEqual(codeOf(await post('worker', { note: 'another' })), [409, 'requestIdReused']);
  await post('worker', { requestId: 'days-2-request', what: 'withdrawn', dates: ['2026-11-25'] });
  assert.deepEqual((await inForce()).weather.days, [
    { date: today, kind: 'heat' },
    { date: '2026-11-26', kind: 'heat' },
  ]);
  // New rules keep the calendar.
  const document = { ...rules, emergencyCreditWh: '2000' };
  const asked = await as('first').postJson(`${root}/rules`, {
    requestId: 'rules-3-request',
    document,
    reason: 'emergency credit for all',
  });
  const approve = `/api/operator/approvals/${asked.json().approvalId}/approve`;
  assert.equal((await as('second').postJson(approve, {})).statusCode, 200);
  const live = await inForce();
  assert.equal(live.emergencyCreditWh, '2000');
  assert.equal(live.weather.days.length, 2);
});

test('no other utility is reached by a change of rules', async () => {
  const rows = await h.owner.directories.selectFrom('utilities').select('id').execute();
  assert.deepEqual(
    rows.map((row) => row.id),
    [h.utilityId],
  );
  await assert.rejects(
    sql`UPDATE prewatt.utilities SET protection_rules = '{}'`.execute(h.database.directories),
    /permission denied/,
  );
  // Without a tenant the function changes nothing.
  await sql`SELECT prewatt.set_protection_rules('{}'::jsonb)`.execute(h.database.directories);
  assert.equal((await inForce()).emergencyCreditWh, '2000');
});

test('flags have evidence and an end, and are private', async () => {
  const place = await h.addConnection();
  const path = `/api/operator/connections/${idFromUuid('connection', place.connectionId)}/protection-flags`;
  const body = {
    requestId: 'flag-1-request',
    kind: 'medical',
    what: 'set',
    evidence: 'letter of the clinic, 12 Nov',
    expiresOn: '2026-11-25',
  };
  const post = (part: object = {}) => as('worker').postJson(path, { ...body, ...part });
  assert.deepEqual(codeOf(await as('viewer').get(path)), [403, 'forbidden']);
  assert.deepEqual(codeOf(await as('viewer').postJson(path, body)), [403, 'forbidden']);
  assert.deepEqual(codeOf(await post({ expiresOn: '2026-11-23' })), [400, 'dayPast']);
  assert.deepEqual(codeOf(await post({ evidence: 'short' })), [400, 'badRequest']);
  assert.deepEqual(codeOf(await post({ what: 'ended', expiresOn: null })), [409, 'unknownFlag']);
  const set = homeFlagsAnswerSchema.parse((await post()).json());
  assert.deepEqual(set.flags, ['medical']);
  assert.equal(homeFlagsAnswerSchema.parse((await post()).json()).history.length, 1);
  assert.deepEqual(codeOf(await post({ kind: 'vulnerable' })), [409, 'requestIdReused']);
  const flagsOn = (date: string) =>
    h.database.inUtility(h.utilityId, (tx) => homeFlags(tx, place, date));
  assert.deepEqual(await flagsOn('2026-11-25'), { medical: true, vulnerable: false });
  assert.deepEqual(await flagsOn('2026-11-26'), { medical: false, vulnerable: false });
  const ended = await post({
    requestId: 'flag-2-request',
    what: 'ended',
    evidence: 'moved out on the 20th',
    expiresOn: null,
  });
  assert.deepEqual(homeFlagsAnswerSchema.parse(ended.json()).flags, []);
  const nowhere = path.replace(
    /connection_[^/]+/,
    'connection_019abcde-0000-7000-8000-000000000000',
  );
  assert.deepEqual(codeOf(await as('worker').postJson(nowhere, body)), [404, 'unknownConnection']);
});

/** The meter says what is left and what it has counted. */
const report = (
  meterPan: string,
  o: { readonly leftWh: number; readonly importWh: number; readonly more?: Partial<AccountState> },
) =>
  h.fromMeter(meterPan, {
    kind: 'state',
    state: {
      capturedAtMs: h.clock.nowMs,
      availableEnergyWh: energyWh(o.leftWh),
      powerW: powerW(0),
      importEnergyWh: energyWh(o.importWh),
      creditedEnergyWh: energyWh(0),
      loadSwitch: o.leftWh > 0 ? 'connected' : 'disconnected',
      creditStatus: o.leftWh > 0 ? 'inCredit' : 'outOfCredit',
      owedEnergyWh: energyWh(0),
      ...o.more,
    },
  });
const callsOf = async (name: string, state = 'open') =>
  supplyCallsAnswerSchema.parse(
    (await as(name).get(`/api/operator/supply-calls?state=${state}`)).json(),
  );
const sweepAfter = async (hours: number) => {
  h.clock.nowMs += hours * hourMs;
  await h.services.utilities.list();
  await h.services.protection.sweep(await h.services.utilities.get(h.utilityId));
};

test('a flagged home is called about at once, another one when it is silent, once a spell', async () => {
  const silent = await h.addConnection();
  const frail = await h.addConnection();
  const using = await h.addConnection();
  const id = (place: typeof silent) => idFromUuid('connection', place.connectionId);
  await as('worker').postJson(`/api/operator/connections/${id(frail)}/protection-flags`, {
    requestId: 'flag-3-request',
    kind: 'vulnerable',
    what: 'set',
    evidence: 'social worker, by phone',
  });
  for (const place of [silent, frail, using]) {
    await report(place.meterPan, { leftWh: 0, importWh: 100 });
  }
  await sweepAfter(0.1);
  const first = await callsOf('worker');
  assert.deepEqual(
    first.rows.map(({ connectionId, because, state }) => [connectionId, because, state]),
    [[id(frail), 'vulnerable', 'new']],
  );
  await sweepAfter(20);
  // Protected or emergency use: not silent.
  await report(using.meterPan, { leftWh: 0, importWh: 900 });
  await sweepAfter(5);
  const second = await callsOf('worker');
  assert.deepEqual(
    second.rows.map(({ connectionId, because }) => [connectionId, because]),
    [
      [id(frail), 'vulnerable'],
      [id(silent), 'silence'],
    ],
  );
  assert.equal(second.open, 2);
  assert.deepEqual(
    (await callsOf('viewer')).rows.map((row) => row.because),
    ['hidden', 'hidden'],
  );
  const [call] = second.rows;
  assert.ok(call !== undefined);
  const path = `/api/operator/connections/${call.connectionId}/supply-calls/${call.callId}`;
  const note = { requestId: 'call-1-request', what: 'called', note: 'no answer, again at noon' };
  assert.deepEqual(codeOf(await as('viewer').postJson(path, note)), [403, 'forbidden']);
  const called = supplyCallsAnswerSchema.parse((await as('worker').postJson(path, note)).json());
  assert.deepEqual([called.rows[0]?.state, called.rows[0]?.notes.length], ['called', 1]);
  assert.equal((await as('worker').postJson(path, note)).statusCode, 200);
  const changed = { ...note, note: 'something else' };
  assert.deepEqual(codeOf(await as('worker').postJson(path, changed)), [409, 'requestIdReused']);
  const resolved = { requestId: 'call-2-request', what: 'resolved', note: 'neighbour buys today' };
  await as('worker').postJson(path, resolved);
  const late = { ...note, requestId: 'call-3-request' };
  assert.deepEqual(codeOf(await as('worker').postJson(path, late)), [409, 'callResolved']);
  // Resolved, and still without credit: no second call in the same spell.
  await sweepAfter(1);
  assert.equal((await callsOf('worker')).open, 1);
  // Credit comes back: the call that nobody made is settled, and a new spell is called about anew.
  await report(silent.meterPan, { leftWh: 500, importWh: 100 });
  await report(frail.meterPan, { leftWh: 500, importWh: 100 });
  await sweepAfter(1);
  const settled = await callsOf('worker', 'resolved');
  assert.deepEqual(
    settled.rows.find((row) => row.connectionId === id(silent))?.notes.map((each) => each.by),
    [null],
  );
  await report(frail.meterPan, { leftWh: 0, importWh: 600 });
  await sweepAfter(1);
  assert.deepEqual(
    (await callsOf('worker')).rows.map((row) => row.connectionId),
    [id(frail)],
  );
  assert.ok(h.clock.nowMs > startMs);
});

const flagVulnerable = (connectionId: string) =>
  as('worker').postJson(`/api/operator/connections/${connectionId}/protection-flags`, {
    requestId: `flag-of-${connectionId}`.slice(0, 60),
    kind: 'vulnerable',
    what: 'set',
    evidence: 'social worker, by phone',
  });
/** A protected meter that owes a fraction of a watt-hour: rounded, one is left and one is owed. */
const keptOn: Partial<AccountState> = {
  creditStatus: 'outOfCredit',
  loadSwitch: 'connected',
  owedEnergyWh: energyWh(1),
};
const emergency: Partial<AccountState> = {
  creditStatus: 'lowCredit',
  loadSwitch: 'connected',
  owedEnergyWh: energyWh(300),
  account: {
    paymentMode: 'prepayment',
    creditUnit: 'energy',
    creditInUse: 'emergency',
    veryLow: true,
    emergency: { status: 'inUse', leftEnergyWh: energyWh(200), usedEnergyWh: energyWh(300) },
    reservedEnergyWh: energyWh(0),
    openReasons: [],
    protectedUntilMs: null,
    powerLimitW: null,
    tamper: [],
  },
};

test('what a meter rounds for the wire is no credit, and nor is what it lends', async () => {
  const place = await h.addConnection();
  const home = idFromUuid('connection', place.connectionId);
  await flagVulnerable(home);
  const callOfHome = async (state: string) =>
    (await callsOf('worker', state)).rows.find((row) => row.connectionId === home);
  await report(place.meterPan, { leftWh: 1, importWh: 100, more: keptOn });
  await sweepAfter(0.1);
  assert.equal((await callOfHome('open'))?.because, 'vulnerable');
  for (const more of [keptOn, emergency]) {
    await report(place.meterPan, { leftWh: 1, importWh: 400, more });
    await sweepAfter(0.1);
    assert.equal((await callOfHome('open'))?.state, 'new', 'nobody has bought');
  }
  await report(place.meterPan, { leftWh: 900, importWh: 400 });
  await sweepAfter(0.1);
  assert.equal((await callOfHome('resolved'))?.notes[0]?.note, 'Credit is back.');
});

test('in wallet mode the wallet says whether there is credit, and of a meter that is gone nothing does', async () => {
  const wallet = await h.addConnection();
  const exchanged = await h.addConnection();
  const id = (place: typeof wallet) => idFromUuid('connection', place.connectionId);
  for (const place of [wallet, exchanged]) await flagVulnerable(id(place));
  await sql`
    INSERT INTO prewatt.wallets
      (bucket, connection_id, utility_id, meter_id, since_at, rated_until, supply, supply_at)
    VALUES (${wallet.bucket}, ${wallet.connectionId}::uuid, ${h.utilityId}::uuid,
      ${wallet.meterId}::uuid, now(), now(), 'protected', ${new Date(h.clock.nowMs)})`.execute(
    h.owner.directories,
  );
  // A wallet's meter counts energy without cutting: whatever is left on it, it is never out.
  await report(wallet.meterPan, { leftWh: 5_000, importWh: 100 });
  await report(exchanged.meterPan, { leftWh: 0, importWh: 100 });
  await sql`UPDATE prewatt.meters SET retired_at = now()
    WHERE id = ${exchanged.meterId}::uuid`.execute(h.owner.directories);
  await sweepAfter(0.1);
  const called = (await callsOf('worker')).rows.map((row) => row.connectionId);
  assert.ok(called.includes(id(wallet)));
  assert.ok(!called.includes(id(exchanged)));
  await sql`UPDATE prewatt.wallets SET supply = 'on', supply_at = ${new Date(h.clock.nowMs)}
    WHERE connection_id = ${wallet.connectionId}::uuid`.execute(h.owner.directories);
  await sweepAfter(0.1);
  const settled = (await callsOf('worker', 'resolved')).rows.map((row) => row.connectionId);
  assert.ok(settled.includes(id(wallet)));
});

test('an unknown call, or one of another home, is refused', async () => {
  const home = idFromUuid('connection', h.place.connectionId);
  const note = { requestId: 'call-9-request', what: 'called', note: 'who?' };
  for (const [callId, code] of [
    ['019abcde-0000-7000-8000-000000000000', 'unknownCall'],
    ['nonsense', 'notFound'],
  ]) {
    const path = `/api/operator/connections/${home}/supply-calls/${callId}`;
    assert.deepEqual(codeOf(await as('worker').postJson(path, note)), [404, code]);
  }
});

test('a customer whose supply is kept on hears until when, and what will be owed', async () => {
  const place = await h.addConnection();
  await sql`
    INSERT INTO prewatt.readings
      (bucket, meter_id, register, read_at, utility_id, value, received_at)
    SELECT ${place.bucket}, ${place.meterId}::uuid, 1,
      ${new Date(h.clock.nowMs)}::timestamptz - make_interval(hours => 240 - hour),
      ${h.utilityId}::uuid, 100 * hour, now()
    FROM generate_series(0, 240) hour`.execute(h.owner.directories);
  // A declared hot day: no cut until midnight.
  const today = h.services.protection.today(await h.services.utilities.get(h.utilityId));
  await as('worker').postJson(`${root}/weather-days`, {
    requestId: 'days-9-request',
    what: 'declared',
    kind: 'heat',
    dates: [today],
    note: 'red warning',
  });
  await h.services.utilities.list();
  await h.fromMeter(place.meterPan, {
    kind: 'events',
    sequence: 1,
    events: [{ code: 'protectedSupply', sequence: 1, atMs: h.clock.nowMs }],
  });
  const { rows } = await sql<{ text: string }>`
    SELECT text FROM prewatt.messages
    WHERE connection_id = ${place.connectionId}::uuid`.execute(h.owner.directories);
  assert.match(
    rows[0]?.text ?? '',
    /until \w{3} \d\d:\d\d; about \d\.\d+ kWh will be owed; .* a part of what you buy pays it back/,
  );
});

test('where nobody hears the meter, purchases that stop bring a home on the call list', async () => {
  const dayMs = 24 * hourMs;
  const quiet = await h.addConnection();
  const frail = await h.addConnection();
  const heard = await h.addConnection();
  const id = (place: typeof quiet) => idFromUuid('connection', place.connectionId);
  const bought = async (place: typeof quiet, n: number) => {
    await buyAndPay(h, 20_000n, `stops-${place.connectionId}-${n}`, place);
  };
  for (const day of [0, 5, 10, 15]) {
    for (const place of [quiet, frail, heard]) await bought(place, day);
    h.clock.nowMs += 5 * dayMs;
  }
  // The end of what was bought last is expected about now; nobody has bought since.
  await as('worker').postJson(`/api/operator/connections/${id(frail)}/protection-flags`, {
    requestId: 'flag-8-request',
    kind: 'medical',
    what: 'set',
    evidence: 'breathing device, letter of the clinic',
  });
  await sweepAfter(2 * 24);
  const called = async () => {
    const homes: string[] = [id(quiet), id(frail), id(heard)];
    return (await callsOf('worker')).rows.flatMap(({ connectionId, because }) =>
      homes.includes(connectionId) ? [[connectionId, because]] : [],
    );
  };
  assert.deepEqual(await called(), [[id(frail), 'medical']]);
  await report(heard.meterPan, { leftWh: 700, importWh: 100 });
  await sweepAfter(5 * 24);
  assert.deepEqual(await called(), [
    [id(frail), 'medical'],
    [id(quiet), 'noPurchase'],
  ]);
  h.clock.nowMs += hourMs;
  await bought(quiet, 99);
  await sweepAfter(7);
  assert.deepEqual(await called(), [[id(frail), 'medical']]);
});
