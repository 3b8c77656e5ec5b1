// Messages about one order, in the order they came: duplicates, late successes and late failures
// fold through one reducer. At most one token per payment, whatever comes in whatever order.

import { plainMeter } from '../base/meter-text.ts';
import { judge, type StoredOrder, type Surroundings, type Verdict } from './judge.ts';
import type { Flag, Notice, PaymentOutcome } from './notice.ts';

export type SequenceState = {
  readonly order: StoredOrder | null;
  /** Payments counted so far, by the provider's reference. */
  readonly counted: readonly string[];
  readonly outcome: PaymentOutcome;
  readonly vends: number;
  readonly flags: readonly Flag[];
};

export const startSequence = (order: StoredOrder | null): SequenceState => ({
  order,
  counted: [],
  outcome: 'pending',
  vends: 0,
  flags: [],
});

/** One more message: the state after it, and what it meant by itself. */
export function stepSequence(
  state: SequenceState,
  said: Notice,
  around: Surroundings,
): { readonly state: SequenceState; readonly verdict: Verdict } {
  const isKnown = (ref: string) => state.counted.includes(ref) || around.isKnown(ref);
  const found = said.walkIn && !matches(said, state.order) ? null : state.order;
  const verdict = judge(said, found, { ...around, isKnown });
  const vends = state.vends + (verdict.vend === 'no' ? 0 : 1);
  const taken = verdict.vend !== 'no' || verdict.flags.includes('unallocated');
  const counted =
    taken && said.providerRef !== null ? [...state.counted, said.providerRef] : state.counted;
  return {
    state: {
      order: orderAfter(state.order, verdict, found !== null),
      counted,
      outcome: outcomeAfter(state, verdict),
      vends,
      flags: [...new Set([...state.flags, ...verdict.flags])],
    },
    verdict,
  };
}

/**
 * A pay-bill payment under the account text that we gave a push is that push's own second message.
 * So is one of its amount for its meter after a failure that may be paid all the same.
 */
function matches(said: Notice, order: StoredOrder | null): boolean {
  if (order === null || said.meterText === null) return false;
  if (said.meterText.trim() === order.ourRef) return true;
  const isItsMeter = order.meter !== null && plainMeter(said.meterText) === order.meter;
  return order.state === 'failed' && isItsMeter && said.amountMinor === order.amountMinor;
}

function orderAfter(
  order: StoredOrder | null,
  verdict: Verdict,
  concerned: boolean,
): StoredOrder | null {
  if (order === null || !concerned) return order;
  if (verdict.vend !== 'no') return { ...order, state: 'paid', vended: true };
  if (verdict.outcome === 'reversed') return { ...order, state: 'reversed' };
  if (order.state === 'open' && verdict.outcome === 'failed') return { ...order, state: 'failed' };
  return order;
}

function outcomeAfter(state: SequenceState, verdict: Verdict): PaymentOutcome {
  if (verdict.outcome === 'ignored' && state.outcome !== 'pending') return state.outcome;
  const settled = state.outcome === 'paid' || state.outcome === 'reversed';
  const weaker = verdict.outcome !== 'paid' && verdict.outcome !== 'reversed';
  return settled && weaker ? state.outcome : verdict.outcome;
}
