// A vendor's state as text and sums.

import type {
  FloatPaymentState,
  VendorBatch,
  VendorDetail,
  VendorRow,
  VendorStanding,
} from '@prewatt/api';
import type { Label } from '../../text/labels.ts';

/** Float and limit together: what its tills may still sell for; nothing while it is blocked. */
export function mayStillSell(
  vendor: Pick<VendorRow, 'blockedReason' | 'floatMinor' | 'floatLimitMinor'>,
): string {
  if (vendor.blockedReason !== null) return '0';
  const left = BigInt(vendor.floatMinor) + BigInt(vendor.floatLimitMinor);
  return (left < 0n ? 0n : left).toString();
}

export function vendorLabel(
  vendor: Pick<
    VendorStanding,
    'blockedReason' | 'floatMinor' | 'floatLimitMinor' | 'hour' | 'tokensPerHour'
  >,
): Label {
  if (vendor.blockedReason !== null) return { text: 'Blocked', tone: 'bad' };
  if (mayStillSell(vendor) === '0') return { text: 'Float used up', tone: 'warn' };
  if (vendor.hour.tokens >= vendor.tokensPerHour) {
    return { text: 'Budget of the hour used up', tone: 'warn' };
  }
  return { text: 'May sell', tone: 'good' };
}

/** Counted less expected, in a word. */
export function differenceLabel(differenceMinor: string): Label {
  const difference = BigInt(differenceMinor);
  if (difference === 0n) return { text: 'Right', tone: 'good' };
  return difference < 0n ? { text: 'Short', tone: 'bad' } : { text: 'Over', tone: 'warn' };
}

/** How money for a float stands that a till asked a phone for. */
export const floatPaymentLabels: Record<FloatPaymentState, Label> = {
  asked: { text: 'Provider does not answer yet', tone: 'busy' },
  waiting: { text: 'Phone is asked', tone: 'busy' },
  paid: { text: 'Paid', tone: 'good' },
  paidLate: { text: 'Paid late', tone: 'good' },
  failed: { text: 'Not paid', tone: 'bad' },
  expired: { text: 'Nobody paid', tone: 'bad' },
  otherAmount: { text: 'Another amount came', tone: 'warn' },
};

export const batchName = ({ kind, number }: Pick<VendorBatch, 'kind' | 'number'>): string =>
  `${kind === 'sales' ? 'Sales' : 'Bank'} batch ${number}`;

/** How a clerk's PIN stands. */
export function clerkLabel(clerk: VendorDetail['clerks'][number]): Label {
  if (clerk.locked) return { text: 'Locked by wrong PINs', tone: 'bad' };
  if (!clerk.hasOwnPin) return { text: 'Has not signed in yet', tone: 'quiet' };
  return { text: 'May sign in', tone: 'good' };
}
