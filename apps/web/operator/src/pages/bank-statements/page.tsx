// Statements of a bank account: brought here, allowed by a second person, and what became of their
// payments.

import { Stack, Text } from '@mantine/core';
import type { BankStatement } from '@prewatt/api';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { bankStatementQuery, bankStatementsQuery } from '../../api/bank-statements.ts';
import { useCurrency } from '../../shell/session.tsx';
import { moneyText } from '../../text/numbers.ts';
import { WithNote } from '../../ui/columns.tsx';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { Dialog } from '../../ui/form.tsx';
import { ActionButton, Instant, PageHeading, StateBadge } from '../../ui/show.tsx';
import { BringStatement } from './bring.tsx';
import { stateLabels } from './labels.ts';

export default function BankStatementsPage() {
  const [open, setOpen] = useState<BankStatement | null>(null);
  const columns = useColumns(setOpen);
  return (
    <Stack gap="md">
      <PageHeading title="Bank statements" />
      <Text c="dimmed" size="sm" maw="75ch">
        Customers pay by transfer and write their meter’s number. Each payment of a statement that a
        second person allowed buys at once for the meter that it names exactly; the rest goes to
        unallocated money. A payment that stands in several files is taken once.
      </Text>
      <BringStatement />
      <DataTable
        label="Bank statements"
        noun="statement"
        columns={columns}
        rowKey={(row) => row.statementId}
        query={useInfiniteQuery(bankStatementsQuery)}
        empty="No bank statement yet."
      />
      <Dialog opened={open !== null} onClose={() => setOpen(null)} title={open?.name ?? ''}>
        {open !== null && <Entries statementId={open.statementId} />}
      </Dialog>
    </Stack>
  );
}

function useColumns(onOpen: (row: BankStatement) => void): Column<BankStatement>[] {
  const currency = useCurrency();
  return [
    {
      key: 'name',
      header: 'File',
      card: 'title',
      cell: (row) => <WithNote note={row.format}>{row.name}</WithNote>,
    },
    {
      key: 'payments',
      header: 'Payments',
      end: true,
      cell: (row) => (
        <WithNote note={moneyText(row.paymentsMinor, currency)}>{row.payments}</WithNote>
      ),
    },
    {
      key: 'became',
      header: 'Became',
      cell: ({ counts, reversals }) =>
        [
          `${counts.placed} bought`,
          `${counts.unallocated} on the list`,
          ...(counts.before > 0 ? [`${counts.before} known before`] : []),
          ...(counts.open > 0 ? [`${counts.open} to go`] : []),
          ...(reversals > 0 ? [`${reversals} taken back by the bank`] : []),
        ].join(', '),
    },
    { key: 'state', header: 'State', cell: (row) => <StateBadge label={stateLabels[row.state]} /> },
    {
      key: 'at',
      header: 'Brought',
      card: 'wide',
      cell: (row) => (
        <>
          <Instant at={row.broughtAt} />
          <Text size="xs" c="dimmed">
            by {row.broughtBy}
            {row.approvedBy === null ? '' : `, allowed by ${row.approvedBy}`}
          </Text>
        </>
      ),
    },
    {
      key: 'open',
      header: '',
      cell: (row) => (
        <ActionButton
          size="compact-sm"
          why={null}
          label={`Entries of ${row.name}`}
          onClick={() => onOpen(row)}
        >
          Entries
        </ActionButton>
      ),
    },
  ];
}

const outcomeTexts: Readonly<Record<string, string>> = {
  placed: 'bought',
  matched: 'bought',
  unallocated: 'on the list',
  payment: 'paid for a purchase',
  dropped: 'known before',
};

function Entries({ statementId }: { statementId: string }) {
  const currency = useCurrency();
  const { data } = useQuery(bankStatementQuery(statementId));
  if (data === undefined) return null;
  return (
    <Stack gap={4}>
      {data.rows.map((row) => (
        <Text size="sm" key={row.ordinal} style={{ overflowWrap: 'anywhere' }}>
          {moneyText(row.amountMinor, currency)} · {row.text ?? 'no text'} · {row.payer ?? ''} ·{' '}
          {row.kind === 'reversal'
            ? 'taken back by the bank: reverse what it bought'
            : (outcomeTexts[row.outcome ?? ''] ?? 'waits')}
        </Text>
      ))}
    </Stack>
  );
}
