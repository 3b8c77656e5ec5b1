// The sandbox's state, folded from the journal: checkouts, their notifications, and messages by
// phone number.

import type { z } from 'zod';
import type {
  checkoutSchema,
  choiceSchema,
  Entry,
  faultSchema,
  Journal,
  messageSchema,
} from './journal.ts';

export type Choice = z.output<typeof choiceSchema>;
export type Fault = z.output<typeof faultSchema>;
export const faults = [
  'approveLater',
  'approveThrice',
  'approveHalf',
  'approveLost',
  'refuse',
] as const satisfies readonly Fault[];

/** `delaySeconds`, of real time, is for `approveLater`. */
export type NextFault = { readonly fault: Fault; readonly delaySeconds: number };
export type Message = z.output<typeof messageSchema>;

export type Decision = {
  readonly choice: Choice;
  readonly providerReference: string;
  readonly decidedAtMs: number;
};

export type Attempt = { readonly atRealMs: number; readonly answer: string };

export type Notification = {
  readonly notificationId: string;
  readonly checkoutId: string;
  readonly dueAtRealMs: number;
  readonly attempts: readonly Attempt[];
  readonly state: 'waiting' | 'delivered' | 'givenUp';
};

export type Checkout = z.output<typeof checkoutSchema> & {
  readonly decision: Decision | null;
  readonly notificationIds: readonly string[];
};

export type State = {
  readonly checkouts: Map<string, Checkout>;
  readonly checkoutByReference: Map<string, string>;
  readonly notifications: Map<string, Notification>;
  readonly messageIds: Set<string>;
  /** By phone number, oldest first. */
  readonly inboxes: Map<string, Message[]>;
  /** Of the next payment that is approved; null: it goes well. */
  nextFault: NextFault | null;
};

/** `status` as the provider's API says it. */
export function statusOf(checkout: Checkout): 'pending' | 'succeeded' | 'failed' {
  if (checkout.decision === null) return 'pending';
  return checkout.decision.choice === 'refuse' ? 'failed' : 'succeeded';
}

/** Minor units that were taken, or are asked for while nothing is decided. */
export function takenMinor(checkout: Checkout): string {
  if (checkout.decision?.choice !== 'approveHalf') return checkout.amountMinor;
  // Another amount than the one asked for, and never nothing.
  const asked = BigInt(checkout.amountMinor);
  return String(asked === 1n ? 2n : asked / 2n);
}

export type Store = { readonly state: State; readonly record: (entry: Entry) => void };

/** The state of a journal; `record` writes the entry first and then applies it. */
export function createStore(journal: Journal): Store {
  const state: State = {
    checkouts: new Map(),
    checkoutByReference: new Map(),
    notifications: new Map(),
    messageIds: new Set(),
    inboxes: new Map(),
    nextFault: null,
  };
  for (const entry of journal.entries) apply(state, entry);
  return {
    state,
    record: (entry) => {
      journal.append(entry);
      apply(state, entry);
    },
  };
}

function apply(state: State, entry: Entry): void {
  switch (entry.type) {
    case 'checkoutOpened': {
      const { checkout } = entry;
      state.checkouts.set(checkout.checkoutId, {
        ...checkout,
        decision: null,
        notificationIds: [],
      });
      state.checkoutByReference.set(checkout.reference, checkout.checkoutId);
      return;
    }
    case 'checkoutDecided': {
      const { choice, providerReference, decidedAtMs } = entry;
      changeCheckout(state, entry.checkoutId, () => ({
        decision: { choice, providerReference, decidedAtMs },
      }));
      if (entry.isByNextFault) state.nextFault = null;
      return;
    }
    case 'nextFaultChosen':
      state.nextFault = entry.next;
      return;
    case 'notificationPlanned': {
      const { notificationId, checkoutId, dueAtRealMs } = entry;
      state.notifications.set(notificationId, {
        notificationId,
        checkoutId,
        dueAtRealMs,
        attempts: [],
        state: 'waiting',
      });
      changeCheckout(state, checkoutId, (checkout) => ({
        notificationIds: [...checkout.notificationIds, notificationId],
      }));
      return;
    }
    case 'notificationTried': {
      const known = state.notifications.get(entry.notificationId);
      if (known === undefined) return;
      const attempt = { atRealMs: entry.atRealMs, answer: entry.answer };
      state.notifications.set(entry.notificationId, {
        ...known,
        attempts: [...known.attempts, attempt],
        state: entry.outcome === 'retry' ? 'waiting' : entry.outcome,
      });
      return;
    }
    case 'messageReceived': {
      const { message } = entry;
      state.messageIds.add(message.id);
      state.inboxes.set(message.to, [...(state.inboxes.get(message.to) ?? []), message]);
      return;
    }
  }
}

function changeCheckout(
  state: State,
  checkoutId: string,
  change: (checkout: Checkout) => Partial<Checkout>,
): void {
  const known = state.checkouts.get(checkoutId);
  if (known !== undefined) state.checkouts.set(checkoutId, { ...known, ...change(known) });
}
