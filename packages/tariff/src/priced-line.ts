// One line of a price, exact and rounded.

import type { Due } from './charges.ts';
import type { Block, Levy, Schedule } from './document.ts';
import type { Rational } from './rational.ts';

export type PricedLine = {
  readonly kind: 'energy' | 'tax' | 'fee';
  readonly code: string;
  readonly label: string;
  readonly exact: Rational;
  readonly amountMinor: bigint;
  /** For energy: how much, in the context's units. */
  readonly units?: bigint;
  readonly block?: Block;
  readonly schedule?: Schedule;
  readonly levy?: Levy;
  readonly due?: Due;
};
