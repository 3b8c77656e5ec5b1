// How live meter rows meet the lists on screen. A row that is shown is replaced at once; whether
// other rows entered or left a filtered list only the server knows, so a change of what filters
// look at marks the lists as stale.

import type { MeterPage, MeterRow } from '@prewatt/api';

export type MeterPages = {
  readonly pages: readonly MeterPage[];
  readonly pageParams: readonly unknown[];
};

/**
 * The pages with fresh rows in place of old ones. The same object when none of the rows is shown.
 */
export function mergeMeterRows<T extends MeterPages>(shown: T, rows: readonly MeterRow[]): T {
  const fresh = new Map(rows.map((row) => [row.connectionId, row]));
  let touched = false;
  const pages = shown.pages.map((page) => {
    if (!page.rows.some((row) => fresh.has(row.connectionId))) return page;
    touched = true;
    return { ...page, rows: page.rows.map((row) => newer(row, fresh.get(row.connectionId))) };
  });
  return touched ? { ...shown, pages } : shown;
}

// Events can arrive while an older list is still on its way, and the other way round.
function newer(old: MeterRow, fresh: MeterRow | undefined): MeterRow {
  if (fresh === undefined) return old;
  const oldMs = Date.parse(old.lastContactAt ?? '') || 0;
  const freshMs = Date.parse(fresh.lastContactAt ?? '') || 0;
  return freshMs >= oldMs ? fresh : old;
}

export type FilterMemory = {
  /**
   * Whether one of the rows changed in a way that filters or counts look at, since it was last seen
   * here.
   */
  readonly changed: (rows: readonly MeterRow[]) => boolean;
};

/**
 * Remembers per connection what filters look at. A connection seen for the first time counts as
 * changed.
 */
export function createFilterMemory(): FilterMemory {
  const seen = new Map<string, string>();
  return {
    changed: (rows) => {
      let changed = false;
      for (const row of rows) {
        const key = `${row.loadSwitch} ${row.creditStatus} ${row.silent} ${row.creditMode}`;
        if (seen.get(row.connectionId) !== key) changed = true;
        seen.set(row.connectionId, key);
      }
      return changed;
    },
  };
}
