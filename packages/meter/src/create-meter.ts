// A meter as the factory makes it, and as another configuration leaves it.

import { type AcceptanceState, createAcceptanceState } from '@prewatt/sts/accept';
import { decoderKeyFromBytes } from '@prewatt/sts/keys';
import { newCalendar } from './calendar-state.ts';
import { checkConfig, defaultSettings, type MeterConfig, type MeterSettings } from './config.ts';
import { needsHandAfter, neverOpens } from './control-mode.ts';
import { idleLimiter } from './limiter-state.ts';
import { newMoneyCredit } from './money.ts';
import { newPhases } from './phase-state.ts';
import { emptyProfile } from './profile-store.ts';
import type { MeterState } from './state.ts';
import { handIsNeeded } from './switch.ts';
import { noTamper } from './tamper-state.ts';

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
  const isAlwaysOn = neverOpens({ config, settings });
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
  if (neverOpens(reconfigured)) {
    return { ...reconfigured, loadSwitch: 'connected', openReasons: 0, armed: false };
  }
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
