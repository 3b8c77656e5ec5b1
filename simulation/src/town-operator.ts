// The town's operator at the utility, by whose name is done what a person has to answer for: flags
// of homes that nobody may cut, campaigns of new keys.

import { expectOk } from '@prewatt/quantities';
import type { Onboarding } from '@prewatt/server/onboarding';
import type { Database, Services } from '@prewatt/server/services';
import type { TownHome } from './utility.ts';

/** The operator's id. */
export async function createTownOperator(o: {
  readonly utilityId: string;
  /** Who keeps the database makes operators. */
  readonly owner: Database;
  readonly onboarding: Onboarding;
  readonly role?: 'administrator' | 'technician';
}): Promise<string> {
  const { role = 'administrator' } = o;
  const authUserId = `town-${role}`;
  return o.owner.inUtility(o.utilityId, async (tx) => {
    await o.onboarding.createOperator(tx, o.utilityId, {
      authUserId,
      name: role === 'technician' ? 'Technician' : 'Town',
      role,
    });
    const { id } = await tx
      .selectFrom('operators')
      .select('id')
      .where('auth_user_id', '=', authUserId)
      .executeTakeFirstOrThrow();
    return id;
  });
}

/** Flags the vulnerable homes; their meters hear of it as of all else. */
export async function flagHomes(
  services: Services,
  o: {
    readonly utilityId: string;
    readonly database: Database;
    readonly homes: readonly TownHome[];
    readonly operatorId: string;
  },
): Promise<void> {
  const utility = await services.utilities.get(o.utilityId);
  for (const home of o.homes) {
    if (!home.isVulnerable) continue;
    const flagged = await o.database.inUtility(o.utilityId, (tx) =>
      services.protection.changeFlag(tx, home, {
        utility,
        change: {
          requestId: `flag of home ${home.index}`,
          kind: 'vulnerable',
          what: 'set',
          evidence: 'an infant in the home, seen by the clinic',
          expiresOn: null,
          operatorId: o.operatorId,
        },
      }),
    );
    expectOk(flagged, 'flag');
  }
}
