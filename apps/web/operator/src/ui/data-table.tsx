// A list as a real table, with its loading, empty and failed states, paged by cursor. Below 48em
// the same rows are cards; explicit roles keep it a table for assistive technology, which `display:
// block` would otherwise undo.

import { Button, Skeleton, VisuallyHidden } from '@mantine/core';
import { countText } from '@prewatt/quantities';
import type { UseInfiniteQueryResult } from '@tanstack/react-query';
import { type ReactNode, useEffect, useRef } from 'react';
import type { Failure } from '../api/failure.ts';
import { useShownRows } from './shown-rows.ts';
import { EmptyNote, FailureNote } from './states.tsx';
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

/** How a list is ordered. `by` is a `sort` of one of its columns. */
export type Sorting = {
  readonly by: string;
  readonly order: 'asc' | 'desc';
  readonly onSort: (by: string, order: 'asc' | 'desc') => void;
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
  readonly sorting?: Sorting;
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
                  {...sortedBy(column, props.sorting)}
                >
                  <Header column={column} sorting={props.sorting} />
                </th>
              ))}
            </tr>
          </thead>
          <tbody {...role('rowgroup')}>
            {query.data === undefined ? (
              <SkeletonRows columns={columns.length} />
            ) : (
              <Rows {...{ rows, columns, linked }} rowKey={props.rowKey} />
            )}
          </tbody>
        </table>
      </div>
      {query.data !== undefined && limit === undefined && (
        <div className={styles.foot}>
          <span>
            {query.hasNextPage ? `First ${rows.length} shown` : countText(rows.length, noun)}
          </span>
          {query.hasNextPage && <NextPage query={query} />}
        </div>
      )}
    </div>
  );
}

type NextPageProps = {
  readonly query: Pick<
    DataTableProps<unknown>['query'],
    'error' | 'isFetchingNextPage' | 'fetchNextPage'
  >;
};

/** The next page comes by itself before its place is in sight; the button is for what failed. */
function NextPage({ query }: NextPageProps) {
  const mark = useRef<HTMLSpanElement>(null);
  const { isFetchingNextPage, fetchNextPage, error } = query;
  const mayFetch = !isFetchingNextPage && error === null;
  useEffect(() => {
    const at = mark.current;
    if (at === null || !mayFetch) return;
    const seen = new IntersectionObserver(
      (entries) => {
        if (entries.some(({ isIntersecting }) => isIntersecting)) void fetchNextPage();
      },
      { rootMargin: '1200px 0px' },
    );
    seen.observe(at);
    return () => seen.disconnect();
  }, [mayFetch, fetchNextPage]);
  return (
    <span ref={mark}>
      {error === null ? (
        'More as you scroll'
      ) : (
        <Button
          size="compact-sm"
          variant="light"
          loading={isFetchingNextPage}
          onClick={() => void fetchNextPage()}
        >
          Show more
        </Button>
      )}
    </span>
  );
}

function sortedBy<Row>({ sort }: Column<Row>, sorting: Sorting | undefined) {
  if (sort === undefined || sorting?.by !== sort) return {};
  return { 'aria-sort': sorting.order === 'asc' ? 'ascending' : 'descending' } as const;
}

type HeaderProps<Row> = {
  readonly column: Column<Row>;
  readonly sorting: Sorting | undefined;
};

function Header<Row>({ column, sorting }: HeaderProps<Row>) {
  const { header, sort, end = false } = column;
  if (header === '') return <VisuallyHidden>Actions</VisuallyHidden>;
  if (sort === undefined || sorting === undefined) return header;
  const isIt = sorting.by === sort;
  // Numbers are looked at from the largest, words from the first.
  const order = isIt ? (sorting.order === 'asc' ? 'desc' : 'asc') : end ? 'desc' : 'asc';
  const mark = isIt ? (sorting.order === 'asc' ? ' ↑' : ' ↓') : '';
  return (
    <button type="button" className={styles.sort} onClick={() => sorting.onSort(sort, order)}>
      {header}
      <span aria-hidden="true">{mark}</span>
    </button>
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

type RowsProps<Row> = Pick<DataTableProps<Row>, 'columns' | 'rowKey'> & {
  readonly rows: readonly Row[];
  readonly linked: boolean;
};

/** Rows that are in sight, or near it; room is kept for the others. */
function Rows<Row>({ rows, columns, rowKey, linked }: RowsProps<Row>) {
  const { anchor, shown, above, below, measure } = useShownRows(rows.length);
  return (
    <>
      <Room height={above} columns={columns.length} anchor={anchor} />
      {shown.map((index) => {
        const row = rows[index];
        if (row === undefined) return null;
        return (
          <tr
            key={rowKey(row)}
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
      })}
      <Room height={below} columns={columns.length} />
    </>
  );
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
