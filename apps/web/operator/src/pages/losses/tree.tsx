// The network as a tree: each node with its state and its share, its figures behind it, and what
// hangs on it below.

import { Group, Text } from '@mantine/core';
import type { LossNode } from '@prewatt/api';
import { countText } from '@prewatt/quantities';
import { useState } from 'react';
import { useCurrency } from '../../shell/session.tsx';
import { kwhText, moneyText } from '../../text/numbers.ts';
import { ActionButton, Fact, facts, panel, StateBadge } from '../../ui/show.tsx';
import { between, kindLabels, lossLabels, salesShareText, shareText } from './labels.ts';
import styles from './losses.module.css';

type TreeProps = {
  readonly nodes: readonly LossNode[];
  readonly onDays: (node: LossNode) => void;
};

/** Branches of larger networks are opened by hand. */
const mostOpen = 60;

export function NetworkTree({ nodes, onDays }: TreeProps) {
  const children = Map.groupBy(nodes, ({ parentId }) => parentId);
  const isSmall = nodes.length <= mostOpen;
  return (
    <ul className={styles.tree} aria-label="The network">
      {(children.get(null) ?? []).map((node) => (
        <Branch key={node.nodeId} {...{ node, children, isSmall, onDays }} />
      ))}
    </ul>
  );
}

type BranchProps = {
  readonly node: LossNode;
  readonly children: ReadonlyMap<string | null, readonly LossNode[]>;
  readonly isSmall: boolean;
  readonly onDays: (node: LossNode) => void;
};

function Branch({ node, children, isSmall, onDays }: BranchProps) {
  const below = children.get(node.nodeId) ?? [];
  const [isOpen, setOpen] = useState(isSmall);
  return (
    <li>
      <NodePanel node={node} onDays={onDays} />
      {below.length > 0 && !isSmall && (
        <Group mt={6}>
          <ActionButton
            size="compact-sm"
            why={null}
            label={`Nodes below ${node.code}`}
            onClick={() => setOpen(!isOpen)}
          >
            {isOpen ? 'Hide' : 'Show'} {countText(below.length, 'node')} below
          </ActionButton>
        </Group>
      )}
      {isOpen && below.length > 0 && (
        <ul>
          {below.map((each) => (
            <Branch key={each.nodeId} {...{ node: each, children, isSmall, onDays }} />
          ))}
        </ul>
      )}
    </li>
  );
}

export function NodePanel({
  node,
  onDays,
  isOpen = false,
}: {
  node: LossNode;
  onDays: (node: LossNode) => void;
  isOpen?: boolean;
}) {
  const share = shareText(node);
  return (
    <details className={panel} open={isOpen} aria-label={`${node.code}, ${node.name}`}>
      <summary className={styles.head}>
        <span className={styles.name}>
          {node.code} · {node.name}
          <small>
            {kindLabels[node.kind]}, {countText(node.homesBehind, 'home')}
          </small>
        </span>
        {share !== null && <span className={styles.share}>{share}</span>}
        <StateBadge label={lossLabels[node.state]} />
      </summary>
      <div className={styles.body}>
        <Text size="sm" c="dimmed">
          {node.words}
        </Text>
        <Figures node={node} />
        {node.energyInWh !== null && (
          <Group>
            <ActionButton
              size="compact-sm"
              why={null}
              label={`Days of ${node.code}`}
              onClick={() => onDays(node)}
            >
              Day by day
            </ActionButton>
          </Group>
        )}
      </div>
    </details>
  );
}

function Figures({ node }: { node: LossNode }) {
  const currency = useCurrency();
  const { vending } = node;
  const isTold = node.energyInWh !== null;
  return (
    <dl className={facts}>
      {isTold && (
        <>
          <Fact name="Came in">{kwhText(node.energyInWh)}</Fact>
          <Fact
            name="Counted by meters"
            note={node.estimatedWh === '0' ? null : `and ${kwhText(node.estimatedWh)} estimated`}
          >
            {kwhText(node.meteredWh)}
          </Fact>
          <Fact name="Lost in lines" note={between(node.technicalLowWh, node.technicalHighWh)}>
            {kwhText(node.technicalWh)}
          </Fact>
          <Fact name="Unexplained" note={between(node.lowWh, node.highWh)}>
            {kwhText(node.unexplainedWh)}
          </Fact>
        </>
      )}
      {isTold && node.belowWh !== null && (
        <Fact name="Of it, at nodes below" note="the rest is lost between">
          {kwhText(node.belowWh)}
        </Fact>
      )}
      {node.lostMinor !== null && (
        <Fact name="Worth" note={salesShareText(node)}>
          {moneyText(node.lostMinor, currency)}
        </Fact>
      )}
      <Fact
        name="Bought by its homes"
        note={vending.homes === 0 ? null : moneyText(vending.soldMinor, currency)}
      >
        {kwhText(vending.soldWh)}
      </Fact>
      {node.outageHalfHours > 0 && (
        <Fact name="Without supply">{countText(node.outageHalfHours, 'half-hour')}</Fact>
      )}
    </dl>
  );
}
