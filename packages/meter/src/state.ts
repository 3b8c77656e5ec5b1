// The meter's whole memory as one plain value: numbers, strings, arrays. What is not in here, the
// meter does not know. Energy inside is counted in integer milliwatt-hours (safe integers up to 9
// TWh), money in millionths of a minor unit, so that no step loses a fraction.

import type { CardOutcome } from '@prewatt/card';
import type { CommandSubject, LoadSwitchState } from '@prewatt/protocol';
import type { AcceptanceState } from '@prewatt/sts/accept';
import type { CalendarState } from './calendar-state.ts';
import type { MeterConfig, MeterSettings } from './config.ts';
import type { LimiterState } from './limiter-state.ts';
import type { MoneyCredit } from './money.ts';
import type { PhaseState } from './phase-state.ts';
import type { ProfileStore } from './profile-store.ts';
import type { PromisedSale } from './promised-sale.ts';
import type { AnsweredCommand, LastToken, StoredEvent, StoredMessage } from './stored.ts';
import type { TamperState } from './tamper-state.ts';

/** What a card brought last, and what became of it. */
export type KnownCard = {
  readonly cardNumber: string;
  readonly count: number;
  readonly outcomes: readonly CardOutcome[];
};

export type MeterState = {
  readonly config: MeterConfig;
  readonly settings: MeterSettings;
  readonly acceptance: AcceptanceState;
  /** The instant up to which everything is counted, by the meter's own clock. Never goes back. */
  readonly atMs: number;
  /** The caller's instant of the last step, and how far the meter's clock is ahead of it. */
  readonly inputAtMs: number;
  readonly clockOffsetMs: number;
  /** Energy that flows while a clock that was set back waits for time to catch up. */
  readonly heldMilliWh: number;
  readonly powerPresent: boolean;
  readonly linkUp: boolean;
  readonly loadSwitch: LoadSwitchState;
  /** Since when what switches does not answer, by the meter's clock; absent or null = it does. */
  readonly switchUnknownSinceMs?: number | null;
  /** Why the switch is open, one bit per reason (switch.ts); 0 = nothing keeps it open. */
  readonly openReasons: number;
  /** The switch waits for a hand once nothing else keeps it open. */
  readonly armed: boolean;
  /** Average power of the last step, 0 while the switch is open. */
  readonly powerW: number;
  readonly importMilliWh: number;
  readonly exportMilliWh: number;
  readonly creditedMilliWh: number;
  /** Imported and not charged to energy credit: money credit, or payment mode `credit`. */
  readonly unchargedMilliWh: number;
  /** Used beyond energy credit, by a protection rule or as emergency credit, not yet paid back. */
  readonly owedMilliWh: number;
  /** Energy credit taken away by ClearCredit tokens or moved by a change of payment mode. */
  readonly clearedMilliWh: number;
  /** Money credit; null while the meter has never had it. */
  readonly money: MoneyCredit | null;
  /** Put aside by the customer, part of what is available; in the unit of the account. */
  readonly reserved: number;
  /** Emergency credit: taken or not, and what of it was used and not paid back. */
  readonly emergencySelected: boolean;
  readonly emergencyUsed: number;
  /** What top-ups have paid back in all, in the unit of the account. */
  readonly paidBack: number;
  readonly lowCredit: boolean;
  readonly veryLowCredit: boolean;
  readonly exhausted: boolean;
  /** While supply is kept on without credit: when to ask the rules again. */
  readonly protectedUntilMs: number | null;
  /**
   * Until then want of credit opens nothing, and no warning is given: what the head-end held for
   * the customer is on its way back as a token. Absent = nothing is awaited.
   */
  readonly awaitsCreditUntilMs?: number | null;
  /** Sales whose tokens are still to come (promises.ts), oldest first; absent = none. */
  readonly promises?: readonly PromisedSale[];
  /** What was used on them, part of what is owed; absent = nothing. */
  readonly promisedUsedMilliWh?: number;
  readonly limiter: LimiterState;
  readonly phases: PhaseState | null;
  readonly tamper: TamperState;
  readonly calendar: CalendarState;
  readonly lastToken: LastToken | null;
  /** What the display was asked for, and when: a page, or the numbers of a test token. */
  readonly asked: { readonly atMs: number; readonly pages: readonly string[] } | null;
  readonly eventSequence: number;
  /** The log that the meter keeps for display, newest last. */
  readonly eventLog: readonly StoredEvent[];
  readonly messageSequence: number;
  readonly pendingEvents: readonly StoredEvent[];
  readonly profile: ProfileStore;
  /** Entries that a full memory pushed out before the head-end had them. */
  readonly lostProfileEntries: number;
  readonly lostEvents: number;
  readonly outbox: readonly StoredMessage[];
  readonly answered: readonly AnsweredCommand[];
  /** When what was carried out last about each thing was asked for; absent = never any. */
  readonly carriedOut?: Readonly<Partial<Record<CommandSubject, number>>>;
  readonly nextStateAtMs: number;
  /** Cards that brought a purchase, newest last; absent = none ever. */
  readonly cards?: readonly KnownCard[];
};

/**
 * A step works on a shallow copy of the state and replaces its fields; arrays and objects inside
 * stay untouched.
 */
export type Draft = { -readonly [K in keyof MeterState]: MeterState[K] };
