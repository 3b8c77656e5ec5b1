// A new version of a tariff reaches the meters that count money by itself: before its day, once,
// again when unheard, back when it is withdrawn; who cannot be told stands on a list.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type MeterTariffs, meterTariffsSchema, tariffVersionDetailSchema } from '@prewatt/api';
import type { CommandAction, CommandResult } from '@prewatt/protocol';
import { energyWh, idFromUuid, powerW } from '@prewatt/quantities';
import demoTariff from '@prewatt/tariff/documents/demo.json' with { type: 'json' };
import { sql } from 'kysely';
import { createMeterTelling } from '../src/money/tariffs/index.ts';
import type { MeterPlace } from '../src/registry/connections/index.ts';
import { createHarness, type Harness, startMs, testUtility } from './harness.ts';
import { createHttpHarness, type HttpHarness, Visitor } from './http-harness.ts';
import { runJobs } from './jobs.ts';

type Home = MeterPlace & { readonly meterPan: string };

const minuteMs = 60_000;
const dayMs = 86_400_000;
const base = '/api/operator/tariffs';
const december = Date.parse('2026-12-01T00:00:00+02:00');
const reason = 'The wholesale price rises on the first of December.';

let h: Harness;
let http: HttpHarness;
const visitors = new Map<string, Visitor>();
before(async () => {
  h = await createHarness();
  http = await createHttpHarness(h);
  const otherId = await h.onboarding.createUtility({ ...testUtility, name: 'Other Utility' });
  for (const [name, utilityId] of [
    ['first', h.utilityId],
    ['second', h.utilityId],
    ['other', otherId],
  ] as const) {
    const email = `${name}@test.example`;
    const password = `a long password of ${name}`;
    await http.createOperator({ email, password, role: 'administrator', utilityId });
    const visitor = new Visitor(http.app);
    await visitor.postJson('/api/auth/sign-in/email', { email, password });
    visitors.set(name, visitor);
  }
});
after(async () => {
  await http.close();
  await h.close();
});

const as = (name: string): Visitor => {
  const visitor = visitors.get(name);
  assert.ok(visitor !== undefined);
  return visitor;
};

const documentOf = (id: string, version: number, over: object = {}) => ({
  ...demoTariff,
  ...{ id, version, effectiveFrom: version === 1 ? '2026-01-01' : '2026-12-01' },
  energy: { schedules: [{ code: 'one', blocks: [{ uptoKwh: null, rate: `${version}.00` }] }] },
  ...{ charges: [], levies: [] },
  examples: [{ id: 'ten', wantedKwh: '10', expect: { cost: `${version * 10}.00` } }],
  ...over,
});

let tariffs = 0;
/** A tariff of its own with homes that count money by it. */
async function town(size: number): Promise<{ id: string; name: string; homes: Home[] }> {
  tariffs += 1;
  const [id, name] = [`tariff-${tariffs}`, `Tariff ${tariffs}`];
  const tariffId = await h.database.inUtility(h.utilityId, (tx) =>
    h.onboarding.createTariff(tx, h.utilityId, { name, document: documentOf(id, 1) }),
  );
  const homes: Home[] = [];
  for (let n = 0; n < size; n += 1) {
    const home = await h.addConnection({ tariffId });
    await says(home, { id, version: 1 });
    homes.push(home);
  }
  return { id, name, homes };
}

/** Its report: it counts money, and has that tariff. */
async function says(home: Home, tariff: { id: string; version: number } | null): Promise<void> {
  h.clock.nowMs += 1_000;
  await h.fromMeter(home.meterPan, {
    kind: 'state',
    state: {
      capturedAtMs: h.clock.nowMs,
      ...{ availableEnergyWh: energyWh(5n), powerW: powerW(0n), importEnergyWh: energyWh(1_000n) },
      ...{ creditedEnergyWh: energyWh(0n), owedEnergyWh: energyWh(0n) },
      ...({ loadSwitch: 'connected', creditStatus: 'inCredit' } as const),
      ...(tariff !== null && {
        money: {
          currency: testUtility.currency,
          ...{ availableMicroMinor: 1_000_000n, creditedMicroMinor: 0n, chargedMicroMinor: 0n },
          ...{ clearedMicroMinor: -1_000_000n, owedMicroMinor: 0n, tariff },
        },
      }),
    },
  });
}

let requests = 0;
/** Proposed, tried and asked for. */
async function askApproval(tariffName: string, document: object) {
  requests += 1;
  const made = await as('first').postJson(`${base}/changes`, {
    ...{ requestId: `change-${requests}`, tariffName, document, reason },
  });
  assert.equal(made.statusCode, 201, made.body);
  const { versionId } = tariffVersionDetailSchema.parse(made.json());
  const url = `${base}/versions/${versionId}`;
  await as('first').postJson(`${url}/back-tests`, { requestId: `try-${requests}-it`, months: 3 });
  await runJobs(h);
  return as('first').postJson(`${url}/request-approval`, { requestId: `approve-${requests}` });
}

/** And allowed by a second person. */
async function approve(tariffName: string, document: object): Promise<string> {
  const asked = await askApproval(tariffName, document);
  assert.equal(asked.statusCode, 200, asked.body);
  const { approval, versionId } = tariffVersionDetailSchema.parse(asked.json());
  const yes = await as('second').postJson(
    `/api/operator/approvals/${approval?.approvalId}/approve`,
    {},
  );
  assert.equal(yes.statusCode, 200, yes.body);
  return versionId;
}

const utility = () => h.services.utilities.get(h.utilityId);
const goRound = async (afterMs = minuteMs) => {
  h.clock.nowMs += afterMs;
  await h.services.meterTariffs.sweep(await utility());
};
type SetTariff = Extract<CommandAction, { kind: 'setTariff' }>;
const wordsTo = (home: Home) =>
  h.database.inUtility(h.utilityId, async (tx) => {
    const rows = await tx
      .selectFrom('commands')
      .select(['id', 'stage', 'action', 'requested_by'])
      .where('bucket', '=', home.bucket)
      .where('connection_id', '=', home.connectionId)
      .where('kind', '=', 'setTariff')
      .orderBy('id')
      .execute();
    return rows.map(({ id, stage, action, requested_by: by }) => {
      const { documentJson, activatesAtMs: fromMs } = action as SetTariff;
      return { id, stage, by, fromMs, version: JSON.parse(documentJson).version as number };
    });
  });
const saidTo = async (home: Home) =>
  (await wordsTo(home)).map(({ stage, fromMs, version }) => [version, fromMs, stage]);
let sequence = 100;
async function answers(home: Home, result: CommandResult = { kind: 'setTariff' }): Promise<void> {
  await h.services.commands.sweep(h.utilityId);
  const word = (await wordsTo(home)).at(-1);
  assert.ok(word !== undefined);
  sequence += 1;
  await h.fromMeter(home.meterPan, {
    ...{
      kind: 'commandResult',
      sequence,
      commandId: idFromUuid('command', word.id),
      completedAtMs: h.clock.nowMs,
    },
    result,
  });
}
const view = async (versionId: string, standing = 'told', who = 'first'): Promise<MeterTariffs> => {
  const answer = await as(who).get(`${base}/versions/${versionId}/meters?standing=${standing}`);
  assert.equal(answer.statusCode, 200, answer.body);
  return meterTariffsSchema.parse(answer.json());
};
const countsOf = async (versionId: string) =>
  Object.fromEntries(
    Object.entries((await view(versionId)).counts).filter(([, meters]) => meters > 0),
  );

test('an approved version is sent before its day, once, and the page says how far it is', async () => {
  const { id, name, homes } = await town(3);
  const [quick, no, away] = homes;
  assert.ok(quick !== undefined && no !== undefined && away !== undefined);
  const energy = await h.addConnection();
  await says(energy, null);
  await sql`UPDATE prewatt.meters SET link_revoked_at = now() WHERE id = ${away.meterId}::uuid`.execute(
    h.owner.directories,
  );
  const versionId = await approve(name, documentOf(id, 2));
  await goRound();
  await goRound(20 * minuteMs);
  assert.deepEqual(await saidTo(quick), [[2, december, 'queued']]);
  assert.deepEqual(await saidTo(away), []);
  assert.deepEqual(await saidTo(energy), []);
  assert.deepEqual(await countsOf(versionId), { told: 2, noLink: 1 });
  assert.deepEqual(
    (await view(versionId, 'noLink')).rows.map((row) => [row.meterPan, row.saysVersion]),
    [[away.meterPan, 1]],
  );
  await answers(quick);
  await answers(no, { kind: 'refused', reason: 'unsupported' });
  assert.deepEqual(await countsOf(versionId), { has: 1, refused: 1, noLink: 1 });
  assert.equal((await view(versionId, 'refused')).rows[0]?.refusal, 'unsupported');
  await goRound(20 * minuteMs);
  assert.deepEqual(await countsOf(versionId), { has: 1, refused: 1, noLink: 1 });
  h.clock.nowMs = december + minuteMs;
  await goRound();
  assert.deepEqual(await countsOf(versionId), { has: 1, refused: 1, noLink: 1 });
  assert.deepEqual(await saidTo(quick), [[2, december, 'done']], 'it turned to it by itself');
  assert.deepEqual(await saidTo(no), [[2, december, 'refused']], 'its no is not asked for again');
  const other = await view(versionId, 'noLink', 'other');
  assert.deepEqual([other.total, other.rows], [0, []], 'nothing is seen from elsewhere');
  h.clock.nowMs = startMs;
});

test('withdrawn before its day, meters go on with what they have', async () => {
  const { id, name, homes } = await town(2);
  const [heard, unheard] = homes;
  assert.ok(heard !== undefined && unheard !== undefined);
  const versionId = await approve(name, documentOf(id, 2));
  await goRound();
  await answers(heard);
  const gone = await as('first').postJson(`${base}/versions/${versionId}/withdraw`, {});
  assert.equal(gone.statusCode, 200, gone.body);
  await goRound();
  for (const home of homes) {
    const [second, first] = await wordsTo(home);
    assert.deepEqual([second?.version, first?.version], [2, 1]);
    assert.ok(first !== undefined && first.fromMs <= h.clock.nowMs, 'at once');
  }
  assert.equal((await wordsTo(unheard))[0]?.stage, 'cancelling');
  assert.deepEqual(await countsOf(versionId), {});
  await answers(heard);
  await goRound(20 * minuteMs);
  assert.equal((await wordsTo(heard)).length, 2);
});

test('today’s tariff goes first; what expires unheard is said again', async () => {
  const { id, name, homes } = await town(1);
  const [home] = homes;
  assert.ok(home !== undefined);
  await says(home, { id: 'of-before', version: 7 });
  const versionId = await approve(name, documentOf(id, 2));
  await goRound();
  const nowMs = h.clock.nowMs;
  assert.deepEqual(await saidTo(home), [[1, nowMs, 'queued']]);
  assert.deepEqual(await countsOf(versionId), { waits: 1 });
  await answers(home);
  await goRound(20 * minuteMs);
  assert.deepEqual(await saidTo(home), [
    [1, nowMs, 'done'],
    [2, december, 'queued'],
  ]);
  h.clock.nowMs = december + 8 * dayMs;
  await h.services.commands.sweep(h.utilityId);
  await goRound();
  const [, expired, again] = await saidTo(home);
  assert.deepEqual([expired?.[2], again], ['expired', [2, h.clock.nowMs, 'queued']]);
  await answers(home);
  h.clock.nowMs += 2 * dayMs;
  await says(home, { id, version: 1 });
  await goRound();
  assert.deepEqual((await saidTo(home)).at(-1), [2, h.clock.nowMs, 'queued'], 'it denies it');
  h.clock.nowMs = startMs;
});

test('a person’s word and an assignment count as told', async () => {
  const { id, name, homes } = await town(1);
  const [home] = homes;
  assert.ok(home !== undefined);
  await approve(name, documentOf(id, 2));
  await goRound();
  await answers(home);
  const url = `/api/operator/connections/connection_${home.connectionId}`;
  const byHand = await as('first').postJson(`${url}/commands`, {
    ...{ kind: 'setTariff', requestId: 'by-hand-1', reason: 'The meter was away' },
  });
  assert.equal(byHand.statusCode, 202, byHand.body);
  await answers(home);
  await goRound(20 * minuteMs);
  // Today’s by hand has taken the place of what the meter kept for December: said again.
  assert.deepEqual(
    (await wordsTo(home)).map(({ version, by, stage }) => [version, by, stage]),
    [
      [2, 'Prewatt', 'done'],
      [1, 'An operator', 'done'],
      [2, 'Prewatt', 'queued'],
    ],
  );
  const assigned = await as('first').postJson(`${url}/tariff`, {
    ...{ requestId: 'other-tariff-1', tariffName: 'Homes', from: '2026-11-24', reason },
  });
  assert.equal(assigned.statusCode, 200, assigned.body);
  const last = (await wordsTo(home)).at(-1);
  assert.deepEqual([last?.version, last?.by], [1, 'An operator']);
});

test('a version that meters could not charge is not handed on while some count money by it', async () => {
  const fee = {
    ...{ code: 'sale', label: 'Fee of the purchase', per: 'purchase', amount: '1.00' },
    when: { monthTotal: { overKwh: '50' } },
  };
  const { id, name } = await town(1);
  const document = documentOf(id, 2, {
    charges: [fee],
    examples: [{ id: 'ten', wantedKwh: '10', expect: { cost: '20.00' } }],
  });
  const asked = await askApproval(name, document);
  assert.equal(asked.statusCode, 409, asked.body);
  assert.equal(asked.json().code, 'tariffNotForMeter');
  assert.match(asked.json().detail, /One such meter has this tariff\./);
});

test('a round that dies goes on where it was, and nobody is told twice', async () => {
  const { id, name, homes } = await town(60);
  await approve(name, documentOf(id, 2));
  let looks = 0;
  const { database } = h;
  const dies: typeof database.inUtility = (utilityId, work) =>
    database.inUtility(utilityId, async (tx) => {
      const done = await work(tx);
      looks += 1;
      if (looks > 1) throw new Error('killed');
      return done;
    });
  const { tariffs, commands, clocks, utilities } = h.services;
  const dying = createMeterTelling({
    ...{ tariffs, commands, clocks, utilities },
    database: { ...database, inUtility: dies },
  });
  await assert.rejects(dying.sweep(await utility()), /killed/);
  const told = async () => {
    let words = 0;
    for (const home of homes) words += (await wordsTo(home)).length;
    return words;
  };
  const half = await told();
  assert.ok(half > 0 && half < 60, String(half));
  await Promise.all([goRound(), h.secondServices().meterTariffs.sweep(await utility())]);
  await goRound();
  assert.equal(await told(), 60);
});
