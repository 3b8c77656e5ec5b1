// Losses of the network: its nodes as a tree and on a map, what is missing at each and what it is
// worth, and homes that seem to be elsewhere than the list says.

import { Anchor, Stack, Text } from '@mantine/core';
import type { LossNode, Network } from '@prewatt/api';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { lossDaysQuery, lossFilePath, networkQuery } from '../../api/revenue.ts';
import { useCurrency, useSession } from '../../shell/session.tsx';
import { moneyText } from '../../text/numbers.ts';
import { Dialog } from '../../ui/form.tsx';
import { Fact, facts, PageHeading } from '../../ui/show.tsx';
import { EmptyNote, FailureNote } from '../../ui/states.tsx';
import { TabSet } from '../../ui/tab-set.tsx';
import { BarChart } from '../connection/bar-chart.tsx';
import { lostShareText } from './labels.ts';
import { NetworkMap } from './map.tsx';
import { Placements } from './placements.tsx';
import { NetworkTree, NodePanel } from './tree.tsx';
import { Vending } from './vending.tsx';

const tabTitles = { tree: 'Tree', map: 'Map', vending: 'Without a meter' } as const;
type LossTab = keyof typeof tabTitles;

export default function LossesPage() {
  const query = useQuery(networkQuery);
  const [open, setOpen] = useState<LossNode | null>(null);
  const [tab, setTab] = useState<LossTab>('tree');
  const { data } = query;
  return (
    <Stack gap="md">
      <PageHeading title="Losses" aside={<FileLink />} />
      <Text c="dimmed" size="sm" maw="75ch">
        What came in at each node of the network in up to sixty days, what the homes behind it
        counted, what lines lose, and what is left. A silent meter’s use is estimated, not missing.
      </Text>
      {query.error !== null && <FailureNote failure={query.error} />}
      {data !== undefined && <Overview network={data} />}
      {data?.nodes.length === 0 && (
        <EmptyNote>
          No network yet. Bring in three files under Imports: nodes (substations, feeders,
          transformers), which meter is where, and readings of nodes.
        </EmptyNote>
      )}
      {data !== undefined && data.nodes.length > 0 && (
        <TabSet
          label="Views of the network"
          names={tabTitles}
          open={tab}
          onOpen={setTab}
          panel={(each) => {
            if (each === 'vending') return <Vending nodes={data.nodes} />;
            if (each === 'map') return <MapWithNode nodes={data.nodes} onDays={setOpen} />;
            return <NetworkTree nodes={data.nodes} onDays={setOpen} />;
          }}
        />
      )}
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
  const { round, unplaced, nodes } = network;
  if (nodes.length === 0) return null;
  return (
    <dl className={facts}>
      <Fact
        name="Worth of what is missing"
        note="at the average price of these days; a loss at two levels counts once"
      >
        {network.pricePerKwhMinor === null
          ? 'nothing was sold yet'
          : moneyText(network.lostMinor, currency)}
      </Fact>
      <Fact name="Paid by homes on the network" note={lostShareText(network)}>
        {moneyText(network.soldMinor, currency)}
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

function MapWithNode({
  nodes,
  onDays,
}: {
  nodes: readonly LossNode[];
  onDays: (node: LossNode) => void;
}) {
  const [at, setAt] = useState<string | null>(null);
  const shown = nodes.find(({ nodeId }) => nodeId === at);
  return (
    <Stack gap="sm">
      <NetworkMap nodes={nodes} open={at} onOpen={setAt} />
      {shown !== undefined && <NodePanel key={at} node={shown} onDays={onDays} isOpen />}
    </Stack>
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
