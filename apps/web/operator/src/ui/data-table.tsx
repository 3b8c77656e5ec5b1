// A list as a real table, with its loading, empty and failed states, paged by cursor. Below 48em
// the same rows are cards; explicit roles keep it a table for assistive technology, which `display:
// block` would otherwise undo.

import { Button, Skeleton, VisuallyHidden } from '@mantine/core';
import { countText } from '@prewatt/quantities';
import type { UseInfiniteQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import type { Failure } from '../api/failure.ts';
import { EmptyNote, FailureNote } from './states.tsx';
import styles from './table.module.css';

export type Column<Row> = {
  readonly key: string;
  readonly header: string;
  readonly cell: (row: Row) => ReactNode;
  /** Numbers stand at the end of their column. */
  readonly end?: boolean;
  /** On a narrow screen: the card's title, a line of its own, or one without its label. */
  readonly card?: 'title' | 'wide' | 'wideBare';
};

type Page<Row> = { readonly rows: readonly Row[]; readonly nextCursor: string | null };

export type DataTableProps<Row> = {
  /** Names the table for assistive technology. */
  readonly label: string;
  readonly noun: string;
  readonly columns: readonly Column<Row>[];
  readonly rowKey: (row: Row) => string;
  readonly query: Pick<
    UseInfiniteQueryResult<{ pages: Page<Row>[] }, Failure>,
    | 'data'
    | 'error'
    | 'isPending'
    | 'isFetchingNextPage'
    | 'hasNextPage'
    | 'fetchNextPage'
    | 'refetch'
  >;
  readonly empty: ReactNode;
  /** Shows only this many rows and no foot: the head of a list that has a page of its own. */
  readonly limit?: number;
  /** The first cell holds a link (class rowLink) that covers its row. */
  readonly linked?: boolean;
};

export const rowLink = styles.rowLink;
export const aboveRowLink = styles.above;

export function DataTable<Row>(props: DataTableProps<Row>) {
  const { label, noun, columns, query, linked = false, limit } = props;
  const rows = (query.data?.pages.flatMap((page) => page.rows) ?? []).slice(0, limit);
  if (query.error !== null && query.data === undefined) {
    return <FailureNote failure={query.error} onRetry={() => void query.refetch()} />;
  }
  if (query.data !== undefined && rows.length === 0) return <EmptyNote>{props.empty}</EmptyNote>;
  return (
    <div className={styles.frame} aria-busy={query.isPending}>
      {query.error !== null && (
        <FailureNote flush failure={query.error} onRetry={() => void query.refetch()} />
      )}
      <div className={styles.scroll}>
        <table {...role('table')} className={styles.table} aria-label={label}>
          <thead {...role('rowgroup')}>
            <tr {...role('row')}>
              {columns.map((column) => (
                <th
                  key={column.key}
                  {...role('columnheader')}
                  scope="col"
                  className={column.end === true ? styles.end : undefined}
                >
                  {column.header === '' ? <VisuallyHidden>Actions</VisuallyHidden> : column.header}
                </th>
              ))}
            </tr>
          </thead>
          <tbody {...role('rowgroup')}>
            {query.data === undefined ? (
              <SkeletonRows columns={columns.length} />
            ) : (
              rows.map((row) => (
                <tr
                  key={props.rowKey(row)}
                  {...role('row')}
                  className={linked ? styles.linked : undefined}
                >
                  {columns.map((column) => (
                    <Cell key={column.key} column={column} row={row} />
                  ))}
                </tr>
              ))
            )}
          </tbody>
        </table>
      </div>
      {query.data !== undefined && limit === undefined && (
        <div className={styles.foot}>
          <span>
            {query.hasNextPage ? `First ${rows.length} shown` : countText(rows.length, noun)}
          </span>
          {query.hasNextPage && (
            <Button
              size="compact-sm"
              variant="light"
              loading={query.isFetchingNextPage}
              onClick={() => void query.fetchNextPage()}
            >
              Show more
            </Button>
          )}
        </div>
      )}
    </div>
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

function SkeletonRows({ columns }: { columns: number }) {
  return ['a', 'b', 'c', 'd', 'e', 'f'].map((row) => (
    <tr key={row} {...role('row')}>
      <td {...role('cell')} colSpan={columns} className={styles.wide}>
        <Skeleton height={18} my={3} />
        {row === 'a' && <VisuallyHidden>Loading</VisuallyHidden>}
      </td>
    </tr>
  ));
}

const role = (name: string) => ({ role: name });
