// Money that a provider took and that no sale got: it waits until two people let it buy for a
// connection, or record that it was paid back.

import { Group, Stack, Text } from '@mantine/core';
import type { UnallocatedCause, UnallocatedMoneyRow } from '@prewatt/api';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { unallocatedQuery } from '../../api/unallocated-money.ts';
import { useCurrency, useWhyReadOnly } from '../../shell/session.tsx';
import { unallocatedSearch } from '../../state/search.ts';
import { moneyText } from '../../text/numbers.ts';
import { Choices } from '../../ui/choices.tsx';
import { SaleLink, WithNote } from '../../ui/columns.tsx';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { Dialog } from '../../ui/form.tsx';
import { ActionButton, Age, Instant, PageHeading } from '../../ui/show.tsx';
import { MoveForm, RefundForm } from './forms.tsx';

const causeTexts: Record<UnallocatedCause, string> = {
  otherCurrency: 'It is in another currency.',
  secondPayment: 'The sale was paid before.',
  referenceReused: 'The reference has paid for something else.',
  unknownAccount: 'No meter has the number that was written.',
  meterBlocked: 'Nothing may be sold to the meter that was named.',
  amountDiffers: 'The provider told another amount first.',
  notProved: 'The provider did not confirm it: look it up first.',
};

type Asking = { readonly action: 'move' | 'refund'; readonly of: UnallocatedMoneyRow };

export default function UnallocatedMoneyPage() {
  const { money: state = 'waiting' } = useSearch({ from: '/signed-in/unallocated-money' });
  const navigate = useNavigate();
  const [asking, setAsking] = useState<Asking | null>(null);
  const columns = useColumns(setAsking);
  const close = () => setAsking(null);
  return (
    <Stack gap="md">
      <PageHeading title="Unallocated money" />
      <Text c="dimmed" size="sm" maw="75ch">
        Money that a payment provider took and that paid for no sale. Move it to a connection, where
        it buys; or pay it back through the provider and record the reference. Both wait for a
        second person.
      </Text>
      <Choices
        label="Show"
        of={['waiting', 'decided'] as const}
        chosen={state}
        text={(each) => (each === 'waiting' ? 'Waiting' : 'Decided')}
        onChoose={(each) =>
          void navigate({
            to: '/unallocated-money',
            search: unallocatedSearch({ money: each }),
            replace: true,
          })
        }
      />
      <DataTable
        label="Unallocated money"
        noun="payment"
        columns={columns}
        rowKey={(row) => row.moneyId}
        query={useInfiniteQuery(unallocatedQuery(state))}
        empty={state === 'waiting' ? 'No money waits.' : 'Nothing was decided yet.'}
      />
      <Dialog
        opened={asking !== null}
        onClose={close}
        title={asking?.action === 'refund' ? 'Paid back' : 'Move to a connection'}
      >
        {asking?.action === 'move' && <MoveForm of={asking.of} onClose={close} />}
        {asking?.action === 'refund' && <RefundForm of={asking.of} onClose={close} />}
      </Dialog>
    </Stack>
  );
}

function useColumns(onAsk: (asking: Asking) => void): Column<UnallocatedMoneyRow>[] {
  const readOnly = useWhyReadOnly();
  return [
    {
      key: 'amount',
      header: 'Amount',
      card: 'title',
      cell: (row) => <WithNote note={causeTexts[row.cause]}>{row.amountText}</WithNote>,
    },
    {
      key: 'provider',
      header: 'Taken by',
      cell: (row) => <WithNote note={row.providerReference}>{row.provider}</WithNote>,
    },
    {
      key: 'named',
      header: 'Named with it',
      cell: (row) =>
        row.saleId === null || row.connectionName === null ? (
          <Payer row={row} />
        ) : (
          <SaleLink saleId={row.saleId} label={`Sale of ${row.connectionName}, details`}>
            {row.connectionName}
          </SaleLink>
        ),
    },
    { key: 'came', header: 'Came', cell: (row) => <Age at={row.cameAt} /> },
    {
      key: 'act',
      header: '',
      card: 'wide',
      cell: (row) =>
        row.decidedAt === null ? (
          <Group gap={6}>
            {(['move', 'refund'] as const).map((action) => (
              <ActionButton
                key={action}
                size="compact-sm"
                why={readOnly}
                label={`${action === 'move' ? 'Move' : 'Paid back'}: ${row.providerReference}`}
                onClick={() => onAsk({ action, of: row })}
              >
                {action === 'move' ? 'Move' : 'Paid back'}
              </ActionButton>
            ))}
          </Group>
        ) : (
          <Decided row={row} at={row.decidedAt} />
        ),
    },
  ];
}

/** Money without an order: what the payer wrote, and who they are as the rail says. */
function Payer({ row }: { row: UnallocatedMoneyRow }) {
  const { account, payerName, payerPhone, vendorName } = row;
  if (vendorName !== null) return `Float of ${vendorName}`;
  const who = [payerName, payerPhone].filter((part) => part !== null).join(', ');
  return <WithNote note={who}>{account === null ? 'Nothing' : `Account “${account}”`}</WithNote>;
}

function Decided({ row, at }: { row: UnallocatedMoneyRow; at: string }) {
  const currency = useCurrency();
  return (
    <Text size="xs" c="dimmed">
      {row.newSaleId === null || row.creditedMinor === null ? (
        `Paid back, ${row.refundReference ?? ''}`
      ) : (
        <SaleLink saleId={row.newSaleId} label="What it bought, details">
          {`Bought for ${moneyText(row.creditedMinor, currency)}`}
        </SaleLink>
      )}
      ; {row.requestedBy}, allowed by {row.approvedBy}, <Instant at={at} withAge={false} />
    </Text>
  );
}
