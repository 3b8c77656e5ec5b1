// What an amount promises, by the prices that the server told when it was asked last. Several sales
// for one meter since then are priced together, so that a charge or a block is not met twice. Never
// more than those prices say, in steps of a token; the exact energy comes with the token. Beyond
// the last price nothing is said: a block of the tariff may begin there.

export type PricePoint = { readonly amountMinor: bigint; readonly energyWh: bigint };

const stepWh = 100n;

/**
 * What so much more promises for a meter for which `before` was sold since the prices; null: beyond
 * the last of them.
 */
export function promisedWhOf(
  points: readonly PricePoint[],
  o: { readonly beforeMinor: bigint; readonly amountMinor: bigint },
): bigint | null {
  const last = points.at(-1);
  if (last !== undefined && o.beforeMinor + o.amountMinor > last.amountMinor) return null;
  const more = energyAt(points, o.beforeMinor + o.amountMinor) - energyAt(points, o.beforeMinor);
  return more <= 0n ? 0n : (more / stepWh) * stepWh;
}

/** On the line between two points; before the first on that of its neighbours. */
function energyAt(points: readonly PricePoint[], amountMinor: bigint): bigint {
  const [first, second] = points;
  if (first === undefined || amountMinor <= 0n) return 0n;
  const straight = (first.energyWh * amountMinor) / first.amountMinor;
  if (second === undefined) return straight;
  const next = points.findIndex((point) => point.amountMinor > amountMinor);
  const at = next === -1 ? points.length - 1 : Math.max(next, 1);
  const [from = first, to = second] = [points[at - 1], points[at]];
  const spread = to.amountMinor - from.amountMinor;
  const energy =
    from.energyWh + ((to.energyWh - from.energyWh) * (amountMinor - from.amountMinor)) / spread;
  // A charge that the first amount paid is not paid back by a smaller one.
  if (amountMinor < first.amountMinor) return smaller(energy < 0n ? 0n : energy, straight);
  return energy;
}

const smaller = (a: bigint, b: bigint): bigint => (a > b ? b : a);
