// What a customer is told when an amount is refused.

import { type AmountError, formatAmount } from '@prewatt/quantities';
import type { Utility } from '../../registry/utilities/index.ts';

export const amountText = (error: AmountError, utility: Utility): string => {
  const example = formatAmount(12_050n, utility.currency);
  switch (error) {
    case 'amount-format':
      return `Write the amount in digits, with a point for cents, for example ${example}.`;
    case 'amount-too-precise':
      return `Use at most ${utility.currency.scale} digits after the point.`;
    case 'amount-out-of-range':
      return 'That amount is too large.';
  }
};
