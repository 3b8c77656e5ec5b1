// From the register of a meter to what its channel has to count now. A register that went back, or
// leapt further than the home can have used, is not believed at once, and never charged unseen.

import type { MeterState } from '@prewatt/meter';
import type { RegisterBase, RegisterBaseStore } from './register-base.ts';
import type { ChannelSetting } from './site.ts';

export type CountingTrouble =
  /** The register went back and stays there: counting goes on from where it is now. */
  | 'registerWentBack'
  /** More than the home can have used: nothing is counted until a technician has looked. */
  | 'registerLeapt'
  /** Another meter is on the bus: counting goes on with its register. */
  | 'meterExchanged';

export type Counting = {
  readonly take: (now: {
    readonly importWh: number;
    readonly state: MeterState;
    readonly atMs: number;
  }) => { readonly demandMilliWh: number | null; readonly trouble: CountingTrouble | null };
  readonly fellSilent: (sinceMs: number) => void;
  readonly silentSinceMs: () => number | null;
};

/** So many readings must agree before a register that went back is believed. */
const believedAfter = 3;
/** What a reading may be late by, when a leap is judged. */
const slackMs = 120_000;
/** A register that holds so much of its range may begin again at zero. */
const nearItsEnd = 0.9;

export function createCounting(
  setting: ChannelSetting,
  { bases, startedAtMs }: { readonly bases: RegisterBaseStore; readonly startedAtMs: number },
): Counting {
  const { meterPan } = setting;
  const meter = [setting.bus, setting.address, setting.map, setting.meterSerial].join(' ');
  let base = bases.load(meterPan);
  /**
   * The newest reading that was believed. A leap is judged from it, not from what the meter has
   * counted: while its clock stands (it was ahead, and was put right) or nothing can be stored, it
   * counts nothing, and what waits is no leap.
   */
  let believed: { readonly milliWh: number; readonly atMs: number } | null = null;
  const startMs = base?.silentSinceMs ?? startedAtMs;
  let wentBack = 0;
  let hasLeapt = false;
  const put = (next: RegisterBase): void => {
    base = next;
    bases.save(meterPan, next);
  };
  const begin = (physicalMilliWh: number, state: MeterState): void =>
    put({ meter, offsetMilliWh: physicalMilliWh - countedOf(state), silentSinceMs: null });
  return {
    take: ({ importWh, state, atMs }) => {
      const physical = importWh * 1000;
      const accept = (demandMilliWh: number, trouble: CountingTrouble | null) => {
        believed = { milliWh: physical, atMs };
        wentBack = 0;
        hasLeapt = false;
        if (base !== null && base.silentSinceMs !== null) put({ ...base, silentSinceMs: null });
        return { demandMilliWh, trouble };
      };
      if (base === null || base.meter !== meter) {
        const isNew = base === null;
        begin(physical, state);
        return accept(0, isNew ? null : 'meterExchanged');
      }
      const delta = physical - base.offsetMilliWh - countedOf(state);
      if (delta < 0) {
        const wrapped = wrapOf(setting, physical, delta);
        if (wrapped !== null) {
          put({ ...base, offsetMilliWh: base.offsetMilliWh - wrapped });
          return accept(delta + wrapped, null);
        }
        wentBack += 1;
        if (wentBack < believedAfter) return { demandMilliWh: null, trouble: null };
        begin(physical, state);
        return accept(0, 'registerWentBack');
      }
      const moved = believed === null ? delta : physical - believed.milliWh;
      if (moved > mostMilliWh(setting, atMs - (believed?.atMs ?? startMs))) {
        const trouble = hasLeapt ? null : 'registerLeapt';
        hasLeapt = true;
        return { demandMilliWh: null, trouble };
      }
      return accept(delta, null);
    },
    fellSilent: (sinceMs) => {
      if (base !== null && base.silentSinceMs === null) put({ ...base, silentSinceMs: sinceMs });
    },
    silentSinceMs: () => base?.silentSinceMs ?? null,
  };
}

/** All that the meter of the channel has counted, or holds until its clock goes on. */
export const countedOf = ({ importMilliWh, heldMilliWh }: MeterState): number =>
  importMilliWh + heldMilliWh;

/** Watts over milliseconds, in milliwatt-hours. */
const mostMilliWh = ({ maximumPowerW }: ChannelSetting, elapsedMs: number): number =>
  (maximumPowerW * (Math.max(0, elapsedMs) + slackMs)) / 3600;

/** The range of a register that was near its end and is near zero now; null: it was not. */
function wrapOf(
  { wrapsAtWh }: ChannelSetting,
  physicalMilliWh: number,
  delta: number,
): number | null {
  if (wrapsAtWh === undefined) return null;
  const range = wrapsAtWh * 1000;
  const before = physicalMilliWh - delta;
  return before > range * nearItsEnd && physicalMilliWh < range * (1 - nearItsEnd) ? range : null;
}
