// A vendor's shifts, with what was counted at their end, and its deposits.

import { Text } from '@mantine/core';
import type { ShiftRow, VendorDepositJson } from '@prewatt/api';
import { useInfiniteQuery } from '@tanstack/react-query';
import { shiftsQuery, vendorDepositsQuery } from '../../api/vendors.ts';
import { useCurrency } from '../../shell/session.tsx';
import { moneyText, unknown } from '../../text/numbers.ts';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { Instant, StateBadge } from '../../ui/show.tsx';
import { differenceLabel } from './labels.ts';

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
    { key: 'counted', header: 'Counted', end: true, cell: (row) => money(row.countedMinor) },
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
