// A list as a real table, with its loading, empty and failed states, paged by cursor. Below 48em
// the same rows are cards; explicit roles keep it a table for assistive technology, which `display:
// block` would otherwise undo.

import { Button, Skeleton, VisuallyHidden } from '@mantine/core';
import { countText } from '@prewatt/quantities';
import type { UseInfiniteQueryResult } from '@tanstack/react-query';
import { lazy, type ReactNode, Suspense, useEffect, useRef } from 'react';
import type { Failure } from '../api/failure.ts';
import { part } from '../state/new-build.ts';
import type { LongRowsProps } from './long-rows.tsx';
import { EmptyNote, FailureNote } from './states.tsx';
import styles from './table.module.css';
import { type Column, role, TableRow } from './table-row.tsx';

export type { Column };

const LongRows = lazy(() => part(import('./long-rows.tsx')));

/** Shorter lists are drawn whole: searching in the page and printing have all of them. */
const wholeUpTo = 200;

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
    | 'dataUpdatedAt'
    | 'error'
    | 'isFetching'
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
    'dataUpdatedAt' | 'error' | 'isFetching' | 'isFetchingNextPage' | 'fetchNextPage'
  >;
};

/**
 * The next page comes by itself before its place is in sight; the button is for what failed. It
 * waits for a look again at the rows that are shown, which would end it, and it is looked anew
 * whether it is in sight after each answer: one that was ended may never have been drawn as begun.
 */
function NextPage({ query }: NextPageProps) {
  const mark = useRef<HTMLSpanElement>(null);
  const { isFetching, isFetchingNextPage, fetchNextPage, error, dataUpdatedAt } = query;
  const mayFetch = !isFetching && error === null;
  useEffect(() => {
    const at = mark.current;
    if (at === null || !mayFetch || dataUpdatedAt === 0) return;
    const seen = new IntersectionObserver(
      (entries) => {
        if (entries.some(({ isIntersecting }) => isIntersecting)) void fetchNextPage();
      },
      { rootMargin: '1200px 0px' },
    );
    seen.observe(at);
    return () => seen.disconnect();
  }, [mayFetch, fetchNextPage, dataUpdatedAt]);
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

type RowsProps<Row> = {
  readonly rows: readonly Row[];
  readonly columns: readonly Column<Row>[];
  readonly rowKey: (row: Row) => string;
  readonly linked: boolean;
};

/** Of a long list, those in sight; what measures them is fetched when a list is long. */
function Rows<Row>(props: RowsProps<Row>) {
  const whole = <WholeRows {...props} rows={props.rows.slice(0, wholeUpTo)} />;
  if (props.rows.length <= wholeUpTo) return whole;
  return (
    <Suspense fallback={whole}>
      <LongRows {...(props as LongRowsProps)} />
    </Suspense>
  );
}

function WholeRows<Row>({ rows, columns, rowKey, linked }: RowsProps<Row>) {
  return rows.map((row, index) => (
    <TableRow key={rowKey(row)} {...{ row, columns, index, linked }} />
  ));
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
