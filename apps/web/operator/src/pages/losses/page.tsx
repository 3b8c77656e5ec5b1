// Losses of the network: each feeder with its transformers, what is missing there and what it is
// worth, and homes that seem to be elsewhere than the list says.

import { Anchor, Group, Stack, Text, Title } from '@mantine/core';
import type { LossNode, Network } from '@prewatt/api';
import { countText } from '@prewatt/quantities';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { lossDaysQuery, lossFilePath, networkQuery } from '../../api/revenue.ts';
import { useCurrency, useSession } from '../../shell/session.tsx';
import { kwhText, moneyText } from '../../text/numbers.ts';
import { Dialog } from '../../ui/form.tsx';
import { ActionButton, Fact, facts, PageHeading, panel, StateBadge } from '../../ui/show.tsx';
import { EmptyNote, FailureNote } from '../../ui/states.tsx';
import { BarChart } from '../connection/bar-chart.tsx';
import { lossLabels, rangeText, shareText } from './labels.ts';
import { Placements } from './placements.tsx';

export default function LossesPage() {
  const query = useQuery(networkQuery);
  const [open, setOpen] = useState<LossNode | null>(null);
  const { data } = query;
  return (
    <Stack gap="md">
      <PageHeading title="Losses" aside={<FileLink />} />
      <Text c="dimmed" size="sm" maw="75ch">
        What came in at each feeder and transformer in sixty days, what the homes behind it counted,
        what lines lose, and what is left. A silent meter’s use is estimated, not missing.
      </Text>
      {query.error !== null && <FailureNote failure={query.error} />}
      {data !== undefined && <Overview network={data} />}
      {data?.nodes.length === 0 && (
        <EmptyNote>
          No network yet. Bring in three files under Imports: feeders and transformers, which meter
          is where, and readings of nodes.
        </EmptyNote>
      )}
      {data?.nodes.map((node) => (
        <NodePanel key={node.nodeId} node={node} onOpen={setOpen} />
      ))}
      <Placements />
      <Dialog opened={open !== null} onClose={() => setOpen(null)} title={open?.name ?? ''}>
        {open !== null && <Days nodeId={open.nodeId} />}
      </Dialog>
    </Stack>
  );
}

function FileLink() {
  if (useSession().role === 'viewer') return null;
  return (
    <Anchor href={lossFilePath} download="losses.csv" size="sm">
      Losses as CSV
    </Anchor>
  );
}

function Overview({ network }: { network: Network }) {
  const currency = useCurrency();
  const lost = network.nodes.reduce((sum, { lostMinor }) => sum + BigInt(lostMinor ?? '0'), 0n);
  const { round, unplaced, nodes } = network;
  if (nodes.length === 0) return null;
  return (
    <dl className={facts}>
      <Fact name="Worth of what is missing" note="at the average price of the sixty days">
        {network.pricePerKwhMinor === null
          ? 'nothing was sold yet'
          : moneyText(lost.toString(), currency)}
      </Fact>
      <Fact name="Homes on no node">{unplaced}</Fact>
      <Fact
        name="Looked at"
        note={round?.isDone === false ? 'under way; what is done is shown' : null}
      >
        {round === null ? 'not yet' : round.day}
      </Fact>
    </dl>
  );
}

function NodePanel({ node, onOpen }: { node: LossNode; onOpen: (node: LossNode) => void }) {
  const currency = useCurrency();
  const range = rangeText(node);
  const isTold = node.energyInWh !== null;
  return (
    <section
      className={panel}
      aria-label={`${node.code}, ${node.name}`}
      {...(node.parentId === null ? {} : { style: { marginInlineStart: '1.25rem' } })}
    >
      <Stack gap="xs">
        <Group gap="sm" justify="space-between">
          <Title order={2} size="h4" style={{ overflowWrap: 'anywhere' }}>
            {node.code} · {node.name}
          </Title>
          <StateBadge label={lossLabels[node.state]} />
        </Group>
        <Text size="sm" c="dimmed">
          {node.kind === 'feeder' ? 'Feeder' : 'Transformer'}, {countText(node.homes, 'home')}.{' '}
          {node.words}
        </Text>
        {isTold && (
          <dl className={facts}>
            <Fact name="Came in">{kwhText(node.energyInWh)}</Fact>
            <Fact
              name="Counted by meters"
              note={node.estimatedWh === '0' ? null : `and ${kwhText(node.estimatedWh)} estimated`}
            >
              {kwhText(node.meteredWh)}
            </Fact>
            <Fact name="Lost in lines">{kwhText(node.technicalWh)}</Fact>
            <Fact name="Unexplained" note={range}>
              {kwhText(node.unexplainedWh)}
              {shareText(node) === null ? '' : `, ${shareText(node)}`}
            </Fact>
            {node.lostMinor !== null && (
              <Fact name="Worth">{moneyText(node.lostMinor, currency)}</Fact>
            )}
          </dl>
        )}
        {isTold && (
          <Group>
            <ActionButton
              size="compact-sm"
              why={null}
              label={`Days of ${node.code}`}
              onClick={() => onOpen(node)}
            >
              Day by day
            </ActionButton>
          </Group>
        )}
      </Stack>
    </section>
  );
}

function Days({ nodeId }: { nodeId: string }) {
  const { data, error } = useQuery(lossDaysQuery(nodeId));
  if (error !== null) return <FailureNote failure={error} />;
  if (data === undefined) return null;
  const { rows, lastDayHalfHoursWh } = data;
  return (
    <Stack gap="md">
      <BarChart
        label="Unexplained energy by day"
        bars={rows.map(({ day, unexplainedWh }, i) => ({
          ...{ key: day, energyWh: unexplainedWh, label: day },
          tick: i % 15 === 0 ? day.slice(5) : '',
        }))}
      />
      <BarChart
        label="Unexplained energy by half-hour, last day"
        bars={lastDayHalfHoursWh.map((wh, i) => ({
          ...{ key: String(i), energyWh: wh?.toString() ?? null, label: timeOf(i) },
          tick: i % 12 === 0 ? timeOf(i) : '',
        }))}
      />
    </Stack>
  );
}

const timeOf = (halfHour: number): string =>
  `${String(Math.floor(halfHour / 2)).padStart(2, '0')}:${halfHour % 2 === 0 ? '00' : '30'}`;
