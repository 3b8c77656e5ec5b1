// What customers wrote that no answer of ours was enough for, and what shops told, until somebody
// has read it.

import { Button, Group, Stack, Text } from '@mantine/core';
import type { InboxRow } from '@prewatt/api';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { inboxDone, inboxKey, inboxQuery } from '../../api/inbox.ts';
import { useAction } from '../../api/use-action.ts';
import { useWhyReadOnly } from '../../shell/session.tsx';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { ActionButton, Age, PageHeading } from '../../ui/show.tsx';

export default function InboxPage() {
  const [show, setShow] = useState<'open' | 'all'>('open');
  return (
    <Stack gap="md">
      <PageHeading title="Inbox" />
      <Text c="dimmed" size="sm" maw="75ch">
        What customers write by text message, questions by USSD, and what shops tell by XMLVend: the
        money that they bring, and faults. Commands are answered by themselves; the rest waits here
        for somebody to read it. Money counts once it is recorded with the vendor.
      </Text>
      <Group gap={6} role="group" aria-label="Show">
        {(['open', 'all'] as const).map((each) => (
          <Button
            key={each}
            size="compact-sm"
            variant={each === show ? 'filled' : 'default'}
            aria-pressed={each === show}
            onClick={() => setShow(each)}
          >
            {each === 'open' ? 'To read' : 'All'}
          </Button>
        ))}
      </Group>
      <DataTable
        label="Inbox"
        noun="text"
        columns={useColumns()}
        rowKey={(row) => row.textId}
        query={useInfiniteQuery(inboxQuery(show))}
        empty={show === 'open' ? 'Nothing waits to be read.' : 'Nobody has written yet.'}
      />
    </Stack>
  );
}

function useColumns(): Column<InboxRow>[] {
  const readOnly = useWhyReadOnly();
  const done = useAction({ run: (textId: string) => inboxDone(textId), stale: [inboxKey] });
  return [
    {
      key: 'from',
      header: 'From',
      card: 'title',
      cell: (row) => (
        <>
          {row.phone}
          {row.connectionId !== null && (
            <Text size="xs" c="dimmed">
              <Link to="/connections/$connectionId" params={{ connectionId: row.connectionId }}>
                {row.connectionName}
              </Link>
            </Text>
          )}
        </>
      ),
    },
    { key: 'at', header: 'Time', cell: (row) => <Age at={row.at} /> },
    { key: 'text', header: 'Text', card: 'wide', cell: (row) => row.text },
    { key: 'answer', header: 'Answer', card: 'wide', cell: (row) => row.answer ?? '' },
    {
      key: 'act',
      header: '',
      card: 'wide',
      cell: (row) =>
        row.state === 'open' && (
          <ActionButton
            size="compact-sm"
            why={readOnly}
            label={`Read: text of ${row.phone}`}
            onClick={() => done.mutate(row.textId)}
          >
            Read
          </ActionButton>
        ),
    },
  ];
}
