// What a customer is told when an amount is refused.

import { type AmountError, formatAmount } from '@prewatt/quantities';
import type { QuoteRefusal } from '@prewatt/vending-rules';
import { type Voice, voiceOf } from '@prewatt/web/consumer';
import type { Utility } from '../../registry/utilities/index.ts';
import { speechOf } from './frame.ts';

export const amountText = (
  error: AmountError,
  utility: Utility,
  { say, words: { said } }: Voice = voiceOf(speechOf(utility)),
): string => {
  const example = formatAmount(12_050n, utility.currency);
  switch (error) {
    case 'amount-format':
      return say(said.amountFormat, { example });
    case 'amount-too-precise':
      return say(said.amountPrecise, { count: utility.currency.scale });
    case 'amount-out-of-range':
      return said.amountTooLarge;
  }
};

/** Why nothing can be bought for an amount; one outside the limits names the limit. */
export function refusalText(
  refusal: QuoteRefusal,
  utility: Utility,
  { money, say, words: { said } }: Voice,
): string {
  if (refusal === 'amountBelowMinimum') {
    return say(said.leastToBuy, { amount: money(utility.minimumPurchaseMinor.toString()) });
  }
  if (refusal === 'amountAboveMaximum') {
    return say(said.mostToBuy, { amount: money(utility.maximumPurchaseMinor.toString()) });
  }
  return refusal === 'unknownConnection' ? said.noConnection : said[refusal];
}

/** A time to wait, as people say it. */
export function waitText(seconds: number, { say, words: { signIn } }: Voice): string {
  if (seconds <= 90) return say(signIn.seconds, { count: seconds });
  const minutes = Math.ceil(seconds / 60);
  if (minutes <= 90) return say(signIn.minutes, { count: minutes });
  return say(signIn.hours, { count: Math.ceil(minutes / 60) });
}
