// What payment providers have sent, as it came: for whoever asks what a provider said, and when.
// One that went wrong is judged again; a repeat changes nothing.

import { Group, Stack, Text } from '@mantine/core';
import type { NotificationMade, NotificationRow } from '@prewatt/api';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { judgeAgain, notificationsKey, notificationsQuery } from '../../api/notifications.ts';
import { useAction } from '../../api/use-action.ts';
import { useWhyReadOnly } from '../../shell/session.tsx';
import { notificationsSearch } from '../../state/search.ts';
import { Choices } from '../../ui/choices.tsx';
import { SaleLink, WithNote } from '../../ui/columns.tsx';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { Dialog } from '../../ui/form.tsx';
import { ActionButton, Age, PageHeading } from '../../ui/show.tsx';
import { FailureNote } from '../../ui/states.tsx';
import { NotificationDetails } from './details.tsx';
import { madeText } from './labels.ts';

const shows = ['all', 'taken', 'refused', 'failed'] as const;
const showTexts: Record<(typeof shows)[number], string> = {
  all: 'All',
  taken: 'Acted on',
  refused: 'Refused',
  failed: 'Went wrong',
};
const emptyTexts: Record<(typeof shows)[number], string> = {
  all: 'No provider has sent anything yet.',
  taken: 'Nothing was acted on yet.',
  refused: 'Nothing was refused in the last week.',
  failed: 'None went wrong.',
};

export default function NotificationsPage() {
  const { notifications: show = 'all' } = useSearch({ from: '/signed-in/notifications' });
  const navigate = useNavigate();
  const [reading, setReading] = useState<NotificationRow | null>(null);
  const [judged, setJudged] = useState<string | null>(null);
  return (
    <Stack gap="md">
      <PageHeading title="From providers" />
      <Text c="dimmed" size="sm" maw="75ch">
        What payment providers have sent, as it came, kept for 90 days; what was refused, or is
        about nothing of ours, for a week. Judge one again after a fault was mended: nothing is sold
        twice. Who reads one stands in the audit log.
      </Text>
      <Choices
        label="Show"
        of={shows}
        chosen={show}
        text={(each) => showTexts[each]}
        onChoose={(each) =>
          void navigate({
            to: '/notifications',
            search: notificationsSearch({ notifications: each }),
            replace: true,
          })
        }
      />
      <Text size="sm" role="status">
        {judged}
      </Text>
      <DataTable
        label="From providers"
        noun="notification"
        columns={columnsOf(setReading, setJudged)}
        rowKey={(row) => row.notificationId}
        query={useInfiniteQuery(notificationsQuery(show))}
        empty={emptyTexts[show]}
      />
      <Dialog
        opened={reading !== null}
        onClose={() => setReading(null)}
        title={`What ${reading?.provider ?? ''} sent`}
      >
        {reading !== null && <NotificationDetails row={reading} />}
      </Dialog>
    </Stack>
  );
}

function columnsOf(
  onRead: (row: NotificationRow) => void,
  onJudged: (said: string) => void,
): Column<NotificationRow>[] {
  return [
    {
      key: 'provider',
      header: 'Provider',
      card: 'title',
      cell: (row) => (
        <WithNote note={row.address === '' ? '' : `from ${row.address}`}>{row.provider}</WithNote>
      ),
    },
    {
      key: 'made',
      header: 'What it was',
      card: 'wide',
      cell: (row) => (
        <WithNote note={row.failedAt === null ? '' : 'Acting on it went wrong: judge it again.'}>
          {madeText(row)}
        </WithNote>
      ),
    },
    {
      key: 'sale',
      header: 'About',
      cell: (row) =>
        row.saleId === null ? (
          '–'
        ) : (
          <SaleLink saleId={row.saleId} label={`Sale of the notification ${row.notificationId}`}>
            Sale
          </SaleLink>
        ),
    },
    {
      key: 'heard',
      header: 'Came',
      cell: (row) => (
        <WithNote note={row.times === 1 ? '' : `${row.times} times`}>
          <Age at={row.heardAt} real />
        </WithNote>
      ),
    },
    {
      key: 'act',
      header: '',
      card: 'wide',
      cell: (row) => <Acts row={row} onRead={onRead} onJudged={onJudged} />,
    },
  ];
}

type ActsProps = {
  readonly row: NotificationRow;
  readonly onRead: (row: NotificationRow) => void;
  readonly onJudged: (said: string) => void;
};

function Acts({ row, onRead, onJudged }: ActsProps) {
  const readOnly = useWhyReadOnly();
  const again = useAction({
    run: async () => {
      const { made } = await judgeAgain(row.notificationId);
      onJudged(`Judged again: ${toldOf(row.provider, made)}`);
    },
    stale: [notificationsKey],
  });
  return (
    <Group gap={6}>
      <ActionButton
        size="compact-sm"
        why={null}
        label={`Read what ${row.provider} sent, ${row.notificationId}`}
        onClick={() => onRead(row)}
      >
        Read
      </ActionButton>
      <ActionButton
        size="compact-sm"
        why={readOnly}
        label={`Judge again: ${row.notificationId}`}
        onClick={() => again.mutate()}
      >
        Judge again
      </ActionButton>
      {again.error !== null && <FailureNote failure={again.error} />}
    </Group>
  );
}

function toldOf(provider: string, made: NotificationMade): string {
  const text = madeText({ provider, made });
  return `${provider}, ${text.charAt(0).toLowerCase()}${text.slice(1)}`;
}
