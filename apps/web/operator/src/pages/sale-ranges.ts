// Ranges of days that people ask for most.

import type { DayRange } from '../ui/day-ranges.tsx';

export function rangesOf(today: string): readonly DayRange[] {
  const [year = 0, month = 1] = today.split('-').map(Number);
  const firstOf = (months: number) => dayOf(Date.UTC(year, month - 1 + months, 1));
  return [
    { label: 'Today', from: today, to: today },
    { label: '7 days', from: daysBefore(today, 6), to: today },
    { label: 'This month', from: firstOf(0), to: today },
    { label: 'Last month', from: firstOf(-1), to: daysBefore(firstOf(0), 1) },
  ];
}

const dayOf = (epochMs: number): string => new Date(epochMs).toISOString().slice(0, 10);
export const daysBefore = (day: string, days: number): string =>
  dayOf(Date.parse(`${day}T00:00:00Z`) - days * 86_400_000);
