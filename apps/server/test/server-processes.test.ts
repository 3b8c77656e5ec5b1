// Processes of the server that share a database: who is there, who is lost, whose jobs are free.

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import { sql } from 'kysely';
import { enqueueJob, type JobHandlers } from '../src/base/jobs.ts';
import { createLog } from '../src/base/log.ts';
import { createParts } from '../src/base/parts.ts';
import { startWorker } from '../src/compose/worker.ts';
import { createServerProcesses } from '../src/registry/servers/index.ts';
import { createHarness, type Harness } from './harness.ts';

let h: Harness;
const said: string[] = [];
before(async () => {
  h = await createHarness();
});
after(() => h.close());

const note = (of: object, text?: string): void =>
  void said.push(`${(of as { server: string }).server} ${text}`);
const join = (name: string) =>
  createServerProcesses({
    ...{ database: h.database, id: randomUUID(), name },
    log: { warn: note, info: note } as never,
  });
const seenBy = (of: ReturnType<typeof join>) =>
  of.seen().map(({ name, state, isThis }) => `${name} ${state}${isThis ? ' here' : ''}`);
const silence = (name: string) =>
  h.owner.directories
    .updateTable('server_processes')
    .set({ seen_at: sql`clock_timestamp() - interval '21 seconds'` })
    .where('name', '=', name)
    .execute();

test('each knows the others, one that is silent is lost until it is heard again', async () => {
  const [north, south] = [join('north'), join('south')];
  assert.deepEqual([north.count(), seenBy(north)], [1, ['north working here']]);
  await north.beat();
  await south.beat();
  await north.beat();
  assert.deepEqual(seenBy(north), ['north working here', 'south working']);
  assert.equal(north.count(), 2);
  await silence('south');
  await north.beat();
  assert.deepEqual(seenBy(north), ['north working here', 'south lost']);
  assert.equal(north.count(), 1);
  await south.beat();
  await north.beat();
  assert.equal(north.count(), 2);
  await south.drain();
  await north.beat();
  assert.deepEqual(seenBy(north), ['north working here', 'south draining']);
  assert.equal(north.count(), 1);
  await south.end();
  await north.beat();
  assert.deepEqual(seenBy(north), ['north working here']);
  await north.end();
  assert.deepEqual(said, [
    'south another server is not heard',
    'south another server is heard again',
  ]);
});

test('a server that was killed and starts again takes its own place at once', async () => {
  const [killed, neighbour] = [join('hill'), join('valley')];
  await killed.beat();
  await neighbour.beat();
  const again = join('hill');
  await again.beat();
  assert.deepEqual(seenBy(again), ['valley working', 'hill working here']);
  assert.equal(again.count(), 2);
  // One that was only halted under the same name comes back beside it.
  await killed.beat();
  assert.deepEqual(seenBy(killed), ['valley working', 'hill working', 'hill working here']);
  for (const each of [killed, neighbour, again]) await each.end();
});

test('jobs of a lost server are free for the others, those of one that works are not', async () => {
  const [east, west] = [join('east'), join('west')];
  await east.beat();
  await west.beat();
  await east.worksAs(['worker-east']);
  const { utilityId, bucket } = h.place;
  const payload = { utilityId, bucket, messageId: h.place.connectionId };
  await h.database.inUtility(utilityId, (tx) => enqueueJob(tx, 'sendMessage', payload));
  const hold = sql`UPDATE graphile_worker._private_jobs
    SET locked_at = now(), locked_by = 'worker-east'`;
  await hold.execute(h.owner.directories);
  const holders = async () => {
    const rows = await sql<{
      by: string | null;
    }>`SELECT locked_by AS by FROM graphile_worker._private_jobs`.execute(h.owner.directories);
    return rows.rows.map(({ by }) => by);
  };
  await west.beat();
  assert.deepEqual(await holders(), ['worker-east']);
  await silence('east');
  await west.beat();
  assert.deepEqual(await holders(), [null]);
  // Halted and not dead: it holds what it takes from now on.
  await hold.execute(h.owner.directories);
  await east.beat();
  await west.beat();
  assert.deepEqual(await holders(), ['worker-east']);
});

test('a job that is under way stays held, whoever looks meanwhile, and is run once', async () => {
  await sql`DELETE FROM graphile_worker._private_jobs`.execute(h.owner.directories);
  const [upper, lower] = [join('upper'), join('lower')];
  let runs = 0;
  const begun = Promise.withResolvers<void>();
  const mayEnd = Promise.withResolvers<void>();
  const sendMessage = (): Promise<void> => {
    runs += 1;
    begun.resolve();
    return mayEnd.promise;
  };
  const log = createLog({ name: 'test', level: 'fatal' });
  const listeners = process.listeners('unhandledRejection');
  const worker = await startWorker({
    ...{ url: h.appUrl, processes: upper, jobs: { sendMessage } as unknown as JobHandlers },
    ...{ parts: createParts({ nowMs: () => 0, log }), log },
  });
  try {
    const { utilityId, bucket } = h.place;
    const payload = { utilityId, bucket, messageId: h.place.connectionId };
    await h.database.inUtility(utilityId, (tx) => enqueueJob(tx, 'sendMessage', payload));
    await begun.promise;
    await upper.beat();
    await lower.beat();
    const { rows } = await sql<{ held: boolean }>`SELECT locked_by IS NOT NULL AS held
      FROM graphile_worker._private_jobs`.execute(h.owner.directories);
    assert.deepEqual(rows, [{ held: true }]);
    assert.equal(runs, 1);
  } finally {
    mayEnd.resolve();
    await worker.stop();
    for (const each of process.listeners('unhandledRejection')) {
      if (!listeners.includes(each)) process.off('unhandledRejection', each);
    }
  }
});
