// How long money lasts, where credit is money: the home's expected use run forward under the
// prices to come, hour by hour, so that a block that changes at the start of a month, a standing
// charge and a dear evening are met when they fall due. Prices are handed in; this knows none.

import { type Forecast, presentEnd, presentUseMs, withPower } from './forecast.ts';
import { localHourClock } from './local-hours.ts';
import { type RangeWidths, unrestOf, usualWidths } from './range.ts';
import { type UsageInterval, type UsageModel, usageModel } from './usage-model.ts';

/** Use of one hour of the wall clock, or of the part of it that lies ahead. */
export type HourOfUse = {
  readonly startsAtMs: number;
  readonly endsAtMs: number;
  readonly energyWh: bigint;
};

/** What use costs; `Position` is where the month stands, and is the caller's. */
export type Pricing<Position> = {
  readonly start: Position;
  /**
   * Hours of one civil day, in order, with the charges that fall due in them, in millionths of a
   * minor unit; null when there is no price for that day.
   */
  readonly cost: (
    position: Position,
    hours: readonly HourOfUse[],
  ) => { readonly micro: bigint; readonly position: Position } | null;
};

type Ask<Position> = {
  readonly history: readonly UsageInterval[];
  readonly nowMs: number;
  /** From where on use has not been charged yet; `nowMs` when left out. */
  readonly sinceMs?: number;
  readonly zone: string;
  readonly pricing: Pricing<Position>;
};

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
/** Prices are not known further ahead than this; who has more, has much. */
const horizonDays = 92;
/** An hour in which money ends is looked into in so many steps; the step before it is said. */
const stepsOfHour = 12n;

/**
 * When the money will be used up; null without half a day of history, or when a day ahead has no
 * price and none before it had. Never more than 92 days ahead. More money never ends sooner.
 */
export function forecastMoney<Position>(
  o: Ask<Position> & {
    readonly availableMicro: bigint;
    readonly powerW?: number | null;
    readonly widths?: RangeWidths;
  },
): Forecast | null {
  const model = usageModel(o.history, o);
  if (model === null || model.dailyWh <= 0) return null;
  const untilMs = o.nowMs + horizonDays * dayMs;
  const powerW = o.powerW ?? null;
  const { early, late } = o.widths ?? usualWidths;
  const ends = ([null, { early }, { late }] as const).map((side) =>
    endOf(pathOf(model, { ...o, side, untilMs, powerW: null, staysW: null }), o),
  );
  const [expected, earliest, latest] = ends.map((end) => end && Math.max(end, o.nowMs));
  if (expected == null || earliest == null || latest == null) return null;
  const earliestAtMs = Math.min(earliest, expected);
  return {
    expectedAtMs: expected,
    earliestAtMs,
    latestAtMs: Math.max(latest, expected),
    atPresentUseMs:
      powerW === null || powerW <= 0
        ? null
        : presentMoneyEnd(model, { ...o, powerW, earliestAtMs, expectedAtMs: expected }),
  };
}

function presentMoneyEnd<Position>(
  model: UsageModel,
  o: Ask<Position> & {
    readonly availableMicro: bigint;
    readonly powerW: number;
    readonly earliestAtMs: number;
    readonly expectedAtMs: number;
  },
): number | null {
  const untilMs = o.nowMs + presentUseMs + hourMs;
  const path = pathOf(model, { ...o, side: null, untilMs, powerW: null, staysW: o.powerW });
  const end = endOf(path, o);
  // Use that is not charged yet may have spent it all: it ends now, and not as usual.
  return presentEnd({ ...o, lastsMs: end === null ? null : Math.max(1, end - o.nowMs) });
}

/**
 * What is expected to be spent until then, in millionths of a minor unit; null as above. `staysW`:
 * at this power all the time, instead of as usual.
 */
export function expectedCostMicro<Position>(
  o: Ask<Position> & {
    readonly untilMs: number;
    readonly powerW?: number | null;
    readonly staysW?: number | null;
  },
): bigint | null {
  const model = usageModel(o.history, o);
  if (model === null) return null;
  let spent = 0n;
  const purse = createPurse(o.pricing);
  for (const day of pathOf(model, {
    ...o,
    side: null,
    powerW: o.powerW ?? null,
    staysW: o.staysW ?? null,
  })) {
    const bill = purse(day);
    if (bill === null) return null;
    spent += bill.micro;
    bill.pay();
  }
  return spent;
}

/** Which end of the range, and how many unrests it lies away; null is the middle. */
type Side = { readonly early: number } | { readonly late: number } | null;

/** The use ahead by civil days, in whole watt-hours that add up. */
function* pathOf(
  model: UsageModel,
  o: {
    readonly nowMs: number;
    readonly sinceMs?: number;
    readonly untilMs: number;
    readonly zone: string;
    readonly side: Side;
    readonly powerW: number | null;
    /** Power that stays, instead of the usual use. */
    readonly staysW: number | null;
  },
): Generator<HourOfUse[]> {
  const clock = localHourClock(o.zone);
  let day: HourOfUse[] = [];
  const fromMs = Math.min(o.nowMs, o.sinceMs ?? o.nowMs);
  let civilDay = Math.floor(clock.localHourAt(fromMs) / 24);
  let expectedWh = 0;
  let said = 0n;
  for (let atMs = fromMs; atMs < o.untilMs; ) {
    const hour = clock.localHourAt(atMs);
    const endsAtMs = Math.min(o.untilMs, clock.hourEndsAtMs(atMs));
    const aheadMs = (atMs + endsAtMs) / 2 - o.nowMs;
    const usualW = o.staysW ?? model.expectedWhOfHour(hour);
    const watts = withPower(usualW, { powerW: o.powerW, aheadMs });
    expectedWh += (watts * (endsAtMs - atMs)) / hourMs;
    const wh = BigInt(Math.ceil(expectedWh * factorOf(model, expectedWh, o.side)));
    if (Math.floor(hour / 24) !== civilDay) {
      yield day;
      day = [];
      civilDay = Math.floor(hour / 24);
    }
    day.push({ startsAtMs: atMs, endsAtMs, energyWh: wh > said ? wh - said : 0n });
    said = wh > said ? wh : said;
    atMs = endsAtMs;
  }
  if (day.length > 0) yield day;
}

/**
 * The range is a matter of how much has been used, not of the credit, so that all credits run down
 * the same path.
 */
function factorOf(model: UsageModel, expectedWh: number, side: Side): number {
  if (side === null) return 1;
  const unrest = unrestOf(model, expectedWh / model.dailyWh);
  return 'late' in side ? 1 / (1 + side.late * unrest) : 1 + side.early * unrest;
}

type Bill = { readonly micro: bigint; readonly pay: () => void };

/**
 * What hours cost from where the month stands; to pay moves on. A day without a price costs as the
 * last one did.
 */
function createPurse<Position>({ start, cost }: Pricing<Position>) {
  let position = start;
  let microPerWh: number | null = null;
  return (hours: readonly HourOfUse[]): Bill | null => {
    const priced = cost(position, hours);
    const energy = Number(hours.reduce((sum, hour) => sum + hour.energyWh, 0n));
    if (priced === null) {
      if (microPerWh === null) return null;
      return { micro: BigInt(Math.ceil(energy * microPerWh)), pay: () => {} };
    }
    const pay = () => {
      position = priced.position;
      if (energy > 0) microPerWh = Number(priced.micro) / energy;
    };
    return { micro: priced.micro, pay };
  };
}

function endOf<Position>(
  path: Iterable<HourOfUse[]>,
  o: {
    readonly availableMicro: bigint;
    readonly nowMs: number;
    readonly pricing: Pricing<Position>;
  },
): number | null {
  let left = o.availableMicro;
  let atMs = o.nowMs;
  if (left <= 0n) return atMs;
  const purse = createPurse(o.pricing);
  for (const day of path) {
    const whole = purse(day);
    if (whole === null) return null;
    if (whole.micro < left) {
      left -= whole.micro;
      whole.pay();
      atMs = day.at(-1)?.endsAtMs ?? atMs;
      continue;
    }
    for (const hour of day) {
      const bill = purse([hour]);
      if (bill === null) return null;
      if (bill.micro >= left) {
        const pays = (energyWh: bigint) => (purse([{ ...hour, energyWh }])?.micro ?? left) < left;
        return lastStep(hour, pays);
      }
      left -= bill.micro;
      bill.pay();
      atMs = hour.endsAtMs;
    }
  }
  return atMs;
}

/** The end of the last step of the hour that the money still pays for. */
function lastStep(hour: HourOfUse, pays: (energyWh: bigint) => boolean): number {
  const { startsAtMs, endsAtMs, energyWh } = hour;
  let step = 0n;
  while (step < stepsOfHour && pays((energyWh * (step + 1n) + stepsOfHour - 1n) / stepsOfHour)) {
    step += 1n;
  }
  return startsAtMs + Math.floor(((endsAtMs - startsAtMs) * Number(step)) / Number(stepsOfHour));
}
