// Asks the provider for the token of a card that a customer lets us keep, once its payment has
// come.

import { idFromUuid } from '@prewatt/quantities';
import { type Database, instant, type Tx } from '../../base/database.ts';
import { eachInTurn } from '../../base/each-in-turn.ts';
import type { NewUuid } from '../../base/ids.ts';
import type { Clocks } from '../../base/time.ts';
import type { ConnectionPlace } from '../../registry/connections/index.ts';
import type { Utilities } from '../../registry/utilities/index.ts';
import { cardOf, endCards, type KeptCard, keepCard } from '../kept-cards/index.ts';
import type { PaymentProvider } from './provider.ts';

export type Cards = {
  /** Whether the provider that asks for new money keeps cards. */
  readonly canBeKept: boolean;
  /** The card of a home; null where none is kept. */
  readonly of: (tx: Tx, place: ConnectionPlace) => Promise<KeptCard | null>;
  /** Ends the consent: the token is gone at once. */
  readonly forget: (tx: Tx, place: ConnectionPlace) => Promise<void>;
  /** Asks for the tokens of cards of payments that have come meanwhile. */
  readonly sweep: (utilityId: string, ending?: AbortSignal) => Promise<void>;
};

type CardsDeps = {
  readonly database: Database;
  readonly utilities: Utilities;
  readonly providers: readonly [PaymentProvider, ...PaymentProvider[]];
  readonly providerOf: (name: string) => PaymentProvider | undefined;
  readonly masterKey: Buffer;
  readonly clocks: Clocks;
  readonly newUuid: NewUuid;
};

const atOnce = 20;
const askAgainMs = 60_000;
/** After that the provider will not say it any more. */
const askedForMs = 86_400_000;

export function createCards(o: CardsDeps): Cards {
  return {
    canBeKept: o.providers[0].cards !== undefined,
    of: cardOf,
    forget: (tx, place) => endCards(tx, place, o.clocks.business.nowMs()),
    sweep: async (utilityId, ending) => {
      const due = await o.database.inUtility(utilityId, (tx) => paidWithCard(tx, o, utilityId));
      let isAway = false;
      await eachInTurn(due, [
        async (payment) => {
          // One silence is enough: the others are asked for in the next round.
          if (ending?.aborted === true || isAway) return;
          isAway = !(await askForToken(o, utilityId, payment));
        },
      ]);
    },
  };
}

type PaidWithCard = {
  readonly bucket: number;
  readonly id: string;
  readonly connection_id: string;
  readonly provider: string;
  readonly amount_minor: bigint;
  readonly provider_request: string | null;
  readonly provider_reference: string | null;
  readonly requested_at: number;
  readonly customer_phone: string | null;
};

const paidWithCard = (tx: Tx, o: CardsDeps, utilityId: string): Promise<PaidWithCard[]> =>
  tx
    .selectFrom('payments as p')
    .innerJoin('connections as c', (join) =>
      join.onRef('c.bucket', '=', 'p.bucket').onRef('c.id', '=', 'p.connection_id'),
    )
    .select(['p.bucket', 'p.id', 'c.id as connection_id', 'p.provider', 'p.amount_minor'])
    .select(['p.provider_request', 'p.provider_reference', 'p.requested_at', 'c.customer_phone'])
    .where('p.utility_id', '=', utilityId)
    .where('p.state', '=', 'succeeded')
    .where('p.card_check_at', '<=', instant(o.clocks.real.nowMs()))
    .limit(atOnce)
    .execute();

/** False when the provider gave no answer. */
async function askForToken(
  o: CardsDeps,
  utilityId: string,
  payment: PaidWithCard,
): Promise<boolean> {
  const { currency } = await o.utilities.get(utilityId);
  const asked = await o.providerOf(payment.provider)?.cards?.tokenOf({
    reference: idFromUuid('payment', payment.id),
    amountMinor: payment.amount_minor,
    currencyCode: currency.code,
    providerRequest: payment.provider_request,
    hintedReference: payment.provider_reference,
    askedForMs: o.clocks.business.nowMs() - payment.requested_at,
  });
  const nowMs = o.clocks.business.nowMs();
  const isLate = nowMs - payment.requested_at > askedForMs;
  const isUnclear = asked !== undefined && !asked.ok;
  const next = isUnclear && !isLate ? new Date(o.clocks.real.nowMs() + askAgainMs) : null;
  await o.database.inUtility(utilityId, async (tx) => {
    const taken = await tx
      .updateTable('payments')
      .set({ card_check_at: next })
      .where('bucket', '=', payment.bucket)
      .where('id', '=', payment.id)
      .where('card_check_at', 'is not', null)
      .executeTakeFirst();
    const phone = payment.customer_phone;
    if (taken.numUpdatedRows === 0n || phone === null) return;
    if (asked === undefined || !asked.ok || asked.value === null) return;
    const { bucket, connection_id: connectionId, provider, id: paymentId } = payment;
    const { token, label } = asked.value;
    await keepCard(
      tx,
      { utilityId, bucket, connectionId },
      {
        ...{ masterKey: o.masterKey, cardId: o.newUuid(), paymentId, provider },
        ...{ phone, token, label, nowMs },
      },
    );
  });
  return !isUnclear;
}
