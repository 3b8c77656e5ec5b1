// Money of reversed sales that goes back to who paid it: due until somebody has paid it and names
// the bank's reference.

import { Group, Stack, Text } from '@mantine/core';
import { providersThatRefund, type RefundRow } from '@prewatt/api';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { payRefund, refundsKey, refundsQuery, sendRefund } from '../../api/corrections.ts';
import { controlLimitsKey } from '../../api/limits.ts';
import { useAction } from '../../api/use-action.ts';
import { useCurrency, useWhyReadOnly } from '../../shell/session.tsx';
import { refundsSearch } from '../../state/search.ts';
import { readText } from '../../text/entries.ts';
import { moneyText, unknown } from '../../text/numbers.ts';
import { Choices } from '../../ui/choices.tsx';
import { SaleLink } from '../../ui/columns.tsx';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { Dialog, DialogForm, EntryField, useEntry } from '../../ui/form.tsx';
import { ActionButton, Age, Instant, PageHeading } from '../../ui/show.tsx';
import { AloneNote, useToApproval } from '../alone-note.tsx';

export default function RefundsPage() {
  const { refunds: state = 'due' } = useSearch({ from: '/signed-in/refunds' });
  const navigate = useNavigate();
  const [paying, setPaying] = useState<RefundRow | null>(null);
  const columns = useColumns(setPaying);
  return (
    <Stack gap="md">
      <PageHeading title="Refunds" />
      <Text c="dimmed" size="sm" maw="75ch">
        Money of reversed sales on its way back to who paid it. Have the provider send it back, or
        pay it yourself and enter the reference.
      </Text>
      <Choices
        label="Show"
        of={['due', 'paid'] as const}
        chosen={state}
        text={(each) => (each === 'due' ? 'Due' : 'Paid')}
        onChoose={(each) =>
          void navigate({
            to: '/refunds',
            search: refundsSearch({ refunds: each }),
            replace: true,
          })
        }
      />
      <DataTable
        label="Refunds"
        noun="refund"
        columns={columns}
        rowKey={(row) => row.refundId}
        query={useInfiniteQuery(refundsQuery(state))}
        empty={state === 'due' ? 'No refund is due.' : 'No refund was paid yet.'}
      />
      <Dialog opened={paying !== null} onClose={() => setPaying(null)} title="Refund paid">
        {paying !== null && <PaidForm of={paying} onClose={() => setPaying(null)} />}
      </Dialog>
    </Stack>
  );
}

function useColumns(onPay: (row: RefundRow) => void): Column<RefundRow>[] {
  const currency = useCurrency();
  const readOnly = useWhyReadOnly();
  return [
    {
      key: 'sale',
      header: 'Sale of',
      card: 'title',
      cell: (row) => (
        <SaleLink saleId={row.saleId} label={`Sale of ${row.connectionName}, details`}>
          {row.connectionName}
        </SaleLink>
      ),
    },
    {
      key: 'amount',
      header: 'Amount',
      end: true,
      cell: (row) => moneyText(row.amountMinor, currency),
    },
    {
      key: 'to',
      header: 'To',
      cell: (row) => (
        <>
          {row.customerName ?? unknown}
          <Text size="xs" c="dimmed">
            {row.customerPhone}
          </Text>
        </>
      ),
    },
    {
      key: 'paid',
      header: 'Was paid through',
      cell: (row) => (
        <>
          {row.provider}
          <Text size="xs" c="dimmed">
            {row.providerReference}
          </Text>
        </>
      ),
    },
    { key: 'due', header: 'Due', cell: (row) => <Age at={row.dueAt} /> },
    {
      key: 'act',
      header: '',
      card: 'wide',
      cell: (row) =>
        row.paidAt === null ? (
          <Group gap={6}>
            <Sent row={row} />
            <ActionButton
              size="compact-sm"
              why={readOnly}
              label={`Paid: refund of ${row.connectionName}`}
              onClick={() => onPay(row)}
            >
              Paid
            </ActionButton>
          </Group>
        ) : (
          <Text size="xs" c="dimmed">
            {row.paidReference}, {row.paidBy}, <Instant at={row.paidAt} withAge={false} />
          </Text>
        ),
    },
  ];
}

const sentTexts = {
  asked: 'The provider is being asked',
  accepted: 'The provider sends it',
  done: 'Sent',
  failed: 'The provider refused: pay it by hand',
} as const;

/** Sent back by the provider that took it, or how far that is. */
function Sent({ row }: { row: RefundRow }) {
  const readOnly = useWhyReadOnly();
  const toApproval = useToApproval();
  const action = useAction({
    run: sendRefund,
    stale: [refundsKey, ['approvals'], controlLimitsKey],
    onDone: (done) => {
      if ('approvalId' in done) toApproval(done.approvalId);
    },
  });
  if (row.sent !== null) {
    return <Text size="xs">{sentTexts[row.sent.state]}</Text>;
  }
  if (!providersThatRefund.includes(row.provider)) return null;
  return (
    <ActionButton
      size="compact-sm"
      why={readOnly}
      loading={action.isPending}
      label={`Send back by ${row.provider}: refund of ${row.connectionName}`}
      onClick={() => action.mutate(row.refundId)}
    >
      Send back
    </ActionButton>
  );
}

function PaidForm({ of, onClose }: { of: RefundRow; onClose: () => void }) {
  const currency = useCurrency();
  const reference = useEntry('', (text) => readText(text, 1, 100));
  const toApproval = useToApproval();
  const action = useAction({
    run: (words: string) => payRefund(of.refundId, words),
    stale: [refundsKey, ['approvals'], controlLimitsKey],
    onDone: (done) => {
      onClose();
      if ('approvalId' in done) toApproval(done.approvalId);
    },
  });
  return (
    <DialogForm
      submit="It is paid"
      action={action}
      entries={[reference]}
      onCancel={onClose}
      onSubmit={() => {
        if (reference.read.ok) action.mutate(reference.read.value);
      }}
    >
      <Text size="sm">
        {moneyText(of.amountMinor, currency)} to {of.customerName ?? of.connectionName}. This cannot
        be taken back.
      </Text>
      <EntryField entry={reference} label="Reference of the bank" focus />
      <AloneNote amountMinor={of.amountMinor} />
    </DialogForm>
  );
}
