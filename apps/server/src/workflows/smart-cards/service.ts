// The service of smart cards, as routes and the pages of shops use it.

import type { SmartCardVisitAnswer } from '@prewatt/api';
import { idFromUuid, ok, type RandomBytes, type Result } from '@prewatt/quantities';
import type { Tx } from '../../base/database.ts';
import type { ConnectionPlace } from '../../registry/connections/index.ts';
import type { VisitRefusal } from './errors.ts';
import { type IssueRequest, issueCard } from './issue.ts';
import { cardsOf } from './view.ts';
import {
  type Proof,
  sessionOf,
  type Visit,
  type VisitDeps,
  type Visited,
  visitCard,
} from './visit.ts';

export type SmartCards = ReturnType<typeof createSmartCards>;

export function createSmartCards(o: VisitDeps & { readonly random: RandomBytes }) {
  return {
    issue: (tx: Tx, place: ConnectionPlace, asked: IssueRequest) =>
      issueCard(tx, place, {
        ...{ ...asked, random: o.random, nowMs: o.clocks.business.nowMs() },
      }),
    /** A card at a reader: its report is taken, and the sale goes onto it. */
    visit: async (visit: Visit): Promise<Result<SmartCardVisitAnswer, VisitRefusal>> => {
      const visited = await visitCard(o, visit);
      if (!visited.ok) return visited;
      const { place, connection, image } = visited.value;
      const [card] = await o.database.inUtility(place.utilityId, (tx) => cardsOf(tx, place));
      if (card === undefined) throw new Error('a card that was visited is there');
      return ok({
        card,
        connectionId: idFromUuid('connection', place.connectionId),
        connectionName: connection.name,
        meterPan: connection.meter.meterPan,
        image: image === null ? null : Buffer.from(image).toString('hex'),
        text: textOf(visited.value, visit.saleId !== null),
      });
    },
    /** The keys of one session with a CPU card that proved itself. */
    session: (utilityId: string, proof: Proof) => sessionOf(o, utilityId, proof),
  };
}

function textOf({ image, tokens, isReported }: Visited, isAsked: boolean): string {
  const came = isReported ? 'The meter’s report was read. ' : '';
  if (!isAsked) return `${came}The card is in order.`;
  const what = tokens === 1 ? 'one token' : `${tokens} tokens`;
  return image === null
    ? `${came}The purchase is on the card: ${what}.`
    : `${came}Write the card: ${what}.`;
}
