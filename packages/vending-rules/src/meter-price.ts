// What a kilowatt-hour costs on a meter that counts money: as the meter says, within what its
// tariff can ask at all; a meter that says nothing, or that lies, moves no limit by it.

import { divideCeil } from '@prewatt/quantities';
import { meterPartOf, rateUsage, startPosition, type Tariff } from '@prewatt/tariff';
import type { PriceBasis, TariffInForce } from './connection.ts';

const microPerMinor = 1_000_000n;

type Priced = Pick<TariffInForce, 'parameters'> & {
  /** The meter's part of the tariff. */
  readonly meter: Tariff;
  readonly at: PriceBasis['at'];
};

/**
 * Millionths of a minor unit a kilowatt-hour, above zero; null when no energy of the tariff has a
 * price. What the meter does not say is the price of the month's first paid kilowatt-hour.
 */
export function perKwhMicroOn(o: Priced, said: bigint | null): bigint | null {
  const { freeAllowance: _, ...paid } = o.meter;
  const prices = pricesOf({ ...o, meter: paid }).sort((a, b) => Number(a - b));
  const [lowest] = prices;
  const highest = prices.at(-1);
  if (lowest === undefined || highest === undefined) return null;
  const wanted = said !== null && said > 0n ? said : rated({ ...o, meter: paid });
  if (wanted === null || wanted < lowest) return lowest;
  return wanted > highest ? highest : wanted;
}

/** Every price above zero that the tariff has: by block and period, with levies and without. */
function pricesOf(o: Priced): bigint[] {
  const { energy, levies } = o.meter;
  const whole = levies.map((levy) => ({
    ...levy,
    when: undefined,
    energyAboveKwh: undefined,
    energyUptoKwh: undefined,
  }));
  const isRebate = ({ kind }: Tariff['levies'][number]): boolean => kind === 'rebate';
  const ways = [
    levies,
    whole,
    whole.filter((levy) => !isRebate(levy)),
    whole.filter(isRebate),
    [],
  ] as Tariff['levies'][];
  const rates = energy.schedules.flatMap(({ blocks }) =>
    blocks.flatMap(({ rate, rates: byPeriod }) => [
      ...(rate === undefined ? [] : [rate]),
      ...Object.values(byPeriod ?? {}),
    ]),
  );
  return rates.flatMap((rate) => {
    const schedules = [{ code: 'one', blocks: [{ uptoKwh: null, rate }] }];
    return ways.flatMap((some) => {
      const meter = { ...o.meter, energy: { ...energy, schedules }, levies: some };
      const price = rated({ ...o, meter });
      return price !== null && price > 0n ? [price] : [];
    });
  });
}

/** What the month's first kilowatt-hour costs, without what falls due of itself. */
function rated({ meter, parameters, at }: Priced): bigint | null {
  const cost = (energyWh: bigint): bigint | null => {
    const intervals = [{ at, energyWh }];
    const done = rateUsage(meter, { intervals, position: startPosition(), parameters });
    return done.ok ? done.value.exactMicroMinor : null;
  };
  const [one, none] = [cost(1_000n), cost(0n)];
  return one === null || none === null ? null : one - none;
}

/** The price on a meter of a tariff; null when the tariff has no part for meters, or no price. */
export function perKwhOnMeter(
  o: { readonly inForce: TariffInForce; readonly at: PriceBasis['at'] },
  said: bigint | null,
): bigint | null {
  const { tariff, parameters } = o.inForce;
  const meter = meterPartOf(tariff);
  return meter === null ? null : perKwhMicroOn({ meter, parameters, at: o.at }, said);
}

/** So much energy in money at one price, in the customer's favour. */
export const energyInMoney = (energyWh: bigint, perKwhMicro: bigint): bigint =>
  divideCeil(energyWh * perKwhMicro, 1_000n * microPerMinor);

/** What a sum of money buys at one price, in watt-hours, rounded down. */
export const moneyInEnergy = (minor: bigint, perKwhMicro: bigint): bigint =>
  (minor * microPerMinor * 1_000n) / perKwhMicro;
