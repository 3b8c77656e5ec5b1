// Cards of a home as operators change them: issued, in place of another, lost, blocked, back.

import type { SmartCardMedium, SmartCardState } from '@prewatt/api';
import { newCard, withCheckDigit } from '@prewatt/card';
import { err, ok, type RandomBytes, type Result } from '@prewatt/quantities';
import type { Tx } from '../../base/database.ts';
import { answerAgain } from '../../base/request-ids.ts';
import type { ConnectionPlace } from '../../registry/connections/index.ts';
import { cardLife } from './card-life.ts';
import type { CardChangeRefusal } from './errors.ts';
import { type CardPlace, type CardRow, loadCard, setState } from './store.ts';

export type IssueRequest = {
  readonly requestId: string;
  readonly medium: SmartCardMedium;
  readonly replaces: string | null;
  readonly operatorId: string;
};

/** The first digit keeps our numbers from those of payment cards (ISO/IEC 7812: 9 is national). */
function numberFrom(random: RandomBytes): string {
  const digits = [...random(14)].map((byte) => byte % 10).join('');
  return withCheckDigit(`9${digits}`);
}

export const imageOf = (cardNumber: string): Uint8Array => newCard({ kind: 'user', cardNumber });

/** Again with the same name: the same card. */
export async function issueCard(
  tx: Tx,
  place: ConnectionPlace,
  o: IssueRequest & { readonly random: RandomBytes; readonly nowMs: number },
): Promise<Result<{ readonly card: CardPlace; readonly isNew: boolean }, CardChangeRefusal>> {
  const { bucket, connectionId, utilityId } = place;
  const before = await tx
    .selectFrom('smart_cards')
    .select(['card_number', 'medium', 'replaces', 'issued_by'])
    .where('bucket', '=', bucket)
    .where('connection_id', '=', connectionId)
    .where('request_id', '=', o.requestId)
    .executeTakeFirst();
  if (before !== undefined) {
    const first = [before.medium, before.replaces, before.issued_by];
    const card = { ...place, cardNumber: before.card_number };
    return answerAgain(first, [o.medium, o.replaces, o.operatorId], { card, isNew: false });
  }
  if (o.replaces !== null) {
    const old = await loadCard(tx, { ...place, cardNumber: o.replaces });
    if (old === null || !cardLife.mayMove(old.state, 'replaced')) return err('notReplaceable');
    await setState(tx, old, { state: 'replaced', nowMs: o.nowMs });
  }
  const cardNumber = numberFrom(o.random);
  const at = new Date(o.nowMs);
  await tx
    .insertInto('smart_card_directory')
    .values({ card_number: cardNumber, utility_id: utilityId, bucket, connection_id: connectionId })
    .execute();
  await tx
    .insertInto('smart_cards')
    .values({
      ...{ bucket, card_number: cardNumber, utility_id: utilityId, connection_id: connectionId },
      ...{ request_id: o.requestId, medium: o.medium, replaces: o.replaces },
      ...{ issued_by: o.operatorId, issued_at: at, state: 'issued', state_at: at },
    })
    .execute();
  return ok({ card: { ...place, cardNumber }, isNew: true });
}

/** Again to the state that it has: nothing changes. */
export async function changeCard(
  tx: Tx,
  place: CardPlace,
  o: { readonly state: SmartCardState; readonly nowMs: number },
): Promise<Result<{ readonly card: CardRow; readonly isNew: boolean }, CardChangeRefusal>> {
  const card = await loadCard(tx, place);
  if (card === null) return err('unknownCard');
  if (card.state === o.state) return ok({ card, isNew: false });
  if (!cardLife.mayMove(card.state, o.state)) return err('notNow');
  await setState(tx, place, o);
  return ok({ card, isNew: true });
}
