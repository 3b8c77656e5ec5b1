// A circuit of street lamps behind a contactor: on while its dim programme says a level, by the
// clock and by the sun of its place, with no link. What the utility said last (`setLights`) goes
// before the site's file; a crossing that either of them protects is protected.

import { minuteMs } from '@prewatt/quantities';
import {
  type CircuitRules,
  circuitIn,
  faultOf,
  type LampFault,
  type LampReading,
  type LevelDue,
  type Night,
  nightDateAt,
  nightOf,
} from '@prewatt/street-light';
import type { ChannelSetting } from './site.ts';

export type LampCircuit = {
  /** What its contactor is to be now; `hasCredit` is what its prepaid meter says. */
  readonly isWanted: (hasCredit: boolean, nowMs: number) => boolean;
  /** Why it is on or off. */
  readonly because: (hasCredit: boolean, nowMs: number) => LevelDue['because'];
  /** True while it goes by what the utility said. */
  readonly isByUtility: () => boolean;
  /** True when what it goes by has switched since this was asked last. */
  readonly hasTurned: (nowMs: number) => boolean;
  /** Of a reading, while its contactor is to be `isOn`. */
  readonly take: (o: {
    readonly powerW: number;
    readonly isOn: boolean;
    readonly nowMs: number;
  }) => void;
  /** What its power says of it, as of one lamp; null: nothing is wrong, or not known yet. */
  readonly fault: () => LampFault | null;
};

type Setting = NonNullable<ChannelSetting['lights']>;
type Order = CircuitRules & Pick<Setting, 'latitudeMicroDeg' | 'longitudeMicroDeg' | 'programme'>;

/** Readings come each minute; a meter that was silent for longer says nothing of the lamps. */
const silentAfterMs = 15 * minuteMs;
const readingsKept = 64;

/** `said`: the utility's word that its meter keeps; null while there is none. */
export function createLampCircuit(
  setting: Setting,
  { zone, said }: { readonly zone: string; readonly said: () => Order | null },
): LampCircuit {
  const own: Order = { ...setting, overrides: [], dimToPercent: null };
  const orderNow = (): Order => {
    const order = said();
    return order === null ? own : { ...order, isProtected: order.isProtected || own.isProtected };
  };
  let known: { readonly date: string; readonly of: Order | null; readonly night: Night } | null =
    null;
  const nightAt = (nowMs: number): Night => {
    const date = nightDateAt(nowMs, zone);
    const of = said();
    if (known?.date === date.toString() && known.of === of) return known.night;
    const order = orderNow();
    const night = nightOf({ place: order, zone, programme: order.programme }, date);
    known = { date: date.toString(), of, night };
    return night;
  };
  const dueAt = (hasCredit: boolean, atMs: number): LevelDue =>
    circuitIn(nightAt(atMs), orderNow(), { hasCredit, atMs });
  const isWanted = (hasCredit: boolean, nowMs: number): boolean =>
    dueAt(hasCredit, nowMs).levelPercent > 0;
  let before: boolean | null = null;
  let since: { readonly isOn: boolean; readonly atMs: number } | null = null;
  let readings: readonly LampReading[] = [];
  let fault: LampFault | null = null;
  return {
    isWanted,
    because: (hasCredit, nowMs) => dueAt(hasCredit, nowMs).because,
    isByUtility: () => said() !== null,
    hasTurned: (nowMs) => {
      const now = isWanted(true, nowMs);
      const hasTurned = before !== null && before !== now;
      before = now;
      return hasTurned;
    },
    fault: () => fault,
    take: ({ powerW, isOn, nowMs }) => {
      if (since?.isOn !== isOn) since = { isOn, atMs: nowMs };
      const levelPercent = isOn ? 100 : 0;
      readings = [...readings, { atMs: nowMs, levelPercent, milliW: powerW * 1_000 }].slice(
        -readingsKept,
      );
      fault = faultOf({
        lamp: { fullMilliW: setting.fullW * 1_000, standbyMilliW: 1_000 },
        ...{ readings, levelSinceMs: since.atMs, nowMs, silentAfterMs },
      });
    },
  };
}
