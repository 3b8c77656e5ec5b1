// A connection's money: its statement over some days, and what it owes, with the way to have a debt
// given up.

import { Anchor, Group, Stack, Text, TextInput, Title } from '@mantine/core';
import type { DebtRow, StatementEntry } from '@prewatt/api';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useCallback, useState } from 'react';
import {
  askWriteOff,
  customerStatementQuery,
  debtsQuery,
  statementCsvPath,
} from '../../api/corrections.ts';
import { useAction } from '../../api/use-action.ts';
import { useCurrency, useOnClock, useWhyReadOnly, useZone } from '../../shell/session.tsx';
import { isCivilDate } from '../../state/search.ts';
import { moneyEntry, readMoney, readText } from '../../text/entries.ts';
import { moneyText, signedMoneyText, unknown } from '../../text/numbers.ts';
import { civilDate } from '../../text/time.ts';
import { SaleLink } from '../../ui/columns.tsx';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { Dialog, DialogForm, EntryField, useEntry } from '../../ui/form.tsx';
import { ActionButton, Fact, facts, Instant, panel } from '../../ui/show.tsx';

export function MoneyList({ connectionId }: { connectionId: string }) {
  return (
    <Stack gap="lg">
      <Statement connectionId={connectionId} />
      <Debts connectionId={connectionId} />
    </Stack>
  );
}

function Statement({ connectionId }: { connectionId: string }) {
  const currency = useCurrency();
  const zone = useZone();
  const today = useOnClock(useCallback((nowMs: number) => civilDate(nowMs, zone), [zone]));
  const [chosen, setChosen] = useState<{ from: string; to: string } | null>(null);
  const period = chosen ?? { from: `${today.slice(0, 8)}01`, to: today };
  const query = useInfiniteQuery(customerStatementQuery(connectionId, period));
  const sums = query.data?.pages[0];
  const choose = (side: 'from' | 'to', value: string) => {
    if (!isCivilDate(value)) return;
    const other = side === 'from' ? period.to : period.from;
    const both = [value, other].sort();
    setChosen({ from: both[0] ?? value, to: both[1] ?? value });
  };
  return (
    <Stack gap="sm">
      <Group gap="sm" align="flex-end" role="group" aria-label="Days">
        {(['from', 'to'] as const).map((side) => (
          <TextInput
            key={side}
            type="date"
            size="xs"
            label={side === 'from' ? 'From' : 'To'}
            value={period[side]}
            max={today}
            onChange={(event) => choose(side, event.currentTarget.value)}
          />
        ))}
        <Anchor href={statementCsvPath(connectionId, period)} download size="sm">
          Download as CSV
        </Anchor>
      </Group>
      {sums !== undefined && (
        <section className={panel} aria-label="Money over these days">
          <dl className={facts}>
            <Fact name="Prepaid at the beginning">
              {moneyText(sums.openingPrepaidMinor, currency)}
            </Fact>
            <Fact name="Prepaid at the end">{moneyText(sums.closingPrepaidMinor, currency)}</Fact>
            <Fact name="Owed at the beginning">{moneyText(sums.openingOwedMinor, currency)}</Fact>
            <Fact name="Owed at the end">{moneyText(sums.closingOwedMinor, currency)}</Fact>
          </dl>
        </section>
      )}
      <DataTable
        label="Statement"
        noun="entry"
        columns={useEntryColumns()}
        rowKey={(row) => `${row.at} ${row.kind} ${row.saleId} ${row.prepaidAfterMinor}`}
        query={query}
        empty="Nothing moved on these days."
      />
    </Stack>
  );
}

function useEntryColumns(): Column<StatementEntry>[] {
  const currency = useCurrency();
  const change = (amount: string) => (amount === '0' ? unknown : signedMoneyText(amount, currency));
  return [
    {
      key: 'at',
      header: 'Time',
      card: 'title',
      cell: (row) => <Instant at={row.at} withAge={false} />,
    },
    {
      key: 'text',
      header: 'What',
      card: 'wide',
      cell: (row) => (
        <>
          <Text size="sm">{row.text}</Text>
          {row.parts.map((part) => (
            <Text size="xs" c="dimmed" key={`${part.label} ${part.amountMinor}`}>
              {part.label} {moneyText(part.amountMinor, currency)}
            </Text>
          ))}
          {row.saleId !== null && (
            <Text size="xs">
              <SaleLink saleId={row.saleId} label={row.text}>
                Open sale
              </SaleLink>
            </Text>
          )}
        </>
      ),
    },
    {
      key: 'prepaid',
      header: 'Prepaid',
      end: true,
      cell: (row) => change(row.prepaidChangeMinor),
    },
    { key: 'owed', header: 'Owed', end: true, cell: (row) => change(row.owedChangeMinor) },
    {
      key: 'after',
      header: 'Prepaid after',
      end: true,
      cell: (row) => moneyText(row.prepaidAfterMinor, currency),
    },
  ];
}

function Debts({ connectionId }: { connectionId: string }) {
  const currency = useCurrency();
  const readOnly = useWhyReadOnly();
  const [giving, setGiving] = useState<DebtRow | null>(null);
  const columns: Column<DebtRow>[] = [
    { key: 'label', header: 'Debt', card: 'title', cell: (row) => row.label },
    {
      key: 'since',
      header: 'Since',
      cell: (row) => <Instant at={row.createdAt} withAge={false} />,
    },
    {
      key: 'left',
      header: 'Owed now',
      end: true,
      cell: (row) => moneyText(row.outstandingMinor, currency),
    },
    {
      key: 'act',
      header: '',
      card: 'wide',
      cell: (row) => (
        <ActionButton
          size="compact-sm"
          why={readOnly ?? (row.outstandingMinor === '0' ? 'Nothing is owed any more' : null)}
          label={`Write off ${row.label}`}
          onClick={() => setGiving(row)}
        >
          Write off
        </ActionButton>
      ),
    },
  ];
  return (
    <section>
      <Title order={2} mb="xs">
        Debts
      </Title>
      <DataTable
        label="Debts"
        noun="debt"
        columns={columns}
        rowKey={(row) => row.debtId}
        query={useInfiniteQuery(debtsQuery(connectionId))}
        empty="Nothing is owed."
      />
      <Dialog
        opened={giving !== null}
        onClose={() => setGiving(null)}
        title={giving === null ? '' : `Write off ${giving.label}`}
      >
        {giving !== null && (
          <WriteOffForm connectionId={connectionId} debt={giving} onClose={() => setGiving(null)} />
        )}
      </Dialog>
    </section>
  );
}

type WriteOffProps = {
  readonly connectionId: string;
  readonly debt: DebtRow;
  readonly onClose: () => void;
};

function WriteOffForm({ connectionId, debt, onClose }: WriteOffProps) {
  const currency = useCurrency();
  const navigate = useNavigate();
  const amount = useEntry(moneyEntry(debt.outstandingMinor, currency), (text) =>
    readMoney(text, currency),
  );
  const reason = useEntry('', (text) => readText(text, 10, 500));
  const action = useAction({
    run: (o: { amountMinor: string; reason: string }, requestId) =>
      askWriteOff(connectionId, debt.debtId, { ...o, requestId }),
    stale: [['approvals'], ['connection', connectionId]],
    onDone: ({ approvalId }) =>
      void navigate({ to: '/approvals/$approvalId', params: { approvalId } }),
  });
  return (
    <DialogForm
      submit="Ask for approval"
      action={action}
      entries={[amount, reason]}
      onCancel={onClose}
      onSubmit={() => {
        if (!amount.read.ok || !reason.read.ok) return;
        action.mutate({ amountMinor: amount.read.value, reason: reason.read.value });
      }}
    >
      <Text size="sm">
        {moneyText(debt.outstandingMinor, currency)} is owed. The utility gives up what you write
        here, once a second person has approved it.
      </Text>
      <EntryField entry={amount} label="Amount" unit={currency.code} numeric focus />
      <EntryField entry={reason} label="Why" note="The second person reads it" long />
    </DialogForm>
  );
}
