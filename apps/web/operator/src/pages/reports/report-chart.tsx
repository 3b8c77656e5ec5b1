// A report by days or months over time, as a chart above its table, beside the period before where
// somebody asks for it.

import { Checkbox, Group, Skeleton } from '@mantine/core';
import { lazy, Suspense, useCallback, useMemo, useState } from 'react';
import { part } from '../../state/new-build.ts';
import {
  changeText,
  keysOf,
  mostPlaces,
  type Period,
  periodBefore,
  type SeriesBy,
  valuesOf,
} from '../../text/report-series.ts';
import { monthText, shortDay } from '../../text/time.ts';
import { Choices } from '../../ui/choices.tsx';
import { panel } from '../../ui/show.tsx';

const TimeChart = lazy(() => part(import('../../ui/time-chart.tsx')));

type OfKey = { readonly key: string };
export type Measure<Row> = {
  readonly header: string;
  readonly valueOf: (row: Row) => bigint;
  readonly text: (value: bigint) => string;
};

type ReportChartProps<Row extends OfKey> = Period & {
  readonly by: string;
  readonly rows: readonly Row[] | undefined;
  readonly measures: readonly Measure<Row>[];
  /** Of the period before; undefined while it is not known. */
  readonly rowsBefore: readonly Row[] | undefined;
  readonly isCompared: boolean;
  readonly onCompare: (isCompared: boolean) => void;
};

/** The period before, for the report's own query; null where a report is not by time. */
export function before(o: Period & { readonly by: string }): Period | null {
  return isOfTime(o.by) ? periodBefore(o.by, o) : null;
}

const isOfTime = (by: string): by is SeriesBy => by === 'day' || by === 'month';

export function ReportChart<Row extends OfKey>(o: ReportChartProps<Row>) {
  const [chosen, setChosen] = useState(0);
  const measure = o.measures[chosen];
  if (!isOfTime(o.by) || o.rows === undefined || measure === undefined) return null;
  const keys = keysOf(o.by, o);
  if (keys.length < 2 || keys.length > mostPlaces || o.rows.length === 0) return null;
  return (
    <section className={panel} aria-label="Over time">
      <Group gap="sm" mb="xs" justify="space-between">
        <Choices
          label="Chart of"
          of={o.measures.map(({ header }) => header)}
          chosen={measure.header}
          text={(header) => header}
          onChoose={(header) => setChosen(o.measures.findIndex((each) => each.header === header))}
        />
        <Checkbox
          size="xs"
          label={o.by === 'day' ? 'Compare with the days before' : 'Compare with the months before'}
          checked={o.isCompared}
          onChange={({ currentTarget }) => o.onCompare(currentTarget.checked)}
        />
      </Group>
      <Suspense fallback={<Skeleton height={245} aria-label="Loading" />}>
        <Drawing
          {...{ by: o.by, from: o.from, to: o.to, rows: o.rows, measure }}
          rowsBefore={o.isCompared ? o.rowsBefore : undefined}
        />
      </Suspense>
    </section>
  );
}

type DrawingProps<Row extends OfKey> = Period & {
  readonly by: SeriesBy;
  readonly rows: readonly Row[];
  readonly rowsBefore: readonly Row[] | undefined;
  readonly measure: Measure<Row>;
};

function Drawing<Row extends OfKey>(o: DrawingProps<Row>) {
  const { by, from, to, rows, rowsBefore, measure } = o;
  const drawn = useMemo(() => {
    const keys = keysOf(by, { from, to });
    const keysBefore = keysOf(by, periodBefore(by, { from, to }));
    const values = valuesOf(keys, rows, measure.valueOf);
    const others =
      rowsBefore === undefined ? [] : valuesOf(keysBefore, rowsBefore, measure.valueOf);
    const ticks = keys.map(placeText);
    return {
      values,
      others,
      ticks,
      plain: values.map(Number),
      plainOthers: others.map(Number),
      keysBefore,
    };
  }, [by, from, to, rows, rowsBefore, measure]);
  const { values, others, ticks } = drawn;
  // The scale's lines are round figures, no sums: a number is exact enough.
  const valueText = useCallback(
    (value: number) => measure.text(BigInt(Math.round(value))),
    [measure],
  );
  const at = (place: number) => {
    const beside = others[place];
    const other = drawn.keysBefore[place];
    const past =
      beside === undefined || other === undefined
        ? ''
        : `; ${placeText(other)}: ${measure.text(beside)}`;
    return `${ticks[place]}: ${measure.text(values[place] ?? 0n)}${past}`;
  };
  const sum = (of: readonly bigint[]) => of.reduce((all, each) => all + each, 0n);
  const [now, past] = [sum(values), sum(others)];
  const change = changeText(now, past);
  const compared =
    others.length === 0
      ? ''
      : `; before that ${measure.text(past)}${change === null ? '' : ` (${change})`}`;
  return (
    <TimeChart
      {...{ ticks, valueText }}
      values={drawn.plain}
      others={drawn.plainOthers}
      placeText={at}
      about={`${measure.header} together: ${measure.text(now)}${compared}`}
    />
  );
}

const placeText = (key: string): string => (key.length === 7 ? monthText(key) : shortDay(key));
