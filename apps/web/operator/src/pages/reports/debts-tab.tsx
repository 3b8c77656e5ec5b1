// What homes owe now, by days since it was charged; each age opens its debts.

import { Group, Stack, Text } from '@mantine/core';
import type { DebtAge, DebtReport, OwedDebt } from '@prewatt/api';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { debtReportFile, debtReportQuery, debtsOfAgeQuery } from '../../api/reports.ts';
import { useCurrency } from '../../shell/session.tsx';
import { moneyText } from '../../text/numbers.ts';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { FileLinks } from '../../ui/file-link.tsx';
import { Dialog } from '../../ui/form.tsx';
import { ActionButton, Instant } from '../../ui/show.tsx';
import { QueryState } from '../../ui/states.tsx';
import { wholeList } from '../../ui/whole-list.ts';

const ageWords: Readonly<Record<DebtAge, string>> = {
  upTo30: 'Up to 30 days',
  upTo60: '31 to 60 days',
  upTo90: '61 to 90 days',
  over90: 'Over 90 days',
};

type Row = {
  readonly age: DebtAge | null;
  readonly debts: number;
  readonly homes: number;
  readonly outstandingMinor: string;
};

export function DebtsTab() {
  const report = useQuery(debtReportQuery);
  const [open, setOpen] = useState<DebtAge | null>(null);
  return (
    <Stack gap="md">
      <Text c="dimmed" size="sm" maw="75ch">
        What is owed now beside purchases, by the days since it was charged. Part of each purchase
        pays it back, by the rule of the debt.
      </Text>
      <Group>
        <FileLinks href={debtReportFile} />
      </Group>
      {report.data === undefined ? (
        <QueryState query={report} height={200} />
      ) : (
        <Ages report={report.data} onOpen={setOpen} />
      )}
      <Dialog
        opened={open !== null}
        onClose={() => setOpen(null)}
        title={open === null ? '' : `Debts: ${ageWords[open].toLowerCase()}`}
        wide
      >
        {open !== null && <Debts age={open} />}
      </Dialog>
    </Stack>
  );
}

function Ages(o: { readonly report: DebtReport; readonly onOpen: (age: DebtAge) => void }) {
  const currency = useCurrency();
  const rows: readonly Row[] = [...o.report.rows, { age: null, ...o.report.total }];
  const words = (row: Row) => (row.age === null ? 'Total' : ageWords[row.age]);
  const columns: readonly Column<Row>[] = [
    { key: 'age', header: 'Age', card: 'title', cell: words },
    { key: 'homes', header: 'Homes', end: true, cell: (row) => row.homes },
    { key: 'debts', header: 'Debts', end: true, cell: (row) => row.debts },
    {
      key: 'owed',
      header: 'Owed',
      end: true,
      cell: (row) => moneyText(row.outstandingMinor, currency),
    },
    {
      key: 'open',
      header: '',
      card: 'wide',
      cell: ({ age, debts }) =>
        age === null || debts === 0 ? null : (
          <ActionButton
            size="compact-sm"
            why={null}
            label={`Debts of ${ageWords[age].toLowerCase()}`}
            onClick={() => o.onOpen(age)}
          >
            Open
          </ActionButton>
        ),
    },
  ];
  return (
    <DataTable
      label="Debts by age"
      noun="row"
      columns={columns}
      rowKey={(row) => row.age ?? 'total'}
      query={wholeList(rows)}
      empty="No home owes anything."
    />
  );
}

function Debts({ age }: { readonly age: DebtAge }) {
  const currency = useCurrency();
  const columns: readonly Column<OwedDebt>[] = [
    {
      key: 'home',
      header: 'Connection',
      card: 'title',
      cell: (row) => (
        <Link to="/connections/$connectionId" params={{ connectionId: row.connectionId }}>
          {row.connectionName}
        </Link>
      ),
    },
    { key: 'label', header: 'Debt', cell: (row) => row.label },
    {
      key: 'charged',
      header: 'Charged',
      cell: (row) => <Instant at={row.chargedAt} withAge={false} />,
    },
    {
      key: 'owed',
      header: 'Owed',
      end: true,
      cell: (row) => moneyText(row.outstandingMinor, currency),
    },
  ];
  return (
    <DataTable
      label="Debts"
      noun="debt"
      columns={columns}
      rowKey={(row) => row.debtId}
      query={useInfiniteQuery(debtsOfAgeQuery(age))}
      empty="No debt is of this age."
    />
  );
}
