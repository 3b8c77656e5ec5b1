// Every way in which a grant is refused, with its status and words. A new code does not compile
// until the table answers it.

import { problemsOf } from '../../base/http/problem.ts';
import { requestIdReused } from '../../base/request-ids.ts';

/** Of one grant, in the order of the checks: idempotency first. */
export type GrantRefusal =
  | 'requestIdReused'
  | 'unknownConnection'
  | 'meterChanged'
  | 'walletMode'
  | 'creditModeChanging'
  | 'meterCountsMoney'
  | 'meterCountsEnergy'
  | 'noPrice'
  | 'energyNotEncodable'
  | 'powerNotEncodable'
  | 'limitIsCut'
  | 'nothingToChange'
  | 'vendingKeyMissing'
  | 'vendingKeyUnusable'
  | 'keyStoreAway'
  | 'defaultKey'
  | 'baseDateChange'
  | 'keyTypeChange'
  | 'tidExhausted'
  | 'keyExpired'
  | 'tokenNotMade'
  | 'budgetReached';

/** Of a request for many. */
export type BatchRefusal = 'requestIdReused' | 'unknownBatch' | 'freeBudgetReached';

export const grantRefusals: Record<
  GrantRefusal | BatchRefusal | 'unknownGrant' | 'nothingToAcknowledge',
  readonly [status: number, text: string]
> = {
  requestIdReused,
  unknownConnection: [404, 'There is no such connection.'],
  meterChanged: [409, 'The connection has another meter by now; ask again for that one.'],
  walletMode: [
    409,
    'The connection is in wallet mode, so its meter holds no credit to clear or to add to; free ' +
      'credit is given as money.',
  ],
  creditModeChanging: [
    409,
    'The meter is being asked for its credit, for wallet mode; give it when the change has ended.',
  ],
  meterCountsMoney: [
    409,
    'The meter counts its credit in money and takes no energy token. Its tariff gives the ' +
      'free units of the month; nothing can be given in another currency than the utility’s.',
  ],
  meterCountsEnergy: [
    409,
    'The meter counts its credit in energy and takes no money token; reload to see what it says.',
  ],
  noPrice: [409, 'The tariff in force has no price for the energy; correct it first.'],
  energyNotEncodable: [
    422,
    'No token carries exactly this energy: up to 1638.3 kWh use tenths, above whole kWh, above ' +
      '18021.4 kWh tens.',
  ],
  powerNotEncodable: [422, 'No token carries this power; the most is 18201624 W.'],
  limitIsCut: [
    422,
    'A limit below 500 W has the effect of a cut; choose a higher limit, or cut the supply.',
  ],
  nothingToChange: [409, 'The meter has the right key already.'],
  vendingKeyMissing: [
    503,
    'No vending key is loaded for the meter’s supply group and revision; load it first.',
  ],
  vendingKeyUnusable: [503, 'The vending key does not open under the present master key.'],
  keyStoreAway: [503, 'The key store does not answer; nothing was made. Try again in a minute.'],
  defaultKey: [409, 'The meter holds a default key, which takes no credit; change its key first.'],
  baseDateChange: [409, 'The meter cannot roll over from its base date to the wanted one.'],
  keyTypeChange: [409, 'The standard does not allow this change of key type.'],
  tidExhausted: [503, 'The key’s token identifiers are used up or not yet begun.'],
  keyExpired: [409, 'The vending key has expired; change the meter to a later one.'],
  tokenNotMade: [503, 'The token could not be made; look at the server’s log.'],
  budgetReached: [
    409,
    'You have made as many engineering tokens as one person may in an hour or a day. Wait, or have ' +
      'another operator do it; two administrators can raise the budget (Approvals).',
  ],
  freeBudgetReached: [
    409,
    'It is more free credit than the utility gives in an hour, or than is left of the day. Give ' +
      'less or wait; two administrators can raise the budget (Approvals).',
  ],
  unknownBatch: [404, 'There is no such request.'],
  unknownGrant: [404, 'There is no such grant.'],
  nothingToAcknowledge: [409, 'This grant needs no attention; reload to see its state.'],
};

export const problemOfGrant = problemsOf(grantRefusals);
