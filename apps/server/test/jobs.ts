// Works off the jobs that stand in a harness's database, as the server's worker would.

import { Logger, runOnce } from 'graphile-worker';
import type { Harness } from './harness.ts';

export async function runJobs(h: Harness): Promise<void> {
  const { jobs } = h.services;
  await runOnce({
    connectionString: h.appUrl,
    concurrency: 2,
    noHandleSignals: true,
    taskList: {
      sendMessages: (payload) =>
        jobs.sendMessages(payload as Parameters<typeof jobs.sendMessages>[0]),
      runBackTest: (payload) => jobs.runBackTest(payload as Parameters<typeof jobs.runBackTest>[0]),
      assignTariffs: (payload) =>
        jobs.assignTariffs(payload as Parameters<typeof jobs.assignTariffs>[0]),
      issueGrants: (payload) => jobs.issueGrants(payload as Parameters<typeof jobs.issueGrants>[0]),
      beginCampaign: (payload) =>
        jobs.beginCampaign(payload as Parameters<typeof jobs.beginCampaign>[0]),
      deliverKeyChanges: (payload) =>
        jobs.deliverKeyChanges(payload as Parameters<typeof jobs.deliverKeyChanges>[0]),
      freeUnits: (payload) => jobs.freeUnits(payload as Parameters<typeof jobs.freeUnits>[0]),
      importChunk: (payload) => jobs.importChunk(payload as Parameters<typeof jobs.importChunk>[0]),
    },
    logger: new Logger(() => () => {}),
  });
}
