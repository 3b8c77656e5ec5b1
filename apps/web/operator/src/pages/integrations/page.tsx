// One integration: what it may read, its keys, and what it is told.

import { Alert, Group, Stack, Text } from '@mantine/core';
import { type Integration, scopeTable } from '@prewatt/api';
import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { integrationQuery } from '../../api/integrations.ts';
import { useWhyNotAdministrator, useZone } from '../../shell/session.tsx';
import { civilDate, dayOfYear } from '../../text/time.ts';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import {
  ActionButton,
  BackLink,
  Fact,
  Instant,
  nowFacts,
  PageHeading,
  panel,
  StateBadge,
} from '../../ui/show.tsx';
import { QueryState } from '../../ui/states.tsx';
import { wholeList } from '../../ui/whole-list.ts';
import { RevokeDialog, RotateDialog } from './dialogs.tsx';
import { integrationLabel, lastUseOf } from './labels.ts';
import { Webhooks } from './webhooks.tsx';

export default function IntegrationPage() {
  const { integrationId } = useParams({ from: '/signed-in/integrations/$integrationId' });
  const query = useQuery(integrationQuery(integrationId));
  return (
    <Stack gap="md">
      <BackLink to="/integrations">All integrations</BackLink>
      {query.data === undefined && <PageHeading title="Integration" />}
      <QueryState query={query} height={220} />
      {query.data !== undefined && (
        <>
          <PageHeading title={query.data.name} aside={<Actions integration={query.data} />} />
          {query.data.revokedReason !== null && (
            <Alert color="red" variant="light" title="Revoked: its keys open nothing">
              {query.data.revokedReason}
            </Alert>
          )}
          <Standing integration={query.data} />
          <DataTable
            label="Keys"
            noun="key"
            columns={keyColumns}
            rowKey={(row) => row.keyId}
            query={wholeList(query.data.keys.toReversed())}
            empty="It has no key."
          />
          <Webhooks integration={query.data} />
        </>
      )}
    </Stack>
  );
}

type OfOne = { readonly integration: Integration };

function Actions({ integration }: OfOne) {
  const notAdministrator = useWhyNotAdministrator();
  const [open, setOpen] = useState<'rotate' | 'revoke' | null>(null);
  const close = () => setOpen(null);
  if (integration.revokedAt !== null) return null;
  return (
    <Group gap="xs">
      <ActionButton why={notAdministrator} onClick={() => setOpen('rotate')}>
        Another key
      </ActionButton>
      <ActionButton why={notAdministrator} onClick={() => setOpen('revoke')}>
        Revoke
      </ActionButton>
      <RotateDialog opened={open === 'rotate'} onClose={close} integration={integration} />
      <RevokeDialog opened={open === 'revoke'} onClose={close} integration={integration} />
    </Group>
  );
}

function Standing({ integration }: OfOne) {
  const used = lastUseOf(integration);
  return (
    <section className={panel} aria-label="Now">
      <dl className={nowFacts} style={{ margin: 0 }}>
        <Fact name="State" note={`made by ${integration.createdBy}`}>
          <StateBadge label={integrationLabel(integration)} />
        </Fact>
        <Fact name="Last used">{used === null ? 'Never' : <Instant at={used} real />}</Fact>
        <Fact name="May ask">{integration.requestsPerMinute} times a minute</Fact>
      </dl>
      <Stack component="ul" gap={4} mt="md" style={{ margin: 0, paddingInlineStart: '1.25rem' }}>
        {integration.scopes.map((scope) => (
          <li key={scope}>
            <Text size="sm">
              <strong>{scope}</strong> {scopeTable[scope].shows}
            </Text>
          </li>
        ))}
      </Stack>
    </section>
  );
}

type Key = Integration['keys'][number];

/** "24 November 2027": an end may lie years ahead. */
function EndDay({ at }: { at: string }) {
  const zone = useZone();
  return <time dateTime={at}>{dayOfYear(civilDate(Date.parse(at), zone))}</time>;
}

const keyColumns: Column<Key>[] = [
  {
    key: 'made',
    header: 'Made',
    card: 'title',
    cell: (row) => <Instant at={row.createdAt} real />,
  },
  {
    key: 'state',
    header: 'State',
    cell: (row) => (
      <StateBadge
        label={
          row.state === 'opens' ? { text: 'Opens', tone: 'good' } : { text: 'Ended', tone: 'quiet' }
        }
      />
    ),
  },
  {
    key: 'ends',
    header: 'Ends',
    cell: (row) => (row.expiresAt === null ? 'Never' : <EndDay at={row.expiresAt} />),
  },
  {
    key: 'used',
    header: 'Last used',
    cell: (row) => (row.lastUsedAt === null ? 'Never' : <Instant at={row.lastUsedAt} real />),
  },
];
