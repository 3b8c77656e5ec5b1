// Another tariff for many connections: chosen, tried on past purchases, allowed by a second person,
// worked off, and undone by a new one. On a real PostgreSQL.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type AssignmentJson, assignmentSchema } from '@prewatt/api';
import type { CommandAction } from '@prewatt/protocol';
import { energyWh, idFromUuid, powerW } from '@prewatt/quantities';
import demoTariff from '@prewatt/tariff/documents/demo.json' with { type: 'json' };
import { sql } from 'kysely';
import type { MeterPlace } from '../src/registry/connections/index.ts';
import { createHarness, type Harness, startMs, testUtility } from './harness.ts';
import { createHttpHarness, type HttpHarness, Visitor } from './http-harness.ts';
import { runJobs } from './jobs.ts';
import { buyAndPay } from './purchases.ts';

type Home = MeterPlace & { readonly meterPan: string };

let h: Harness;
let http: HttpHarness;
const visitors = new Map<string, Visitor>();
const river: Home[] = [];
before(async () => {
  h = await createHarness();
  http = await createHttpHarness(h);
  const otherId = await h.onboarding.createUtility({ ...testUtility, name: 'Other Utility' });
  for (const [name, role, utilityId] of [
    ['first', 'operator', h.utilityId],
    ['second', 'administrator', h.utilityId],
    ['viewer', 'viewer', h.utilityId],
    ['other', 'administrator', otherId],
  ] as const) {
    const email = `${name}@test.example`;
    const password = `a long password of ${name}`;
    await http.createOperator({ email, password, role, utilityId });
    const visitor = new Visitor(http.app);
    await visitor.postJson('/api/auth/sign-in/email', { email, password });
    visitors.set(name, visitor);
  }
  const document = {
    ...demoTariff,
    id: 'river-homes',
    effectiveFrom: '2026-01-01',
    energy: {
      schedules: [
        { code: 'poor', when: { parameter: { class: 'poor' } }, blocks: block('1.00') },
        { code: 'rest', blocks: block('4.00') },
      ],
    },
    parameters: { class: { label: 'Class', of: 'connection', choices: ['poor', 'rest'] } },
    examples: [],
  };
  await h.database.inUtility(h.utilityId, (tx) =>
    h.onboarding.createTariff(tx, h.utilityId, { name: 'River', document }),
  );
  for (let n = 0; n < 3; n += 1) river.push(await h.addConnection({ address: `${n} River Road` }));
  await buyAndPay(h, 10_000n, 'M-1', river[0]);
  await buyAndPay(h, 20_000n, 'M-2', river[1]);
});
after(async () => {
  await http.close();
  await h.close();
});

const block = (rate: string) => [{ uptoKwh: null, rate }];
const root = '/api/operator/tariffs/assignments';
const reason = 'The council moved River Road to its own tariff.';

const as = (name: string): Visitor => {
  const visitor = visitors.get(name);
  assert.ok(visitor !== undefined);
  return visitor;
};
let requests = 0;
const body = (over: object = {}) => {
  requests += 1;
  return {
    requestId: `many-${String(requests).padStart(4, '0')}`,
    tariffName: 'River',
    from: '2026-12-01',
    reason,
    choose: { filter: { tariffName: 'Homes', place: 'river' } },
    ...over,
  };
};
const codeOf = (answer: { readonly body: string }): string => JSON.parse(answer.body).code;
const read = async (id: string): Promise<AssignmentJson> =>
  assignmentSchema.parse((await as('viewer').get(`${root}/${id}`)).json());

async function make(over: object = {}): Promise<AssignmentJson> {
  const made = await as('first').postJson(root, body(over));
  assert.equal(made.statusCode, 202, made.body);
  await runJobs(h);
  return read(assignmentSchema.parse(made.json()).assignmentId);
}

async function allow(id: string): Promise<AssignmentJson> {
  const asked = await as('first').postJson(`${root}/${id}/request-approval`, {
    requestId: `ask-${id}`.slice(0, 60),
  });
  assert.equal(asked.statusCode, 200, asked.body);
  const { approval } = assignmentSchema.parse(asked.json());
  const done = await as('second').postJson(
    `/api/operator/approvals/${approval?.approvalId}/approve`,
    {},
  );
  assert.equal(done.statusCode, 200, done.body);
  return read(id);
}

const tariffOf = async (home: Home) => {
  const url = `/api/operator/connections/connection_${home.connectionId}/tariff`;
  return (await as('viewer').get(url)).json();
};

test('what cannot be is refused in words, and writes nothing', async () => {
  const known = river[0]?.meterPan ?? '';
  const cases: [over: object, code: string, detail: RegExp][] = [
    [{ tariffName: 'Nobody' }, 'unknownTariff', /no approved tariff/],
    [{ from: '2026-11-01' }, 'dateInPast', /later day/],
    [{ parameters: { class: 'rich' } }, 'parameterUnknown', /poor, rest/],
    [{ choose: { filter: { place: 'nowhere' } } }, 'nothingChosen', /none matches/],
    [{ tariffName: 'Homes', choose: { filter: {} } }, 'nothingChosen', /have this tariff/],
    [
      { choose: { list: [{ of: known }, { of: '600727000000000009' }, { of: known }] } },
      'listFaults',
      /line 2: there is no meter.*line 3: .* before/,
    ],
  ];
  for (const [over, code, detail] of cases) {
    const answer = await as('first').postJson(root, body(over));
    assert.equal(codeOf(answer), code, answer.body);
    assert.match(answer.json().detail, detail);
  }
  assert.equal((await as('viewer').postJson(root, body())).statusCode, 403);
  assert.equal(codeOf(await as('other').postJson(root, body())), 'unknownTariff');
  assert.deepEqual((await as('first').get(root)).json().rows, []);
});

test('who pays more is known before a second person allows it; then each has it from its day', async () => {
  const asked = body({ parameters: { class: 'rest' } });
  const made = await as('first').postJson(root, asked);
  const { assignmentId } = assignmentSchema.parse(made.json());
  assert.equal((await as('first').postJson(root, asked)).statusCode, 200, 'a repeat');
  const reused = await as('first').postJson(root, { ...asked, from: '2026-12-02' });
  assert.equal(codeOf(reused), 'requestIdReused');
  const early = await as('first').postJson(`${root}/${assignmentId}/request-approval`, {
    requestId: 'too-early-1',
  });
  assert.equal(codeOf(early), 'notReady');
  await runJobs(h);
  const ready = await read(assignmentId);
  assert.deepEqual(
    [ready.state, ready.rows.total, ready.summary?.connections, ready.summary?.payMore],
    ['ready', 3, 2, 2],
  );
  assert.deepEqual(ready.before, [{ tariffName: 'Homes', connections: 3 }]);
  const rows = (await as('first').get(`${root}/${assignmentId}/rows`)).json();
  assert.equal(rows.rows.length, 2);
  assert.ok(BigInt(rows.rows[0].afterMinor) > BigInt(rows.rows[0].beforeMinor));
  assert.equal((await as('other').get(`${root}/${assignmentId}`)).statusCode, 404);

  const begun = await allow(assignmentId);
  assert.equal(begun.state, 'assigning');
  const [home] = river;
  assert.ok(home !== undefined);
  assert.equal((await tariffOf(home)).next, null, 'not before the job');
  await runJobs(h);
  const done = await read(assignmentId);
  assert.deepEqual([done.state, done.rows.assigned, done.rows.refused], ['done', 3, 0]);
  for (const each of river) {
    const { tariffName, next, history } = await tariffOf(each);
    assert.deepEqual([tariffName, next.tariffName, next.from], ['Homes', 'River', '2026-12-01']);
    assert.equal(history[0].reason, reason);
  }
  // A sale before the day is priced as before; from the day on the same month's position goes on.
  const position = () =>
    h.database.inUtility(h.utilityId, async (tx) => {
      const { rows: found } = await sql<{ position: object }>`SELECT tariff_position AS position
        FROM connections WHERE id = ${home.connectionId}::uuid`.execute(tx);
      return JSON.stringify(found[0]?.position);
    });
  const before = await position();
  const nameOf = async (saleId: string) =>
    h.database.inUtility(h.utilityId, async (tx) => {
      const { rows: found } = await sql<{ name: string }>`SELECT t.name FROM sales s
        JOIN tariffs t ON t.id = s.tariff_version_id WHERE s.id = ${saleId}::uuid`.execute(tx);
      return found[0]?.name;
    });
  assert.equal(await nameOf(await buyAndPay(h, 5_000n, 'M-3', home)), 'Homes');
  assert.notEqual(await position(), before);
  h.clock.nowMs = Date.parse('2026-12-01T00:00:00+02:00');
  assert.equal(await nameOf(await buyAndPay(h, 5_000n, 'M-4', home)), 'River');
});

test('it is undone by a new one, which leaves out what somebody else changed since', async () => {
  const [first, second, third] = river;
  assert.ok(first !== undefined && second !== undefined && third !== undefined);
  const [batch] = (await as('first').get(root)).json().rows;
  assert.equal(batch.mayUndo, true);
  const url = `/api/operator/connections/connection_${third.connectionId}/tariff`;
  const changed = await as('first').postJson(url, {
    requestId: 'by-hand-01',
    tariffName: 'River',
    from: '2026-12-01',
    parameters: { class: 'poor' },
    reason: 'The household is on the register.',
  });
  assert.equal(changed.statusCode, 200, changed.body);
  const undone = await as('first').postJson(`${root}/${batch.assignmentId}/undo`, {
    requestId: 'undo-00001',
    from: '2026-12-01',
    reason: 'The council changed its mind again.',
  });
  assert.equal(undone.statusCode, 202, undone.body);
  await runJobs(h);
  const back = await read(undone.json().assignmentId);
  assert.deepEqual(
    [back.tariffName, back.undoOf, back.rows.total, back.summary?.payLess],
    [null, batch.assignmentId, 2, 2],
  );
  await allow(back.assignmentId);
  await runJobs(h);
  assert.equal((await tariffOf(first)).tariffName, 'Homes');
  assert.equal((await tariffOf(second)).tariffName, 'Homes');
  assert.equal((await tariffOf(third)).tariffName, 'River');
  const again = await as('first').postJson(`${root}/${batch.assignmentId}/undo`, {
    requestId: 'undo-00002',
    from: '2026-12-01',
    reason: 'The council changed its mind again.',
  });
  assert.equal(codeOf(again), 'nothingToUndo');
});

test('a connection without a fact that the tariff asks for, or changed since, is refused beside it', async () => {
  const [first, second] = river;
  assert.ok(first !== undefined && second !== undefined);
  const list = [{ of: first.meterPan }, { of: `connection_${second.connectionId}` }];
  const none = await make({ choose: { list } });
  assert.deepEqual([none.state, none.rows.refused], ['ready', 2]);
  assert.match(none.refused[0]?.detail ?? '', /needs this fact of a connection: Class \(class\)/);
  assert.match(none.whyNotRequest ?? '', /None of its connections/);
  const [, withFact] = [list[0], { of: second.meterPan, parameters: { class: 'poor' } }];
  const some = await make({ choose: { list: [{ of: first.meterPan }, withFact] } });
  assert.equal(some.rows.refused, 1);
  const url = `/api/operator/connections/connection_${second.connectionId}/tariff`;
  await as('first').postJson(url, {
    requestId: 'by-hand-02',
    tariffName: 'River',
    from: '2026-12-15',
    parameters: { class: 'rest' },
    reason: 'Somebody was faster than the list.',
  });
  const waits = await allow(some.assignmentId);
  assert.equal(waits.state, 'assigning');
  await runJobs(h);
  const done = await read(some.assignmentId);
  // Neither the list nor who allowed it knew what is to come there later.
  assert.deepEqual([done.state, done.rows.assigned, done.rows.refused], ['done', 0, 2]);
  assert.equal((await tariffOf(second)).next?.from, '2026-12-15');
  // A list that is written afterwards does, and says so.
  const knows = await make({ choose: { list: [withFact] } });
  assert.equal(knows.rows.replacesComing, 1);
  await allow(knows.assignmentId);
  await runJobs(h);
  assert.equal((await read(knows.assignmentId)).rows.assigned, 1);
  assert.equal((await tariffOf(second)).next, null);
  const late = await make({
    choose: { list: [{ of: first.meterPan, parameters: { class: 'rest' } }] },
  });
  await as('first').postJson(url.replace(second.connectionId, first.connectionId), {
    requestId: 'by-hand-03',
    tariffName: 'River',
    from: '2026-12-01',
    parameters: { class: 'poor' },
    reason: 'Somebody was faster than the list.',
  });
  await allow(late.assignmentId);
  await runJobs(h);
  const refused = await read(late.assignmentId);
  assert.deepEqual([refused.state, refused.rows.assigned, refused.rows.refused], ['done', 0, 1]);
  assert.match(refused.refused[0]?.detail ?? '', /changed by somebody else/);
});

test('a list that is declined may be asked for again, withdrawn, and is late after its day', async () => {
  const [first] = river;
  assert.ok(first !== undefined);
  const from = '2026-12-02';
  const ready = await make({
    from,
    tariffName: 'Homes',
    choose: { list: [{ of: first.meterPan }] },
  });
  const ask = (requestId: string) =>
    as('first').postJson(`${root}/${ready.assignmentId}/request-approval`, { requestId });
  const { approval } = (await ask('ask-late-1')).json();
  const declined = await as('second').postJson(
    `/api/operator/approvals/${approval.approvalId}/decline`,
    { reason: 'Not before the council has met.' },
  );
  assert.equal(declined.statusCode, 200, declined.body);
  assert.equal((await read(ready.assignmentId)).state, 'ready');
  const repeated = await ask('ask-late-1');
  assert.equal(codeOf(repeated), 'requestIdReused', repeated.body);
  assert.match(repeated.json().detail, /was not given/);
  const again = (await ask('ask-late-2')).json();
  assert.equal((await ask('ask-late-2')).statusCode, 200, 'a repeat while it waits');
  assert.equal(codeOf(await ask('ask-late-1')), 'requestIdReused');
  h.clock.nowMs = Date.parse('2026-12-03T09:00:00+02:00');
  const failed = await as('second').postJson(
    `/api/operator/approvals/${again.approval.approvalId}/approve`,
    {},
  );
  assert.match(failed.json().failure.detail, /make it again with a later day/);
  const withdrawn = await as('first').postJson(`${root}/${ready.assignmentId}/withdraw`, {});
  assert.equal(withdrawn.json().state, 'closed');
  assert.equal(codeOf(await ask('ask-late-3')), 'notReady');
  h.clock.nowMs = startMs;
});

test('who wrote a list does not allow it, whoever asked; its request ids are nobody else’s', async () => {
  const [home] = river;
  assert.ok(home !== undefined);
  const list = [{ of: home.meterPan, parameters: { class: 'rest' } }];
  const made = await as('second').postJson(root, body({ choose: { list } }));
  assert.equal(made.statusCode, 202, made.body);
  await runJobs(h);
  const { assignmentId } = made.json();
  const asked = await as('first').postJson(`${root}/${assignmentId}/request-approval`, {
    requestId: 'ask-for-another',
  });
  const approval = `/api/operator/approvals/${asked.json().approval.approvalId}`;
  assert.equal(codeOf(await as('second').postJson(`${approval}/approve`, {})), 'tookPart');
  assert.equal((await read(assignmentId)).state, 'awaitingApproval');
  const reasonNot = { reason: 'Nobody is left to allow it.' };
  assert.equal((await as('first').postJson(`${approval}/withdraw`, reasonNot)).statusCode, 200);
  const url = `/api/operator/connections/connection_${home.connectionId}/tariff`;
  const byHand = await as('first').postJson(url, {
    requestId: `batch:${assignmentId.slice('assignment_'.length)}`,
    tariffName: 'River',
    from: '2026-12-01',
    parameters: { class: 'rest' },
    reason: 'It takes the place of the list.',
  });
  assert.equal(byHand.statusCode, 400, byHand.body);
});

test('a job that is killed goes on after the last page that it finished', async () => {
  const homes: Home[] = [];
  for (let n = 0; n < 4; n += 1) homes.push(await h.addConnection({ address: `${n} Hill Road` }));
  const parameters = { class: 'poor' };
  const choose = { list: homes.map(({ meterPan }) => ({ of: meterPan, parameters })) };
  const ready = await make({ choose });
  await allow(ready.assignmentId);
  const batchId = ready.assignmentId.slice('assignment_'.length);
  // A process that dies in its second page, just before that is kept.
  let transactions = 0;
  const { database } = h;
  const dies: typeof database.inUtility = (utilityId, work) =>
    database.inUtility(utilityId, async (tx) => {
      const done = await work(tx);
      transactions += 1;
      if (transactions > 2) throw new Error('killed');
      return done;
    });
  const { createBulkAssignments } = await import('../src/money/tariffs/index.ts');
  const { utilities, tariffs, clocks, newUuid, approvals, meterTariffs } = h.services;
  const many = createBulkAssignments({
    ...{ utilities, tariffs, clocks, newUuid, approvals, telling: meterTariffs },
    database: { ...database, inUtility: dies },
    walletTimes: async () => [],
    pageRows: 2,
  });
  await assert.rejects(many.run({ utilityId: h.utilityId, batchId }), /killed/);
  const half = await read(ready.assignmentId);
  assert.deepEqual([half.state, half.rows.assigned, half.rows.done], ['assigning', 2, 2]);
  await runJobs(h);
  const done = await read(ready.assignmentId);
  assert.deepEqual([done.state, done.rows.assigned], ['done', 4]);
  for (const home of homes) assert.equal((await tariffOf(home)).history.length, 1);
});

/** By its last report it counts its credit in money. */
async function countsMoney(home: Home): Promise<Home> {
  const state = {
    ...({
      capturedAtMs: h.clock.nowMs,
      loadSwitch: 'connected',
      creditStatus: 'inCredit',
    } as const),
    ...{ availableEnergyWh: energyWh(5n), powerW: powerW(0n), importEnergyWh: energyWh(1_000n) },
    ...{ creditedEnergyWh: energyWh(0n), owedEnergyWh: energyWh(0n) },
    money: {
      currency: testUtility.currency,
      ...{ availableMicroMinor: 1_000_000n, creditedMicroMinor: 0n, chargedMicroMinor: 0n },
      ...{ clearedMicroMinor: -1_000_000n, owedMicroMinor: 0n },
      tariff: { id: 'homes', version: 1 },
    },
  };
  await h.fromMeter(home.meterPan, { kind: 'state', state });
  return home;
}

type SetTariff = Extract<CommandAction, { kind: 'setTariff' }>;
const toldOf = (home: Home) =>
  h.database.inUtility(h.utilityId, async (tx) => {
    const rows = await tx
      .selectFrom('commands')
      .select(['stage', 'action', 'requested_by'])
      .where('bucket', '=', home.bucket)
      .where('connection_id', '=', home.connectionId)
      .where('kind', '=', 'setTariff')
      .orderBy('id')
      .execute();
    return rows.map(({ stage, action, requested_by: by }) => {
      assert.ok(action !== null);
      const { documentJson, parameters, activatesAtMs: fromMs } = action as SetTariff;
      return { ...{ stage, by, parameters, fromMs }, id: JSON.parse(documentJson).id };
    });
  });

/** The meter carries out the last word about its tariff. */
async function answersTariff(home: Home): Promise<void> {
  await h.services.commands.sweep(h.utilityId);
  const { rows } = await sql<{ id: string }>`SELECT max(id::text) AS id FROM prewatt.commands
    WHERE connection_id = ${home.connectionId}::uuid`.execute(h.owner.directories);
  const commandId = idFromUuid('command', rows[0]?.id ?? '');
  await h.fromMeter(home.meterPan, {
    ...{ kind: 'commandResult', sequence: 500, completedAtMs: h.clock.nowMs },
    ...{ commandId, result: { kind: 'setTariff' } },
  });
}

test('a meter that counts money is told its new tariff with the assignment, one or of many', async () => {
  h.clock.nowMs = startMs;
  const home = await countsMoney(await h.addConnection({ address: '1 Money Road' }));
  const energy = await h.addConnection({ address: '2 Money Road' });
  const parameters = { class: 'poor' };
  const url = `/api/operator/connections/connection_${home.connectionId}/tariff`;
  const byHand = { requestId: 'by-hand-money', tariffName: 'River', from: '2026-11-24', reason };
  for (const _ of ['first', 'repeat']) {
    const done = await as('first').postJson(url, { ...byHand, parameters });
    assert.equal(done.statusCode, 200, done.body);
  }
  const now = { id: 'river-homes', parameters, by: 'An operator', fromMs: startMs };
  assert.deepEqual(await toldOf(home), [{ ...now, stage: 'queued' }]);

  const list = [home, energy].map(({ meterPan }) => ({
    of: meterPan,
    parameters: { class: 'rest' },
  }));
  const ready = await make({ choose: { list } });
  await allow(ready.assignmentId);
  await runJobs(h);
  assert.deepEqual((await read(ready.assignmentId)).rows.assigned, 2);
  assert.deepEqual(await toldOf(home), [{ ...now, stage: 'queued' }], 'today’s goes first');
  await answersTariff(home);
  h.clock.nowMs += 20 * 60_000;
  await h.services.meterTariffs.sweep(await h.services.utilities.get(h.utilityId));
  const fromMs = Date.parse('2026-12-01T00:00:00+02:00');
  assert.deepEqual(await toldOf(home), [
    { ...now, stage: 'done' },
    { ...now, parameters: { class: 'rest' }, fromMs, by: 'Prewatt', stage: 'queued' },
  ]);
  assert.deepEqual(await toldOf(energy), [], 'one that counts energy needs no tariff');
});

test('a tariff that a meter cannot charge is not for one that counts money', async () => {
  const document = {
    ...demoTariff,
    id: 'of-both',
    charges: [
      {
        ...{ code: 'sale', label: 'Fee of the purchase', per: 'purchase', amount: '1.00' },
        when: { monthTotal: { overKwh: '50' } },
      },
    ],
    examples: [],
  };
  await h.database.inUtility(h.utilityId, (tx) =>
    h.onboarding.createTariff(tx, h.utilityId, { name: 'Of both', document }),
  );
  const home = await countsMoney(await h.addConnection({ address: '3 Money Road' }));
  const energy = await h.addConnection({ address: '4 Money Road' });
  const url = `/api/operator/connections/connection_${home.connectionId}/tariff`;
  const more = { requestId: 'by-hand-both', tariffName: 'Of both', from: '2026-11-24', reason };
  const refused = await as('first').postJson(url, { ...more, parameters: {} });
  assert.equal(codeOf(refused), 'tariffNotForMeter', refused.body);
  assert.equal((await tariffOf(home)).tariffName, 'Homes');
  const list = [home, energy].map(({ meterPan }) => ({ of: meterPan }));
  const ready = await make({ tariffName: 'Of both', choose: { list } });
  assert.deepEqual([ready.rows.total, ready.rows.refused], [2, 1]);
  assert.match(ready.refused[0]?.detail ?? '', /counts its credit in money/);
  await allow(ready.assignmentId);
  await runJobs(h);
  const done = await read(ready.assignmentId);
  assert.deepEqual([done.rows.assigned, done.rows.refused], [1, 1]);
  assert.deepEqual(await toldOf(home), []);
});
