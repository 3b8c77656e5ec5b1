// Rule sets that were tried on the past lately.

import { Title } from '@mantine/core';
import type { ProtectionReplay } from '@prewatt/api';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { trialsQuery } from '../../api/protection.ts';
import { type Column, DataTable, rowLink } from '../../ui/data-table.tsx';
import { Instant } from '../../ui/show.tsx';
import { wholeQuery } from '../../ui/whole-list.ts';
import { daysOf, wouldBeCutText } from './trial-labels.ts';

const columns: readonly Column<ProtectionReplay>[] = [
  {
    key: 'when',
    header: 'Tried',
    card: 'title',
    cell: (row) => (
      <Link
        to="/protection/trials/$replayId"
        params={{ replayId: row.replayId }}
        className={rowLink}
      >
        <Instant at={row.requestedAt} withAge={false} />
      </Link>
    ),
  },
  { key: 'days', header: 'Days', end: true, cell: (row) => String(daysOf(row)) },
  {
    key: 'cut',
    header: 'Homes that would have been cut',
    end: true,
    cell: (row) => (row.finished ? wouldBeCutText(row) : `${row.percentDone}% done`),
  },
  { key: 'newly', header: 'Newly cut', end: true, cell: (row) => shown(row, row.newlyCut) },
  {
    key: 'spared',
    header: 'No longer cut',
    end: true,
    cell: (row) => shown(row, row.noLongerCut),
  },
  { key: 'by', header: 'Tried by', cell: (row) => row.requestedBy },
];

const shown = (row: ProtectionReplay, count: number): string =>
  row.finished ? String(count) : '–';

export function Trials() {
  const query = useQuery(trialsQuery);
  return (
    <section>
      <Title order={2} mb="xs">
        Tried on the past
      </Title>
      <DataTable
        label="Rule sets tried on the past"
        noun="trial"
        linked
        columns={columns}
        rowKey={(row) => row.replayId}
        query={wholeQuery(query)}
        empty="No rule set was tried yet. “Change the rules” begins with those in force."
      />
    </section>
  );
}
