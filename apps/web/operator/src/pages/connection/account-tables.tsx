// The meter's account in the terms of its standard: each credit with its state, each charge with
// its price, for who has to explain them.

import { Stack } from '@mantine/core';
import type { MeterView } from '@prewatt/api';
import { type ChargeRow, type CreditRow, chargesOf, creditsOf } from '../../text/cosem.ts';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { ToneWord } from '../../ui/show.tsx';
import { wholeList } from '../../ui/whole-list.ts';
import styles from './connection.module.css';

const creditColumns: readonly Column<CreditRow>[] = [
  { key: 'name', header: 'Credit', card: 'title', cell: (row) => row.name },
  { key: 'priority', header: 'Priority', cell: (row) => row.priority },
  { key: 'status', header: 'State', cell: (row) => <ToneWord label={row.status} /> },
  { key: 'amount', header: 'Left', end: true, cell: (row) => row.amount },
  { key: 'limit', header: 'At most', end: true, cell: (row) => row.limit },
];

const chargeColumns: readonly Column<ChargeRow>[] = [
  { key: 'name', header: 'Charge', card: 'title', cell: (row) => row.name },
  { key: 'price', header: 'Price', cell: (row) => row.price },
  { key: 'charged', header: 'Charged so far', end: true, cell: (row) => row.charged },
  { key: 'waiting', header: 'Waits for credit', end: true, cell: (row) => row.waiting },
];

export function AccountTables({ said }: { readonly said: NonNullable<MeterView['said']> }) {
  const credits = creditsOf(said);
  if (credits.length === 0) return null;
  return (
    <details className={styles.more}>
      <summary>Credits and charges of its account</summary>
      <Stack gap="sm" mt="xs">
        <DataTable
          label="Credits"
          noun="credit"
          columns={creditColumns}
          rowKey={(row) => row.name}
          query={wholeList(credits)}
          empty="It has no credit."
        />
        <DataTable
          label="Charges"
          noun="charge"
          columns={chargeColumns}
          rowKey={(row) => row.name}
          query={wholeList(chargesOf(said))}
          empty="It charges nothing."
        />
      </Stack>
    </details>
  );
}
