import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { campaignMetersSchema, campaignSchema, problemSchema } from '@prewatt/api';
import { energyWh, powerW } from '@prewatt/quantities';
import { assertAllLaws, testMeter } from './control-harness.ts';
import { createHarness, type Harness, newTestUuid, testVendingKey } from './harness.ts';
import { createHttpHarness, type HttpHarness, Visitor } from './http-harness.ts';
import { runJobs } from './jobs.ts';
import { buyAndPay } from './purchases.ts';

const password = 'a long enough password';
const root = '/api/operator/campaigns';
let h: Harness;
let http: HttpHarness;
let administrator: Visitor;
let operator: Visitor;

before(async () => {
  h = await createHarness();
  http = await createHttpHarness(h);
  administrator = await signedIn('administrator');
  operator = await signedIn('operator');
  const key = { ...testVendingKey, bytes: Buffer.from('cdcdcdcdcdcdcdcd', 'hex') };
  await h.database.inUtility(h.utilityId, async (tx) => {
    for (const more of [
      { supplyGroupCode: '654321', keyRevision: 2 },
      { keyRevision: 2, keyType: 1 },
      { keyRevision: 3, baseDate: 35 as const },
      { keyRevision: 4, keyExpiry: 3 },
      { keyRevision: 5, keyType: 3 },
    ]) {
      await h.onboarding.loadVendingKey(tx, h.utilityId, { ...key, ...more });
    }
  });
});
after(async () => {
  await http.close();
  await h.close();
});

async function signedIn(role: 'administrator' | 'operator'): Promise<Visitor> {
  const email = `${role}@utility.test`;
  await http.createOperator({ email, password, role });
  const visitor = new Visitor(http.app);
  await visitor.postJson('/api/auth/sign-in/email', { email, password });
  return visitor;
}
const codeOf = (answer: { body: string }) => problemSchema.parse(JSON.parse(answer.body)).code;
const body = (o: object = {}) => ({
  requestId: newTestUuid(),
  name: 'To group 654321',
  reason: 'the group was split in two',
  from: { supplyGroupCode: '123456', keyRevision: 1 },
  to: { supplyGroupCode: '654321', keyRevision: 2 },
  ...o,
});
const report = (meterPan: string) =>
  h.fromMeter(meterPan, {
    kind: 'state',
    state: {
      capturedAtMs: h.clock.nowMs,
      availableEnergyWh: energyWh(0n),
      powerW: powerW(0n),
      importEnergyWh: energyWh(0n),
      creditedEnergyWh: energyWh(0n),
      loadSwitch: 'connected',
      creditStatus: 'inCredit',
      owedEnergyWh: energyWh(0n),
    },
  });
const countsOf = async (campaignId: string) => {
  const answer = await operator.get(`${root}/${campaignId}`);
  const { total: _, ...counts } = campaignSchema.parse(answer.json()).counts;
  return Object.fromEntries(Object.entries(counts).filter(([, n]) => n > 0));
};
const statesOf = async (campaignId: string) => {
  const page = campaignMetersSchema.parse(
    (await operator.get(`${root}/${campaignId}/meters`)).json(),
  );
  return new Map(page.rows.map((row) => [row.meterPan, row]));
};

test('a campaign brings each meter to the new key, by its next sale or by wire', async () => {
  const [linked, silent, selling] = [
    await h.addConnection(),
    await h.addConnection(),
    await h.addConnection(),
  ];
  const all = [h.meterPan, linked.meterPan, silent.meterPan, selling.meterPan];
  await report(linked.meterPan);
  await buyAndPay(h, 5_000n, 'OLD-1', silent);
  assert.equal(codeOf(await operator.postJson(root, body())), 'forbidden');
  const request = body();
  const started = await administrator.postJson(root, request);
  const { campaignId, counts } = campaignSchema.parse(started.json());
  assert.equal(counts.total, 4);
  assert.equal((await administrator.postJson(root, request)).json().campaignId, campaignId);
  assert.equal(
    codeOf(await administrator.postJson(root, { ...request, name: 'Another' })),
    'requestIdReused',
  );
  assert.equal(
    codeOf(await administrator.postJson(root, { ...request, meterPans: all })),
    'requestIdReused',
    'all meters are not a list of them',
  );
  assert.deepEqual(await countsOf(campaignId), { waiting: 1, notReachable: 3 });
  assert.equal((await statesOf(campaignId)).get(silent.meterPan)?.unusedTokens, 1);

  const sold = testMeter(h, selling.meterPan);
  await buyAndPay(h, 5_000n, 'NEW-1', selling);
  await administrator.postJson(`${root}/${campaignId}/deliver`, {});
  await runJobs(h);
  assert.deepEqual(await countsOf(campaignId), { setIssued: 2, notReachable: 2 });
  assert.deepEqual(await testMeter(h, linked.meterPan).answer(), [
    'keyChangePart',
    'keyChangePart',
    'keyChanged',
  ]);
  await sold.answer();
  await sold.answer();
  assert.deepEqual(await countsOf(campaignId), { done: 2, notReachable: 2 });
  await administrator.postJson(`${root}/${campaignId}/deliver`, {});
  await runJobs(h);
  assert.deepEqual(await countsOf(campaignId), { done: 2, notReachable: 2 }, 'nothing twice');

  const csv = await operator.get(`${root}/${campaignId}/export`);
  const lines = csv.body.trim().split('\r\n');
  assert.equal(lines.length, 5);
  const [header, ...rows] = lines.map((line) => line.split(','));
  const [issuedAt, zone] = ['set_issued_at', 'time_zone'].map(
    (name) => header?.indexOf(name) ?? -1,
  );
  const issued = rows.map((row) => row[issuedAt ?? -1]).filter((at) => at !== '');
  assert.equal(issued.length, 2);
  for (const at of issued)
    assert.match(at ?? '', /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}[+-]\d{2}:\d{2}$/);
  assert.ok(rows.every((row) => row[zone ?? -1] === 'Africa/Johannesburg'));
  for (const meterPan of all) assert.ok(lines.some((line) => line.startsWith(meterPan)));

  const withdrawn = await administrator.postJson(`${root}/${campaignId}/withdraw`, {});
  assert.deepEqual(campaignSchema.parse(withdrawn.json()).counts, {
    total: 4,
    waiting: 0,
    notReachable: 0,
    setIssued: 0,
    done: 2,
    failed: 0,
    left: 2,
  });
  await buyAndPay(h, 5_000n, 'OLD-2', silent);
  await testMeter(h, silent.meterPan).answer();
  await assertAllLaws(h);
});

test('a refused section shows as failed with why, and a second delivery tries again', async () => {
  const place = await h.addConnection();
  await report(place.meterPan);
  const started = await administrator.postJson(
    root,
    body({ meterPans: [place.meterPan], to: { ...body().from, tariffIndex: '08' } }),
  );
  const { campaignId } = campaignSchema.parse(started.json());
  await administrator.postJson(`${root}/${campaignId}/deliver`, {});
  await runJobs(h);
  await h.services.commands.sweep(h.utilityId);
  const sent = h.sent.filter((each) => each.meterPan === place.meterPan);
  const [first] = sent;
  assert.ok(first?.message.kind === 'command');
  await h.fromMeter(place.meterPan, {
    kind: 'commandResult',
    sequence: 700,
    commandId: first.message.commandId,
    completedAtMs: h.clock.nowMs,
    result: { kind: 'deliverToken', outcome: { result: 'refused', refusal: 'crc', tid: null } },
  });
  assert.deepEqual(await countsOf(campaignId), { failed: 1 });
  assert.equal((await statesOf(campaignId)).get(place.meterPan)?.refusal, 'crc');
  h.clock.nowMs += 60_000;
  await administrator.postJson(`${root}/${campaignId}/deliver`, {});
  await runJobs(h);
  assert.deepEqual(await countsOf(campaignId), { setIssued: 1 });
});

test('what cannot be is refused before anything is wanted of a meter', async () => {
  const refusalOf = async (o: object) => codeOf(await administrator.postJson(root, body(o)));
  const of = (keyRevision: number) => ({ to: { supplyGroupCode: '123456', keyRevision } });
  assert.equal(await refusalOf(of(1)), 'sameKey');
  assert.equal(await refusalOf(of(9)), 'vendingKeyMissing');
  assert.equal(await refusalOf(of(2)), 'defaultKey');
  assert.equal(await refusalOf(of(3)), 'keyNotBegun');
  assert.equal(await refusalOf(of(4)), 'keyExpired');
  assert.equal(
    await refusalOf({ from: { supplyGroupCode: '123456', keyRevision: 5 } }),
    'noMeters',
  );
  assert.equal(await refusalOf({ meterPans: ['600727111111111153'] }), 'unknownMeters');
});

test('a meter with a set under way towards another key is left out', async () => {
  const place = await h.addConnection();
  const to = (tariffIndex: string) => ({
    meterPans: [place.meterPan],
    to: { supplyGroupCode: '123456', keyRevision: 1, tariffIndex },
  });
  assert.equal((await administrator.postJson(root, body(to('05')))).statusCode, 200);
  await buyAndPay(h, 5_000n, 'WAY-1', place);
  assert.equal(codeOf(await administrator.postJson(root, body(to('06')))), 'noMeters');
});

test('the same request with other meters is refused; in another order it is the same', async () => {
  const [one, two] = [await h.addConnection(), await h.addConnection()];
  const to = { supplyGroupCode: '123456', keyRevision: 1, tariffIndex: '11' };
  const request = body({ to, meterPans: [one.meterPan, two.meterPan] });
  const first = campaignSchema.parse((await administrator.postJson(root, request)).json());
  const turned = { ...request, meterPans: [two.meterPan, one.meterPan] };
  assert.equal((await administrator.postJson(root, turned)).json().campaignId, first.campaignId);
  const fewer = { ...request, meterPans: [one.meterPan] };
  assert.equal(codeOf(await administrator.postJson(root, fewer)), 'requestIdReused');
});

test('a large campaign begins with some hundred meters at a time, and withdrawn with no more', async () => {
  const pans: string[] = [];
  for (let i = 0; i < 230; i += 1) pans.push((await h.addConnection()).meterPan);
  const to = { supplyGroupCode: '123456', keyRevision: 1, tariffIndex: '12' };
  const wanted = async () => {
    const row = await h.database.inUtility(h.utilityId, (tx) =>
      tx
        .selectFrom('meters')
        .select((eb) => eb.fn.countAll<bigint>().as('n'))
        .where('wanted_tariff_index', '=', '12')
        .executeTakeFirstOrThrow(),
    );
    return Number(row.n);
  };
  const start = async () => {
    const answer = await administrator.postJson(root, body({ to, meterPans: pans }));
    return campaignSchema.parse(answer.json()).campaignId;
  };
  const withdrawn = await start();
  assert.deepEqual([await wanted(), await countsOf(withdrawn)], [200, { notReachable: 230 }]);
  await administrator.postJson(`${root}/${withdrawn}/withdraw`, {});
  await runJobs(h);
  assert.deepEqual([await wanted(), await countsOf(withdrawn)], [0, { left: 230 }]);
  const campaignId = await start();
  assert.equal(await wanted(), 200);
  await runJobs(h);
  assert.deepEqual([await wanted(), await countsOf(campaignId)], [230, { notReachable: 230 }]);
});
