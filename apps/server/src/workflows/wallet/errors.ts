// Every way in which a change of credit mode is refused, with its status and what to do. A new code
// does not compile until the table answers it.

import { problemsOf, sentencesOf } from '../../base/http/problem.ts';
import { requestIdReused } from '../../base/request-ids.ts';

/** In the order of the checks: idempotency first. */
export type ModeRefusal =
  | 'requestIdReused'
  | 'unknownConnection'
  | 'modeAlready'
  | 'changeUnderWay'
  | 'noLink'
  | 'switchNeverOpens'
  | 'tokensUnderWay'
  | 'noPrice'
  | 'noChangeWaits'
  | 'changeAnswered'
  | 'siteReadingAhead'
  | 'siteReadingOld'
  | 'siteReadingBelow'
  | 'siteReadingTooHigh'
  | 'siteReadingUnlikely';

export const modeRefusals: Readonly<
  Record<ModeRefusal, readonly [status: number, detail: string]>
> = {
  requestIdReused,
  unknownConnection: [404, 'There is no such connection.'],
  modeAlready: [409, 'The connection has this credit mode already; reload the page.'],
  changeUnderWay: [409, 'A change is under way already; wait for the meter’s answer.'],
  noLink: [409, 'The meter has no link, and wallet mode needs readings; connect it first.'],
  switchNeverOpens: [
    409,
    'The switch of this meter is always closed (control mode 0), and a wallet could not end ' +
      'supply; set another control mode first.',
  ],
  tokensUnderWay: [
    409,
    'A token of this meter is not accepted yet; wait until it is, or settle its sale first.',
  ],
  siteReadingAhead: [400, 'The register cannot have been read in the future; correct the time.'],
  siteReadingOld: [
    409,
    'The meter itself has reported its register after that moment, or was not in wallet mode ' +
      'yet; give a later reading.',
  ],
  siteReadingBelow: [
    409,
    'The register was higher already, and it never runs back. Read it again, and see whether ' +
      'it is this meter.',
  ],
  siteReadingTooHigh: [
    409,
    'The register is higher than any connection can have drawn since the last reading; read ' +
      'it again.',
  ],
  siteReadingUnlikely: [
    409,
    'The register is higher than this home’s use would make it. Read it again, and confirm it if ' +
      'it is right.',
  ],
  noChangeWaits: [409, 'No change of credit mode waits for this meter; reload the page.'],
  changeAnswered: [
    409,
    'The meter has answered the change, which is being carried out; it cannot be withdrawn.',
  ],
  noPrice: [409, 'The tariff in force has no price to convert the balance; correct it first.'],
};

export const modeSentences = sentencesOf(modeRefusals);

export const problemOfMode = problemsOf(modeRefusals);
