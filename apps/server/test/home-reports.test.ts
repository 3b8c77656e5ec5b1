// Reports on homes: what is owed by age is the balance of the accounts of debt, and times off
// supply are what meters said of their switches, cut to the period.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { debtReportSchema, offSupplyPageSchema, owedDebtPageSchema } from '@prewatt/api';
import type { MeterEvent } from '@prewatt/protocol';
import { dayMs } from '@prewatt/quantities';
import { sql } from 'kysely';
import { createNewUuid, systemRandom } from '../src/base/ids.ts';
import { addDebt } from '../src/workflows/onboarding/index.ts';
import { createHarness, type Harness } from './harness.ts';
import { createHttpHarness, type HttpHarness, Visitor } from './http-harness.ts';

const password = 'a password that is long enough';
const root = '/api/operator/reports';
const hourMs = dayMs / 24;
const newUuid = createNewUuid({ nowMs: Date.now }, systemRandom);
let h: Harness;
let http: HttpHarness;
let ada: Visitor;
let other: Awaited<ReturnType<Harness['addConnection']>>;

before(async () => {
  h = await createHarness();
  http = await createHttpHarness(h);
  const email = 'ada@test.example';
  await http.createOperator({ email, password, role: 'operator' });
  ada = new Visitor(http.app);
  await ada.postJson('/api/auth/sign-in/email', { email, password });
  other = await h.addConnection();
});
after(async () => {
  await http.close();
  await h.close();
});

async function charge(outstandingMinor: bigint): Promise<void> {
  const debt = { label: `Arrears of ${outstandingMinor}`, outstandingMinor, rule: { share: '20' } };
  const added = await h.database.inUtility(h.utilityId, (tx) =>
    addDebt({ newUuid, nowMs: () => h.clock.nowMs }, tx, { place: h.place, debt }),
  );
  assert.ok(added.ok);
}

test('debts by age add up to the accounts of debt, and each age opens its debts', async () => {
  await charge(9_100n);
  h.clock.nowMs += 60 * dayMs;
  await charge(500n);
  await charge(700n);
  h.clock.nowMs += 31 * dayMs;
  await charge(40n);
  const report = debtReportSchema.parse((await ada.get(`${root}/debts`)).json());
  assert.deepEqual(
    report.rows.map((row) => [row.age, row.debts, row.homes, row.outstandingMinor]),
    [
      ['upTo30', 1, 1, '40'],
      ['upTo60', 2, 1, '1200'],
      ['upTo90', 0, 0, '0'],
      ['over90', 1, 1, '9100'],
    ],
  );
  assert.deepEqual(report.total, { debts: 4, homes: 1, outstandingMinor: '10340' });
  const accounts = await h.database.inUtility(h.utilityId, (tx) =>
    sql<{
      sum: bigint;
    }>`SELECT sum(CASE WHEN debit_kind = 'customerDebt' THEN amount_minor ELSE 0 END
      - CASE WHEN credit_kind = 'customerDebt' THEN amount_minor ELSE 0 END)::bigint AS sum
      FROM transfers`.execute(tx),
  );
  assert.equal(report.total.outstandingMinor, accounts.rows[0]?.sum.toString());
  const list = owedDebtPageSchema.parse((await ada.get(`${root}/debts/list?age=upTo60`)).json());
  assert.deepEqual(list.rows.map((row) => row.outstandingMinor).sort(), ['500', '700']);
  const file = (await ada.get(`${root}/debts/file`)).body.trim().split('\r\n');
  assert.match(file[0] ?? '', /^connection,debt,charged,outstanding/);
  assert.equal(file.length, 5);
});

test('a home is off from its switch to its switch, and only inside the days that are asked', async () => {
  // Noon of a day that the report is asked for, with nothing said before.
  const noonMs = Date.parse('2027-06-10T10:00:00Z');
  h.clock.nowMs = noonMs + 10 * dayMs;
  let sequence = 500;
  const says = async (
    meterPan: string,
    at: number,
    event: Pick<MeterEvent, 'code'> & { cause: string },
  ) => {
    sequence += 1;
    const events = [{ sequence, atMs: noonMs + at * hourMs, ...event } as MeterEvent];
    await h.fromMeter(meterPan, { kind: 'events', sequence, events });
  };
  const opened = { code: 'loadSwitchOpened', cause: 'credit' } as const;
  const closed = { code: 'loadSwitchClosed', cause: 'credit' } as const;
  // Five hours off, in which a limit opens it once more; then an hour, which is too short.
  await says(h.meterPan, 0, opened);
  await says(h.meterPan, 2, { ...opened, cause: 'powerLimit' });
  await says(h.meterPan, 5, closed);
  await says(h.meterPan, 6, opened);
  await says(h.meterPan, 7, closed);
  // Off since the day before, and not on again by the end of the day.
  await says(other.meterPan, -30, opened);

  const ask = async (query: string) =>
    offSupplyPageSchema.parse((await ada.get(`${root}/off-supply?${query}`)).json());
  const day = await ask('from=2027-06-10&to=2027-06-10');
  assert.deepEqual(
    day.rows.map((row) => [row.minutes, row.cause, row.onAt === null]),
    [
      [24 * 60, 'credit', true],
      [5 * 60, 'credit', false],
    ],
  );
  assert.deepEqual(day.total, { homes: 2, times: 2, minutes: 29 * 60 });
  assert.equal((await ask('from=2027-06-10&to=2027-06-10&hours=1')).total.times, 3);
  assert.equal((await ask('from=2027-06-01&to=2027-06-08')).total.times, 0);
  const file = (await ada.get(`${root}/off-supply/file?from=2027-06-10&to=2027-06-10`)).body;
  assert.equal(file.trim().split('\r\n').length, 3);
  const wrong = await ada.get(`${root}/off-supply?from=2027-06-10&to=2027-06-09`);
  assert.equal(wrong.json().code, 'daysOutOfRange');
});
