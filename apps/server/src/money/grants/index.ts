// The public face of grants.

import type {
  FreeUnitRuns,
  GrantBatch,
  GrantBatches,
  GrantDetail,
  GrantPage,
  NewGrantBatch,
} from '@prewatt/api';
import type { Result } from '@prewatt/quantities';
import type { MoneyMeter } from '@prewatt/vending-rules';
import type { Tx } from '../../base/database.ts';
import type { Jobs } from '../../base/jobs.ts';
import type { Approvals, OperatorRef } from '../../registry/approvals/index.ts';
import type { Connection } from '../../registry/connections/index.ts';
import type { Utility } from '../../registry/utilities/index.ts';
import type { TokenFollower } from '../tokens/index.ts';
import { batchesOf, batchOf, type LineError, requestBatch, runBatch } from './batches.ts';
import type { BatchRefusal, GrantRefusal } from './errors.ts';
import { type FreeUnitDeps, freeUnitRuns, runFreeUnits, startFreeUnits } from './free-units.ts';
import { createGrantFollower, type IssuedGrant, issueGrant, type NewGrant } from './issue.ts';
import { priceOnMeter } from './price-on-meter.ts';
import { acknowledgeGrant } from './seen.ts';
import { grantDetail, grantPage, grantsOfConnection, recordView } from './store.ts';

export { grantTokensApproval } from './batches.ts';
export { type GrantRefusal, grantRefusals } from './errors.ts';
export { givenTokens } from './given.ts';
export type { GivenMoney, GrantDeps, NewGrant } from './issue.ts';
export type { GrantWhat } from './make-tokens.ts';
export { grantsOpen } from './seen.ts';

/** Zones differ from UTC by quarters of an hour. */
const lookEveryMs = 900_000;

export type Grants = {
  /**
   * One grant, in the caller's transaction. Who calls it for credit hands in the approval in whose
   * transaction, or after which, it is done.
   */
  readonly issue: (tx: Tx, grant: NewGrant) => Promise<Result<IssuedGrant, GrantRefusal>>;
  /** Asks a second person for many. */
  readonly request: (
    tx: Tx,
    o: {
      readonly utilityId: string;
      readonly body: NewGrantBatch;
      readonly requestedBy: OperatorRef;
    },
  ) => Promise<Result<{ readonly batchId: string }, BatchRefusal | readonly LineError[]>>;
  /** What a kilowatt-hour costs on a meter that counts money; null: the tariff cannot say. */
  readonly priceOnMeter: (
    tx: Tx,
    o: { readonly connection: Connection; readonly meter: MoneyMeter | null },
  ) => Promise<bigint | null>;
  readonly batch: (tx: Tx, batchId: string) => Promise<GrantBatch | null>;
  readonly batches: (tx: Tx, utilityId: string) => Promise<GrantBatches>;
  readonly ofConnection: (
    tx: Tx,
    place: { readonly bucket: number; readonly connectionId: string },
  ) => Promise<GrantPage>;
  readonly page: (tx: Tx, o: Parameters<typeof grantPage>[1]) => Promise<GrantPage>;
  readonly detail: (tx: Tx, o: Parameters<typeof grantDetail>[1]) => Promise<GrantDetail | null>;
  readonly acknowledge: typeof acknowledgeGrant;
  readonly recordView: (tx: Tx, o: Parameters<typeof recordView>[1]) => Promise<boolean>;
  readonly freeUnitRuns: (tx: Tx, utilityId: string) => Promise<FreeUnitRuns>;
  /** What meters say about the tokens of grants. */
  readonly tokens: TokenFollower;
  readonly runBatch: (job: Jobs['issueGrants']) => Promise<void>;
  /** Upkeep: the free units of a month that has begun. */
  readonly startFreeUnits: (utility: Utility) => Promise<void>;
  readonly runFreeUnits: (job: Jobs['freeUnits']) => Promise<void>;
};

export function createGrants(
  deps: FreeUnitDeps & { readonly approvals: Pick<Approvals, 'request'> },
): Grants {
  const lastLook = new Map<string, number>();
  return {
    issue: (tx, grant) => issueGrant(tx, deps, grant),
    request: (tx, o) => requestBatch(tx, deps, o),
    priceOnMeter: async (tx, o) => {
      const utility = await deps.utilities.get(o.connection.utilityId);
      return priceOnMeter(tx, deps, { ...o, utility });
    },
    batch: batchOf,
    batches: batchesOf,
    ofConnection: grantsOfConnection,
    page: grantPage,
    detail: grantDetail,
    acknowledge: acknowledgeGrant,
    recordView,
    freeUnitRuns,
    tokens: createGrantFollower(deps),
    runBatch: (job) => runBatch(deps, job),
    startFreeUnits: async (utility) => {
      // Upkeep comes every second; a month begins at a quarter of an hour of UTC.
      const look = Math.floor(deps.clocks.business.nowMs() / lookEveryMs);
      if (lastLook.get(utility.id) === look) return;
      await startFreeUnits(deps, utility);
      lastLook.set(utility.id, look);
    },
    runFreeUnits: (job) => runFreeUnits(deps, job),
  };
}
