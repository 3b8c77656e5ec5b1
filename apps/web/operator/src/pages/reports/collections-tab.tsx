// Money that came in, by day, month or channel, against what it was used for. Each figure opens the
// transfers that it is the sum of.

import {
  type CollectionPart,
  type CollectionRow,
  type CollectionsBy,
  type CollectionsQuery,
  type CollectionTransfer,
  collectionsBys,
} from '@prewatt/api';
import { type Currency, countText } from '@prewatt/quantities';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { collectionsFile, collectionsQuery, collectionTransfersQuery } from '../../api/reports.ts';
import { useCurrency } from '../../shell/session.tsx';
import { moneyText, unknown } from '../../text/numbers.ts';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { Instant } from '../../ui/show.tsx';
import { amountColumn, Figure, homeColumn, saleColumn } from './figures.tsx';
import { before, type Measure, ReportChart } from './report-chart.tsx';
import type { OfDays } from './report-days.tsx';
import { ReportHead, rowLabel, SummedRows } from './summed-report.tsx';

const byWords: Readonly<Record<CollectionsBy, string>> = {
  day: 'Day',
  month: 'Month',
  channel: 'Channel',
};

const parts = [
  { part: 'collected', name: 'collectedMinor', header: 'Collected' },
  { part: 'sold', name: 'soldMinor', header: 'Used for sales' },
  { part: 'debts', name: 'debtsMinor', header: 'Paid on debts' },
  { part: 'paidBack', name: 'paidBackMinor', header: 'Paid back' },
  { part: 'given', name: 'givenMinor', header: 'Credited otherwise' },
] as const;

const partWords = Object.fromEntries(parts.map(({ part, header }) => [part, header])) as Readonly<
  Record<CollectionPart, string>
>;

const measuresOf = (currency: Currency): readonly Measure<CollectionRow>[] =>
  parts.map(({ name, header }) => ({
    header,
    valueOf: (row) => BigInt(row[name]),
    text: (minor) => moneyText(minor.toString(), currency),
  }));

type Opened = { readonly row: CollectionRow; readonly part: CollectionPart | null };

export function CollectionsTab(o: OfDays & { readonly by: CollectionsBy }) {
  const currency = useCurrency();
  const query: CollectionsQuery = { from: o.from, to: o.to, by: o.by };
  const report = useQuery(collectionsQuery(query));
  const [isCompared, setCompared] = useState(false);
  const past = before(query);
  const other = useQuery({
    ...collectionsQuery({ ...query, ...past }),
    enabled: isCompared && past !== null,
  });
  const measures = useMemo(() => measuresOf(currency), [currency]);
  return (
    <ReportHead
      {...o}
      about="What customers paid, and what it was used for, as the ledger has it. What is left stays on their accounts; below zero, they used what they had paid before."
      bys={collectionsBys}
      words={byWords}
      file={collectionsFile(query)}
    >
      <ReportChart
        {...{ ...query, measures, isCompared }}
        rows={report.data?.rows}
        rowsBefore={other.isPlaceholderData ? undefined : other.data?.rows}
        onCompare={setCompared}
      />
      <SummedRows
        label={`Collections by ${byWords[o.by].toLowerCase()}`}
        report={report}
        total={(sums) => [
          ['Came in', countText(sums.payments, 'payment')],
          ...parts.map(({ name, header }) => [header, moneyText(sums[name], currency)] as const),
          ['Left with customers', moneyText(sums.leftMinor, currency)],
        ]}
        columns={(onOpen) => columnsOf({ by: o.by, currency, onOpen })}
        empty="Nothing moved on customers’ accounts in these days."
        title={({ row, part }: Opened) =>
          `${part === null ? 'Transfers' : partWords[part]}: ${rowLabel(o.by, row)}`
        }
        behind={({ row, part }) => (
          <Transfers query={{ ...query, key: row.key, ...(part === null ? {} : { part }) }} />
        )}
      />
    </ReportHead>
  );
}

const columnsOf = (o: {
  readonly by: CollectionsBy;
  readonly currency: Currency;
  readonly onOpen: (of: Opened) => void;
}): readonly Column<CollectionRow>[] => [
  { key: 'label', header: byWords[o.by], card: 'title', cell: (row) => rowLabel(o.by, row) },
  {
    key: 'payments',
    header: 'Payments',
    end: true,
    cell: (row) => (row.payments === 0 ? unknown : row.payments),
  },
  ...parts.map(({ part, name, header }) => ({
    key: name,
    header,
    end: true,
    cell: (row: CollectionRow) => (
      <Figure
        isNone={row[name] === '0'}
        label={`${header}, ${rowLabel(o.by, row)}`}
        onOpen={() => o.onOpen({ row, part })}
      >
        {moneyText(row[name], o.currency)}
      </Figure>
    ),
  })),
  {
    key: 'left',
    header: 'Left',
    end: true,
    cell: (row) => (
      <Figure
        isNone={row.leftMinor === '0'}
        label={`Left, ${rowLabel(o.by, row)}`}
        onOpen={() => o.onOpen({ row, part: null })}
      >
        {moneyText(row.leftMinor, o.currency)}
      </Figure>
    ),
  },
];

type OfRow = CollectionsQuery & { readonly key: string; readonly part?: CollectionPart };

function Transfers({ query }: { readonly query: OfRow }) {
  const currency = useCurrency();
  const columns: Column<CollectionTransfer>[] = [
    {
      key: 'at',
      header: 'Time',
      card: 'title',
      cell: (row) => <Instant at={row.at} withAge={false} />,
    },
    ...(query.part === undefined
      ? [
          {
            key: 'part',
            header: 'What',
            cell: (row: CollectionTransfer) => partWords[row.part],
          },
        ]
      : []),
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
      query={useInfiniteQuery(collectionTransfersQuery(query))}
      empty="Nothing is behind it."
    />
  );
}
