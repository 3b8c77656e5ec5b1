// Street lights: what operators do, what is looked at and visited now and then, and what the
// drivers of lamps and of their accounts' meters take from here.

import type { Database } from '../../base/database.ts';
import type { LampDevices, LampSums } from '../../metering/drivers/index.ts';
import type { MeterPlace } from '../../registry/connections/index.ts';
import type { Utility } from '../../registry/utilities/index.ts';
import type { ActDeps } from './acting.ts';
import { type LookDeps, lookAt } from './look.ts';
import { accountsToLookAt } from './store.ts';
import { createLampSums } from './sums.ts';
import { visitDue, visitSoon } from './visits.ts';

export type StreetLights = {
  readonly acts: ActDeps;
  /** Looks at accounts that are due: credit, levels, lamps that are late or silent. */
  readonly look: (utility: Utility) => Promise<void>;
  /** Visits lamps that are due, where this process speaks to devices. */
  readonly visit: (utility: Utility, devices: LampDevices) => Promise<void>;
  /** A lamp has said that it is there; its identifier stands where a meter's would. */
  readonly lampHeard: (place: MeterPlace) => Promise<void>;
  readonly sums: LampSums;
};

export type StreetLightDeps = ActDeps &
  LookDeps & {
    readonly database: Database;
    readonly utilities: () => Promise<readonly { readonly id: string }[]>;
  };

const accountsOfASweep = 50;

export function createStreetLights(o: StreetLightDeps): StreetLights {
  const { database } = o;
  return {
    acts: o,
    look: async (utility) => {
      const due = await database.inUtility(utility.id, (tx) =>
        accountsToLookAt(tx, {
          ...{ utilityId: utility.id, nowMs: o.nowMs(), limit: accountsOfASweep },
        }),
      );
      for (const place of due) {
        await database.inUtility(utility.id, (tx) => lookAt(tx, o, { utility, place }));
      }
    },
    visit: async (utility, devices) => {
      if (devices.isOpen()) await visitDue(o, utility, devices);
    },
    lampHeard: ({ meterId: lampId, ...place }) => visitSoon(o, { ...place, lampId }),
    sums: createLampSums(o),
  };
}
