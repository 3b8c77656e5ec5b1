// Cases: open ones by day and place, so that a day's visits are one way; closed ones newest first.

import { Text } from '@mantine/core';
import type { CaseRow } from '@prewatt/api';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { casesQuery } from '../../api/revenue.ts';
import { useCurrency } from '../../shell/session.tsx';
import { moneyText, unknown } from '../../text/numbers.ts';
import { type Column, DataTable, rowLink } from '../../ui/data-table.tsx';
import { StateBadge } from '../../ui/show.tsx';
import { caseLabelOf, foundText } from './labels.ts';
import { useTakenAlong } from './taken-along.ts';

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

/** For energy and as a fine. */
function askedOf({ billedMinor, fineMinor }: CaseRow): string | null {
  if (billedMinor === null && fineMinor === null) return null;
  return (BigInt(billedMinor ?? 0) + BigInt(fineMinor ?? 0)).toString();
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
    { key: 'state', header: 'State', cell: (row) => <StateBadge label={caseLabelOf(row)} /> },
    {
      key: 'finding',
      header: 'Found',
      cell: (row) => foundText(row) ?? unknown,
    },
    {
      key: 'billed',
      header: 'Asked',
      end: true,
      cell: (row) => (askedOf(row) === null ? unknown : moneyText(askedOf(row) ?? '0', currency)),
    },
    { key: 'by', header: 'Planned by', cell: (row) => row.openedBy },
  ];
}
