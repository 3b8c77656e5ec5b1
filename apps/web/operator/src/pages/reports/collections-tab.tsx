// Money that came in, by day, month or channel, against what it was used for. Each figure opens the
// transfers that it is the sum of.

import { Stack, Text } from '@mantine/core';
import {
  type CollectionPart,
  type CollectionRow,
  type CollectionSums,
  type CollectionsBy,
  type CollectionsQuery,
  type CollectionTransfer,
  collectionsBys,
} from '@prewatt/api';
import { type Currency, countText } from '@prewatt/quantities';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { collectionsFile, collectionsQuery, collectionTransfersQuery } from '../../api/reports.ts';
import { useCurrency } from '../../shell/session.tsx';
import { moneyText, unknown } from '../../text/numbers.ts';
import { longDay, monthText } from '../../text/time.ts';
import { Choices } from '../../ui/choices.tsx';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { FileLinks } from '../../ui/file-link.tsx';
import { Dialog } from '../../ui/form.tsx';
import { facts, Instant, panel } from '../../ui/show.tsx';
import { wholeQuery } from '../../ui/whole-list.ts';
import { amountColumn, Figure, homeColumn, saleColumn } from './figures.tsx';
import { type OfDays, ReportDays } from './report-days.tsx';

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

type Opened = { readonly row: CollectionRow; readonly part: CollectionPart | null };

export function CollectionsTab(o: OfDays & { readonly by: CollectionsBy }) {
  const query: CollectionsQuery = { from: o.from, to: o.to, by: o.by };
  return (
    <Stack gap="md">
      <Text c="dimmed" size="sm" maw="75ch">
        What customers paid, and what it was used for, as the ledger has it. What is left stays on
        their accounts; below zero, they used what they had paid before.
      </Text>
      <ReportDays {...o} aside={<FileLinks href={collectionsFile(query)} />} />
      <Choices
        label="Rows by"
        of={collectionsBys}
        chosen={o.by}
        text={(each) => byWords[each]}
        onChoose={(report) => o.show({ report })}
      />
      <Sums query={query} />
    </Stack>
  );
}

function Sums({ query }: { readonly query: CollectionsQuery }) {
  const currency = useCurrency();
  const report = useQuery(collectionsQuery(query));
  const [open, setOpen] = useState<Opened | null>(null);
  const title = (of: Opened) =>
    `${of.part === null ? 'Transfers' : partWords[of.part]}: ${labelOf(query.by, of.row)}`;
  return (
    <>
      {report.data !== undefined && report.data.rows.length > 0 && (
        <Total sums={report.data.total} currency={currency} />
      )}
      <DataTable
        label={`Collections by ${byWords[query.by].toLowerCase()}`}
        noun="row"
        columns={columnsOf({ by: query.by, currency, onOpen: setOpen })}
        rowKey={(row) => row.key}
        query={wholeQuery(report)}
        empty="Nothing moved on customers’ accounts in these days."
      />
      <Dialog
        opened={open !== null}
        onClose={() => setOpen(null)}
        title={open === null ? '' : title(open)}
        wide
      >
        {open !== null && (
          <Transfers
            query={{
              ...query,
              key: open.row.key,
              ...(open.part === null ? {} : { part: open.part }),
            }}
          />
        )}
      </Dialog>
    </>
  );
}

type OfTotal = { readonly sums: CollectionSums; readonly currency: Currency };

function Total({ sums, currency }: OfTotal) {
  return (
    <section className={panel} aria-label="Total">
      <dl className={facts}>
        <div>
          <dt>Came in</dt>
          <dd>{countText(sums.payments, 'payment')}</dd>
        </div>
        {parts.map(({ name, header }) => (
          <div key={name}>
            <dt>{header}</dt>
            <dd>{moneyText(sums[name], currency)}</dd>
          </div>
        ))}
        <div>
          <dt>Left with customers</dt>
          <dd>{moneyText(sums.leftMinor, currency)}</dd>
        </div>
      </dl>
    </section>
  );
}

function labelOf(by: CollectionsBy, row: CollectionRow): string {
  if (by === 'day') return longDay(row.key);
  return by === 'month' ? monthText(row.key) : row.label;
}

const columnsOf = (o: {
  readonly by: CollectionsBy;
  readonly currency: Currency;
  readonly onOpen: (of: Opened) => void;
}): readonly Column<CollectionRow>[] => [
  { key: 'label', header: byWords[o.by], card: 'title', cell: (row) => labelOf(o.by, row) },
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
        label={`${header}, ${labelOf(o.by, row)}`}
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
        label={`Left, ${labelOf(o.by, row)}`}
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
