// The civil days of a list: ranges that are asked for often, and the first and the last day.

import { Button, Group, TextInput } from '@mantine/core';
import { isCivilDate } from '../state/search.ts';

export type DayRange = { readonly label: string; readonly from: string; readonly to: string };
type DayRangesProps = {
  readonly ranges: readonly DayRange[];
  readonly today: string;
  readonly from: string;
  readonly to: string;
  readonly onDays: (from: string, to: string) => void;
};

/** A first day after the last moves the last with it, and the other way round. */
export function DayRanges({ ranges, today, from, to, onDays }: DayRangesProps) {
  const field = (label: string, day: string, choose: (day: string) => void) => (
    <TextInput
      type="date"
      size="xs"
      label={label}
      max={today}
      value={day}
      onChange={({ currentTarget: { value } }) => {
        if (isCivilDate(value)) choose(value);
      }}
    />
  );
  return (
    <>
      <Group gap={6} role="group" aria-label="Days">
        {ranges.map((range) => {
          const isShown = from === range.from && to === range.to;
          return (
            <Button
              key={range.label}
              size="xs"
              variant={isShown ? 'light' : 'default'}
              aria-pressed={isShown}
              onClick={() => onDays(range.from, range.to)}
            >
              {range.label}
            </Button>
          );
        })}
      </Group>
      {field('From', from, (day) => onDays(day, day > to ? day : to))}
      {field('To', to, (day) => onDays(day < from ? day : from, day))}
    </>
  );
}
