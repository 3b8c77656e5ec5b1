// Every way in which protection refuses, with its status and words. A new code does not compile
// until the table answers it.

import { problemsOf } from '../../base/http/problem.ts';
import { requestIdReused } from '../../base/request-ids.ts';

/** In the order of the checks: idempotency first. */
export type ProtectionRefusal =
  | 'requestIdReused'
  | 'notAdministrator'
  | 'rulesFaulty'
  | 'rulesTooLong'
  | 'rulesUnchanged'
  | 'unknownConnection'
  | 'dayPast'
  | 'conversionAhead'
  | 'unknownFlag'
  | 'unknownCall'
  | 'callResolved'
  | 'outageOpen'
  | 'outageOver';

const refusals: Record<ProtectionRefusal, readonly [status: number, text: string]> = {
  requestIdReused,
  notAdministrator: [403, 'Only an administrator may propose rules.'],
  rulesFaulty: [400, 'The rule document has faults; correct those that are named.'],
  rulesTooLong: [
    400,
    'The rules are too long for a meter; leave out holidays that are past, or far ahead.',
  ],
  rulesUnchanged: [409, 'These are the rules that hold now.'],
  unknownConnection: [404, 'There is no such connection.'],
  dayPast: [400, 'This day is over; take today or a later one.'],
  conversionAhead: [400, 'This day has not begun; record a conversion when it is done.'],
  unknownFlag: [409, 'The home is not flagged so at present; reload to see its flags.'],
  unknownCall: [404, 'There is no such call.'],
  outageOpen: [409, 'An outage of vending is open already; end it first, or let it go on.'],
  outageOver: [409, 'This outage has ended already; reload to see when.'],
  callResolved: [409, 'This call is resolved already; reload to see how.'],
};

export const problemOfProtection = problemsOf(refusals);
