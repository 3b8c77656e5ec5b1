// The sentence about an amount outside the utility's limits: it names the limit.

import type { QuoteRefusal } from '@prewatt/vending-rules';
import { money } from '@prewatt/web/consumer';
import type { Utility } from '../../registry/utilities/index.ts';
import { quoteRefusalText } from './errors.ts';

export function withLimits(refusal: QuoteRefusal, utility: Utility): string {
  const { currency } = utility;
  if (refusal === 'amountBelowMinimum') {
    return `The least you can buy is ${money(utility.minimumPurchaseMinor.toString(), currency)}.`;
  }
  if (refusal === 'amountAboveMaximum') {
    const most = money(utility.maximumPurchaseMinor.toString(), currency);
    return `The most you can buy at once is ${most}.`;
  }
  return quoteRefusalText[refusal];
}
