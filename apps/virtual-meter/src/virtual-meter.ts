// One meter in its home: feeds the state machine with time and load, stores its state, and passes
// messages both ways.

import {
  createMeter,
  type MeterConfig,
  type MeterInput,
  type MeterOutput,
  type MeterState,
  type RestoreError,
  reconfigure,
  restoreMeter,
  type Sensors,
  step,
} from '@prewatt/meter';
import type { DownMessage, UpMessage } from '@prewatt/protocol';
import type { Clock, Result } from '@prewatt/quantities';
import type { FactoryMeter } from './factory.ts';
import { energyBetween, type Home, powerAt } from './homes.ts';
import type { StateStore } from './state-store.ts';
import { writeWhileRoom } from './while-room.ts';

/** Loads that a person can plug in at the meter's page. */
export const appliances = [
  { id: 'kettle', label: 'Kettle', watts: 2000 },
  { id: 'oven', label: 'Oven', watts: 3000 },
  { id: 'heater', label: 'Heater', watts: 1500 },
  { id: 'geyser', label: 'Water heater', watts: 4000 },
] as const;
export type ApplianceId = (typeof appliances)[number]['id'];

/** What a person can do to a meter that it should notice. */
export const conditions = [
  { id: 'cover', label: 'Open the cover' },
  { id: 'terminalCover', label: 'Open the terminal cover' },
  { id: 'magnet', label: 'Hold a magnet to it' },
  { id: 'neutral', label: 'Disturb the neutral' },
  { id: 'bypass', label: 'Bypass the meter' },
  { id: 'solar', label: 'Feed back 5 kW' },
] as const;
export type ConditionId = (typeof conditions)[number]['id'];
const solarW = 5000;
/** What a bypassed load draws by the neutral and not by the meter. */
const bypassW = 1200;

export type VirtualMeter = {
  readonly meterPan: string;
  readonly name: string;
  readonly zone: string;
  readonly state: () => MeterState;
  readonly appliancesOn: () => ReadonlySet<ApplianceId>;
  readonly setAppliance: (id: ApplianceId, on: boolean) => void;
  readonly conditionsOn: () => ReadonlySet<ConditionId>;
  readonly setCondition: (id: ConditionId, on: boolean) => void;
  /** Moves the meter to the present, with what came in. */
  readonly advance: (input?: Omit<MeterInput, 'atMs' | 'demandMilliWh' | 'demandW'>) => MeterOutput;
  readonly receive: (message: DownMessage) => void;
  /** Mains away since the last step: time passes, nothing is counted. */
  readonly skipToNow: () => void;
  readonly store: () => void;
  /** A load that a bench puts on it, besides all others. */
  readonly setLoadW: (watts: number) => void;
  readonly hasPower: () => boolean;
  /** The disk is full: what comes has not happened, until there is room. */
  readonly standsStill: () => boolean;
  /** The mains goes away: what is not stored is forgotten, and nothing is heard or said. */
  readonly cutPower: () => void;
  readonly restorePower: () => void;
  /** The mains goes away at this moment of the next token. */
  readonly cutAt: (moment: CutMoment) => void;
};

/** Where in the handling of a token the mains goes away. */
export const cutMoments = ['beforeStored', 'beforeAnswer', 'afterAnswer'] as const;
export type CutMoment = (typeof cutMoments)[number];

export type VirtualMeterDeps = {
  readonly clock: Clock;
  readonly store: StateStore;
  readonly send: (message: UpMessage) => void;
  readonly changed: () => void;
  /** The disk cannot take the meter's state, which stands still meanwhile; or it can again. */
  readonly onDiskFull: (meterPan: string, full: boolean) => void;
  /** The mains went away at the moment that a bench had asked for. */
  readonly onDark?: () => void;
  /** Absent: the meter as it is; a bench that plants faults hands in another. */
  readonly step?: typeof step;
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
  const { clock } = deps;
  const start = startOf(factory, deps);
  const load = createLoad(factory, home);
  const { on, holds } = load;
  const memory = createMemory(start.state, { factory, deps });
  const { state, take } = memory;
  const advance: VirtualMeter['advance'] = (input = {}) => {
    const atMs = clock.nowMs();
    const demandW = load.demandW(atMs);
    return take({
      ...input,
      atMs,
      ...load.flowsSince(state().inputAtMs, atMs),
      demandW,
      ...(factory.phases === 3 ? threePhases(demandW) : {}),
      sensors: sensorsOf(holds),
    });
  };
  const skipToNow = () => {
    take({ atMs: state().inputAtMs, powerPresent: false });
    take({ atMs: clock.nowMs() });
  };
  // A meter that has lived before this process was off in between.
  if (start.hasLived) skipToNow();
  return {
    meterPan: factory.meterPan,
    name: factory.name,
    zone: factory.zone,
    state,
    appliancesOn: () => on,
    setAppliance: (id, isOn) => {
      advance();
      if (isOn) on.add(id);
      else on.delete(id);
      advance();
      deps.changed();
    },
    conditionsOn: () => holds,
    setCondition: (id, holdsNow) => {
      advance();
      if (holdsNow) holds.add(id);
      else holds.delete(id);
      advance();
      deps.changed();
    },
    advance,
    receive: (message) => {
      advance({ received: [message] });
    },
    skipToNow,
    store: memory.store,
    standsStill: memory.standsStill,
    setLoadW: (watts) => {
      advance();
      load.setBenchW(watts);
      advance();
    },
    ...{ hasPower: memory.hasPower, cutPower: memory.cutPower, cutAt: memory.cutAt },
    restorePower: () => {
      if (memory.hasPower()) return;
      memory.giveBackPower();
      skipToNow();
    },
  };
}

/** The meter's state: each step of it stored before anything leaves; and what the mains takes. */
function createMemory(
  first: MeterState,
  { factory, deps }: { readonly factory: FactoryMeter; readonly deps: VirtualMeterDeps },
) {
  let state = first;
  let isStill = false;
  const keep = writeWhileRoom((isFull) => {
    isStill = isFull;
    deps.onDiskFull(factory.meterPan, isFull);
    deps.changed();
  });
  const stepOn = deps.step ?? step;
  let hasPower = true;
  let cutMoment: CutMoment | null = null;
  const cutPower = (): void => {
    if (!hasPower) return;
    hasPower = false;
    cutMoment = null;
    state = startOf(factory, deps).state;
    deps.changed();
  };
  /** Whether this is the moment at which the mains goes away; then it is gone. */
  const isDark = (moment: CutMoment, isToken: boolean): boolean => {
    if (!isToken || moment !== cutMoment) return false;
    cutPower();
    deps.onDark?.();
    return true;
  };
  const take = (input: MeterInput): MeterOutput => {
    if (!hasPower) return nothingHappened;
    const { state: next, outputs } = stepOn(state, input);
    // Stored before anything leaves; what credit hangs on is forced to the disk. What cannot be
    // stored has not happened: nobody is told of it, and it is asked again.
    const isToken = outputs.events.some((event) => event.code === 'token');
    if (isDark('beforeStored', isToken)) return nothingHappened;
    if (outputs.mustStore && !keep(() => deps.store.save(next, isToken))) return nothingHappened;
    if (isDark('beforeAnswer', isToken)) return nothingHappened;
    state = next;
    for (const message of outputs.messages) deps.send(message);
    if (outputs.mustStore) deps.changed();
    isDark('afterAnswer', isToken);
    return outputs;
  };
  return {
    ...{ take, cutPower, state: () => state, hasPower: () => hasPower },
    standsStill: () => isStill,
    store: () => void (hasPower && keep(() => deps.store.save(state, false))),
    giveBackPower: () => {
      hasPower = true;
    },
    cutAt: (moment: CutMoment) => {
      cutMoment = moment;
    },
  };
}

const nothingHappened: MeterOutput = {
  ...{
    messages: [],
    events: [],
    flowedMilliWh: 0,
    keypadOutcome: null,
    card: null,
    promiseTaken: null,
    mustStore: false,
  },
};

/** What the home and what a person plugged in or did to the meter draw, and feed back. */
function createLoad({ zone, profileOffsetDays: offsetDays }: FactoryMeter, home: Home) {
  const on = new Set<ApplianceId>();
  const holds = new Set<ConditionId>();
  /** Watt-milliseconds of appliances that did not make a whole milliwatt-hour yet. */
  let carry = 0;
  let benchW = 0;
  const addedW = (): number => benchW + wattsOf(on) - (holds.has('solar') ? solarW : 0);
  return {
    on,
    holds,
    setBenchW: (watts: number): void => {
      benchW = watts;
    },
    demandW: (atMs: number): number =>
      Math.max(0, powerAt(home, { atMs, zone, offsetDays }) + addedW()),
    /** What the home took and gave in a span: the net of load and feeding back. */
    flowsSince: (
      fromMs: number,
      toMs: number,
    ): { readonly demandMilliWh: number; readonly exportMilliWh: number } => {
      if (toMs <= fromMs) return { demandMilliWh: 0, exportMilliWh: 0 };
      const raw = addedW() * (toMs - fromMs) + carry;
      carry = raw % 3600;
      const net = energyBetween(home, { fromMs, toMs, zone, offsetDays }) + (raw - carry) / 3600;
      return { demandMilliWh: Math.max(0, net), exportMilliWh: Math.max(0, -net) };
    },
  };
}

/** A home's load on three phases: half, a third, and the rest. */
function threePhases(demandW: number): Pick<MeterInput, 'phasesW' | 'voltagesV'> {
  const [first, second] = [Math.floor(demandW / 2), Math.floor(demandW / 3)];
  return { phasesW: [first, second, demandW - first - second], voltagesV: [231, 229, 230] };
}

function sensorsOf(holds: ReadonlySet<ConditionId>): Sensors {
  return {
    coverOpen: holds.has('cover'),
    terminalCoverOpen: holds.has('terminalCover'),
    magnet: holds.has('magnet'),
    neutralDisturbed: holds.has('neutral'),
    neutralDifferenceW: holds.has('bypass') ? bypassW : 0,
  };
}

function wattsOf(on: ReadonlySet<ApplianceId>): number {
  return appliances.reduce((sum, { id, watts }) => sum + (on.has(id) ? watts : 0), 0);
}

/** Throws an error that says what to do: a meter must not guess its credit. */
function trusted<T>(restored: Result<T, RestoreError>, meterPan: string): T {
  if (restored.ok) return restored.value;
  throw new Error(
    restored.error === 'schema-version'
      ? `meter ${meterPan}: its state is of an older version; start with a new data folder`
      : `meter ${meterPan}: its state cannot be trusted (${restored.error}); restore its files`,
  );
}

function startOf(
  factory: FactoryMeter,
  { store, clock, speed }: VirtualMeterDeps,
): { state: MeterState; hasLived: boolean } {
  const config = configOf(factory, speed);
  const stored = trusted(store.load(factory.meterPan), factory.meterPan);
  const lived =
    stored ??
    (factory.initialState === undefined
      ? null
      : trusted(restoreMeter(factory.initialState), factory.meterPan));
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
    medical: factory.medical,
    convertedAtMs: factory.convertedAtMs ?? null,
    lowCreditThresholdWh: Number(factory.lowCreditThresholdWh),
    protection: factory.protection,
    reconnection: factory.reconnection,
    phases: factory.phases,
    exportAllowed: factory.exportAllowed,
    tamperOpensSwitch: factory.tamperOpensSwitch,
    ...(factory.reserve === undefined ? {} : { reserve: factory.reserve }),
    profileIntervalMinutes: factory.profileIntervalMinutes,
    stateReportMs: Math.max(stateReportLeastMs, Math.round(stateReportRealMs * speed)),
    resendAfterMs: Math.round(resendAfterRealMs * speed),
  };
}
