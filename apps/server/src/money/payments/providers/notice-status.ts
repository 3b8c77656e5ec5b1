// Turns a rail's notice into a payment's status, the same for every adapter: only a final failure
// ends a sale, only money with an amount and a reference counts, and what is unclear is asked
// again.

import { err, idFromUuid, ok, parseId, type Result, uuidOf } from '@prewatt/quantities';
import { lastDigits, type Notice } from '@prewatt/rails';
import type { Told } from '../../kept-notifications/index.ts';
import type { AskedPayment, Notification, ProviderFailure, ProviderStatus } from '../provider.ts';

/** Null when a notice says paid and leaves out what must be known. */
export function statusOf(said: Notice, asked: AskedPayment | null): ProviderStatus | null {
  if (said.outcome === 'failed' || said.outcome === 'reversed') {
    return said.final ? { status: 'failed' } : { status: 'pending' };
  }
  if (said.outcome !== 'paid') return { status: 'pending' };
  // What was hinted is no proof, and yet enough to sell nothing when it is another amount.
  const elsewhereMinor = asked?.hintedMinor ?? asked?.amountMinor;
  const receivedMinor = said.amountMinor ?? (said.amountElsewhere ? elsewhereMinor : null);
  const currencyCode = said.currency ?? (said.amountElsewhere ? asked?.currencyCode : null);
  const providerReference =
    said.providerRef ?? asked?.hintedReference ?? asked?.providerRequest ?? null;
  if (receivedMinor === null || receivedMinor === undefined || receivedMinor <= 0n) return null;
  if (currencyCode === null || currencyCode === undefined || providerReference === null)
    return null;
  return { status: 'succeeded', providerReference, receivedMinor, currencyCode };
}

/**
 * A signed notification about a payment of ours: taken at its word when it is complete, else the
 * provider is asked.
 */
export function wordOf(reference: string, said: Notice): Notification {
  const status = statusOf(said, null);
  const told = toldOf(said);
  return status === null
    ? { kind: 'hint', reference, providerRequest: null, hintedReference: null, told }
    : { kind: 'word', reference, status, told };
}

/** What people see of a notice in the list of them. */
export const toldOf = (said: Notice): Told => ({
  amountMinor: said.amountMinor,
  currencyCode: said.currency,
  providerReference: said.providerRef,
  phoneEnd: said.payerEnd ?? lastDigits(said.payer),
});

/** The answer to a question about a payment. */
export function answerOf(
  said: Notice,
  asked: AskedPayment,
): Result<ProviderStatus | null, ProviderFailure> {
  if (said.outcome === 'unknown') {
    // They have never heard of it; everything else that is unclear has a reason or is asked again.
    if (said.retry === 'same-id' && said.reason === null) return ok(null);
    return err(said.retry === 'config' ? 'refused' : 'unreachable');
  }
  if (said.ourRef !== null && said.ourRef !== railReference(asked.reference)) return err('refused');
  const status = statusOf(said, asked);
  return status === null ? err('unreachable') : ok(status);
}

/** Our payment's id as rails take it: 36 letters of a UUID, without our prefix. */
export function railReference(reference: string): string {
  const id = parseId('payment', reference);
  return id.ok ? uuidOf(id.value) : reference;
}

/** The payment that a rail's reference names; null for what is none of ours. */
export function paymentReference(text: string | null | undefined): string | null {
  if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text ?? '')) return null;
  return idFromUuid('payment', text ?? '');
}
