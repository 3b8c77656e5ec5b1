// Every way in which an operator's command is refused, with its status and words. A new code does
// not compile until the table answers it.

import { problemsOf, sentencesOf } from '../../../base/http/problem.ts';
import { requestIdReused } from '../../../base/request-ids.ts';
import type { RequestFault } from '../credentials/x509.ts';

/** In the order of the checks: idempotency first. */
export type SendRefusal =
  | 'requestIdReused'
  | 'notAllowed'
  | 'heldOpen'
  | 'neverOpens'
  | 'noArming'
  | 'walletNeedsSwitch'
  | 'protected'
  | 'safetyTooLong'
  | 'needsSecondPerson'
  | 'creditModeChanging'
  | 'ofWallet'
  | 'ofCreditMode'
  | 'noTariff'
  | 'documentTooLong'
  | 'unknownCommand'
  | 'commandEnded'
  | 'keyShownOnce'
  | 'certificatesUnused'
  | RequestFault
  | 'alreadyClaimed';

const sendRefusals: Record<SendRefusal, readonly [status: number, text: string]> = {
  requestIdReused,
  notAllowed: [403, 'Only an administrator may change this setting of a meter.'],
  heldOpen: [409, 'An operator holds this supply off; it stays off until an operator releases it.'],
  neverOpens: [
    409,
    'This meter is in control mode 0 and never opens its switch; set another control mode first.',
  ],
  noArming: [
    409,
    'In this meter’s control mode a command closes the switch at once and cannot arm it; ' +
      'close it, or set mode 1, 3, 5 or 6 first.',
  ],
  walletNeedsSwitch: [
    409,
    'In wallet mode supply is opened and closed by command, and a meter in control mode 0 never ' +
      'opens; take another control mode.',
  ],
  protected: [
    409,
    'A protection rule forbids a cut now. Wait until it allows one, or say that there is danger.',
  ],
  safetyTooLong: [
    409,
    'A cut for safety may not last as long here; take fewer hours, and ask again when they end.',
  ],
  needsSecondPerson: [
    409,
    'You have used up your safety cuts of this hour; another needs approval by a second person.',
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
    'This would lose the credit; leave it in the meter, or change the connection to wallet ' +
      'mode, which converts it to money.',
  ],
  noTariff: [409, 'No tariff is in force for this connection today; approve one first.'],
  documentTooLong: [409, 'The document is too long for a meter; shorten it.'],
  unknownCommand: [404, 'There is no such command.'],
  commandEnded: [409, 'This command has ended already; reload to see how.'],
  keyShownOnce: [
    409,
    'The key that was made for this request was shown once and is kept nowhere; ask for another ' +
      'certificate under a new request id.',
  ],
  certificatesUnused: [
    409,
    'The broker accepts no certificates: it has no TLS, or is set to secrets only. Pair the ' +
      'meter with a secret, or set the broker up for certificates first.',
  ],
  requestMalformed: [422, 'This is not a certificate request (PKCS #10 in PEM).'],
  requestUnproven: [
    422,
    'The request is not signed by its own key with SHA-256 or stronger; make a new one.',
  ],
  requestForAnother: [
    422,
    'The request names another meter; its common name must be this meter’s number, or empty.',
  ],
  requestKeyUnfit: [
    422,
    'Its key is not accepted: use EC P-256 or P-384, or RSA of 2048 to 4096 bits.',
  ],
  alreadyClaimed: [
    409,
    'This meter has been claimed; pair it with a certificate instead, which replaces what it has.',
  ],
};

export const sendSentences = sentencesOf(sendRefusals);

export const problemOfSend = problemsOf(sendRefusals);
