// Every way in which a change of a tariff, its back-test or an assignment is refused, with status
// and words. A new code does not compile until the table answers it.

import { err, type Result } from '@prewatt/quantities';
import { problemsOf } from '../../base/http/problem.ts';
import { answerAgain, requestIdReused } from '../../base/request-ids.ts';

/** In the order of the checks: idempotency first. */
export type TariffRefusal =
  | 'requestIdReused'
  | 'unknownVersion'
  | 'unknownTariff'
  | 'unknownConnection'
  | 'documentInvalid'
  | 'currencyDiffers'
  | 'zoneDiffers'
  | 'tariffIdDiffers'
  | 'versionNotNext'
  | 'notDraft'
  | 'notWithdrawable'
  | 'dateInPast'
  | 'dateNotAfterLatest'
  | 'noExample'
  | 'exampleFails'
  | 'backTestMissing'
  | 'backTestOutdated'
  | 'noVersionThen'
  | 'parameterUnknown'
  | 'parameterMissing'
  | 'tariffNotForMeter'
  | 'budgetReached'
  | 'nothingChosen'
  | 'tooManyChosen'
  | 'listFaults'
  | 'unknownAssignment'
  | 'notReady'
  | 'nothingToAssign'
  | 'nothingToUndo'
  | 'changedSince';

export type Refused = {
  readonly code: TariffRefusal;
  /** What exactly: places in a document, figures that were missed. */
  readonly about?: string;
};

export const tariffRefusals: Record<TariffRefusal, readonly [status: number, text: string]> = {
  requestIdReused,
  unknownVersion: [404, 'There is no such version of a tariff.'],
  unknownTariff: [404, 'There is no approved tariff of that name.'],
  unknownConnection: [404, 'There is no such connection.'],
  documentInvalid: [422, 'The document cannot be read; correct these places:'],
  currencyDiffers: [422, 'The document must have the currency and decimals of the utility:'],
  zoneDiffers: [422, 'The document must have the time zone of the utility:'],
  tariffIdDiffers: [422, 'All versions of a tariff have the same id, and no other tariff has it:'],
  versionNotNext: [409, 'The version must be the next one of this tariff:'],
  notDraft: [409, 'Only a draft can be tried, or handed on for approval.'],
  notWithdrawable: [
    409,
    'Only a draft, or an approved version before its first day, can be withdrawn; one that ' +
      'waits for approval is withdrawn there first.',
  ],
  dateInPast: [409, 'Its first day is over; propose it again with a later day.'],
  dateNotAfterLatest: [
    409,
    'Another approved version of this tariff begins on that day or later; take a later day, ' +
      'or withdraw the other one.',
  ],
  noExample: [
    422,
    'A change needs worked examples in its document that prove it; write at least one.',
  ],
  exampleFails: [422, 'Worked examples of the document do not hold:'],
  backTestMissing: [409, 'Try the version on past sales first; its back-test is not finished.'],
  backTestOutdated: [
    409,
    'After its back-test another version was approved before this one; run the back-test again.',
  ],
  noVersionThen: [409, 'No version of that tariff is in force on that day.'],
  parameterUnknown: [422, 'The tariff does not use this fact of a connection:'],
  parameterMissing: [422, 'The tariff needs this fact of a connection:'],
  tariffNotForMeter: [
    409,
    'The meter counts its credit in money, and could not charge that tariff: parts of it are ' +
      'known neither to the till nor to the meter, or it is too long.',
  ],
  budgetReached: [
    409,
    'You have given as many homes another tariff as one person may in an hour or a day. Give a ' +
      'list of homes another tariff, which a second person allows.',
  ],
  nothingChosen: [
    422,
    'No chosen connection would change: none matches, or all have this tariff on that day already.',
  ],
  tooManyChosen: [422, 'At most 200,000 connections at once; choose fewer, by place or tariff.'],
  listFaults: [422, 'Correct these lines of the list; nothing was saved:'],
  unknownAssignment: [404, 'There is no such assignment to many connections.'],
  notReady: [409, 'Its preview is not finished, or it was decided already; reload it.'],
  nothingToAssign: [409, 'None of its connections can be assigned; see why beside each.'],
  nothingToUndo: [
    409,
    'Nothing of it is left to undo: others followed since, or nothing was done.',
  ],
  changedSince: [409, 'Its tariff was changed by somebody else since the list was made.'],
};

export const refusalText = ({ code, about }: Refused): string =>
  about === undefined ? tariffRefusals[code][1] : `${tariffRefusals[code][1]} ${about}`;

const problemOfTariff = problemsOf(tariffRefusals);

/** The value, or the refusal as a problem. */
export function answer<T>(result: Result<T, Refused>): T {
  if (result.ok) return result.value;
  throw problemOfTariff(result.error.code, refusalText(result.error));
}

/** What the second request of an id is answered. */
export function repeated<T>(first: unknown, asked: unknown, answer: T): Result<T, Refused> {
  const again = answerAgain(first, asked, answer);
  return again.ok ? again : err({ code: again.error });
}
