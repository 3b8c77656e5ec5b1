// A payment provider on fake time: customers approve or refuse, and its notifications are lost,
// late and repeated.

import { err, ok } from '@prewatt/quantities';
import type { PaymentProvider, ProviderStatus } from '@prewatt/server/services';
import { createRandom, seedFrom } from './random.ts';

export type FakeProvider = PaymentProvider & {
  /**
   * The customer decides at the provider's page. Returns the notification, for the town to deliver
   * or lose.
   */
  readonly decide: (reference: string, as: 'approve' | 'refuse') => Buffer;
  /** What it took, in the order of the decisions. */
  readonly taken: () => readonly Taken[];
};

export type Taken = {
  readonly providerReference: string;
  readonly amountMinor: bigint;
  readonly atMs: number;
};

type Checkout = {
  readonly amountMinor: bigint;
  readonly currencyCode: string;
  status: ProviderStatus;
};

export function createFakeProvider(seed: number, nowMs = (): number => 0): FakeProvider {
  const taken: Taken[] = [];
  const checkouts = new Map<string, Checkout>();
  const answer = (reference: string, status: ProviderStatus): Buffer =>
    Buffer.from(
      JSON.stringify({ reference, status }, (_key, value) =>
        typeof value === 'bigint' ? value.toString() : value,
      ),
    );

  return {
    name: 'sandbox',
    label: 'Sandbox Pay',
    open: async (request) => {
      if (!checkouts.has(request.reference)) {
        checkouts.set(request.reference, {
          amountMinor: request.amountMinor,
          currencyCode: request.currency.code,
          status: { status: 'pending' },
        });
      }
      return ok({
        checkoutUrl: `https://pay.invalid/${request.reference}`,
        providerRequest: null,
      });
    },
    askAgain: async ({ reference }) => ok(checkouts.get(reference)?.status ?? null),
    notification: ({ rawBody }) => {
      const text = rawBody.toString('utf8');
      if (!text.startsWith('{')) return err('malformed');
      const { reference, status } = JSON.parse(text);
      if (status.status !== 'succeeded') return ok({ kind: 'word', reference, status });
      return ok({
        kind: 'word',
        reference,
        status: { ...status, receivedMinor: BigInt(status.receivedMinor) },
      });
    },
    taken: () => taken,
    decide: (reference, as) => {
      const checkout = checkouts.get(reference);
      if (checkout === undefined) throw new Error('no such checkout');
      if (checkout.status.status === 'pending') {
        // Of its own, so that it is the same whatever else happens in the town.
        const random = createRandom(seedFrom(seed, reference));
        const hex = Buffer.from(random.bytes(6)).toString('hex').toUpperCase();
        const providerReference = `SBX-${hex}`;
        const { amountMinor } = checkout;
        if (as === 'approve') taken.push({ providerReference, amountMinor, atMs: nowMs() });
        checkout.status =
          as === 'refuse'
            ? { status: 'failed' }
            : {
                status: 'succeeded',
                providerReference,
                receivedMinor: amountMinor,
                currencyCode: checkout.currencyCode,
              };
      }
      return answer(reference, checkout.status);
    },
  };
}
