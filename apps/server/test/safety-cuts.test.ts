// Cuts for safety, which go past the protection rules: few for one person in an hour, a second
// person beyond, seen at once with names, and ended by themselves.

import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import {
  type ConnectionDetail,
  controlLimitsAnswerSchema,
  overviewSchema,
  safetyCutPageSchema,
} from '@prewatt/api';
import { idFromUuid } from '@prewatt/quantities';
import { sql } from 'kysely';
import type { MeterPlace } from '../src/registry/connections/index.ts';
import { assertProof, createPeople, type People } from './correction-harness.ts';
import { createHarness, type Harness, newTestUuid } from './harness.ts';
import { createHttpHarness, type HttpHarness } from './http-harness.ts';

type Home = MeterPlace & { readonly meterPan: string };

const hourMs = 3_600_000;
let h: Harness;
let http: HttpHarness;
let people: People;

before(async () => {
  h = await createHarness();
  http = await createHttpHarness(h);
  people = await createPeople(http);
  const always = [{ weekdays: [1, 2, 3, 4, 5, 6, 7], from: '00:00', to: '24:00' }];
  await sql`UPDATE prewatt.utilities SET protection_rules
    = jsonb_set(protection_rules, '{friendlyHours}', ${JSON.stringify(always)}::jsonb)`.execute(
    h.owner.directories,
  );
  await h.services.utilities.list();
});
beforeEach(() => {
  h.clock.nowMs += 48 * hourMs;
});
after(async () => {
  try {
    await assertProof(h);
  } finally {
    await http.close();
    await h.close();
  }
});

const reason = 'The house burns and the fire brigade asks.';
const path = (home: MeterPlace) =>
  `/api/operator/connections/${idFromUuid('connection', home.connectionId)}`;
const cut = (home: Home, more: object = {}, who = people.asker) =>
  who.postJson(`${path(home)}/commands`, {
    ...{ kind: 'switchOpen', cause: 'safety', reason, requestId: newTestUuid() },
    ...more,
  });
const homes = (count: number): Promise<Home[]> =>
  Promise.all(Array.from({ length: count }, () => h.addConnection()));
const listed = async () =>
  safetyCutPageSchema.parse((await people.viewer.get('/api/operator/safety-cuts')).json()).rows;
/** Commands about the supply, each once. */
const sentTo = (home: Home): string[] => {
  const ofHome = h.sent.flatMap(({ meterPan, message }) =>
    meterPan === home.meterPan && message.kind === 'command' ? [message] : [],
  );
  const kinds = new Map(ofHome.map(({ commandId, action }) => [commandId, action.kind]));
  return [...kinds.values()].filter((kind) => kind.startsWith('switch'));
};
const held = async (home: Home) =>
  ((await people.viewer.get(path(home))).json() as ConnectionDetail).supplyHold;
const allow = (approvalId: string) =>
  people.allower.postJson(`/api/operator/approvals/${approvalId}/approve`, {});

test('of twenty cuts at once five are made; the others wait for a second person', async () => {
  const twenty = await homes(20);
  const answers = await Promise.all(twenty.map((home) => cut(home)));
  assert.deepEqual(
    answers.filter(({ statusCode }) => statusCode !== 202).map(({ body }) => body),
    [],
  );
  const waiting = answers.flatMap((each) => each.json().approvalId ?? []);
  assert.equal(waiting.length, 15);
  await h.services.upkeep();
  const opened = twenty.filter((home) => sentTo(home).includes('switchOpen'));
  assert.equal(opened.length, 5);
  const rows = await listed();
  assert.deepEqual(
    rows.map(({ by, approvedBy, reason: why }) => [by, approvedBy, why]),
    opened.map(() => ['asker', null, reason]),
  );
  const overview = overviewSchema.parse((await people.viewer.get('/api/operator/overview')).json());
  assert.equal(overview.attention, 5);
  const { own } = controlLimitsAnswerSchema.parse(
    (await people.asker.get('/api/operator/control-limits')).json(),
  );
  assert.equal(own.safetyCuts, 5);
  // An hour later the budget is free again.
  h.clock.nowMs += hourMs + 1;
  assert.notEqual((await cut(twenty[0] as Home)).json().commandId, undefined);
});

test('one that another person allows is made in both names, and once', async () => {
  const six = await homes(6);
  for (const home of six.slice(0, 5)) await cut(home);
  const [last] = six.slice(5) as [Home];
  const requestId = newTestUuid();
  const { approvalId } = (await cut(last, { requestId, hours: 2 })).json();
  assert.deepEqual((await cut(last, { requestId, hours: 2 })).json(), { approvalId }, 'again');
  const shown = await people.allower.get(`/api/operator/approvals/${approvalId}`);
  assert.match(JSON.stringify(shown.json().description), /past the protection rules.*2 hours/);
  const own = await people.asker.postJson(`/api/operator/approvals/${approvalId}/approve`, {});
  assert.equal(own.statusCode, 403);
  const done = await allow(approvalId);
  assert.equal(done.json().state, 'done', done.body);
  await h.services.upkeep();
  assert.deepEqual(sentTo(last), ['switchOpen']);
  const hold = await held(last);
  assert.deepEqual(
    [hold?.by, hold?.approvedBy, hold?.until],
    ['asker', 'allower', new Date(h.clock.nowMs + 2 * hourMs).toISOString()],
  );
  const again = await cut(last, { requestId, hours: 2 });
  assert.equal(again.json().kind, 'switchOpen', 'allowed, and asked for again');
  assert.equal((await listed()).filter((row) => row.approvedBy === 'allower').length, 1);
});

test('it ends by itself: supply is the rules’ again, and the list says who ended it', async () => {
  const [home] = (await homes(1)) as [Home];
  const tooLong = await cut(home, { hours: 5 });
  assert.deepEqual([tooLong.statusCode, tooLong.json().code], [409, 'safetyTooLong']);
  await cut(home, { hours: 1 });
  await h.services.upkeep();
  h.clock.nowMs += hourMs - 1;
  await h.services.upkeep();
  assert.notEqual(await held(home), null);
  h.clock.nowMs += 1;
  await h.services.upkeep();
  await h.services.upkeep();
  assert.equal(await held(home), null);
  assert.deepEqual(sentTo(home), ['switchOpen', 'switchArm']);
  const row = (await listed()).find(({ meterPan }) => meterPan === home.meterPan);
  assert.deepEqual([row?.endedBy, row?.by], ['Prewatt', 'asker']);
  h.clock.nowMs += 25 * hourMs;
  assert.equal((await listed()).length, 0);
});

test('a cut that no meter heard before its end is never carried out', async () => {
  const [home] = (await homes(1)) as [Home];
  await cut(home, { hours: 1 });
  h.clock.nowMs += 2 * hourMs;
  await h.services.upkeep();
  await h.services.upkeep();
  assert.deepEqual(sentTo(home), ['switchArm']);
});

test('a limit that leaves nothing to live by is a cut by another name', async () => {
  const [home] = (await homes(1)) as [Home];
  const limit = (limitW: number) =>
    people.asker.postJson(`${path(home)}/commands`, {
      ...{ kind: 'setPowerLimit', limitW, reason, requestId: newTestUuid() },
    });
  const refused = (await limit(1)).json();
  assert.equal(refused.code, 'protected');
  assert.match(refused.detail, /^A protection rule forbids a cut in all of the next forty days/);
  const opening = { kind: 'switchOpen', cause: 'operator', reason, requestId: newTestUuid() };
  const open = await people.asker.postJson(`${path(home)}/commands`, opening);
  assert.equal(open.json().detail, refused.detail);
  assert.equal((await limit(500)).statusCode, 202);
  const token = (powerW: string) =>
    people.asker.postJson(`${path(home)}/grants`, {
      ...{ kind: 'setMaximumPowerLimit', powerW, reason, requestId: newTestUuid() },
    });
  assert.equal((await token('1')).json().code, 'limitIsCut');
  assert.equal((await token('500')).statusCode, 201);
});

test('limits are changed by two people, and hold at once', async () => {
  const limits = {
    ...{ safetyCutsPerHour: 0, safetyCutHours: 8 },
    ...{ aloneMinor: '100000', dailyMinor: '200000' },
  };
  const body = { requestId: newTestUuid(), reason: 'the board wants it so', limits };
  const url = '/api/operator/control-limits';
  assert.equal((await people.asker.postJson(url, body)).statusCode, 403);
  const asked = await people.allower.postJson(url, body);
  assert.equal(asked.statusCode, 202, asked.body);
  const { approvalId } = asked.json();
  assert.equal((await allow(approvalId)).statusCode, 403, 'not by who asked');
  const second = await createPeople(http, 'other ');
  const done = await second.allower.postJson(`/api/operator/approvals/${approvalId}/approve`, {});
  assert.equal(done.json().state, 'done', done.body);
  const now = controlLimitsAnswerSchema.parse((await people.viewer.get(url)).json());
  assert.deepEqual([now.limits, now.version, now.approvedBy], [limits, 1, 'other allower']);
  const [home] = (await homes(1)) as [Home];
  assert.notEqual((await cut(home)).json().approvalId, undefined);
  const same = await people.allower.postJson(url, { ...body, requestId: newTestUuid() });
  assert.equal(same.json().code, 'limitsUnchanged');
});
