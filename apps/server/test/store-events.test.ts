// Events and answers of many meters in one transaction, on a real database: each message has its
// own end, and the words of a meter stay in their order.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { encodeUp, type MeterEvent, type UpMessage } from '@prewatt/protocol';
import { energyWh, idFromUuid, powerW } from '@prewatt/quantities';
import { sql } from 'kysely';
import { createHarness, type Harness, newTestUuid } from './harness.ts';
import { buyAndPay } from './purchases.ts';

let h: Harness;
before(async () => {
  h = await createHarness();
});
after(() => h.close());

type Home = Awaited<ReturnType<Harness['addConnection']>>;
const homes = (count: number): Promise<Home[]> =>
  Promise.all(Array.from({ length: count }, () => h.addConnection()));
const say = (meterPan: string, message: UpMessage): void => {
  h.services.ingest.receive(meterPan, encodeUp(message));
};
const low = (sequence: number): MeterEvent => ({
  sequence,
  atMs: h.clock.nowMs,
  code: 'creditLow',
  availableEnergyWh: energyWh(2_900),
});
const cover = (sequence: number): MeterEvent => ({
  ...{ sequence, atMs: h.clock.nowMs + sequence, code: 'coverOpened' },
  evidence: { importEnergyWh: energyWh(1), powerW: powerW(0) },
});
const cleared = (sequence: number): MeterEvent => ({
  ...{ sequence, atMs: h.clock.nowMs + sequence, code: 'settingChanged' },
  ...{ setting: 'tamperCleared', origin: 'keypad' },
});
const readNow = async (place: Home): Promise<string> => {
  const { commandId } = await h.database.inUtility(h.utilityId, (tx) =>
    h.services.commands.enqueue(tx, {
      ...{ place, kind: 'readNow', requestId: newTestUuid() },
      expiresAtMs: h.clock.nowMs + 3_600_000,
    }),
  );
  return commandId;
};
const answer = (sequence: number, commandId: string): UpMessage => ({
  kind: 'commandResult',
  sequence,
  commandId: idFromUuid('command', commandId),
  completedAtMs: h.clock.nowMs,
  result: { kind: 'readNow' },
});
const acknowledged = () =>
  h.sent.flatMap(({ meterPan, message }) =>
    message.kind === 'acknowledge' ? [`${meterPan} ${message.sequence}`] : [],
  );

/** Rows with the transaction that wrote each. */
const written = async (table: string, column: string, ids: readonly string[]) => {
  const { rows } = await sql<{ by: string }>`SELECT xmin::text AS by
    FROM ${sql.raw(`prewatt.${table}`)} WHERE ${sql.raw(column)} = ANY(${ids}::uuid[])`.execute(
    h.owner.directories,
  );
  return { rows: rows.length, transactions: new Set(rows.map((row) => row.by)).size };
};

test('events and answers of many meters share transactions; each is acknowledged', async () => {
  const many = await homes(60);
  const commands = await Promise.all(many.map(readNow));
  for (const [i, home] of many.entries()) {
    say(home.meterPan, { kind: 'events', sequence: 1, events: [cover(1)] });
    say(home.meterPan, answer(2, commands[i] ?? ''));
  }
  await h.services.ingest.drained();
  const ids = many.map((home) => home.meterId);
  const events = await written('meter_events', 'meter_id', ids);
  assert.equal(events.rows, many.length);
  assert.ok(events.transactions <= 8, `${events.transactions} transactions`);
  const { rows } = await sql<{ stage: string; stages: string }>`SELECT c.stage,
      (SELECT string_agg(s.stage, ' ' ORDER BY s.ordinal) FROM prewatt.command_stages s
        WHERE s.bucket = c.bucket AND s.command_id = c.id) AS stages
    FROM prewatt.commands c WHERE c.id = ANY(${commands}::uuid[])`.execute(h.owner.directories);
  assert.equal(rows.length, many.length);
  for (const row of rows) assert.deepEqual(row, { stage: 'done', stages: 'queued done' });
  const told = new Set(acknowledged());
  for (const { meterPan } of many) {
    assert.ok(told.has(`${meterPan} 1`) && told.has(`${meterPan} 2`), meterPan);
  }
});

test('a message that spoils its batch fails alone, unacknowledged', async () => {
  const many = await homes(9);
  const [bad] = many as [Home, ...Home[]];
  const before = h.services.ingest.counts();
  for (const home of many) say(home.meterPan, { kind: 'events', sequence: 1, events: [low(1)] });
  // A command id that the protocol lets through and the database cannot read.
  say(bad.meterPan, {
    kind: 'commandResult',
    sequence: 2,
    commandId: `command_${'-'.repeat(36)}`,
    completedAtMs: h.clock.nowMs,
    result: { kind: 'readNow' },
  });
  say(bad.meterPan, { kind: 'events', sequence: 3, events: [low(2)] });
  await h.services.ingest.drained();
  assert.equal(h.services.ingest.counts().failed, before.failed + 1);
  const events = await written(
    'meter_events',
    'meter_id',
    many.map((home) => home.meterId),
  );
  assert.equal(events.rows, many.length + 1);
  const told = new Set(acknowledged());
  for (const { meterPan } of many) assert.ok(told.has(`${meterPan} 1`), meterPan);
  assert.deepEqual([told.has(`${bad.meterPan} 2`), told.has(`${bad.meterPan} 3`)], [false, true]);
});

test('what a meter says in one batch is taken in its order, a repeat once', async () => {
  const [home] = (await homes(1)) as [Home];
  const commandId = await readNow(home);
  const say1 = (sequence: number, events: MeterEvent[]) =>
    say(home.meterPan, { kind: 'events', sequence, events });
  say1(1, [cover(1)]);
  say1(2, [cleared(2)]);
  say1(3, [cover(3), low(4)]);
  say1(3, [cover(3), low(4)]);
  say(home.meterPan, answer(5, commandId));
  say(home.meterPan, {
    ...answer(6, commandId),
    ...{ result: { kind: 'refused', reason: 'expired' } },
  } as UpMessage);
  await h.services.ingest.drained();
  const alerts = await sql<{ fact: bigint; open: boolean }>`SELECT fact, ended_at IS NULL AS open
    FROM prewatt.meter_alerts WHERE meter_id = ${home.meterId}::uuid ORDER BY fact`.execute(
    h.owner.directories,
  );
  assert.deepEqual(alerts.rows, [
    { fact: 1n, open: false },
    { fact: 3n, open: true },
  ]);
  const messages = await sql<{ kind: string }>`SELECT kind FROM prewatt.messages
    WHERE connection_id = ${home.connectionId}::uuid`.execute(h.owner.directories);
  assert.deepEqual(messages.rows, [{ kind: 'creditLow' }]);
  const { rows } = await sql<{ stage: string }>`SELECT stage FROM prewatt.command_stages
    WHERE command_id = ${commandId}::uuid ORDER BY ordinal`.execute(h.owner.directories);
  assert.deepEqual(
    rows.map((row) => row.stage),
    ['queued', 'done'],
    'the first answer counts',
  );
});

test('what many meters say of their credit is told home by home, in the order of each', async () => {
  const many = await homes(12);
  const crossing = (sequence: number, code: 'creditLow' | 'creditVeryLow'): MeterEvent => ({
    ...{ sequence, atMs: h.clock.nowMs - 10 + sequence, code, availableEnergyWh: energyWh(500) },
  });
  // Even homes in the order of things; odd ones late, so that low is known when it is overtaken.
  h.clock.nowMs += 60_000;
  for (const [i, { meterPan }] of many.entries()) {
    const [first, second] = i % 2 === 0 ? ([1, 2] as const) : ([3, 2] as const);
    const events = [crossing(first, 'creditVeryLow'), crossing(second, 'creditLow')];
    say(meterPan, { kind: 'events', sequence: 1, events });
  }
  await h.services.ingest.drained();
  for (const [i, { connectionId, meterId }] of many.entries()) {
    const { rows } = await sql<{ fact_key: string; kind: string; state: string }>`
      SELECT fact_key, kind, state FROM prewatt.messages
      WHERE connection_id = ${connectionId}::uuid ORDER BY kind`.execute(h.owner.directories);
    const first = i % 2 === 0 ? 1 : 3;
    assert.deepEqual(rows, [
      {
        fact_key: `event:${meterId}:2`,
        kind: 'creditLow',
        state: i % 2 === 0 ? 'queued' : 'dropped',
      },
      { fact_key: `event:${meterId}:${first}`, kind: 'creditVeryLow', state: 'queued' },
    ]);
  }
});

test('tokens that many meters took are settled together; what a meter says of one twice, once', async () => {
  const sales = await Promise.all(
    (await homes(6)).map(async (home) => ({ home, sale: await buyToken(home) })),
  );
  const told = (
    { tid, lastFour, credited }: Bought,
    sequence: number,
    origin: 'keypad' | 'remote',
  ): MeterEvent => ({
    ...{ sequence, atMs: h.clock.nowMs + sequence, code: 'token', lastFour, origin },
    outcome: { result: 'accepted', effect: 'credit', tid, creditedEnergyWh: energyWh(credited) },
  });
  for (const { home, sale } of sales) {
    // One of the same identifier and other digits, or of other energy, is another token.
    const lastFour = String((Number(sale.lastFour) + 1) % 10_000).padStart(4, '0');
    const strangers = [
      told({ ...sale, lastFour }, 5, 'keypad'),
      told({ ...sale, credited: sale.credited + 100n }, 6, 'keypad'),
    ];
    say(home.meterPan, { kind: 'events', sequence: 5, events: strangers });
  }
  await h.services.ingest.drained();
  const delivered = await sql`SELECT FROM prewatt.sales WHERE state = 'delivered'
    AND id = ANY(${sales.map(({ sale }) => sale.saleId)}::uuid[])`.execute(h.owner.directories);
  assert.equal(delivered.rows.length, 0);
  for (const { home, sale } of sales) {
    const events = [told(sale, 1, 'remote'), told(sale, 2, 'keypad')];
    say(home.meterPan, { kind: 'events', sequence: 1, events });
  }
  const [unknown] = sales;
  say(unknown?.home.meterPan ?? '', {
    ...{ kind: 'events', sequence: 2 },
    events: unknown ? [told({ ...unknown.sale, tid: unknown.sale.tid + 1 }, 3, 'keypad')] : [],
  });
  await h.services.ingest.drained();
  for (const { sale } of sales) {
    const { rows } = await sql<{ state: string; token: string; origin: string; at: number }>`
      SELECT s.state, t.state AS token, t.origin, s.delivered_at AS at FROM prewatt.sales s
      JOIN prewatt.tokens t ON t.sale_id = s.id WHERE s.id = ${sale.saleId}::uuid`.execute(
      h.owner.directories,
    );
    // The keypad's own word, which came second, says how.
    assert.deepEqual(rows, [
      { state: 'delivered', token: 'accepted', origin: 'keypad', at: h.clock.nowMs + 2 },
    ]);
  }
});

type Bought = Awaited<ReturnType<typeof buyToken>>;
const buyToken = async (home: Home) => {
  const saleId = await buyAndPay(h, 5_000n, `payment-${home.meterPan}`, home);
  const token = await h.database.inUtility(h.utilityId, (tx) =>
    tx
      .selectFrom('tokens')
      .select(['tid', 'digits', 'energy_wh'])
      .where('sale_id', '=', saleId)
      .executeTakeFirstOrThrow(),
  );
  const lastFour = token.digits.slice(-4);
  return { saleId, tid: token.tid ?? 0, lastFour, credited: token.energy_wh ?? 0n };
};

test('the states of many meters are kept by one transaction', async () => {
  const many = await homes(40);
  for (const [i, { meterPan }] of many.entries()) {
    say(meterPan, { kind: 'state', state: state(h.clock.nowMs, 100 + i) });
  }
  await h.services.ingest.drained();
  const kept = await written(
    'meter_states',
    'meter_id',
    many.map((home) => home.meterId),
  );
  assert.deepEqual(kept, { rows: many.length, transactions: 1 });
});

const state = (capturedAtMs: number, available: number) => ({
  capturedAtMs,
  availableEnergyWh: energyWh(available),
  powerW: powerW(0),
  importEnergyWh: energyWh(1),
  creditedEnergyWh: energyWh(1),
  owedEnergyWh: energyWh(0),
  loadSwitch: 'connected' as const,
  creditStatus: 'inCredit' as const,
});
