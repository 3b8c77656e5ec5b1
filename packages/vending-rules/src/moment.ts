// The moment at which a sale is priced. A clock that was set back must not stop sales: the day of
// the last purchase goes on until the date has caught up with it.

import type { CivilMoment, TariffPosition } from '@prewatt/tariff';

/** Never before the last purchase, or before the month that the position counts. */
export function momentOf(at: CivilMoment, position: TariffPosition): CivilMoment {
  const { month, lastPurchaseDate } = position;
  const monthBegan = month.length === 7 ? `${month}-01` : month;
  const last = lastPurchaseDate ?? monthBegan;
  return at.date < last ? { ...at, date: last } : at;
}
