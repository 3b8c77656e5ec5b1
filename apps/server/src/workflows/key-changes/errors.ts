// Every way in which a campaign is refused, with its status and words.

import { problemsOf } from '../../base/http/problem.ts';
import { requestIdReused } from '../../base/request-ids.ts';

/** In the order of the checks: idempotency first. */
export type CampaignRefusal =
  | 'requestIdReused'
  | 'unknownCampaign'
  | 'sameKey'
  | 'vendingKeyMissing'
  | 'keyExpired'
  | 'keyNotBegun'
  | 'defaultKey'
  | 'baseDateChange'
  | 'keyTypeChange'
  | 'unknownMeters'
  | 'noMeters';

const statusAndText: Record<CampaignRefusal, readonly [status: number, text: string]> = {
  requestIdReused,
  unknownCampaign: [404, 'There is no such campaign.'],
  sameKey: [422, 'The meters hold that key; name another supply group, revision or tariff index.'],
  vendingKeyMissing: [
    409,
    'Both vending keys have to be loaded: the one that the meters hold and the new one.',
  ],
  keyExpired: [409, 'The new vending key has expired.'],
  keyNotBegun: [409, 'The base date of the new vending key has not begun.'],
  defaultKey: [
    409,
    'The new vending key is an initialisation or default key: nothing is sold under it.',
  ],
  baseDateChange: [
    409,
    'Meters cannot roll over from the base date of the old key to that of the new key.',
  ],
  keyTypeChange: [409, 'The standard does not allow this change of key type.'],
  unknownMeters: [422, 'Some of these meters are not there, or do not hold that key.'],
  noMeters: [
    409,
    'No meter holds that key, or each of them has another set under way; wait for those first.',
  ],
};

export const problemOfCampaign = problemsOf(statusAndText);
