// The homes that one of two rule sets would have cut or had called. Not for viewers: flags say
// something of a person's health.

import { Stack, Text, Title } from '@mantine/core';
import type { ReplayHomes, ReplayHomesFilter } from '@prewatt/api';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { trialHomesQuery, trialQuery } from '../../api/protection.ts';
import { useSession, useZone } from '../../shell/session.tsx';
import { Choices } from '../../ui/choices.tsx';
import { WithNote } from '../../ui/columns.tsx';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { halfText, nobodyThere, whoNames } from './trial-labels.ts';

type Row = ReplayHomes['rows'][number];
const filters = Object.keys(whoNames) as ReplayHomesFilter[];
/** Further ones are counted. */
const linesShown = 4;

export function TrialHomes({ replayId }: { readonly replayId: string }) {
  const [who, setWho] = useState<ReplayHomesFilter>('all');
  const isViewer = useSession().role === 'viewer';
  const query = useInfiniteQuery({ ...trialHomesQuery(replayId, who), enabled: !isViewer });
  const columns = useColumns(replayId);
  if (isViewer) return null;
  return (
    <section aria-labelledby="trial-homes">
      <Stack gap="sm">
        <Title order={2} id="trial-homes">
          Homes
        </Title>
        <Choices
          label="Show homes"
          of={filters}
          chosen={who}
          text={(each) => whoNames[each]}
          onChoose={(each) => setWho(each)}
        />
        <DataTable
          label="Homes that would have been cut or called"
          noun="home"
          columns={columns}
          rowKey={(row) => row.connectionId}
          query={query}
          empty={nobodyThere[who]}
        />
      </Stack>
    </section>
  );
}

function useColumns(replayId: string): Column<Row>[] {
  const zone = useZone();
  const to = useQuery(trialQuery(replayId)).data?.to ?? '';
  const at = { zone, toMs: Date.parse(to) };
  return [
    {
      key: 'home',
      header: 'Home',
      card: 'title',
      cell: (row) => (
        <WithNote note={flagLabels(row)}>
          <Link to="/connections/$connectionId" params={{ connectionId: row.connectionId }}>
            {row.name}
          </Link>
        </WithNote>
      ),
    },
    {
      key: 'now',
      header: 'Rules then in force',
      card: 'wide',
      cell: (row) => <Half of={halfText(row.now, at)} />,
    },
    {
      key: 'tried',
      header: 'These rules',
      card: 'wide',
      cell: (row) => <Half of={halfText(row.proposed, at)} />,
    },
  ];
}

const flagLabels = ({ medical, vulnerable }: Row): string =>
  [medical ? 'medical device' : '', vulnerable ? 'vulnerable person' : '']
    .filter((word) => word !== '')
    .join(', ');

function Half({ of }: { readonly of: ReturnType<typeof halfText> }) {
  const more = of.lines.length - linesShown;
  return (
    <>
      {of.head}
      {of.lines.slice(0, linesShown).map((line) => (
        <Text key={line} size="xs" c="dimmed">
          {line}
        </Text>
      ))}
      {more > 0 && (
        <Text size="xs" c="dimmed">
          and {more} more
        </Text>
      )}
    </>
  );
}
