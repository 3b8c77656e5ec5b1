// What the town saw with its own eyes: what each meter accepted and when it cut supply, and what
// customers did. The laws compare the database with it.

import type { MeterOutput } from '@prewatt/meter';
import type { Trace } from './trace.ts';
import type { TownHome } from './utility.ts';

export type Observed = {
  /** Accepted TIDs per meter, in order. */
  readonly accepted: Map<string, number[]>;
  /** Crossings into low credit per connection. */
  readonly lowCrossings: Map<string, number>;
  readonly switchOpenings: {
    readonly home: TownHome;
    readonly atMs: number;
    /** The meter had heard that nobody may cut this home. */
    readonly isVulnerable: boolean;
  }[];
  /** Emergency credit taken at the keypad. */
  emergencies: number;
  purchases: number;
  refusedPayments: number;
  cashSales: number;
  typedTokens: number;
  wrongNotifications: number;
  repeatedNotifications: number;
  lostNotifications: number;
  /** Repeated requests of a till that got another answer than the first; law 5 wants none. */
  otherAnswers: number;
};

export const nothingObserved = (): Observed => ({
  accepted: new Map(),
  lowCrossings: new Map(),
  switchOpenings: [],
  emergencies: 0,
  purchases: 0,
  refusedPayments: 0,
  cashSales: 0,
  typedTokens: 0,
  wrongNotifications: 0,
  repeatedNotifications: 0,
  lostNotifications: 0,
  otherAnswers: 0,
});

type Seen = {
  readonly observed: Observed;
  readonly trace: Trace;
  /** Something of this home may have changed in the database. */
  readonly touch: (home: TownHome) => void;
};

const shortest = (token: string): string => `…${token.slice(-4)}`;

/** Keeps what a customer sees at the meter. */
export function observeMeter(
  { observed, trace, touch }: Seen,
  home: TownHome,
  { outputs, wasVulnerable }: { readonly outputs: MeterOutput; readonly wasVulnerable: boolean },
): void {
  // Time passes before the meter hears what it was sent: what it knew then is what counts.
  let isVulnerable = wasVulnerable;
  for (const event of outputs.events) {
    if (event.code === 'token') {
      const { outcome, origin } = event;
      const said = outcome.result === 'accepted' ? 'accepts' : `refuses (${outcome.refusal})`;
      trace.add(home, `the meter ${said} ${shortest(event.lastFour)} by ${origin}`);
      touch(home);
      if (outcome.result === 'accepted' && outcome.tid !== null) {
        const tids = observed.accepted.get(home.meterPan) ?? [];
        tids.push(outcome.tid);
        observed.accepted.set(home.meterPan, tids);
      }
    }
    if (event.code === 'creditLow') {
      const count = observed.lowCrossings.get(home.connectionId) ?? 0;
      observed.lowCrossings.set(home.connectionId, count + 1);
      trace.add(home, 'credit is low');
    }
    if (event.code === 'emergencySelected') {
      observed.emergencies += 1;
      trace.add(home, 'emergency credit is taken');
    }
    if (event.code === 'settingChanged' && event.setting === 'protection') {
      isVulnerable = home.meter.settings.vulnerable === true;
    }
    if (event.code === 'loadSwitchOpened') {
      observed.switchOpenings.push({ home, atMs: event.atMs, isVulnerable });
      trace.add(home, 'supply is cut');
    }
  }
}
