// The public face of phones: where texts and dialogues of customers go.

import type { Heard } from '../../messaging/gateways/index.ts';
import { createUseCounts } from '../../registry/use-counts/index.ts';
import { hearHop, sweepDialogues } from './dialogues.ts';
import { createPhoneLimits } from './limits.ts';
import { hearText, type TextsDeps } from './texts.ts';

export type PhoneDoors = ReturnType<typeof createPhoneDoors>;

export function createPhoneDoors(given: Omit<TextsDeps, 'limits'>) {
  const o: TextsDeps = { ...given, limits: createPhoneLimits(given.database) };
  return {
    /** Answers once it is kept; the answer to the customer goes out as a message. */
    hearText: (gateway: string, heard: Extract<Heard, { kind: 'text' }>) =>
      hearText(o, gateway, heard),
    /** Answers with the next screen. */
    hearHop: (gateway: string, { hop }: Extract<Heard, { kind: 'ussd' }>) =>
      hearHop(o, gateway, hop),
    sweepDialogues: async () => {
      await sweepDialogues(o);
      await createUseCounts(given.database).sweep();
    },
  };
}
