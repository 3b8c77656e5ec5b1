// What the town saw with its own eyes: what each meter accepted and when it cut supply, and what
// customers did. The laws compare the database with it.

import type { MeterOutput } from '@prewatt/meter';
import type { TokenLandingEye } from './landing-by-token.ts';
import type { Trace } from './trace.ts';
import type { TownHome } from './utility.ts';
import type { WalletSeen } from './wallet-seen.ts';

/** What was done to a meter, or happened to its mains, as the meter should tell it. */
export const oddities = ['coverOpened', 'magnetStarted', 'reverseEnergy', 'phaseLost'] as const;
export type Oddity = (typeof oddities)[number];

export type Observed = {
  /** Accepted TIDs per meter, in order. */
  readonly accepted: Map<string, number[]>;
  /** Crossings into low credit per connection. */
  readonly lowCrossings: Map<string, number>;
  /** Of those, what a meter that died may never have told, per connection. */
  readonly untoldCrossings: Map<string, number>;
  readonly switchOpenings: {
    readonly home: TownHome;
    readonly atMs: number;
    /** The meter had heard that nobody may cut this home. */
    readonly isVulnerable: boolean;
    /** The meter was told to, and counted no credit of its own. */
    readonly byWallet: boolean;
  }[];
  /** Each beginning. */
  readonly oddities: { readonly home: TownHome; readonly what: Oddity }[];
  /** Energy by phase, of homes with three. */
  readonly phaseMilliWh: Map<TownHome, readonly number[]>;
  /** Homes in wallet mode, by the last look at each. */
  readonly wallets: Map<TownHome, WalletSeen>;
  /** Times that a wallet has said that supply is off. */
  walletsOff: number;
  /** While a wallet was low and not used up; its money grew last at `grewAtMs`. */
  readonly lowSpells: LowSpell[];
  /** Registers of homes that are ever in wallet mode or put into use, by the meter's clock. */
  readonly registers: Map<TownHome, RegisterSeen[]>;
  /** Test tokens that meters took, and switches that were closed from afar. */
  readonly tests: { readonly home: TownHome; readonly atMs: number }[];
  readonly closings: { readonly home: TownHome; readonly atMs: number }[];
  /** Exchanges of meters, with what was left in the old one, in whole watt-hours. */
  readonly exchanges: { readonly home: TownHome; readonly leftWh: number }[];
  /** What was wrong with the provider's files, as it must be found: "duplicate SBX-…". */
  readonly differences: string[];
  /** What the provider's files say that it kept of payments, in minor units. */
  providerFeesMinor: bigint;
  /** Credit notes that two people agreed on beyond what was paid; the laws want none. */
  notesBeyondPaid: number;
  /** Steps of meters in which power was limited, or might have been. */
  readonly landings: LandingStep[];
  /** Homes whose switch waits for a hand, since when. */
  readonly waiting: Map<TownHome, number>;
  /** While credit was below the first step of the soft landing, as `lowSpells` of wallets. */
  readonly landingSpells: LowSpell[];
  /** What limit tokens did at meters without a link. */
  readonly tokenLandings: TokenLandingEye;
  /** Times that a meter opened above its limit of power. */
  limits: number;
  /** Hands that closed a switch which a limit had opened. */
  presses: number;
  /** Money that each home gave, and that it was given back, in minor units. */
  readonly money: Map<TownHome, HomeMoney>;
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

/** A step of a meter that counts energy, under a utility's soft landing. */
export type LandingStep<Home = TownHome> = {
  readonly home: Home;
  readonly spanMs: number;
  /** At the step's beginning; what flowed was taken from it. */
  readonly leftMilliWh: number;
  readonly flowedMilliWh: number;
  readonly demandMilliWh: number;
  /** Of each time that the meter opened above its limit. */
  readonly limitsW: readonly number[];
  readonly isVulnerable: boolean;
};

export type LowSpell = {
  readonly home: TownHome;
  readonly grewAtMs: number;
  readonly fromMs: number;
  readonly untilMs: number;
};

/** A register after a step, and whether the meter then counted credit of its own. */
export type RegisterSeen = {
  readonly atMs: number;
  readonly importMilliWh: number;
  readonly isPrepaid: boolean;
};

export type HomeMoney = {
  /** Approved at the provider. */
  readonly approvedMinor: bigint;
  /** Given to a vendor. */
  readonly cashMinor: bigint;
  /** Credit notes that two people of the office agreed on. */
  readonly notesMinor: bigint;
};
export const noMoney: HomeMoney = { approvedMinor: 0n, cashMinor: 0n, notesMinor: 0n };

/** Adds to what is known of a home's money. */
export function addMoney(
  { money }: Pick<Observed, 'money'>,
  home: TownHome,
  added: Partial<HomeMoney>,
): void {
  const before = money.get(home) ?? noMoney;
  money.set(home, {
    approvedMinor: before.approvedMinor + (added.approvedMinor ?? 0n),
    cashMinor: before.cashMinor + (added.cashMinor ?? 0n),
    notesMinor: before.notesMinor + (added.notesMinor ?? 0n),
  });
}

export const nothingObserved = (tokenLandings: TokenLandingEye): Observed => ({
  tokenLandings,
  accepted: new Map(),
  lowCrossings: new Map(),
  untoldCrossings: new Map(),
  switchOpenings: [],
  oddities: [],
  phaseMilliWh: new Map(),
  wallets: new Map(),
  walletsOff: 0,
  lowSpells: [],
  registers: new Map(),
  tests: [],
  closings: [],
  exchanges: [],
  differences: [],
  providerFeesMinor: 0n,
  notesBeyondPaid: 0,
  landings: [],
  waiting: new Map(),
  landingSpells: [],
  limits: 0,
  presses: 0,
  money: new Map(),
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
  if (home.traits.wallet !== undefined || home.traits.installAtHour !== undefined) {
    const { atMs, importMilliWh, settings } = home.meter;
    const seen = observed.registers.get(home) ?? [];
    seen.push({ atMs, importMilliWh, isPrepaid: settings.paymentMode === 'prepayment' });
    observed.registers.set(home, seen);
  }
  // Time passes before the meter hears what it was sent: what it knew then is what counts.
  let isVulnerable = wasVulnerable;
  for (const event of outputs.events) {
    if (event.code === 'token') {
      const { outcome, origin } = event;
      const said = outcome.result === 'accepted' ? 'accepts' : `refuses (${outcome.refusal})`;
      trace.add(home, `the meter ${said} ${shortest(event.lastFour)} by ${origin}`);
      touch(home);
      const isTest = outcome.result === 'accepted' && outcome.effect === 'test';
      if (isTest) observed.tests.push({ home, atMs: event.atMs });
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
    if (event.code === 'loadSwitchClosed') observed.closings.push({ home, atMs: event.atMs });
    // A limit of power is no cut for want of credit.
    if (event.code === 'loadSwitchOpened' && event.cause !== 'powerLimit') {
      const byWallet = event.cause === 'remote' && home.meter.settings.paymentMode === 'credit';
      observed.switchOpenings.push({ home, atMs: event.atMs, isVulnerable, byWallet });
      trace.add(home, 'supply is cut');
    }
  }
}
