// Parts of an amount of energy as they are shown, in tenths of a kWh: they add up to their total.

const tenthWh = 100n;

/**
 * Each part as the watt-hours that are shown of it; null stays. The tenths that are missing to the
 * total go to the parts that were cut most.
 */
export function shownParts(parts: readonly (bigint | null)[]): (bigint | null)[] {
  const known = parts.flatMap((wh, at) => (wh === null || wh < 0n ? [] : [{ at, wh }]));
  const total = known.reduce((sum, { wh }) => sum + wh, 0n) / tenthWh;
  const cut = known.reduce((sum, { wh }) => sum + wh / tenthWh, 0n);
  const raised = known
    .toSorted((a, b) => Number((b.wh % tenthWh) - (a.wh % tenthWh)) || a.at - b.at)
    .slice(0, Number(total - cut));
  const more = new Set(raised.map(({ at }) => at));
  return parts.map((wh, at) =>
    wh === null || wh < 0n ? wh : (wh / tenthWh + (more.has(at) ? 1n : 0n)) * tenthWh,
  );
}
