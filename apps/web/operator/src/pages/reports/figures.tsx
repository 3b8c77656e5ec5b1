// A figure of a report that opens what it is the sum of, and the columns of what is opened.

import { Anchor } from '@mantine/core';
import type { Currency } from '@prewatt/quantities';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { moneyText, unknown } from '../../text/numbers.ts';
import { SaleLink } from '../../ui/columns.tsx';
import type { Column } from '../../ui/data-table.tsx';

type FigureProps = {
  /** Nothing is behind it. */
  readonly isNone: boolean;
  /** Read in place of the figure alone. */
  readonly label: string;
  readonly onOpen: () => void;
  readonly children: string;
};

export function Figure({ isNone, label, onOpen, children }: FigureProps): ReactNode {
  if (isNone) return unknown;
  return (
    <Anchor
      component="button"
      type="button"
      size="sm"
      aria-label={`${label}: ${children}`}
      onClick={onOpen}
    >
      {children}
    </Anchor>
  );
}

type OfHome = { readonly connectionId: string | null; readonly connectionName: string | null };

export const homeColumn = <Row extends OfHome>(): Column<Row> => ({
  key: 'home',
  header: 'Connection',
  cell: (row) =>
    row.connectionId === null ? (
      unknown
    ) : (
      <Link to="/connections/$connectionId" params={{ connectionId: row.connectionId }}>
        {row.connectionName}
      </Link>
    ),
});

export const amountColumn = <Row extends { readonly amountMinor: string | null }>(
  currency: Currency,
): Column<Row> => ({
  key: 'amount',
  header: 'Amount',
  end: true,
  cell: (row) => (row.amountMinor === null ? unknown : moneyText(row.amountMinor, currency)),
});

export const saleColumn = <
  Row extends Pick<OfHome, 'connectionName'> & { readonly saleId: string | null },
>(): Column<Row> => ({
  key: 'sale',
  header: 'Sale',
  cell: (row) =>
    row.saleId === null ? (
      unknown
    ) : (
      <SaleLink saleId={row.saleId} label={`Sale of ${row.connectionName ?? 'this home'}`}>
        Open
      </SaleLink>
    ),
});
