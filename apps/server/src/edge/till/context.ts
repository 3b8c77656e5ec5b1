// What the pages of a shop's phone share: who is at the desk, and the frame around a page.

import type { Frame } from '@prewatt/api';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Database } from '../../base/database.ts';
import type { Clocks } from '../../base/time.ts';
import type { Payments } from '../../money/payments/index.ts';
import type { ReceiptLinks } from '../../money/vending/index.ts';
import type { Vendors } from '../../money/vendors/index.ts';
import { formValue } from '../../registry/sign-in/index.ts';
import type { Utilities, Utility } from '../../registry/utilities/index.ts';
import type { SmartCards } from '../../workflows/smart-cards/index.ts';
import { frameOf, publicFrame } from '../consumer/index.ts';
import { createTillSession, type Desk, type TillSession } from './session.ts';

export type TillPageDeps = {
  readonly clocks: Clocks;
  readonly database: Database;
  readonly payments: Pick<Payments, 'startFloat'>;
  readonly publicUrl: string;
  readonly receiptLinks: Pick<ReceiptLinks, 'urlOf'>;
  readonly utilities: Utilities;
  readonly vendors: Vendors;
  readonly smartCards: Pick<SmartCards, 'visit' | 'session'>;
};

export type AtDesk = Desk & { readonly utility: Utility };

export type TillContext = TillPageDeps & {
  readonly session: TillSession;
  readonly page: (reply: FastifyReply, html: string, status?: number) => FastifyReply;
  readonly frame: (request: FastifyRequest, reply: FastifyReply, utility: Utility) => Frame;
  /** Of a phone that nobody knows: of no utility in particular. */
  readonly strangeFrame: (request: FastifyRequest, reply: FastifyReply) => Promise<Frame>;
  /** Answers to whoever is at the desk; everybody else is sent to where they sign in. */
  readonly atDesk: (
    request: FastifyRequest,
    reply: FastifyReply,
    work: (desk: AtDesk) => Promise<FastifyReply>,
  ) => Promise<FastifyReply>;
};

export function createTillContext(deps: TillPageDeps): TillContext {
  const session = createTillSession(deps);
  const csrfOf = (request: FastifyRequest, reply: FastifyReply) =>
    formValue(request, reply, deps.publicUrl);
  return {
    ...deps,
    session,
    page: (reply, html, status = 200) =>
      reply
        .code(status)
        .type('text/html; charset=utf-8')
        .header('cache-control', 'no-store')
        .send(html),
    frame: (request, reply, utility) =>
      frameOf({
        utility,
        nowMs: deps.clocks.business.nowMs(),
        clockSpeed: deps.clocks.speed,
        csrf: csrfOf(request, reply),
      }),
    strangeFrame: (request, reply) => publicFrame(deps, csrfOf(request, reply)),
    atDesk: async (request, reply, work) => {
      const desk = await session.deskOf(request, reply);
      if (desk === null) return reply;
      return work({ ...desk, utility: await deps.utilities.get(desk.phone.utilityId) });
    },
  };
}
