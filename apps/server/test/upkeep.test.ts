// The server's own upkeep on a real database: whichever piece of it throws or hangs, the others go
// on, and who should know is told.

import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import type { PartReport } from '../src/base/parts.ts';
import { createSweeps, type Sweep, type SweepReport } from '../src/base/sweeps.ts';
import { createHealth } from '../src/compose/health.ts';
import type { Utility } from '../src/registry/utilities/index.ts';
import { createHarness, type Harness } from './harness.ts';
import { createHttpHarness, Visitor } from './http-harness.ts';

let h: Harness;
before(async () => {
  h = await createHarness();
});
after(() => h.close());
let stop = async (): Promise<void> => {};
afterEach(() => stop());

type Broken = Readonly<Record<string, () => Promise<never>>>;
const throws = async (): Promise<never> => Promise.reject(new Error('broken for the test'));
const hangs = (): Promise<never> => new Promise<never>(() => {});

/** Runs the server's sweeps, some of them broken, until each of the others has gone well twice. */
async function othersGoOn(broken: Broken): Promise<readonly SweepReport[]> {
  const runs = new Map<string, number>();
  let done = (): void => {};
  const others = new Promise<void>((resolve) => {
    done = resolve;
  });
  const ran = (name: string): void => {
    runs.set(name, (runs.get(name) ?? 0) + 1);
    const well = [...runs.values()].filter((times) => times >= 2).length;
    if (well === h.services.sweeps.length - Object.keys(broken).length) done();
  };
  const sweeps = h.services.sweeps.map((sweep): Sweep<Utility> => {
    assert.ok(sweep.of === 'each');
    const isBroken = broken[sweep.name];
    if (isBroken !== undefined) return { ...sweep, everyMs: 5, timeoutMs: 30, run: isBroken };
    const run: typeof sweep.run = async (utility, signal) => {
      await sweep.run(utility, signal);
      ran(sweep.name);
    };
    return { ...sweep, everyMs: 5, run };
  });
  const made = createSweeps<Utility>({
    targets: h.services.utilities.list,
    ...{ nowMs: Date.now, patienceMs: 20, log: { warn: () => {} } },
  });
  stop = () => Promise.race([made.stop(), new Promise<void>((end) => setTimeout(end, 50))]);
  made.start(sweeps);
  await others;
  const wrong = () => made.reports().filter(({ failingSinceMs }) => failingSinceMs !== null);
  while (wrong().length < Object.keys(broken).length) {
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  const found = wrong();
  await stop();
  return found;
}

test('whichever piece of upkeep throws or hangs, all others go on', async () => {
  const names = h.services.sweeps.map(({ name }) => name);
  assert.equal(new Set(names).size, names.length, 'each has a name of its own');
  for (const [n, thrower] of names.entries()) {
    // Each has both turns: after the last comes the first.
    const hanger = names[(n + 1) % names.length] ?? '';
    const wrong = await othersGoOn({ [thrower]: throws, [hanger]: hangs });
    assert.deepEqual(
      new Map(wrong.map(({ name, isHanging }) => [name, isHanging])),
      new Map([
        [thrower, false],
        [hanger, true],
      ]),
    );
  }
});

test('what has failed for long stands on the attention list of its utility', async () => {
  const http = await createHttpHarness(h);
  try {
    const credentials = { email: 'upkeep@example.com', password: 'a long password of a test' };
    await http.createOperator({ ...credentials, role: 'viewer' });
    const viewer = new Visitor(http.app);
    assert.equal((await viewer.postJson('/api/auth/sign-in/email', credentials)).statusCode, 200);
    const get = async (path: string) => {
      const answer = await viewer.get(`/api/operator/${path}`);
      assert.equal(answer.statusCode, 200);
      return answer.json();
    };
    const { attention } = await get('overview');
    const nowMs = h.services.clocks.real.nowMs();
    const failing = { lastSuccessAtMs: null, error: 'secret words', isHanging: false };
    http.sweepReports.push(
      { ...failing, ...named('old'), targetId: h.utilityId, failingSinceMs: nowMs - 600_000 },
      { ...failing, ...named('new'), targetId: h.utilityId, failingSinceMs: nowMs - 1_000 },
      { ...failing, ...named('theirs'), targetId: 'another', failingSinceMs: nowMs - 600_000 },
      { ...failing, ...named('own'), targetId: null, failingSinceMs: nowMs - 300_000 },
    );
    assert.deepEqual(await get('upkeep'), {
      rows: [
        { ...named('old'), failingMinutes: 10, isHanging: false },
        { ...named('own'), failingMinutes: 5, isHanging: false },
      ],
      nextCursor: null,
    });
    assert.equal((await get('overview')).attention, attention + 2);
    const part = { label: 'the broker', detail: 'secret words' } as const;
    http.partReports.push(
      { ...part, name: 'broker', state: 'down', sinceMs: nowMs - 61_000 },
      { ...part, name: 'keys', state: 'up', sinceMs: nowMs },
    );
    const [first] = (await get('upkeep')).rows;
    const broker = { name: 'part-broker', label: 'the broker', isHanging: false };
    assert.deepEqual(first, { ...broker, failingMinutes: 1 });
    assert.equal((await get('overview')).attention, attention + 3);
    const server = { id: 'a', isThis: false, silentS: 130 };
    http.serverReports.push(
      { ...server, name: 'north 12', state: 'lost' },
      { ...server, name: 'south 7', state: 'draining' },
    );
    const [, lost] = (await get('upkeep')).rows;
    const label = 'the server north 12: it has stopped without a word';
    assert.deepEqual(lost, { name: 'server-a', label, failingMinutes: 2, isHanging: false });
    const { attention: sum, attentionParts: parts } = await get('overview');
    assert.equal(sum, attention + 4);
    assert.equal(parts.upkeep, (await get('upkeep')).rows.length, 'what is counted is listed');
    const counts = Object.values<number>(parts);
    assert.equal(
      counts.reduce((a, b) => a + b, 0),
      sum,
      'and nothing is counted without its kind',
    );
  } finally {
    await http.close();
  }
});

test('a server whose upkeep fails for long is degraded, and stays ready', async () => {
  let nowMs = 0;
  let reports: readonly SweepReport[] = [];
  let isStarted = false;
  let isDraining = false;
  const part = { label: '', sinceMs: 0, detail: 'secret words' };
  let broker: PartReport = { ...part, name: 'broker', state: 'up' };
  const health = createHealth({
    ...{ waitingFor: () => null, isDraining: () => isDraining },
    ...{ isStarted: () => isStarted, database: h.database },
    ...{ sweepReports: () => reports, partReports: () => [broker], nowMs: () => nowMs },
  });
  assert.deepEqual(await health(), { ready: false, status: 'starting' });
  isStarted = true;
  const parts = { database: 'up', broker: 'up' };
  assert.deepEqual(await health(), { ready: true, status: 'ready', parts });
  const failing = { lastSuccessAtMs: null, failingSinceMs: 0, error: 'x', isHanging: false };
  reports = ['a', 'b'].map((targetId) => ({ ...failing, ...named('payments'), targetId }));
  assert.deepEqual(await health(), { ready: true, status: 'ready', parts }, 'for a moment');
  nowMs = 300_000;
  const payments = 'upkeep fails (payments)';
  assert.deepEqual(await health(), { ready: true, status: `degraded: ${payments}`, parts });
  broker = { ...broker, state: 'down' };
  assert.deepEqual(await health(), {
    ...{ ready: true, status: `degraded: broker down; ${payments}` },
    parts: { ...parts, broker: 'down' },
  });
  isDraining = true;
  const draining = { ready: false, status: 'draining', isDraining: true };
  assert.deepEqual(await health(), { ...draining, parts: { ...parts, broker: 'down' } });
});

const named = (name: string) => ({ name, label: `doing ${name}` });
