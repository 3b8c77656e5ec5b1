// Every way in which an approval is refused, with its status and words. A new code does not compile
// until the table answers it.

import { problemsOf } from '../../base/http/problem.ts';
import { requestIdReused } from '../../base/request-ids.ts';

/** In the order of the checks: idempotency first. */
export type ApprovalRefusal =
  | 'requestIdReused'
  | 'unknownApproval'
  | 'alreadyDecided'
  | 'approvalExpired'
  | 'notAdministrator'
  | 'ownRequest'
  | 'tookPart'
  | 'notYours'
  | 'notYoursAlone'
  | 'notAlone'
  | 'emergenciesUsed'
  | 'actReviewed'
  | 'ownAct';

export const approvalRefusals: Record<ApprovalRefusal, readonly [status: number, text: string]> = {
  requestIdReused,
  unknownApproval: [404, 'There is no such approval.'],
  alreadyDecided: [409, 'This was decided already; reload to see how.'],
  approvalExpired: [409, 'Nobody decided within seven days; it has to be asked for again.'],
  notAdministrator: [403, 'Only an administrator may decide.'],
  ownRequest: [403, 'You asked for this yourself; another administrator has to decide.'],
  tookPart: [403, 'You took part in this; an administrator who did not has to decide.'],
  notYours: [403, 'Only the one who asked for it may withdraw it; an administrator may decline.'],
  notYoursAlone: [403, 'Only the one who asked for it may do it alone.'],
  notAlone: [403, 'No rule of your utility lets you do this alone; another person has to decide.'],
  emergenciesUsed: [
    409,
    'As much was done alone today as the rule allows; another person decides.',
  ],
  actReviewed: [409, 'Somebody said already what they think of it; reload to see it.'],
  ownAct: [403, 'You did this yourself; another administrator has to look at it.'],
};

export const problemOfApproval = problemsOf(approvalRefusals);
