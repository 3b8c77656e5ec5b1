// What waits for a second person, and what became of all that was asked for.

import { Stack, Text } from '@mantine/core';
import type { ApprovalRow } from '@prewatt/api';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { approvalsQuery } from '../../api/approvals.ts';
import { useSession } from '../../shell/session.tsx';
import { type ApprovalFilter, approvalFilters, approvalsSearch } from '../../state/search.ts';
import { Choices } from '../../ui/choices.tsx';
import { WithNote } from '../../ui/columns.tsx';
import { type Column, DataTable, rowLink } from '../../ui/data-table.tsx';
import { Instant, PageHeading, StateBadge } from '../../ui/show.tsx';
import { Budgets } from './budgets.tsx';
import { Emergencies } from './emergencies.tsx';
import { kindLabels, stateOf } from './labels.ts';
import { ControlLimits } from './limits.tsx';

const filterNames: Record<ApprovalFilter, string> = {
  awaiting: 'Awaiting',
  done: 'Done',
  failed: 'Not done',
  declined: 'Declined',
  all: 'All',
};

export default function ApprovalsPage() {
  const { show = 'awaiting' } = useSearch({ from: '/signed-in/approvals' });
  const navigate = useNavigate();
  const query = useInfiniteQuery(approvalsQuery(show));
  return (
    <Stack gap="md">
      <PageHeading title="Approvals" />
      <Text c="dimmed" size="sm" maw="75ch">
        Requests of operators. An administrator who took no part in a request allows or declines it.
        A request without a decision expires after seven days.
      </Text>
      <Choices
        label="Show"
        of={approvalFilters}
        chosen={show}
        text={(each) => filterNames[each]}
        onChoose={(each) =>
          void navigate({
            to: '/approvals',
            search: approvalsSearch({ show: each }),
            replace: true,
          })
        }
      />
      <DataTable
        label="Approvals"
        noun="approval"
        linked
        columns={useColumns()}
        rowKey={(row) => row.approvalId}
        query={query}
        empty={show === 'awaiting' ? 'Nothing waits for a decision.' : 'None.'}
      />
      <ControlLimits />
      <Budgets />
      <Emergencies />
    </Stack>
  );
}

function useColumns(): Column<ApprovalRow>[] {
  const { name } = useSession();
  return [
    {
      key: 'kind',
      header: 'What',
      card: 'title',
      cell: (row) => (
        <Link
          to="/approvals/$approvalId"
          params={{ approvalId: row.approvalId }}
          className={rowLink}
        >
          {kindLabels[row.kind]}
        </Link>
      ),
    },
    {
      key: 'about',
      header: 'About',
      card: 'wide',
      cell: (row) =>
        row.about.map(({ label, value }) => (
          <Text key={label} size="sm" maw="36ch">
            <Text span inherit c="dimmed">
              {label}:{' '}
            </Text>
            {value}
          </Text>
        )),
    },
    {
      key: 'reason',
      header: 'Why it is asked for',
      card: 'wide',
      cell: (row) => (
        <Text size="sm" maw="48ch" lineClamp={3}>
          {row.reason}
        </Text>
      ),
    },
    {
      key: 'by',
      header: 'Asked by',
      cell: (row) => (
        <>
          <span>{row.requestedBy === name ? 'you' : row.requestedBy}</span>
          <Text size="xs" c="dimmed">
            <Instant at={row.requestedAt} withAge={false} />
          </Text>
        </>
      ),
    },
    {
      key: 'state',
      header: 'State',
      card: 'wide',
      cell: (row) => (
        <WithNote
          note={row.failure?.detail ?? (row.decidedBy === null ? '' : `by ${row.decidedBy}`)}
        >
          <StateBadge label={stateOf(row)} />
        </WithNote>
      ),
    },
  ];
}
