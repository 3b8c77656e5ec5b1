// Who sells for cash: float, limit, today's sales, this hour's budget, and who may not sell.

import { Stack, Text } from '@mantine/core';
import type { VendorStanding } from '@prewatt/api';
import { countText } from '@prewatt/quantities';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { vendorsQuery } from '../../api/vendors.ts';
import { useCurrency, useWhyNotAdministrator } from '../../shell/session.tsx';
import { moneyText } from '../../text/numbers.ts';
import { WithNote } from '../../ui/columns.tsx';
import { type Column, DataTable, rowLink } from '../../ui/data-table.tsx';
import { ActionButton, PageHeading, StateBadge } from '../../ui/show.tsx';
import { NewVendorDialog } from './dialogs.tsx';
import { mayStillSell, vendorLabel } from './labels.ts';
import { PageWritingPanel } from './page-writing.tsx';
import { ReceiptTexts } from './receipt-texts.tsx';

export default function VendorsPage() {
  const query = useInfiniteQuery(vendorsQuery);
  const notAdministrator = useWhyNotAdministrator();
  const [making, setMaking] = useState(false);
  const columns = useColumns();
  return (
    <Stack gap="md">
      <PageHeading
        title="Vendors"
        aside={
          <ActionButton why={notAdministrator} onClick={() => setMaking(true)}>
            New vendor
          </ActionButton>
        }
      />
      <Text c="dimmed" size="sm">
        Shops that sell for cash, up to the money that they have paid in.
      </Text>
      <DataTable
        label="Vendors"
        noun="vendor"
        linked
        columns={columns}
        rowKey={(row) => row.vendorId}
        query={query}
        empty="No vendor yet. An administrator makes one; its tills then sell with a key."
      />
      <ReceiptTexts />
      <PageWritingPanel />
      <NewVendorDialog opened={making} onClose={() => setMaking(false)} />
    </Stack>
  );
}

function useColumns(): Column<VendorStanding>[] {
  const currency = useCurrency();
  return [
    {
      key: 'name',
      header: 'Vendor',
      card: 'title',
      cell: (row) => (
        <Link to="/vendors/$vendorId" params={{ vendorId: row.vendorId }} className={rowLink}>
          {row.name}
        </Link>
      ),
    },
    {
      key: 'state',
      header: 'State',
      card: 'wideBare',
      cell: (row) => (
        <WithNote note={row.blockedReason}>
          <StateBadge label={vendorLabel(row)} />
        </WithNote>
      ),
    },
    {
      key: 'float',
      header: 'Float',
      end: true,
      cell: (row) => moneyText(row.floatMinor, currency),
    },
    {
      key: 'left',
      header: 'May still sell',
      end: true,
      cell: (row) => moneyText(mayStillSell(row), currency),
    },
    {
      key: 'today',
      header: 'Sold today',
      end: true,
      cell: (row) => (
        <>
          {moneyText(row.today.amountMinor, currency)}
          <Text size="xs" c="dimmed">
            {countText(row.today.sales, 'sale')}
          </Text>
        </>
      ),
    },
    {
      key: 'hour',
      header: 'Tokens this hour',
      end: true,
      cell: (row) => `${row.hour.tokens} of ${row.tokensPerHour}`,
    },
  ];
}
