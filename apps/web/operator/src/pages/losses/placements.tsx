// Homes whose readings say that they are behind another node, or that are behind none: offered for
// a person to confirm. Nothing is moved before.

import { Group, Stack, Text, Title } from '@mantine/core';
import type { PlacementFinding } from '@prewatt/api';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { decidePlacement, networkKey, placementsKey, placementsQuery } from '../../api/revenue.ts';
import { useAction } from '../../api/use-action.ts';
import { useWhyReadOnly } from '../../shell/session.tsx';
import { type Column, DataTable, rowLink } from '../../ui/data-table.tsx';
import { ActionButton, Instant } from '../../ui/show.tsx';
import { FailureNote } from '../../ui/states.tsx';

const columns: Column<PlacementFinding>[] = [
  {
    key: 'home',
    header: 'Home',
    card: 'title',
    cell: (row) => (
      <>
        <Link
          to="/connections/$connectionId"
          params={{ connectionId: row.connectionId }}
          className={rowLink}
        >
          {row.connectionName}
        </Link>
        <Text size="xs" c="dimmed">
          {row.address}
        </Text>
      </>
    ),
  },
  {
    key: 'present',
    header: 'Listed at',
    cell: (row) =>
      row.presentNode === null ? 'no node' : placeText(row.presentNode, row.presentPhase),
  },
  {
    key: 'suggested',
    header: 'Seems to be at',
    cell: (row) => (
      <>
        {placeText(row.suggestedNode, row.suggestedPhase)}
        <Text size="xs" c="dimmed">
          {evidenceText(row)}
        </Text>
      </>
    ),
  },
  { key: 'act', header: '', card: 'wide', cell: (row) => <Decide row={row} /> },
];

/** "T-12, phase L1" */
const placeText = (code: string, phase: string | null): string =>
  phase === null ? code : `${code}, phase ${phase}`;

function evidenceText({ voltage, sharePercent }: PlacementFinding): string {
  if (voltage === null) return `${sharePercent} % of its use is missing there`;
  const { listedPercent, nextPercent, meters, halfHours } = voltage;
  const listed = listedPercent === null ? '' : `, ${listedPercent} % with those where it is listed`;
  return `Its voltage goes ${sharePercent} % with that of ${meters} meters there${listed}, at most ${nextPercent} % with others; ${halfHours} half-hours`;
}

export function Placements() {
  return (
    <Stack gap="sm" component="section" aria-label="Where homes seem to be">
      <Title order={2} size="h3">
        Where homes seem to be
      </Title>
      <DataTable
        label="Where homes seem to be"
        noun="suggestion"
        columns={columns}
        rowKey={(row) => row.connectionId}
        linked
        query={useInfiniteQuery(placementsQuery)}
        empty="No suggestion. Homes are where the list says, or nothing is missing where they may be."
      />
    </Stack>
  );
}

function Decide({ row }: { row: PlacementFinding }) {
  const action = useAction({ run: decidePlacement, stale: [placementsKey, networkKey] });
  const { connectionId, connectionName, confirmed } = row;
  const place = placeText(row.suggestedNode, row.suggestedPhase);
  const decide = (decision: 'confirmed' | 'dismissed' | 'undone') => ({
    isPending: action.isPending,
    onClick: () => action.mutate({ connectionId, decision }),
  });
  return (
    <Stack gap={4} style={{ position: 'relative', zIndex: 1 }}>
      {confirmed !== null && (
        <Text size="xs" c="dimmed">
          Confirmed by {confirmed.by}, <Instant at={confirmed.at} withAge={false} />
        </Text>
      )}
      <Group gap={6}>
        {confirmed === null ? (
          <>
            <Choice {...decide('confirmed')} label={`Confirm: ${connectionName} is at ${place}`}>
              Confirm
            </Choice>
            <Choice
              {...decide('dismissed')}
              label={`Dismiss: ${connectionName} is not at ${place}`}
            >
              Dismiss
            </Choice>
          </>
        ) : (
          <Choice {...decide('undone')} label={`Undo: ${connectionName} is where it was before`}>
            Undo
          </Choice>
        )}
      </Group>
      {action.error !== null && <FailureNote failure={action.error} />}
    </Stack>
  );
}

type ChoiceProps = {
  readonly label: string;
  readonly isPending: boolean;
  readonly onClick: () => void;
  readonly children: string;
};

function Choice({ isPending, ...rest }: ChoiceProps) {
  const readOnly = useWhyReadOnly();
  return <ActionButton size="compact-sm" why={readOnly} loading={isPending} {...rest} />;
}
