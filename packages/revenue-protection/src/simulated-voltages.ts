// Voltages at the meters of made-up homes: what comes down the line above, less what each phase's
// load drops on the way to each home, with the shift of the neutral, the meter's own error and its
// resolution of a tenth of a volt.

import type { TrueLoad } from './simulated-areas.ts';
import { createStream } from './trees.ts';
import type { VoltageHome, VoltagePhase } from './voltage-placement.ts';

const phases: readonly VoltagePhase[] = ['L1', 'L2', 'L3'];

export type VoltageOptions = {
  readonly seed: number;
  readonly homesPerPhase: number;
  /** Parts of the homes: listed elsewhere than they are, or with no phase, or with no node. */
  readonly wrongShare: number;
  readonly phaselessShare: number;
  readonly unplacedShare: number;
  /** Part of the readings that did not come. */
  readonly missingShare: number;
};

export type SimulatedVoltages = {
  /** As they are listed. */
  readonly homes: readonly VoltageHome[];
  /** Where they are. */
  readonly truth: ReadonlyMap<
    string,
    { readonly nodeId: string; readonly phase: VoltagePhase; readonly isWrong: boolean }
  >;
};

type At = { readonly nodeId: string; readonly phase: VoltagePhase };

/** Loads in their order: so many to each phase of each transformer. */
export function simulateVoltages(loads: readonly TrueLoad[], o: VoltageOptions): SimulatedVoltages {
  const random = createStream(o.seed * 6007 + 3);
  const at = loads.map((_, i): At => {
    const nth = Math.floor(i / o.homesPerPhase);
    return { nodeId: `T-${Math.floor(nth / 3) + 1}`, phase: phases[nth % 3] ?? 'L1' };
  });
  const volts = voltsOf(loads, { at, random });
  const truth = new Map<string, At & { isWrong: boolean }>();
  const homes = loads.map(({ homeId }, i): VoltageHome => {
    const own = at[i] ?? { nodeId: 'T-1', phase: 'L1' };
    const listed = listedAs(own, { ...o, all: at, random });
    const isWrong =
      listed.nodeId !== null &&
      listed.phase !== null &&
      (listed.nodeId !== own.nodeId || listed.phase !== own.phase);
    truth.set(homeId, { ...own, isWrong });
    const deciVolts = (volts[i] ?? new Float64Array(0)).map((volt) =>
      random() < o.missingShare ? -1 : Math.round(volt * 10),
    );
    return { homeId, ...listed, deciVolts: Int32Array.from(deciVolts) };
  });
  return { homes, truth };
}

function listedAs(
  own: At,
  o: VoltageOptions & { readonly all: readonly At[]; readonly random: () => number },
): Pick<VoltageHome, 'nodeId' | 'phase'> {
  const chance = o.random();
  if (chance < o.unplacedShare) return { nodeId: null, phase: null };
  if (chance < o.unplacedShare + o.phaselessShare) return { nodeId: own.nodeId, phase: null };
  if (chance >= o.unplacedShare + o.phaselessShare + o.wrongShare) return own;
  // Half of the errors are another phase of the same transformer.
  const others = o.all.filter(({ nodeId, phase }) =>
    (chance * 1000) % 2 < 1 ? nodeId === own.nodeId && phase !== own.phase : nodeId !== own.nodeId,
  );
  return others[Math.floor(o.random() * others.length)] ?? own;
}

const nominal = 235;
const halfHourOhmsPerWh = 2 / 230;

function voltsOf(
  loads: readonly TrueLoad[],
  o: { readonly at: readonly At[]; readonly random: () => number },
): Float64Array[] {
  const { at, random } = o;
  const length = loads[0]?.wh.length ?? 0;
  const above = new Float64Array(length);
  let slow = 0;
  for (let t = 0; t < length; t += 1) {
    slow = 0.97 * slow + 0.6 * (random() - 0.5);
    above[t] = nominal + slow + 1.2 * (random() - 0.5);
  }
  const current = new Map<string, Float64Array>();
  loads.forEach(({ wh }, i) => {
    const key = `${at[i]?.nodeId} ${at[i]?.phase}`;
    const sum = current.get(key) ?? new Float64Array(length);
    wh.forEach((each, t) => {
      sum[t] = (sum[t] ?? 0) + each * halfHourOhmsPerWh;
    });
    current.set(key, sum);
  });
  return loads.map(({ wh }, i) => {
    const { nodeId = '', phase = 'L1' } = at[i] ?? {};
    const own = current.get(`${nodeId} ${phase}`) ?? new Float64Array(length);
    const others = phases.filter((each) => each !== phase);
    const way = 0.3 + 0.7 * random();
    const [line, service, error] = [0.12 * way, 0.02 + 0.06 * random(), 2 * (random() - 0.5)];
    return Float64Array.from({ length }, (_, t) => {
      // What flows in the other phases lifts this one, through the neutral.
      const lift = others.reduce(
        (sum, each) => sum + (current.get(`${nodeId} ${each}`)?.[t] ?? 0),
        0,
      );
      const ownDrop = service * (wh[t] ?? 0) * halfHourOhmsPerWh;
      const noise = 0.6 * (random() - 0.5);
      return (above[t] ?? 0) - line * ((own[t] ?? 0) - 0.2 * lift) - ownDrop + error + noise;
    });
  });
}
