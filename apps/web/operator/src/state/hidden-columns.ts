// Columns of a list that somebody left out, as the address says it: their names, apart by a stop.

/** Of an address that says nothing: none. What is no name is dropped. */
export const hiddenColumns = (hide: string | undefined): readonly string[] =>
  (hide ?? '').split('.').filter((name) => /^[a-zA-Z]{1,20}$/.test(name));

/** As it stands in the address, each name once; undefined for none. */
export function hideText(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined;
  const names = [...new Set(hiddenColumns(value.slice(0, 200)))];
  return names.length === 0 ? undefined : names.join('.');
}

/** The first column is what a row is of, and always there. */
export const shownColumns = <Col extends { readonly key: string }>(
  columns: readonly Col[],
  hide: string | undefined,
): readonly Col[] => {
  const hidden = new Set(hiddenColumns(hide));
  return columns.filter(({ key }, place) => place === 0 || !hidden.has(key));
};
