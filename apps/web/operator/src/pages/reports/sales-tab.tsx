// Sales and tax of a period by day, month, vendor or tariff, from the ledger. Each row opens the
// transfers that it is the sum of.

import {
  type ReportTransfer,
  type SalesReportBy,
  type SalesReportQuery,
  type SalesReportRow,
  salesReportBys,
} from '@prewatt/api';
import { type Currency, countText } from '@prewatt/quantities';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { reportTransfersQuery, salesReportFile, salesReportQuery } from '../../api/reports.ts';
import { useCurrency } from '../../shell/session.tsx';
import { moneyText, unknown } from '../../text/numbers.ts';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { ActionButton, Instant } from '../../ui/show.tsx';
import { amountColumn, homeColumn, saleColumn } from './figures.tsx';
import { before, type Measure, ReportChart } from './report-chart.tsx';
import type { OfDays } from './report-days.tsx';
import { ReportHead, rowLabel, SummedRows } from './summed-report.tsx';

const byWords: Record<SalesReportBy, string> = {
  day: 'Day',
  month: 'Month',
  vendor: 'Vendor',
  tariff: 'Tariff',
};

export function SalesTab(o: OfDays & { readonly by: SalesReportBy }) {
  const currency = useCurrency();
  const query: SalesReportQuery = { from: o.from, to: o.to, by: o.by };
  const report = useQuery(salesReportQuery(query));
  const [isCompared, setCompared] = useState(false);
  const past = before(query);
  const other = useQuery({
    ...salesReportQuery({ ...query, ...past }),
    enabled: isCompared && past !== null,
  });
  const measures = useMemo(() => measuresOf(currency), [currency]);
  return (
    <ReportHead
      {...o}
      about="Sales and tax, as the ledger has them. What was taken back in these days is taken off, whenever it was sold."
      bys={salesReportBys}
      words={byWords}
      file={salesReportFile(query)}
    >
      <ReportChart
        {...{ ...query, measures, isCompared }}
        rows={report.data?.rows}
        rowsBefore={other.isPlaceholderData ? undefined : other.data?.rows}
        onCompare={setCompared}
      />
      <SummedRows
        label={`Sales by ${byWords[o.by].toLowerCase()}`}
        report={report}
        total={(sums) => [
          ['Sold', countText(sums.sales, 'sale')],
          ...amounts.map(({ name, header }) => [header, moneyText(sums[name], currency)] as const),
        ]}
        columns={(onOpen) => columnsOf({ by: o.by, currency, onOpen })}
        empty="Nothing was sold or taken back in these days."
        title={(row: SalesReportRow) => `Transfers: ${rowLabel(o.by, row)}`}
        behind={(row) => <Transfers query={{ ...query, key: row.key }} />}
      />
    </ReportHead>
  );
}

const measuresOf = (currency: Currency): readonly Measure<SalesReportRow>[] => [
  ...(['totalMinor', 'taxMinor'] as const).map((name) => ({
    header: name === 'totalMinor' ? 'Sales' : 'VAT and levies',
    valueOf: (row: SalesReportRow) => BigInt(row[name]),
    text: (minor: bigint) => moneyText(minor.toString(), currency),
  })),
  {
    header: 'Number of sales',
    valueOf: (row) => BigInt(row.sales),
    text: String,
  },
];

const amounts = [
  { name: 'energyMinor', header: 'Energy' },
  { name: 'taxMinor', header: 'VAT and levies' },
  { name: 'feesMinor', header: 'Fees' },
  { name: 'totalMinor', header: 'Total' },
  { name: 'debtsMinor', header: 'Paid on debts' },
  { name: 'commissionMinor', header: 'Commission' },
] as const;

const columnsOf = (o: {
  readonly by: SalesReportBy;
  readonly currency: Currency;
  readonly onOpen: (row: SalesReportRow) => void;
}): readonly Column<SalesReportRow>[] => [
  { key: 'label', header: byWords[o.by], card: 'title', cell: (row) => rowLabel(o.by, row) },
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
        label={`Transfers behind ${rowLabel(o.by, row)}`}
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
    homeColumn(),
    amountColumn(currency),
    saleColumn(),
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
