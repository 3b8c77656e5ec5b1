// The network on a plain grid: where its nodes stand, what hangs on what, and where energy is
// missing. Everything in it can be read in the tree.

import { Stack, Text } from '@mantine/core';
import type { LossNode } from '@prewatt/api';
import { type CSSProperties, useCallback, useState } from 'react';
import { toneColour } from '../../text/labels.ts';
import { EmptyNote } from '../../ui/states.tsx';
import { gridOf } from './grid.ts';
import { kindLabels, lossLabels } from './labels.ts';
import styles from './losses.module.css';

type MapProps = {
  readonly nodes: readonly LossNode[];
  readonly open: string | null;
  readonly onOpen: (nodeId: string) => void;
};

export function NetworkMap(props: MapProps) {
  const [width, setWidth] = useState(0);
  const ref = useCallback((box: HTMLDivElement) => {
    const observer = new ResizeObserver(() => setWidth(box.clientWidth));
    observer.observe(box);
    return () => observer.disconnect();
  }, []);
  const without = props.nodes.filter(({ placeMicro }) => placeMicro === null).length;
  return (
    <Stack gap="xs">
      <div ref={ref}>{width > 0 && <Drawing {...props} width={width} />}</div>
      <Text size="xs" c="dimmed">
        Square: substation. Diamond: feeder. Circle: transformer or phase. Lines show what hangs on
        what, not where wires run.
        {without > 0 && ` Without a place: ${without}. Bring latitude and longitude in with nodes.`}
      </Text>
    </Stack>
  );
}

function Drawing({ nodes, open, onOpen, width }: MapProps & { readonly width: number }) {
  const grid = gridOf(nodes, width);
  if (grid === null) {
    return <EmptyNote>No node says where it stands: there is no map, only the tree.</EmptyNote>;
  }
  const { points, height } = grid;
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset has no place inside a drawing.
    <svg width={width} height={height} className={styles.map} role="group" aria-label="Map">
      {grid.meridians.map(({ at, label }) => (
        <g key={label}>
          <line x1={at} x2={at} y1={0} y2={height} className={styles.grid} />
          <text x={at + 3} y={height - 4} className={styles.text}>
            {label}
          </text>
        </g>
      ))}
      {grid.parallels.map(({ at, label }) => (
        <g key={label}>
          <line x1={0} x2={width} y1={at} y2={at} className={styles.grid} />
          <text x={3} y={at - 3} className={styles.text}>
            {label}
          </text>
        </g>
      ))}
      {nodes.map(({ nodeId, parentId }) => {
        const [from, to] = [points.get(nodeId), points.get(parentId ?? '')];
        if (from === undefined || to === undefined) return null;
        return (
          <line
            key={nodeId}
            {...{ x1: from.x, y1: from.y, x2: to.x, y2: to.y }}
            className={styles.wire}
          />
        );
      })}
      {nodes.map((node) => {
        const at = points.get(node.nodeId);
        if (at === undefined) return null;
        return (
          <Mark
            key={node.nodeId}
            {...{ node, at, width }}
            isOpen={open === node.nodeId}
            onOpen={onOpen}
          />
        );
      })}
    </svg>
  );
}

type MarkProps = {
  readonly node: LossNode;
  readonly at: { readonly x: number; readonly y: number };
  readonly width: number;
  readonly isOpen: boolean;
  readonly onOpen: (nodeId: string) => void;
};

function Mark({ node, at, width, isOpen, onOpen }: MarkProps) {
  const { text, tone } = lossLabels[node.state];
  const isLeft = at.x > width - 90;
  const show = () => onOpen(node.nodeId);
  return (
    // biome-ignore lint/a11y/useSemanticElements: a button has no place inside a drawing.
    <g
      role="button"
      tabIndex={0}
      aria-pressed={isOpen}
      aria-label={`${kindLabels[node.kind]} ${node.code}: ${text}`}
      className={styles.mark}
      data-open={isOpen || undefined}
      style={{ '--tone': `var(--mantine-color-${toneColour[tone]}-filled)` } as CSSProperties}
      onClick={show}
      onKeyDown={(event) => {
        if (event.key !== 'Enter' && event.key !== ' ') return;
        event.preventDefault();
        show();
      }}
    >
      <circle cx={at.x} cy={at.y} r={16} fill="transparent" />
      <Shape kind={node.kind} {...at} />
      <text
        x={isLeft ? at.x - 13 : at.x + 13}
        y={at.y + 4}
        textAnchor={isLeft ? 'end' : 'start'}
        className={styles.code}
      >
        {node.code}
      </text>
    </g>
  );
}

function Shape({ kind, x, y }: { kind: LossNode['kind']; x: number; y: number }) {
  if (kind === 'substation') {
    return <rect x={x - 9} y={y - 9} width={18} height={18} className={styles.shape} />;
  }
  if (kind === 'feeder') {
    const points = `${x},${y - 11} ${x + 11},${y} ${x},${y + 11} ${x - 11},${y}`;
    return <polygon points={points} className={styles.shape} />;
  }
  return <circle cx={x} cy={y} r={8} className={styles.shape} />;
}
