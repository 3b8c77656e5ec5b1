// States and kinds of install jobs as words.

import type { InstallKind, InstallRow, InstallStepState, InstallStepView } from '@prewatt/api';
import type { InstallFilter } from '../../api/installs.ts';
import type { Label } from '../../text/labels.ts';

export const kindLabels: Record<InstallKind, string> = {
  newConnection: 'New connection',
  newMeter: 'New meter',
  exchange: 'Exchange',
};

export const stepLabels: Record<InstallStepState, Label> = {
  notStarted: { text: 'To do', tone: 'quiet' },
  running: { text: 'Under way', tone: 'busy' },
  passed: { text: 'Passed', tone: 'good' },
  failed: { text: 'Failed', tone: 'bad' },
  skipped: { text: 'Left out', tone: 'quiet' },
};

export function jobLabel(row: Pick<InstallRow, 'state' | 'failed' | 'passed' | 'isOld'>): Label {
  if (row.state === 'closed') return { text: 'Closed', tone: 'good' };
  if (row.state === 'cancelled') return { text: 'Cancelled', tone: 'quiet' };
  if (row.failed.length > 0) return { text: 'Failed step', tone: 'bad' };
  if (row.isOld) return { text: 'Open for long', tone: 'warn' };
  return row.passed > 0 ? { text: 'Begun', tone: 'busy' } : { text: 'Open', tone: 'quiet' };
}

export const filterLabels: Record<InstallFilter, string> = {
  open: 'Open',
  attention: 'Needs attention',
  closed: 'Closed',
  cancelled: 'Cancelled',
  all: 'All',
};

export const emptyLabels: Record<InstallFilter, string> = {
  open: 'No job is open.',
  attention: 'No open job has a failed step or waits for more than a week.',
  closed: 'No job is closed yet.',
  cancelled: 'No job was cancelled.',
  all: 'There are no install jobs yet.',
};

export const waitLabels: Record<NonNullable<InstallStepView['waitsFor']>, string> = {
  meter: 'Waiting for the meter',
  office: 'Waiting for the office: a second person has to allow it',
  technician: 'Waiting for you',
};
