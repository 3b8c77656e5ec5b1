// What is said of a request: why it is made, in its message and on the page.

import { countText } from '@prewatt/quantities';
import { endText } from '../supply-forecast/index.ts';

type Parts = {
  readonly home: string;
  /** "KES 50.00" */
  readonly amount: string;
  readonly endsAtMs: number;
  readonly nowMs: number;
  readonly zone: string;
  /** Where it is changed. */
  readonly pageUrl: string;
};
type Text = (o: Parts) => string;

const why = ({ home, endsAtMs, nowMs, zone }: Parts): string =>
  `credit for ${home} ends ${endText(endsAtMs, { nowMs, zone })} as you use it`;

/** `payUrl` is null where the phone itself asks. */
export const askText =
  (payUrl: string | null): Text =>
  (o) =>
    payUrl === null
      ? `${why(o)}. As you chose, your phone asks for ${o.amount}: confirm or refuse it there. To change this: ${o.pageUrl}`
      : `${why(o)}. As you chose, pay ${o.amount} here: ${payUrl} To change this: ${o.pageUrl}`;

export const cardText =
  (label: string): Text =>
  (o) =>
    `${why(o)}. As you chose, ${o.amount} is taken from your ${label}. The credit comes once it is paid. To change this: ${o.pageUrl}`;

export const failedText: Text = (o) =>
  `${o.amount} for ${o.home} could not be taken from your card. It is not tried again for a day. To buy or change this: ${o.pageUrl}`;

/** On the page: "Credit was expected to end Thu 18:30, within the 2 days that you chose." */
export const reasonText = (o: {
  readonly endsAtMs: number;
  readonly begunAtMs: number;
  readonly daysAhead: number;
  readonly zone: string;
}): string => {
  const end = endText(o.endsAtMs, { nowMs: o.begunAtMs, zone: o.zone });
  const days = countText(o.daysAhead, 'day');
  return `Credit was expected to end ${end}, within the ${days} that were chosen.`;
};
