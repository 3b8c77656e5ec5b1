// Tickets as words and colours.

import type { TicketDetail, TicketKind, TicketRow, TicketTopic } from '@prewatt/api';
import type { Label } from '../../text/labels.ts';

export const kindWords: Record<TicketKind, string> = {
  complaint: 'Complaint',
  fault: 'Fault',
  request: 'Request',
};

export const topicWords: Record<TicketTopic, string> = {
  noSupply: 'No supply',
  meter: 'The meter',
  charge: 'A charge',
  other: 'Something else',
};

export function ticketLabel(row: Pick<TicketRow, 'state' | 'isOverdue'>): Label {
  if (row.state === 'closed') return { text: 'Closed', tone: 'quiet' };
  if (row.isOverdue) return { text: 'Overdue', tone: 'bad' };
  return row.state === 'working'
    ? { text: 'In work', tone: 'busy' }
    : { text: 'Open', tone: 'warn' };
}

export const eventWords: Record<TicketDetail['events'][number]['event'], string> = {
  opened: 'Opened',
  taken: 'Taken on',
  given: 'Given to',
  noted: 'Note',
  closed: 'Closed with the answer',
  openedAgain: 'Opened again',
};

/** "Fault: no supply", or the kind alone where nothing more is known. */
export const ticketTitle = (row: Pick<TicketRow, 'kind' | 'topic'>): string =>
  row.topic === 'other'
    ? kindWords[row.kind]
    : `${kindWords[row.kind]}: ${topicWords[row.topic].toLowerCase()}`;
