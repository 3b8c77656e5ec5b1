import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { backTestSchema, tariffVersionDetailSchema } from '@prewatt/api';
import { energyWh, idFromUuid, powerW } from '@prewatt/quantities';
import demoTariff from '@prewatt/tariff/documents/demo.json' with { type: 'json' };
import { parse } from 'csv-parse/sync';
import { sql } from 'kysely';
import { createHarness, type Harness, startMs, testUtility } from './harness.ts';
import { createHttpHarness, type HttpHarness, Visitor } from './http-harness.ts';
import { runJobs } from './jobs.ts';
import { buyAndPay } from './purchases.ts';

let h: Harness;
let http: HttpHarness;
const visitors = new Map<string, Visitor>();
before(async () => {
  h = await createHarness();
  http = await createHttpHarness(h);
  const otherId = await h.onboarding.createUtility({ ...testUtility, name: 'Other Utility' });
  for (const [name, role, utilityId] of [
    ['first', 'administrator', h.utilityId],
    ['second', 'administrator', h.utilityId],
    ['viewer', 'viewer', h.utilityId],
    ['other', 'administrator', otherId],
  ] as const) {
    const email = `${name}@test.example`;
    const password = `a long password of ${name}`;
    await http.createOperator({ email, password, role, utilityId });
    const visitor = new Visitor(http.app);
    const answer = await visitor.postJson('/api/auth/sign-in/email', { email, password });
    assert.equal(answer.statusCode, 200);
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

const base = '/api/operator/tariffs';
const reason = 'The wholesale price rises on the first of December.';

const versionTwo = (over: object = {}) => ({
  ...demoTariff,
  version: 2,
  effectiveFrom: '2026-12-01',
  energy: {
    label: 'Energy',
    schedules: [
      {
        code: 'domestic',
        blocks: [
          { uptoKwh: '50', rate: '1.00' },
          { uptoKwh: '350', rate: '2.25' },
          { uptoKwh: null, rate: '4.00' },
        ],
      },
    ],
  },
  examples: [
    { id: 'a small month', wantedKwh: '40', expect: { cost: '74.75' } },
    { id: 'a published guess', wantedKwh: '40', expect: { cost: '1' }, gate: false },
  ],
  ...over,
});

let requests = 0;
const propose = (document: object, over: object = {}, name = 'first') => {
  requests += 1;
  return as(name).postJson(`${base}/changes`, {
    requestId: `change-${requests}`,
    tariffName: 'Homes',
    document,
    reason,
    ...over,
  });
};
const homeId = () => `connection_${h.place.connectionId}`;
const codeOf = (answer: { readonly body: string }): string => JSON.parse(answer.body).code;

test('what a change is refused for says where and what to do', async () => {
  const cases: [document: object, code: string, detail: RegExp][] = [
    [
      { ...versionTwo(), effectivFrom: 'x' },
      'documentInvalid',
      /effectivFrom: this field is not known/,
    ],
    [versionTwo({ currency: { code: 'ZAR', scale: 0 } }), 'currencyDiffers', /ZAR, scale 2/],
    [versionTwo({ zone: 'Africa/Lagos' }), 'zoneDiffers', /Africa\/Johannesburg/],
    [versionTwo({ examples: [] }), 'noExample', /at least one/],
    [
      versionTwo({ examples: [{ id: 'wrong', wantedKwh: '40', expect: { cost: '75.00' } }] }),
      'exampleFails',
      /wrong: cost: got 74\.75, expected 75/,
    ],
    [versionTwo({ id: 'something-else' }), 'tariffIdDiffers', /"demo-domestic"/],
    [versionTwo({ version: 4 }), 'versionNotNext', /2, not 4/],
    [versionTwo({ effectiveFrom: '2026-11-23' }), 'dateInPast', /later day/],
    [versionTwo({ effectiveFrom: '2019-07-01' }), 'dateInPast', /later day/],
  ];
  for (const [document, code, detail] of cases) {
    const answer = await propose(document);
    assert.equal(codeOf(answer), code, answer.body);
    assert.match(answer.json().detail, detail);
  }
  const elsewhere = await propose(versionTwo({ version: 1 }), { tariffName: 'Shops' });
  assert.equal(codeOf(elsewhere), 'tariffIdDiffers');
  assert.equal((await propose(versionTwo(), { reason: 'why not' })).statusCode, 400);
  assert.equal((await propose(versionTwo(), {}, 'viewer')).statusCode, 403);
});

/** A home whose meter counts money and used so much within two hours. */
async function useOfMoneyMeter(usedWh: number): Promise<void> {
  const { meterPan } = await h.addConnection();
  const fromMs = h.clock.nowMs;
  h.clock.nowMs += 2 * 3_600_000;
  const entries = [0, 1, 2, 3, 4].map((nth) => ({
    endsAtMs: fromMs + nth * 1_800_000,
    importEnergyWh: energyWh((usedWh * nth) / 4),
  }));
  await h.fromMeter(meterPan, { kind: 'profile', sequence: 1, entries });
  await h.fromMeter(meterPan, {
    kind: 'state',
    state: {
      ...{ capturedAtMs: h.clock.nowMs, powerW: powerW(0n) },
      ...{ availableEnergyWh: energyWh(0n), importEnergyWh: energyWh(usedWh) },
      ...{ creditedEnergyWh: energyWh(0n), owedEnergyWh: energyWh(0n) },
      ...({ loadSwitch: 'connected', creditStatus: 'inCredit' } as const),
      money: {
        currency: { code: 'ZAR', scale: 2 },
        ...{ availableMicroMinor: 0n, creditedMicroMinor: 0n, chargedMicroMinor: 0n },
        ...{ clearedMicroMinor: 0n, owedMicroMinor: 0n, perKwhMicroMinor: 200_000_000n },
        tariff: { id: 'homes', version: 1 },
      },
    },
  });
  h.clock.nowMs += 21_000;
  for (let turn = 0; turn < 3; turn += 1) await h.services.upkeep();
}

test('a change goes from draft over back-test and a second person into force by its date', async () => {
  const { meterPan: _, ...large } = await h.addConnection();
  await buyAndPay(h, 10_000n, 'TC-1');
  await buyAndPay(h, 200_000n, 'TC-2', large);
  // A meter that counts money is priced by its use, and a wallet of which none is known is told.
  await useOfMoneyMeter(40_000);
  const { meterPan: __, ...wallet } = await h.addConnection();
  await sql`UPDATE prewatt.connections SET credit_mode = 'wallet'
    WHERE id = ${wallet.connectionId}::uuid`.execute(h.owner.directories);
  const request = { requestId: 'the-real-change' };
  const made = await propose(versionTwo(), request);
  assert.equal(made.statusCode, 201, made.body);
  const draft = tariffVersionDetailSchema.parse(made.json());
  assert.equal(draft.state, 'draft');
  assert.deepEqual(draft.changes?.added, [
    'Energy: The first 50 kWh of a month: ZAR 1.00 per kWh.',
    'Energy: Above 350 kWh a month: ZAR 4.00 per kWh.',
  ]);
  assert.match(draft.whyNotRequest ?? '', /back-test is not finished/);
  const again = await propose(versionTwo(), request);
  assert.equal(again.statusCode, 200);
  assert.equal(again.json().versionId, draft.versionId);
  const reused = await propose(versionTwo({ customerClass: 'Other' }), request);
  assert.equal(codeOf(reused), 'requestIdReused');

  const url = `${base}/versions/${draft.versionId}`;
  const early = await as('first').postJson(`${url}/request-approval`, { requestId: 'approve-1' });
  assert.equal(codeOf(early), 'backTestMissing');
  const started = await as('first').postJson(`${url}/back-tests`, {
    requestId: 'try-it-1',
    months: 3,
  });
  assert.equal(started.statusCode, 202, started.body);
  const { backTestId } = backTestSchema.parse(started.json());
  const repeated = await as('first').postJson(`${url}/back-tests`, {
    requestId: 'try-it-1',
    months: 3,
  });
  assert.equal(repeated.statusCode, 200);
  assert.equal(repeated.json().backTestId, backTestId);
  await runJobs(h);
  const found = backTestSchema.parse(
    (await as('viewer').get(`${base}/back-tests/${backTestId}`)).json(),
  );
  assert.equal(found.connectionsDone, found.connectionsTotal);
  // The small one stays in the first block, now cheaper; the large one ends far in the third.
  const { summary } = found;
  assert.deepEqual(
    [summary?.connections, summary?.payMore, summary?.payLess, summary?.purchases],
    [3, 1, 2, 2],
  );
  assert.deepEqual(summary?.byUse, { wallets: 0, moneyMeters: 1 });
  assert.deepEqual(summary?.leftOut, { wallets: 1, moneyMeters: 0 });
  const more = (
    await as('viewer').get(`${base}/back-tests/${backTestId}/rows?order=payMore`)
  ).json();
  assert.equal(more.rows.length, 1);
  assert.ok(BigInt(more.rows[0].afterMinor) > BigInt(more.rows[0].beforeMinor));
  assert.ok(BigInt(more.rows[0].energyAfterWh) < BigInt(more.rows[0].energyBeforeWh));
  assert.deepEqual([more.flaggedPayMore, more.rows[0].flagged], [null, null], 'not for viewers');
  const flagged = async (kind: string, what: string) => {
    const connection = `/api/operator/connections/${more.rows[0].connectionId}`;
    const body = { requestId: `${kind}-${what}-1`, kind, what, evidence: 'A letter of a doctor' };
    const said = await as('first').postJson(`${connection}/protection-flags`, {
      ...body,
      expiresOn: null,
    });
    assert.equal(said.statusCode, 200, said.body);
    const rows = `${base}/back-tests/${backTestId}/rows?order=payMore`;
    const seen = (await as('first').get(rows)).json();
    return [seen.flaggedPayMore, seen.rows[0].flagged];
  };
  assert.deepEqual(await flagged('vulnerable', 'set'), [1, true]);
  assert.deepEqual(await flagged('vulnerable', 'ended'), [0, false]);
  // By hand: 50 x 1.00 + 300 x 2.25 + 324.2 x 4.00 + 25.00, and 15 % of it.
  assert.equal(more.rows[0].energyWh, '674200');
  assert.equal(more.rows[0].afterMinor, '235382');
  // The old version gives again what was really sold, but for the rounding of lines.
  const beforeWh = Number(more.rows[0].energyBeforeWh);
  assert.ok(Math.abs(beforeWh - 674_200) < 10, `${beforeWh}`);
  const csv = await as('first').get(`${base}/back-tests/${backTestId}/rows.csv`, 'text/csv');
  const lines: Record<string, string>[] = parse(csv.body, { columns: true });
  assert.equal(lines.length, 3);
  const byUse = lines.find((line) => line.measured_use_of === 'moneyMeter');
  // By hand: 40 x 1.00 and the month's 25.00 of service, and 15 % of it, against 40 x 1.75.
  assert.deepEqual(
    [byUse?.purchases, byUse?.energy_kwh, byUse?.cost_after],
    ['0', '40.000', '74.75'],
  );
  assert.deepEqual(
    new Set(lines.map((line) => (line.cost_change ?? '').startsWith("'-"))),
    new Set([true, false]),
  );
  const refused = await as('viewer').get(`${base}/back-tests/${backTestId}/rows.csv`, 'text/csv');
  assert.equal(refused.statusCode, 403);

  const requestAgain = () =>
    as('first').postJson(`${url}/request-approval`, { requestId: 'approve-1' });
  const asked = await requestAgain();
  assert.equal(asked.statusCode, 200, asked.body);
  assert.equal(asked.json().state, 'awaitingApproval');
  const { approvalId } = asked.json().approval;
  const approval = (await as('second').get(`/api/operator/approvals/${approvalId}`)).json();
  const facts = approval.description.facts.map(
    (fact: { label: string; value: string }) => `${fact.label}: ${fact.value}`,
  );
  assert.equal(approval.description.title, 'Homes: version 2');
  assert.ok(
    facts.includes('New: Energy: Above 350 kWh a month: ZAR 4.00 per kWh.'),
    facts.join('\n'),
  );
  assert.match(facts.join('\n'), /of 3 connections 1 more, 2 less, 0 the same/);
  const own = await as('first').postJson(`/api/operator/approvals/${approvalId}/approve`, {});
  assert.equal(codeOf(own), 'ownRequest');

  const sold = async () => {
    const sale = await buyAndPay(h, 10_000n, `TC-${h.clock.nowMs}`, large);
    const row = await h.database.inUtility(h.utilityId, (tx) =>
      tx.selectFrom('sales').selectAll().where('id', '=', sale).executeTakeFirstOrThrow(),
    );
    return `tariff_${row.tariff_version_id}`;
  };
  h.clock.nowMs = Date.parse('2026-12-01T10:00:00+02:00');
  assert.notEqual(await sold(), draft.versionId, 'what waits for approval is not in force');
  h.clock.nowMs = startMs;
  const yes = await as('second').postJson(`/api/operator/approvals/${approvalId}/approve`, {});
  assert.equal(yes.json().state, 'done', yes.body);
  assert.equal(
    (await requestAgain()).json().state,
    'approved',
    'asked again, since no answer came',
  );
  const list = (await as('viewer').get(base)).json();
  assert.deepEqual(
    list.tariffs[0].versions.map((v: { standing: string }) => v.standing),
    ['coming', 'inForce'],
  );
  h.clock.nowMs = Date.parse('2026-12-02T10:00:00+02:00');
  assert.equal(await sold(), draft.versionId);
  const page = (await as('viewer').get(`/api/operator/connections/${homeId()}`)).json();
  assert.deepEqual(
    [page.tariffName, page.tariffVersionId],
    ['Homes, version 2', draft.versionId],
    'the page names what prices it',
  );
  const withdrawn = await as('first').postJson(`${url}/withdraw`, {});
  assert.equal(codeOf(withdrawn), 'notWithdrawable');
  h.clock.nowMs = startMs;
});

test('a declined change is a draft again, and can be withdrawn; its number is free then', async () => {
  const document = versionTwo({ version: 3, effectiveFrom: '2027-01-01' });
  const made = await propose(document);
  assert.equal(made.statusCode, 201, made.body);
  const url = `${base}/versions/${made.json().versionId}`;
  await as('first').postJson(`${url}/back-tests`, { requestId: 'try-it-3', months: 1 });
  await runJobs(h);
  const asked = await as('first').postJson(`${url}/request-approval`, { requestId: 'approve-3' });
  const { approvalId } = asked.json().approval;
  const waiting = await as('first').postJson(`${url}/withdraw`, {});
  assert.equal(codeOf(waiting), 'notWithdrawable');
  const declined = await as('second').postJson(`/api/operator/approvals/${approvalId}/decline`, {
    reason: 'The council has not decided about it.',
  });
  assert.equal(declined.json().state, 'declined', declined.body);
  assert.equal((await as('first').get(url)).json().state, 'draft');
  const again = await as('first').postJson(`${url}/request-approval`, { requestId: 'approve-3' });
  assert.equal(codeOf(again), 'requestIdReused', 'a draft that asks for nothing is no answer');
  assert.match(again.json().detail, /was not given/);
  const second = await propose(document);
  assert.equal(codeOf(second), 'versionNotNext');
  assert.equal((await as('first').postJson(`${url}/withdraw`, {})).json().state, 'withdrawn');
  assert.equal((await propose(document)).statusCode, 201);
});

test('one request proposes a version, has it tried, and asks for its approval', async () => {
  const document = versionTwo({ id: 'farms', version: 1, effectiveFrom: '2026-12-01' });
  const body = { requestId: 'all-at-once-1', tariffName: 'Farms', thenAsk: { months: 2 } };
  const made = await propose(document, body);
  assert.equal(made.statusCode, 201, made.body);
  const first = tariffVersionDetailSchema.parse(made.json());
  assert.equal(first.state, 'draft');
  assert.deepEqual([first.backTest?.asks, first.backTest?.months], [true, 2]);
  assert.equal(
    (await propose(document, body)).json().backTest.backTestId,
    first.backTest?.backTestId,
  );
  await runJobs(h);
  const tried = (await as('second').get(`${base}/versions/${first.versionId}`)).json();
  assert.equal(tried.state, 'awaitingApproval');
  assert.equal((await propose(document, body)).statusCode, 200, 'a repeat asks nothing again');
  const approvals = '/api/operator/approvals';
  const { approvalId } = tried.approval;
  const own = await as('first').postJson(`${approvals}/${approvalId}/approve`, {});
  assert.equal(codeOf(own), 'ownRequest', 'whoever proposed it is who asked');
  const yes = await as('second').postJson(`${approvals}/${approvalId}/approve`, {});
  assert.equal(yes.json().state, 'done', yes.body);
  // Withdrawn while it is tried: nothing is asked.
  const next = versionTwo({ id: 'farms', version: 2, effectiveFrom: '2026-12-05' });
  const other = await propose(next, { ...body, requestId: 'all-at-once-2' });
  const { versionId } = other.json();
  await as('first').postJson(`${base}/versions/${versionId}/withdraw`, {});
  await runJobs(h);
  const gone = (await as('second').get(`${base}/versions/${versionId}`)).json();
  assert.deepEqual([gone.state, gone.approval], ['withdrawn', null]);
});

test('templates are the documents that come with the server', async () => {
  const { templates } = (await as('viewer').get(`${base}/templates`)).json();
  assert.ok(templates.length >= 47);
  const countries = templates.map((each: { country: string }) => each.country);
  assert.deepEqual(countries, [...countries].sort());
  const one = await as('viewer').get(`${base}/templates/document?template=demo`);
  assert.deepEqual(one.json().document, demoTariff);
  const none = await as('viewer').get(`${base}/templates/document?template=nothing-of-it`);
  assert.equal(none.statusCode, 404);
  const outside = await as('viewer').get(`${base}/templates/document?template=..%2Fpackage`);
  assert.equal(outside.statusCode, 400);
});

test('an approval that comes after the first day fails and says so', async () => {
  const document = versionTwo({
    id: 'shops',
    version: 1,
    effectiveFrom: '2026-11-25',
  });
  const made = await propose(document, { tariffName: 'Shops' });
  assert.equal(made.statusCode, 201, made.body);
  assert.equal(made.json().changes, null);
  const url = `${base}/versions/${made.json().versionId}`;
  await as('first').postJson(`${url}/back-tests`, { requestId: 'try-shops', months: 1 });
  await runJobs(h);
  const tried = (await as('first').get(url)).json();
  assert.equal(tried.backTest.summary.connections, 2, 'a first version is tried on everybody');
  const asked = await as('first').postJson(`${url}/request-approval`, { requestId: 'approve-s' });
  assert.equal(asked.statusCode, 200, asked.body);
  h.clock.nowMs = Date.parse('2026-11-26T08:00:00+02:00');
  const { approvalId } = asked.json().approval;
  const late = await as('second').postJson(`/api/operator/approvals/${approvalId}/approve`, {});
  assert.equal(late.json().state, 'failed', late.body);
  assert.equal(late.json().failure.code, 'dateInPast');
  assert.equal((await as('first').get(url)).json().state, 'draft');
  h.clock.nowMs = startMs;
});

test('a connection gets another tariff from a day on, with a reason that stays', async () => {
  const { meterPan: _, ...place } = await h.addConnection();
  await h.database.inUtility(h.utilityId, (tx) =>
    h.onboarding.createTariff(tx, h.utilityId, {
      name: 'Pensioners',
      document: {
        ...versionTwo({ id: 'pensioners', version: 1, effectiveFrom: '2026-01-01', examples: [] }),
        parameters: {
          class: { label: 'Class', of: 'connection', choices: ['a', 'b'] },
        },
      },
    }),
  );
  const url = `/api/operator/connections/connection_${place.connectionId}/tariff`;
  const body = {
    requestId: 'assign-0001',
    tariffName: 'Pensioners',
    from: '2026-12-01',
    parameters: { class: 'b' },
    reason: 'Turned 65, card seen at the counter.',
  };
  const refusals: [over: object, code: string][] = [
    [{ requestId: 'assign-x1', tariffName: 'Nobody' }, 'unknownTariff'],
    [{ requestId: 'assign-x2', from: '2026-11-01' }, 'dateInPast'],
    [{ requestId: 'assign-x3', parameters: {} }, 'parameterMissing'],
    [{ requestId: 'assign-x4', parameters: { class: 'c' } }, 'parameterUnknown'],
    [{ requestId: 'assign-x5', parameters: { class: 'a', kW: '1' } }, 'parameterUnknown'],
  ];
  for (const [over, code] of refusals) {
    assert.equal(codeOf(await as('first').postJson(url, { ...body, ...over })), code);
  }
  assert.equal((await as('viewer').postJson(url, body)).statusCode, 403);
  assert.equal((await as('other').postJson(url, body)).statusCode, 404);
  const done = await as('first').postJson(url, body);
  assert.equal(done.statusCode, 200, done.body);
  assert.equal(done.json().tariffName, 'Homes');
  assert.deepEqual(done.json().next, {
    from: '2026-12-01',
    tariffName: 'Pensioners',
    parameters: { class: 'b' },
  });
  assert.deepEqual((await as('first').postJson(url, body)).json(), done.json());
  const other = await as('first').postJson(url, { ...body, from: '2026-12-02' });
  assert.equal(codeOf(other), 'requestIdReused');
  h.clock.nowMs = Date.parse('2026-12-01T00:00:00+02:00');
  const then = (await as('viewer').get(url)).json();
  assert.deepEqual([then.tariffName, then.next], ['Pensioners', null]);
  assert.equal(then.history[0].reason, body.reason);
  h.clock.nowMs = startMs;
});

test('customers read their prices, what changes and when, and why they got more or less', async () => {
  const { meterPan: _, ...place } = await h.addConnection({
    customer: { name: 'B Customer', phone: '+27825550202' },
  });
  const visitor = new Visitor(http.app, '127.0.0.9');
  await visitor.get('/sign-in');
  await visitor.post('/sign-in', { phone: '+27825550202' });
  const code = http.codes.at(-1)?.code ?? '';
  await visitor.post('/sign-in/code', { phone: '+27825550202', code });
  const id = `connection_${place.connectionId}`;
  const pageOf = async (saleId: string): Promise<string> =>
    (await visitor.get(`/sales/${idFromUuid('sale', saleId)}`)).body;
  const prices = await visitor.get(`/connections/${id}/prices`);
  assert.equal(prices.statusCode, 200, prices.body);
  assert.match(prices.body, /The first 50 kWh of a month: R\u00a01\.65 per kWh\./);
  assert.match(prices.body, /From 1 December 2026/);
  assert.match(prices.body, /New: Energy: Above 350 kWh a month: R\u00a04\.00 per kWh\./);
  await buyAndPay(h, 10_000n, 'WHY-1', place);
  const bought = await visitor.post(`/connections/${id}/buy`, { amount: '100.00' });
  const offer = await visitor.get(bought.headers.location ?? '');
  // The service charge of the month was taken before; the second block begins.
  assert.match(
    offer.body,
    /Last time 37\.5 kWh, now 42\.0 kWh, because &quot;Service charge&quot; took/,
  );
  assert.doesNotMatch(offer.body, /you paid/);
  // Of the same instant, as a batch of payments is.
  const second = await buyAndPay(h, 5_000n, 'WHY-2', place);
  const third = await buyAndPay(h, 5_000n, 'WHY-3', place);
  const [twice, thrice] = [await pageOf(second), await pageOf(third)];
  assert.match(twice, /Last time 37\.5 kWh, now/);
  const sold = /Last time 37\.5 kWh, now ([\d.]+) kWh/.exec(twice)?.[1];
  assert.ok(thrice.includes(`Last time ${sold} kWh, now`), thrice);
  const elsewhere = await visitor.get(`/connections/connection_${h.place.connectionId}/prices`);
  assert.equal(elsewhere.statusCode, 404);
});
