// A small bar chart drawn as SVG: no script-made styles, prints well, and every bar can be read
// out. A table with the same figures lies behind "Show as a table".

import { Text } from '@mantine/core';
import { useCallback, useState } from 'react';
import { barsOf } from '../../text/bars.ts';
import { kwhText } from '../../text/numbers.ts';
import styles from './bar-chart.module.css';

export type Bar = {
  readonly key: string;
  /** Null where no reading tells it. */
  readonly energyWh: string | null;
  /** What the reader sees of the bar: "Tue, 24 Nov". */
  readonly label: string;
  /** Under the axis; empty for most bars. */
  readonly tick: string;
};

type BarChartProps = { readonly label: string; readonly bars: readonly Bar[] };

const height = 150;
const axis = { left: 34, bottom: 20, top: 8 };

export function BarChart({ label, bars }: BarChartProps) {
  const [width, setWidth] = useState(0);
  const ref = useCallback((canvas: HTMLDivElement) => {
    const observer = new ResizeObserver(() => setWidth(canvas.clientWidth));
    observer.observe(canvas);
    return () => observer.disconnect();
  }, []);
  const [at, setAt] = useState<number | null>(null);
  const shown = at === null ? undefined : bars[at];
  return (
    <figure className={styles.figure} aria-label={label}>
      <figcaption className={styles.caption}>
        <span>{label}</span>
        <Text span size="xs" c="dimmed" className={styles.value}>
          {shown === undefined ? 'kWh' : `${shown.label}: ${energyText(shown)}`}
        </Text>
      </figcaption>
      <div ref={ref} className={styles.canvas}>
        {width > 0 && <Drawing bars={bars} width={width} at={at} onPoint={setAt} />}
      </div>
      <details className={styles.details}>
        <summary>Show as a table</summary>
        <table aria-label={label}>
          <tbody>
            {bars.map((bar) => (
              <tr key={bar.key}>
                <th scope="row">{bar.label}</th>
                <td>{energyText(bar)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </figure>
  );
}

const energyText = (bar: Bar) => (bar.energyWh === null ? 'no reading' : kwhText(bar.energyWh, 2));

type DrawingProps = {
  readonly bars: readonly Bar[];
  readonly width: number;
  readonly at: number | null;
  readonly onPoint: (index: number | null) => void;
};

function Drawing({ bars, width, at, onPoint }: DrawingProps) {
  const { shares, ticksWh } = barsOf(bars.map((bar) => bar.energyWh));
  const plot = height - axis.top - axis.bottom;
  const slot = (width - axis.left) / Math.max(1, bars.length);
  const gap = Math.min(6, slot * 0.25);
  const y = (share: number) => axis.top + plot * (1 - share);
  const digits = (ticksWh[1] ?? 1000n) % 1000n === 0n ? 0 : 1;
  return (
    // The picture repeats the table behind "Show as a table", which is what assistive technology
    // reads.
    <svg
      aria-hidden="true"
      width={width}
      height={height}
      className={styles.svg}
      onPointerLeave={() => onPoint(null)}
    >
      {ticksWh.map((tick, index) => {
        const line = y(index / Math.max(1, ticksWh.length - 1));
        return (
          <g key={tick.toString()}>
            <line x1={axis.left} x2={width} y1={line} y2={line} className={styles.line} />
            <text x={axis.left - 6} y={line + 3.5} textAnchor="end" className={styles.text}>
              {kwhText(tick.toString(), digits).replace(' kWh', '')}
            </text>
          </g>
        );
      })}
      {bars.map((bar, index) => {
        const left = axis.left + slot * index;
        const top = y(shares[index] ?? 0);
        return (
          <g key={bar.key} onPointerEnter={() => onPoint(index)}>
            <rect x={left} y={axis.top} width={slot} height={plot} fill="transparent" />
            <rect
              x={left + gap / 2}
              y={top}
              width={Math.max(1, slot - gap)}
              height={bar.energyWh === null ? 0 : Math.max(1, axis.top + plot - top)}
              className={index === at ? styles.barAt : styles.bar}
            />
            {bar.tick !== '' && (
              <text x={left + slot / 2} y={height - 5} textAnchor="middle" className={styles.text}>
                {bar.tick}
              </text>
            )}
          </g>
        );
      })}
    </svg>
  );
}
