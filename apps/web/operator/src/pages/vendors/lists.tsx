// A vendor's shifts and batches, with what was counted at their end, and its deposits.

import { Text } from '@mantine/core';
import type { ShiftRow, VendorBatch, VendorDepositJson } from '@prewatt/api';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { batchesQuery, shiftsQuery, vendorDepositsQuery } from '../../api/vendors.ts';
import { useCurrency, useWhyReadOnly } from '../../shell/session.tsx';
import { moneyText, unknown } from '../../text/numbers.ts';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { ActionButton, Instant, StateBadge } from '../../ui/show.tsx';
import { UndoDepositDialog } from './dialogs.tsx';
import { batchName, differenceLabel } from './labels.ts';

/** What was counted at the end; an end without a count says so. */
const counted = (
  { countedMinor }: { readonly countedMinor: string | null },
  endedAt: string | null,
  money: (amountMinor: string | null) => string,
): string => (endedAt !== null && countedMinor === null ? 'Not counted' : money(countedMinor));

export function ShiftList({ vendorId }: { vendorId: string }) {
  const currency = useCurrency();
  const money = (amountMinor: string | null) =>
    amountMinor === null ? unknown : moneyText(amountMinor, currency);
  const columns: Column<ShiftRow>[] = [
    {
      key: 'opened',
      header: 'Opened',
      card: 'title',
      cell: (row) => <Instant at={row.openedAt} />,
    },
    {
      key: 'till',
      header: 'Till',
      cell: (row) => (row.clerk === null ? row.till : `${row.till}, ${row.clerk}`),
    },
    {
      key: 'closed',
      header: 'Closed',
      cell: (row) =>
        row.closedAt === null ? (
          <StateBadge label={{ text: 'Open', tone: 'busy' }} />
        ) : (
          <Instant at={row.closedAt} withAge={false} />
        ),
    },
    { key: 'sales', header: 'Sales', end: true, cell: (row) => row.sales },
    {
      key: 'commission',
      header: 'Commission',
      end: true,
      cell: (row) => money(row.commissionMinor),
    },
    { key: 'expected', header: 'Expected', end: true, cell: (row) => money(row.expectedMinor) },
    {
      key: 'counted',
      header: 'Counted',
      end: true,
      cell: (row) => counted(row, row.closedAt, money),
    },
    {
      key: 'difference',
      header: 'Difference',
      end: true,
      cell: (row) => (
        <>
          {money(row.differenceMinor)}
          {row.differenceMinor !== null && (
            <div>
              <StateBadge label={differenceLabel(row.differenceMinor)} />
            </div>
          )}
        </>
      ),
    },
  ];
  return (
    <DataTable
      label="Shifts"
      noun="shift"
      columns={columns}
      rowKey={(row) => row.shiftId}
      query={useInfiniteQuery(shiftsQuery(vendorId))}
      empty="No till has opened a shift yet."
    />
  );
}

export function BatchList({ vendorId }: { vendorId: string }) {
  const currency = useCurrency();
  const money = (amountMinor: string | null) =>
    amountMinor === null ? unknown : moneyText(amountMinor, currency);
  const columns: Column<VendorBatch>[] = [
    { key: 'name', header: 'Batch', card: 'title', cell: batchName },
    { key: 'started', header: 'Started', cell: (row) => <Instant at={row.startedAt} /> },
    {
      key: 'ended',
      header: 'Ended',
      cell: (row) =>
        row.endedAt === null ? (
          <StateBadge label={{ text: 'Open', tone: 'busy' }} />
        ) : (
          <Instant at={row.endedAt} withAge={false} />
        ),
    },
    { key: 'sales', header: 'Sales', end: true, cell: (row) => row.sales },
    { key: 'tax', header: 'Tax in it', end: true, cell: (row) => money(row.taxMinor) },
    { key: 'expected', header: 'Expected', end: true, cell: (row) => money(row.expectedMinor) },
    {
      key: 'counted',
      header: 'Counted',
      end: true,
      cell: (row) => counted(row, row.endedAt, money),
    },
    {
      key: 'difference',
      header: 'Difference',
      end: true,
      cell: (row) =>
        row.differenceMinor === null ? (
          unknown
        ) : (
          <>
            {money(row.differenceMinor)}
            <div>
              <StateBadge label={differenceLabel(row.differenceMinor)} />
            </div>
          </>
        ),
    },
  ];
  return (
    <DataTable
      label="Batches"
      noun="batch"
      columns={columns}
      rowKey={(row) => row.batchId}
      query={useInfiniteQuery(batchesQuery(vendorId))}
      empty="This vendor’s XMLVend terminals have started no batch yet. A sales batch adds up closed shifts, a bank batch adds up sales batches."
    />
  );
}

export function VendorDepositList({ vendorId }: { vendorId: string }) {
  const currency = useCurrency();
  const columns: Column<VendorDepositJson>[] = [
    {
      key: 'at',
      header: 'Recorded',
      card: 'title',
      cell: (row) => <Instant at={row.recordedAt} />,
    },
    {
      key: 'amount',
      header: 'Amount',
      end: true,
      cell: (row) => moneyText(row.amountMinor, currency),
    },
    { key: 'reference', header: 'Reference', cell: (row) => row.reference },
    {
      key: 'by',
      header: 'Recorded by',
      cell: (row) => <Text size="sm">{row.recordedBy}</Text>,
    },
    {
      key: 'undone',
      header: 'Undone',
      cell: (row) => <Undone vendorId={vendorId} paid={row} />,
    },
  ];
  return (
    <DataTable
      label="Deposits"
      noun="deposit"
      columns={columns}
      rowKey={(row) => row.vendorDepositId}
      query={useInfiniteQuery(vendorDepositsQuery(vendorId))}
      empty="This vendor has brought no money yet."
    />
  );
}

function Undone({ vendorId, paid }: { vendorId: string; paid: VendorDepositJson }) {
  const readOnly = useWhyReadOnly();
  const [opened, setOpened] = useState(false);
  const { undone } = paid;
  if (undone !== null) {
    return (
      <>
        <Instant at={undone.at} withAge={false} />
        <Text size="sm">{undone.reason}</Text>
        <Text size="xs" c="dimmed">
          Asked by {undone.askedBy}, allowed by {undone.allowedBy}
        </Text>
      </>
    );
  }
  return (
    <>
      <ActionButton
        why={readOnly}
        label={`Undo the deposit ${paid.reference}`}
        onClick={() => setOpened(true)}
      >
        Undo
      </ActionButton>
      <UndoDepositDialog
        opened={opened}
        onClose={() => setOpened(false)}
        vendorId={vendorId}
        paid={paid}
      />
    </>
  );
}
