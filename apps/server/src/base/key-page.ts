// Lists that are read page by page, by a number (an instant, for most) and the row's id. A page
// says where the next one begins, and the next request brings that back.

/** A page begins after the row with this number and id. */
export type PageKey = { readonly value: number; readonly id: string };

/** What the last page said; null for the first page, and for what no page has said. */
export function readPageKey(cursor: string | null | undefined): PageKey | null {
  const [, value, id] = /^(\d{1,15})_([0-9a-f-]{36})$/.exec(cursor ?? '') ?? [];
  return value === undefined || id === undefined ? null : { value: Number(value), id };
}

export type KeyPage<Row> = { readonly shown: readonly Row[]; readonly nextCursor: string | null };

/** Of `found`, which was asked for one row more than a page has: that row says that it goes on. */
export function keyPage<Row extends { readonly id: string }>(
  found: readonly Row[],
  most: number,
  numberOf: (row: Row) => number,
): KeyPage<Row> {
  const shown = found.slice(0, most);
  const last = shown.at(-1);
  const goesOn = found.length > most && last !== undefined;
  return { shown, nextCursor: goesOn ? `${Math.round(numberOf(last))}_${last.id}` : null };
}
