// How often a phone is answered, buys and is shown a screen, by the hour.

import type { Database } from '../../base/database.ts';
import { createUseCounts } from '../../registry/use-counts/index.ts';

export type PhoneLimits = {
  readonly mayHave: (phone: string, what: LimitedThing) => Promise<boolean>;
};

const perHour = { answer: 20, purchase: 6, screen: 300 } as const;
export type LimitedThing = keyof typeof perHour;

const seconds = 3_600;

export function createPhoneLimits(database: Pick<Database, 'directories'>): PhoneLimits {
  const counts = createUseCounts(database);
  return {
    mayHave: (phone, what) => counts.take(`${what} ${phone}`, { most: perHour[what], seconds }),
  };
}
