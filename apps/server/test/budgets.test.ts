// Budgets: what an hour and a day bring at most is not passed by requests at once nor by two
// servers, says so in words, warns before, and is changed by two people.

import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { type BudgetName, budgetsAnswerSchema } from '@prewatt/api';
import { idFromUuid } from '@prewatt/quantities';
import { takeFromBudget } from '../src/registry/limits/index.ts';
import { assertProof, createPeople, type People } from './correction-harness.ts';
import { createHarness, type Harness, newTestUuid } from './harness.ts';
import { createHttpHarness, type HttpHarness } from './http-harness.ts';
import { createVendor } from './vendor-harness.ts';

const url = '/api/operator/budgets';
const reason = 'the reason of this test';
const none = { energyPerHourWh: null, energyPerDayWh: null };
let h: Harness;
let http: HttpHarness;
let people: People;
let others: People;

before(async () => {
  h = await createHarness();
  http = await createHttpHarness(h);
  people = await createPeople(http);
  others = await createPeople(http, 'other ');
});
beforeEach(() => {
  h.clock.nowMs += 25 * 3_600_000;
});
after(async () => {
  try {
    await assertProof(h);
  } finally {
    await http.close();
    await h.close();
  }
});

const answerOf = async (who = people.asker) =>
  budgetsAnswerSchema.parse((await who.get(url)).json());
const usedOf = async (budget: BudgetName, who = people.asker) =>
  (await answerOf(who)).budgets.find((each) => each.budget === budget)?.used;
const approve = (approvalId: string, who = others.allower) =>
  who.postJson(`/api/operator/approvals/${approvalId}/approve`, {});

async function set(budget: BudgetName, limits: object): Promise<void> {
  const body = { requestId: newTestUuid(), reason, budget, limits };
  const asked = await people.allower.postJson(url, body);
  assert.equal(asked.statusCode, 202, asked.body);
  assert.equal((await approve(asked.json().approvalId)).json().state, 'done');
}

const place = () => `/api/operator/connections/${idFromUuid('connection', h.place.connectionId)}`;
const engineering = (who = people.asker, kind: object = { kind: 'clearTamper' }) =>
  who.postJson(`${place()}/grants`, { ...kind, requestId: newTestUuid(), reason });

test('a budget is set by two people, and what stands on the approval is what holds', async () => {
  const limits = { perHour: 5, perDay: 8, ...none };
  const body = { requestId: newTestUuid(), reason, budget: 'engineering', limits };
  assert.equal((await people.asker.postJson(url, body)).statusCode, 403);
  const energy = { ...body, limits: { ...limits, energyPerHourWh: '1', energyPerDayWh: '1' } };
  assert.equal((await people.allower.postJson(url, energy)).statusCode, 400);
  const { approvalId } = (await people.allower.postJson(url, body)).json();
  const shown = (await others.allower.get(`/api/operator/approvals/${approvalId}`)).json();
  assert.match(shown.description.title, /Engineering tokens that one operator makes/);
  assert.match(JSON.stringify(shown.description.facts), /In a day","value":"8 instead of 300/);
  assert.equal((await approve(approvalId, people.allower)).statusCode, 403, 'asked for it');
  assert.equal((await approve(approvalId)).json().state, 'done');
  const [now] = (await answerOf()).budgets.filter((each) => each.budget === 'engineering');
  assert.deepEqual([now?.limits, now?.version, now?.approvedBy], [limits, 1, 'other allower']);
  const same = await people.allower.postJson(url, { ...body, requestId: newTestUuid() });
  assert.equal(same.json().code, 'budgetUnchanged');
});

test('of many engineering tokens at once so many are made as the hour has, and of others their own', async () => {
  const answers = await Promise.all(Array.from({ length: 12 }, () => engineering()));
  const made = answers.filter(({ statusCode }) => statusCode === 201);
  assert.equal(made.length, 5);
  const refused = answers.find(({ statusCode }) => statusCode === 409);
  assert.equal(refused?.json().code, 'budgetReached');
  assert.match(refused?.json().detail, /as many engineering tokens as one person may/);
  assert.deepEqual((await usedOf('engineering'))?.inHour, 5, 'what was refused is not counted');
  assert.deepEqual((await answerOf()).near, [
    { budget: 'engineering', who: 'asker', usedPercent: 100 },
  ]);
  assert.equal((await engineering(people.allower)).statusCode, 201);
  const test = { kind: 'test', tests: [1] };
  assert.equal((await engineering(people.asker, test)).statusCode, 201, 'brings nothing');
  h.clock.nowMs += 3_600_000;
  const later = await Promise.all(Array.from({ length: 5 }, () => engineering()));
  assert.equal(later.filter(({ statusCode }) => statusCode === 201).length, 3, 'the day is used');
});

test('a request that is repeated counts once', async () => {
  const body = { kind: 'clearTamper', requestId: newTestUuid(), reason };
  await people.asker.postJson(`${place()}/grants`, body);
  await people.asker.postJson(`${place()}/grants`, body);
  assert.equal((await usedOf('engineering'))?.inHour, 1);
});

test('two pools of connections, as of two servers, share one budget, and nothing is taken beyond it', async () => {
  await set('freeCredit', {
    ...{ perHour: 100, perDay: 100 },
    ...{ energyPerHourWh: '1000', energyPerDayWh: '1000' },
  });
  const take = (database: Harness['database']) =>
    database.inUtility(h.utilityId, (tx) =>
      takeFromBudget(tx, {
        ...{ utilityId: h.utilityId, budget: 'freeCredit', ofId: h.utilityId },
        ...{ count: 1, energyWh: 150n, realNowMs: h.clock.nowMs },
      }),
    );
  const taken = await Promise.all(
    Array.from({ length: 20 }, (_, n) => take(n % 2 === 0 ? h.database : h.owner)),
  );
  assert.equal(taken.filter((each) => each).length, 6);
  const used = await usedOf('freeCredit');
  assert.deepEqual([used?.inHour, used?.energyInDayWh], [6, '900']);
});

test('free credit beyond the hour is refused when it is asked for, and at the second person’s yes', async () => {
  await set('freeCredit', {
    ...{ perHour: 100, perDay: 100 },
    ...{ energyPerHourWh: '10000', energyPerDayWh: '15000' },
  });
  const ask = (energyWh: string) =>
    people.asker.postJson('/api/operator/grants', {
      ...{ requestId: newTestUuid(), kind: 'freeCredit', reason },
      rows: [{ meterPan: h.meterPan, energyWh }],
    });
  const over = await ask('11000');
  assert.deepEqual([over.statusCode, over.json().code], [409, 'freeBudgetReached']);
  const [first, second] = [await ask('8000'), await ask('8000')];
  assert.equal(second.statusCode, 202, second.body);
  assert.equal((await approve(first.json().approvalId)).json().state, 'done');
  assert.equal((await ask('8000')).json().code, 'freeBudgetReached', 'beyond the day');
  const failed = (await approve(second.json().approvalId)).json();
  assert.deepEqual([failed.state, failed.failure.code], ['failed', 'freeBudgetReached']);
  assert.deepEqual((await usedOf('freeCredit'))?.energyInHourWh, '8000');
  assert.deepEqual((await answerOf()).near, [{ budget: 'freeCredit', who: null, usedPercent: 80 }]);
});

test('one home after the other gets another tariff only so often; a list asks a second person', async () => {
  await set('homeTariffs', { perHour: 2, perDay: 3, ...none });
  const { tariffName } = (await people.viewer.get(`${place()}/tariff`)).json();
  const today = new Date(h.clock.nowMs).toISOString().slice(0, 10);
  const assign = () =>
    people.asker.postJson(`${place()}/tariff`, {
      ...{ requestId: newTestUuid(), tariffName, from: today, parameters: {}, reason },
    });
  const answers = await Promise.all([assign(), assign(), assign(), assign()]);
  assert.deepEqual(answers.map(({ statusCode }) => statusCode).toSorted(), [200, 200, 409, 409]);
  const refused = answers.find(({ statusCode }) => statusCode === 409);
  assert.equal(refused?.json().code, 'budgetReached');
  const { history } = (await people.viewer.get(`${place()}/tariff`)).json();
  assert.equal(history.length, 2, 'what was refused is not written');
});

test('a vendor that has used most of its hour stands on the list, too', async () => {
  const vendor = await createVendor(h, 'Busy shop', {
    tokensPerHour: 5,
    floatLimitMinor: 100_000n,
  });
  for (let n = 0; n < 4; n += 1) {
    const order = { requestId: `busy-${n}-sale`, meterPan: h.meterPan, amountMinor: 1_000n };
    const sold = await h.services.vendors.selling.sell(vendor.till, order);
    assert.ok(sold.ok, JSON.stringify(sold));
  }
  assert.deepEqual((await answerOf(people.viewer)).near, [
    { budget: 'vendor', who: 'Busy shop', usedPercent: 80 },
  ]);
});
