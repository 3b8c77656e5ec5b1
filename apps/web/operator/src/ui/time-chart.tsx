// Values over days or months, drawn by uPlot: bars, and beside them a line of another period. It is
// fetched when a chart is shown. Whoever cannot see it reads the same figures in the table below.

import { useComputedColorScheme } from '@mantine/core';
import { useCallback, useState } from 'react';
import UPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import styles from './time-chart.module.css';

export type TimeChartProps = {
  /** Under the axis, one a place. */
  readonly ticks: readonly string[];
  readonly values: readonly number[];
  /** Of the other period, place by place; empty for none. */
  readonly others: readonly number[];
  readonly valueText: (value: number) => string;
  /** What is read of a place that one points at. */
  readonly placeText: (place: number) => string;
  /** Said while one points at nothing. */
  readonly about: string;
};

const height = 220;
/** Room for a figure of the scale, and for a tick. */
const [scaleWidth, tickWidth] = [76, 64];

export default function TimeChart(o: TimeChartProps) {
  const scheme = useComputedColorScheme('light');
  const [place, setPlace] = useState<number | null>(null);
  const { ticks, values, others, valueText } = o;
  // Drawn anew with other values or colours; the canvas knows no style sheet.
  const ref = useCallback(
    (host: HTMLDivElement) => {
      const drawn = { ticks, values, others, valueText };
      const plot = draw(host, { ...drawn, scheme, onPoint: setPlace });
      const observer = new ResizeObserver(() => plot.setSize({ width: host.clientWidth, height }));
      observer.observe(host);
      return () => {
        observer.disconnect();
        plot.destroy();
      };
    },
    [ticks, values, others, valueText, scheme],
  );
  return (
    <>
      <p className={styles.read}>{place === null ? o.about : o.placeText(place)}</p>
      <div ref={ref} className={styles.canvas} aria-hidden="true" />
    </>
  );
}

type Drawn = Pick<TimeChartProps, 'ticks' | 'values' | 'others' | 'valueText'> & {
  readonly scheme: string;
  readonly onPoint: (place: number | null) => void;
};

function draw(host: HTMLDivElement, o: Drawn): UPlot {
  const style = getComputedStyle(host);
  const colour = (name: string) => style.getPropertyValue(name).trim();
  const [text, line] = [colour('--mantine-color-dimmed'), colour('--console-line-soft')];
  const bar = colour('--console-bar');
  const font = `11px ${style.fontFamily}`;
  const axis = { stroke: text, font, grid: { stroke: line, width: 1 }, ticks: { show: false } };
  const bars = UPlot.paths.bars?.({ size: [0.7, 40] });
  const data: UPlot.AlignedData = [o.ticks.map((_, index) => index), [...o.values]];
  if (o.others.length > 0) data.push(o.ticks.map((_, index) => o.others[index] ?? null));
  return new UPlot(
    {
      ...{ width: host.clientWidth, height, legend: { show: false } },
      padding: [8, 8, 0, 0],
      cursor: { y: false, points: { show: false }, drag: { x: false, y: false } },
      scales: {
        x: { time: false, range: [-0.6, o.ticks.length - 0.4] },
        // A bar that does not stand on nought would lie.
        y: { range: (_, least, most) => [Math.min(0, least * 1.05), Math.max(1, most * 1.05)] },
      },
      axes: [
        {
          ...{ ...axis, grid: { show: false }, size: 26, space: tickWidth, incrs: wholeSteps },
          values: (_, places) => places.map((at) => o.ticks[at] ?? ''),
        },
        { ...axis, size: scaleWidth, values: (_, lines) => lines.map(o.valueText) },
      ],
      series: [
        {},
        {
          stroke: bar,
          fill: bar,
          points: { show: false },
          ...(bars === undefined ? {} : { paths: bars }),
        },
        ...(o.others.length > 0
          ? [{ stroke: text, dash: [5, 4], width: 2, points: { show: false } }]
          : []),
      ],
      hooks: { setCursor: [({ cursor }) => o.onPoint(cursor.idx ?? null)] },
    },
    data,
    host,
  );
}

const wholeSteps = [1, 2, 5, 7, 10, 14, 30, 60, 90, 180];
