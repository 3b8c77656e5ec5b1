// Parts of the attention list besides sales: tokens of grants that were not delivered, refunds that
// nobody has paid yet, and money that no sale got. Each list shows itself only while it has rows.

import { Button, Group, Stack, Text, Title } from '@mantine/core';
import type { GrantRow } from '@prewatt/api';
import { countText } from '@prewatt/quantities';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import {
  acknowledgeGrant,
  openGrantsKey,
  openGrantsQuery,
  refundsQuery,
} from '../api/corrections.ts';
import { notificationsQuery } from '../api/notifications.ts';
import { unallocatedQuery } from '../api/unallocated-money.ts';
import { useCurrency, useWhyReadOnly } from '../shell/session.tsx';
import { notificationsSearch } from '../state/search.ts';
import { codeText } from '../text/labels.ts';
import { moneyText } from '../text/numbers.ts';
import { connectionColumn, WithNote } from '../ui/columns.tsx';
import { type Column, DataTable } from '../ui/data-table.tsx';
import { Dialog } from '../ui/form.tsx';
import { ActionButton, Age, StateBadge } from '../ui/show.tsx';
import { GrantSize, kindNames, stateLabels } from './connection/grants.tsx';
import { SeenForm } from './seen-form.tsx';

/** Given tokens that a meter refused or never answered. */
export function OpenGrants() {
  const query = useInfiniteQuery(openGrantsQuery);
  const readOnly = useWhyReadOnly();
  const [seeing, setSeeing] = useState<GrantRow | null>(null);
  const columns: Column<GrantRow>[] = [
    connectionColumn<GrantRow>({ cover: false }),
    {
      key: 'kind',
      header: 'What',
      cell: (row) => <WithNote note={<GrantSize row={row} />}>{kindNames[row.kind]}</WithNote>,
    },
    { key: 'since', header: 'Since', cell: (row) => <Age at={row.stateAt} /> },
    {
      key: 'state',
      header: 'State',
      cell: (row) => (
        <WithNote note={row.refusal === null ? null : codeText(row.refusal)}>
          <StateBadge label={stateLabels[row.state]} />
        </WithNote>
      ),
    },
    {
      key: 'act',
      header: '',
      card: 'wide',
      cell: (row) => (
        <ActionButton
          size="compact-sm"
          why={readOnly}
          label={`Seen: ${kindNames[row.kind]} of ${row.connectionName}`}
          onClick={() => setSeeing(row)}
        >
          Seen
        </ActionButton>
      ),
    },
  ];
  if ((query.data?.pages[0]?.rows.length ?? 0) === 0) return null;
  return (
    <Stack gap="sm">
      <Title order={2} size="h4">
        Given tokens not delivered
      </Title>
      <Text c="dimmed" size="sm">
        Tokens without a sale that the meter refused or never confirmed. Have them typed at the
        meter, or give others; then note what you did.
      </Text>
      <DataTable
        label="Given tokens that need attention"
        noun="token"
        columns={columns}
        rowKey={(row) => row.grantId}
        query={query}
        empty="Each given token has reached its meter or is on its way."
      />
      <Dialog opened={seeing !== null} onClose={() => setSeeing(null)} title="Seen">
        {seeing !== null && (
          <SeenForm
            acknowledge={(words) => acknowledgeGrant(seeing.grantId, words)}
            list={openGrantsKey}
            onClose={() => setSeeing(null)}
          >
            {kindNames[seeing.kind]} of {seeing.connectionName}. It comes back if the meter says
            more about it.
          </SeenForm>
        )}
      </Dialog>
    </Stack>
  );
}

/** How many refunds are due, and how much; they are paid in their own room. */
export function DueRefunds() {
  const currency = useCurrency();
  const query = useInfiniteQuery(refundsQuery('due'));
  const rows = query.data?.pages.flatMap((page) => page.rows) ?? [];
  const [oldest] = rows;
  if (oldest === undefined) return null;
  const total = rows.reduce((sum, row) => sum + BigInt(row.amountMinor), 0n);
  return (
    <Stack gap="sm">
      <Title order={2} size="h4">
        Refunds due
      </Title>
      <Group justify="space-between" gap="sm">
        <Text size="sm">
          {rows.length === 1 ? 'One refund is due' : `${rows.length} refunds are due`}:{' '}
          {moneyText(total.toString(), currency)}, the oldest since <Age at={oldest.dueAt} />.
        </Text>
        <Button component={Link} to="/refunds" variant="default" size="compact-sm">
          Pay refunds
        </Button>
      </Group>
    </Stack>
  );
}

/** Money that a provider took and no sale got; it is decided about in its own room. */
export function WaitingMoney() {
  const query = useInfiniteQuery(unallocatedQuery('waiting'));
  const rows = query.data?.pages.flatMap((page) => page.rows) ?? [];
  const [oldest] = rows;
  if (oldest === undefined) return null;
  return (
    <Stack gap="sm">
      <Title order={2} size="h4">
        Unallocated money
      </Title>
      <Group justify="space-between" gap="sm">
        <Text size="sm">
          {rows.length === 1
            ? `${oldest.amountText} was taken by ${oldest.provider} and paid for no sale`
            : `${rows.length} sums were taken by providers and paid for no sale`}
          , the oldest since <Age at={oldest.cameAt} />.
        </Text>
        <Button component={Link} to="/unallocated-money" variant="default" size="compact-sm">
          Decide
        </Button>
      </Group>
    </Stack>
  );
}

/** What providers said and nobody could act on; it is judged again in its own room. */
export function FailedNotifications() {
  const query = useInfiniteQuery(notificationsQuery({ show: 'failed' }));
  const rows = query.data?.pages.flatMap((page) => page.rows) ?? [];
  // Newest first.
  const oldest = rows.at(-1);
  if (oldest === undefined) return null;
  const providers = [...new Set(rows.map(({ provider }) => provider))].join(', ');
  return (
    <Stack gap="sm">
      <Title order={2} size="h4">
        From providers
      </Title>
      <Group justify="space-between" gap="sm">
        <Text size="sm">
          {countText(rows.length, 'notification')} of {providers} could not be acted on, the oldest
          since <Age at={oldest.heardAt} real />. The provider is asked by itself where it can be.
        </Text>
        <Link to="/notifications" search={notificationsSearch({ notifications: 'failed' })}>
          Judge again
        </Link>
      </Group>
    </Stack>
  );
}
