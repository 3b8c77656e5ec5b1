// Money credit and the tariff in the meter: what energy costs, charged to a millionth of a minor
// unit. The price is `@prewatt/tariff`'s, with blocks, periods of the day and standing charges.

import {
  type CivilMoment,
  parseTariff,
  rateUsage,
  startPosition,
  type Tariff,
  type TariffPosition,
} from '@prewatt/tariff';
import type { MeterSettings, MeterTariff } from './config.ts';
import { localMinute } from './local-time.ts';

/** Law: credited - charged - cleared = available - owed, in millionths of a minor unit. */
export type MoneyCredit = {
  readonly creditedMicro: number;
  readonly chargedMicro: number;
  /** Part of what was charged: fixed charges, by the day or month. */
  readonly standingMicro: number;
  readonly clearedMicro: number;
  readonly owedMicro: number;
  /** Flowed and not yet charged: below one watt-hour, the unit in which the tariff counts. */
  readonly unratedMilliWh: number;
  /** What is left does not pay for another watt-hour. */
  readonly spent: boolean;
  /** The price of a kilowatt-hour when it was last looked up: for thresholds and estimates. */
  readonly microPerKwh: number;
  readonly position: TariffPosition;
  /** Energy ahead whose price was looked up at once (charges.ts); `position` is where it began. */
  readonly run: PricedRun | null;
  /** Watt-hours to be rated one by one before the next run is tried. */
  readonly exactWh: number;
};

/** A stretch of energy at one price, in one tariff period. */
export type PricedRun = {
  readonly atMs: number;
  readonly energyWh: number;
  readonly micro: number;
  readonly usedWh: number;
  readonly chargedMicro: number;
  /** By how much its halves differ from the whole: rounding, charged first and given back. */
  readonly slackMicro: number;
};

const microPerMinor = 1_000_000;

export function newMoneyCredit(settings: MeterSettings): MoneyCredit | null {
  if (settings.creditUnit !== 'money') return null;
  if (settings.tariff === null) throw new RangeError('money credit needs a tariff');
  return noMoney;
}

export const noMoney: MoneyCredit = {
  creditedMicro: 0,
  chargedMicro: 0,
  standingMicro: 0,
  clearedMicro: 0,
  owedMicro: 0,
  unratedMilliWh: 0,
  spent: false,
  microPerKwh: 0,
  position: startPosition(),
  run: null,
  exactWh: 0,
};

export const availableMicroOf = (money: MoneyCredit): number =>
  money.creditedMicro - money.chargedMicro - money.clearedMicro + money.owedMicro;

/** Standing charges that are due and wait for credit. */
export const standingDueMicroOf = (money: MoneyCredit): bigint =>
  Object.values(money.position.charges).reduce((sum, { owedMinor }) => sum + owedMinor, 0n) *
  BigInt(microPerMinor);

const parsed = new Map<string, Tariff>();
const parsedLimit = 64;

/** The document of a setting, parsed once. It was checked when it was set. */
export function tariffOf({ documentJson }: MeterTariff): Tariff {
  const known = parsed.get(documentJson);
  if (known !== undefined) return known;
  const tariff = parseTariff(JSON.parse(documentJson));
  if (!tariff.ok) throw new Error(`the meter holds a tariff that cannot be read: ${documentJson}`);
  if (parsed.size >= parsedLimit) parsed.clear();
  parsed.set(documentJson, tariff.value);
  return tariff.value;
}

export function momentOf(zone: string, atMs: number): CivilMoment {
  const minute = localMinute(zone, atMs);
  return { date: minute.slice(0, 10), time: minute.slice(11) };
}

export type Rated = { readonly micro: number; readonly position: TariffPosition };

/**
 * What so many watt-hours cost at an instant, with standing charges that fell due; null when the
 * document has no price for it.
 */
export function rateEnergy(o: {
  readonly tariff: MeterTariff;
  readonly position: TariffPosition;
  readonly energyWh: number;
  readonly atMs: number;
  readonly zone: string;
}): Rated | null {
  // A segment is asked for twice: whether credit pays for it, and when it is charged.
  if (last !== null && isSame(last.asked, o)) return last.rated;
  const rated = rateOnce(o);
  last = { asked: o, rated };
  return rated;
}

type Asked = Parameters<typeof rateEnergy>[0];
let last: { readonly asked: Asked; readonly rated: Rated | null } | null = null;

const isSame = (a: Asked, b: Asked): boolean =>
  a.position === b.position &&
  a.tariff === b.tariff &&
  a.energyWh === b.energyWh &&
  a.atMs === b.atMs &&
  a.zone === b.zone;

function rateOnce(o: Asked): Rated | null {
  const rated = rateUsage(tariffOf(o.tariff), {
    intervals: [{ at: momentOf(o.zone, o.atMs), energyWh: BigInt(o.energyWh) }],
    position: o.position,
    parameters: o.tariff.parameters,
  });
  if (!rated.ok) return null;
  return { micro: Number(rated.value.exactMicroMinor), position: rated.value.positionAfter };
}

/** 10^-5 of the currency's base unit (as on currency tokens) in millionths of a minor unit. */
export function microPerE5Of(tariff: MeterTariff): number {
  const { scale } = tariffOf(tariff).currency;
  return microPerMinor / 10 ** (5 - scale);
}
