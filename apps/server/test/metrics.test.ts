// The figures of a server over HTTP, on a real database: what each counts, and what none of them
// tells.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { sql } from 'kysely';
import { createCommandOutbox } from '../src/metering/headend/index.ts';
import {
  createLimitsTeller,
  type MetricsServer,
  serveMetrics,
} from '../src/reports/metrics/index.ts';
import { createHarness, type Harness, newTestUuid } from './harness.ts';
import { buyAndPay } from './purchases.ts';

let h: Harness;
let metrics: MetricsServer;
let realMs = 0;
before(async () => {
  h = await createHarness();
  await h.services.upkeep();
  const silent = { warn: () => {} };
  metrics = await serveMetrics({
    ...{ database: h.database, utilities: h.services.utilities, ingest: h.services.ingest },
    // Another second each time, so that each answer is a new one.
    clocks: {
      ...h.services.clocks,
      real: {
        nowMs: () => {
          realMs += 1_000;
          return realMs;
        },
      },
    },
    outbox: createCommandOutbox({ dispatch: h.services.commands.dispatch, log: silent }),
    keptNotifications: h.services.keptNotifications,
    broker: { counts: () => brokerCounts },
    sweepReports: () => sweepReports,
    partReports: () => partReports,
    serverReports: () => serverReports,
    ...{ host: '127.0.0.1', port: 0, log: silent },
  });
});
after(async () => {
  await metrics.close();
  await h.close();
});
const part = { label: '', sinceMs: 0, detail: 'secret words' };
const server = { id: 'a', name: 'a', silentS: 0, isThis: true };
const serverReports = [
  { ...server, state: 'working' },
  { ...server, state: 'lost', isThis: false },
] as const;
const partReports = [
  { ...part, name: 'broker', state: 'down' },
  { ...part, name: 'provider', state: 'up' },
  { ...part, name: 'gateway', state: 'unknown' },
  { ...part, name: 'witness-bank.example', state: 'up' },
] as const;
const well = { isHanging: false, failingSinceMs: null, error: null };
const sweepReports = [
  { ...well, name: 'commands', label: 'one', targetId: 'a', lastSuccessAtMs: 9_000 },
  { ...well, name: 'commands', label: 'one', targetId: 'b', lastSuccessAtMs: 4_000 },
  {
    ...{ ...well, name: 'payments', label: 'two', targetId: 'a', lastSuccessAtMs: null },
    ...{ failingSinceMs: -60_000, error: 'away' },
  },
];
const brokerCounts = {
  ...{ connections: 3, crowded: 0, refused: 2, limited: 0, oversized: 0, slowed: 5 },
};

const get = (path: string, method = 'GET') =>
  fetch(`http://127.0.0.1:${metrics.port}${path}`, { method });
/** Values by name and labels, as they stand in the text. */
const figures = async (): Promise<Map<string, number>> => {
  const answer = await get('/metrics');
  assert.equal(answer.status, 200);
  assert.match(answer.headers.get('content-type') ?? '', /^text\/plain; version=0\.0\.4/);
  const lines = (await answer.text()).split('\n').filter((line) => /^[^#]/.test(line));
  return new Map(lines.map((line) => line.split(' ') as [string, string]).map(toNumber));
};
const toNumber = ([name, value]: readonly [string, string]): [string, number] => [
  name,
  Number(value),
];

test('messages, commands and sales are counted as they come', async () => {
  const home = await h.addConnection();
  const before = await figures();
  const of = (found: Map<string, number>, name: string): number => {
    const value = found.get(`prewatt_${name}`);
    assert.ok(value !== undefined && Number.isFinite(value), `no ${name}`);
    return value;
  };
  await h.fromMeter(home.meterPan, { kind: 'events', sequence: 1, events: [] });
  await h.database.inUtility(h.utilityId, (tx) =>
    h.services.commands.enqueue(tx, {
      ...{ place: home, kind: 'readNow', requestId: newTestUuid() },
      expiresAtMs: h.clock.nowMs + 60_000,
    }),
  );
  h.clock.nowMs += 2_000;
  await buyAndPay(h, 5_000n, 'metrics-1', home);
  const now = await figures();
  const more = (name: string): number => of(now, name) - of(before, name);
  assert.equal(more('messages_received_total'), 1);
  assert.equal(more('commands_open{stage="queued"}'), 2, 'the reading and the token');
  assert.equal(more('sales_recent{state="issued"}'), 1);
  assert.ok(of(now, 'command_overdue_seconds') >= 2);
  assert.ok(of(now, 'jobs_waiting') >= 0 && of(now, 'jobs_lag_seconds') >= 0);
  assert.ok(of(now, 'database_connections{state="idle"}') > 0);
  assert.equal(of(now, 'sessions'), 3);
  assert.equal(of(now, 'broker_held_back_total{why="slowed"}'), 5);
});

test('upkeep is told by its worst utility', async () => {
  const now = await figures();
  assert.equal(now.get('prewatt_upkeep_last_success_timestamp_seconds{sweep="commands"}'), 4);
  assert.equal(now.get('prewatt_upkeep_failing_seconds{sweep="commands"}'), 0);
  assert.equal(now.get('prewatt_upkeep_failing_seconds{sweep="payments"}'), 60 + realMs / 1_000);
});

test('the token log is told: its length, what waits for a place, and who has not signed', async () => {
  const log = async (name: string) => (await figures()).get(`prewatt_log_${name}`) ?? Number.NaN;
  assert.ok((await log('waiting')) > 0 && (await log('waiting_seconds')) > 0);
  await h.services.tokenLog.sequence(h.utilityId);
  const length = await log('entries');
  assert.ok(length > 0);
  assert.deepEqual([await log('waiting'), await log('waiting_seconds')], [0, 0]);
  assert.ok(Number.isFinite(await log('head_age_seconds')));
  // One that is no longer asked has no figure.
  const says = (size: number) =>
    h.database.inUtility(h.utilityId, (tx) =>
      sql`INSERT INTO prewatt_log.witnesses (utility_id, name, size, signed_at)
        SELECT ${h.utilityId}, unnest(ARRAY['bank.example', 'gone.example']), ${size},
          now() - interval '1 hour'
        ON CONFLICT (utility_id, name) DO UPDATE SET size = excluded.size`.execute(tx),
    );
  await says(length - 1);
  assert.ok((await log('unsigned_seconds{witness="bank.example"}')) >= 3_600);
  assert.equal(
    (await figures()).has('prewatt_log_unsigned_seconds{witness="gone.example"}'),
    false,
  );
  await says(length);
  assert.equal(await log('unsigned_seconds{witness="bank.example"}'), 0);
});

test('a part that is down has the figure 0, one that was not looked at has none', async () => {
  const now = await figures();
  assert.equal(now.get('prewatt_part_up{part="broker"}'), 0);
  assert.equal(now.get('prewatt_part_up{part="provider"}'), 1);
  assert.equal(now.has('prewatt_part_up{part="gateway"}'), false);
});

test('nothing of a customer, a meter or a utility stands in it', async () => {
  const home = await h.addConnection();
  const text = await (await get('/metrics')).text();
  for (const known of [home.meterPan, home.connectionId, h.utilityId, 'ZAR', '+27']) {
    assert.ok(!text.includes(known), known);
  }
});

test('each alert rule asks for figures that there are, and has its runbook', async () => {
  const read = (path: string) => readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8');
  const text = await (await get('/metrics')).text();
  const known = new Set([...text.matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name));
  const rules = read('deploy/prometheus/alerts.yml');
  const asked = [...rules.matchAll(/\bprewatt_[a-z_]+/g)].map(([name]) => name);
  assert.ok(asked.length > 5);
  for (const name of asked) assert.ok(known.has(name), name);
  const runbooks = read('docs/operating/runbooks.md');
  for (const [, name = ''] of rules.matchAll(/alert: (\w+)/g)) {
    assert.ok(runbooks.includes(`\n## ${name}\n`), name);
    assert.ok(rules.includes(`runbooks.md#${name.toLowerCase()}\n`), name);
  }
});

test('the dashboard shows each figure that there is, and asks for no other', async () => {
  type Panel = { readonly targets?: readonly { readonly expr: string }[] };
  const file = new URL('../../../deploy/grafana/prewatt.json', import.meta.url);
  const { panels } = JSON.parse(readFileSync(file, 'utf8')) as { panels: readonly Panel[] };
  const asked = panels
    .flatMap(({ targets = [] }) => targets)
    .flatMap(({ expr }) => [...expr.matchAll(/\bprewatt_[a-z_]+/g)].map(([name]) => name));
  const text = await (await get('/metrics')).text();
  const known = [...text.matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name);
  assert.deepEqual([...new Set(asked)].sort(), known.sort());
});

test('there is nothing else on this port', async () => {
  assert.equal((await get('/')).status, 404);
  assert.equal((await get('/metrics', 'POST')).status, 405);
});

test('that meters wait is told, that they are refused is warned of', () => {
  const told: string[] = [];
  let broker = brokerCounts;
  const tell = createLimitsTeller({ counts: () => broker }, h.services.ingest, {
    info: (_facts: unknown, words?: string) => told.push(`info ${words}`),
    warn: (_facts: unknown, words?: string) => told.push(`warn ${words}`),
  } as never);
  tell();
  broker = { ...broker, slowed: 6 };
  tell();
  broker = { ...broker, refused: 3 };
  tell();
  tell();
  assert.deepEqual(told, ['info meters were made to wait', 'warn meters were refused']);
});
