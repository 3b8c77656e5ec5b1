import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { NewGrantBatch } from '@prewatt/api';
import { bucketOfConnection, idFromUuid } from '@prewatt/quantities';
import demoTariff from '@prewatt/tariff/documents/demo.json' with { type: 'json' };
import { sql } from 'kysely';
import type { NewGrant } from '../src/money/grants/index.ts';
import type { Operator } from '../src/registry/sign-in/index.ts';
import {
  allowNext,
  approvalIdsOf,
  assertAllLaws,
  operatorNamed,
  testMeter,
} from './control-harness.ts';
import { createHarness, type Harness, newTestUuid, testVendingKey } from './harness.ts';
import { runJobs } from './jobs.ts';
import { buyAndPay } from './purchases.ts';

const reason = 'a reason that the test gives';
let h: Harness;
let asker: Operator;
let second: Operator;

before(async () => {
  h = await createHarness();
  asker = await operatorNamed(h, 'Asker', 'operator');
  second = await operatorNamed(h, 'Second');
});
after(() => h.close());

const issue = (o: Partial<NewGrant> & Pick<NewGrant, 'what'>) =>
  h.database.inUtility(h.utilityId, (tx) =>
    h.services.grants.issue(tx, {
      place: h.place,
      requestId: newTestUuid(),
      reason,
      requestedBy: asker.operatorId,
      approvalId: null,
      ...o,
    }),
  );
const issued = async (o: Parameters<typeof issue>[0]): Promise<string> => {
  const made = await issue(o);
  assert.ok(made.ok, JSON.stringify(made));
  return made.value.grantId;
};
const detail = (grantId: string) =>
  h.database.inUtility(h.utilityId, async (tx) => {
    const grant = await h.services.grants.detail(tx, { grantId, digits: 'all' });
    assert.ok(grant !== null);
    return grant;
  });
const digitsOf = async (grantId: string): Promise<string[]> =>
  (await detail(grantId)).tokens.map((token) => token.digits ?? '');
const request = (body: NewGrantBatch, by = asker) =>
  h.database.inUtility(h.utilityId, (tx) =>
    h.services.grants.request(tx, { utilityId: h.utilityId, body, requestedBy: by }),
  );
const batch = (batchId: string) =>
  h.database.inUtility(h.utilityId, async (tx) => {
    const found = await h.services.grants.batch(tx, batchId);
    assert.ok(found !== null);
    return found;
  });
const count = async (table: string): Promise<number> => {
  const { rows } = await sql<{ n: number }>`SELECT count(*)::int AS n
    FROM ${sql.table(`prewatt.${table}`)}`.execute(h.owner.directories);
  return rows[0]?.n ?? -1;
};
const assertLaws = () => assertAllLaws(h);

test('an engineering token is made at once, by name, and followed home', async () => {
  const { meterPan } = await h.addConnection();
  const place = (await placeOf(meterPan)) ?? h.place;
  const meter = testMeter(h, meterPan);
  const grantId = await issued({ place, what: { kind: 'clearTamper' } });
  const before = await detail(grantId);
  assert.deepEqual(
    [before.kind, before.state, before.requestedBy, before.approvedBy, before.reason],
    ['clearTamper', 'issued', 'Asker', null, reason],
  );
  assert.equal(before.tokens[0]?.kind, 'management');
  assert.deepEqual(await meter.answer(), ['management']);
  assert.equal((await detail(grantId)).state, 'accepted');
  assert.equal(await meter.type((await digitsOf(grantId))[0] ?? ''), 'used');
  assert.equal((await detail(grantId)).state, 'accepted');
});

const placeOf = async (meterPan: string) => {
  const row = await h.database.directories
    .selectFrom('meter_directory')
    .selectAll()
    .where('meter_pan', '=', meterPan)
    .executeTakeFirst();
  return row === undefined
    ? undefined
    : {
        utilityId: row.utility_id,
        bucket: row.bucket,
        connectionId: row.connection_id,
        meterId: row.meter_id,
      };
};

test('the same request is one grant, with another content it is refused', async () => {
  const requestId = newTestUuid();
  const what = { kind: 'setMaximumPowerLimit', powerW: 5_000n } as const;
  const many = await Promise.all(Array.from({ length: 6 }, () => issue({ requestId, what })));
  const ids = new Set(many.map((each) => (each.ok ? each.value.grantId : each.error)));
  assert.equal(ids.size, 1);
  assert.equal(many.filter((each) => each.ok && each.value.isNew).length, 1);
  const reused = { ok: false, error: 'requestIdReused' };
  assert.deepEqual(await issue({ requestId, what: { ...what, powerW: 6_000n } }), reused);
  assert.deepEqual(await issue({ requestId, what: { kind: 'clearTamper' } }), reused);
  assert.deepEqual(await issue({ requestId, what, reason: `${reason}, another` }), reused);
});

test('a limit rounds up to what a token carries and says so; too much is refused', async () => {
  const grant = await detail(
    await issued({ what: { kind: 'setPhaseUnbalanceLimit', powerW: 20_001n } }),
  );
  assert.equal(grant.powerW, '20004');
  assert.deepEqual(await issue({ what: { kind: 'setMaximumPowerLimit', powerW: 18_201_625n } }), {
    ok: false,
    error: 'powerNotEncodable',
  });
});

test('a test token is under no key, and its typing is noticed by its digits', async () => {
  const { meterPan } = await h.addConnection();
  const place = await placeOf(meterPan);
  assert.ok(place !== undefined);
  const grantId = await issued({ place, what: { kind: 'test', tests: 'all' } });
  // The official keypad token for all tests.
  assert.deepEqual(await digitsOf(grantId), ['56493153725450313471']);
  assert.equal(await testMeter(h, meterPan).type('56493153725450313471'), 'test');
  assert.equal((await detail(grantId)).state, 'accepted');
});

test('free credit waits for a second person, then reaches each meter of the list', async () => {
  const others = [await h.addConnection(), await h.addConnection()];
  const rows = others.map(({ meterPan }, index) => ({
    meterPan,
    energyWh: String(5_000 * (index + 1)),
  }));
  const body = { kind: 'freeCredit', requestId: newTestUuid(), reason, rows } as const;
  const grantsBefore = await count('grants');
  const answers = await Promise.all(Array.from({ length: 8 }, () => request(body as never)));
  const [asked] = answers;
  assert.ok(asked?.ok, JSON.stringify(asked));
  const { batchId } = asked.value;
  for (const each of answers)
    assert.deepEqual(each, asked, 'the same request, eight times at once');
  assert.deepEqual(await request(body as never), asked, 'the same request again');
  const more = { ...body, rows: rows.slice(1) };
  assert.deepEqual(await request(more as never), { ok: false, error: 'requestIdReused' });
  await runJobs(h);
  assert.equal(await count('grants'), grantsBefore, 'nothing before it is allowed');
  const [approvalId] = await approvalIdsOf(h);
  const seen = await h.database.inUtility(h.utilityId, (tx) =>
    h.services.approvals.detail(tx, {
      utilityId: h.utilityId,
      approvalId: approvalId ?? '',
      by: second,
    }),
  );
  assert.equal(seen?.description.title, 'Free credit for 2 meters');
  assert.deepEqual(seen?.description.facts[0], { label: 'Energy in all', value: '15.0 kWh' });
  assert.match(seen?.description.facts[1]?.value ?? '', new RegExp(others[1]?.meterPan ?? 'x'));

  assert.equal(await allowNext(h, second), 'done');
  await runJobs(h);
  await runJobs(h);
  const done = await batch(batchId);
  assert.deepEqual([done.state, done.rows], ['done', { total: 2, issued: 2, refused: 0 }]);
  assert.equal(await count('grants'), grantsBefore + 2);
  const text = h.sms.find((sms) => sms.text.includes('10.0 kWh free of charge'))?.text ?? '';
  assert.match(text, /Token \d{4} \d{4} \d{4} \d{4} \d{4}\. We send it to your meter/);
  for (const { meterPan } of others) {
    assert.deepEqual(await testMeter(h, meterPan).answer(), ['credit']);
  }
  const page = await h.database.inUtility(h.utilityId, (tx) =>
    h.services.grants.page(tx, { utilityId: h.utilityId, state: 'all', cursor: null }),
  );
  const given = page.rows.filter((row) => row.kind === 'freeCredit');
  assert.deepEqual(
    given.map((row) => [row.state, row.requestedBy, row.approvedBy]),
    [
      ['accepted', 'Asker', 'Second'],
      ['accepted', 'Asker', 'Second'],
    ],
  );
  await assertLaws();
});

test('a list with one bad line is refused whole, line by line', async () => {
  const before = await count('grant_batches');
  const row = { meterPan: h.meterPan, energyWh: '1000' };
  const bad = await request({
    kind: 'freeCredit',
    requestId: newTestUuid(),
    reason,
    rows: [
      row,
      { ...row, meterPan: '600727111111111153' },
      row,
      { meterPan: (await h.addConnection()).meterPan, energyWh: '1050' },
    ],
  } as never);
  assert.ok(!bad.ok && typeof bad.error !== 'string');
  assert.deepEqual(
    bad.error.map(({ line }) => line),
    [2, 3, 4],
  );
  assert.equal(await count('grant_batches'), before);
});

test('what is declined is closed, and no token was made', async () => {
  const asked = await request({
    kind: 'clearCredit',
    requestId: newTestUuid(),
    reason,
    rows: [{ meterPan: h.meterPan }],
  } as never);
  assert.ok(asked.ok);
  const [approvalId = ''] = await approvalIdsOf(h);
  const declined = await h.services.approvals.decline({
    utilityId: h.utilityId,
    approvalId,
    by: second,
    reason: 'not this meter, I think',
  });
  assert.ok(declined.ok);
  assert.equal((await batch(asked.value.batchId)).state, 'closed');
  await runJobs(h);
  assert.equal((await batch(asked.value.batchId)).rows.issued, 0);
});

test('a row whose meter can have no token is refused by name, its neighbours are not', async () => {
  const keyless = await h.addConnection({
    meter: { ...meterOf(), supplyGroupCode: '999999' },
  } as never);
  const good = await h.addConnection();
  const asked = await request({
    kind: 'clearCredit',
    requestId: newTestUuid(),
    reason,
    rows: [{ meterPan: keyless.meterPan }, { meterPan: good.meterPan }],
  } as never);
  assert.ok(asked.ok);
  assert.equal(await allowNext(h, second), 'done');
  await runJobs(h);
  const done = await batch(asked.value.batchId);
  assert.deepEqual([done.state, done.rows], ['done', { total: 2, issued: 1, refused: 1 }]);
  assert.deepEqual(done.refusals[0]?.line, 1);
  assert.match(done.refusals[0]?.detail ?? '', /No vending key is loaded/);
});

const bucketOf = (connectionId: string) =>
  bucketOfConnection(idFromUuid('connection', connectionId));

const meterOf = () => ({
  encryptionAlgorithm: 'ea07' as const,
  tariffIndex: '01',
  keyRevision: 1,
  mqttSecret: 'a meter secret',
});

test('credit cannot be granted without an approval, whoever asks', async () => {
  await assert.rejects(issue({ what: { kind: 'freeCredit', energyWh: 1_000n } }), /grants_check/);
  await assert.rejects(issue({ what: { kind: 'clearCredit' } }), /grants_check/);
});

test('sales and grants of one meter never share a TID', async () => {
  const place = await h.addConnection();
  await Promise.all([
    ...Array.from({ length: 5 }, () => issue({ place, what: { kind: 'clearTamper' } })),
    ...Array.from({ length: 5 }, (_, i) => buyAndPay(h, 5_000n, `TID-${i}`, place)),
  ]);
  const rows = await h.database.inUtility(h.utilityId, (tx) =>
    tx.selectFrom('tokens').select('tid').where('meter_id', '=', place.meterId).execute(),
  );
  assert.equal(new Set(rows.map((row) => row.tid)).size, 10);
});

test('free units of the month come by themselves, once, and with the next month again', async () => {
  const tariffId = await h.database.inUtility(h.utilityId, (tx) =>
    h.onboarding.createTariff(tx, h.utilityId, {
      name: 'Homes with free units',
      document: {
        ...demoTariff,
        freeAllowance: { kwh: '50', countsInBlocks: false },
      },
    }),
  );
  const entitled = await h.addConnection({ tariffId });
  const ofMonth = async () => {
    const { rows } = await sql<{ month: string; energy: bigint }>`
      SELECT to_char(month, 'YYYY-MM') AS month, energy_wh AS energy FROM prewatt.grants
      WHERE kind = 'freeUnits' ORDER BY month`.execute(h.owner.directories);
    return rows.map((row) => [row.month, row.energy]);
  };
  await h.services.upkeep();
  await runJobs(h);
  assert.deepEqual(await ofMonth(), [['2026-11', 50_000n]]);
  await Promise.all(
    [1, 2, 3].map(() => h.services.jobs.freeUnits({ utilityId: h.utilityId, month: '2026-11' })),
  );
  // A day later it looks again: a new connection gets its units, and one whose key came late.
  const late = await h.addConnection({ tariffId });
  const keyless = await h.addConnection({
    tariffId,
    meter: { ...meterOf(), supplyGroupCode: '888888' },
  } as never);
  await h.services.upkeep();
  await runJobs(h);
  assert.equal((await ofMonth()).length, 1);
  h.clock.nowMs += 86_400_000;
  await h.services.upkeep();
  await runJobs(h);
  assert.equal((await ofMonth()).length, 2);
  await h.database.inUtility(h.utilityId, (tx) =>
    h.onboarding.loadVendingKey(tx, h.utilityId, { ...testVendingKey, supplyGroupCode: '888888' }),
  );
  h.clock.nowMs += 86_400_000;
  await h.services.upkeep();
  await runJobs(h);
  assert.equal((await ofMonth()).length, 3);
  assert.deepEqual(
    await Promise.all(
      [late, keyless].map(async ({ connectionId }) => {
        const place = { ...late, connectionId, bucket: bucketOf(connectionId) };
        const page = await h.database.inUtility(h.utilityId, (tx) =>
          h.services.grants.ofConnection(tx, place),
        );
        return page.rows.map((row) => row.month);
      }),
    ),
    [['2026-11'], ['2026-11']],
  );
  assert.match(h.sms.at(-1)?.text ?? '', /50\.0 kWh free of charge/);
  // 1 December begins at 22:00 UTC of the day before in the utility's zone.
  h.clock.nowMs = Date.UTC(2026, 10, 30, 21, 59);
  await h.services.upkeep();
  await runJobs(h);
  assert.equal((await ofMonth()).length, 3);
  h.clock.nowMs = Date.UTC(2026, 10, 30, 22, 1);
  await h.services.upkeep();
  await runJobs(h);
  assert.deepEqual(
    (await ofMonth()).map(([month]) => month),
    ['2026-11', '2026-11', '2026-11', '2026-12', '2026-12', '2026-12'],
  );
  const runs = await h.database.inUtility(h.utilityId, (tx) =>
    h.services.grants.freeUnitRuns(tx, h.utilityId),
  );
  assert.deepEqual(
    runs.rows.map(({ month, state, issued }) => [month, state, issued]),
    [
      ['2026-12', 'done', 3],
      ['2026-11', 'done', 3],
    ],
  );
  assert.deepEqual(await testMeter(h, entitled.meterPan).answer(), ['credit', 'credit']);
  await assertLaws();
});
