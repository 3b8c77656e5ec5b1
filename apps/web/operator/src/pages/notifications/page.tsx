// What payment providers have sent, as it came: for whoever asks what a provider said, and when.
// One that went wrong is judged again; a repeat changes nothing.

import { Group, Stack, Text } from '@mantine/core';
import { type NotificationRow, notificationMadeTexts } from '@prewatt/api';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback, useState } from 'react';
import { judgeAgain, notificationsKey, notificationsQuery } from '../../api/notifications.ts';
import { useAction } from '../../api/use-action.ts';
import { useOnClock, useWhyReadOnly, useZone } from '../../shell/session.tsx';
import { notificationsSearch, signedInSearch } from '../../state/search.ts';
import { civilDate } from '../../text/time.ts';
import { SaleLink, WithNote } from '../../ui/columns.tsx';
import { aboveRowLink, type Column, DataTable } from '../../ui/data-table.tsx';
import { Dialog } from '../../ui/form.tsx';
import { ActionButton, Age, PageHeading, StateBadge } from '../../ui/show.tsx';
import { FailureNote } from '../../ui/states.tsx';
import { daysBefore } from '../sale-ranges.ts';
import { NotificationDetails } from './details.tsx';
import { emptyTexts, Filters } from './filters.tsx';
import { becameLabels, repeatText } from './labels.ts';

export default function NotificationsPage() {
  const wanted = notificationsSearch(useSearch({ from: '/signed-in/notifications' }));
  const navigate = useNavigate();
  const zone = useZone();
  // By the clock of the machine: a provider's days are those of the world.
  const today = useOnClock(
    useCallback((nowMs: number) => civilDate(nowMs, zone), [zone]),
    true,
  );
  const { from = daysBefore(today, 6), to = today } = wanted;
  const { notifications: show, provider, search } = wanted;
  const [reading, setReading] = useState<NotificationRow | null>(null);
  const query = useInfiniteQuery(notificationsQuery({ show, provider, search, from, to }));
  const onShow = (changed: Readonly<Record<string, string>>) =>
    void navigate({
      to: '/notifications',
      // A sale that was opened before the typing had settled stays open.
      search: (now) => ({
        ...signedInSearch(now),
        ...notificationsSearch({ ...wanted, ...changed }),
      }),
      replace: true,
    });
  return (
    <Stack gap="md">
      <PageHeading title="From providers" />
      <Text c="dimmed" size="sm" maw="75ch">
        What payment providers have sent, as it came, kept for 90 days; what was refused, or is
        about nothing of ours, for a week. Judge one again after a fault was mended: nothing is sold
        twice. Who reads one stands in the audit log.
      </Text>
      <Filters
        {...{ wanted, today, onShow, days: { from, to } }}
        providers={query.data?.pages[0]?.providers ?? []}
      />
      <DataTable
        label="From providers"
        noun="notification"
        columns={columnsOf(setReading)}
        rowKey={(row) => row.notificationId}
        query={query}
        empty={
          search === undefined
            ? emptyTexts[show ?? 'all']
            : `Nothing of these days has the reference or the amount “${search}”.`
        }
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

function columnsOf(onRead: (row: NotificationRow) => void): Column<NotificationRow>[] {
  return [
    {
      key: 'money',
      header: 'Money',
      card: 'title',
      cell: (row) => (
        <WithNote note={row.isAmountOfPayment ? 'The amount is that of its payment.' : ''}>
          {row.amountText ?? 'No amount'}
          {row.providerReference !== null && (
            <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
              {row.providerReference}
            </Text>
          )}
        </WithNote>
      ),
    },
    {
      key: 'provider',
      header: 'From',
      cell: (row) => (
        <WithNote note={row.address === '' ? '' : `by ${row.address}`}>
          {row.provider}
          {row.phoneEnd !== null && <Text size="sm">phone …{row.phoneEnd}</Text>}
        </WithNote>
      ),
    },
    {
      key: 'made',
      header: 'What it was',
      card: 'wide',
      cell: (row) => (
        <WithNote note={row.failedAt === null ? '' : 'Acting on it went wrong: judge it again.'}>
          {notificationMadeTexts[row.made]}
        </WithNote>
      ),
    },
    {
      key: 'became',
      header: 'What became of it',
      card: 'wide',
      cell: (row) => <Became row={row} />,
    },
    { key: 'heard', header: 'Came', cell: (row) => <Age at={row.heardAt} real /> },
    { key: 'act', header: '', card: 'wide', cell: (row) => <Acts row={row} onRead={onRead} /> },
  ];
}

function Became({ row }: { row: NotificationRow }) {
  return (
    <WithNote note={repeatText(row)}>
      <Group gap="xs">
        <StateBadge label={becameLabels[row.became]} />
        {row.saleId !== null && (
          <SaleLink saleId={row.saleId} label={`Sale of the notification ${row.notificationId}`}>
            Sale
          </SaleLink>
        )}
        {row.became === 'onList' && (
          <Link to="/unallocated-money" className={aboveRowLink}>
            Its place on the list
          </Link>
        )}
      </Group>
      {row.judged !== null && (
        <Text size="xs">
          Judged again by {row.judged.by}, <Age at={row.judged.at} real />:{' '}
          {lowerFirst(notificationMadeTexts[row.judged.made])}
        </Text>
      )}
    </WithNote>
  );
}

const lowerFirst = (text: string): string => `${text.charAt(0).toLowerCase()}${text.slice(1)}`;

type ActsProps = {
  readonly row: NotificationRow;
  readonly onRead: (row: NotificationRow) => void;
};

function Acts({ row, onRead }: ActsProps) {
  const readOnly = useWhyReadOnly();
  const again = useAction({
    run: () => judgeAgain(row.notificationId),
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
