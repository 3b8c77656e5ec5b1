// What is said of a request: why it is made, in its message and on the page.

import { countIn, sayTo } from '../../messaging/texts/index.ts';
import { endText } from '../supply-forecast/index.ts';

type Parts = {
  readonly language: string;
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

const why = (o: Parts): string =>
  sayTo(o.language, 'topUp.why', { home: o.home, end: endText(o.endsAtMs, o) });

const change = (o: Parts): string => sayTo(o.language, 'topUp.change', { url: o.pageUrl });

/** `payUrl` is null where the phone itself asks. */
export const askText =
  (payUrl: string | null): Text =>
  (o) => {
    const { language, amount } = o;
    const ask =
      payUrl === null
        ? sayTo(language, 'topUp.phoneAsks', { amount })
        : sayTo(language, 'topUp.payHere', { amount, url: payUrl });
    return `${why(o)} ${ask} ${change(o)}`;
  };

export const cardText =
  (label: string): Text =>
  (o) =>
    `${why(o)} ${sayTo(o.language, 'topUp.card', { amount: o.amount, card: label })} ${change(o)}`;

export const failedText: Text = ({ language, amount, home, pageUrl: url }) => {
  const failed = sayTo(language, 'topUp.failed', { amount, home });
  return `${failed} ${sayTo(language, 'topUp.buyOrChange', { url })}`;
};

/** On the page: "Credit was expected to end about Thu 18:30, within the 2 days …". */
export const reasonText = (o: {
  readonly language: string;
  readonly endsAtMs: number;
  readonly begunAtMs: number;
  readonly daysAhead: number;
  readonly zone: string;
}): string =>
  sayTo(o.language, 'topUp.expected', {
    end: endText(o.endsAtMs, { ...o, nowMs: o.begunAtMs }),
    days: countIn(o.language, o.daysAhead, 'day'),
  });
