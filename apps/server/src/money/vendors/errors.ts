// Every way in which a till or an operator is refused, with its status and words. A new code does
// not compile until the table answers it.

import type { VendorSaleRefusalCode } from '@prewatt/api';
import { problemsOf } from '../../base/http/problem.ts';
import { requestIdReused } from '../../base/request-ids.ts';
import { quoteRefusalText } from '../vending/index.ts';

/** Refusals of a sale, in the order of the checks as the API lists them. */
export type SellRefusal = VendorSaleRefusalCode;

export type ShiftRefusal = 'vendorBlocked' | 'shiftAlreadyOpen' | 'unknownShift' | 'shiftClosed';
export type ManageRefusal =
  | 'unknownVendor'
  | 'nameTaken'
  | 'unknownKey'
  | 'requestIdReused'
  | 'keyShownBefore'
  | 'keyOfAnother'
  | 'keyNotCollected'
  | 'terminalTaken'
  | 'unknownClerk'
  | 'unknownDeposit'
  | 'vendorDepositUndone'
  | 'floatBelowDeposit'
  | 'floatKeptForSite';
export type SiteRefusal =
  | 'siteHasNoBudget'
  | 'siteOfAnotherTill'
  | 'siteSaleReused'
  | 'pinWrong'
  | 'pinLocked'
  | 'pinTooEasy'
  | 'pinNotDigits'
  | 'pinNotNew';
/** `keyRefused`: the till's key is unknown or was taken back, seen when it signs in or sells. */
export type TillRefusal = 'keyRefused' | SellRefusal;
export type VendorRefusal =
  | TillRefusal
  | ShiftRefusal
  | ManageRefusal
  | SiteRefusal
  | 'unknownSale';

export const floatKeptForSite =
  'This part of the float is kept for sales that the vendor’s site may have made already. Lower ' +
  'the site’s budget and wait until its gateway has asked again, or take back its key.';

const statusAndText: Record<VendorRefusal, readonly [status: number, detail: string]> = {
  keyRefused: [
    401,
    'Send "Authorization: Bearer <key>" with a key that the utility gave and has not revoked.',
  ],
  requestIdReused,
  vendorBlocked: [403, 'This vendor may not sell at present; ask the utility.'],
  noOpenShift: [409, 'Open a shift first.'],
  unknownMeter: [404, 'There is no such meter; compare the number with the one on the meter.'],
  meterExchanged: [
    409,
    'This meter was exchanged for another one; ask the customer for the new number.',
  ],
  meterBlocked: [403, quoteRefusalText.meterBlocked],
  creditModeChanging: [409, quoteRefusalText.creditModeChanging],
  meterCountsMoney: [409, quoteRefusalText.meterCountsMoney],
  tariffNotForMeter: [409, quoteRefusalText.tariffNotForMeter],
  amountBelowMinimum: [422, quoteRefusalText.amountBelowMinimum],
  amountAboveMaximum: [422, quoteRefusalText.amountAboveMaximum],
  tariffUnusable: [503, quoteRefusalText.tariffUnusable],
  nothingOwed: [409, 'Nothing is owed for this meter apart from purchases; nothing was taken.'],
  moreThanOwed: [422, 'This is more than what is owed for this meter; nothing was taken.'],
  amountTooSmall: [422, quoteRefusalText.amountTooSmall],
  vendingKeyMissing: [503, 'The utility has no key for this meter; nothing was sold.'],
  vendingKeyUnusable: [503, 'The utility’s key for this meter does not open; nothing was sold.'],
  keyStoreAway: [
    503,
    'The utility’s key store does not answer; nothing was sold. Try again in a minute.',
  ],
  tidExhausted: [503, 'This meter needs a new key first; nothing was sold.'],
  keyExpired: [503, 'This meter’s key has expired; nothing was sold.'],
  defaultKey: [503, 'This meter holds a default key and takes no credit; nothing was sold.'],
  keyChangeNotAllowed: [503, 'This meter cannot be changed to the wanted key; nothing was sold.'],
  tokenNotMade: [503, 'The token could not be made; nothing was sold.'],
  floatExceeded: [409, 'The float does not cover this sale; pay money in first.'],
  budgetExceeded: [
    429,
    'This hour’s budget is used up; wait for the next hour or ask the utility.',
  ],
  shiftAlreadyOpen: [409, 'A shift of this till is open; close it first.'],
  unknownShift: [404, 'There is no such shift of this vendor, or none is open.'],
  shiftClosed: [409, 'This shift was closed with another count.'],
  unknownSale: [404, 'There is no such sale of this vendor.'],
  unknownVendor: [404, 'There is no such vendor.'],
  nameTaken: [409, 'Another vendor, or another clerk of this vendor, has this name.'],
  keyShownBefore: [
    409,
    'This key was made and shown once, and is kept nowhere; if it was not noted, take it back ' +
      'and ask for another.',
  ],
  keyOfAnother: [403, 'Another administrator asked for this key, and only they are shown it.'],
  keyNotCollected: [
    409,
    'This key was allowed more than a day ago and nobody came for it; ask for another one.',
  ],
  terminalTaken: [
    409,
    'A terminal of this name was registered with this certificate before; take another name, or a new certificate.',
  ],
  unknownClerk: [404, 'There is no such clerk of this vendor.'],
  unknownDeposit: [404, 'There is no such deposit of this vendor.'],
  vendorDepositUndone: [409, 'This deposit was undone before.'],
  floatBelowDeposit: [
    409,
    'The vendor has sold for this money: without it the float would go below its limit. It has to bring money first.',
  ],
  floatKeptForSite: [409, floatKeptForSite],
  unknownKey: [404, 'There is no such key of this vendor.'],
  siteHasNoBudget: [403, 'This vendor has no budget for sales at a site; ask the utility.'],
  siteOfAnotherTill: [
    409,
    'Another till of this vendor has the budget for the site; its key is taken back first.',
  ],
  siteSaleReused: [409, 'This sale was reported before, with another meter or amount.'],
  pinWrong: [403, 'This is not the PIN of this clerk.'],
  pinLocked: [
    403,
    'Too many wrong PINs: an administrator of the utility has to give this clerk another one.',
  ],
  pinTooEasy: [422, 'Choose a PIN that others would not try first.'],
  pinNotDigits: [422, 'A PIN has 4 to 8 digits.'],
  pinNotNew: [422, 'Choose another PIN than the one that you were given.'],
};

export const problemOfRefusal = problemsOf(statusAndText);

/** In words, for a page. */
export const textOfRefusal = (code: VendorRefusal): string => statusAndText[code][1];
