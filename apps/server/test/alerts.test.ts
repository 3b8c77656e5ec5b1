import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import {
  attentionPageSchema,
  meterAlertPageSchema,
  overviewSchema,
  settingAnswerSchema,
} from '@prewatt/api';
import type { AccountState, MeterEvent } from '@prewatt/protocol';
import { energyWh, idFromUuid, powerW } from '@prewatt/quantities';
import { sql } from 'kysely';
import { meterViewOf } from '../src/edge/operators/index.ts';
import { loadConnection } from '../src/registry/connections/index.ts';
import { quietEnd, readQuietHours } from '../src/workflows/alerts/choices.ts';
import { saveChoices } from '../src/workflows/alerts/index.ts';
import { createHarness, type Harness, startMs } from './harness.ts';
import { createHttpHarness, type HttpHarness, Visitor } from './http-harness.ts';
import { buyAndPay } from './purchases.ts';

const hour = 3_600_000;
const password = 'a long enough password';
const everyKind = { low: true, veryLow: true, restored: true };
/** 22:00 to 06:00 in Johannesburg, which is 20:00 to 04:00 UTC. */
const night = { fromMinute: 22 * 60, toMinute: 6 * 60 };
const nightMs = Date.UTC(2026, 10, 24, 21, 0);
const morningMs = Date.UTC(2026, 10, 25, 4, 0);

let h: Harness;
let http: HttpHarness;
before(async () => {
  h = await createHarness();
  http = await createHttpHarness(h);
  for (const role of ['operator', 'viewer'] as const) {
    await http.createOperator({ email: `${role}@test.example`, password, role });
  }
});
after(async () => {
  await http.close();
  await h.close();
});

type Home = Awaited<ReturnType<Harness['addConnection']>>;
let message = 0;
const events = (home: Home, list: readonly MeterEvent[]) => {
  message += 1;
  return h.fromMeter(home.meterPan, { kind: 'events', sequence: message, events: [...list] });
};
const low = (sequence: number, atMs: number): MeterEvent => ({
  sequence,
  atMs,
  code: 'creditLow',
  availableEnergyWh: energyWh(2_900),
});
const veryLow = (sequence: number, atMs: number, leftWh = 900): MeterEvent => ({
  sequence,
  atMs,
  code: 'creditVeryLow',
  availableEnergyWh: energyWh(leftWh),
});
const opened = (sequence: number, atMs: number): MeterEvent => ({
  sequence,
  atMs,
  code: 'loadSwitchOpened',
  cause: 'credit',
});
const closed = (sequence: number, atMs: number): MeterEvent => ({
  sequence,
  atMs,
  code: 'loadSwitchClosed',
  cause: 'credit',
});
const cover = (sequence: number, atMs: number): MeterEvent => ({
  sequence,
  atMs,
  code: 'coverOpened',
  evidence: { importEnergyWh: energyWh(1), powerW: powerW(1) },
});

const said = async (home: Home): Promise<string[]> => {
  const { rows } = await sql<{ kind: string; state: string }>`SELECT kind, state
    FROM prewatt.messages WHERE connection_id = ${home.connectionId}::uuid
    ORDER BY created_at, about_at, id`.execute(h.owner.directories);
  return rows.map(({ kind, state }) => `${kind} ${state}`).sort();
};
const choose = (home: Home, o: { quiet?: typeof night; wanted?: Partial<typeof everyKind> }) =>
  h.database.inUtility(h.utilityId, (tx) =>
    saveChoices(tx, {
      place: home,
      choices: { wanted: { ...everyKind, ...o.wanted }, digest: false, quiet: o.quiet ?? null },
      nowMs: h.clock.nowMs,
    }),
  );

test('each crossing is told once, whatever is repeated', async () => {
  const home = await h.addConnection();
  const at = h.clock.nowMs;
  for (let i = 0; i < 3; i++) await events(home, [low(1, at - 60_000), veryLow(2, at - 30_000)]);
  await events(home, [low(3, at), veryLow(4, at, 0)]);
  assert.deepEqual(await said(home), [
    'creditLow queued',
    'creditLow queued',
    'creditVeryLow queued',
  ]);
});

/** The meter says that its credit is used up and its switch open. */
const report = (home: Home, more: Partial<AccountState> = {}) =>
  h.fromMeter(home.meterPan, {
    kind: 'state',
    state: {
      capturedAtMs: h.clock.nowMs,
      availableEnergyWh: energyWh(0),
      powerW: powerW(0),
      importEnergyWh: energyWh(1),
      creditedEnergyWh: energyWh(1),
      owedEnergyWh: energyWh(0),
      loadSwitch: 'disconnected',
      creditStatus: 'outOfCredit',
      ...more,
    },
  });
const lastText = async (home: Home): Promise<string> => {
  const { rows } = await sql<{ text: string }>`SELECT text FROM prewatt.messages
    WHERE connection_id = ${home.connectionId}::uuid ORDER BY id DESC LIMIT 1`.execute(
    h.owner.directories,
  );
  return rows[0]?.text ?? '';
};
test('an alert is in the language of the phone, else of the utility’s pages', async () => {
  const phone = '+27825550778';
  const home = await h.addConnection({ customer: { name: 'Reader', phone } });
  const pagesSpeak = async (language: string) => {
    await sql`UPDATE prewatt.utilities SET page_language = ${language}`.execute(
      h.owner.directories,
    );
    await h.services.utilities.list();
  };
  await pagesSpeak('pt');
  await events(home, [veryLow(1, h.clock.nowMs)]);
  assert.match(await lastText(home), /^Test Utility: o crédito para .+ está muito baixo: restam /);
  await pagesSpeak('en');
  await h.services.phones.speak(phone, 'hi');
  await events(home, [opened(2, h.clock.nowMs)]);
  assert.match(await lastText(home), /ख़त्म हो गई और बिजली बंद है।/);
});

const readTokens = async (saleId: string): Promise<readonly string[]> => {
  const { rows } = await sql<{ digits: string }>`SELECT digits FROM prewatt.tokens
    WHERE sale_id = ${saleId}::uuid ORDER BY section, tid`.execute(h.owner.directories);
  return rows.map(({ digits }) => digits.replace(/\d{4}(?=\d)/g, '$& '));
};

test('a home without supply whose token was never typed is told to type it, not to buy', async () => {
  const home = await h.addConnection();
  const at = h.clock.nowMs;
  await events(home, [opened(1, at)]);
  assert.match(await lastText(home), /Any purchase turns it on again: http/);
  await buyAndPay(h, 5_000n, 'waits-1', home);
  const [token] = await readTokens(await buyAndPay(h, 5_000n, 'waits-2', home));
  const texts: string[] = [];
  for (const event of [low(2, at), opened(3, at)]) {
    await events(home, [event]);
    texts.push(await lastText(home));
  }
  assert.ok(texts[0]?.endsWith(`2.9 kWh left. Type your token ${token}.`), texts.join());
  assert.ok(texts[1]?.endsWith(`off. Type your token ${token} and it is on again.`), texts.join());
  const view = await h.database.inUtility(h.utilityId, async (tx) => {
    const connection = await loadConnection(tx, home);
    assert.ok(connection !== null);
    return meterViewOf(tx, connection);
  });
  assert.equal(view.waiting?.tokens, 1);
  // At once on the list of who needs somebody, since supply is off; not after a week.
  const visitor = await operator('viewer');
  const listed = async () =>
    attentionPageSchema
      .parse((await visitor.get('/api/operator/attention')).json())
      .rows.filter((row) => row.connectionId === idFromUuid('connection', home.connectionId));
  const linkIs = (up: boolean) =>
    sql`UPDATE prewatt.meter_states SET link_up = ${up}
      WHERE connection_id = ${home.connectionId}::uuid`.execute(h.owner.directories);
  await report(home);
  await linkIs(false);
  assert.equal((await listed()).length, 2, 'nobody can bring it');
  await linkIs(true);
  assert.deepEqual(await listed(), [], 'a meter whose link is up may still take it');
  h.clock.nowMs += 16 * 60_000;
  const rows = await listed();
  assert.equal(rows.length, 2);
  assert.match(rows[0]?.reason ?? '', /^Paid, and the meter has not taken it; supply is off/);
  const overview = async () =>
    overviewSchema.parse((await visitor.get('/api/operator/overview')).json());
  assert.equal((await overview()).attentionParts.sales, 2);
  await report(home, { loadSwitch: 'connected', creditStatus: 'inCredit' });
  assert.deepEqual(await listed(), []);
  assert.equal((await overview()).attentionParts.sales, 0);
  h.clock.nowMs = startMs;
  // What the meter has taken or refused, and what was reversed, waits for nobody.
  await sql`UPDATE prewatt.tokens SET state = 'accepted' WHERE connection_id = ${home.connectionId}::uuid`.execute(
    h.owner.directories,
  );
  await events(home, [opened(4, at)]);
  assert.match(await lastText(home), /Any purchase turns it on again/);
});

test('emergency credit that a home may still take is told when its supply ends', async () => {
  const home = await h.addConnection();
  const account = {
    paymentMode: 'prepayment',
    creditUnit: 'energy',
    creditInUse: null,
    veryLow: true,
    emergency: { status: 'selectable', leftEnergyWh: energyWh(500), usedEnergyWh: energyWh(0) },
    reservedEnergyWh: energyWh(0),
    openReasons: ['credit'],
    protectedUntilMs: null,
    powerLimitW: null,
    tamper: [],
  } satisfies AccountState['account'];
  await report(home, { account });
  await events(home, [opened(1, h.clock.nowMs)]);
  assert.match(
    await lastText(home),
    /supply is off\. You can take 0\.5 kWh of emergency credit at the meter\. Any purchase/,
  );
  const usedUp = { ...account.emergency, status: 'exhausted', leftEnergyWh: energyWh(0) } as const;
  h.clock.nowMs += 1;
  await report(home, { account: { ...account, emergency: usedUp } });
  await events(home, [opened(2, h.clock.nowMs)]);
  assert.doesNotMatch(await lastText(home), /emergency/);
});

test('what comes late and is no longer true is kept and not sent', async () => {
  const home = await h.addConnection();
  const at = h.clock.nowMs;
  await events(home, [opened(4, at - 1_000)]);
  await events(home, [low(2, at - 60_000), closed(1, at - 90_000), veryLow(3, at - 30_000)]);
  assert.deepEqual(await said(home), [
    'creditLow dropped',
    'creditVeryLow dropped',
    'supplyOff queued',
    'supplyRestored dropped',
  ]);
});

test('a kind that is switched off makes no message; supply off is told all the same', async () => {
  const home = await h.addConnection();
  await choose(home, { wanted: { low: false, veryLow: false, restored: false } });
  const at = h.clock.nowMs;
  await events(home, [low(1, at - 4), veryLow(2, at - 3), opened(3, at - 2), closed(4, at - 1)]);
  assert.deepEqual(await said(home), ['supplyOff queued']);
});

test('in quiet hours low waits for their end and is sent once', async () => {
  const home = await h.addConnection();
  await choose(home, { quiet: night });
  h.clock.nowMs = nightMs;
  await events(home, [low(1, nightMs - 1)]);
  assert.deepEqual(await said(home), ['creditLow waiting']);
  h.clock.nowMs = morningMs - 1;
  await h.services.upkeep();
  assert.deepEqual(await said(home), ['creditLow waiting']);
  h.clock.nowMs = morningMs;
  await Promise.all([h.services.upkeep(), h.secondServices().upkeep()]);
  assert.deepEqual(await said(home), ['creditLow queued']);
  const { rows } = await sql<{ text: string; jobs: bigint }>`SELECT m.text,
    (SELECT count(*) FROM graphile_worker._private_jobs j
      WHERE (j.payload->'messages')::jsonb @> jsonb_build_array(jsonb_build_object('id', m.id))) AS jobs
    FROM prewatt.messages m WHERE connection_id = ${home.connectionId}::uuid`.execute(
    h.owner.directories,
  );
  assert.equal(rows[0]?.jobs, 1n);
  assert.match(rows[0]?.text ?? '', /was low at 22:59: 2\.9 kWh left/);
  h.clock.nowMs = startMs;
});

test('credit bought in quiet hours: the low message that waits is dropped', async () => {
  const home = await h.addConnection();
  await choose(home, { quiet: night });
  h.clock.nowMs = nightMs;
  await events(home, [low(1, nightMs)]);
  h.clock.nowMs = nightMs + hour;
  await h.fromMeter(home.meterPan, {
    kind: 'state',
    state: {
      capturedAtMs: nightMs + hour,
      availableEnergyWh: energyWh(40_000),
      powerW: powerW(1),
      importEnergyWh: energyWh(1),
      creditedEnergyWh: energyWh(40_001),
      owedEnergyWh: energyWh(0),
      loadSwitch: 'connected',
      creditStatus: 'inCredit',
    },
  });
  h.clock.nowMs = morningMs;
  await h.services.upkeep();
  assert.deepEqual(await said(home), ['creditLow dropped']);
  h.clock.nowMs = startMs;
});

test('supply off comes at night; low and restored that it overtakes do not come', async () => {
  const home = await h.addConnection();
  await choose(home, { quiet: night });
  h.clock.nowMs = nightMs;
  await events(home, [low(1, nightMs - 9), closed(2, nightMs - 8), opened(3, nightMs - 7)]);
  assert.ok((await said(home)).includes('supplyOff queued'));
  h.clock.nowMs = morningMs;
  await h.services.upkeep();
  assert.deepEqual(await said(home), [
    'creditLow dropped',
    'supplyOff queued',
    'supplyRestored dropped',
  ]);
  h.clock.nowMs = startMs;
});

test('quiet hours end in the utility’s zone, over midnight and over a change of clocks', () => {
  const zone = 'Europe/Berlin';
  const at = (text: string) => Temporal.ZonedDateTime.from(`${text}[${zone}]`).epochMilliseconds;
  const end = (text: string) => quietEnd(night, { nowMs: at(text), zone });
  assert.equal(end('2026-10-24T23:00'), at('2026-10-25T06:00'));
  assert.equal(end('2026-10-25T05:59'), at('2026-10-25T06:00'));
  assert.equal(end('2026-10-25T06:00'), null);
  assert.equal(end('2026-10-25T21:59'), null);
  assert.deepEqual(readQuietHours({ from: '22:00', to: '' }), { ok: false, error: 'onlyOneTime' });
  assert.deepEqual(readQuietHours({ from: '25:00', to: '6:00' }), { ok: false, error: 'notATime' });
});

const listOf = async (visitor: Visitor, home: Home) => {
  const answer = await visitor.get('/api/operator/meter-alerts');
  const { rows } = meterAlertPageSchema.parse(answer.json());
  return rows.filter(
    ({ connectionId }) => connectionId === idFromUuid('connection', home.connectionId),
  );
};

async function operator(role: 'operator' | 'viewer'): Promise<Visitor> {
  const visitor = new Visitor(http.app);
  const email = `${role}@test.example`;
  const answer = await visitor.postJson('/api/auth/sign-in/email', { email, password });
  assert.equal(answer.statusCode, 200, answer.body);
  return visitor;
}
const contact = (home: Home) =>
  h.fromMeter(home.meterPan, {
    kind: 'state',
    state: {
      capturedAtMs: h.clock.nowMs,
      availableEnergyWh: energyWh(4_000),
      powerW: powerW(1),
      importEnergyWh: energyWh(1),
      creditedEnergyWh: energyWh(4_001),
      owedEnergyWh: energyWh(0),
      loadSwitch: 'connected',
      creditStatus: 'inCredit',
    },
  });

test('a meter that is silent for 48 hours is on the list once for each silence', async () => {
  const home = await h.addConnection();
  const visitor = await operator('viewer');
  await contact(home);
  h.clock.nowMs += 48 * hour;
  await h.services.upkeep();
  assert.deepEqual(await listOf(visitor, home), []);
  h.clock.nowMs += hour;
  await Promise.all([h.services.upkeep(), h.secondServices().upkeep()]);
  h.clock.nowMs += hour;
  await h.services.upkeep();
  const [row, ...others] = await listOf(visitor, home);
  assert.deepEqual(
    [row?.kind, row?.since, others.length],
    ['silent', new Date(startMs).toISOString(), 0],
  );
  await contact(home);
  assert.deepEqual(await listOf(visitor, home), []);
  await h.services.upkeep();
  h.clock.nowMs += 50 * hour;
  await h.services.upkeep();
  assert.equal((await listOf(visitor, home)).length, 1);
  const { rows } = await sql<{ ended: boolean }>`SELECT ended_at IS NOT NULL AS ended
    FROM prewatt.meter_alerts WHERE meter_id = ${home.meterId}::uuid ORDER BY since_at`.execute(
    h.owner.directories,
  );
  assert.deepEqual(rows, [{ ended: true }, { ended: false }]);
  h.clock.nowMs = startMs;
});

test('tampering is on the list until it is cleared at the meter, in whatever order it comes', async () => {
  const home = await h.addConnection();
  const visitor = await operator('viewer');
  const at = h.clock.nowMs;
  const clear = (sequence: number): MeterEvent => ({
    sequence,
    atMs: at,
    code: 'settingChanged',
    setting: 'tamperCleared',
    origin: 'keypad',
  });
  for (let i = 0; i < 2; i++) await events(home, [cover(1, at - 9), cover(2, at - 8)]);
  assert.deepEqual(
    (await listOf(visitor, home)).map(({ kind, what }) => [kind, what]),
    [['tamper', 'Its cover was opened']],
  );
  await events(home, [clear(5)]);
  assert.deepEqual(await listOf(visitor, home), []);
  await events(home, [cover(4, at - 1)]);
  assert.deepEqual(await listOf(visitor, home), [], 'it was cleared before it came');
  await events(home, [cover(6, at)]);
  assert.equal((await listOf(visitor, home)).length, 1);
});

test('an operator has seen it: it leaves the list; a viewer may not say so', async () => {
  const home = await h.addConnection();
  await events(home, [cover(1, h.clock.nowMs)]);
  const [viewer, acting] = [await operator('viewer'), await operator('operator')];
  const [row] = await listOf(viewer, home);
  const path = `/api/operator/meter-alerts/${row?.alertId}/acknowledge`;
  const reason = 'Visited; the seal was renewed.';
  assert.equal((await viewer.postJson(path, { reason })).statusCode, 403);
  assert.equal((await acting.postJson(path, { reason: 'short' })).statusCode, 400);
  for (let i = 0; i < 2; i++) {
    assert.equal((await acting.postJson(path, { reason })).statusCode, 200);
  }
  const other = await acting.postJson(path, { reason: 'Other words about the same.' });
  assert.equal(other.statusCode, 409);
  assert.deepEqual(await listOf(viewer, home), []);
  const unknown = path.replace(row?.alertId ?? '', '00000000-0000-7000-8000-000000000000');
  assert.equal((await acting.postJson(unknown, { reason })).statusCode, 404);
});

test('a customer chooses on a page without scripts; another’s page is not there', async () => {
  const phone = '+27825550777';
  const home = await h.addConnection({ customer: { name: 'Chooser', phone } });
  const visitor = new Visitor(http.app);
  await visitor.get('/sign-in');
  await visitor.post('/sign-in', { phone });
  await visitor.post('/sign-in/code', { phone, code: http.codes.at(-1)?.code ?? '' });
  const pathOf = ({ connectionId }: { connectionId: string }) =>
    `/connections/${idFromUuid('connection', connectionId)}/messages`;
  const path = pathOf(home);
  const first = await visitor.get(path);
  assert.equal(first.body.match(/ checked/g)?.length, 3);
  const half = await visitor.post(path, { low: 'on', quietFrom: '22:00', quietTo: '' });
  assert.equal(half.statusCode, 422);
  assert.match(half.body, /Give both times/);
  for (let i = 0; i < 2; i++) {
    const kept = await visitor.post(path, { low: 'on', quietFrom: '22:00', quietTo: '06:00' });
    assert.equal(kept.statusCode, 303, kept.body);
  }
  const again = await visitor.get(`${path}?saved=1`);
  assert.equal(again.body.match(/ checked/g)?.length, 1);
  assert.match(again.body, /value="22:00"/);
  assert.match(again.body, /Your choices are saved/);
  const forged = await visitor.post(path, { csrf: 'x', quietFrom: '', quietTo: '' });
  assert.equal(forged.statusCode, 403);
  assert.equal((await visitor.get(pathOf(h.place))).statusCode, 404);
  assert.equal((await visitor.post(pathOf(h.place), { low: 'on' })).statusCode, 404);
});

test('an administrator says when a meter counts as silent, once, on record; the list goes by it', async () => {
  const home = await h.addConnection();
  await contact(home);
  const acting = await operator('operator');
  await http.createOperator({ email: 'chief@test.example', password, role: 'administrator' });
  const chief = new Visitor(http.app);
  await chief.postJson('/api/auth/sign-in/email', { email: 'chief@test.example', password });
  const path = '/api/operator/silence';
  const body = { requestId: 'silence-1', hours: 3, reason: 'A town with good links' };
  assert.equal((await acting.postJson(path, body)).statusCode, 403);
  for (const hours of [0, 8_761, 1.5]) {
    assert.equal((await chief.postJson(path, { ...body, hours })).statusCode, 400);
  }
  for (let i = 0; i < 2; i++) {
    const answer = await chief.postJson(path, body);
    assert.equal(answer.statusCode, 200, answer.body);
    const setting = settingAnswerSchema('silentAfterHours').parse(answer.json());
    assert.deepEqual(
      [setting.hours, setting.history.map(({ before, after, by }) => [before, after, by])],
      [3, [['48', '3', 'An operator']]],
    );
  }
  const codes = [];
  for (const other of [
    { ...body, hours: 4 },
    { ...body, requestId: 'silence-2' },
  ]) {
    codes.push((await chief.postJson(path, other)).json().code);
  }
  assert.deepEqual(codes, ['requestIdReused', 'unchanged']);
  h.clock.nowMs += 4 * 3_600_000;
  await h.services.upkeep();
  assert.deepEqual(
    (await listOf(acting, home)).map(({ kind }) => kind),
    ['silent'],
  );
  const back = { requestId: 'silence-3', hours: 48, reason: 'As it was before' };
  assert.equal((await chief.postJson(path, back)).statusCode, 200);
});
