// Which rows of a long list are drawn: those in sight and some around them. A list of a hundred
// thousand rows has a few dozen in the page.

import { useWindowVirtualizer } from '@tanstack/react-virtual';
import { useCallback, useState } from 'react';

/** Shorter lists are drawn whole: searching in the page and printing have all of them. */
const wholeUpTo = 200;
const usualHeight = 45;
const around = 20;

export function useShownRows(count: number) {
  const [top, setTop] = useState(0);
  const isLong = count > wholeUpTo;
  const rows = useWindowVirtualizer({
    count: isLong ? count : 0,
    estimateSize: () => usualHeight,
    overscan: around,
    scrollMargin: top,
  });
  const anchor = useCallback((row: HTMLTableRowElement | null) => {
    if (row !== null) setTop(row.getBoundingClientRect().top + window.scrollY);
  }, []);
  if (!isLong) {
    return {
      ...{ anchor, above: 0, below: 0, measure: null },
      shown: Array.from({ length: count }, (_, index) => index),
    };
  }
  const items = rows.getVirtualItems();
  const [first, last] = [items[0], items.at(-1)];
  return {
    ...{ anchor, measure: rows.measureElement, shown: items.map(({ index }) => index) },
    above: first === undefined ? 0 : first.start - top,
    below: last === undefined ? 0 : rows.getTotalSize() - (last.end - top),
  };
}
