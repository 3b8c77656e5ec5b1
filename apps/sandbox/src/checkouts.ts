// The payment provider's rules: a checkout is opened once per reference and decided once; and how
// often its merchant is notified.

import { createHash, timingSafeEqual } from 'node:crypto';
import { err, ok, type Result } from '@prewatt/quantities';
import type { Notifier } from './notifications.ts';
import type { Checkout, Choice, NextFault, Store } from './state.ts';

export type OpenRequest = Omit<
  Checkout,
  'checkoutId' | 'openedAtMs' | 'decision' | 'notificationIds'
>;

export type CheckoutsDeps = {
  readonly store: Store;
  readonly notifier: Notifier;
  readonly nowMs: () => number;
  readonly random: (bytes: number) => Uint8Array;
  readonly changed: (checkoutId: string) => void;
};

export type Checkouts = {
  /** The same reference gives the same checkout; with another amount or currency it is refused. */
  readonly open: (
    request: OpenRequest,
  ) => Result<{ readonly checkout: Checkout; readonly isNew: boolean }, 'reference-conflict'>;
  /**
   * The first decision stands: a second one gets the first one's checkout. `delaySeconds` is for
   * `approveLater`. An approval meets the fault that was chosen for it, and uses it up.
   */
  readonly decide: (
    checkoutId: string,
    choice: Choice,
    delaySeconds: number,
  ) => Result<Checkout, 'checkout-unknown'>;
  /** What goes wrong with the next payment that is approved; null: nothing. */
  readonly nextFault: () => NextFault | null;
  readonly chooseFault: (next: NextFault | null) => void;
  readonly notifyAgain: (
    checkoutId: string,
  ) => Result<Checkout, 'checkout-unknown' | 'checkout-undecided'>;
  readonly find: (checkoutId: string) => Checkout | undefined;
  readonly findByReference: (reference: string) => Checkout | undefined;
  /**
   * Takes the money from a kept card at once, or meets the fault that was chosen; once a
   * reference.
   */
  readonly charge: (
    request: Omit<OpenRequest, 'keepsCard'>,
    card: string,
  ) => Result<Checkout, 'reference-conflict' | 'card-unknown'>;
  /** Newest first. */
  readonly recent: (count: number) => readonly Checkout[];
};

// Crockford's base 32: no I, L, O, U, so that a person can read a reference aloud.
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

export function createCheckouts(deps: CheckoutsDeps): Checkouts {
  const { store, notifier } = deps;
  const { state } = store;
  const find = (checkoutId: string) => state.checkouts.get(checkoutId);
  const findByReference = (reference: string) =>
    find(state.checkoutByReference.get(reference) ?? '');

  const checkouts: Checkouts = {
    find,
    findByReference,
    charge: (request, card) => {
      const keeper = find(card.replace(/^card_/, ''));
      if (keeper === undefined || cardOf(keeper) !== card) return err('card-unknown');
      const opened = checkouts.open({ ...request, keepsCard: false });
      if (!opened.ok) return opened;
      const decided = checkouts.decide(opened.value.checkout.checkoutId, 'approve', 10);
      return ok(decided.ok ? decided.value : opened.value.checkout);
    },
    open: (request) => {
      const known = findByReference(request.reference);
      if (known !== undefined) {
        return sameMoney(known, request)
          ? ok({ checkout: known, isNew: false })
          : err('reference-conflict');
      }
      const checkoutId = `co_${Buffer.from(deps.random(12)).toString('hex')}`;
      store.record({
        type: 'checkoutOpened',
        checkout: { ...request, checkoutId, openedAtMs: deps.nowMs() },
      });
      deps.changed(checkoutId);
      return ok({ checkout: must(find(checkoutId)), isNew: true });
    },
    decide: (checkoutId, choice, delaySeconds) => {
      const known = find(checkoutId);
      if (known === undefined) return err('checkout-unknown');
      if (known.decision !== null) return ok(known);
      const next = choice === 'approve' ? state.nextFault : null;
      store.record({
        type: 'checkoutDecided',
        checkoutId,
        choice: next?.fault ?? choice,
        providerReference: providerReference(deps.random(12)),
        decidedAtMs: deps.nowMs(),
        isByNextFault: next !== null,
      });
      const delays = notificationDelays(next?.fault ?? choice, next?.delaySeconds ?? delaySeconds);
      for (const delayMs of delays) {
        notifier.plan(must(find(checkoutId)), delayMs);
      }
      deps.changed(checkoutId);
      return ok(must(find(checkoutId)));
    },
    nextFault: () => state.nextFault,
    chooseFault: (next) => store.record({ type: 'nextFaultChosen', next }),
    notifyAgain: (checkoutId) => {
      const known = find(checkoutId);
      if (known === undefined) return err('checkout-unknown');
      if (known.decision === null) return err('checkout-undecided');
      notifier.plan(known, 0);
      deps.changed(checkoutId);
      return ok(must(find(checkoutId)));
    },
    recent: (count) => [...state.checkouts.values()].slice(-count).reverse(),
  };
  return checkouts;
}

/** The token of the card that paid, for a merchant who asked to keep it; null for all others. */
export function cardOf({ checkoutId, keepsCard, decision }: Checkout): string | null {
  const isPaid = decision !== null && decision.choice !== 'refuse';
  return keepsCard && isPaid ? `card_${checkoutId}` : null;
}

/** When each notification leaves, in real milliseconds from now; none for a lost one. */
function notificationDelays(choice: Choice, delaySeconds: number): readonly number[] {
  switch (choice) {
    case 'approve':
    case 'approveHalf':
    case 'refuse':
      return [0];
    case 'approveLater':
      return [delaySeconds * 1000];
    case 'approveThrice':
      return [0, 0, 0];
    case 'approveLost':
      return [];
  }
}

function sameMoney(checkout: Checkout, request: OpenRequest): boolean {
  return (
    checkout.amountMinor === request.amountMinor &&
    checkout.currency.code === request.currency.code &&
    checkout.currency.scale === request.currency.scale
  );
}

function providerReference(random: Uint8Array): string {
  return `SBX-${[...random].map((byte) => alphabet[byte % 32]).join('')}`;
}

function must<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('what was just recorded is missing');
  return value;
}

/** Compares a presented secret without telling by its time how much of it was right. */
export function secretMatches(presented: string, secret: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(presented), digest(secret));
}
