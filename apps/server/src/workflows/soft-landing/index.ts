// The public face of soft landing by token.

import type { LandingPage } from '@prewatt/api';
import type { Tx } from '../../base/database.ts';
import type { Utility } from '../../registry/utilities/index.ts';
import { type LandDeps, landHomes } from './send-limits.ts';
import { landingPage } from './store.ts';

export { limitShown } from './for-customer.ts';
export { liftByGrant, liftBySales } from './lift.ts';

/** Business time between two looks. */
const lookEveryMs = 3_600_000;

export type Landings = {
  readonly page: (tx: Tx, o: Parameters<typeof landingPage>[1]) => Promise<LandingPage>;
  /** Sends the tokens that are due, once an hour; safe from many processes. */
  readonly sweep: (utility: Utility) => Promise<void>;
};

export function createSoftLanding(deps: LandDeps): Landings {
  const lookedAt = new Map<string, number>();
  return {
    page: landingPage,
    sweep: async (utility) => {
      const look = Math.floor(deps.nowMs() / lookEveryMs);
      if (lookedAt.get(utility.id) === look) return;
      await landHomes(deps, utility);
      lookedAt.set(utility.id, look);
    },
  };
}
