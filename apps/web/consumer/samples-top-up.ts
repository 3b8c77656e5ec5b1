// Automatic top-ups as the page shows them, for tests and for looking at it.

import type { TopUpView } from '@prewatt/api';
import { flat, nowMs } from './samples.ts';

const day = 86_400_000;

export const topUp: TopUpView = {
  connection: flat,
  phone: '+27825550101',
  ...{ state: 'on', pausedUntilMs: null, stopReason: null, way: 'card', daysAhead: '2' },
  ...{ amount: '50.00', mostAWeek: '150.00', minimumMinor: '1000', maximumMinor: '500000' },
  ...{ card: 'visa, ending in 4081', canKeepCard: true },
  requests: [
    {
      ...{ atMs: nowMs - day, amountMinor: '5000', way: 'card', outcome: 'paid' },
      reason: 'Credit was expected to end about Thu 18:30, within the 2 days that were chosen.',
    },
    {
      ...{ atMs: nowMs - 6 * day, amountMinor: '5000', way: 'ask', outcome: 'notPaid' },
      reason: 'Credit was expected to end about Sat 02:00, within the 2 days that were chosen.',
    },
  ],
  ...{ problem: null, isSaved: false },
};

export const topUps: Readonly<
  Record<'on' | 'never' | 'paused' | 'stopped' | 'refused', TopUpView>
> = {
  on: topUp,
  refused: { ...topUp, problem: 'Give the days as a number from 1 to 14.' },
  never: {
    ...{ ...topUp, state: 'never', way: 'ask', amount: '', mostAWeek: '', card: null },
    requests: [],
  },
  paused: { ...topUp, state: 'paused', pausedUntilMs: nowMs + 3 * day, isSaved: true },
  stopped: { ...topUp, state: 'stopped', stopReason: 'The customer called: a lost phone.' },
};
