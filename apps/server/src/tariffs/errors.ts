// Every way in which a change of a tariff, its back-test or an assignment is refused, with status
// and words. A new code does not compile until the table answers it.

import { HttpProblem } from '../http/problem.ts';

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
  | 'parameterMissing';

export type Refused = {
  readonly code: TariffRefusal;
  /** What exactly: places in a document, figures that were missed. */
  readonly about?: string;
};

export const tariffRefusals: Record<TariffRefusal, readonly [status: number, text: string]> = {
  requestIdReused: [409, 'This request id was used for something else; take a new one.'],
  unknownVersion: [404, 'There is no such version of a tariff.'],
  unknownTariff: [404, 'There is no approved tariff of that name.'],
  unknownConnection: [404, 'There is no such connection.'],
  documentInvalid: [422, 'The document cannot be read; mend these places:'],
  currencyDiffers: [422, 'The document must have the currency and decimals of the utility:'],
  zoneDiffers: [422, 'The document must have the time zone of the utility:'],
  tariffIdDiffers: [422, 'All versions of a tariff have the same id, and no other tariff has it:'],
  versionNotNext: [409, 'The version must be the next one of this tariff:'],
  notDraft: [409, 'Only a draft can be tried, or handed on for approval.'],
  notWithdrawable: [
    409,
    'Only a draft, or an approved version before its first day, can be withdrawn; one that waits for approval is withdrawn there first.',
  ],
  dateInPast: [409, 'Its first day is over; propose it again with a later day.'],
  dateNotAfterLatest: [
    409,
    'Another approved version of this tariff begins on that day or later; take a later day, or withdraw the other one.',
  ],
  noExample: [
    422,
    'A change needs worked examples in its document that prove it; write at least one.',
  ],
  exampleFails: [422, 'Worked examples of the document do not hold:'],
  backTestMissing: [409, 'Try the version on past sales first; its back-test is not finished.'],
  backTestOutdated: [
    409,
    'Since its back-test another version was approved that this one follows; try it again.',
  ],
  noVersionThen: [409, 'No version of that tariff is in force on that day.'],
  parameterUnknown: [422, 'The tariff does not know this of a connection:'],
  parameterMissing: [422, 'The tariff asks this of a connection:'],
};

export const refusalText = ({ code, about }: Refused): string =>
  about === undefined ? tariffRefusals[code][1] : `${tariffRefusals[code][1]} ${about}`;

export function problemOfTariff(refused: Refused): HttpProblem {
  const [status] = tariffRefusals[refused.code];
  return new HttpProblem({
    status,
    code: refused.code,
    title: 'Refused',
    detail: refusalText(refused),
  });
}
