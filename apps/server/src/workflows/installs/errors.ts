// Every way in which an action on an install job is refused, with its status and words. A new code
// does not compile until the table answers it. What a step finds wrong at the home is no refusal:
// it is kept as a failed try.

import { type InstallStep, installStepNames } from '@prewatt/api';
import { HttpProblem } from '../../base/http/problem.ts';
import { requestIdReused } from '../../base/request-ids.ts';

/** In the order of the checks: idempotency first. */
export type InstallRefusalCode =
  | 'requestIdReused'
  | 'unknownInstall'
  | 'notAllowed'
  | 'jobEnded'
  | 'notYours'
  | 'takenAlready'
  | 'unknownTechnician'
  | 'unknownConnection'
  | 'unknownTariff'
  | 'jobOpenAlready'
  | 'meterPanInvalid'
  | 'meterExists'
  | 'meterNumberUnusable'
  | 'phoneFormat'
  | 'vendingKeyMissing'
  | 'walletMode'
  | 'stepNotPart'
  | 'stepDone'
  | 'stepsBefore'
  | 'stepRunning'
  | 'stepNotRunning'
  | 'meterProves'
  | 'observeInstead'
  | 'pairingSecretNeeded'
  | 'secretsNotTaken'
  | 'certificatesNotTaken'
  | 'oneWayOfPairing'
  | 'loadBounds'
  | 'officeDecides'
  | 'stepsOpen';

export type InstallRefusal = {
  readonly code: InstallRefusalCode;
  /** The steps that it is about. */
  readonly steps?: readonly InstallStep[];
};

const refusals: Record<InstallRefusalCode, readonly [status: number, text: string]> = {
  requestIdReused,
  unknownInstall: [404, 'There is no such install job, or it is another technician’s.'],
  notAllowed: [403, 'Your role may not do this with install jobs; ask an operator.'],
  jobEnded: [409, 'The job has ended; open another one if there is more to do.'],
  notYours: [409, 'Take the job first: it is nobody’s yet.'],
  takenAlready: [409, 'Somebody has this job already; ask the office.'],
  unknownTechnician: [422, 'There is no such technician; choose one of the list.'],
  unknownConnection: [404, 'There is no such connection.'],
  unknownTariff: [422, 'There is no such tariff; choose one of the list.'],
  jobOpenAlready: [409, 'This connection has an open install job; end that one first.'],
  meterPanInvalid: [422, 'This is no meter number: a digit is wrong. Read it again.'],
  meterExists: [409, 'A meter with this number is registered already; look it up.'],
  meterNumberUnusable: [
    409,
    'This meter number cannot be used here. If it is the number on the meter, ask those who run ' +
      'this server.',
  ],
  phoneFormat: [
    422,
    'Write the customer’s phone number as it is dialled, or with its country code: +27…',
  ],
  vendingKeyMissing: [
    409,
    'No vending key is loaded for the meter’s supply group and revision; load it first.',
  ],
  walletMode: [
    409,
    'The connection is in wallet mode; change it to token mode first, then exchange the meter.',
  ],
  stepNotPart: [409, 'This job has no such step.'],
  stepDone: [409, 'This step is done; it stands.'],
  stepsBefore: [409, 'First do:'],
  stepRunning: [409, 'This step is under way; wait for it, or say that it does not work.'],
  stepNotRunning: [409, 'Start this step first.'],
  meterProves: [409, 'The meter has a link and proves this step itself: start it.'],
  observeInstead: [409, 'The meter has no link: do it there and say what you see.'],
  pairingSecretNeeded: [
    422,
    'The server has no secret of this meter’s link: scan or type the one on its label.',
  ],
  secretsNotTaken: [
    422,
    'Meters here use certificates only: bring the request (PKCS #10) of this one.',
  ],
  certificatesNotTaken: [422, 'Meters here use secrets only: scan or type its code.'],
  oneWayOfPairing: [422, 'Pair it with its code or with its request, one of them.'],
  loadBounds: [422, 'The least power has to be below the most.'],
  officeDecides: [
    409,
    'The office has been asked to allow the exchange; let it be declined or withdrawn first.',
  ],
  stepsOpen: [409, 'The job cannot be closed before these have passed:'],
};

export function problemOfInstall({ code, steps = [] }: InstallRefusal): HttpProblem {
  const [status, text] = refusals[code];
  const names = steps.map((step) => installStepNames[step]).join(', ');
  const detail = names === '' ? text : `${text} ${names}.`;
  return new HttpProblem({ status, code, title: 'Not possible', detail });
}
