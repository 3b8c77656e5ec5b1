// Sales as a table: the sales page and the connection page show the same rows, the latter without
// the connection.

import type { SaleRow } from '@prewatt/api';
import { useCurrency } from '../shell/session.tsx';
import { saleLabels } from '../text/labels.ts';
import { creditText, moneyText, unknown } from '../text/numbers.ts';
import { connectionColumn, SaleLink, WithNote } from '../ui/columns.tsx';
import { type Column, DataTable, type DataTableProps } from '../ui/data-table.tsx';
import { Instant, StateBadge, TimeOfDay } from '../ui/show.tsx';

type SaleTableProps = Pick<
  DataTableProps<SaleRow>,
  'label' | 'query' | 'empty' | 'limit' | 'sorting'
> & {
  /**
   * A day's sales of all connections (with the time alone), or all sales of one connection (with
   * their days).
   */
  readonly withConnection: boolean;
  /** Rows of more than one day have their days. */
  readonly manyDays?: boolean;
};

export function SaleTable({ withConnection, manyDays = !withConnection, ...rest }: SaleTableProps) {
  const currency = useCurrency();
  const columns: Column<SaleRow>[] = [
    {
      key: 'at',
      sort: 'time',
      header: 'Time',
      card: 'title',
      cell: (row) => <OpenSale row={row} oneDay={!manyDays} />,
    },
    ...(withConnection
      ? [{ ...connectionColumn<SaleRow>({ cover: false }), sort: 'connection' }]
      : []),
    {
      key: 'amount',
      sort: 'amount',
      header: 'Amount',
      end: true,
      cell: (row) => moneyText(row.amountMinor, currency),
    },
    {
      key: 'credit',
      sort: 'energy',
      header: 'Credit',
      end: true,
      // Money for a wallet buys no energy yet: it is all in the amount.
      cell: (row) =>
        row.energyWh === '0' && row.creditMinor === null ? unknown : creditText(row, currency),
    },
    {
      key: 'state',
      header: 'State',
      card: 'wide',
      cell: (row) => (
        <WithNote note={row.reason}>
          <StateBadge label={saleLabels[row.state]} />
        </WithNote>
      ),
    },
    {
      key: 'token',
      header: 'Token',
      cell: (row) => (row.tokenLastFour === null ? unknown : `…\u00a0${row.tokenLastFour}`),
    },
    { key: 'provider', header: 'Paid through', cell: (row) => row.provider || unknown },
  ];
  return <DataTable {...rest} linked noun="sale" columns={columns} rowKey={(row) => row.saleId} />;
}

function OpenSale({ row, oneDay }: { row: SaleRow; oneDay: boolean }) {
  return (
    <SaleLink saleId={row.saleId} label={`Sale of ${row.connectionName}, details`} cover>
      {oneDay ? (
        <TimeOfDay at={row.requestedAt} />
      ) : (
        <Instant at={row.requestedAt} withAge={false} />
      )}
    </SaleLink>
  );
}
