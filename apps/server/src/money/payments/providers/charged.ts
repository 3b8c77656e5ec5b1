// What taking money from a kept card came to, by a rail's answer: only a final word ends the
// payment, and what is unclear is asked about.

import { err, ok, type Result } from '@prewatt/quantities';
import type { Notice } from '@prewatt/rails';
import type { Charged, PaymentRequest, ProviderFailure } from '../provider.ts';
import { statusOf } from './notice-status.ts';

export function chargedOf(
  said: Notice,
  request: PaymentRequest,
  providerRequest: string | null,
): Result<Charged, ProviderFailure> {
  if (said.outcome === 'unknown') return err(said.retry === 'config' ? 'refused' : 'unreachable');
  const status = statusOf(said, {
    ...{ reference: request.reference, amountMinor: request.amountMinor },
    currencyCode: request.currency.code,
    ...{ providerRequest, hintedReference: null, askedForMs: 0 },
  });
  return ok({ providerRequest, status: status ?? { status: 'pending' } });
}

/** "visa, ending in 4081" */
export const cardLabel = (brand: string | null | undefined, last4: string | null | undefined) =>
  `${(brand ?? '').trim().toLowerCase() || 'card'}, ending in ${/^\d{4}$/.test(last4 ?? '') ? last4 : '????'}`;
