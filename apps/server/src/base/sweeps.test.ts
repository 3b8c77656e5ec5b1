import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { createSweeps, longFailing, type Sweep, type SweepReport, sweepAllOnce } from './sweeps.ts';

type Target = { readonly id: string };
const targets: readonly Target[] = [{ id: 'a' }, { id: 'b' }];
const pace = { everyMs: 1, timeoutMs: 20 };
const stops: (() => Promise<void>)[] = [];
afterEach(() => {
  for (const stop of stops.splice(0)) void stop();
});
const silent = { warn: () => {} };
const never = new Promise<never>(() => {});

/** Runs that are counted; `until` resolves once each of these has run so often. */
function createCounter() {
  const counts = new Map<string, number>();
  let check = (): void => {};
  return {
    counts,
    add: (key: string): void => {
      counts.set(key, (counts.get(key) ?? 0) + 1);
      check();
    },
    until: (keys: readonly string[], times: number): Promise<void> =>
      new Promise((resolve) => {
        check = () => {
          if (keys.every((key) => (counts.get(key) ?? 0) >= times)) resolve();
        };
        check();
      }),
  };
}

const each = (name: string, run: (target: Target) => Promise<unknown>): Sweep<Target> => ({
  ...{ of: 'each', name, label: name, ...pace },
  run,
});

const started = (
  sweeps: readonly Sweep<Target>[],
  o: { targets?: () => Promise<Target[]> } = {},
) => {
  const made = createSweeps<Target>({
    targets: o.targets ?? (async () => [...targets]),
    ...{ nowMs: Date.now, patienceMs: 5, log: silent },
  });
  made.start(sweeps);
  stops.push(made.stop);
  return made;
};

const reportOf = (
  reports: readonly SweepReport[],
  name: string,
  targetId: string | null,
): SweepReport => {
  const found = reports.find((one) => one.name === name && one.targetId === targetId);
  assert.ok(found, `${name} of ${targetId}`);
  return found;
};

test('one that throws holds up no other, nor the same for another target', async () => {
  const runs = createCounter();
  const sweeps = started([
    each('bad', async ({ id }) => {
      runs.add(`bad ${id}`);
      if (id === 'a') throw new Error('broken');
    }),
    each('good', async ({ id }) => runs.add(`good ${id}`)),
  ]);
  await runs.until(['bad a', 'bad b', 'good a', 'good b'], 3);
  await sweeps.stop();
  const reports = sweeps.reports();
  const bad = reportOf(reports, 'bad', 'a');
  assert.equal(bad.error, 'Error: broken');
  assert.ok(bad.failingSinceMs !== null && bad.lastSuccessAtMs === null);
  for (const [name, id] of [
    ['bad', 'b'],
    ['good', 'a'],
    ['good', 'b'],
  ] as const) {
    const { failingSinceMs, lastSuccessAtMs } = reportOf(reports, name, id);
    assert.ok(failingSinceMs === null && lastSuccessAtMs !== null, `${name} ${id}`);
  }
});

test('one that hangs holds up no other, and is not begun again', async () => {
  const runs = createCounter();
  const sweeps = started([
    each('hangs', ({ id }) => {
      runs.add(`hangs ${id}`);
      return id === 'a' ? never : Promise.resolve();
    }),
    each('good', async ({ id }) => runs.add(`good ${id}`)),
  ]);
  await runs.until(['hangs b', 'good a', 'good b'], 3);
  while (!reportOf(sweeps.reports(), 'hangs', 'a').isHanging) await tick();
  await runs.until(['hangs b', 'good a', 'good b'], 6);
  assert.equal(runs.counts.get('hangs a'), 1);
  const report = reportOf(sweeps.reports(), 'hangs', 'a');
  assert.match(report.error ?? '', /did not end within 0\.02 s/);
  assert.ok(report.failingSinceMs !== null);
});

test('more that hang than runs may be at once hold up nothing', async () => {
  const runs = createCounter();
  const hanging = Array.from({ length: 12 }, (_, n) => each(`hangs ${n}`, () => never));
  started([...hanging, each('good', async ({ id }) => runs.add(`good ${id}`))]);
  await runs.until(['good a', 'good b'], 3);
});

test('one that hung and ends when it is told to is begun again, and recovers', async () => {
  const runs = createCounter();
  let isSlow = true;
  const sweeps = started([
    {
      ...{ of: 'each', name: 'slow', label: 'slow', ...pace },
      run: async ({ id }, signal) => {
        runs.add(id);
        if (!isSlow) return;
        await new Promise((resolve) => signal.addEventListener('abort', resolve));
      },
    },
  ]);
  await runs.until(['a'], 2);
  const failing = reportOf(sweeps.reports(), 'slow', 'a');
  assert.ok(failing.failingSinceMs !== null, 'told to end, it has done a part only');
  isSlow = false;
  while (reportOf(sweeps.reports(), 'slow', 'a').failingSinceMs !== null) await tick();
  assert.equal(reportOf(sweeps.reports(), 'slow', 'a').error, null);
});

test('what runs for the process needs no target, and targets may come back', async () => {
  const runs = createCounter();
  let isAway = true;
  const sweeps = started(
    [
      { of: 'process', name: 'own', label: 'own', ...pace, run: async () => runs.add('own') },
      each('theirs', async ({ id }) => runs.add(id)),
    ],
    {
      targets: async () => {
        if (isAway) throw new Error('database away');
        return [...targets];
      },
    },
  );
  await runs.until(['own'], 2);
  while (!sweeps.reports().some(({ name, error }) => name === 'theirs' && error !== null))
    await tick();
  isAway = false;
  await runs.until(['a', 'b'], 2);
  assert.equal(reportOf(sweeps.reports(), 'theirs', null).failingSinceMs, null);
});

test('after a stop nothing is begun', async () => {
  const runs = createCounter();
  const sweeps = started([each('good', async ({ id }) => runs.add(id))]);
  await runs.until(['a', 'b'], 2);
  await sweeps.stop();
  const before = runs.counts.get('a');
  for (let i = 0; i < 20; i += 1) await tick();
  assert.equal(runs.counts.get('a'), before);
});

test('all at once go in their order; a failure is thrown when all have run', async () => {
  const order: string[] = [];
  const sweeps = ['one', 'two', 'three'].map((name) =>
    each(name, async ({ id }) => {
      order.push(`${name} ${id}`);
      if (name === 'two' && id === 'a') throw new Error('broken');
    }),
  );
  await assert.rejects(sweepAllOnce(sweeps, targets), /broken/);
  assert.deepEqual(order, ['one a', 'two a', 'three a', 'one b', 'two b', 'three b']);
});

test('what has failed for five minutes is long, the longest first', () => {
  const at = (name: string, failingSinceMs: number | null): SweepReport => ({
    ...{ name, label: name, targetId: null, lastSuccessAtMs: null },
    ...{ failingSinceMs, error: null, isHanging: false },
  });
  const long = longFailing(
    [at('new', 400_000), at('b', 60_000), at('well', null), at('a', 0)],
    600_000,
  );
  assert.deepEqual(
    long.map(({ name }) => name),
    ['a', 'b'],
  );
});

const tick = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 1));
