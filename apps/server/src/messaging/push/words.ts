// What a notification says: a sentence for each kind of message, which anybody may read on a locked
// screen. No token, no amount, no name, no address.

import type { MessageKind } from '../messages/index.ts';

export const pushWords: Readonly<Record<MessageKind, string>> = {
  tokenIssued: 'Your token is here. Sign in to see it.',
  walletCredited: 'A payment has arrived.',
  saleReversed: 'A purchase was undone.',
  powerLimit: 'There is news about the power that you may use.',
  creditLow: 'Your credit is low.',
  creditVeryLow: 'Your credit is very low.',
  supplyOff: 'Your supply is off.',
  protectedSupply: 'Your credit is used up. Supply stays on for now.',
  emergencyCredit: 'Your supply runs on emergency credit.',
  supplyRestored: 'Your supply is on again.',
  endsInTwoDays: 'Your credit ends in about two days.',
  endsInHalfDay: 'Your credit ends in about half a day.',
  endsAtPresentUse: 'At present use your credit ends soon.',
  weeklyDigest: 'Your week in electricity is here.',
  paymentModeChanges: 'The way you pay is about to change.',
  walletBegins: 'You pay from a balance now.',
  supplyHeld: 'There is news about your supply.',
  supplyReleased: 'There is news about your supply.',
  protectionEnds: 'A protection of your home is about to end.',
  lendingEnds: 'There is news about what you owe.',
  limitReached: 'There is news about what you owe.',
  topUp: 'There is news about your automatic top-up.',
  customerChanged: 'There is news about your home.',
  answer: 'The office has answered.',
};
