// How often a phone is answered, buys and is shown a screen, by the hour.

import type { RawBuilder } from 'kysely';
import type { Database } from '../../base/database.ts';
import { createUseCounts, taking } from '../../registry/use-counts/index.ts';

export type PhoneLimits = {
  readonly mayHave: (phone: string, what: LimitedThing) => Promise<boolean>;
  /** It was none after all. */
  readonly giveBack: (phone: string, what: LimitedThing) => Promise<void>;
};

const perHour = { answer: 20, purchase: 6, screen: 300 } as const;
export type LimitedThing = keyof typeof perHour;

const seconds = 3_600;
const keyOf = (phone: string, what: LimitedThing): string => `${what} ${phone}`;
const limitOf = (what: LimitedThing) => ({ most: perHour[what], seconds });

export function createPhoneLimits(database: Pick<Database, 'directories'>): PhoneLimits {
  const counts = createUseCounts(database);
  return {
    mayHave: (phone, what) => counts.take(keyOf(phone, what), limitOf(what)),
    giveBack: (phone, what) => counts.giveBack(keyOf(phone, what)),
  };
}

/** The screen that is counted in the statement that keeps its dialogue (`taking`). */
export const takingScreen = (phone: string): RawBuilder<unknown> =>
  taking(keyOf(phone, 'screen'), limitOf('screen'));
