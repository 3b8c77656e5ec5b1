// Install jobs in a table: the room's list, a connection's own and those that need attention.

import { Text } from '@mantine/core';
import { type InstallRow, installStepNames } from '@prewatt/api';
import { Link } from '@tanstack/react-router';
import { WithNote } from '../../ui/columns.tsx';
import { type Column, DataTable, type DataTableProps, rowLink } from '../../ui/data-table.tsx';
import { Age, MeterNumber, StateBadge } from '../../ui/show.tsx';
import { jobLabel, kindLabels } from './labels.ts';

const columns: readonly Column<InstallRow>[] = [
  {
    key: 'name',
    header: 'Home',
    card: 'title',
    cell: (row) => (
      <>
        <Link to="/installs/$installId" params={{ installId: row.installId }} className={rowLink}>
          {row.name}
        </Link>
        <Text size="xs" c="dimmed">
          {row.address}
        </Text>
      </>
    ),
  },
  {
    key: 'kind',
    header: 'Kind',
    cell: (row) => (
      <WithNote note={row.meterPan === null ? null : <MeterNumber meterPan={row.meterPan} />}>
        {kindLabels[row.kind]}
      </WithNote>
    ),
  },
  {
    key: 'state',
    header: 'State',
    cell: (row) => (
      <WithNote note={row.failed.map((step) => installStepNames[step]).join(', ')}>
        <StateBadge label={jobLabel(row)} />
      </WithNote>
    ),
  },
  { key: 'steps', header: 'Steps', end: true, cell: (row) => `${row.passed} of ${row.steps}` },
  { key: 'who', header: 'Technician', cell: (row) => row.assignedTo?.name ?? 'Anybody' },
  { key: 'age', header: 'Opened', cell: (row) => <Age at={row.openedAt} /> },
];

type InstallTableProps = Pick<DataTableProps<InstallRow>, 'query' | 'empty' | 'label'>;

export function InstallTable(props: InstallTableProps) {
  return (
    <DataTable {...props} noun="job" linked columns={columns} rowKey={(row) => row.installId} />
  );
}
