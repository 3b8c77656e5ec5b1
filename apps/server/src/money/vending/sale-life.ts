// The life of a sale.

import type { SaleState } from '@prewatt/api';
import { createLifeCycle } from '../../base/life-cycle.ts';

export const saleLife = createLifeCycle<SaleState>({ table: 'sales', column: 'state' }, [
  {
    from: [null],
    to: ['awaitingPayment'],
    by: 'customer',
    when: 'an offer is bought and a payment is asked for',
  },
  {
    from: [null],
    to: ['issued'],
    by: 'vendor',
    when: 'a vendor took cash: the sale begins with its tokens',
  },
  {
    from: [null],
    to: ['delivered'],
    by: 'vendor',
    when: 'a vendor took cash for a wallet, or for what is owed: there is no token',
  },
  {
    from: ['awaitingPayment', 'paymentRefused', 'paymentExpired'],
    to: ['issued'],
    by: 'payment',
    when: 'the provider reports the money and the token is made; money in hand always counts',
  },
  {
    from: ['awaitingPayment', 'paymentRefused', 'paymentExpired'],
    to: ['delivered'],
    by: 'payment',
    when: 'the provider reports the money of a wallet',
  },
  {
    from: ['awaitingPayment', 'paymentRefused', 'paymentExpired'],
    to: ['stuck'],
    by: 'payment',
    when: 'the money is in, but no token could be made; the reason says why',
  },
  {
    from: ['awaitingPayment'],
    to: ['paymentRefused', 'paymentExpired'],
    by: 'payment',
    when: 'the provider says no, or nobody paid in time',
  },
  {
    from: ['issued', 'stuck'],
    to: ['delivered'],
    by: 'meter',
    when: 'the meter accepted the token (of several: each), by wire or typed',
  },
  {
    from: ['issued'],
    to: ['stuck'],
    by: 'meter, upkeep',
    when: 'the meter refused the token, was taken away, or did not confirm it in seven days',
  },
  {
    from: ['stuck'],
    to: ['awaitingPayment'],
    by: 'operator',
    when: 'a sale that has no token is tried again; `issued` or `stuck` follows at once',
  },
  {
    from: ['issued', 'stuck'],
    to: ['reversed'],
    by: 'operator, with a second person',
    when: 'its tokens provably are void',
  },
]);
