// The laws checked over the whole database: how the last run ended, one line for each law, what
// fails with the way to it, and the runs before.

import { Group, Stack, Text, Title } from '@mantine/core';
import type { ProofLaw, ProofRun } from '@prewatt/api';
import { useQuery } from '@tanstack/react-query';
import { Link, useSearch } from '@tanstack/react-router';
import { proofKey, proofRunsQuery, startProof } from '../../api/proof.ts';
import { useAction } from '../../api/use-action.ts';
import { useWhyReadOnly } from '../../shell/session.tsx';
import { sentence } from '../../text/labels.ts';
import { type Column, DataTable, rowLink } from '../../ui/data-table.tsx';
import { ActionButton, Age, Instant, PageHeading, StateBadge } from '../../ui/show.tsx';
import { EmptyNote, FailureNote, QueryState } from '../../ui/states.tsx';
import { wholeList } from '../../ui/whole-list.ts';
import { Findings } from './findings.tsx';
import { checkedOf, groupedText, runLabel } from './labels.ts';
import { WrongClock } from './wrong-clock.tsx';

export default function ProofPage() {
  const query = useQuery(proofRunsQuery);
  const runs = query.data?.rows ?? [];
  return (
    <Stack gap="lg">
      <PageHeading
        title="Proof"
        aside={
          <Group gap="xs" align="flex-start">
            <WrongClock />
            <RunNow runs={runs} />
          </Group>
        }
      />
      <Text c="dimmed" size="sm" maw="75ch">
        The laws, checked over every row of this utility, every night and on demand. A law that does
        not hold means that rows contradict each other.
      </Text>
      <QueryState query={query} height={240} />
      {query.data !== undefined && <Runs runs={runs} />}
    </Stack>
  );
}

function RunNow({ runs }: { runs: readonly ProofRun[] }) {
  const readOnly = useWhyReadOnly();
  const action = useAction({
    run: (_input, requestId) => startProof(requestId),
    stale: [proofKey],
  });
  const underWay = runs.some((run) => run.state === 'underWay');
  return (
    <Stack gap={4} align="flex-end">
      <ActionButton
        why={readOnly ?? (underWay ? 'A run is under way' : null)}
        loading={action.isPending}
        onClick={() => action.mutate()}
      >
        Check now
      </ActionButton>
      {action.error !== null && <FailureNote failure={action.error} />}
    </Stack>
  );
}

function Runs({ runs }: { runs: readonly ProofRun[] }) {
  const { run: chosenId } = useSearch({ from: '/signed-in/proof' });
  const finished = runs.find((run) => run.result !== null);
  const shown = runs.find((run) => run.runId === chosenId) ?? finished;
  if (runs.length === 0) {
    return <EmptyNote>No run yet. The first comes tonight, or now by “Check now”.</EmptyNote>;
  }
  return (
    <>
      {shown !== undefined && <OneRun run={shown} isLast={shown === finished} />}
      <section>
        <Title order={2} mb="xs">
          Runs
        </Title>
        <DataTable
          label="Runs"
          noun="run"
          linked
          columns={runColumns}
          rowKey={(row) => row.runId}
          query={wholeList(runs)}
          empty="No run yet."
        />
      </section>
    </>
  );
}

const runColumns: readonly Column<ProofRun>[] = [
  {
    key: 'at',
    header: 'Asked for',
    card: 'title',
    cell: (row) => (
      <Link to="/proof" search={{ run: row.runId }} className={rowLink}>
        <Instant at={row.requestedAt} />
      </Link>
    ),
  },
  { key: 'by', header: 'By', cell: (row) => row.requestedBy ?? 'nightly run' },
  { key: 'state', header: 'Result', cell: (row) => <StateBadge label={runLabel(row)} /> },
];

function OneRun({ run, isLast }: { run: ProofRun; isLast: boolean }) {
  return (
    <section aria-label={isLast ? 'Last run' : 'An earlier run'}>
      <Title order={2} mb="xs">
        {isLast ? 'Last run' : 'An earlier run'} <StateBadge label={runLabel(run)} />{' '}
        <Text span size="sm" c="dimmed" fw={400}>
          <Age at={run.result?.finishedAt ?? run.requestedAt} />
        </Text>
      </Title>
      {run.result === null ? (
        <Text size="sm">It has no result.</Text>
      ) : (
        <>
          <DataTable
            label="Laws"
            noun="law"
            columns={lawColumns}
            rowKey={(row) => String(row.law)}
            query={wholeList(run.result.laws)}
            empty="No law was checked."
          />
          <Findings laws={run.result.laws} />
        </>
      )}
      {!isLast && (
        <Text size="sm" mt="xs">
          <Link to="/proof">Show the last run</Link>
        </Text>
      )}
    </section>
  );
}

const lawColumns: readonly Column<ProofLaw>[] = [
  { key: 'law', header: 'Law', cell: (row) => row.law },
  { key: 'title', header: 'What must hold', card: 'title', cell: (row) => sentence(row.title) },
  {
    key: 'holds',
    header: 'Result',
    cell: (row) => (
      <StateBadge
        label={row.holds ? { text: 'Holds', tone: 'good' } : { text: 'Does not hold', tone: 'bad' }}
      />
    ),
  },
  { key: 'checked', header: 'Checked', end: true, cell: (row) => groupedText(checkedOf(row)) },
  { key: 'failed', header: 'Failed', end: true, cell: (row) => groupedText(BigInt(row.failed)) },
];
