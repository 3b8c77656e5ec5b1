// Refunds of M-Pesa: a reversal of the whole payment in the name of the initiator, sent once. What
// became of it comes to an address of its own; until then the payment is asked about.

import { err, ok, type Result } from '@prewatt/quantities';
import { readResult, reversalBody, transactionStatusBody } from '@prewatt/rails';
import type {
  Notification,
  NotificationRefusal,
  PaymentProvider,
  RawNotification,
  RefundWord,
} from '../../provider.ts';
import type { Ask, DarajaConfig } from './config.ts';

type RefundDoor = 'refund' | 'refund-status' | 'timeout';

/** Behind the secret part of the callback address. */
export const refundDoors: Readonly<
  Record<
    Exclude<RefundDoor, 'timeout'>,
    (came: RawNotification) => Result<Notification, NotificationRefusal>
  >
> = {
  refund: (came) =>
    wordIn(came, 'reversal', ({ outcome, final }) => {
      if (outcome === 'reversed') return 'done';
      return outcome === 'failed' && final ? 'failed' : null;
    }),
  // Of the payment itself: reversed, or still there.
  'refund-status': (came) =>
    wordIn(came, 'transaction-status', ({ outcome }) => {
      if (outcome === 'reversed') return 'done';
      return outcome === 'paid' ? 'notDone' : null;
    }),
};

type Said = (ReturnType<typeof readResult> & { readonly ok: true })['value']['notice'];

function wordIn(
  { rawBody, path }: RawNotification,
  channel: 'reversal' | 'transaction-status',
  wordOf: (said: Said) => RefundWord | null,
): Result<Notification, NotificationRefusal> {
  const read = readResult(rawBody, channel);
  const answerTo = path[2];
  if (!read.ok || answerTo === undefined) return err('malformed');
  const said = wordOf(read.value.notice);
  return ok(said === null ? { kind: 'aside' } : { kind: 'refundAnswer', answerTo, said });
}

export const createDarajaRefund =
  (
    initiator: NonNullable<DarajaConfig['initiator']>,
    config: DarajaConfig,
    ask: Ask,
  ): NonNullable<PaymentProvider['refund']> =>
  async (asked) => {
    const urlOf = (door: RefundDoor): string =>
      [asked.answerUrl, config.callbackSecret, door, asked.answerTo].join('/');
    const common = {
      ...{ initiator: initiator.name, shortcode: config.till ?? config.shortcode },
      securityCredential: initiator.securityCredential,
      transactionId: asked.providerReference,
      timeoutUrl: urlOf('timeout'),
    };
    const accepted = ok({ status: 'accepted' as const, providerRefund: null });
    if (asked.mayBeSent) {
      const body = transactionStatusBody({ ...common, resultUrl: urlOf('refund-status') });
      const said = await ask('transaction-status', '/mpesa/transactionstatus/v1/query', body);
      return said?.outcome === 'pending' ? accepted : err('unreachable');
    }
    // Of a push that only its own name is known of, and of a part, nothing can be reversed.
    const isReceipt = /^[A-Z0-9]{8,12}$/.test(asked.providerReference);
    if (!isReceipt || asked.currencyCode !== 'KES' || asked.amountMinor !== asked.paymentMinor) {
      return err('refused');
    }
    const body = reversalBody({
      ...{ ...common, amountMinor: asked.amountMinor },
      resultUrl: urlOf('refund'),
    });
    const said = await ask('reversal', '/mpesa/reversal/v1/request', body);
    if (said === null) return err('unreachable');
    return said.retry === 'config' ? err('refused') : accepted;
  };
