// The life of money without an order.

import { createLifeCycle } from '../../base/life-cycle.ts';

export type ArrivalState = 'heard' | 'matched' | 'placed' | 'unallocated' | 'dropped';

export const arrivalLife = createLifeCycle<ArrivalState>({ table: 'arrivals', column: 'state' }, [
  {
    from: [null],
    to: ['heard'],
    by: 'provider, operator',
    when: 'a rail or a bank statement says that money came',
  },
  {
    from: ['heard'],
    to: ['matched'],
    by: 'server',
    when: 'it is proved and names a meter: a sale and its payment are made',
  },
  {
    from: ['heard', 'matched'],
    to: ['placed'],
    by: 'server',
    when: 'it has paid for its sale, once',
  },
  {
    from: ['heard', 'matched'],
    to: ['unallocated'],
    by: 'server',
    when: 'it names no meter exactly, or cannot be proved: it stands on the operators’ list',
  },
  {
    from: ['heard'],
    to: ['dropped'],
    by: 'provider',
    when: 'there is no such money, or a payment has it already',
  },
]);
