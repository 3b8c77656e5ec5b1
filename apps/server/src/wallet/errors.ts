// Every way in which a change of credit mode is refused, with its status and what to do. A new code
// does not compile until the table answers it.

import { HttpProblem } from '../http/problem.ts';

/** In the order of the checks: idempotency first. */
export type ModeRefusal =
  | 'requestIdReused'
  | 'unknownConnection'
  | 'modeAlready'
  | 'changeUnderWay'
  | 'noLink'
  | 'tokensUnderWay'
  | 'balanceBelowZero'
  | 'noPrice';

export const modeRefusals: Readonly<
  Record<ModeRefusal, readonly [status: number, detail: string]>
> = {
  requestIdReused: [409, 'This request id named something else before; take a new one.'],
  unknownConnection: [404, 'There is no such connection.'],
  modeAlready: [409, 'The connection has this credit mode already; reload the page.'],
  changeUnderWay: [409, 'A change is under way already; wait for the meter’s answer.'],
  noLink: [409, 'The meter has no link, and wallet mode lives by readings; connect it first.'],
  tokensUnderWay: [
    409,
    'A token of this meter is not accepted yet; wait until it is, or settle its sale first.',
  ],
  balanceBelowZero: [409, 'The balance is below zero; it has to be paid before the change.'],
  noPrice: [409, 'The tariff in force gives no price to carry the balance at; mend it first.'],
};

export const modeSentences: Readonly<Record<ModeRefusal, string>> = Object.fromEntries(
  Object.entries(modeRefusals).map(([code, [, detail]]) => [code, detail]),
) as Record<ModeRefusal, string>;

export function problemOfMode(code: ModeRefusal): HttpProblem {
  const [status, detail] = modeRefusals[code];
  return new HttpProblem({ status, code, title: 'Refused', detail });
}
