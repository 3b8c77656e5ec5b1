// Key-change campaigns as one service: what routes and jobs ask of them.

import type { Tx } from '../../base/database.ts';
import type { Jobs } from '../../base/jobs.ts';
import { runBegin } from './begin.ts';
import {
  type CampaignDeps,
  createCampaign,
  runDelivery,
  startDelivery,
  withdrawCampaign,
} from './service.ts';
import { selectCampaignMeters, selectCampaigns } from './states.ts';

export type KeyChanges = ReturnType<typeof createKeyChanges>;

export const createKeyChanges = (deps: CampaignDeps) => ({
  create: (tx: Tx, o: Parameters<typeof createCampaign>[2]) => createCampaign(tx, deps, o),
  withdraw: (tx: Tx, o: Parameters<typeof withdrawCampaign>[2]) => withdrawCampaign(tx, deps, o),
  deliver: (tx: Tx, o: Parameters<typeof startDelivery>[2]) => startDelivery(tx, deps, o),
  campaigns: selectCampaigns,
  meters: selectCampaignMeters,
  runBegin: (job: Jobs['beginCampaign']) => runBegin(deps, job),
  runDelivery: (job: Jobs['deliverKeyChanges']) => runDelivery(deps, job),
});
