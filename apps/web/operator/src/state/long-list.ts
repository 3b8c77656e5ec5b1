// When a list that is read page by page is too long to be read again as a whole.

/** Each page is a request. */
const fewPages = 5;

export function isLongList(data: unknown): boolean {
  const { pages } = (data ?? {}) as { readonly pages?: unknown };
  return Array.isArray(pages) && pages.length > fewPages;
}
