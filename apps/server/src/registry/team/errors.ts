// Every way in which an invitation does not open, with its status and words.

import { problemsOf } from '../../base/http/problem.ts';
import type { JoinRefusal } from './joining.ts';

const ask = 'Ask your administrator for a new one.';

const refusals: Record<JoinRefusal, readonly [status: number, text: string]> = {
  unknownInvitation: [404, `This link is not an invitation: part of it may be missing. ${ask}`],
  invitationUsed: [409, 'This invitation was used already. Sign in with the password chosen then.'],
  invitationWithdrawn: [409, `This invitation was withdrawn. ${ask}`],
  invitationOver: [409, `This invitation is over: it was open for three days. ${ask}`],
  tooManyTries: [429, 'Too many wrong codes. Wait some minutes, then try again.'],
  wrongCode: [422, 'The code is another one. Whoever allowed the invitation tells it to you.'],
  emailTaken: [409, `This e-mail signs in for another utility already. ${ask}`],
  notAllowed: [409, `This invitation is not as it was allowed. ${ask}`],
};

export const problemOfJoining = problemsOf(refusals);
