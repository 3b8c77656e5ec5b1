// The steps of a purchase on its page: paid, made, sent, accepted, each with its time or what it
// waits for.

import type { SaleView } from '@prewatt/api';
import type { TokenOrigin } from '@prewatt/protocol';
import type { Voice } from '@prewatt/web/consumer';
import type { Selectable } from 'kysely';
import type { Tables } from '../../base/tables.ts';
import { isCarriedSale } from '../../money/vending/index.ts';

type Token = {
  readonly state: 'issued' | 'accepted' | 'refused';
  readonly state_at: number | null;
  readonly origin: TokenOrigin | null;
  readonly refusal: string | null;
};

export function stepsOf(o: {
  readonly sale: Selectable<Tables['sales']>;
  readonly isWallet: boolean;
  readonly token: Token | undefined;
  readonly sentAtMs: number | null;
  readonly voice: Voice;
}): SaleView['steps'] {
  const { sale, token } = o;
  const words = o.voice.words.sale;
  const closed = sale.state === 'paymentRefused' || sale.state === 'paymentExpired';
  const step = (
    label: string,
    atMs: number | null,
    otherwise: 'doing' | 'waiting' | 'failed',
    note: string | null = null,
  ): SaleView['steps'][number] => ({
    label,
    state: atMs === null ? otherwise : 'done',
    atMs,
    note,
  });
  const stuckHere = sale.state === 'stuck' && sale.issued_at === null;
  const typed =
    token?.origin === 'keypad'
      ? words.typedAtMeter
      : token?.origin === 'card'
        ? words.fromCard
        : null;
  const acceptedAtMs = token?.state === 'accepted' ? token.state_at : null;
  const isCarried = isCarriedSale(sale.request_id);
  const paid = step(
    isCarried ? words.stepFromBalance : words.stepPaid,
    sale.paid_at,
    closed ? 'failed' : 'doing',
  );
  const issuing = stuckHere ? 'failed' : sale.paid_at === null ? 'waiting' : 'doing';
  if (o.isWallet) return [paid, step(words.stepInBalance, sale.issued_at, issuing)];
  const sent = step(
    words.stepSent,
    o.sentAtMs ?? acceptedAtMs,
    sale.issued_at === null ? 'waiting' : 'doing',
    o.sentAtMs === null && acceptedAtMs === null && sale.issued_at !== null
      ? words.waitingForMeter
      : null,
  );
  // A token that came by hand or by card did not wait for the one that was sent.
  return [
    paid,
    step(words.stepMade, sale.issued_at, issuing),
    ...(typed === null || acceptedAtMs === null ? [sent] : []),
    step(
      words.stepAccepted,
      acceptedAtMs,
      token?.state === 'refused' ? 'failed' : o.sentAtMs === null ? 'waiting' : 'doing',
      typed,
    ),
  ];
}
