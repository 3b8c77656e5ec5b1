// One meter in its home: feeds the state machine with time and load, stores its state, and passes
// messages both ways.

import {
  createMeter,
  type MeterConfig,
  type MeterInput,
  type MeterOutput,
  type MeterState,
  reconfigure,
  restoreMeter,
  step,
} from '@prewatt/meter';
import type { DownMessage, UpMessage } from '@prewatt/protocol';
import { type Clock, expectOk } from '@prewatt/quantities';
import type { FactoryMeter } from './factory.ts';
import { energyBetween, type Home, powerAt } from './homes.ts';
import type { StateStore } from './state-store.ts';

/** Loads that a person can plug in at the meter's page. */
export const appliances = [
  { id: 'kettle', label: 'Kettle', watts: 2000 },
  { id: 'oven', label: 'Oven', watts: 3000 },
  { id: 'heater', label: 'Heater', watts: 1500 },
  { id: 'geyser', label: 'Water heater', watts: 4000 },
] as const;
export type ApplianceId = (typeof appliances)[number]['id'];

export type VirtualMeter = {
  readonly meterPan: string;
  readonly name: string;
  readonly zone: string;
  readonly state: () => MeterState;
  readonly appliancesOn: () => ReadonlySet<ApplianceId>;
  readonly setAppliance: (id: ApplianceId, on: boolean) => void;
  /** Moves the meter to the present, with what came in. */
  readonly advance: (input?: Omit<MeterInput, 'atMs' | 'demandMilliWh' | 'demandW'>) => MeterOutput;
  readonly receive: (message: DownMessage) => void;
  /** Mains away since the last step: time passes, nothing is counted. */
  readonly skipToNow: () => void;
  readonly store: () => void;
};

export type VirtualMeterDeps = {
  readonly clock: Clock;
  readonly store: StateStore;
  readonly send: (message: UpMessage) => void;
  readonly changed: () => void;
  /** Business milliseconds per real one, for intervals that are meant in real time. */
  readonly speed: number;
};

/** Real seconds after which a message that was not acknowledged goes again. */
const resendAfterRealMs = 10_000;
const stateReportRealMs = 2_000;
/** From the end of a seeded life to the start of this process, in the meter's time. */
const longestHandoverMs = 21_600_000;
/** At real speed a report each half-minute is enough. */
const stateReportLeastMs = 30_000;

/**
 * The meter as it was stored, or as the factory made it. Throws on a state file that cannot be
 * trusted.
 */
export function createVirtualMeter(
  factory: FactoryMeter,
  home: Home,
  deps: VirtualMeterDeps,
): VirtualMeter {
  const { clock, store } = deps;
  const start = startOf(factory, deps);
  let { state } = start;
  const on = new Set<ApplianceId>();
  /** Watt-milliseconds of appliances that did not make a whole milliwatt-hour yet. */
  let carry = 0;

  const demandSince = (fromMs: number, toMs: number): number => {
    if (toMs <= fromMs) return 0;
    const { zone, profileOffsetDays: offsetDays } = factory;
    const raw = wattsOf(on) * (toMs - fromMs) + carry;
    carry = raw % 3600;
    return energyBetween(home, { fromMs, toMs, zone, offsetDays }) + (raw - carry) / 3600;
  };
  const take = (input: MeterInput): MeterOutput => {
    const { state: next, outputs } = step(state, input);
    state = next;
    // Stored before anything leaves; what credit hangs on is forced to the disk.
    if (outputs.mustStore)
      store.save(
        state,
        outputs.events.some((event) => event.code === 'token'),
      );
    for (const message of outputs.messages) deps.send(message);
    if (outputs.mustStore) deps.changed();
    return outputs;
  };
  const advance: VirtualMeter['advance'] = (input = {}) => {
    const atMs = clock.nowMs();
    const { zone, profileOffsetDays: offsetDays } = factory;
    return take({
      ...input,
      atMs,
      demandMilliWh: demandSince(state.inputAtMs, atMs),
      demandW: powerAt(home, { atMs, zone, offsetDays }) + wattsOf(on),
    });
  };
  const skipToNow = () => {
    take({ atMs: state.inputAtMs, powerPresent: false });
    take({ atMs: clock.nowMs() });
  };
  // A meter that has lived before this process was off in between.
  if (start.hasLived) skipToNow();
  return {
    meterPan: factory.meterPan,
    name: factory.name,
    zone: factory.zone,
    state: () => state,
    appliancesOn: () => on,
    setAppliance: (id, isOn) => {
      advance();
      if (isOn) on.add(id);
      else on.delete(id);
      advance();
      deps.changed();
    },
    advance,
    receive: (message) => {
      advance({ received: [message] });
    },
    skipToNow,
    store: () => store.save(state, false),
  };
}

function wattsOf(on: ReadonlySet<ApplianceId>): number {
  return appliances.reduce((sum, { id, watts }) => sum + (on.has(id) ? watts : 0), 0);
}

function startOf(
  factory: FactoryMeter,
  { store, clock, speed }: VirtualMeterDeps,
): { state: MeterState; hasLived: boolean } {
  const config = configOf(factory, speed);
  const stored = expectOk(store.load(factory.meterPan), `state file of meter ${factory.meterPan}`);
  const lived =
    stored ??
    (factory.initialState === undefined
      ? null
      : expectOk(restoreMeter(factory.initialState), `initial state of ${factory.meterPan}`));
  if (lived !== null) {
    const state = reconfigure({ ...lived, linkUp: false }, config);
    // A seeded life that ended long ago is not followed by weeks of use at once.
    const isStale = clock.nowMs() - lived.atMs > longestHandoverMs;
    return { state, hasLived: stored !== null || isStale };
  }
  return { state: createMeter({ config, key: factory, atMs: clock.nowMs() }), hasLived: false };
}

function configOf(factory: FactoryMeter, speed: number): MeterConfig {
  return {
    meterPan: factory.meterPan,
    zone: factory.zone,
    vulnerable: factory.vulnerable,
    lowCreditThresholdWh: Number(factory.lowCreditThresholdWh),
    protection: factory.protection,
    reconnection: factory.reconnection,
    profileIntervalMinutes: 30,
    stateReportMs: Math.max(stateReportLeastMs, Math.round(stateReportRealMs * speed)),
    resendAfterMs: Math.round(resendAfterRealMs * speed),
  };
}
