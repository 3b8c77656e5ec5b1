// Which version of a tariff holds on a day.

import type { Tariff } from './document.ts';

/**
 * The version in force: among those whose dates hold, the latest start, then the highest version;
 * or null.
 */
export function tariffInForce(tariffs: readonly Tariff[], date: string): Tariff | null {
  const holding = tariffs.filter(
    (t) => t.effectiveFrom <= date && (t.effectiveTo === null || date <= t.effectiveTo),
  );
  return holding.reduce<Tariff | null>(
    (best, t) => (best === null || later(t, best) ? t : best),
    null,
  );
}

function later(a: Tariff, b: Tariff): boolean {
  return a.effectiveFrom === b.effectiveFrom
    ? a.version > b.version
    : a.effectiveFrom > b.effectiveFrom;
}
