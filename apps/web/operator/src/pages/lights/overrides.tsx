// Levels that hold in place of the programme until their end; each may be ended before.

import { Stack, Text, Title } from '@mantine/core';
import type { LightingView } from '@prewatt/api';
import { endOverride, lightKey } from '../../api/lights.ts';
import { useAction } from '../../api/use-action.ts';
import { WithNote } from '../../ui/columns.tsx';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { ActionButton, Age, Instant } from '../../ui/show.tsx';
import { FailureNote } from '../../ui/states.tsx';
import { wholeList } from '../../ui/whole-list.ts';
import { useWhyNot } from './why-not.ts';

type Override = LightingView['overrides'][number];

export function Overrides({ view }: { readonly view: LightingView }) {
  const columns: Column<Override>[] = [
    { key: 'of', header: 'Lamps', card: 'title', cell: ofText },
    {
      key: 'level',
      header: 'Level',
      end: true,
      cell: ({ levelPercent }) => (levelPercent === 0 ? 'Off' : `${levelPercent} %`),
    },
    {
      key: 'until',
      header: 'Until',
      cell: (row) => (
        <>
          <Instant at={row.until} withAge={false} />
          <Text size="xs" c="dimmed">
            <Age at={row.until} ahead />
          </Text>
        </>
      ),
    },
    {
      key: 'why',
      header: 'Why',
      card: 'wide',
      cell: (row) => <WithNote note={row.by}>{row.reason}</WithNote>,
    },
    { key: 'act', header: '', card: 'wide', cell: (row) => <End view={view} override={row} /> },
  ];
  if (view.overrides.length === 0) return null;
  return (
    <Stack gap="sm" component="section" aria-label="Overrides">
      <Title order={2} size="h4">
        Overrides
      </Title>
      <DataTable
        label="Overrides"
        noun="override"
        columns={columns}
        rowKey={(row) => row.overrideId}
        query={wholeList(view.overrides)}
        empty="No override."
      />
    </Stack>
  );
}

const ofText = ({ lamp, group }: Override): string =>
  lamp !== null ? `Lamp ${lamp}` : (group ?? 'All lamps');

function End({ view, override }: { readonly view: LightingView; readonly override: Override }) {
  const whyNot = useWhyNot(view);
  const { connectionId } = view.account;
  const action = useAction({
    run: () => endOverride(connectionId, override.overrideId),
    stale: [lightKey(connectionId)],
  });
  return (
    <Stack gap={4}>
      <div>
        <ActionButton
          size="compact-sm"
          why={whyNot}
          loading={action.isPending}
          label={`End the override of ${ofText(override)}`}
          onClick={() => action.mutate()}
        >
          End now
        </ActionButton>
      </div>
      {action.error !== null && <FailureNote failure={action.error} />}
    </Stack>
  );
}
