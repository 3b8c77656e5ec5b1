// Automatic top-ups: looks at homes whose customers want them, asks the phone or charges the kept
// card when credit is about to end, and follows each request to its end.

import { pageRoutes, pathOf } from '@prewatt/api';
import { formatMoney, idFromUuid } from '@prewatt/quantities';
import { type Database, instant, type Tx } from '../../base/database.ts';
import { eachInTurn } from '../../base/each-in-turn.ts';
import type { NewUuid } from '../../base/ids.ts';
import type { Messages } from '../../messaging/messages/index.ts';
import { languageToTell } from '../../messaging/phones/index.ts';
import { cardOf, endCards, type KeptCard } from '../../money/kept-cards/index.ts';
import type { Payments } from '../../money/payments/index.ts';
import type { Tariffs } from '../../money/tariffs/index.ts';
import type { Vending } from '../../money/vending/index.ts';
import {
  type Connection,
  type ConnectionPlace,
  loadConnection,
} from '../../registry/connections/index.ts';
import type { Utilities, Utility } from '../../registry/utilities/index.ts';
import { mayTopUp } from './due.ts';
import {
  type Begun,
  beginRequest,
  endRequest,
  markTold,
  momentOf,
  openRequests,
  purchaseOf,
} from './requests.ts';
import { ruleOf, turnOff } from './rules.ts';
import { askText, cardText, failedText } from './words.ts';

export type { TopUpRule, TopUpWay } from './due.ts';
export { requestsOf, type TopUpRequest } from './requests.ts';
export {
  allowRule,
  mostDaysAhead,
  pause,
  type RuleRefusal,
  ruleOf,
  setRule,
  stopRule,
  turnOff,
  turnOn,
} from './rules.ts';
export { topUpAnswer, topUpOf, topUpRequests } from './view.ts';

const looksAtOnce = 50;
/** While a request is begun, it is not looked for again. */
const againMs = 60_000;
/** A purchase that could not be begun by then will not be. */
const tryForMs = 3_600_000;

export type TopUpDeps = {
  readonly database: Database;
  readonly utilities: Utilities;
  readonly tariffs: Pick<Tariffs, 'inForce'>;
  readonly vending: Pick<Vending, 'makeQuote'>;
  readonly payments: Pick<Payments, 'startPurchase' | 'cards'>;
  readonly messages: Pick<Messages, 'queue'>;
  readonly newUuid: NewUuid;
  readonly nowMs: () => number;
  readonly publicUrl: string;
};

export type TopUps = {
  /** Keeps cards that were paid with, requests what is due, and follows what is open. */
  readonly sweep: (of: Pick<Utility, 'id'>, ending?: AbortSignal) => Promise<void>;
};

export function createTopUps(o: TopUpDeps): TopUps {
  // Of requests that could not be begun, in this process: when they are tried again.
  const triedAt = new Map<string, number>();
  const isTurn = (topUpId: string): boolean => {
    const nowMs = o.nowMs();
    for (const [id, atMs] of triedAt) if (nowMs - atMs > 2 * tryForMs) triedAt.delete(id);
    if (nowMs - (triedAt.get(topUpId) ?? Number.NEGATIVE_INFINITY) < againMs) return false;
    triedAt.set(topUpId, nowMs);
    return true;
  };
  return {
    sweep: async ({ id: utilityId }, ending) => {
      await o.payments.cards.sweep(utilityId, ending);
      const utility = await o.utilities.get(utilityId);
      await o.database.inUtility(utilityId, (tx) => lookAtDue(tx, o, utility));
      const open = await o.database.inUtility(utilityId, (tx) => openRequests(tx, utilityId));
      await eachInTurn(open, [
        async (request) => {
          if (ending?.aborted !== true) await follow({ ...o, isTurn }, utility, request);
        },
      ]);
    },
  };
}

/** Locked until the transaction ends, so that a second process passes them by. */
async function lookAtDue(tx: Tx, o: TopUpDeps, utility: Utility): Promise<void> {
  const nowMs = o.nowMs();
  const rows = await tx
    .selectFrom('top_up_rules')
    .select(['bucket', 'connection_id'])
    .where('utility_id', '=', utility.id)
    .where('is_on', '=', true)
    .where('stopped_at', 'is', null)
    .where('look_at', '<=', instant(nowMs))
    .orderBy('look_at')
    .limit(looksAtOnce)
    .forUpdate()
    .skipLocked()
    .execute();
  for (const { bucket, connection_id: connectionId } of rows) {
    const place = { bucket, connectionId, utilityId: utility.id };
    const lookAtMs = await lookAt(tx, o, { utility, place, nowMs });
    await tx
      .updateTable('top_up_rules')
      .set({ look_at: new Date(lookAtMs) })
      .where('bucket', '=', bucket)
      .where('connection_id', '=', connectionId)
      .execute();
  }
}

/** Answers with when the home is looked at again. */
async function lookAt(
  tx: Tx,
  o: TopUpDeps,
  at: { readonly utility: Utility; readonly place: ConnectionPlace; readonly nowMs: number },
): Promise<number> {
  const { utility, place, nowMs } = at;
  const connection = await loadConnection(tx, place);
  const rule = await ruleOf(tx, place);
  if (connection === null || rule === null) return nowMs + tryForMs;
  const card = await usableCard(tx, connection);
  // Somebody else lives there now, or what was to pay is gone.
  if (rule.phone !== connection.customerPhone || (rule.way === 'card' && card === null)) {
    await turnOff(tx, place, nowMs);
    return nowMs + tryForMs;
  }
  const due = mayTopUp(
    await momentOf(tx, { tariffs: o.tariffs, connection, utility, rule, nowMs }),
  );
  if (due.kind === 'wait') return due.lookAtMs;
  await beginRequest(tx, {
    ...{ place, topUpId: o.newUuid(), way: rule.way, phone: rule.phone },
    cardId: rule.way === 'card' ? (card?.cardId ?? null) : null,
    ...{ amountMinor: rule.amountMinor, endsAtMs: due.endsAtMs, begunAtMs: nowMs },
    daysAhead: rule.daysAhead,
  });
  return nowMs + againMs;
}

/** The card of the phone that has the home; another one's is forgotten. */
async function usableCard(tx: Tx, connection: Connection): Promise<KeptCard | null> {
  const card = await cardOf(tx, connection);
  return card !== null && card.phone === connection.customerPhone ? card : null;
}

async function follow(
  o: TopUpDeps & { readonly isTurn: (topUpId: string) => boolean },
  utility: Utility,
  request: Begun,
): Promise<void> {
  const { saleState } = request;
  if (saleState === null || (saleState === 'awaitingPayment' && !request.isTold)) {
    if (o.isTurn(request.topUpId)) await begin(o, utility, request);
    return;
  }
  if (saleState === 'awaitingPayment') return;
  const isPaid = saleState !== 'paymentRefused' && saleState !== 'paymentExpired';
  const outcome = isPaid ? 'paid' : 'notPaid';
  await o.database.inUtility(utility.id, async (tx) => {
    const of = { bucket: request.place.bucket, topUpId: request.topUpId };
    if (!(await endRequest(tx, of, { outcome, nowMs: o.nowMs() }))) return;
    // Who refused on the phone knows.
    if (!isPaid && request.way === 'card') {
      await tell(tx, o, { utility, request, kind: 'failed', text: failedText });
    }
  });
}

/** The purchase of a request, and its message. Safe to repeat: both are named by the request. */
async function begin(o: TopUpDeps, utility: Utility, request: Begun): Promise<void> {
  const { place, topUpId, amountMinor, phone, way } = request;
  const giveUp = () =>
    o.database.inUtility(utility.id, (tx) =>
      endRequest(
        tx,
        { bucket: place.bucket, topUpId },
        { outcome: 'notPossible', nowMs: o.nowMs() },
      ),
    );
  const card = await o.database.inUtility(utility.id, async (tx) => {
    const connection = await loadConnection(tx, place);
    if (connection === null || connection.customerPhone !== phone) return undefined;
    const kept = await usableCard(tx, connection);
    if (way === 'ask') return null;
    return kept?.cardId === request.cardId ? kept : undefined;
  });
  const isOver = o.nowMs() - request.begunAtMs > tryForMs;
  if (card === undefined || isOver) {
    if (request.saleState === null) await giveUp();
    return;
  }
  const quote = await o.vending.makeQuote(place, amountMinor);
  if (!quote.ok) {
    if (request.saleState === null) await giveUp();
    return;
  }
  const started = await o.payments.startPurchase(place, {
    ...{ quoteId: quote.value.quoteId, requestId: purchaseOf(topUpId), payerPhone: phone },
    ...(card === null ? {} : { card }),
  });
  // What is unclear is asked about by itself, and tried again here.
  if (!started.ok || started.value.isUnclear) return;
  const { checkoutUrl } = started.value;
  const isAsked = new URL(checkoutUrl).origin === new URL(o.publicUrl).origin;
  const text = card === null ? askText(isAsked ? null : checkoutUrl) : cardText(card.label);
  await o.database.inUtility(utility.id, async (tx) => {
    await tell(tx, o, { utility, request, kind: 'asked', text });
    await markTold(tx, { bucket: place.bucket, topUpId }, o.nowMs());
  });
}

async function tell(
  tx: Tx,
  o: TopUpDeps,
  a: {
    readonly utility: Utility;
    readonly request: Begun;
    readonly kind: 'asked' | 'failed';
    readonly text: ReturnType<typeof cardText>;
  },
): Promise<void> {
  const { utility, request, kind, text } = a;
  const { place, phone } = request;
  const connection = await loadConnection(tx, place);
  const pageUrl = new URL(
    pathOf(pageRoutes.topUp, { id: idFromUuid('connection', place.connectionId) }),
    o.publicUrl,
  ).href;
  const language = await languageToTell(tx, utility, phone);
  const said = text({
    language,
    ...{ home: connection?.name ?? '', amount: formatMoney(request.amountMinor, utility.currency) },
    ...{ endsAtMs: request.endsAtMs, nowMs: o.nowMs(), zone: utility.zone, pageUrl },
  });
  await o.messages.queue(tx, {
    ...{ place, kind: 'topUp', factKey: `top-up:${kind}:${request.topUpId}`, phone },
    text: `${utility.name}: ${said}`,
  });
}

/** The customer takes the card back: the rule that it paid for ends with it. */
export async function forgetCard(tx: Tx, place: ConnectionPlace, nowMs: number): Promise<void> {
  await endCards(tx, place, nowMs);
  const rule = await ruleOf(tx, place);
  if (rule?.way === 'card') await turnOff(tx, place, nowMs);
}
