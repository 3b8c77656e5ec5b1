// Sales and tax of a period by day, month, vendor or tariff, from the ledger. Each row opens the
// transfers that it is the sum of.

import { Stack, Text } from '@mantine/core';
import {
  type ReportTransfer,
  type SalesReportBy,
  type SalesReportQuery,
  type SalesReportRow,
  type SalesReportSums,
  salesReportBys,
} from '@prewatt/api';
import { type Currency, countText } from '@prewatt/quantities';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { reportTransfersQuery, salesReportFile, salesReportQuery } from '../../api/reports.ts';
import { useCurrency } from '../../shell/session.tsx';
import { moneyText, unknown } from '../../text/numbers.ts';
import { longDay, monthText } from '../../text/time.ts';
import { Choices } from '../../ui/choices.tsx';
import { SaleLink } from '../../ui/columns.tsx';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { FileLinks } from '../../ui/file-link.tsx';
import { Dialog } from '../../ui/form.tsx';
import { ActionButton, facts, Instant, panel } from '../../ui/show.tsx';
import { wholeQuery } from '../../ui/whole-list.ts';
import { type OfDays, ReportDays } from './report-days.tsx';

const byWords: Record<SalesReportBy, string> = {
  day: 'Day',
  month: 'Month',
  vendor: 'Vendor',
  tariff: 'Tariff',
};

export function SalesTab(o: OfDays & { readonly by: SalesReportBy }) {
  const query: SalesReportQuery = { from: o.from, to: o.to, by: o.by };
  return (
    <Stack gap="md">
      <Text c="dimmed" size="sm" maw="75ch">
        Sales and tax, as the ledger has them. What was taken back in these days is taken off,
        whenever it was sold.
      </Text>
      <ReportDays {...o} aside={<FileLinks href={salesReportFile(query)} />} />
      <Choices
        label="Rows by"
        of={salesReportBys}
        chosen={o.by}
        text={(each) => byWords[each]}
        onChoose={(report) => o.show({ report })}
      />
      <Sums query={query} />
    </Stack>
  );
}

function Sums({ query }: { readonly query: SalesReportQuery }) {
  const currency = useCurrency();
  const report = useQuery(salesReportQuery(query));
  const [open, setOpen] = useState<SalesReportRow | null>(null);
  return (
    <>
      {report.data !== undefined && report.data.rows.length > 0 && (
        <Total sums={report.data.total} currency={currency} />
      )}
      <DataTable
        label={`Sales by ${byWords[query.by].toLowerCase()}`}
        noun="row"
        columns={columnsOf({ by: query.by, currency, onOpen: setOpen })}
        rowKey={(row) => row.key}
        query={wholeQuery(report)}
        empty="Nothing was sold or taken back in these days."
      />
      <Dialog
        opened={open !== null}
        onClose={() => setOpen(null)}
        title={open === null ? '' : `Transfers: ${labelOf(query.by, open)}`}
        wide
      >
        {open !== null && <Transfers query={{ ...query, key: open.key }} />}
      </Dialog>
    </>
  );
}

function Total({
  sums,
  currency,
}: {
  readonly sums: SalesReportSums;
  readonly currency: Currency;
}) {
  return (
    <section className={panel} aria-label="Total">
      <dl className={facts}>
        <div>
          <dt>Sold</dt>
          <dd>{countText(sums.sales, 'sale')}</dd>
        </div>
        {amounts.map(({ name, header }) => (
          <div key={name}>
            <dt>{header}</dt>
            <dd>{moneyText(sums[name], currency)}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

const amounts = [
  { name: 'energyMinor', header: 'Energy' },
  { name: 'taxMinor', header: 'VAT and levies' },
  { name: 'feesMinor', header: 'Fees' },
  { name: 'totalMinor', header: 'Total' },
  { name: 'debtsMinor', header: 'Paid on debts' },
  { name: 'commissionMinor', header: 'Commission' },
] as const;

function labelOf(by: SalesReportBy, row: SalesReportRow): string {
  if (by === 'day') return longDay(row.key);
  return by === 'month' ? monthText(row.key) : row.label;
}

const columnsOf = (o: {
  readonly by: SalesReportBy;
  readonly currency: Currency;
  readonly onOpen: (row: SalesReportRow) => void;
}): readonly Column<SalesReportRow>[] => [
  { key: 'label', header: byWords[o.by], card: 'title', cell: (row) => labelOf(o.by, row) },
  { key: 'sales', header: 'Sales', end: true, cell: (row) => row.sales },
  ...amounts.map(({ name, header }) => ({
    key: name,
    header,
    end: true,
    cell: (row: SalesReportRow) => (row[name] === '0' ? unknown : moneyText(row[name], o.currency)),
  })),
  {
    key: 'open',
    header: '',
    card: 'wide',
    cell: (row) => (
      <ActionButton
        size="compact-sm"
        why={null}
        label={`Transfers behind ${labelOf(o.by, row)}`}
        onClick={() => o.onOpen(row)}
      >
        Open
      </ActionButton>
    ),
  },
];

const whatWords: Record<ReportTransfer['what'], string> = {
  energy: 'Energy',
  tax: 'VAT or levy',
  fees: 'Fee',
  debts: 'Paid on a debt',
  commission: 'Commission',
};

function Transfers({ query }: { readonly query: SalesReportQuery & { readonly key: string } }) {
  const currency = useCurrency();
  const columns: Column<ReportTransfer>[] = [
    {
      key: 'at',
      header: 'Time',
      card: 'title',
      cell: (row) => <Instant at={row.at} withAge={false} />,
    },
    { key: 'what', header: 'What', cell: (row) => whatWords[row.what] },
    {
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
    },
    {
      key: 'amount',
      header: 'Amount',
      end: true,
      cell: (row) => moneyText(row.amountMinor, currency),
    },
    {
      key: 'sale',
      header: 'Sale',
      cell: (row) =>
        row.saleId === null ? (
          unknown
        ) : (
          <SaleLink saleId={row.saleId} label={`Sale of ${row.connectionName}`}>
            Open
          </SaleLink>
        ),
    },
  ];
  return (
    <DataTable
      label="Transfers"
      noun="transfer"
      columns={columns}
      rowKey={(row) => row.transferId}
      query={useInfiniteQuery(reportTransfersQuery(query))}
      empty="Nothing is behind it."
    />
  );
}
