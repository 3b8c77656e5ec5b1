// What the customer of a home reports: a ticket, once for each page that was opened, with its state
// and the answer.

import { pageRoutes, pathOf, type ReportView, type TicketTopic, ticketTopics } from '@prewatt/api';
import { idFromUuid } from '@prewatt/quantities';
import { renderReport } from '@prewatt/web/consumer';
import type { FastifyInstance } from 'fastify';
import { on } from '../../base/http/on.ts';
import { currentOccupancy } from '../../registry/customers/index.ts';
import { checkForm } from '../../registry/sign-in/index.ts';
import { openTicket, ticketsOf } from '../../workflows/tickets/index.ts';
import { type PagesContext, type Scope, strict } from './pages.ts';

const kinds = { noSupply: 'fault', meter: 'fault', charge: 'complaint', other: 'request' } as const;
/** What stands where the customer only chose. */
const shortWords: Readonly<Record<TicketTopic, string>> = {
  noSupply: 'No electricity',
  meter: 'The meter',
  charge: 'A wrong charge',
  other: 'Something else',
};

export function reportPages(app: FastifyInstance, o: PagesContext): void {
  on(app, pageRoutes.report, async ({ request, reply, uuid, readQuery }) => {
    const { sent = '' } = readQuery();
    const { view, utility } = await o.onConnection(request, uuid('id'), async (scope) => ({
      view: await viewOf(scope, o.newUuid()),
      utility: scope.utility,
    }));
    const isTheirs = view.reports.some(({ number }) => String(number) === sent);
    const shown = { ...view, sentNumber: isTheirs ? Number(sent) : null };
    return o.page(reply, renderReport(o.frame(request, reply, utility), shown));
  });

  on(app, pageRoutes.sendReport, {
    ...strict,
    handler: async ({ request, reply, uuid }) => {
      const { once = '', topic: named = '', words = '' } = checkForm(request, o.publicUrl);
      const topic = ticketTopics.find((each) => each === named) ?? null;
      const typed = words.trim().slice(0, 1000);
      const done = await o.onConnection(request, uuid('id'), async (scope) => {
        const refused = async (problem: 'choose' | 'tooMany') => ({
          utility: scope.utility,
          view: { ...(await viewOf(scope, o.newUuid())), topic, words: typed, problem },
        });
        if (topic === null) return refused('choose');
        const opened = await send(scope, o, { topic, words: typed, once });
        return opened.ok ? opened.value.number : refused('tooMany');
      });
      if (typeof done === 'number') {
        const query = { sent: String(done) };
        return reply.redirect(pathOf(pageRoutes.report, { ...request.params, query }), 303);
      }
      const frame = o.frame(request, reply, done.utility);
      return o.page(reply, renderReport(frame, done.view), 422);
    },
  });
}

async function send(
  { tx, connection, nowMs }: Scope,
  o: PagesContext,
  said: { readonly topic: TicketTopic; readonly words: string; readonly once: string },
) {
  const lives = await currentOccupancy(tx, connection);
  const { topic, words } = said;
  return openTicket(tx, o.newUuid, {
    ...{ topic, kind: kinds[topic], words: words === '' ? shortWords[topic] : words },
    utilityId: connection.utilityId,
    requestId: `page:${connection.connectionId}:${said.once.slice(0, 40)}`,
    customerId: lives?.customerId ?? null,
    home: { bucket: connection.bucket, connectionId: connection.connectionId },
    ...{ operatorId: null, nowMs },
  });
}

/** Only what the customer wrote: notes of colleagues about a home are not theirs to read. */
async function viewOf({ tx, connection, sinceMs }: Scope, once: string): Promise<ReportView> {
  const { bucket, connectionId, name } = connection;
  const tickets = await ticketsOf(tx, { bucket, connectionId, sinceMs });
  return {
    connection: { connectionId: idFromUuid('connection', connectionId), name },
    ...{ once, problem: null, words: '', topic: null, sentNumber: null },
    reports: tickets
      .filter(({ opened_by }) => opened_by === null)
      .slice(0, 10)
      .map((row) => ({
        ...{ number: row.number, topic: row.topic, state: row.state },
        words: row.words === shortWords[row.topic] ? '' : row.words,
        ...{ openedAtMs: row.opened_at, answer: row.answer },
      })),
  };
}
