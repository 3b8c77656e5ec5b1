// How much waits on the attention list, by what it is: the overview shows the sum and names the
// kinds, each of which the page of the list has a part for.

import type { Overview } from '@prewatt/api';
import type { Tx } from '../../base/database.ts';
import { safetyCutCount } from '../../metering/headend/index.ts';
import { grantsOpen } from '../../money/grants/index.ts';
import { failedNotificationCount } from '../../money/kept-notifications/index.ts';
import { endingKeys } from '../../money/keys/index.ts';
import { unallocatedCount } from '../../money/payments/index.ts';
import { nearVendors } from '../../money/vendors/index.ts';
import { emergenciesToReview } from '../../registry/approvals/index.ts';
import { nearBudgets } from '../../registry/limits/index.ts';
import type { Utility } from '../../registry/utilities/index.ts';
import { meterAlertCount } from '../../workflows/alerts/index.ts';
import { refundsDue } from '../../workflows/corrections/index.ts';
import { installsForAttention } from '../../workflows/installs/index.ts';
import { overdueTickets } from '../../workflows/tickets/index.ts';
import { saleCount } from './sales.ts';

export type AttentionParts = Overview['attentionParts'];

export async function attentionParts(
  tx: Tx,
  utility: Utility,
  o: { readonly nowMs: number; readonly realNowMs: number; readonly failingUpkeep: number },
): Promise<AttentionParts> {
  const { nowMs, realNowMs } = o;
  const utilityId = utility.id;
  const { sales, unnamed } = await saleCount(tx, utility, nowMs);
  const near = [
    ...(await nearBudgets(tx, { utilityId, realNowMs })),
    ...(await nearVendors(tx, { utilityId, realNowMs })),
  ];
  return {
    sales,
    proof: unnamed,
    emergencies: await emergenciesToReview(tx, utilityId),
    safetyCuts: await safetyCutCount(tx, { utilityId, nowMs }),
    upkeep: o.failingUpkeep,
    keys: await endingKeys(tx, { utilityId, nowMs }),
    budgets: near.length,
    tickets: await overdueTickets(tx, { utilityId, nowMs }),
    grants: await grantsOpen(tx, utilityId),
    meters: await meterAlertCount(tx, utilityId),
    installs: await installsForAttention(tx, { utilityId, nowMs }),
    refunds: await refundsDue(tx, utilityId),
    unallocated: await unallocatedCount(tx, utilityId),
    notifications: await failedNotificationCount(tx, utilityId),
  };
}

export const attentionSum = (parts: AttentionParts): number =>
  Object.values(parts).reduce((sum, count) => sum + count, 0);
