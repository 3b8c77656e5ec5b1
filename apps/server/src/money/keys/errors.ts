// Every way in which loading a key is refused, with its status and words.

import { problemsOf } from '../../base/http/problem.ts';
import { requestIdReused } from '../../base/request-ids.ts';
import type { HomeRefusal } from './homes.ts';

/** In the order of the checks: idempotency first. */
export type KeyLoadRefusal =
  | 'requestIdReused'
  | 'unknownLoad'
  | 'loadClosed'
  | 'loadAwaits'
  | 'tooFewAdministrators'
  | 'nobodyToApprove'
  | 'keyExists'
  | 'loadUnderWay'
  | 'keyExpired'
  | 'baseDateBackwards'
  | 'componentLength'
  | 'sameCustodian'
  | 'componentWeak'
  | 'componentCheckValue'
  | 'componentsEqual'
  | 'checkValueDiffers'
  | 'masterKeyChanged'
  | HomeRefusal;

export const keyLoadRefusals: Record<KeyLoadRefusal, readonly [status: number, text: string]> = {
  requestIdReused,
  unknownLoad: [404, 'There is no such loading.'],
  loadClosed: [409, 'This loading takes no more components; open another one.'],
  loadAwaits: [
    409,
    'It waits for approval: withdraw or decline that request, and its components are erased.',
  ],
  tooFewAdministrators: [
    409,
    'Loading a key takes three administrators: two custodians, of whom one may open it, and a third who approves. Add administrators first.',
  ],
  nobodyToApprove: [
    409,
    'With this component nobody would be left to approve: let whoever opened the loading enter it, or add an administrator.',
  ],
  keyExists: [
    409,
    'A key of this supply group and revision is loaded already; give the new one another revision.',
  ],
  loadUnderWay: [409, 'A loading of this supply group and revision is under way.'],
  keyExpired: [422, 'By its expiry number this key has expired already.'],
  baseDateBackwards: [
    422,
    'A key of this supply group has a later base date; meters cannot go back to an earlier one.',
  ],
  componentLength: [
    422,
    'The component has the wrong length: 16 hex digits for DKGA02, 40 for DKGA04.',
  ],
  sameCustodian: [403, 'You entered the other component; another custodian has to enter this one.'],
  componentWeak: [422, 'One repeated byte is not a component; type it again.'],
  componentCheckValue: [
    422,
    'The component’s check value is not the one on the letter; type it again.',
  ],
  componentsEqual: [422, 'Both components are the same; one of them is the wrong letter.'],
  checkValueDiffers: [
    409,
    'The whole key’s check value is not the expected one; compare both letters and begin anew.',
  ],
  masterKeyChanged: [
    409,
    'The components do not open under the present master key; enter them again.',
  ],
  keyStoreAway: [
    503,
    'The hardware token does not answer; nothing was loaded. See to it, then open another loading.',
  ],
  keyStoreFull: [409, 'The hardware token has no room for another key; nothing was loaded.'],
  keyStoreRefuses: [
    409,
    'The hardware token does not take this key; nothing was loaded. The server’s log says why.',
  ],
};

export const problemOfKeyLoad = problemsOf(keyLoadRefusals);
