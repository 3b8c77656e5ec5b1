import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sql } from 'kysely';
import type { Pool } from 'pg';
import { enqueueJob, freeJobsOf, holdersOfJobs } from '../src/base/jobs.ts';
import { keepWorking } from '../src/base/keep-working.ts';
import { createLog } from '../src/base/log.ts';
import { Logger, run, runOnce } from '../src/base/worker-library.ts';
import { createHarness } from './harness.ts';

test('a job that a killed process holds is run after the next start', async () => {
  const h = await createHarness();
  try {
    const { utilityId, bucket } = h.place;
    const payload = { utilityId, bucket, messageId: h.place.connectionId };
    await h.database.inUtility(utilityId, (tx) => enqueueJob(tx, 'sendMessage', payload));
    const hold = sql`UPDATE graphile_worker._private_jobs SET locked_at = now(), locked_by = 'gone'`;
    await hold.execute(h.owner.directories);
    let runs = 0;
    const work = () =>
      runOnce({
        connectionString: h.appUrl,
        noHandleSignals: true,
        taskList: {
          sendMessage: () => {
            runs += 1;
          },
        },
        logger: new Logger(() => () => {}),
      });
    await work();
    assert.equal(runs, 0, 'held');
    assert.deepEqual(await holdersOfJobs(h.database), ['gone']);
    await freeJobsOf(h.database, ['another']);
    await work();
    assert.equal(runs, 0, 'somebody works at it');
    await freeJobsOf(h.database, ['gone']);
    await work();
    assert.equal(runs, 1);
  } finally {
    await h.close();
  }
});

test('a database that goes while the worker ends takes nobody along', async () => {
  const h = await createHarness();
  try {
    const log = createLog({ name: 'test', level: 'fatal' });
    const pools: Pool[] = [];
    const start = (pgPool: Pool) => {
      pools.push(pgPool);
      const logger = new Logger(() => () => {});
      return run({ pgPool, noHandleSignals: true, taskList: { sendMessage: () => {} }, logger });
    };
    const worker = await keepWorking({ url: h.appUrl, start, log });
    const stopping = worker.stop();
    const end = sql`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
      WHERE application_name = 'prewatt-jobs'`;
    await end.execute(h.owner.directories);
    await stopping;
    assert.equal(pools.length, 1);
    // What a connection says that breaks while the pool ends; unheard it would end the process.
    pools[0]?.emit('error', new Error('terminating connection'), undefined);
  } finally {
    await h.close();
  }
});
