// A row of a list, and what a column says of its cells.

import type { ReactNode } from 'react';
import styles from './table.module.css';

export type Column<Row> = {
  readonly key: string;
  readonly header: string;
  readonly cell: (row: Row) => ReactNode;
  /** Numbers stand at the end of their column. */
  readonly end?: boolean;
  /** What the server orders the list by when this header is pressed. */
  readonly sort?: string;
  /** On a narrow screen: the card's title, a line of its own, or one without its label. */
  readonly card?: 'title' | 'wide' | 'wideBare';
};

export const role = (name: string) => ({ role: name });

type TableRowProps<Row> = {
  readonly row: Row;
  readonly columns: readonly Column<Row>[];
  readonly index: number;
  readonly linked: boolean;
  readonly measure?: (row: HTMLTableRowElement | null) => void;
};

export function TableRow<Row>({ row, columns, index, linked, measure }: TableRowProps<Row>) {
  return (
    <tr
      {...role('row')}
      ref={measure}
      data-index={index}
      aria-rowindex={index + 2}
      className={linked ? styles.linked : undefined}
    >
      {columns.map((column) => (
        <Cell key={column.key} column={column} row={row} />
      ))}
    </tr>
  );
}

function Cell<Row>({ column, row }: { column: Column<Row>; row: Row }) {
  const classes = [
    column.end === true ? styles.end : '',
    column.card === undefined ? '' : (styles[column.card] ?? ''),
  ].filter((name) => name !== '');
  const label = column.header === '' ? {} : { 'data-label': column.header };
  return (
    <td {...role('cell')} {...label} className={classes.join(' ') || undefined}>
      {column.cell(row)}
    </td>
  );
}
