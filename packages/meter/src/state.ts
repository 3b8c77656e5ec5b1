// The meter's whole memory as one plain value: numbers, strings, arrays. What is not in here, the
// meter does not know. Energy inside is counted in integer milliwatt-hours (safe integers up to 9
// TWh), money in millionths of a minor unit, so that no step loses a fraction.

import type { CommandSubject, LoadSwitchState } from '@prewatt/protocol';
import { type AcceptanceState, createAcceptanceState } from '@prewatt/sts/accept';
import { decoderKeyFromBytes } from '@prewatt/sts/keys';
import { type CalendarState, newCalendar } from './calendar-state.ts';
import { checkConfig, defaultSettings, type MeterConfig, type MeterSettings } from './config.ts';
import { needsHandAfter, neverOpens } from './control-mode.ts';
import { idleLimiter, type LimiterState } from './limiter-state.ts';
import { type MoneyCredit, newMoneyCredit } from './money.ts';
import { newPhases, type PhaseState } from './phase-state.ts';
import { emptyProfile, type ProfileStore } from './profile-store.ts';
import type { AnsweredCommand, LastToken, StoredEvent, StoredMessage } from './stored.ts';
import { handIsNeeded } from './switch.ts';
import { noTamper, type TamperState } from './tamper-state.ts';

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
  readonly settings?: Partial<MeterSettings>;
}): MeterState {
  checkConfig(o.config);
  const settings = { ...defaultSettings, ...o.settings };
  const { config, atMs } = o;
  const isAlwaysOn = neverOpens({ settings });
  return {
    config,
    settings,
    acceptance: createAcceptance(config.meterPan, o.key),
    atMs,
    inputAtMs: atMs,
    clockOffsetMs: 0,
    heldMilliWh: 0,
    powerPresent: true,
    linkUp: false,
    loadSwitch: isAlwaysOn ? 'connected' : 'disconnected',
    openReasons: isAlwaysOn ? 0 : 1,
    armed: !isAlwaysOn && needsHandAfter({ config, settings }, 'credit'),
    powerW: 0,
    importMilliWh: 0,
    exportMilliWh: 0,
    creditedMilliWh: 0,
    unchargedMilliWh: 0,
    owedMilliWh: 0,
    clearedMilliWh: 0,
    money: newMoneyCredit(settings),
    reserved: 0,
    emergencySelected: false,
    emergencyUsed: 0,
    paidBack: 0,
    // Empty from the start is no crossing: no alert for a meter that never had credit.
    lowCredit: true,
    veryLowCredit: true,
    exhausted: true,
    protectedUntilMs: null,
    limiter: idleLimiter,
    phases: newPhases(config),
    tamper: noTamper,
    calendar: newCalendar(config.zone, atMs),
    lastToken: null,
    asked: null,
    eventSequence: 0,
    eventLog: [],
    messageSequence: 0,
    pendingEvents: [],
    profile: emptyProfile,
    lostProfileEntries: 0,
    lostEvents: 0,
    outbox: [],
    answered: [],
    nextStateAtMs: atMs,
  };
}

/**
 * The state with another configuration (reporting intervals, thresholds, rules); counting, keys and
 * what commands have set stay.
 */
export function reconfigure(state: MeterState, config: MeterConfig): MeterState {
  checkConfig(config);
  if (config.meterPan !== state.config.meterPan) throw new RangeError('meterPan cannot change');
  if ((config.phases ?? 1) !== (state.config.phases ?? 1)) {
    throw new RangeError('the number of phases cannot change');
  }
  const reconfigured = { ...state, config };
  // Where the new one leaves to a hand what keeps the switch open, that hand is awaited.
  return { ...reconfigured, armed: state.armed || handIsNeeded(reconfigured) };
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
