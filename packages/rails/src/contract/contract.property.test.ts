// Laws of the judge over any sequence of messages: one token at most for an order, nothing vended
// under another amount, currency or reference, and a paid order stays paid until money goes back.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { StoredOrder, Surroundings } from './judge.ts';
import { type Notice, notice } from './notice.ts';
import { startSequence, stepSequence } from './sequence.ts';
import { weighFailure, weighMoney, weighWalkIn } from './weigh.ts';

const order: StoredOrder = {
  ourRef: 'o-1',
  amountMinor: 50_000n,
  currency: 'KES',
  phone: '+254722000101',
  meter: '04229889888',
  state: 'open',
  vended: false,
};
const around: Surroundings = {
  production: true,
  isKnown: () => false,
  meterOf: (text) => (text === '04229889888' ? text : null),
};

const anyNotice: fc.Arbitrary<Notice> = fc
  .record({
    kind: fc.constantFrom(
      'payment' as const,
      'payment' as const,
      'refund' as const,
      'dispute' as const,
    ),
    outcome: fc.constantFrom(
      'paid' as const,
      'paid' as const,
      'failed' as const,
      'pending' as const,
      'unknown' as const,
      'reversed' as const,
    ),
    trust: fc.constantFrom('proof' as const, 'hint' as const),
    amountMinor: fc.constantFrom(50_000n, 50_000n, 49_999n, null),
    currency: fc.constantFrom('KES', 'KES', 'UGX', null),
    ourRef: fc.constantFrom('o-1', 'o-2', null),
    providerRef: fc.constantFrom('A', 'B', null),
    refundedMinor: fc.constantFrom(null, 10_000n, 50_000n),
    testMode: fc.constantFrom(false, false, true),
  })
  .map((said) => notice(said));

const runs = { numRuns: 2000, seed: 20_261_130 };

test('one token at most, and only under our reference, amount and currency', () => {
  fc.assert(
    fc.property(fc.array(anyNotice, { maxLength: 12 }), (messages) => {
      let state = startSequence(order);
      for (const said of messages) {
        const before = state.vends;
        const step = stepSequence(state, said, around);
        state = step.state;
        if (state.vends === before) continue;
        assert.equal(said.outcome, 'paid');
        assert.notEqual(said.ourRef, 'o-2');
        assert.notEqual(said.currency, 'UGX');
        assert.notEqual(said.amountMinor, 49_999n);
        assert.equal(said.testMode, false);
        if (said.amountMinor === null) assert.equal(step.verdict.vend, 'after-requery');
        if (said.trust === 'hint') assert.equal(step.verdict.vend, 'after-requery');
      }
      assert.ok(state.vends <= 1);
    }),
    runs,
  );
});

test('after the token a failure changes nothing, and a repeat of everything changes nothing', () => {
  fc.assert(
    fc.property(fc.array(anyNotice, { maxLength: 8 }), (messages) => {
      const once = messages.reduce(
        (state, said) => stepSequence(state, said, around).state,
        startSequence(order),
      );
      const twice = messages.reduce((state, said) => stepSequence(state, said, around).state, once);
      if (once.vends === 1) assert.equal(twice.vends, 1);
      const failed = stepSequence(once, notice({ outcome: 'failed' }), around);
      if (once.order?.state === 'paid') {
        assert.equal(failed.verdict.outcome, 'paid');
        assert.ok(failed.verdict.flags.includes('late-failure'));
      }
    }),
    runs,
  );
});

test('money without an order is vended once, for a meter that is known, else kept', () => {
  const paid = (meterText: string | null, providerRef: string) =>
    notice({
      outcome: 'paid',
      walkIn: true,
      amountMinor: 100n,
      currency: 'KES',
      meterText,
      providerRef,
    });
  let state = startSequence(null);
  const step = (said: Notice) => {
    const next = stepSequence(state, said, around);
    state = next.state;
    return next.verdict;
  };
  assert.equal(step(paid('04229889888', 'R1')).vend, 'after-requery');
  assert.deepEqual(step(paid('04229889888', 'R1')).flags, ['duplicate']);
  assert.deepEqual(step(paid('0422988988', 'R2')).flags, ['unallocated', 'needs-operator']);
  assert.equal(step(paid(null, 'R3')).vend, 'no');
  assert.equal(state.vends, 1);
});

test('what money means for a payment: the word by which it was paid, other money, another amount', () => {
  const owed = { state: 'open', amountMinor: 500n, currency: 'KES', paidBy: null } as const;
  const paid = { ...owed, state: 'paid', paidBy: 'A' } as const;
  const money = { providerRef: 'A', amountMinor: 500n, currency: 'KES' };
  assert.equal(weighMoney(owed, money), 'pays');
  assert.equal(weighMoney({ ...owed, state: 'failed' }, money), 'pays');
  assert.equal(weighMoney(owed, { ...money, amountMinor: 499n }), 'otherAmount');
  assert.equal(weighMoney(paid, money), 'again');
  assert.equal(weighMoney(paid, { ...money, providerRef: 'B' }), 'secondPayment');
  // It can pay for nothing here, whatever it was for.
  assert.equal(weighMoney(paid, { ...money, providerRef: 'B', currency: 'UGX' }), 'otherCurrency');
  assert.equal(weighFailure('open'), 'fails');
  assert.equal(weighFailure('paid'), 'late');
  const of = { currency: 'KES', toldMinor: 500n, isMeter: true };
  assert.equal(weighWalkIn(money, of), 'pays');
  assert.equal(weighWalkIn({ ...money, amountMinor: 0n }, of), 'noAmount');
  assert.equal(weighWalkIn(money, { ...of, toldMinor: 400n }), 'otherAmount');
  assert.equal(weighWalkIn(money, { ...of, isMeter: false }), 'unknownAccount');
});
