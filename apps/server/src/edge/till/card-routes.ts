// A customer's card on the reader of a shop: the meter's report is taken, and a sale of this shop
// goes onto it. The page's script asks; the bridge of the shop's computer has the card.

import { tillPages } from '@prewatt/api';
import { parseId, uuidOf } from '@prewatt/quantities';
import type { FastifyInstance } from 'fastify';
import { on } from '../../base/http/on.ts';
import { badRequest, notFound } from '../../base/http/problem.ts';
import { checkForm } from '../../registry/sign-in/index.ts';
import { problemOfSession, problemOfVisit } from '../../workflows/smart-cards/index.ts';
import type { TillContext } from './context.ts';

export function cardPages(app: FastifyInstance, context: TillContext): void {
  const { smartCards, vendors } = context;

  on(app, tillPages.cardVisit, ({ request, reply }) => {
    const { image = '', sale } = checkForm(request, context.publicUrl);
    return context.atDesk(request, reply, async ({ phone }) => {
      if (!/^[0-9a-fA-F]{512}$/.test(image)) throw badRequest('A card has 256 bytes.');
      const saleId = sale === undefined ? null : saleUuid(sale);
      // A shop loads what it sold, and nothing else.
      if (saleId !== null && !(await vendors.selling.receiptOfSale(phone, saleId)).ok) {
        throw notFound('sale');
      }
      const { utilityId, keyId } = phone;
      const visited = await smartCards.visit({
        ...{ utilityId, saleId, by: { keyId } },
        image: bytesOf(image),
      });
      if (!visited.ok) throw problemOfVisit(visited.error);
      const { connectionName, meterPan, text, image: after } = visited.value;
      return reply.send({ connectionName, meterPan, text, image: after });
    });
  });

  on(app, tillPages.cardSession, ({ request, reply }) => {
    const form = checkForm(request, context.publicUrl);
    return context.atDesk(request, reply, async ({ phone }) => {
      const part = (name: string): Uint8Array => {
        const text = form[name] ?? '';
        if (!/^[0-9a-fA-F]{16}$/.test(text)) throw badRequest('A challenge has 8 bytes.');
        return bytesOf(text);
      };
      const session = await smartCards.session(phone.utilityId, {
        cardNumber: form['cardNumber'] ?? '',
        hostChallenge: part('hostChallenge'),
        cardChallenge: part('cardChallenge'),
        cardCryptogram: part('cardCryptogram'),
      });
      if (!session.ok) throw problemOfSession(session.error);
      const { macKey, answerKey } = session.value;
      const hex = (key: Uint8Array) => Buffer.from(key).toString('hex');
      return reply.send({ macKey: hex(macKey), answerKey: hex(answerKey) });
    });
  });
}

const bytesOf = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, 'hex'));

function saleUuid(id: string): string {
  const parsed = parseId('sale', id);
  if (!parsed.ok) throw notFound('sale');
  return uuidOf(parsed.value);
}
