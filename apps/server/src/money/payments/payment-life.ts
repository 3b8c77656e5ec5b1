// The life of a payment.

import { createLifeCycle } from '../../base/life-cycle.ts';

export type PaymentState = 'requested' | 'pending' | 'succeeded' | 'failed' | 'expired';

export const paymentLife = createLifeCycle<PaymentState>({ table: 'payments', column: 'state' }, [
  {
    from: [null],
    to: ['requested'],
    by: 'customer',
    when: 'a purchase is begun; the provider may not know of it yet',
  },
  {
    from: ['requested'],
    to: ['pending'],
    by: 'server',
    when: 'the provider has opened a checkout for it',
  },
  {
    from: ['requested', 'pending', 'failed', 'expired'],
    to: ['succeeded'],
    by: 'provider',
    when: 'it reports the money, in a notification or when asked; final',
  },
  {
    from: ['requested', 'pending', 'expired'],
    to: ['failed'],
    by: 'provider',
    when: 'it reports a refusal, or never heard of it; money that comes later still counts',
  },
  {
    from: ['requested', 'pending'],
    to: ['expired'],
    by: 'upkeep',
    when: 'nobody paid for a day, and the provider was asked once more',
  },
]);
