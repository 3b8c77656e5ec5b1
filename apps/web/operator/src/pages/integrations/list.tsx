// Programs of others that read by a key of their own: what each may read, and whether it is used.

import { Stack, Text } from '@mantine/core';
import type { Integration } from '@prewatt/api';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { integrationsQuery } from '../../api/integrations.ts';
import { useWhyNotAdministrator } from '../../shell/session.tsx';
import { type Column, DataTable, rowLink } from '../../ui/data-table.tsx';
import { ActionButton, Instant, PageHeading, StateBadge } from '../../ui/show.tsx';
import { wholeQuery } from '../../ui/whole-list.ts';
import { NewIntegrationDialog } from './dialogs.tsx';
import { integrationLabel, lastUseOf } from './labels.ts';

export default function IntegrationsPage() {
  const query = useQuery(integrationsQuery);
  const notAdministrator = useWhyNotAdministrator();
  const [making, setMaking] = useState(false);
  return (
    <Stack gap="md">
      <PageHeading
        title="Integrations"
        aside={
          <ActionButton why={notAdministrator} onClick={() => setMaking(true)}>
            New integration
          </ActionButton>
        }
      />
      <Text c="dimmed" size="sm">
        Programs of other companies that read data with a key of their own. Scopes say what a key
        may read; no key changes anything.
      </Text>
      <DataTable
        label="Integrations"
        noun="integration"
        linked
        columns={columns}
        rowKey={(row) => row.integrationId}
        query={wholeQuery(query)}
        empty="No integration yet."
      />
      <NewIntegrationDialog opened={making} onClose={() => setMaking(false)} />
    </Stack>
  );
}

const columns: Column<Integration>[] = [
  {
    key: 'name',
    header: 'Integration',
    card: 'title',
    cell: (row) => (
      <Link
        to="/integrations/$integrationId"
        params={{ integrationId: row.integrationId }}
        className={rowLink}
      >
        {row.name}
      </Link>
    ),
  },
  {
    key: 'state',
    header: 'State',
    card: 'wideBare',
    cell: (row) => <StateBadge label={integrationLabel(row)} />,
  },
  { key: 'scopes', header: 'Scopes', card: 'wide', cell: (row) => row.scopes.join(', ') },
  {
    key: 'used',
    header: 'Last used',
    cell: (row) => {
      const at = lastUseOf(row);
      return at === null ? 'Never' : <Instant at={at} real />;
    },
  },
];
