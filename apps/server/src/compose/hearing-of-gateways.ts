// Where each thing that a message gateway tells goes.

import { createPhoneDoors } from '../edge/phones/index.ts';
import type { Heard } from '../messaging/gateways/index.ts';
import type { Ground } from './ground.ts';
import type { Money } from './money.ts';

export function createHearingOfGateways(g: Ground, { payments, tariffs, vending }: Money) {
  const { utilities, clocks, newUuid, messages, phones, gateways, publicUrl } = g;
  const doors = createPhoneDoors({
    ...{
      database: g.phonesDatabase ?? g.database,
      utilities,
      clocks,
      newUuid,
      messages,
      phones,
      gateways,
      publicUrl,
    },
    ...{ payments, tariffs, vending },
  });
  return {
    /** Answers with the screen of a dialogue; null for all else. */
    hear: async (gateway: string, heard: Heard): Promise<string | null> => {
      switch (heard.kind) {
        case 'report':
          await messages.reported(gateway, heard);
          return null;
        case 'text':
          await doors.hearText(gateway, heard);
          return null;
        case 'ussd':
          return doors.hearHop(gateway, heard);
        case 'ussdEnd':
          // Where it stood was kept with each hop.
          return null;
      }
    },
    sweepDialogues: doors.sweepDialogues,
  };
}
