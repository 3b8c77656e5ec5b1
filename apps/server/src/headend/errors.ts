// Every way in which an operator's command is refused, with its status and words. A new code does
// not compile until the table answers it.

import { HttpProblem } from '../http/problem.ts';

/** In the order of the checks: idempotency first. */
export type SendRefusal =
  | 'requestIdReused'
  | 'notAllowed'
  | 'heldOpen'
  | 'protected'
  | 'noTariff'
  | 'documentTooLong'
  | 'unknownCommand'
  | 'commandEnded';

const sendRefusals: Record<SendRefusal, readonly [status: number, text: string]> = {
  requestIdReused: [409, 'This request id was used for something else; take a new one.'],
  notAllowed: [403, 'Only an administrator may change this setting of a meter.'],
  heldOpen: [409, 'An operator holds this supply open; it stays so until an operator lets it go.'],
  protected: [
    409,
    'A protection rule forbids a cut now. Wait until it allows one, or say that there is danger.',
  ],
  noTariff: [409, 'No tariff is in force for this connection today; approve one first.'],
  documentTooLong: [409, 'The document is too long for a meter; shorten it.'],
  unknownCommand: [404, 'There is no such command.'],
  commandEnded: [409, 'This command has ended already; reload to see how.'],
};

export function problemOfSend(code: SendRefusal): HttpProblem {
  const [status, detail] = sendRefusals[code];
  return new HttpProblem({ status, code, title: 'Refused', detail });
}
