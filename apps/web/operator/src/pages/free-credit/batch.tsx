// One list of free credit: whether it was approved, how far it is, and each meter that got nothing.

import { Anchor, Progress, Skeleton, Stack, Text, Title } from '@mantine/core';
import type { GrantBatch } from '@prewatt/api';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { batchQuery } from '../../api/free-credit.ts';
import { kwhText } from '../../text/numbers.ts';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import {
  BackLink,
  Fact,
  Instant,
  MeterNumber,
  nowFacts,
  PageHeading,
  panel,
  StateBadge,
} from '../../ui/show.tsx';
import { FailureNote } from '../../ui/states.tsx';
import { wholeList } from '../../ui/whole-list.ts';
import { batchLabels, batchNames, percentOf } from './labels.ts';

export default function FreeCreditListPage() {
  const { batchId } = useParams({ from: '/signed-in/free-credit/$batchId' });
  const query = useQuery(batchQuery(batchId));
  const { data, error } = query;
  return (
    <Stack gap="md">
      <BackLink to="/free-credit">All free credit</BackLink>
      <PageHeading title={data === undefined ? 'Free credit' : batchNames[data.kind]} />
      {error !== null && <FailureNote failure={error} onRetry={() => void query.refetch()} />}
      {data === undefined && error === null && <Skeleton height={220} aria-label="Loading" />}
      {data !== undefined && <Standing of={data} />}
    </Stack>
  );
}

type Refusal = GrantBatch['refusals'][number];
const columns: readonly Column<Refusal>[] = [
  { key: 'line', header: 'Row', end: true, cell: (row) => row.line },
  {
    key: 'meter',
    header: 'Meter',
    card: 'title',
    cell: (row) => <MeterNumber meterPan={row.meterPan} />,
  },
  { key: 'why', header: 'Why not', card: 'wide', cell: (row) => row.detail },
];

function Standing({ of }: { of: GrantBatch }) {
  const { rows, approvalId } = of;
  return (
    <>
      <Text size="sm" maw="75ch">
        {of.reason}
      </Text>
      <section className={panel} aria-label="Now">
        <dl className={nowFacts} style={{ margin: 0 }}>
          <Fact name="State">
            <StateBadge label={batchLabels[of.state]} />
          </Fact>
          <Fact name="Meters">{rows.total}</Fact>
          <Fact name="Tokens made">{rows.issued}</Fact>
          <Fact name="Refused">{rows.refused}</Fact>
          <Fact name="Energy in all">{kwhText(of.energyTotalWh)}</Fact>
          <Fact name="Asked" note={`by ${of.requestedBy}`}>
            <Instant at={of.createdAt} withAge={false} />
          </Fact>
        </dl>
        {of.state !== 'awaitingApproval' && of.state !== 'closed' && (
          <Progress value={percentOf(of)} aria-label="Rows with an outcome" mt="md" />
        )}
      </section>
      {approvalId !== null && (
        <Text size="sm">
          <Anchor
            size="sm"
            renderRoot={(props) => (
              <Link to="/approvals/$approvalId" params={{ approvalId }} {...props} />
            )}
          >
            {of.state === 'awaitingApproval' ? 'To its approval' : 'Its approval'}
          </Anchor>
        </Text>
      )}
      <Title order={2}>Meters that got nothing</Title>
      <DataTable
        label="Meters that got nothing"
        noun="meter"
        columns={columns}
        rowKey={(row) => String(row.line)}
        query={wholeList(of.refusals)}
        empty="No row was refused."
      />
      {rows.refused > of.refusals.length && (
        <Text size="sm" c="dimmed">
          The first {of.refusals.length} of {rows.refused} are shown.
        </Text>
      )}
    </>
  );
}
