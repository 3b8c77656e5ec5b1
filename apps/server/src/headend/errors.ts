// Every way in which an operator's command is refused, with its status and words. A new code does
// not compile until the table answers it.

import { HttpProblem } from '../http/problem.ts';

/** In the order of the checks: idempotency first. */
export type SendRefusal =
  | 'requestIdReused'
  | 'notAllowed'
  | 'heldOpen'
  | 'protected'
  | 'creditModeChanging'
  | 'ofWallet'
  | 'ofCreditMode'
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
  creditModeChanging: [
    409,
    'A change of credit mode waits for this meter’s answer; send it when that has ended.',
  ],
  ofWallet: [
    409,
    'The ledger holds this home’s credit, and the meter must not; change the connection’s credit ' +
      'mode instead.',
  ],
  ofCreditMode: [
    409,
    'Handed over like this the credit would be lost; let it stay in the meter, or change the ' +
      'connection to wallet mode, which makes money of it.',
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
