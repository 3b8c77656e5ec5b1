// Every way in which a purchase is refused or gets stuck, and what people are told. A new code does
// not compile until both tables below answer it.

import type { KeyRefusal, QuoteRefusal, TokenRefusal } from '@prewatt/vending-rules';

/**
 * Refusals when a purchase is opened from a quote, in the order of the checks: idempotency first.
 */
export type OpenSaleRefusal = 'requestIdReused' | 'unknownQuote' | 'quoteExpired' | 'meterBlocked';

/**
 * Why a paid sale has no token, or its token is not in the meter. Each stands on the operator's
 * list.
 */
export type StuckReason =
  | QuoteRefusal
  | KeyRefusal
  | 'amountMismatch'
  | TokenRefusal
  | 'tokenRefused'
  | 'tokenUsedUnproved'
  | 'notConfirmed'
  | 'meterTakenAway'
  | 'acceptedAfterReversal';

export const quoteRefusalText: Record<QuoteRefusal, string> = {
  unknownConnection: 'There is no such connection.',
  meterBlocked: 'Nothing can be bought for this meter at present; ask the utility.',
  creditModeChanging: 'This meter is being changed to wallet mode; try again in ten minutes.',
  meterCountsMoney:
    'This meter counts its credit in another currency than its utility; ask the utility.',
  amountBelowMinimum: 'The amount is below the least that can be bought at once.',
  amountAboveMaximum: 'The amount is above the most that can be bought at once.',
  tariffUnusable:
    'The price list of this connection cannot be read; the utility has to correct it.',
  tariffNotForMeter:
    'This meter charges by itself, and its price list has a part that neither the meter nor the ' +
    'till can charge; the utility has to change it.',
  amountTooSmall: 'The amount does not buy any energy after fees; choose a larger one.',
};

export const stuckText: Record<StuckReason, { readonly reason: string; readonly advice: string }> =
  {
    unknownConnection: {
      reason: 'The connection no longer exists',
      advice: 'Find out which connection the payment belongs to and move it there.',
    },
    meterBlocked: {
      reason: 'Sales to this connection are blocked',
      advice: 'Unblock the connection, then retry.',
    },
    creditModeChanging: {
      reason: 'The connection is being changed to wallet mode',
      advice:
        'Nothing: it goes on by itself when the meter has answered the change, or after ten minutes.',
    },
    meterCountsMoney: {
      reason: 'The meter counts its credit in another currency',
      advice: 'Give it the tariff of this utility (command "Set tariff"), then retry.',
    },
    amountBelowMinimum: {
      reason: 'The amount received is below the least purchase',
      advice: 'It stays prepaid; retry after the customer has paid the rest.',
    },
    amountAboveMaximum: {
      reason: 'The amount received is above the largest purchase',
      advice: 'Check the payment with the provider.',
    },
    tariffUnusable: {
      reason: 'The tariff document cannot be read',
      advice: 'Correct the tariff, then retry.',
    },
    tariffNotForMeter: {
      reason: 'The tariff has a part that neither the meter nor the till can charge',
      advice:
        'Change the tariff (docs/tariffs.md, "Money on the meter"), or set the meter to count ' +
        'energy, then retry.',
    },
    amountTooSmall: {
      reason: 'After fees the amount buys no energy',
      advice: 'It stays prepaid; retry after the next payment.',
    },
    vendingKeyMissing: {
      reason: 'No vending key is loaded for the meter’s supply group and revision',
      advice: 'Load the vending key, then retry.',
    },
    vendingKeyUnusable: {
      reason: 'The vending key does not open under the present master key',
      advice: 'Check the master key, then retry.',
    },
    keyStoreAway: {
      reason: 'The hardware token with the vending keys did not answer',
      advice: 'Nothing: the sale goes on by itself when the token answers again.',
    },
    amountMismatch: {
      reason: 'The provider reports another amount than was asked for',
      advice: 'Check with the provider; a retry issues a token for what was received.',
    },
    tidExhausted: {
      reason: 'The token identifiers of the key’s base date are used up or not yet begun',
      advice: 'Change the meter to a key with a later base date.',
    },
    keyExpired: {
      reason: 'The vending key has expired',
      advice: 'Change the meter to a later key, then retry.',
    },
    defaultKey: {
      reason: 'The meter is to hold a default key, under which no credit is taken',
      advice: 'Begin a key-change campaign to a unique or common key, then retry.',
    },
    keyChangeNotAllowed: {
      reason: 'The meter’s key cannot be changed to the one that it should hold',
      advice: 'Withdraw the campaign, choose another base date or key type, then retry.',
    },
    tokenNotMade: {
      reason: 'The token could not be made',
      advice: 'Read the server’s log for this sale, then retry.',
    },
    tokenRefused: {
      reason: 'The meter refused the token',
      advice:
        'Compare the meter’s supply group, key revision and tariff index with ours, then ' +
        'replace it.',
    },
    tokenUsedUnproved: {
      reason:
        'The meter says that this token was used, and has not reported that it took these digits',
      advice:
        'Wait for its next reports: if it reports the token, the sale counts as delivered. If ' +
        'not, read its register of credit; if this energy is not in it, give a credit note. ' +
        'If the database was put ' +
        'back to an older copy, see docs/operating/restore.md.',
    },
    notConfirmed: {
      reason: 'The meter has not confirmed the token',
      advice: 'The token still works: ask the customer to type it, or check the meter’s link.',
    },
    meterTakenAway: {
      reason: 'The meter was exchanged before it confirmed the token',
      advice:
        'Read the old meter’s register of credit. Without this token in it, reverse the sale (prewatt ' +
        'sale reverse, with what you read); else it was used, or give a credit note.',
    },
    acceptedAfterReversal: {
      reason: 'The meter took the token after the sale was reversed',
      advice:
        'Its energy is owed as a debt of the connection now. Stop the refund if it is not ' +
        'paid yet, then acknowledge.',
    },
  };
