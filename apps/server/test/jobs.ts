// Works off the jobs that stand in a harness's database, as the server's worker would, but for
// proofs and replays, which tests start by themselves.

import { taskListOf } from '../src/base/jobs.ts';
import { Logger, runOnce } from '../src/base/worker-library.ts';
import type { Harness } from './harness.ts';

export async function runJobs(h: Harness): Promise<void> {
  const { runProof: _proof, replayChunk: _replay, ...taskList } = taskListOf(h.services.jobs);
  await runOnce({
    connectionString: h.appUrl,
    concurrency: 2,
    noHandleSignals: true,
    taskList,
    logger: new Logger(() => () => {}),
  });
}
