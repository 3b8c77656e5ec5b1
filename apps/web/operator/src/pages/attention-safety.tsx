// Cuts for safety, which went past the protection rules: who cut whom, why, until when, and who
// allowed it. They stand here from the moment of the cut until a day after its end.

import { Stack, Text, Title } from '@mantine/core';
import type { SafetyCut } from '@prewatt/api';
import { useInfiniteQuery } from '@tanstack/react-query';
import { safetyCutsQuery } from '../api/limits.ts';
import { connectionColumn, WithNote } from '../ui/columns.tsx';
import { type Column, DataTable } from '../ui/data-table.tsx';
import { Age, Instant } from '../ui/show.tsx';

export function SafetyCuts() {
  const query = useInfiniteQuery(safetyCutsQuery);
  const columns: Column<SafetyCut>[] = [
    connectionColumn<SafetyCut>({ cover: false }),
    {
      key: 'by',
      header: 'Cut by',
      cell: (row) => (
        <WithNote
          note={row.approvedBy === null ? 'nobody was asked' : `allowed by ${row.approvedBy}`}
        >
          {row.by}
        </WithNote>
      ),
    },
    {
      key: 'why',
      header: 'Danger',
      card: 'wide',
      cell: (row) => <div style={{ maxWidth: '52ch' }}>{row.reason}</div>,
    },
    { key: 'since', header: 'Since', cell: (row) => <Age at={row.since} /> },
    {
      key: 'until',
      header: 'Until',
      cell: (row) =>
        row.endedAt === null ? (
          <WithNote note="then it ends by itself">
            <Instant at={row.until} withAge={false} />
          </WithNote>
        ) : (
          <WithNote note={`ended by ${row.endedBy === 'Prewatt' ? 'itself' : row.endedBy}`}>
            <Instant at={row.endedAt} withAge={false} />
          </WithNote>
        ),
    },
  ];
  if ((query.data?.pages[0]?.rows.length ?? 0) === 0) return null;
  return (
    <Stack gap="sm">
      <Title order={2} size="h4">
        Cuts for safety
      </Title>
      <Text c="dimmed" size="sm">
        Supply that an operator cut for safety, against the protection rules. If you do not know of
        the danger, ask the person who cut it. Supply is released on the connection’s page.
      </Text>
      <DataTable
        label="Cuts for safety"
        noun="cut"
        columns={columns}
        rowKey={(row) => row.commandId}
        query={query}
        empty="Nothing was cut for safety."
      />
    </Stack>
  );
}
