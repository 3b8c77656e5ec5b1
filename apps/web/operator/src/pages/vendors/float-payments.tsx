// What a vendor's tills asked phones for to pay its float in, and what became of it.

import { Text } from '@mantine/core';
import type { FloatPaymentJson } from '@prewatt/api';
import { useQuery } from '@tanstack/react-query';
import { floatPaymentsQuery } from '../../api/vendors.ts';
import { useCurrency } from '../../shell/session.tsx';
import { moneyText, unknown } from '../../text/numbers.ts';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { Instant, StateBadge } from '../../ui/show.tsx';
import { wholeQuery } from '../../ui/whole-list.ts';
import { floatPaymentLabels } from './labels.ts';

export function FloatPaymentList({ vendorId }: { vendorId: string }) {
  const currency = useCurrency();
  const columns: Column<FloatPaymentJson>[] = [
    { key: 'at', header: 'Asked', card: 'title', cell: (row) => <Instant at={row.askedAt} /> },
    {
      key: 'amount',
      header: 'Amount',
      end: true,
      cell: (row) => moneyText(row.amountMinor, currency),
    },
    {
      key: 'state',
      header: 'State',
      cell: (row) => (
        <>
          <StateBadge label={floatPaymentLabels[row.state]} />
          {row.otherAmountMinor !== null && row.state === 'otherAmount' && (
            <Text size="xs" c="dimmed">
              {moneyText(row.otherAmountMinor, currency)}, under Unallocated money
            </Text>
          )}
        </>
      ),
    },
    { key: 'phone', header: 'Phone', cell: (row) => row.phone },
    { key: 'by', header: 'Asked by', cell: (row) => <Text size="sm">{row.askedBy}</Text> },
    {
      key: 'reference',
      header: 'Reference',
      cell: (row) =>
        row.providerReference === null ? unknown : `${row.provider} ${row.providerReference}`,
    },
  ];
  return (
    <DataTable
      label="Paid by phone"
      noun="payment"
      columns={columns}
      rowKey={(row) => row.paymentId}
      query={wholeQuery(useQuery(floatPaymentsQuery(vendorId)))}
      empty="No till of this vendor has asked a phone for its float yet."
    />
  );
}
