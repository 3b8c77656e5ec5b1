// What payment providers kept of our payments, as their settlements say and the ledger has it.

import { Stack, Text } from '@mantine/core';
import type { ProviderFeesRow } from '@prewatt/api';
import { useInfiniteQuery } from '@tanstack/react-query';
import { feesQuery } from '../../api/reconciliation.ts';
import { useCurrency } from '../../shell/session.tsx';
import { moneyText } from '../../text/numbers.ts';
import { type Column, DataTable } from '../../ui/data-table.tsx';

export function Fees() {
  const currency = useCurrency();
  const columns: readonly Column<ProviderFeesRow>[] = [
    { key: 'month', header: 'Month', card: 'title', cell: (row) => row.month },
    { key: 'provider', header: 'Provider', cell: (row) => row.provider },
    { key: 'payments', header: 'Payments', end: true, cell: (row) => row.payments },
    {
      key: 'fee',
      header: 'Fees',
      end: true,
      cell: (row) => moneyText(row.feeMinor, currency),
    },
    { key: 'corrected', header: 'Corrected', end: true, cell: (row) => row.corrected },
  ];
  return (
    <Stack gap="sm">
      <Text c="dimmed" size="sm" maw="75ch">
        The fee of each payment that is ours is booked once: from the money that the provider holds
        to the account of provider fees. A later settlement that says another fee corrects it.
      </Text>
      <DataTable
        label="Fees"
        noun="month"
        columns={columns}
        rowKey={(row) => `${row.month} ${row.provider}`}
        query={useInfiniteQuery(feesQuery)}
        empty="No settlement has told a fee of a payment yet."
      />
    </Stack>
  );
}
