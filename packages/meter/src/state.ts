// The meter's whole memory as one plain value: numbers, strings, arrays. What is not in here, the
// meter does not know. Energy inside is counted in integer milliwatt-hours (safe integers up to 9
// TWh), so that no step loses a fraction.

import type { ProtectionRules } from '@prewatt/protection';
import type { CommandRefusal, LoadSwitchState, MeterEvent, TokenOutcome } from '@prewatt/protocol';
import { type AcceptanceState, createAcceptanceState } from '@prewatt/sts/accept';
import { decoderKeyFromBytes } from '@prewatt/sts/keys';

/** What the factory or the utility sets; none of it changes by counting. */
export type MeterConfig = {
  readonly meterPan: string;
  /** IANA zone of friendly hours and holidays. */
  readonly zone: string;
  readonly vulnerable: boolean;
  readonly lowCreditThresholdWh: number;
  readonly protection: ProtectionRules;
  /** `manual`: after a top-up the switch waits for a hand at the meter (readyForReconnection). */
  readonly reconnection: 'automatic' | 'manual';
  readonly profileIntervalMinutes: 15 | 30 | 60;
  readonly stateReportMs: number;
  /** Until a kept message is sent again; doubles with each try, at most 64-fold. */
  readonly resendAfterMs: number;
};

/**
 * The STS identity that the factory injects. The key is a decoder key: no vending key comes near a
 * meter.
 */
export type MeterKey = {
  readonly ea: 'ea07' | 'ea11';
  readonly decoderKeyHex: string;
  readonly supplyGroupCode: string;
  readonly tariffIndex: string;
  readonly keyRevision: number;
  readonly keyType: 0 | 1 | 2 | 3;
  readonly keyExpiry: number;
  readonly baseDate: 93 | 14 | 35;
  readonly initialTid: number;
};

/** The wire's shapes as the meter keeps them: plain numbers for branded bigints. */
export type Stored<T> = T extends bigint
  ? number
  : T extends string | number | boolean | null | undefined
    ? T
    : T extends readonly (infer U)[]
      ? readonly Stored<U>[]
      : { readonly [K in keyof T]: Stored<T[K]> };

export type StoredOutcome = Stored<TokenOutcome>;
export type TokenEffect = Extract<TokenOutcome, { result: 'accepted' }>['effect'];
export type StoredEvent = Stored<MeterEvent>;

export type StoredProfileEntry = { readonly endsAtMs: number; readonly importWh: number };

export type StoredCommandResult =
  | { readonly kind: 'deliverToken'; readonly outcome: StoredOutcome }
  | { readonly kind: 'readNow' }
  | { readonly kind: 'refused'; readonly reason: CommandRefusal };

export type AnsweredCommand = {
  readonly commandId: string;
  readonly completedAtMs: number;
  readonly result: StoredCommandResult;
};

export type StoredMessage = {
  readonly sequence: number;
  readonly sendAtMs: number;
  readonly attempts: number;
  readonly body:
    | { readonly kind: 'profile'; readonly entries: readonly StoredProfileEntry[] }
    | { readonly kind: 'events'; readonly events: readonly StoredEvent[] }
    | ({ readonly kind: 'commandResult' } & AnsweredCommand);
};

export type LastToken = {
  readonly atMs: number;
  readonly origin: 'keypad' | 'remote';
  readonly outcome: StoredOutcome;
};

export type MeterState = {
  readonly config: MeterConfig;
  readonly acceptance: AcceptanceState;
  /** The instant up to which everything is counted. Never goes back. */
  readonly atMs: number;
  readonly powerPresent: boolean;
  readonly linkUp: boolean;
  readonly loadSwitch: LoadSwitchState;
  /** Average power of the last step, 0 while the switch is open. */
  readonly powerW: number;
  readonly importMilliWh: number;
  readonly creditedMilliWh: number;
  /** Used while a rule kept supply on without credit, and not yet paid back. */
  readonly owedMilliWh: number;
  /** Credit taken away by ClearCredit tokens. */
  readonly clearedMilliWh: number;
  readonly lowCredit: boolean;
  readonly exhausted: boolean;
  /** While supply is kept on without credit: when to ask the rules again. */
  readonly protectedUntilMs: number | null;
  readonly lastToken: LastToken | null;
  readonly eventSequence: number;
  /** The log that the meter keeps for display, newest last. */
  readonly eventLog: readonly StoredEvent[];
  readonly messageSequence: number;
  readonly pendingEvents: readonly StoredEvent[];
  readonly pendingProfile: readonly StoredProfileEntry[];
  /** Entries that a full memory pushed out before the head-end had them. */
  readonly lostProfileEntries: number;
  readonly lostEvents: number;
  readonly outbox: readonly StoredMessage[];
  readonly answered: readonly AnsweredCommand[];
  readonly nextStateAtMs: number;
};

/**
 * A step works on a shallow copy of the state and replaces its fields; arrays and objects inside
 * stay untouched.
 */
export type Draft = { -readonly [K in keyof MeterState]: MeterState[K] };

/**
 * A meter as it leaves the factory: no credit, switch open, log empty. Throws RangeError on a
 * configuration or key that cannot be a meter's: a bug of whoever provisions it.
 */
export function createMeter(o: {
  readonly config: MeterConfig;
  readonly key: MeterKey;
  readonly atMs: number;
}): MeterState {
  checkConfig(o.config);
  return {
    config: o.config,
    acceptance: createAcceptance(o.config.meterPan, o.key),
    atMs: o.atMs,
    powerPresent: true,
    linkUp: false,
    loadSwitch: 'disconnected',
    powerW: 0,
    importMilliWh: 0,
    creditedMilliWh: 0,
    owedMilliWh: 0,
    clearedMilliWh: 0,
    // Empty from the start is no crossing: no alert for a meter that never had credit.
    lowCredit: true,
    exhausted: true,
    protectedUntilMs: null,
    lastToken: null,
    eventSequence: 0,
    eventLog: [],
    messageSequence: 0,
    pendingEvents: [],
    pendingProfile: [],
    lostProfileEntries: 0,
    lostEvents: 0,
    outbox: [],
    answered: [],
    nextStateAtMs: o.atMs,
  };
}

/**
 * The state with another configuration (reporting intervals, thresholds, rules); counting and keys
 * stay.
 */
export function reconfigure(state: MeterState, config: MeterConfig): MeterState {
  checkConfig(config);
  if (config.meterPan !== state.config.meterPan) throw new RangeError('meterPan cannot change');
  return { ...state, config };
}

/**
 * Credit in milliwatt-hours, never negative. The law: credited - consumed - cleared = available -
 * owed.
 */
export function availableMilliWhOf(state: MeterState | Draft): number {
  return state.creditedMilliWh - state.importMilliWh - state.clearedMilliWh + state.owedMilliWh;
}

function createAcceptance(meterPan: string, key: MeterKey): AcceptanceState {
  const { ea, decoderKeyHex, ...parameters } = key;
  if (!/^([0-9a-fA-F]{16}|[0-9a-fA-F]{32})$/.test(decoderKeyHex)) {
    throw new RangeError('decoderKeyHex must be 16 or 32 hexadecimal digits');
  }
  const decoderKey = decoderKeyFromBytes(Uint8Array.fromHex(decoderKeyHex));
  if (!decoderKey.ok) throw new RangeError(`decoder key: ${decoderKey.error}`);
  const state = createAcceptanceState({ meterPan, decoderKey: decoderKey.value, ...parameters });
  if (!state.ok) throw new RangeError(`meter key: ${state.error}`);
  if (state.value.ea !== ea) throw new RangeError('decoder key has the wrong length for its ea');
  return state.value;
}

function checkConfig(config: MeterConfig): void {
  const positive = [config.stateReportMs, config.resendAfterMs];
  if (!positive.every((value) => Number.isSafeInteger(value) && value > 0)) {
    throw new RangeError('report and resend intervals must be positive integers');
  }
  const threshold = config.lowCreditThresholdWh;
  if (!Number.isSafeInteger(threshold) || threshold < 0 || threshold > 1e9) {
    throw new RangeError('lowCreditThresholdWh must be 0..10^9');
  }
}
