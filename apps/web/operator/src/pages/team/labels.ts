// How a sign-in stands, in a word.

import type { TeamRow } from '@prewatt/api';
import type { Label } from '../../text/labels.ts';

export function teamLabel(row: Pick<TeamRow, 'opens' | 'sessions'>): Label {
  if (!row.opens) return { text: 'Ended', tone: 'quiet' };
  return row.sessions > 0 ? { text: 'Signed in', tone: 'good' } : { text: 'Open', tone: 'quiet' };
}
