// What all consumer pages share: whose connections a session sees, and the frame around a page.

import type { BankAccount, Frame } from '@prewatt/api';
import { type Voice, voiceOf } from '@prewatt/web/consumer';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Database, Tx } from '../../base/database.ts';
import type { LiveHub } from '../../base/http/live-hub.ts';
import { notFound, signedOut } from '../../base/http/problem.ts';
import type { NewUuid } from '../../base/ids.ts';
import type { LiveNotice } from '../../base/live.ts';
import type { Clocks } from '../../base/time.ts';
import type { MailService } from '../../messaging/mail/index.ts';
import type { Phones } from '../../messaging/phones/index.ts';
import type { Push } from '../../messaging/push/index.ts';
import type { Payments } from '../../money/payments/index.ts';
import type { Tariffs } from '../../money/tariffs/index.ts';
import type { ReceiptLinks, Vending } from '../../money/vending/index.ts';
import {
  type Connection,
  type ConnectionPlace,
  loadConnection,
} from '../../registry/connections/index.ts';
import { shownSince } from '../../registry/customers/index.ts';
import { formValue, headersOf, type SignIn } from '../../registry/sign-in/index.ts';
import type { Utilities, Utility } from '../../registry/utilities/index.ts';
import { frameOf, publicFrame, speechOf } from './frame.ts';
import { createLanguages, type Languages } from './languages.ts';

export type ConsumerRoutesDeps = {
  readonly clocks: Clocks;
  readonly database: Database;
  readonly hub: LiveHub;
  readonly newUuid: NewUuid;
  readonly payments: Payments;
  readonly phones: Pick<Phones, 'choicesOf' | 'speak'>;
  readonly providerLabel: string;
  readonly publicUrl: string;
  readonly push: Push;
  readonly receiptLinks: ReceiptLinks;
  readonly mail: Pick<MailService, 'addresses' | 'isOn'>;
  /** Into which customers may pay; its statements are brought. */
  readonly bankAccount?: BankAccount | null;
  readonly signIn: SignIn;
  readonly tariffs: Tariffs;
  readonly utilities: Utilities;
  readonly vending: Vending;
};

/**
 * Per address. Phones of one carrier share an address, so it cannot be tight; phones are counted
 * too.
 */
export const strict = { config: { rateLimit: { max: 60, timeWindow: 60_000 } } };

export type Scope = {
  readonly tx: Tx;
  readonly utility: Utility;
  readonly connection: Connection;
  readonly nowMs: number;
  /** Nothing from before is shown, which was somebody else's time; null: all of it is. */
  readonly sinceMs: number | null;
  /** How its page speaks. */
  readonly voice: Voice;
};

export type Pages = {
  readonly page: (reply: FastifyReply, html: string, status?: number) => FastifyReply;
  readonly frame: (request: FastifyRequest, reply: FastifyReply, utility: Utility) => Frame;
  /** Before sign-in: of no utility in particular. */
  readonly publicPage: (request: FastifyRequest, reply: FastifyReply) => Promise<Frame>;
  /** Runs `work` on one of the customer's connections; 404 for any other. */
  readonly onConnection: <T>(
    request: FastifyRequest,
    connectionId: string,
    work: (scope: Scope, places: readonly ConnectionPlace[]) => Promise<T>,
  ) => Promise<T>;
  /** On a connection that was found to be the customer's. */
  readonly inScope: <T>(
    request: FastifyRequest,
    place: ConnectionPlace,
    work: (scope: Scope) => Promise<T>,
  ) => Promise<T>;
  /** The first of the customer's connections for which `find` has an answer. */
  readonly onAny: <T>(
    request: FastifyRequest,
    what: string,
    find: (scope: Scope) => Promise<T | null>,
  ) => Promise<{ readonly found: T; readonly place: ConnectionPlace; readonly utility: Utility }>;
  readonly languages: Languages;
  /** How a page of the utility speaks to whoever asks. */
  readonly voiceFor: (request: FastifyRequest, utility: Utility) => Promise<Voice>;
  readonly placesOf: (request: FastifyRequest) => Promise<readonly ConnectionPlace[]>;
};

/** The pages' context, with what every page shares. */
export type PagesContext = ConsumerRoutesDeps & Pages;

export function createPages(context: ConsumerRoutesDeps): Pages {
  const { nowMs } = context.clocks.business;
  const languages = createLanguages(context);
  const shownOf = (request: FastifyRequest) => ({
    language: languages.known(request),
    here: request.method === 'GET' ? request.url : null,
  });
  const voiceFor: Pages['voiceFor'] = async (request, utility) =>
    voiceOf(speechOf(utility, await languages.find(request)));

  const page = (reply: FastifyReply, html: string, status = 200) =>
    reply
      .code(status)
      .type('text/html; charset=utf-8')
      .header('cache-control', 'no-store')
      .send(html);

  const frame = (request: FastifyRequest, reply: FastifyReply, utility: Utility): Frame =>
    frameOf({
      utility,
      nowMs: nowMs(),
      clockSpeed: context.clocks.speed,
      csrf: formValue(request, reply, context.publicUrl),
      ...shownOf(request),
    });

  const publicPage = async (request: FastifyRequest, reply: FastifyReply): Promise<Frame> => {
    await languages.find(request);
    return publicFrame(context, formValue(request, reply, context.publicUrl), shownOf(request));
  };

  const placesOf = async (request: FastifyRequest): Promise<readonly ConnectionPlace[]> => {
    const places = await context.signIn.customerOf(headersOf(request));
    if (places === null) throw signedOut();
    return places;
  };

  const onConnection: Pages['onConnection'] = async (request, connectionId, work) => {
    const places = await placesOf(request);
    const place = places.find((each) => each.connectionId === connectionId);
    if (place === undefined) throw notFound('connection');
    return inScope(request, place, (scope) => work(scope, places));
  };

  const inScope: Pages['inScope'] = async (request, place, work) => {
    const utility = await context.utilities.get(place.utilityId);
    const voice = await voiceFor(request, utility);
    return context.database.inUtility(place.utilityId, async (tx) => {
      const connection = await loadConnection(tx, place);
      if (connection === null) throw notFound('connection');
      const sinceMs = await shownSince(tx, place);
      return work({ tx, utility, connection, nowMs: nowMs(), sinceMs, voice });
    });
  };

  const onAny: Pages['onAny'] = async (request, what, find) => {
    for (const place of await placesOf(request)) {
      const found = await inScope(request, place, find);
      if (found !== null)
        return { found, place, utility: await context.utilities.get(place.utilityId) };
    }
    throw notFound(what);
  };

  return { page, frame, publicPage, onConnection, inScope, onAny, languages, voiceFor, placesOf };
}

export function concernsConnection(notice: LiveNotice, connectionId: string): boolean {
  if ('connectionIds' in notice) return notice.connectionIds.includes(connectionId);
  return 'connectionId' in notice && notice.connectionId === connectionId;
}
