// The days that a report is of, and the button that takes it out as a file.

import { Group } from '@mantine/core';
import type { ReactNode } from 'react';
import { DayRanges } from '../../ui/day-ranges.tsx';
import { rangesOf } from '../sale-ranges.ts';

export type OfDays = {
  readonly today: string;
  readonly from: string;
  readonly to: string;
  /** Changes what the address says. */
  readonly show: (changed: Readonly<Record<string, string>>) => void;
};

export function ReportDays({
  today,
  from,
  to,
  show,
  aside,
}: OfDays & { readonly aside: ReactNode }) {
  return (
    <Group gap="xs" align="flex-end">
      <DayRanges
        {...{ today, from, to }}
        ranges={rangesOf(today)}
        onDays={(first, last) => show({ from: first, to: last })}
      />
      {aside}
    </Group>
  );
}
