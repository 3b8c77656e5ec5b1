// The rows of a long list: those in sight and some around them. A list of a hundred thousand rows
// has a few dozen in the page.

import { useWindowVirtualizer } from '@tanstack/react-virtual';
import { useCallback, useEffect, useState } from 'react';
import styles from './table.module.css';
import { type Column, role, TableRow } from './table-row.tsx';

const usualHeight = 45;
const around = 20;

/**
 * How high rows of a list were when it was last seen, by its columns. Whoever comes back to a list
 * is where they were only if the rows above, which are not drawn, take the same room.
 */
const heights = new Map<string, number>();

export type LongRowsProps = {
  readonly rows: readonly unknown[];
  readonly columns: readonly Column<unknown>[];
  readonly rowKey: (row: unknown) => string;
  readonly linked: boolean;
};

/** Rows that are in sight, or near it; room is kept for the others. */
export default function LongRows({ rows, columns, rowKey, linked }: LongRowsProps) {
  const { anchor, shown, above, below, measure } = useShownRows(
    rows.length,
    columns.map(({ key }) => key).join(' '),
  );
  return (
    <>
      <Room height={above} columns={columns.length} anchor={anchor} />
      {shown.map((index) => {
        const row = rows[index];
        if (row === undefined) return null;
        return <TableRow key={rowKey(row)} {...{ row, columns, index, linked, measure }} />;
      })}
      <Room height={below} columns={columns.length} />
    </>
  );
}

function useShownRows(count: number, list: string) {
  const [top, setTop] = useState(0);
  const [height] = useState(() => heights.get(list) ?? usualHeight);
  const rows = useWindowVirtualizer({
    count,
    estimateSize: () => height,
    overscan: around,
    scrollMargin: top,
  });
  const anchor = useCallback((row: HTMLTableRowElement | null) => {
    if (row !== null) setTop(row.getBoundingClientRect().top + window.scrollY);
  }, []);
  const items = rows.getVirtualItems();
  const [first, last] = [items[0], items.at(-1)];
  const mean = count === 0 ? usualHeight : rows.getTotalSize() / count;
  useEffect(() => {
    heights.set(list, mean);
  }, [list, mean]);
  return {
    ...{ anchor, measure: rows.measureElement, shown: items.map(({ index }) => index) },
    above: first === undefined ? 0 : first.start - top,
    below: last === undefined ? 0 : rows.getTotalSize() - (last.end - top),
  };
}

type RoomProps = {
  readonly height: number;
  readonly columns: number;
  readonly anchor?: (row: HTMLTableRowElement | null) => void;
};

/** Not a row for anybody but the browser's layout. */
function Room({ height, columns, anchor }: RoomProps) {
  if (height <= 0 && anchor === undefined) return null;
  return (
    <tr ref={anchor} {...role('presentation')} className={styles.room} style={{ height }}>
      <td {...role('presentation')} colSpan={columns} />
    </tr>
  );
}
