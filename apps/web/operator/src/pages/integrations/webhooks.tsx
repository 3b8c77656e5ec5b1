// What a program of somebody else is told: its endpoints, and each delivery with how it went.

import { Group, NativeSelect, Stack, Text, Title } from '@mantine/core';
import type { Delivery, Integration, WebhookEndpoint } from '@prewatt/api';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { integrationsKey } from '../../api/integrations.ts';
import { useAction } from '../../api/use-action.ts';
import {
  deliveriesQuery,
  endpointsQuery,
  replay,
  setEndpointState,
  testEndpoint,
} from '../../api/webhooks.ts';
import { useWhyNotAdministrator } from '../../shell/session.tsx';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { ActionButton, Age, Instant, StateBadge } from '../../ui/show.tsx';
import { FailureNote, QueryState } from '../../ui/states.tsx';
import { deliveryLabel, deliveryText, endpointLabel } from './labels.ts';
import { NewEndpointDialog, ReplayDialog, RotateSecretDialog } from './webhook-dialogs.tsx';

export function Webhooks({ integration }: { integration: Integration }) {
  const query = useQuery(endpointsQuery(integration.integrationId));
  const notAdministrator = useWhyNotAdministrator();
  const [making, setMaking] = useState(false);
  const revoked = integration.revokedAt === null ? null : 'The integration was revoked.';
  return (
    <Stack component="section" gap="md" aria-label="Webhooks">
      <Group justify="space-between">
        <Title order={2} size="h3">
          Webhooks
        </Title>
        <ActionButton why={notAdministrator ?? revoked} onClick={() => setMaking(true)}>
          New endpoint
        </ActionButton>
      </Group>
      <QueryState query={query} height={80} />
      {query.data?.rows.length === 0 && (
        <Text size="sm" c="dimmed">
          No endpoint yet. An endpoint is called when something happens.
        </Text>
      )}
      {query.data?.rows.map((endpoint) => (
        <Endpoint key={endpoint.endpointId} endpoint={endpoint} />
      ))}
      <NewEndpointDialog
        opened={making}
        onClose={() => setMaking(false)}
        integration={integration}
      />
    </Stack>
  );
}

function Endpoint({ endpoint }: { endpoint: WebhookEndpoint }) {
  const { endpointId, state } = endpoint;
  const notAdministrator = useWhyNotAdministrator();
  const [open, setOpen] = useState<'rotate' | 'replay' | null>(null);
  const [shown, setShown] = useState<Delivery['state'] | 'all'>('all');
  const stale = [integrationsKey];
  const trying = useAction({ run: () => testEndpoint(endpointId), stale });
  const turning = useAction({ run: (to: 'on' | 'off') => setEndpointState(endpointId, to), stale });
  const failure = trying.error ?? turning.error;
  const close = () => setOpen(null);
  return (
    <Stack gap="xs">
      <Group gap="sm">
        <Text fw={600} style={{ overflowWrap: 'anywhere' }}>
          {endpoint.url}
        </Text>
        <StateBadge label={endpointLabel(endpoint)} />
      </Group>
      <Text size="sm" c="dimmed">
        {endpoint.events.join(', ')}
      </Text>
      <Group gap="xs">
        <ActionButton
          why={notAdministrator}
          onClick={() => turning.mutate(state === 'on' ? 'off' : 'on')}
        >
          {state === 'on' ? 'Turn off' : 'Turn on'}
        </ActionButton>
        <ActionButton why={notAdministrator} onClick={() => trying.mutate()}>
          Send a test
        </ActionButton>
        <ActionButton why={notAdministrator} onClick={() => setOpen('replay')}>
          Send events again
        </ActionButton>
        <ActionButton why={notAdministrator} onClick={() => setOpen('rotate')}>
          Another secret
        </ActionButton>
      </Group>
      {failure !== null && <FailureNote failure={failure} />}
      <NativeSelect
        label="Deliveries"
        maw="16rem"
        value={shown}
        data={[
          { value: 'all', label: 'All' },
          { value: 'waiting', label: 'Waiting' },
          { value: 'failed', label: 'Given up' },
          { value: 'delivered', label: 'Delivered' },
        ]}
        onChange={(event) => setShown(event.currentTarget.value as typeof shown)}
      />
      <Deliveries endpointId={endpointId} state={shown} />
      <RotateSecretDialog opened={open === 'rotate'} onClose={close} endpoint={endpoint} />
      <ReplayDialog opened={open === 'replay'} onClose={close} endpoint={endpoint} />
    </Stack>
  );
}

type Of = { readonly endpointId: string; readonly state: Delivery['state'] | 'all' };

function Deliveries({ endpointId, state }: Of) {
  const query = useInfiniteQuery(deliveriesQuery(endpointId, state));
  const notAdministrator = useWhyNotAdministrator();
  const again = useAction({
    run: (deliveryId: string) => replay(endpointId, { deliveryId }),
    stale: [integrationsKey],
  });
  return (
    <>
      {again.error !== null && <FailureNote failure={again.error} />}
      <DataTable
        label="Deliveries"
        noun="delivery"
        columns={columnsOf(notAdministrator, (id) => again.mutate(id))}
        rowKey={(row) => row.deliveryId}
        query={query}
        empty="Nothing was sent."
      />
    </>
  );
}

const columnsOf = (
  notAdministrator: string | null,
  onAgain: (deliveryId: string) => void,
): Column<Delivery>[] => [
  { key: 'type', header: 'Event', card: 'title', cell: (row) => row.type },
  { key: 'at', header: 'Happened', cell: (row) => <Instant at={row.eventAt} /> },
  {
    key: 'state',
    header: 'State',
    cell: (row) => <StateBadge label={deliveryLabel(row)} />,
  },
  { key: 'answer', header: 'Last answer', cell: (row) => deliveryText(row) },
  {
    key: 'next',
    header: 'Tried next',
    cell: (row) => (row.nextAt === null ? '–' : <Age at={row.nextAt} ahead real />),
  },
  {
    key: 'action',
    header: '',
    card: 'wide',
    cell: (row) => (
      <ActionButton
        size="compact-sm"
        why={notAdministrator}
        label={`Send ${row.type} again`}
        onClick={() => onAgain(row.deliveryId)}
      >
        Send again
      </ActionButton>
    ),
  },
];
