// Which messages go under which choice: receipts, warnings, or everything else; and which of them
// are written in the language of their phone.

import type { MessageKind } from '../messages/index.ts';

export const mailGroups = ['receipts', 'warnings', 'others'] as const;
export type MailGroup = (typeof mailGroups)[number];

export const groupOfKind: Readonly<Record<MessageKind, MailGroup>> = {
  tokenIssued: 'receipts',
  walletCredited: 'receipts',
  saleReversed: 'receipts',
  powerLimit: 'warnings',
  creditLow: 'warnings',
  creditVeryLow: 'warnings',
  supplyOff: 'warnings',
  protectedSupply: 'warnings',
  emergencyCredit: 'warnings',
  supplyRestored: 'warnings',
  endsInTwoDays: 'warnings',
  endsInHalfDay: 'warnings',
  endsAtPresentUse: 'warnings',
  weeklyDigest: 'others',
  paymentModeChanges: 'others',
  walletBegins: 'others',
  supplyHeld: 'warnings',
  supplyReleased: 'warnings',
  protectionEnds: 'warnings',
  lendingEnds: 'warnings',
  topUp: 'others',
  limitReached: 'warnings',
  customerChanged: 'others',
  payerReceipt: 'receipts',
  answer: 'others',
};
