// How a sign-in and an invitation stand, in a word.

import type { InvitationRow, TeamRow } from '@prewatt/api';
import type { Label } from '../../text/labels.ts';

export function teamLabel(row: Pick<TeamRow, 'opens' | 'sessions'>): Label {
  if (!row.opens) return { text: 'Ended', tone: 'quiet' };
  return row.sessions > 0 ? { text: 'Signed in', tone: 'good' } : { text: 'Open', tone: 'quiet' };
}

export const invitationLabels: Record<InvitationRow['state'], Label> = {
  open: { text: 'Open', tone: 'busy' },
  joined: { text: 'Joined', tone: 'good' },
  withdrawn: { text: 'Withdrawn', tone: 'quiet' },
  over: { text: 'Over', tone: 'quiet' },
};
