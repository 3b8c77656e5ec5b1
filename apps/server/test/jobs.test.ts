import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Logger, runOnce } from 'graphile-worker';
import { sql } from 'kysely';
import { enqueueJob, freeHeldJobs } from '../src/platform/jobs.ts';
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
    await freeHeldJobs(h.database);
    await work();
    assert.equal(runs, 1);
  } finally {
    await h.close();
  }
});
