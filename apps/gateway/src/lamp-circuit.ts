// A circuit of street lamps behind a contactor: on while its dim programme says a level, by the
// clock and by the sun of its place, with no link. A contactor cannot dim: a level is on or off.

import { minuteMs } from '@prewatt/quantities';
import {
  faultOf,
  type LampFault,
  type LampReading,
  nightDateAt,
  nightOf,
} from '@prewatt/street-light';
import type { ChannelSetting } from './site.ts';

export type LampCircuit = {
  /** What its contactor is to be now; `hasCredit` is what its prepaid meter says. */
  readonly isWanted: (hasCredit: boolean, nowMs: number) => boolean;
  /** True when the programme has switched since this was asked last. */
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
type Span = { readonly fromMs: number; readonly toMs: number };

/** Readings come each minute; a meter that was silent for longer says nothing of the lamps. */
const silentAfterMs = 15 * minuteMs;
const readingsKept = 64;

export function createLampCircuit(setting: Setting, zone: string): LampCircuit {
  const { fullW, onFromPercent, isProtected } = setting;
  let night: { readonly date: string; readonly lit: readonly Span[]; readonly dark: Span | null } =
    {
      ...{ date: '', lit: [], dark: null },
    };
  const nightAt = (nowMs: number): typeof night => {
    const date = nightDateAt(nowMs, zone);
    if (date.toString() === night.date) return night;
    const { stretches, dark } = nightOf(
      { place: setting, zone, programme: setting.programme },
      date,
    );
    const lit = stretches.filter(({ levelPercent }) => levelPercent >= onFromPercent);
    night = { date: date.toString(), lit, dark };
    return night;
  };
  const isIn = (spans: readonly Span[], nowMs: number): boolean =>
    spans.some(({ fromMs, toMs }) => nowMs >= fromMs && nowMs < toMs);
  const isWanted = (hasCredit: boolean, nowMs: number): boolean => {
    const { lit, dark } = nightAt(nowMs);
    if (isProtected && dark !== null && isIn([dark], nowMs)) return true;
    return hasCredit && isIn(lit, nowMs);
  };
  let before: boolean | null = null;
  let since: { readonly isOn: boolean; readonly atMs: number } | null = null;
  let readings: readonly LampReading[] = [];
  let fault: LampFault | null = null;
  return {
    isWanted,
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
        lamp: { fullMilliW: fullW * 1_000, standbyMilliW: 1_000 },
        ...{ readings, levelSinceMs: since.atMs, nowMs, silentAfterMs },
      });
    },
  };
}
