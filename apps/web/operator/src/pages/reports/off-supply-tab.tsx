// Homes that were off supply in a period, the longest time first.

import { NativeSelect, Stack, Text } from '@mantine/core';
import type { OffSupplyQuery, OffSupplyRow } from '@prewatt/api';
import { countText } from '@prewatt/quantities';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { offSupplyFile, offSupplyQuery } from '../../api/reports.ts';
import { openReasonLabels } from '../../text/meter.ts';
import { duration } from '../../text/time.ts';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { FileLinks } from '../../ui/file-link.tsx';
import { facts, Instant, panel } from '../../ui/show.tsx';
import { type OfDays, ReportDays } from './report-days.tsx';

/** Times of at least so many hours. */
const spans = [
  { value: '0', label: 'any time' },
  { value: '1', label: '1 hour' },
  { value: '3', label: '3 hours' },
  { value: '12', label: '12 hours' },
  { value: '24', label: '24 hours' },
];

export function OffSupplyTab(o: OfDays & { readonly hours: number }) {
  const query: OffSupplyQuery = { from: o.from, to: o.to, hours: o.hours };
  const found = useInfiniteQuery(offSupplyQuery(query));
  const total = found.data?.pages[0]?.total;
  return (
    <Stack gap="md">
      <Text c="dimmed" size="sm" maw="75ch">
        Homes whose meter had opened its switch, by what the meters reported. A power cut of the
        network is not in it.
      </Text>
      <ReportDays
        {...o}
        aside={
          <>
            <NativeSelect
              size="xs"
              label="Off for at least"
              data={spans}
              value={String(o.hours)}
              onChange={({ currentTarget: { value } }) => o.show({ hours: value })}
            />
            <FileLinks href={offSupplyFile(query)} />
          </>
        }
      />
      {total !== undefined && total.times > 0 && (
        <section className={panel} aria-label="Total">
          <dl className={facts}>
            <div>
              <dt>Homes</dt>
              <dd>{total.homes}</dd>
            </div>
            <div>
              <dt>Off</dt>
              <dd>{countText(total.times, 'time')}</dd>
            </div>
            <div>
              <dt>Together</dt>
              <dd>{hoursText(total.minutes)}</dd>
            </div>
          </dl>
        </section>
      )}
      <DataTable
        label="Times off supply"
        noun="time"
        columns={columns}
        rowKey={(row) => `${row.connectionId} ${row.offAt}`}
        query={found}
        empty="No home was off supply for so long in these days."
      />
    </Stack>
  );
}

const hoursText = (minutes: number): string => duration(minutes * 60);

const causeText = (cause: string): string =>
  (openReasonLabels as Readonly<Record<string, string>>)[cause] ?? cause;

const columns: readonly Column<OffSupplyRow>[] = [
  {
    key: 'home',
    header: 'Connection',
    card: 'title',
    cell: (row) => (
      <Link to="/connections/$connectionId" params={{ connectionId: row.connectionId }}>
        {row.connectionName}
      </Link>
    ),
  },
  { key: 'off', header: 'Off', cell: (row) => <Instant at={row.offAt} withAge={false} /> },
  {
    key: 'on',
    header: 'On again',
    cell: (row) => (row.onAt === null ? 'Still off' : <Instant at={row.onAt} withAge={false} />),
  },
  { key: 'time', header: 'In these days', end: true, cell: (row) => hoursText(row.minutes) },
  { key: 'cause', header: 'Why', cell: (row) => causeText(row.cause) },
];
