// What is odd at a home's meter besides its demand: somebody tampers with it, one of three phases
// fails. What was done is kept for the laws, which compare it with what the server was told.

import type { MeterInput, MeterState } from '@prewatt/meter';
import type { Observed, Oddity } from './observed.ts';
import { oddAt } from './traits.ts';
import type { TownHome } from './utility.ts';

type Input = Pick<
  MeterInput,
  'demandMilliWh' | 'exportMilliWh' | 'sensors' | 'phasesW' | 'voltagesV'
>;

export type OddMeters = {
  /** What the meter is given besides mains and messages. */
  readonly inputOf: (
    home: TownHome,
    o: { readonly ageMs: number; readonly demandMilliWh: number; readonly demandW: number },
  ) => Input;
  /** Keeps what was done to a meter in a step that it has taken. */
  readonly took: (
    home: TownHome,
    o: {
      readonly ageMs: number;
      readonly before: MeterState;
      readonly input: Input;
      readonly flowedMilliWh: number;
    },
  ) => void;
};

const nominalV = 230;
/** Parts of a home's load by phase. */
const shares = [6, 3, 1] as const;
const sharesWithoutSecond = [6, 0, 1] as const;

export function createOddMeters(observed: Observed): OddMeters {
  /** What held at a meter when it last took notice. */
  const noticed = new Map<TownHome, ReadonlySet<Oddity>>();
  return {
    inputOf: (home, { ageMs, demandMilliWh, demandW }) => {
      const { traits } = home;
      const { tampered, isPhaseLost } = oddAt(traits, ageMs);
      const isReverse = tampered.includes('reverseEnergy');
      const parts: readonly number[] = isPhaseLost ? sharesWithoutSecond : shares;
      const sum = parts.reduce((total, part) => total + part, 0);
      const [first, second, third] = parts.map((part) => (demandW * part) / sum);
      return {
        ...(isReverse ? { exportMilliWh: demandMilliWh } : { demandMilliWh }),
        ...(traits.tamperings === undefined
          ? {}
          : {
              sensors: {
                coverOpen: tampered.includes('coverOpened'),
                magnet: tampered.includes('magnetStarted'),
              },
            }),
        ...(traits.hasThreePhases === true
          ? {
              phasesW: [first ?? 0, second ?? 0, third ?? 0] as const,
              voltagesV: [nominalV, isPhaseLost ? 0 : nominalV, nominalV] as const,
            }
          : {}),
      };
    },
    took: (home, { ageMs, before, input, flowedMilliWh }) => {
      const { traits, meter } = home;
      if (traits.hasThreePhases === true) countPhases(observed, home, { input, flowedMilliWh });
      if (traits.tamperings === undefined && traits.losesPhase === undefined) return;
      const was = noticed.get(home) ?? new Set();
      const { tampered, isPhaseLost } = oddAt(traits, ageMs);
      // Sensors run on the battery; what flows and what is measured needs mains.
      const hasMains = meter.powerPresent;
      const isCounting = hasMains && before.powerPresent && meter.atMs > before.atMs;
      const flowsBack = (input.exportMilliWh ?? 0) > 0;
      const now = new Set(tampered.filter((what) => what !== 'reverseEnergy') as Oddity[]);
      if (isCounting ? flowsBack : was.has('reverseEnergy')) now.add('reverseEnergy');
      if (hasMains ? isPhaseLost : was.has('phaseLost')) now.add('phaseLost');
      for (const what of now) if (!was.has(what)) observed.oddities.push({ home, what });
      noticed.set(home, now);
    },
  };
}

/** By the town's own sum: what has flowed by each phase. */
function countPhases(
  observed: Observed,
  home: TownHome,
  { input, flowedMilliWh }: { readonly input: Input; readonly flowedMilliWh: number },
): void {
  const loads = input.phasesW ?? [1, 1, 1];
  const sum = loads.reduce((total, load) => total + load, 0);
  const before = observed.phaseMilliWh.get(home) ?? [0, 0, 0];
  const parts = sum === 0 ? [1 / 3, 1 / 3, 1 / 3] : loads.map((load) => load / sum);
  observed.phaseMilliWh.set(
    home,
    before.map((milliWh, place) => milliWh + flowedMilliWh * (parts[place] ?? 0)),
  );
}
