// Words of assignments to many connections.

import type { AssignmentJson, AssignmentState } from '@prewatt/api';
import { countText } from '@prewatt/quantities';
import type { Label } from '../../text/labels.ts';

export const assignmentLabels: Record<AssignmentState, Label> = {
  previewing: { text: 'Is being tried', tone: 'busy' },
  ready: { text: 'Ready to be asked for', tone: 'warn' },
  awaitingApproval: { text: 'Waits for approval', tone: 'warn' },
  assigning: { text: 'Is being assigned', tone: 'busy' },
  done: { text: 'Done', tone: 'good' },
  closed: { text: 'Withdrawn', tone: 'quiet' },
};

export function assignmentTitle(of: Pick<AssignmentJson, 'tariffName' | 'rows'>): string {
  const who = countText(of.rows.total, 'connection');
  return of.tariffName === null ? `Former tariff back for ${who}` : `${of.tariffName} for ${who}`;
}

/** Of what is under way: rows that cannot have it are not worked off a second time. */
export function percentDone({ state, rows }: Pick<AssignmentJson, 'state' | 'rows'>): number {
  if (state !== 'previewing' && state !== 'assigning') return 100;
  const done = state === 'previewing' ? rows.done : rows.assigned + rows.refused;
  return rows.total === 0 ? 0 : Math.floor((done * 100) / rows.total);
}
