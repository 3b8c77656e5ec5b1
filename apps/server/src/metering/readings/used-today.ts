// What a meter has measured since midnight, from what is known of its register: exactly, about
// where no reading lies near midnight, or since the first reading where none was before. Pure.

export type KnownRegister = { readonly atMs: number; readonly valueWh: bigint };

export type UsedToday = {
  readonly energyWh: bigint;
  /** From then on; null: from midnight. */
  readonly sinceMs: number | null;
  /** The register at midnight lies on a line between two readings. */
  readonly isEstimated: boolean;
};

/** So near to midnight a reading stands for it. */
const nearMs = 2 * 3_600_000;

/** Null where nothing can be said. */
export function usedToday(o: {
  readonly midnightMs: number;
  readonly nowMs: number;
  /** The last reading at midnight or before, and the first one after it. */
  readonly before: KnownRegister | null;
  readonly after: KnownRegister | null;
  /** The register as the meter told it last. */
  readonly last: KnownRegister | null;
}): UsedToday | null {
  const { midnightMs, before, last } = o;
  if (last === null) return null;
  if (last.atMs < midnightMs) {
    // Not heard since: nothing to speak of just after midnight, unknown later.
    const isFresh = o.nowMs - last.atMs < nearMs;
    return isFresh ? { energyWh: 0n, sinceMs: null, isEstimated: false } : null;
  }
  const after = o.after ?? last;
  if (before === null || after.valueWh < before.valueWh) return since(after, last);
  if (midnightMs - before.atMs <= nearMs) return result(last.valueWh - before.valueWh, false);
  const spanMs = BigInt(after.atMs - before.atMs);
  const partMs = BigInt(midnightMs - before.atMs);
  const atMidnight = before.valueWh + ((after.valueWh - before.valueWh) * partMs) / spanMs;
  return result(last.valueWh - atMidnight, true);
}

/** Of a meter that is new here today, or whose register was set back. */
function since(first: KnownRegister, last: KnownRegister): UsedToday | null {
  const energyWh = last.valueWh - first.valueWh;
  return energyWh < 0n || first.atMs >= last.atMs
    ? null
    : { energyWh, sinceMs: first.atMs, isEstimated: false };
}

const result = (energyWh: bigint, isEstimated: boolean): UsedToday | null =>
  energyWh < 0n ? null : { energyWh, sinceMs: null, isEstimated };
