// Tells merchants how a payment ended, over HTTP, signed, again and again until they say that they
// heard.

import { createHmac } from 'node:crypto';
import { type Checkout, type Notification, type Store, statusOf, takenMinor } from './state.ts';

/** Pauses of 1, 2, 4, 8 ... seconds, and no more once ten minutes have gone. */
export const defaultRetry = { firstPauseMs: 1000, giveUpAfterMs: 600_000, timeoutMs: 10_000 };

export type NotifierDeps = {
  readonly store: Store;
  readonly secret: string;
  readonly realNowMs: () => number;
  readonly randomHex: (bytes: number) => string;
  /** Called after each change, with the checkout's id. */
  readonly changed: (checkoutId: string) => void;
  readonly retry?: Partial<typeof defaultRetry>;
};

export type Notifier = {
  /** Plans one notification after a pause of the real clock. */
  readonly plan: (checkout: Checkout, delayMs: number) => void;
  /** Goes on with what an earlier process left waiting. */
  readonly resume: () => void;
  /** Cancels all timers and calls under way; the journal keeps what is left to do. */
  readonly close: () => void;
};

/** `t=<unix seconds>,v1=<hex HMAC-SHA256 of "<t>.<body>">`, the header `x-sandbox-signature`. */
export function signature(secret: string, unixSeconds: number, body: string): string {
  const digest = createHmac('sha256', secret).update(`${unixSeconds}.${body}`).digest('hex');
  return `t=${unixSeconds},v1=${digest}`;
}

/** What a merchant receives; null while nothing is decided. */
export function notificationBody(checkout: Checkout): string | null {
  if (checkout.decision === null) return null;
  return JSON.stringify({
    event: statusOf(checkout) === 'succeeded' ? 'payment.succeeded' : 'payment.failed',
    checkoutId: checkout.checkoutId,
    reference: checkout.reference,
    providerReference: checkout.decision.providerReference,
    amountMinor: takenMinor(checkout),
    currency: checkout.currency,
    occurredAt: new Date(checkout.decision.decidedAtMs).toISOString(),
  });
}

/** The sender. One timer per waiting notification. */
export function createNotifier(deps: NotifierDeps): Notifier {
  const { store, secret, realNowMs } = deps;
  const retry = { ...defaultRetry, ...deps.retry };
  const timers = new Map<string, NodeJS.Timeout>();
  const stopped = new AbortController();

  const schedule = (notificationId: string, atRealMs: number) => {
    const pauseMs = Math.max(0, atRealMs - realNowMs());
    timers.set(
      notificationId,
      setTimeout(() => void attempt(notificationId), pauseMs),
    );
  };

  const attempt = async (notificationId: string): Promise<void> => {
    timers.delete(notificationId);
    const notification = store.state.notifications.get(notificationId);
    const checkout = store.state.checkouts.get(notification?.checkoutId ?? '');
    const body = checkout === undefined ? null : notificationBody(checkout);
    if (notification === undefined || checkout === undefined || body === null) return;
    const t = Math.floor(realNowMs() / 1000);
    const { delivered, answer } = await post(checkout.notifyUrl, body, signature(secret, t, body));
    if (stopped.signal.aborted) return;
    const atRealMs = realNowMs();
    const nextAtMs = atRealMs + retry.firstPauseMs * 2 ** notification.attempts.length;
    const late = nextAtMs - notification.dueAtRealMs > retry.giveUpAfterMs;
    const outcome = delivered ? 'delivered' : late ? 'givenUp' : 'retry';
    store.record({ type: 'notificationTried', notificationId, atRealMs, answer, outcome });
    if (outcome === 'retry') schedule(notificationId, nextAtMs);
    deps.changed(checkout.checkoutId);
  };

  const post = async (url: string, body: string, signed: string) => {
    try {
      const response = await fetch(url, {
        method: 'POST',
        body,
        headers: { 'content-type': 'application/json', 'x-sandbox-signature': signed },
        redirect: 'manual',
        signal: AbortSignal.any([stopped.signal, AbortSignal.timeout(retry.timeoutMs)]),
      });
      await response.body?.cancel();
      return { delivered: response.ok, answer: `HTTP ${response.status}` };
    } catch (error) {
      return { delivered: false, answer: reason(error) };
    }
  };

  return {
    plan: (checkout, delayMs) => {
      const notificationId = `ntf_${deps.randomHex(10)}`;
      const { checkoutId } = checkout;
      const dueAtRealMs = realNowMs() + delayMs;
      store.record({ type: 'notificationPlanned', notificationId, checkoutId, dueAtRealMs });
      schedule(notificationId, dueAtRealMs);
    },
    resume: () => {
      for (const notification of store.state.notifications.values()) {
        if (notification.state === 'waiting') {
          schedule(notification.notificationId, nextAttemptAt(notification, retry.firstPauseMs));
        }
      }
    },
    close: () => {
      stopped.abort();
      for (const timer of timers.values()) clearTimeout(timer);
      timers.clear();
    },
  };
}

function nextAttemptAt(notification: Notification, firstPauseMs: number): number {
  const last = notification.attempts.at(-1);
  if (last === undefined) return notification.dueAtRealMs;
  return last.atRealMs + firstPauseMs * 2 ** (notification.attempts.length - 1);
}

function reason(error: unknown): string {
  if (!(error instanceof Error)) return 'no answer';
  if (error.name === 'TimeoutError') return 'no answer in time';
  const cause = error.cause;
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'no connection';
  return `no answer (${code})`;
}
