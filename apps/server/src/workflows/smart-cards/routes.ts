// Routes of smart cards for operators. Shapes: packages/api/src/smart-cards.ts.

import { type AuditAction, smartCardApi } from '@prewatt/api';
import { idFromUuid, parseId, uuidOf } from '@prewatt/quantities';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { on } from '../../base/http/on.ts';
import { notFound } from '../../base/http/problem.ts';
import type { AuditLog } from '../../registry/audit-log/index.ts';
import { loadConnection, placeOfConnection } from '../../registry/connections/index.ts';
import {
  createOperatorScope,
  type OperatorScope,
  type OperatorScopeDeps,
  operatorOf,
  requireActing,
} from '../../registry/sign-in/index.ts';
import { problemOfCard, problemOfSession, problemOfVisit } from './errors.ts';
import { changeCard, imageOf } from './issue.ts';
import type { SmartCards } from './service.ts';
import type { CardPlace } from './store.ts';
import { cardsOf } from './view.ts';

export type SmartCardRoutesDeps = OperatorScopeDeps & {
  readonly auditLog: Pick<AuditLog, 'record'>;
  readonly smartCards: SmartCards;
};

const actOf = {
  issued: 'smartCardBack',
  lost: 'smartCardLost',
  blocked: 'smartCardBlocked',
} as const satisfies Record<string, AuditAction>;

const bytes = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, 'hex'));

/** A sale by its identifier; 404 for what is none. */
function saleUuid(id: string | undefined): string | null {
  if (id === undefined) return null;
  const parsed = parseId('sale', id);
  if (!parsed.ok) throw notFound('sale');
  return uuidOf(parsed.value);
}

export function smartCardRoutes(context: SmartCardRoutesDeps) {
  const { scoped } = createOperatorScope(context);
  const { smartCards, signIn } = context;
  const placed = async (s: OperatorScope, id: string) => {
    const place = placeOfConnection(s.utility.id, id);
    if ((await loadConnection(s.tx, place)) === null) throw notFound('connection');
    return place;
  };
  const acting = async (request: FastifyRequest) => {
    const operator = await operatorOf(signIn, request);
    requireActing(operator);
    return operator;
  };
  return async (app: FastifyInstance): Promise<void> => {
    on(app, smartCardApi.list, ({ request, uuid }) => {
      const id = uuid('id');
      return scoped(request, async (s) => ({ cards: await cardsOf(s.tx, await placed(s, id)) }));
    });
    changeRoutes(app, context, { scoped, placed });
    on(app, smartCardApi.visit, async ({ request, readBody }) => {
      const { utilityId, operatorId } = await acting(request);
      const { image, saleId } = readBody();
      const visit = { utilityId, image: bytes(image), saleId: saleUuid(saleId) };
      const visited = await smartCards.visit({ ...visit, by: { operatorId } });
      if (!visited.ok) throw problemOfVisit(visited.error);
      return visited.value;
    });
    on(app, smartCardApi.session, async ({ request, readBody }) => {
      const { utilityId } = await acting(request);
      const { cardNumber, ...proof } = readBody();
      const session = await smartCards.session(utilityId, {
        cardNumber,
        hostChallenge: bytes(proof.hostChallenge),
        cardChallenge: bytes(proof.cardChallenge),
        cardCryptogram: bytes(proof.cardCryptogram),
      });
      if (!session.ok) throw problemOfSession(session.error);
      const { macKey, answerKey } = session.value;
      const hex = (key: Uint8Array) => Buffer.from(key).toString('hex');
      return { macKey: hex(macKey), answerKey: hex(answerKey) };
    });
  };
}

type Within = {
  readonly scoped: ReturnType<typeof createOperatorScope>['scoped'];
  readonly placed: (s: OperatorScope, id: string) => Promise<ReturnType<typeof placeOfConnection>>;
};

function changeRoutes(
  app: FastifyInstance,
  { auditLog, smartCards }: SmartCardRoutesDeps,
  { scoped, placed }: Within,
): void {
  const record = (s: OperatorScope, place: CardPlace, act: AuditAction, reason: string) => {
    const subject = idFromUuid('connection', place.connectionId);
    const details = { card: place.cardNumber, reason };
    return auditLog.record(s.tx, s.operator, { act, subject, details });
  };
  const viewOf = async (s: OperatorScope, place: CardPlace) => {
    const [card] = await cardsOf(s.tx, place);
    if (card === undefined) throw notFound('card');
    return card;
  };

  on(app, smartCardApi.issue, ({ request, uuid, readBody }) => {
    const { requestId, medium, replaces = null, reason } = readBody();
    const id = uuid('id');
    return scoped(request, async (s) => {
      requireActing(s.operator);
      const place = await placed(s, id);
      const { operatorId } = s.operator;
      const asked = { requestId, medium, replaces, operatorId };
      const issued = await smartCards.issue(s.tx, place, asked);
      if (!issued.ok) throw problemOfCard(issued.error);
      const { card, isNew } = issued.value;
      if (isNew) await record(s, card, 'smartCardIssued', reason);
      const image = Buffer.from(imageOf(card.cardNumber)).toString('hex');
      return { card: await viewOf(s, card), image };
    });
  });

  on(app, smartCardApi.change, ({ request, uuid, readBody }) => {
    const { state, reason } = readBody();
    const id = uuid('id');
    const { cardNumber } = request.params;
    return scoped(request, async (s) => {
      requireActing(s.operator);
      const place = { ...(await placed(s, id)), cardNumber };
      const changed = await changeCard(s.tx, place, { state, nowMs: s.nowMs });
      if (!changed.ok) throw problemOfCard(changed.error);
      if (changed.value.isNew) await record(s, place, actOf[state], reason);
      return viewOf(s, place);
    });
  });
}
