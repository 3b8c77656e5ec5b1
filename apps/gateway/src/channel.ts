// One meter of the bus as a prepaid meter: the meter of packages/meter, fed by the register on the
// bus. It has tokens, friendly hours and emergency credit whether or not there is a link.

import type { Quantities } from '@prewatt/fieldbus';
import {
  createMeter,
  type MayPromise,
  type MeterConfig,
  type MeterInput,
  type MeterOutput,
  type MeterState,
  mayPromise,
  type PromiseInput,
  type RestoreError,
  reconfigure,
  step,
} from '@prewatt/meter';
import type { DownMessage, TokenOutcome, UpMessage } from '@prewatt/protocol';
import type { Clock, Result } from '@prewatt/quantities';
import type { StateStore } from '@prewatt/virtual-meter/state-store';
import { writeWhileRoom } from '@prewatt/virtual-meter/while-room';
import { createContactorLooks } from './contactor-looks.ts';
import { type CountingTrouble, createCounting } from './counting.ts';
import type { RegisterBaseStore } from './register-base.ts';
import type { ChannelSetting } from './site.ts';

export type Channel = {
  readonly meterPan: string;
  readonly setting: ChannelSetting;
  readonly state: () => MeterState;
  /** The newest reading and when it came; null before the first. */
  readonly reading: () => { readonly atMs: number; readonly quantities: Quantities } | null;
  /** Since when the meter on the bus does not answer; null while it does. */
  readonly silentSinceMs: () => number | null;
  readonly takeReading: (quantities: Quantities) => void;
  readonly readingFailed: () => void;
  /** What the contactor was found to be; null: it does not say. */
  readonly contactorIs: (closed: boolean | null) => void;
  /** Since when the contactor does not say what it is; null while it does, or there is none. */
  readonly contactorUnknownSinceMs: () => number | null;
  readonly receive: (message: DownMessage) => void;
  readonly enter: (digits: string) => TokenOutcome | null;
  /** Of a sale at the site; null: not stored, it has not happened. */
  readonly promise: (input: PromiseInput) => boolean | null;
  readonly mayPromise: () => MayPromise;
  /** Whether the promise of a sale stands. */
  readonly hasPromise: (saleId: string) => boolean;
  readonly setLink: (up: boolean) => void;
  /** Lets time pass: midnights, friendly hours, messages that wait. */
  readonly tick: () => void;
  readonly store: () => void;
};

export type ChannelDeps = {
  readonly clock: Clock;
  readonly states: StateStore;
  readonly bases: RegisterBaseStore;
  readonly send: (message: UpMessage) => void;
  /** Called when supply is to be switched. */
  readonly switched: () => void;
  readonly onTrouble: (what: CountingTrouble | 'diskFull' | 'diskHasRoom') => void;
  /** Absent: the meter's own; a bench plants faults in it. */
  readonly step?: typeof step;
};

/** After so many failures in a row the meter on the bus, or the contactor, counts as silent. */
const silentAfter = 3;
const stateReportMs = 60_000;
const resendAfterMs = 20_000;
/** What flows behind an open contactor before it is a sign: a contactor leaks nothing. */
const leakMilliWh = 50_000;

/** The channel as it was stored. Throws when its state cannot be trusted: credit is not guessed. */
export function createChannel(setting: ChannelSetting, deps: ChannelDeps): Channel {
  const { meterPan } = setting;
  const stepOn = deps.step ?? step;
  let state = startOf(setting, deps);
  let reading: ReturnType<Channel['reading']> = null;
  let failures = 0;
  const contactor = createContactorLooks(deps.clock.nowMs(), silentAfter);
  let openWithMilliWh: number | null = null;
  const counting = createCounting(setting, { bases: deps.bases, startedAtMs: state.inputAtMs });
  const keep = writeWhileRoom((isFull) => deps.onTrouble(isFull ? 'diskFull' : 'diskHasRoom'));
  const take = (input: MeterInput): MeterOutput | null => {
    const { state: next, outputs } = stepOn(state, input);
    // Stored before anything leaves; what cannot be stored has not happened.
    const isDurable =
      outputs.promiseTaken !== null || outputs.events.some((event) => event.code === 'token');
    if (outputs.mustStore && !keep(() => deps.states.save(next, isDurable))) return null;
    const wasOn = state.loadSwitch === 'connected';
    state = next;
    for (const message of outputs.messages) deps.send(message);
    if (wasOn !== (next.loadSwitch === 'connected')) deps.switched();
    return outputs;
  };
  const now = (input: Omit<MeterInput, 'atMs' | 'demandW'> = {}): MeterOutput | null =>
    take({ ...input, ...loadOf(reading?.quantities ?? {}, setting), atMs: deps.clock.nowMs() });
  /** What flows although the contactor is open: it is stuck, or led around. */
  const sensors = (uncountedMilliWh: number): MeterInput => {
    if (state.loadSwitch === 'connected' || contactor.closed() === true) openWithMilliWh = null;
    else openWithMilliWh ??= uncountedMilliWh;
    const behind = openWithMilliWh !== null && uncountedMilliWh - openWithMilliWh > leakMilliWh;
    return { atMs: 0, sensors: { voltageBehindSwitch: behind } };
  };
  return {
    meterPan,
    setting,
    state: () => state,
    reading: () => reading,
    silentSinceMs: counting.silentSinceMs,
    takeReading: (quantities) => {
      failures = 0;
      const atMs = deps.clock.nowMs();
      reading = { atMs, quantities };
      if (quantities.importWh === undefined) return;
      const counted = counting.take({ importWh: quantities.importWh, state, atMs });
      if (counted.trouble !== null) deps.onTrouble(counted.trouble);
      if (counted.demandMilliWh === null) return;
      now({ ...sensors(counted.demandMilliWh), demandMilliWh: counted.demandMilliWh });
    },
    readingFailed: () => {
      failures += 1;
      if (failures === silentAfter) counting.fellSilent(reading?.atMs ?? state.inputAtMs);
    },
    contactorIs: (closed) => {
      const switchUnknownSinceMs = contactor.take(closed, deps.clock.nowMs());
      if (switchUnknownSinceMs !== undefined) now({ sensors: { switchUnknownSinceMs } });
    },
    contactorUnknownSinceMs: contactor.unknownSinceMs,
    receive: (message) => void now({ received: [message] }),
    enter: (digits) => now({ keypad: digits })?.keypadOutcome ?? null,
    promise: (promise) => {
      const saved = now({ promise });
      return saved === null ? null : saved.promiseTaken;
    },
    mayPromise: () => mayPromise(state),
    hasPromise: (saleId) => (state.promises ?? []).some((each) => each.saleId === saleId),
    setLink: (linkUp) => void now({ linkUp }),
    tick: () => void now(),
    store: () => void keep(() => deps.states.save(state, false)),
  };
}

/** Power and voltages as the meter wants them; absent where the map has none. */
export function loadOf(quantities: Quantities, { phases }: ChannelSetting): Partial<MeterInput> {
  const { powerW, powerWL1, powerWL2, powerWL3 } = quantities;
  const sum = powerW ?? (powerWL1 ?? 0) + (powerWL2 ?? 0) + (powerWL3 ?? 0);
  const single = { demandW: Math.max(0, sum) };
  if (phases !== 3 || powerWL1 === undefined) return single;
  const volts = [quantities.voltageMvL1, quantities.voltageMvL2, quantities.voltageMvL3];
  const [first = 0, second = 0, third = 0] = volts.map((mv) => Math.round((mv ?? 0) / 1000));
  const loads = [powerWL1, powerWL2 ?? 0, powerWL3 ?? 0].map((load) => Math.max(0, load));
  const [one = 0, two = 0, three = 0] = loads;
  const known = volts.every((mv) => mv !== undefined);
  return {
    ...single,
    phasesW: [one, two, three],
    ...(known ? { voltagesV: [first, second, third] as const } : {}),
  };
}

function startOf(setting: ChannelSetting, { states, clock }: ChannelDeps): MeterState {
  const stored = trusted(states.load(setting.meterPan), setting.meterPan);
  if (stored === null) return meterOf(setting, clock.nowMs());
  return reconfigure({ ...stored, linkUp: false }, configOf(setting));
}

/** A number, key or rule of a site's file with which no meter can start; null: none. */
export function meterFault(channels: readonly ChannelSetting[]): string | null {
  for (const channel of channels) {
    try {
      meterOf(channel, 0);
    } catch (error) {
      return `${channel.meterPan}: ${error instanceof Error ? error.message : String(error)}`;
    }
  }
  return null;
}

/** As from the factory. Throws RangeError where there is no such meter. */
const meterOf = (setting: ChannelSetting, atMs: number): MeterState =>
  createMeter({ config: configOf(setting), key: setting, atMs });

function trusted<T>(restored: Result<T, RestoreError>, meterPan: string): T {
  if (restored.ok) return restored.value;
  throw new Error(`meter ${meterPan}: its state cannot be trusted (${restored.error})`);
}

function configOf(setting: ChannelSetting): MeterConfig {
  return {
    meterPan: setting.meterPan,
    zone: setting.zone,
    vulnerable: setting.vulnerable,
    medical: setting.medical,
    convertedAtMs: setting.convertedAtMs ?? null,
    lowCreditThresholdWh: Number(setting.lowCreditThresholdWh),
    protection: setting.protection,
    reconnection: setting.reconnection,
    phases: setting.phases,
    exportAllowed: setting.exportAllowed,
    tamperOpensSwitch: setting.tamperOpensSwitch,
    ...(setting.reserve === undefined ? {} : { reserve: setting.reserve }),
    ...(setting.lights === undefined ? {} : { switchesLamps: true }),
    ...(setting.shared ? { staysOn: true } : {}),
    profileIntervalMinutes: setting.profileIntervalMinutes,
    stateReportMs,
    resendAfterMs,
  };
}
