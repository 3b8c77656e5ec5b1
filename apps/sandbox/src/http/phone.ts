// The SMS gateway's API, and the demo phone that shows what came through it.

import { parsePhone } from '@prewatt/quantities';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { LiveHub } from '../live.ts';
import type { Messages } from '../messages.ts';
import { errorPage, type Scene } from '../pages/layout.ts';
import { phoneFragment, phoneListFragment, phoneListPage, phonePage } from '../pages/phone.ts';
import { faultsOf, hasKey, refuse, sendPage } from './guards.ts';

export type PhoneDeps = {
  readonly messages: Messages;
  readonly live: LiveHub;
  readonly apiKey: string;
  readonly scene: () => Scene;
};

const messageSchema = z.object({
  id: z.string().regex(/^[\x21-\x7e]{1,128}$/, 'must be 1 to 128 visible characters'),
  to: z.string().regex(/^\+[1-9]\d{7,14}$/, 'must be a number such as +27825550101'),
  text: z.string().min(1).max(2000),
});

const shownMessages = 200;
type NumberParams = { Params: { number: string } };

export function phoneRoutes(app: FastifyInstance, deps: PhoneDeps): void {
  const { messages, live, scene } = deps;

  app.post('/sms/v1/messages', (request, reply) => {
    if (!hasKey(request, reply, deps.apiKey)) return reply;
    const parsed = messageSchema.safeParse(request.body);
    if (!parsed.success) return refuse(reply, 400, 'invalid', faultsOf(parsed.error));
    messages.receive(parsed.data);
    return reply.code(202).send({ id: parsed.data.id });
  });

  app.get('/phone', (_request, reply) =>
    sendPage(reply, 200, phoneListPage(scene(), messages.inboxes())),
  );
  app.get('/phone/live', (_request, reply) => {
    live.follow('phone', reply, () => phoneListFragment(scene(), messages.inboxes()));
  });

  app.get<NumberParams>('/phone/:number', (request, reply) => {
    const number = parsePhone(request.params.number);
    if (!number.ok) {
      const detail = 'A phone number has its country code, such as +27825550101.';
      return sendPage(reply, 404, errorPage('No such phone', detail));
    }
    const inbox = messages.inbox(number.value, shownMessages);
    return sendPage(reply, 200, phonePage(scene(), inbox));
  });
  app.get<NumberParams>('/phone/:number/live', (request, reply) => {
    const number = parsePhone(request.params.number);
    if (!number.ok) return refuse(reply, 404, 'not-found', 'No such phone.');
    live.follow(`phone/${number.value}`, reply, () =>
      phoneFragment(scene(), messages.inbox(number.value, shownMessages)),
    );
    return reply;
  });
}
