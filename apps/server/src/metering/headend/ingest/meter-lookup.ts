// Where the rows of a meter are, by its number: asked for many at once and remembered for a short
// while, since a meter can be moved to another connection by any server process.

import type { Database } from '../../../base/database.ts';
import { findMeters, type MeterPlace } from '../../../registry/connections/index.ts';

const rememberMs = 30_000;
const maximumRemembered = 200_000;

/** Places of those meters that exist. */
export type Places = (meterPans: readonly string[]) => Promise<ReadonlyMap<string, MeterPlace>>;

export function createPlaces(o: {
  readonly database: Database;
  /** Real time. */
  readonly nowMs: () => number;
}): Places {
  let remembered = new Map<string, { readonly place: MeterPlace; readonly untilMs: number }>();
  return async (meterPans) => {
    const nowMs = o.nowMs();
    const found = new Map<string, MeterPlace>();
    const unknown: string[] = [];
    for (const meterPan of new Set(meterPans)) {
      const known = remembered.get(meterPan);
      if (known !== undefined && known.untilMs > nowMs) found.set(meterPan, known.place);
      else unknown.push(meterPan);
    }
    if (unknown.length === 0) return found;
    if (remembered.size > maximumRemembered) remembered = new Map();
    for (const [meterPan, place] of await findMeters(o.database, unknown)) {
      remembered.set(meterPan, { place, untilMs: nowMs + rememberMs });
      found.set(meterPan, place);
    }
    return found;
  };
}
