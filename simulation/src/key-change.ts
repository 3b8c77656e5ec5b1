// A key change in mid-flight: some days into a town's life its vending key gets a new revision, and
// all its meters should follow: at first by the next purchase, and later those that have a link by
// wire. Tokens of the old key are still under way, on paper and on the network.

import { expectOk } from '@prewatt/quantities';
import type { Onboarding } from '@prewatt/server/onboarding';
import type { Database, Services } from '@prewatt/server/services';
import { untilItWorks } from './dying-database.ts';
import { keyRevision, keySettings, supplyGroupCode } from './utility.ts';

const campaignAtDay = 8;
const deliveryAtDay = 13;
const dayMs = 86_400_000;

export type KeyChange = {
  /** Called at each tick, with the age of the town. */
  readonly act: (services: Services, ageMs: number) => Promise<void>;
};

export function createKeyChange(o: {
  readonly utilityId: string;
  readonly database: Database;
  readonly onboarding: Onboarding;
  readonly keyBytes: Uint8Array;
  readonly operatorId: string;
}): KeyChange {
  const { utilityId, database, onboarding, operatorId } = o;
  let isLoaded = false;
  let campaignId: string | null = null;
  let delivered = false;

  const load = async (): Promise<void> => {
    if (isLoaded) return;
    await database.inUtility(utilityId, (tx) =>
      onboarding.loadVendingKey(tx, utilityId, {
        ...keySettings,
        keyRevision: keyRevision + 1,
        bytes: o.keyBytes,
      }),
    );
    isLoaded = true;
  };

  return {
    act: async (services, ageMs) => {
      if (ageMs < campaignAtDay * dayMs) return;
      await load();
      const by = { operatorId, name: 'Town' };
      if (campaignId === null) {
        const body = {
          requestId: 'a-new-revision',
          name: 'A new revision',
          reason: 'The key has a new revision',
          from: { supplyGroupCode, keyRevision },
          to: { supplyGroupCode, keyRevision: keyRevision + 1 },
        };
        const made = await database.inUtility(utilityId, (tx) =>
          services.keyChanges.create(tx, { utilityId, by, body }),
        );
        ({ campaignId } = expectOk(made, 'campaign'));
      }
      if (delivered || ageMs < deliveryAtDay * dayMs) return;
      const id = campaignId;
      await untilItWorks(() =>
        database.inUtility(utilityId, (tx) =>
          services.keyChanges.deliver(tx, { utilityId, by, campaignId: id }),
        ),
      );
      delivered = true;
    },
  };
}
