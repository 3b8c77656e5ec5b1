// What purchases alone say of a home whose meter nobody hears: when what it bought is used up.
// Coarse: it knows neither what was left in the meter nor what is used now.

/** The purchases of the last months, summed. */
export type PurchaseHistory = {
  readonly count: number;
  readonly firstAtMs: number;
  readonly lastAtMs: number;
  /** Energy of all of them, and of the last one. */
  readonly energyWh: number;
  readonly lastEnergyWh: number;
  /** The longest time between two that follow each other. */
  readonly longestGapMs: number;
};

export type PurchaseOutlook = {
  /** If the home uses as it bought, and had nothing left when it bought last. */
  readonly expectedAtMs: number;
  /** Longer than this it has never gone, nor half as long again as the last purchase lasts. */
  readonly latestAtMs: number;
  /** What it uses on average, in watts. */
  readonly meanW: number;
};

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const fewestPurchases = 3;
const shortestMs = 7 * dayMs;
const late = 1.5;

/** Null with less than three purchases over a week: nobody can say. */
export function purchaseOutlook(history: PurchaseHistory): PurchaseOutlook | null {
  const { count, firstAtMs, lastAtMs, energyWh, lastEnergyWh, longestGapMs } = history;
  const spanMs = lastAtMs - firstAtMs;
  const usedWh = energyWh - lastEnergyWh;
  if (count < fewestPurchases || spanMs < shortestMs || usedWh <= 0) return null;
  const lastsMs = Math.round((lastEnergyWh * spanMs) / usedWh);
  return {
    expectedAtMs: lastAtMs + lastsMs,
    latestAtMs: lastAtMs + Math.max(Math.round(late * lastsMs), longestGapMs),
    meanW: (usedWh * hourMs) / spanMs,
  };
}
