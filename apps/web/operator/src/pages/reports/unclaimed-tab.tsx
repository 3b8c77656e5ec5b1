// Money that the utility holds now and that is somebody's; each sum opens its pieces.

import { Group, Stack, Text } from '@mantine/core';
import type { UnclaimedItem, UnclaimedKind, UnclaimedReport } from '@prewatt/api';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { unclaimedFile, unclaimedListQuery, unclaimedQuery } from '../../api/reports.ts';
import { useCurrency } from '../../shell/session.tsx';
import { moneyText, unknown } from '../../text/numbers.ts';
import { WithNote } from '../../ui/columns.tsx';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { FileLinks } from '../../ui/file-link.tsx';
import { Dialog } from '../../ui/form.tsx';
import { Age } from '../../ui/show.tsx';
import { QueryState } from '../../ui/states.tsx';
import { wholeList } from '../../ui/whole-list.ts';
import { amountColumn, Figure, homeColumn, saleColumn } from './figures.tsx';

const kindWords: Readonly<Record<UnclaimedKind, string>> = {
  unallocated: 'Unallocated money',
  refundsDue: 'Refunds due',
  balances: 'Balances without a customer',
};
const kindNotes: Readonly<Record<UnclaimedKind, string>> = {
  unallocated: 'A provider took it, and it paid for no sale.',
  refundsDue: 'The sale was reversed, and the payer was not paid yet.',
  balances: 'The home has no customer, or its connection is closed.',
};

type Row = Omit<UnclaimedReport['rows'][number], 'kind'> & { readonly kind: UnclaimedKind | null };

export function UnclaimedTab() {
  const report = useQuery(unclaimedQuery);
  const [open, setOpen] = useState<UnclaimedKind | null>(null);
  return (
    <Stack gap="md">
      <Text c="dimmed" size="sm" maw="75ch">
        Money that the utility holds now and that belongs to somebody else. It is given out in{' '}
        <Link to="/unallocated-money">Unallocated money</Link> and{' '}
        <Link to="/refunds">Refunds</Link>, or on the page of the home. Sums in other currencies are
        in Unallocated money alone.
      </Text>
      <Group>
        <FileLinks href={unclaimedFile} />
      </Group>
      {report.data === undefined ? (
        <QueryState query={report} height={200} />
      ) : (
        <Kinds report={report.data} onOpen={setOpen} />
      )}
      <Dialog
        opened={open !== null}
        onClose={() => setOpen(null)}
        title={open === null ? '' : kindWords[open]}
        wide
      >
        {open !== null && <Items kind={open} />}
      </Dialog>
    </Stack>
  );
}

type KindsProps = {
  readonly report: UnclaimedReport;
  readonly onOpen: (kind: UnclaimedKind) => void;
};

function Kinds({ report, onOpen }: KindsProps) {
  const currency = useCurrency();
  const rows: readonly Row[] = [...report.rows, { kind: null, ...report.total }];
  const columns: readonly Column<Row>[] = [
    {
      key: 'kind',
      header: 'Money',
      card: 'title',
      cell: ({ kind }) =>
        kind === null ? 'Total' : <WithNote note={kindNotes[kind]}>{kindWords[kind]}</WithNote>,
    },
    { key: 'items', header: 'Pieces', end: true, cell: (row) => row.items },
    {
      key: 'amount',
      header: 'Amount',
      end: true,
      cell: ({ kind, amountMinor }) =>
        kind === null ? (
          moneyText(amountMinor, currency)
        ) : (
          <Figure isNone={amountMinor === '0'} label={kindWords[kind]} onOpen={() => onOpen(kind)}>
            {moneyText(amountMinor, currency)}
          </Figure>
        ),
    },
    {
      key: 'overdue',
      header: 'Over 90 days',
      end: true,
      cell: (row) => (row.overdueMinor === '0' ? unknown : moneyText(row.overdueMinor, currency)),
    },
    {
      key: 'oldest',
      header: 'Oldest',
      cell: (row) => (row.oldestAt === null ? unknown : <Age at={row.oldestAt} />),
    },
  ];
  return (
    <DataTable
      label="Unclaimed money"
      noun="row"
      columns={columns}
      rowKey={(row) => row.kind ?? 'total'}
      query={wholeList(rows)}
      empty="No money is unclaimed."
    />
  );
}

function Items({ kind }: { readonly kind: UnclaimedKind }) {
  const currency = useCurrency();
  const columns: Column<UnclaimedItem>[] = [
    { key: 'since', header: 'Since', card: 'title', cell: (row) => <Age at={row.since} /> },
    homeColumn(),
    amountColumn(currency),
    ...(kind === 'balances' ? [] : [saleColumn<UnclaimedItem>()]),
    ...(kind === 'unallocated'
      ? [
          {
            key: 'reference',
            header: 'Taken by',
            cell: (row: UnclaimedItem) => row.reference ?? unknown,
          },
        ]
      : []),
  ];
  return (
    <DataTable
      label={kindWords[kind]}
      noun="piece"
      columns={columns}
      rowKey={(row) => row.itemId}
      query={useInfiniteQuery(unclaimedListQuery(kind))}
      empty="Nothing is behind it."
    />
  );
}
