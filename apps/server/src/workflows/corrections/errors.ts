// Every way in which a correction is refused, with its status and what to do. A new code does not
// compile until the table answers it.

import type { SaleRefusal } from '@prewatt/vending-rules';
import type { ColumnValue } from '../../base/column-value.ts';
import { requestIdReused } from '../../base/request-ids.ts';

/** Why a token cannot be shown to be void. */
export type ProofRefusal = 'tokenAccepted' | 'meterMayTakeIt' | 'meterRegisterUnknown';

/** In the order of the checks: idempotency first. */
export type CorrectionRefusal =
  | 'requestIdReused'
  | 'unknownSale'
  | 'alreadyReversed'
  | 'notPaid'
  | 'creditNoteGiven'
  | ProofRefusal
  | 'noPayer'
  | 'moneySpentSince'
  | 'unknownTarget'
  | 'sameConnection'
  | 'creditNoteTooHigh'
  | 'amountNotPositive'
  | 'debtLabelEmpty'
  | 'debtRuleFormat'
  | 'unknownDebt'
  | 'debtBelowAmount'
  | 'unknownRefund'
  | 'refundPaidAlready'
  | 'refundBeingSent'
  | 'railCannotRefund'
  | 'unknownMoney'
  | 'moneyDecided'
  | 'amountNeeded'
  | 'amountKnown'
  | 'noTokens'
  | 'nothingToAcknowledge'
  | 'targetRefused';

type Told = readonly [status: number, title: string, detail: string];

export const correctionRefusals: Record<CorrectionRefusal, Told> = {
  requestIdReused: [requestIdReused[0], 'Request id used', requestIdReused[1]],
  unknownSale: [404, 'Not found', 'There is no such sale.'],
  alreadyReversed: [409, 'Reversed already', 'This sale was reversed before; reload to see how.'],
  notPaid: [409, 'Not paid', 'No money came for this sale, so there is nothing to give back.'],
  creditNoteGiven: [
    409,
    'A credit note was given for it',
    'If it were undone, the money would be given back twice. Give another credit note for ' +
      'what is left of it.',
  ],
  tokenAccepted: [
    409,
    'The meter took the token',
    'A sale whose token a meter accepted cannot be reversed. Give a credit note instead.',
  ],
  meterMayTakeIt: [
    409,
    'A meter may still take the token',
    'It can be typed from paper as long as the meter holds this key and remembers fewer newer ' +
      'tokens. Exchange the meter or change its key first, or give a credit note.',
  ],
  meterRegisterUnknown: [
    409,
    'Nobody knows whether the meter took the token',
    'The meter’s register of credit was not read since, or may count this token. Read it ' +
      '(Read now, or at the meter), or give a credit note.',
  ],
  noPayer: [
    409,
    'Nobody to pay back',
    'This sale was paid with moved money or a credit note. Keep its money as prepaid instead.',
  ],
  moneySpentSince: [
    409,
    'Part of the money was used since',
    'A later purchase used what this sale left over. Keep the money as prepaid, or give a credit ' +
      'note for the rest.',
  ],
  unknownTarget: [404, 'Not found', 'There is no such meter to move the sale to.'],
  sameConnection: [409, 'The same connection', 'The sale is for this meter already.'],
  creditNoteTooHigh: [
    409,
    'More than was paid',
    'Credit notes about one sale may not add up to more than was paid for it.',
  ],
  amountNotPositive: [400, 'No amount', 'The amount must be above zero.'],
  debtLabelEmpty: [400, 'No label', 'Say in a few words what is owed.'],
  debtRuleFormat: [400, 'No such rule', 'Write how purchases repay it, such as {"share": "25"}.'],
  unknownDebt: [404, 'Not found', 'This connection has no such debt.'],
  debtBelowAmount: [
    409,
    'More than is owed',
    'Less than this is still owed; reload and give up that much.',
  ],
  unknownRefund: [404, 'Not found', 'There is no such refund.'],
  refundPaidAlready: [409, 'Paid already', 'This refund was recorded as paid under another name.'],
  refundBeingSent: [
    409,
    'Being sent',
    'The provider was asked to send this refund back; see what becomes of that first.',
  ],
  railCannotRefund: [
    409,
    'Not by this provider',
    'This provider does not send money back when it is asked, or has refused: pay it by hand.',
  ],
  unknownMoney: [404, 'Not found', 'There is no such unallocated money.'],
  moneyDecided: [
    409,
    'Decided already',
    'This money was moved or paid back before; reload to see how.',
  ],
  amountNeeded: [
    400,
    'Another currency',
    'Say what it came to in the utility’s currency: that much is credited.',
  ],
  amountKnown: [400, 'The amount is known', 'All of it is credited; leave the amount out.'],
  noTokens: [409, 'No tokens', 'This sale has no tokens to print, or they are void.'],
  nothingToAcknowledge: [409, 'Nothing to acknowledge', 'This sale needs no attention.'],
  targetRefused: [
    409,
    'Nothing can be sold to the right meter',
    'Its sale is refused: it is blocked, or its amount, tariff or key does not allow it. ' +
      'Correct that, then ask again.',
  ],
};

export const sentencesOf = <E extends CorrectionRefusal>(
  ...codes: readonly E[]
): Record<E, string> =>
  Object.fromEntries(codes.map((code) => [code, correctionRefusals[code][2]])) as Record<E, string>;

/** Why a sale's token can credit nothing any more. */
export type CorrectionProof = ColumnValue<'corrections', 'proof'>;

/** What each proof means, for the second person and the record. */
export const proofLabels: Record<CorrectionProof, string> = {
  noToken: 'No token was ever made for it.',
  meterRetired: 'Its meter was taken away, and the last reading shows that the token is not in it.',
  keyChanged:
    'The meter has changed to another key since, and its register shows that the token is not ' +
    'in it.',
  tidTooOld:
    'The meter refuses the token as too old for good, and its register shows that it is not in it.',
};

export type TargetRefusal = SaleRefusal;

const target = correctionRefusals.targetRefused[2];
/** Why a connection is sold nothing, in words for the second person. */
export const targetSentences: Record<TargetRefusal, string> = {
  unknownConnection: correctionRefusals.unknownTarget[2],
  meterBlocked: target,
  creditModeChanging: target,
  meterCountsMoney: target,
  tariffNotForMeter: target,
  amountBelowMinimum: target,
  amountAboveMaximum: target,
  tariffUnusable: target,
  amountTooSmall: target,
  vendingKeyMissing: target,
  vendingKeyUnusable: target,
  keyStoreAway: target,
  tidExhausted: target,
  keyExpired: target,
  defaultKey: target,
  keyChangeNotAllowed: target,
  tokenNotMade: target,
};
