// Nodes without a meter of their own: what their homes bought, beside what these counted and beside
// like nodes.

import { Stack, Text } from '@mantine/core';
import type { LossNode } from '@prewatt/api';
import { countText } from '@prewatt/quantities';
import { useCurrency } from '../../shell/session.tsx';
import { kwhText, moneyText } from '../../text/numbers.ts';
import { Fact, facts, panel, StateBadge } from '../../ui/show.tsx';
import { EmptyNote } from '../../ui/states.tsx';
import { kindLabels, vendingLabels } from './labels.ts';
import styles from './losses.module.css';

export function Vending({ nodes }: { nodes: readonly LossNode[] }) {
  const without = nodes.filter(({ state }) => state === 'noFeederMeter');
  return (
    <Stack gap="sm">
      <Text size="sm" c="dimmed" maw="75ch">
        Where a node has no meter of its own, only purchases can be compared. That names no home and
        proves nothing: it says where a meter is worth most.
      </Text>
      {without.length === 0 && <EmptyNote>Each node that was looked at has a meter.</EmptyNote>}
      {without.map((node) => (
        <VendingPanel key={node.nodeId} node={node} />
      ))}
    </Stack>
  );
}

function VendingPanel({ node }: { node: LossNode }) {
  const currency = useCurrency();
  const { vending } = node;
  return (
    <section className={panel} aria-label={`Purchases at ${node.code}`}>
      <div className={styles.head} style={{ cursor: 'default' }}>
        <h2 className={styles.name} style={{ fontSize: 'inherit', margin: 0 }}>
          {node.code} · {node.name}
          <small>
            {kindLabels[node.kind]}, {countText(vending.homes, 'home')}
          </small>
        </h2>
        <StateBadge label={vendingLabels[vending.state]} />
      </div>
      <div className={styles.body}>
        <Text size="sm" c="dimmed">
          {vending.words}
        </Text>
        <dl className={facts}>
          <Fact name="Bought" note={moneyText(vending.soldMinor, currency)}>
            {kwhText(vending.soldWh)}
          </Fact>
          <Fact name="Bought by a home" note="on average">
            {kwhText(vending.perHomeWh)}
          </Fact>
          <Fact name="At like nodes" note="the middle of them">
            {kwhText(vending.peersPerHomeWh)}
          </Fact>
          <Fact
            name={`Counted by ${countText(vending.readHomes, 'home')}`}
            note={`these bought ${kwhText(vending.readSoldWh)}`}
          >
            {kwhText(vending.readCountedWh)}
          </Fact>
        </dl>
      </div>
    </section>
  );
}
