// From what a rail said to what is done: reference, amount and currency must match before anything
// is vended, a paid order never becomes unpaid by a failure, a payment counts once. Pure, so that a
// whole sequence of messages folds through it.

import type { Flag, Notice, PaymentOutcome, Reason, Retry, Vend } from './notice.ts';
import { isSettled, type OrderState, weighFailure, weighMoney, weighWalkIn } from './weigh.ts';

/** What we stored when we asked for the money. */
export type StoredOrder = {
  readonly ourRef: string;
  readonly amountMinor: bigint;
  readonly currency: string;
  /** E.164, as the customer gave it. */
  readonly phone: string | null;
  readonly meter: string | null;
  readonly state: OrderState;
  readonly vended: boolean;
};

export type Surroundings = {
  /** Messages of a provider's test mode count only outside production. */
  readonly production: boolean;
  /** Whether this payment (by the provider's reference) has been counted before. */
  readonly isKnown: (providerRef: string) => boolean;
  /** A meter of ours by what a payer typed, else null: never a guess. */
  readonly meterOf: (text: string) => string | null;
};

export type Verdict = {
  readonly outcome: PaymentOutcome;
  readonly vend: Vend;
  readonly flags: readonly Flag[];
  readonly amountMinor: bigint | null;
  readonly currency: string | null;
  readonly feeMinor: bigint | null;
  readonly refundedMinor: bigint | null;
  readonly providerRef: string | null;
  readonly ourRef: string | null;
  readonly meter: string | null;
  readonly payer: string | null;
  readonly payerName: string | null;
  readonly paidAt: string | null;
  readonly reason: Reason | null;
  readonly final: boolean;
  readonly retry: Retry | null;
  readonly watchForLateSuccess: boolean;
};

/** What a notice means for an order (null: none was found) in its present state. */
export function judge(said: Notice, order: StoredOrder | null, around: Surroundings): Verdict {
  const meter = said.meterText === null ? null : around.meterOf(said.meterText);
  const decided = decide(said, order, { ...around, meter });
  const flags = [...said.flags, ...decided.flags];
  return {
    outcome: decided.outcome,
    vend: decided.vend ?? 'no',
    flags: flags.filter((flag, index) => flags.indexOf(flag) === index),
    // Where a rail names no amount by design, it is the one that we asked for.
    amountMinor: said.amountMinor ?? (said.amountElsewhere ? (order?.amountMinor ?? null) : null),
    currency: said.currency ?? (said.amountElsewhere ? (order?.currency ?? null) : null),
    feeMinor: said.feeMinor,
    refundedMinor: said.refundedMinor,
    providerRef: said.providerRef,
    ourRef: order?.ourRef ?? said.ourRef,
    meter: meter ?? order?.meter ?? null,
    // Never the message for identity: the phone that was stored with the order.
    payer: order?.phone ?? said.payer,
    payerName: said.payerName,
    paidAt: said.paidAt,
    reason: said.reason,
    final: said.final,
    retry: said.retry,
    watchForLateSuccess: said.watchForLateSuccess,
  };
}

type Decision = {
  readonly outcome: PaymentOutcome;
  readonly vend?: Vend;
  readonly flags: readonly Flag[];
};
type Around = Surroundings & { readonly meter: string | null };

function decide(said: Notice, order: StoredOrder | null, around: Around): Decision {
  if (said.testMode && around.production) return { outcome: 'ignored', flags: ['test-mode'] };
  if (said.kind === 'other') return { outcome: said.outcome, flags: [] };
  if (order !== null && said.ourRef !== null && said.ourRef !== order.ourRef) {
    return strange(said);
  }
  if (said.kind === 'dispute') return disputed(said, order);
  if (said.kind === 'refund' || said.outcome === 'reversed') return refunded(said, order);
  if (said.outcome === 'paid') {
    if (said.providerRef !== null && around.isKnown(said.providerRef)) {
      return { outcome: keptState(order) ?? 'paid', flags: ['duplicate'] };
    }
    if (order === null) return said.walkIn ? walkedIn(said, around) : strange(said);
    return paid(said, order);
  }
  if (order === null) return { outcome: 'ignored', flags: ['unknown-reference'] };
  const isLate = said.outcome === 'failed' && weighFailure(order.state) === 'late';
  return { outcome: keptState(order) ?? said.outcome, flags: isLate ? ['late-failure'] : [] };
}

const keptState = (order: StoredOrder | null): 'paid' | 'reversed' | null =>
  order !== null && isSettled(order.state) ? order.state : null;

const strange = (said: Notice): Decision => ({
  outcome: 'ignored',
  flags:
    said.outcome === 'paid' || said.kind !== 'payment'
      ? ['unknown-reference', 'needs-operator']
      : ['unknown-reference'],
});

function walkedIn(said: Notice, around: Around): Decision {
  // Whose currency it is depends on the meter: the server, which knows it, weighs that too.
  const weighed = weighWalkIn(
    { ...said, currency: null },
    { currency: '', toldMinor: null, isMeter: around.meter !== null },
  );
  if (weighed === 'noAmount') {
    return { outcome: 'paid', flags: ['amount-missing', 'needs-operator'] };
  }
  if (weighed !== 'pays') return { outcome: 'paid', flags: ['unallocated', 'needs-operator'] };
  return { outcome: 'paid', vend: said.trust === 'proof' ? 'now' : 'after-requery', flags: [] };
}

function paid(said: Notice, order: StoredOrder): Decision {
  const weighed = weighMoney({ ...order, paidBy: null }, said);
  const kept = keptState(order);
  // A second payment for one order, under another reference: the money is somebody's to look at.
  if (kept !== null) {
    return { outcome: kept, flags: said.providerRef === null ? ['duplicate'] : secondPayment };
  }
  const late: Flag[] = order.state === 'failed' ? ['late-success'] : [];
  if (weighed === 'otherCurrency') {
    return { outcome: 'paid', flags: [...late, 'currency-mismatch', 'needs-operator'] };
  }
  if (weighed === 'otherAmount') {
    return { outcome: 'paid', flags: [...late, 'amount-mismatch', 'needs-operator'] };
  }
  if (said.amountMinor === null && !said.amountElsewhere) {
    return { outcome: 'paid', vend: 'after-requery', flags: [...late, 'amount-missing'] };
  }
  return { outcome: 'paid', vend: said.trust === 'proof' ? 'now' : 'after-requery', flags: late };
}

const secondPayment: readonly Flag[] = ['duplicate', 'needs-operator'];

function refunded(said: Notice, order: StoredOrder | null): Decision {
  const attention: Flag[] = order?.vended === true ? ['needs-operator'] : [];
  if (said.outcome !== 'reversed') {
    // A refund that failed says nothing against the payment that it was of.
    const isFailed = said.outcome === 'failed';
    const state = keptState(order) ?? (isFailed ? 'unknown' : said.outcome);
    return { outcome: state, flags: isFailed ? ['needs-operator'] : [] };
  }
  const charged = said.amountMinor ?? order?.amountMinor ?? null;
  const all =
    said.refundedAll ||
    said.refundedMinor === null ||
    (charged !== null && said.refundedMinor >= charged);
  if (all) return { outcome: 'reversed', flags: attention };
  return { outcome: 'paid', flags: ['partial-refund', 'needs-operator'] };
}

function disputed(said: Notice, order: StoredOrder | null): Decision {
  const outcome = said.outcome === 'reversed' ? 'reversed' : (keptState(order) ?? 'paid');
  return { outcome, flags: ['dispute', 'needs-operator'] };
}
