// A vendor's state as text and sums.

import type {
  FloatPaymentState,
  SiteSales,
  VendorBatch,
  VendorDetail,
  VendorRow,
  VendorStanding,
} from '@prewatt/api';
import type { Label } from '../../text/labels.ts';

/**
 * Float and limit together, without what is kept for its site: what its tills may still sell for;
 * nothing while it is blocked.
 */
export function mayStillSell(
  vendor: Pick<VendorRow, 'blockedReason' | 'floatMinor' | 'floatLimitMinor' | 'siteReservedMinor'>,
): string {
  if (vendor.blockedReason !== null) return '0';
  const left =
    BigInt(vendor.floatMinor) + BigInt(vendor.floatLimitMinor) - BigInt(vendor.siteReservedMinor);
  return (left < 0n ? 0n : left).toString();
}

export function vendorLabel(
  vendor: Pick<
    VendorStanding,
    | 'blockedReason'
    | 'floatMinor'
    | 'floatLimitMinor'
    | 'siteReservedMinor'
    | 'hour'
    | 'tokensPerHour'
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

/** How a sale at a site stands; what the server refused is tried again. */
export function siteSaleLabel(row: SiteSales['rows'][number]): Label {
  if (row.saleId !== null) return { text: 'Made', tone: 'good' };
  if (row.refusal === null) return { text: 'Under way', tone: 'busy' };
  return { text: siteRefusals[row.refusal] ?? `Refused: ${row.refusal}`, tone: 'warn' };
}

const siteRefusals: Readonly<Record<string, string>> = {
  vendorBlocked: 'Vendor is blocked',
  floatExceeded: 'Float does not cover it',
  budgetExceeded: 'Hour’s budget used up',
  unknownMeter: 'No such meter',
  meterExchanged: 'Meter was exchanged',
  meterBlocked: 'Home is blocked',
  meterCountsMoney: 'Meter counts money',
  creditModeChanging: 'Credit mode changes',
  amountBelowMinimum: 'Below the least amount',
  amountAboveMaximum: 'Above the most amount',
  amountTooSmall: 'Too small for energy',
};
