// Cases: open ones by day and place, so that a day's visits are one way; closed ones newest first.

import { Text } from '@mantine/core';
import type { CaseRow } from '@prewatt/api';
import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useRouter } from '@tanstack/react-router';
import { useEffect } from 'react';
import { caseQuery, casesQuery } from '../../api/revenue.ts';
import { useCurrency } from '../../shell/session.tsx';
import { moneyText, unknown } from '../../text/numbers.ts';
import { type Column, DataTable, rowLink } from '../../ui/data-table.tsx';
import { StateBadge } from '../../ui/show.tsx';
import { caseLabels, findingLabels } from './labels.ts';

export function CaseList({ state }: { state: 'open' | 'closed' }) {
  const columns = useColumns();
  const query = useInfiniteQuery(casesQuery(state));
  useTakenAlong(query.data?.pages[0]?.rows ?? none);
  return (
    <DataTable
      label={state === 'open' ? 'Open cases' : 'Closed cases'}
      noun="case"
      columns={columns}
      rowKey={(row) => row.caseId}
      query={query}
      empty={state === 'open' ? 'No case is open.' : 'No case was closed yet.'}
      linked
    />
  );
}

const none: readonly CaseRow[] = [];
/** As many homes as a day has visits. */
const takenAlong = 20;

/** What the next visits need is read now: there may be no network where they are. */
function useTakenAlong(rows: readonly CaseRow[]): void {
  const queryClient = useQueryClient();
  const router = useRouter();
  useEffect(() => {
    const planned = rows.filter((row) => row.state === 'planned').slice(0, takenAlong);
    for (const { caseId } of planned) void queryClient.prefetchQuery(caseQuery(caseId));
    const [first] = planned;
    if (first === undefined) return;
    void router.preloadRoute({ to: '/revenue/$caseId', params: { caseId: first.caseId } });
  }, [rows, queryClient, router]);
}

function useColumns(): Column<CaseRow>[] {
  const currency = useCurrency();
  return [
    {
      key: 'home',
      header: 'Home',
      card: 'title',
      cell: (row) => (
        <>
          <Link to="/revenue/$caseId" params={{ caseId: row.caseId }} className={rowLink}>
            {row.connectionName}
          </Link>
          <Text size="xs" c="dimmed">
            {row.address}
          </Text>
        </>
      ),
    },
    { key: 'day', header: 'Visit on', cell: (row) => row.visitOn },
    { key: 'node', header: 'Node', cell: (row) => row.node ?? unknown },
    { key: 'state', header: 'State', cell: (row) => <StateBadge label={caseLabels[row.state]} /> },
    {
      key: 'finding',
      header: 'Found',
      cell: (row) => (row.finding === null ? unknown : findingLabels[row.finding]),
    },
    {
      key: 'billed',
      header: 'Asked',
      end: true,
      cell: (row) => (row.billedMinor === null ? unknown : moneyText(row.billedMinor, currency)),
    },
    { key: 'by', header: 'Planned by', cell: (row) => row.openedBy },
  ];
}
