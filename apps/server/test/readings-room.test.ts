// The readings room over HTTP: what stands open for a utility, decisions that are taken back, many
// accepted together, a register as a page and as a file.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import {
  type ReadingFindingRow,
  readingAroundSchema,
  readingFindingPageSchema,
  readingsAcceptedSchema,
  readingValuesSchema,
} from '@prewatt/api';
import { energyWh, idFromUuid } from '@prewatt/quantities';
import { createHarness, type Harness, testUtility } from './harness.ts';
import { createHttpHarness, type HttpHarness, Visitor } from './http-harness.ts';

const password = 'a long enough password';
const reason = 'Looked at on the spot';
const halfHour = 1_800_000;
/** Midnight in Johannesburg, the day before the clock of the tests starts. */
const midnight = Date.UTC(2026, 10, 22, 22);
const findings = '/api/operator/readings/findings';
let h: Harness;
let http: HttpHarness;
let visitors: Record<'viewer' | 'operator' | 'neighbour', Visitor>;
let homes: Awaited<ReturnType<Harness['addConnection']>>[];

before(async () => {
  h = await createHarness();
  await h.services.upkeep();
  http = await createHttpHarness(h);
  const other = await h.onboarding.createUtility({ ...testUtility, name: 'Other Utility' });
  visitors = {
    viewer: await signedIn('viewer', h.utilityId),
    operator: await signedIn('operator', h.utilityId),
    neighbour: await signedIn('administrator', other),
  };
  homes = [await h.addConnection(), await h.addConnection()];
  // Each home jumps by 500 kWh at its 30th half-hour and misses two half-hours.
  for (const home of homes) {
    const entries = Array.from({ length: 60 }, (_, i) => i).flatMap((i) => {
      const value = energyWh(50_000 + i * 250 + (i >= 30 ? 500_000 : 0));
      const entry = { endsAtMs: midnight + i * halfHour, importEnergyWh: value };
      return i === 40 || i === 41 ? [] : [entry];
    });
    await h.fromMeter(home.meterPan, { kind: 'profile', sequence: 1, entries });
  }
  await roll();
});
after(async () => {
  await http.close();
  await h.close();
});

async function signedIn(role: 'administrator' | 'operator' | 'viewer', utilityId: string) {
  const email = `${role}@${utilityId}.example`;
  await http.createOperator({ email, password, role, utilityId });
  const visitor = new Visitor(http.app);
  await visitor.postJson('/api/auth/sign-in/email', { email, password });
  return visitor;
}
const roll = async () => {
  h.clock.nowMs += 60_000;
  await h.services.upkeep();
};
const pageOf = async (query = '', visitor = visitors.viewer) => {
  const answer = await visitor.get(`${findings}${query}`);
  assert.equal(answer.statusCode, 200, answer.body);
  return readingFindingPageSchema.parse(answer.json());
};
const rootOf = (home: { readonly connectionId: string }) =>
  `/api/operator/connections/${idFromUuid('connection', home.connectionId)}`;
const codeOf = (answer: { body: string; statusCode: number }) => [
  answer.statusCode,
  JSON.parse(answer.body).code,
];
const namesOf = (rows: readonly ReadingFindingRow[]) =>
  rows.map(
    ({ meterPan, finding }) =>
      `${homes.findIndex((home) => home.meterPan === meterPan)} ${finding}`,
  );

test('what stands open is listed for the utility, newest first, and for nobody else', async () => {
  const page = await pageOf();
  assert.deepEqual(namesOf(page.rows).sort(), ['0 gap', '0 spike', '1 gap', '1 spike']);
  assert.deepEqual(
    page.rows.map(({ readAt }) => readAt),
    page.rows
      .map(({ readAt }) => readAt)
      .toSorted()
      .reverse(),
  );
  assert.deepEqual([page.counts.gap, page.counts.spike, page.counts.reset], [2, 2, 0]);
  assert.deepEqual(namesOf((await pageOf('?finding=spike')).rows).sort(), ['0 spike', '1 spike']);
  assert.deepEqual((await pageOf('', visitors.neighbour)).rows, []);
  assert.deepEqual((await pageOf('?show=decided')).rows, []);
});

test('a reading is shown among its neighbours, with what was said about it', async () => {
  const [home] = homes;
  assert.ok(home);
  const readAt = new Date(midnight + 30 * halfHour).toISOString();
  const answer = await visitors.viewer.get(`${rootOf(home)}/readings/around?readAt=${readAt}`);
  const around = readingAroundSchema.parse(answer.json());
  const at = around.points.findIndex((point) => point.readAt === readAt);
  assert.equal(around.points[at]?.valueWh, '557500');
  assert.equal(around.points[at - 1]?.valueWh, '57250');
  assert.equal(around.points[at + 1]?.valueWh, '557750');
  assert.deepEqual(
    around.history.map(({ finding, state }) => [finding, state]),
    [['spike', 'found']],
  );
  const elsewhere = await visitors.neighbour.get(
    `${rootOf(home)}/readings/around?readAt=${readAt}`,
  );
  assert.deepEqual(codeOf(elsewhere), [404, 'notFound']);
});

test('a decision is taken back by name, and the finding stands open with its detail', async () => {
  const [home] = homes;
  assert.ok(home);
  const path = `${rootOf(home)}/readings/decide`;
  const readAt = new Date(midnight + 30 * halfHour).toISOString();
  const body = { readAt, finding: 'spike', reason };
  const { operator } = visitors;
  const decide = async (decision: string) => {
    const answer = await operator.postJson(path, { ...body, decision });
    assert.equal(answer.statusCode, 200, answer.body);
    await roll();
  };
  const before = (await pageOf('?finding=spike')).rows.find((r) => r.meterPan === home.meterPan);
  await decide('accepted');
  const [decided] = (await pageOf('?show=decided')).rows;
  assert.deepEqual(
    [decided?.state, decided?.detail, decided?.decidedBy],
    ['accepted', before?.detail, 'An operator'],
  );
  await decide('reopened');
  await decide('reopened');
  assert.deepEqual((await pageOf('?show=decided')).rows, []);
  const open = (await pageOf('?finding=spike')).rows.find((r) => r.meterPan === home.meterPan);
  assert.deepEqual(open?.detail, before?.detail);
  const answer = await operator.get(`${rootOf(home)}/readings/around?readAt=${readAt}`);
  const { history } = readingAroundSchema.parse(answer.json());
  assert.deepEqual(
    history.map(({ state, by }) => [state, by]),
    [
      ['found', null],
      ['accepted', 'An operator'],
      ['found', 'An operator'],
    ],
  );
});

test('gaps are accepted together, what changes energy only one by one', async () => {
  const { operator, viewer, neighbour } = visitors;
  const { rows } = await pageOf('?finding=gap');
  const asked = rows.map(({ connectionId, meterPan, readAt, finding }) => ({
    connectionId,
    meterPan,
    readAt,
    finding,
  }));
  const path = '/api/operator/readings/accept';
  const body = { reason, findings: asked };
  assert.deepEqual(codeOf(await viewer.postJson(path, body)), [403, 'forbidden']);
  assert.deepEqual(codeOf(await neighbour.postJson(path, body)), [404, 'notFound']);
  const spikes = { reason, findings: asked.map((each) => ({ ...each, finding: 'spike' })) };
  assert.deepEqual(codeOf(await operator.postJson(path, spikes)), [400, 'badRequest']);
  const wrong = { ...asked[0], readAt: new Date(midnight).toISOString() };
  const answer = await operator.postJson(path, { reason, findings: [...asked, wrong] });
  const result = readingsAcceptedSchema.parse(answer.json());
  assert.deepEqual([result.accepted, result.refused.length], [2, 1]);
  assert.match(result.refused[0]?.why ?? '', /Nothing of that kind/);
  const again = await operator.postJson(path, body);
  assert.equal(readingsAcceptedSchema.parse(again.json()).accepted, 2, 'a repeat changes nothing');
  await roll();
  assert.equal((await pageOf()).counts.gap, 0);
});

test('a register is read by the day, and taken away as a file by those who may export', async () => {
  const [home] = homes;
  assert.ok(home);
  const { viewer, operator } = visitors;
  const values = `${rootOf(home)}/readings/values`;
  const day = 'from=2026-11-23&to=2026-11-23';
  const answer = await viewer.get(`${values}?${day}`);
  const { rows } = readingValuesSchema.parse(answer.json());
  assert.equal(rows.length, 47, 'both midnights, two missing');
  assert.deepEqual([rows[0]?.valueWh, rows[1]?.valueWh], ['50000', '50250']);
  for (const bad of ['from=2026-11-23&to=2026-11-22', 'from=2026-01-01&to=2026-11-22', 'from=x']) {
    assert.deepEqual(codeOf(await viewer.get(`${values}?${bad}`)), [400, 'badRequest']);
  }
  assert.deepEqual(codeOf(await viewer.get(`${values}.csv?${day}`)), [403, 'forbidden']);
  const file = await operator.get(`${values}.csv?${day}`);
  const lines = file.body.trimEnd().split('\r\n');
  assert.equal(lines.length, 48);
  assert.equal(lines[0], 'meter,register,read_at,value_kwh,received_at,remarks');
  assert.match(lines[1] ?? '', /^\d{18},importEnergyWh,2026-11-23T00:00:00\+02:00,50\.000,/);
});
