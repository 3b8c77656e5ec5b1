// What a notification says, and the subject of a mail: a sentence for each kind of message, which
// anybody may read on a locked screen. No token, no amount, no name, no address.

import type { MessageKind } from '../messages/index.ts';

type PushWords = Readonly<Record<MessageKind, string>>;

const english: PushWords = {
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
  payerReceipt: 'Your payment for another home has arrived.',
  answer: 'The office has answered.',
};

const swahili: PushWords = {
  tokenIssued: 'Tokeni yako imefika. Ingia uione.',
  walletCredited: 'Malipo yamefika.',
  saleReversed: 'Ununuzi umetenguliwa.',
  powerLimit: 'Kuna habari kuhusu kiwango cha umeme unachoweza kutumia.',
  creditLow: 'Salio lako ni dogo.',
  creditVeryLow: 'Salio lako ni dogo sana.',
  supplyOff: 'Umeme wako umezimwa.',
  protectedSupply: 'Salio lako limeisha. Umeme unaendelea kwa sasa.',
  emergencyCredit: 'Unatumia umeme wa dharura.',
  supplyRestored: 'Umeme wako umewaka tena.',
  endsInTwoDays: 'Salio lako litaisha baada ya siku mbili hivi.',
  endsInHalfDay: 'Salio lako litaisha baada ya nusu siku hivi.',
  endsAtPresentUse: 'Kwa matumizi ya sasa, salio lako litaisha karibuni.',
  weeklyDigest: 'Taarifa ya umeme ya wiki yako ipo tayari.',
  paymentModeChanges: 'Namna unavyolipa itabadilika karibuni.',
  walletBegins: 'Sasa unalipa kutoka kwenye salio.',
  supplyHeld: 'Kuna habari kuhusu umeme wako.',
  supplyReleased: 'Kuna habari kuhusu umeme wako.',
  protectionEnds: 'Ulinzi wa nyumba yako unakaribia kuisha.',
  lendingEnds: 'Kuna habari kuhusu deni lako.',
  limitReached: 'Kuna habari kuhusu deni lako.',
  topUp: 'Kuna habari kuhusu ununuzi wako unaojirudia.',
  customerChanged: 'Kuna habari kuhusu nyumba yako.',
  payerReceipt: 'Malipo yako kwa nyumba nyingine yamefika.',
  answer: 'Ofisi imejibu.',
};

/** By language; English is for whoever chose none. */
export const pushLanguages = { en: english, sw: swahili } as const;

/** In the language that the phone chose for its answers. */
export const pushText = (language: string | null, kind: MessageKind): string =>
  (language === 'sw' ? swahili : english)[kind];
