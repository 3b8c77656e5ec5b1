// What became of a notification, in words: one total map per closed union.

import type { NotificationBecame, NotificationRow } from '@prewatt/api';
import type { Label } from '../../text/labels.ts';

export const becameLabels: Record<NotificationBecame, Label> = {
  sold: { text: 'Sold', tone: 'good' },
  float: { text: 'In a shop’s float', tone: 'good' },
  waits: { text: 'Waits', tone: 'busy' },
  onList: { text: 'Waits for two people', tone: 'warn' },
  moved: { text: 'Moved to a meter', tone: 'good' },
  returning: { text: 'To be paid back', tone: 'warn' },
  returned: { text: 'Returned', tone: 'quiet' },
  reversed: { text: 'Sale taken back', tone: 'quiet' },
  notPaid: { text: 'Not paid', tone: 'quiet' },
  refused: { text: 'Refused', tone: 'bad' },
  failed: { text: 'Went wrong', tone: 'bad' },
  nothing: { text: 'Nothing to do', tone: 'quiet' },
};

/** "Came 3 times", "The same money was told of before". */
export const repeatText = ({ times, isMoneyAgain }: NotificationRow): string =>
  [
    times > 1 ? `Came ${times} times.` : '',
    isMoneyAgain ? 'The same money was told of before.' : '',
  ]
    .filter((text) => text !== '')
    .join(' ');
