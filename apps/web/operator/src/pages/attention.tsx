// The list of law 6: each paid sale that is stuck, why, what to do, and the button that tries
// again.

import { Alert, Stack, Text } from '@mantine/core';
import type { AttentionRow } from '@prewatt/api';
import type { Currency } from '@prewatt/quantities';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { attentionQuery } from '../api/queries.ts';
import { useCurrency } from '../shell/session.tsx';
import { moneyText } from '../text/numbers.ts';
import { connectionColumn, SaleLink } from '../ui/columns.tsx';
import { aboveRowLink, type Column, DataTable } from '../ui/data-table.tsx';
import { Age, PageHeading } from '../ui/show.tsx';
import { NearBudgets } from './attention-budgets.tsx';
import { UnreviewedEmergencies } from './attention-emergencies.tsx';
import { OpenInstalls } from './attention-installs.tsx';
import { EndingKeys } from './attention-keys.tsx';
import { MeterAlerts } from './attention-meters.tsx';
import { DueRefunds, FailedNotifications, OpenGrants, WaitingMoney } from './attention-others.tsx';
import { SafetyCuts } from './attention-safety.tsx';
import { OverdueTickets } from './attention-tickets.tsx';
import { FailingUpkeep } from './attention-upkeep.tsx';
import { ProofAlert } from './proof-alert.tsx';
import { RetryButton } from './retry-button.tsx';

export default function AttentionPage() {
  const currency = useCurrency();
  const query = useInfiniteQuery(attentionQuery);
  const [started, setStarted] = useState<string | null>(null);
  const columns = columnsOf({ currency, onStarted: setStarted });
  return (
    <Stack gap="md">
      <PageHeading title="Attention" />
      <ProofAlert />
      <UnreviewedEmergencies />
      <SafetyCuts />
      <FailingUpkeep />
      <EndingKeys />
      <NearBudgets />
      <Text c="dimmed" size="sm">
        Paid sales that are stuck or wait at a home that is off, and sales that the nightly proof
        reports.
      </Text>
      <div role="status">
        {started !== null && (
          <Alert
            color="teal"
            variant="light"
            withCloseButton
            closeButtonLabel="Close"
            onClose={() => setStarted(null)}
          >
            {started}
          </Alert>
        )}
      </div>
      <DataTable
        label="Sales that need attention"
        noun="sale"
        linked
        columns={columns}
        rowKey={(row) => row.saleId}
        query={query}
        empty="Nothing is stuck, and no paid sale waits at a home that is off."
      />
      <OverdueTickets />
      <OpenGrants />
      <MeterAlerts />
      <OpenInstalls />
      <DueRefunds />
      <WaitingMoney />
      <FailedNotifications />
    </Stack>
  );
}

type Acting = {
  readonly currency: Currency;
  /** What was started again, in words. */
  readonly onStarted: (words: string) => void;
};

const columnsOf = ({ currency, onStarted }: Acting): Column<AttentionRow>[] => [
  connectionColumn<AttentionRow>({ cover: true }),
  {
    key: 'amount',
    header: 'Paid',
    end: true,
    cell: (row) => (
      <SaleLink saleId={row.saleId} label={`Sale of ${row.connectionName}, details`}>
        {moneyText(row.amountMinor, currency)}
      </SaleLink>
    ),
  },
  { key: 'since', header: 'Waiting since', cell: (row) => <Age at={row.since} /> },
  {
    key: 'reason',
    header: 'What is wrong and what to do',
    card: 'wide',
    cell: (row) => (
      <div style={{ maxWidth: '52ch' }}>
        <Text size="sm" fw={550}>
          {row.reason}
        </Text>
        <Text size="sm" c="dimmed">
          {row.advice}
        </Text>
      </div>
    ),
  },
  {
    key: 'action',
    header: '',
    card: 'wide',
    cell: (row) => (
      <div className={aboveRowLink} style={{ width: 'fit-content' }}>
        <RetryButton
          saleId={row.saleId}
          onStarted={() =>
            onStarted(
              `Started again: sale of ${row.connectionName}. It leaves this list while it is under way.`,
            )
          }
          whyNot={row.canRetry ? null : 'Trying again cannot help here; follow the advice'}
        />
      </div>
    ),
  },
];
