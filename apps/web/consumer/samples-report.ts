// The page on which a customer reports a fault, in every state, for tests.

import type { Frame, ReportView } from '@prewatt/api';
import { renderReport } from './index.ts';
import { flat, nowMs } from './samples.ts';

const report: ReportView = {
  connection: { connectionId: flat.connectionId, name: flat.name },
  once: '0198f3c2-7a10-7c3e-9b52-3f6d1c9e8a41',
  ...{ problem: null, words: '', topic: null, sentNumber: null },
  reports: [
    {
      ...{ number: 12, topic: 'noSupply', state: 'working', openedAtMs: nowMs - 3_600_000 },
      ...{ words: 'Dark since ten', answer: null },
    },
    {
      ...{ number: 7, topic: 'charge', state: 'closed', openedAtMs: nowMs - 9 * 86_400_000 },
      ...{ words: 'A fee that I do not know', answer: 'It was ours; you have it back.' },
    },
  ],
};

type Change = <T>(view: T) => T;

export const reportPages = (f: Frame, change: Change): [string, string][] => [
  ['report', renderReport(f, change(report))],
  [
    'report refused',
    renderReport(f, change({ ...report, problem: 'choose' as const, reports: [] })),
  ],
  ['report sent', renderReport(f, change({ ...report, sentNumber: 12 }))],
];
