// Tariffs of the utility and their versions: what is in force, what comes, what is being prepared.

import { Group, Progress, Stack, Text, Title } from '@mantine/core';
import type { AssignmentJson, TariffRow, TariffVersionRow } from '@prewatt/api';
import { countText } from '@prewatt/quantities';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { assignmentsQuery } from '../../api/assignments.ts';
import { tariffsQuery } from '../../api/tariffs.ts';
import { useWhyReadOnly } from '../../shell/session.tsx';
import { longDay } from '../../text/time.ts';
import { WithNote } from '../../ui/columns.tsx';
import { type Column, DataTable, rowLink } from '../../ui/data-table.tsx';
import { ActionButton, Instant, PageHeading, StateBadge } from '../../ui/show.tsx';
import { EmptyNote, QueryState } from '../../ui/states.tsx';
import { wholeList } from '../../ui/whole-list.ts';
import { assignmentLabels, assignmentTitle, percentDone } from './assignment-labels.ts';
import { AssignManyDialog } from './bulk-assignment.tsx';
import { baseVersion } from './editor/base.ts';
import { versionToAsk } from './facts.tsx';
import { versionLabel } from './labels.ts';

export default function TariffsPage() {
  const query = useQuery(tariffsQuery);
  const readOnly = useWhyReadOnly();
  const navigate = useNavigate();
  const [assigning, setAssigning] = useState(false);
  const approved = query.data?.tariffs.some((tariff) => versionToAsk(tariff) !== undefined);
  const noTariff = approved === false ? 'No tariff is approved yet.' : null;
  return (
    <Stack gap="lg">
      <PageHeading
        title="Tariffs"
        aside={
          <Group gap="xs">
            <ActionButton why={readOnly ?? noTariff} onClick={() => setAssigning(true)}>
              Assign to many
            </ActionButton>
            <ActionButton
              why={readOnly}
              variant="filled"
              onClick={() => void navigate({ to: '/tariffs/change' })}
            >
              New tariff
            </ActionButton>
          </Group>
        }
      />
      <Text c="dimmed" size="sm">
        A change is a new version: proved by its own examples, tried on past sales, allowed by a
        second person, and in force from its first day on.
      </Text>
      <QueryState query={query} height={180} />
      {query.data?.tariffs.length === 0 && (
        <EmptyNote>No tariff yet. Begin one from a template or from nothing: New tariff.</EmptyNote>
      )}
      {query.data?.tariffs.map((tariff) => (
        <Tariff key={tariff.name} tariff={tariff} />
      ))}
      <AssignedToMany />
      <AssignManyDialog
        opened={assigning}
        onClose={() => setAssigning(false)}
        tariffs={query.data?.tariffs ?? []}
      />
    </Stack>
  );
}

/** Nothing while there is no such list. */
function AssignedToMany() {
  const rows = useQuery(assignmentsQuery).data?.rows ?? [];
  if (rows.length === 0) return null;
  return (
    <section aria-label="Assigned to many">
      <Title order={2} size="h3" mb="xs">
        Assigned to many
      </Title>
      <DataTable
        label="Assigned to many"
        noun="list"
        linked
        columns={listColumns}
        rowKey={(row) => row.assignmentId}
        query={wholeList(rows)}
        empty="None."
      />
    </section>
  );
}

function Tariff({ tariff }: { tariff: TariffRow }) {
  const readOnly = useWhyReadOnly();
  const navigate = useNavigate();
  const base = baseVersion(tariff);
  const none = base === undefined ? 'No version of it is approved yet.' : null;
  const change = () => {
    if (base === undefined) return;
    void navigate({ to: '/tariffs/change', search: { of: base.versionId } });
  };
  return (
    <section aria-label={tariff.name}>
      <Group justify="space-between" gap="xs">
        <Title order={2} size="h3">
          {tariff.name}
        </Title>
        <ActionButton
          why={readOnly ?? none}
          label={`New version of ${tariff.name}`}
          onClick={change}
        >
          New version
        </ActionButton>
      </Group>
      <Text size="sm" c={tariff.inForceVersionId === null ? 'red' : 'dimmed'} mb="xs">
        {countText(tariff.connections, 'connection')}
        {tariff.inForceVersionId === null && '. No version is in force: nothing can be sold.'}
      </Text>
      <DataTable
        label={`Versions of ${tariff.name}`}
        noun="version"
        linked
        columns={columns}
        rowKey={(row) => row.versionId}
        query={wholeList(tariff.versions)}
        empty="No version."
      />
    </section>
  );
}

const columns: Column<TariffVersionRow>[] = [
  {
    key: 'version',
    header: 'Version',
    card: 'title',
    cell: (row) => (
      <Link to="/tariffs/$versionId" params={{ versionId: row.versionId }} className={rowLink}>
        <span style={{ whiteSpace: 'nowrap' }}>Version {row.version}</span>
      </Link>
    ),
  },
  {
    key: 'state',
    header: 'State',
    card: 'wideBare',
    cell: (row) => <StateBadge label={versionLabel(row)} />,
  },
  {
    key: 'from',
    header: 'First day',
    cell: (row) => (
      <WithNote note={row.effectiveTo === null ? null : `until ${longDay(row.effectiveTo)}`}>
        {longDay(row.effectiveFrom)}
      </WithNote>
    ),
  },
  { key: 'why', header: 'Reason', card: 'wide', cell: (row) => row.reason ?? '–' },
  {
    key: 'by',
    header: 'Proposed by',
    cell: (row) => (
      <WithNote note={row.approvedBy === null ? null : `approved by ${row.approvedBy}`}>
        {row.requestedBy ?? 'set-up'}
      </WithNote>
    ),
  },
];

const listColumns: Column<AssignmentJson>[] = [
  {
    key: 'what',
    header: 'What',
    card: 'title',
    cell: (row) => (
      <Link
        to="/tariffs/assignments/$assignmentId"
        params={{ assignmentId: row.assignmentId }}
        className={rowLink}
      >
        {assignmentTitle(row)}
      </Link>
    ),
  },
  {
    key: 'state',
    header: 'State',
    card: 'wideBare',
    cell: (row) => (
      <>
        <StateBadge label={assignmentLabels[row.state]} />
        {(row.state === 'previewing' || row.state === 'assigning') && (
          <Progress value={percentDone(row)} aria-label={`Progress: ${row.reason}`} mt={4} />
        )}
      </>
    ),
  },
  { key: 'from', header: 'First day', cell: (row) => longDay(row.from) },
  { key: 'who', header: 'Chosen', cell: (row) => row.chosen },
  { key: 'why', header: 'Reason', card: 'wide', cell: (row) => row.reason },
  {
    key: 'by',
    header: 'Made by',
    cell: (row) => (
      <WithNote note={<Instant at={row.requestedAt} withAge={false} />}>{row.requestedBy}</WithNote>
    ),
  },
];
