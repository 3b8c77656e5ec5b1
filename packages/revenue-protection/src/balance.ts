// The energy balance of an area: what came in, what its meters counted, what its lines lose, and
// what is left unexplained, with a range. By the whole span, by day and by interval.

import { type AreaReadings, type PreparedArea, prepareArea } from './readings.ts';
import { fitTechnicalLoss, type LossFit, type LossPrior, usualLosses } from './technical-loss.ts';

/**
 * In the order of the checks; each with words for a person in `balanceText`.
 * - wrongTopology: the list of the network contradicts itself: a circle, or a home listed twice.
 * - noFeederMeter: nothing to hold the homes against.
 * - noHomes, oneHome: a loss could be nobody's, or would name a home by itself.
 * - tooFewReadings: less than a week, half of the homes were never read, or most of the energy is
 *   filled in for silent meters.
 * - negativeLoss: the homes count more than came in: a wrong topology, clock or ratio.
 * - unexplainedLoss: above technical loss by more than its range.
 * - balanced: within the range.
 */
export const balanceStates = [
  'wrongTopology',
  'noFeederMeter',
  'noHomes',
  'oneHome',
  'tooFewReadings',
  'negativeLoss',
  'unexplainedLoss',
  'balanced',
] as const;
export type BalanceState = (typeof balanceStates)[number];

export const balanceText: Readonly<Record<BalanceState, string>> = {
  wrongTopology:
    'The list of the network contradicts itself here: a node hangs on itself, or a home is listed twice. Mend the list first.',
  noFeederMeter: 'The area has no meter of its own: losses cannot be told here.',
  noHomes: 'No home is known behind this meter.',
  oneHome: 'One home alone is behind this meter: a loss here is looked at by hand.',
  tooFewReadings: 'Too few readings to balance: wait for late meters, or look at the silent ones.',
  negativeLoss:
    'The homes count more than came in: look at which homes belong here, at clocks and at ratios.',
  unexplainedLoss: 'More is missing than lines and transformer can lose.',
  balanced: 'What came in was counted, or lost in lines and transformer as usual.',
};

/** All energies are whole Wh. Where a state says that nothing can be told, they are null. */
export type BalanceParts = {
  readonly energyInWh: bigint;
  /** Read by meters. */
  readonly meteredWh: bigint;
  /** Put in for silent meters from their usual day: not theft, and not known either. */
  readonly estimatedWh: bigint;
  readonly technicalLossWh: bigint;
  /** 95 of 100 times the technical loss is within this of it. */
  readonly technicalRangeWh: bigint;
  readonly unexplainedWh: bigint;
  /** 95 of 100 times between these, by the fit, the meter and what was put in. */
  readonly unexplainedLowWh: bigint;
  readonly unexplainedHighWh: bigint;
};

export type AreaBalance = {
  readonly areaId: string;
  readonly state: BalanceState;
  readonly total: BalanceParts | null;
  /** By day; null where the feeder was not read for most of the day. */
  readonly days: readonly (BalanceParts | null)[];
  /** Unexplained Wh of each interval; null where it cannot be told. Empty without a balance. */
  readonly unexplainedWh: readonly (number | null)[];
  /** Intervals without supply, left out of the balance. */
  readonly outageIntervals: number;
};

const fewestDays = 7;
/** The systematic part of the range: ratio errors of meters do not average out. */
const ratioError = 0.005;

export function balanceOfArea(area: AreaReadings, prior: LossPrior = usualLosses): AreaBalance {
  const prepared = prepareArea(area);
  return balanceOf(prepared, fitTechnicalLoss(prepared, prior));
}

export function balanceOf(prepared: PreparedArea, loss: LossFit | null): AreaBalance {
  const { area, outage } = prepared;
  const outageIntervals = outage.reduce((sum, one) => sum + one, 0);
  const bare = (state: BalanceState) => untold(area.areaId, { state, outageIntervals });
  if (area.feederWh === null) return bare('noFeederMeter');
  if (prepared.homeCount === 0) return bare('noHomes');
  if (loss === null) return bare('tooFewReadings');
  const total = partsOf(prepared, loss, { from: 0, to: prepared.intervals, known: 0 });
  if (total === null) return bare('tooFewReadings');
  const perDay = Math.max(1, Math.trunc(area.intervalsPerDay));
  const days = Array.from({ length: prepared.days }, (_, day) =>
    partsOf(prepared, loss, { from: day * perDay, to: (day + 1) * perDay, known: perDay / 2 }),
  );
  const unexplainedWh = Array.from({ length: prepared.intervals }, (_, t) => {
    const wh = unexplainedAt(prepared, loss, t);
    return wh === null ? null : Math.round(wh);
  });
  const state = stateOf(prepared, total);
  return { areaId: area.areaId, state, total, days, unexplainedWh, outageIntervals };
}

const untold = (
  areaId: string,
  o: { readonly state: BalanceState; readonly outageIntervals: number },
): AreaBalance => ({ areaId, ...o, total: null, days: [], unexplainedWh: [] });

/** Of an area whose homes cannot be told from the list: nothing is calculated, nobody accused. */
export const wrongTopologyAt = (areaId: string): AreaBalance =>
  untold(areaId, { state: 'wrongTopology', outageIntervals: 0 });

function stateOf(prepared: PreparedArea, total: BalanceParts): BalanceState {
  if (prepared.homeCount === 1) return 'oneHome';
  const counted = total.meteredWh + total.estimatedWh;
  if (isMostlySilent(prepared)) return 'tooFewReadings';
  if (prepared.days < fewestDays || total.estimatedWh * 2n > counted) return 'tooFewReadings';
  // Below zero even before technical loss, by more than two meters' ratio errors.
  if (counted * 100n > total.energyInWh * 101n) return 'negativeLoss';
  return total.unexplainedLowWh > 0n ? 'unexplainedLoss' : 'balanced';
}

/** Those that are read say too little of the others. */
export const isMostlySilent = ({ homeCount, silentCount }: PreparedArea): boolean =>
  homeCount > 0 && silentCount * 2 >= homeCount;

/** What the feeder's reading leaves when homes and technical loss are taken away. */
function unexplainedAt(prepared: PreparedArea, loss: LossFit, t: number): number | null {
  if (!Number.isFinite(loss.deviation[t] ?? Number.NaN)) return null;
  const lost = loss.fixedWh + loss.resistive * (loss.square[t] ?? 0);
  return (prepared.feeder?.[t] ?? 0) - (prepared.metered[t] ?? 0) - lost;
}

function partsOf(
  prepared: PreparedArea,
  loss: LossFit,
  o: { readonly from: number; readonly to: number; readonly known: number },
): BalanceParts | null {
  let energyIn = 0;
  let counted = 0;
  let estimated = 0;
  let squares = 0;
  let variance = 0;
  let known = 0;
  for (let t = o.from; t < o.to; t += 1) {
    const sd = loss.deviation[t] ?? Number.POSITIVE_INFINITY;
    if (!Number.isFinite(sd)) continue;
    known += 1;
    energyIn += prepared.feeder?.[t] ?? 0;
    counted += prepared.metered[t] ?? 0;
    estimated += prepared.filled[t] ?? 0;
    squares += loss.square[t] ?? 0;
    variance += sd * sd;
  }
  if (known === 0 || known < o.known) return null;
  const technical = loss.fixedWh * known + loss.resistive * squares;
  const [ff, fr, rr] = loss.covariance;
  const ofFit = ff * known ** 2 + 2 * fr * known * squares + rr * squares ** 2;
  const ofRatio = (ratioError * energyIn) ** 2;
  // Filled-in hours of one silent meter err together, so their error does not average out.
  const ofFilled = (0.3 * estimated) ** 2;
  // What silent homes use is known by others alone.
  const ofSilent = (0.6 * counted * (prepared.silentCount / Math.max(1, prepared.homeCount))) ** 2;
  const range = 1.96 * Math.sqrt(Math.max(0, ofFit) + variance + ofRatio + ofFilled + ofSilent);
  const unexplained = energyIn - counted - technical;
  const whole = (wh: number): bigint => BigInt(Math.round(wh));
  return {
    energyInWh: whole(energyIn),
    meteredWh: whole(counted - estimated),
    estimatedWh: whole(estimated),
    technicalLossWh: whole(technical),
    technicalRangeWh: whole(1.96 * Math.sqrt(Math.max(0, ofFit))),
    unexplainedWh: whole(unexplained),
    unexplainedLowWh: whole(unexplained - range),
    unexplainedHighWh: whole(unexplained + range),
  };
}
