// Whether our payments agree with the files of providers and banks: compare a file, work on what
// differs, see what was compared and what providers kept.

import { Stack, Text } from '@mantine/core';
import type { ReconciliationFile } from '@prewatt/api';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { filesQuery } from '../../api/reconciliation.ts';
import { type ReconciliationTab, reconciliationSearch } from '../../state/search.ts';
import { shortDay } from '../../text/time.ts';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { Instant, PageHeading } from '../../ui/show.tsx';
import { TabSet } from '../../ui/tab-set.tsx';
import { CompareFile } from './compare.tsx';
import { Differences } from './differences.tsx';
import { Fees } from './fees.tsx';
import { kindLabels } from './labels.ts';

const tabNames: Record<ReconciliationTab, string> = {
  differences: 'Differences',
  compare: 'Compare a file',
  files: 'Files compared',
  fees: 'Fees',
};

export default function ReconciliationPage() {
  const search = useSearch({ from: '/signed-in/reconciliation' });
  const navigate = useNavigate();
  const show = (changed: { tab?: ReconciliationTab; state?: string }) =>
    void navigate({
      to: '/reconciliation',
      search: reconciliationSearch({ ...search, ...changed }),
      replace: true,
    });
  const panels: Record<ReconciliationTab, () => React.ReactNode> = {
    differences: () => (
      <Differences filter={search.state ?? 'open'} onFilter={(state) => show({ state })} />
    ),
    compare: () => <CompareFile />,
    files: () => <Files />,
    fees: () => <Fees />,
  };
  return (
    <Stack gap="md">
      <PageHeading title="Reconciliation" />
      <Text c="dimmed" size="sm" maw="75ch">
        Payments against the settlements of providers, and those against the bank. A difference
        stays on the list until somebody explains it or a later file settles it.
      </Text>
      <TabSet
        label="Reconciliation"
        names={tabNames}
        open={search.tab ?? 'differences'}
        onOpen={(tab) => show({ tab })}
        panel={(tab) => panels[tab]()}
      />
    </Stack>
  );
}

const columns: readonly Column<ReconciliationFile>[] = [
  { key: 'name', header: 'File', card: 'title', cell: (row) => row.name },
  { key: 'kind', header: 'What', cell: (row) => kindLabels[row.kind].name },
  { key: 'provider', header: 'Provider', cell: (row) => row.provider },
  {
    key: 'days',
    header: 'Days',
    cell: (row) =>
      row.firstDate === row.lastDate
        ? shortDay(row.firstDate)
        : `${shortDay(row.firstDate)} to ${shortDay(row.lastDate)}`,
  },
  { key: 'rows', header: 'Rows', end: true, cell: (row) => row.rows },
  {
    key: 'at',
    header: 'Compared',
    card: 'wide',
    cell: (row) => (
      <>
        <Instant at={row.importedAt} />
        <Text size="xs" c="dimmed">
          by {row.importedBy}
        </Text>
      </>
    ),
  },
];

function Files() {
  return (
    <DataTable
      label="Files compared"
      noun="file"
      columns={columns}
      rowKey={(row) => row.fileId}
      query={useInfiniteQuery(filesQuery)}
      empty="No file has been compared yet."
    />
  );
}
