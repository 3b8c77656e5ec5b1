// Standing charges of the tariff in the meter: what each costs in its period, as it was charged
// last. Taxes on it come on top, as the tariff says.

import { moneyOf } from './account.ts';
import { tariffOf } from './money.ts';
import type { Draft, MeterState } from './state.ts';

export type StandingPrice = {
  readonly code: string;
  readonly label: string;
  /** "every 2 months": `count` 2 of `unit` month. */
  readonly count: number;
  readonly unit: 'day' | 'week' | 'month' | 'year';
  readonly priceMicroMinor: number;
};

/** In the order of the document; none for energy credit. */
export function standingPricesOf(state: MeterState | Draft): StandingPrice[] {
  const money = moneyOf(state);
  const { tariff } = state.settings;
  if (money === null || tariff === null) return [];
  const { charges } = money.position;
  return tariffOf(tariff).charges.flatMap(({ code, label, per }) => {
    const accrual = Object.hasOwn(charges, code) ? charges[code] : undefined;
    if (accrual === undefined || per === 'purchase') return [];
    const priceMicroMinor = Number(accrual.accruedMinor) * 1_000_000;
    return [{ code, label, ...periodOf(per), priceMicroMinor }];
  });
}

type Per = Exclude<ReturnType<typeof tariffOf>['charges'][number]['per'], 'purchase'>;

function periodOf(per: Per): Pick<StandingPrice, 'count' | 'unit'> {
  if (typeof per === 'string') return { count: 1, unit: per };
  return 'days' in per ? { count: per.days, unit: 'day' } : { count: per.months, unit: 'month' };
}
