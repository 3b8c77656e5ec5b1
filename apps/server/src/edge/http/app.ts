// The HTTP edge: what every route has in common. Security headers, limits, refusals as problem
// details or as a page, health, and the static files of the pages and the console.

import compress from '@fastify/compress';
import cookie from '@fastify/cookie';
import formbody from '@fastify/formbody';
import helmet from '@fastify/helmet';
import rateLimit from '@fastify/rate-limit';
import {
  apiRoot,
  assetRoute,
  cardBridgeOrigin,
  type Problem,
  pageRoutes,
  pathOf,
  signInApi,
  siteApi,
} from '@prewatt/api';
import { consumerAssets, renderError, voiceOf } from '@prewatt/web/consumer';
import Fastify, {
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  LogController,
} from 'fastify';
import { createHttpServer, type HttpLimits } from '../../base/http/http-server.ts';
import { on } from '../../base/http/on.ts';
import {
  diskFull,
  HttpProblem,
  notFound,
  problemOf,
  sendProblem,
} from '../../base/http/problem.ts';
import { noProxies, type TrustedProxies } from '../../base/http/trusted-proxies.ts';
import type { Log } from '../../base/log.ts';
import { messageRoutes } from '../../messaging/gateways/routes.ts';
import { webhookRoutes } from '../../messaging/webhooks/index.ts';
import { protectionRoutes } from '../../metering/protection/routes.ts';
import { grantRoutes } from '../../money/grants/routes.ts';
import { keyRoutes } from '../../money/keys/routes.ts';
import { paymentRoutes } from '../../money/payments/routes.ts';
import { tariffRoutes } from '../../money/tariffs/index.ts';
import { tillSaleRoute, tillSaleShortcut, vendorRoutes } from '../../money/vendors/routes.ts';
import { approvalRoutes } from '../../registry/approvals/routes.ts';
import { type AccessLog, auditLogRoutes } from '../../registry/audit-log/index.ts';
import { type Integrations, integrationRoutes } from '../../registry/integrations/index.ts';
import { savedViewRoutes } from '../../registry/saved-views/index.ts';
import { headersOf, sessionCookie, setCookies, signForms } from '../../registry/sign-in/index.ts';
import { tokenLogRoutes } from '../../registry/token-log/index.ts';
import { auditListRoutes } from '../../reports/audit-lists/index.ts';
import { exportRoutes } from '../../reports/exports/routes.ts';
import { homeReportRoutes } from '../../reports/home-reports/index.ts';
import { moneyReportRoutes } from '../../reports/money-reports/index.ts';
import { proofRoutes } from '../../reports/proof/index.ts';
import { reconciliationRoutes } from '../../reports/reconciliation/index.ts';
import { salesReportRoutes } from '../../reports/sales-report/index.ts';
import { statementRoutes } from '../../reports/statements/routes.ts';
import { alertRoutes } from '../../workflows/alerts/routes.ts';
import { bankStatementRoutes } from '../../workflows/bank-statements/index.ts';
import { correctionRoutes } from '../../workflows/corrections/routes.ts';
import { importRoutes } from '../../workflows/imports/routes.ts';
import { installRoutes } from '../../workflows/installs/routes.ts';
import { keyChangeRoutes } from '../../workflows/key-changes/index.ts';
import { caseRoutes, revenueRoutes } from '../../workflows/revenue-protection/index.ts';
import { smartCardRoutes } from '../../workflows/smart-cards/index.ts';
import { softLandingRoutes } from '../../workflows/soft-landing/routes.ts';
import { streetLightRoutes } from '../../workflows/street-lights/index.ts';
import { walletRoutes } from '../../workflows/wallet/routes.ts';
import { consumerRoutes, languageOfBrowser, publicFrame } from '../consumer/index.ts';
import { notificationRoutes, operatorRoutes } from '../operators/index.ts';
import { tillPageRoutes } from '../till/index.ts';
import { noteAccess } from './access-hooks.ts';
import { consoleFiles } from './console-files.ts';
import { guardDoors } from './doors.ts';
import { createBurstLimit, requestLimits } from './limits.ts';
import { apiReference } from './reference.ts';

export type Health = () => Promise<{
  readonly ready: boolean;
  readonly status: string;
  /** By name: the database and each part that the server needs. */
  readonly parts?: Readonly<Record<string, 'unknown' | 'up' | 'down'>>;
  /** The database is away since its disk was full. */
  readonly isDiskFull?: boolean;
  /** It still answers; others are to be asked from now on. */
  readonly isDraining?: boolean;
}>;

type DepsOf<Routes extends (deps: never) => unknown> = Parameters<Routes>[0];

/** What all routes together need. */
type RouteDeps = DepsOf<typeof auditLogRoutes> &
  DepsOf<typeof alertRoutes> &
  DepsOf<typeof approvalRoutes> &
  DepsOf<typeof consumerRoutes> &
  DepsOf<typeof correctionRoutes> &
  DepsOf<typeof auditListRoutes> &
  DepsOf<typeof salesReportRoutes> &
  DepsOf<typeof homeReportRoutes> &
  DepsOf<typeof moneyReportRoutes> &
  DepsOf<typeof exportRoutes> &
  DepsOf<typeof grantRoutes> &
  DepsOf<typeof bankStatementRoutes> &
  DepsOf<typeof importRoutes> &
  DepsOf<typeof revenueRoutes> &
  DepsOf<typeof caseRoutes> &
  DepsOf<typeof installRoutes> &
  DepsOf<typeof integrationRoutes> &
  DepsOf<typeof keyChangeRoutes> &
  DepsOf<typeof keyRoutes> &
  DepsOf<typeof smartCardRoutes> &
  DepsOf<typeof streetLightRoutes> &
  DepsOf<typeof softLandingRoutes> &
  DepsOf<typeof messageRoutes> &
  DepsOf<typeof notificationRoutes> &
  DepsOf<typeof operatorRoutes> &
  DepsOf<typeof proofRoutes> &
  DepsOf<typeof protectionRoutes> &
  DepsOf<typeof reconciliationRoutes> &
  DepsOf<typeof statementRoutes> &
  DepsOf<typeof tariffRoutes> &
  DepsOf<typeof tillPageRoutes> &
  DepsOf<typeof vendorRoutes> &
  DepsOf<typeof walletRoutes> &
  DepsOf<typeof webhookRoutes>;

export type HttpDeps = RouteDeps & {
  readonly integrations: Integrations;
  readonly health: Health;
  readonly accessLog: AccessLog;
  /** Origins that a form may lead to: the payment provider's. */
  readonly paymentOrigins: readonly string[];
  /** The folder with the built console. */
  readonly consoleDir: string;
  readonly connectionLimits?: Partial<HttpLimits>;
  /** Hears of each route as it is made: for tests that ask all of them. */
  readonly onRoute?: (route: { readonly method: string; readonly url: string }) => void;
  /** Whose word about the address of a client is taken; nobody's unless told. */
  readonly trustedProxies?: TrustedProxies;
  /** Servers that share the requests; 1 unless told. */
  readonly serverCount?: () => number;
  readonly log: Log;
};

const bodyLimitBytes = 65_536;

export async function createHttp(o: HttpDeps): Promise<FastifyInstance> {
  const loggerInstance: FastifyBaseLogger = o.log;
  const ready = whenReady(o.health);
  const servers = o.serverCount ?? (() => 1);
  const mayAsk = createBurstLimit({ nowMs: Date.now, servers });
  const trustProxy = o.trustedProxies ?? noProxies;
  const tillSale = { utilities: o.utilities, vendors: o.vendors, whenReady: ready };
  const shortcut = tillSaleShortcut({
    ...tillSale,
    bodyLimitBytes,
    refusal: (error, path) => {
      const problem = recorded(o, error, path);
      return { status: problem.status, text: JSON.stringify(problem) };
    },
  });
  const app: FastifyInstance = Fastify({
    loggerInstance,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: bodyLimitBytes,
    trustProxy,
    serverFactory: (framework) => {
      const server = createHttpServer(
        (request, response) => {
          if (server.listening && shortcut(request, response)) return;
          const address = request.socket.remoteAddress ?? '';
          // Everybody's requests come through a proxy.
          if (!trustProxy(address) && !mayAsk(address)) {
            request.socket.destroy();
            return;
          }
          framework(request, response);
        },
        { ...o.connectionLimits, isProxy: trustProxy },
      );
      return server;
    },
  });
  app.addHook('onRoute', ({ method, url }) => {
    for (const each of [method].flat()) o.onRoute?.({ method: each, url });
  });
  app.setErrorHandler((error, request, reply) => refuse(o, { error, request, reply }));
  await app.register(tillSaleRoute(tillSale));
  // Before the plugins below, most of which do nothing for it.
  await app.register(paymentRoutes(o.payments));
  await app.register(compress, { threshold: 1_024 });
  await app.register(cookie);
  await app.register(formbody);
  await app.register(rateLimit, requestLimits(servers));
  await securityHeaders(app, o);
  noteAccess(app, o.accessLog);

  app.addHook('onRequest', async (request) => {
    if (!request.url.startsWith(siteApi.health.path)) await ready();
  });
  guardDoors(app, o);
  signForms(app, o.signIn.secret);
  app.setNotFoundHandler((request, reply) =>
    refuse(o, { error: notFound('page'), request, reply }),
  );

  statusRoutes(app, o);
  apiReference(app, o);
  await featureRoutes(app, o);
  await consoleFiles(app, o.consoleDir);
  return app;
}

/** Health, and the files of the consumer pages. */
function statusRoutes(app: FastifyInstance, o: HttpDeps): void {
  on(app, siteApi.health, {
    config: { rateLimit: false },
    handler: async ({ reply }) => {
      const { ready, isDiskFull: _, isDraining: __, ...health } = await o.health();
      return reply.code(ready ? 200 : 503).send(health);
    },
  });
  for (const asset of consumerAssets) {
    on(app, assetRoute(asset.path), async ({ reply }) =>
      reply
        .type(asset.contentType)
        .header('cache-control', 'public, max-age=31536000, immutable')
        .send(asset.body),
    );
  }
}

async function featureRoutes(app: FastifyInstance, o: HttpDeps): Promise<void> {
  await app.register(messageRoutes(o));
  await app.register(signInRoutes(o));
  await app.register(consumerRoutes(o));
  await app.register(operatorRoutes(o));
  await app.register(vendorRoutes(o));
  await app.register(tillPageRoutes(o));
  await app.register(auditLogRoutes(o));
  await app.register(integrationRoutes(o));
  await app.register(webhookRoutes(o));
  await app.register(notificationRoutes(o));
  await app.register(approvalRoutes(o));
  await app.register(grantRoutes(o));
  await app.register(smartCardRoutes(o));
  await app.register(streetLightRoutes(o));
  await app.register(softLandingRoutes(o));
  await app.register(keyRoutes(o));
  await app.register(keyChangeRoutes(o));
  await app.register(proofRoutes(o));
  await app.register(protectionRoutes(o));
  await app.register(reconciliationRoutes(o));
  await app.register(bankStatementRoutes(o));
  await app.register(importRoutes(o));
  await app.register(revenueRoutes(o));
  await app.register(caseRoutes(o));
  await app.register(installRoutes(o));
  await app.register(auditListRoutes(o));
  await app.register(savedViewRoutes(o));
  await app.register(salesReportRoutes(o));
  await app.register(homeReportRoutes(o));
  await app.register(moneyReportRoutes(o));
  await app.register(exportRoutes(o));
  await app.register(statementRoutes(o));
  await app.register(tokenLogRoutes({ ...o, realNowMs: Date.now }));
  await app.register(tariffRoutes(o));
  await app.register(correctionRoutes(o));
  await app.register(walletRoutes(o));
  await app.register(alertRoutes(o));
}

/** Refuses while the service cannot work. */
const whenReady = (health: Health) => async (): Promise<void> => {
  const { ready, isDiskFull, isDraining } = await health();
  if (ready || isDraining === true) return;
  if (isDiskFull === true) throw diskFull();
  throw new HttpProblem({
    status: 503,
    code: 'unavailable',
    title: 'Not available just now',
    detail: 'The service is starting or its database is away. Try again in a few seconds.',
  });
};

const isTill = ({ url = '' }: { readonly url?: string | undefined }): boolean =>
  /^\/till(?:[/?]|$)/.test(url);

async function securityHeaders(app: FastifyInstance, o: HttpDeps): Promise<void> {
  await app.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        // Of a till alone: the reader of the shop's own computer, which answers to its bridge.
        connectSrc: ["'self'", (request) => (isTill(request) ? cardBridgeOrigin : '')],
        imgSrc: ["'self'", 'data:'],
        // Mantine sets style attributes in the console; the consumer pages use none.
        styleSrc: ["'self'", "'unsafe-inline'"],
        formAction: ["'self'", ...o.paymentOrigins],
        frameAncestors: ["'none'"],
        baseUri: ["'none'"],
        objectSrc: ["'none'"],
      },
    },
    ...(o.publicUrl.startsWith('https:') ? {} : { strictTransportSecurity: false }),
    referrerPolicy: { policy: 'same-origin' },
    // For Internet Explorer 8 and Flash alone: bytes on each answer that protect nobody any more.
    xDownloadOptions: false,
    xPermittedCrossDomainPolicies: false,
  });
  // Data is no page: nothing may be loaded from it, which is stricter and shorter.
  app.addHook('onSend', async (_request, reply) => {
    if (String(reply.getHeader('content-type')).startsWith('application/json')) {
      reply.header('content-security-policy', "default-src 'none';frame-ancestors 'none'");
    }
  });
}

/** What only a customer who is signed in sends. */
const ownForms: ReadonlySet<string> = new Set(
  [
    ...[pageRoutes.changeMail, pageRoutes.changePush, pageRoutes.changeTopUp, pageRoutes.makeOffer],
    ...[pageRoutes.pay, pageRoutes.saveMessages, pageRoutes.sendReport],
  ].map(({ path }) => path),
);

/** A refusal in the form the client reads: problem details for programs, a page for people. */
async function refuse(
  o: HttpDeps,
  e: { readonly error: unknown; readonly request: FastifyRequest; readonly reply: FastifyReply },
): Promise<FastifyReply> {
  const { request, reply } = e;
  const problem = recorded(o, e.error, request.routeOptions.url);
  const wantsPage =
    !request.url.startsWith(apiRoot) && /text\/html/.test(request.headers.accept ?? '');
  if (!wantsPage) return sendProblem(reply, problem);
  const isForm = ownForms.has(request.routeOptions.url ?? '') && request.method === 'POST';
  // The cookie of a session ends with it, and the form no longer fits.
  const hasEnded =
    isForm && problem.code === 'formExpired' && sessionCookie(request, o.publicUrl) === '';
  if (problem.status === 401 || hasEnded) {
    return reply.redirect(pathOf(pageRoutes.signIn, isForm ? { query: { ended: 1 } } : {}), 303);
  }
  const frame = await publicFrame(o, '', { language: languageOfBrowser(request) });
  const html = renderError(frame, {
    status: problem.status,
    title: problem.title,
    detail: problem.detail,
    back: { href: pathOf(pageRoutes.start), label: voiceOf(frame).words.wrong.start },
  });
  return reply.code(problem.status).type('text/html; charset=utf-8').send(html);
}

/** What an error means to a client. One that is a bug is written to the log. */
function recorded(o: Pick<HttpDeps, 'log'>, error: unknown, path: string | undefined): Problem {
  const problem = problemOf(error);
  if (problem.status === 500) o.log.error({ path, error: stackOf(error) }, 'request failed');
  return problem;
}

const stackOf = (error: unknown): string =>
  error instanceof Error ? (error.stack ?? error.message) : String(error);

// What the console needs of better-auth; the rest of its endpoints is closed.
const { all, ...openRoutes } = signInApi;
const openAuthPaths = new Set<string>(Object.values(openRoutes).map(({ path }) => path));

function signInRoutes(o: HttpDeps) {
  return async (app: FastifyInstance): Promise<void> => {
    on(app, all, async ({ request, reply }) => {
      const url = new URL(request.url, o.publicUrl);
      if (!openAuthPaths.has(url.pathname)) throw notFound('page');
      const headers = headersOf(request);
      headers.delete('content-length');
      const answer = await o.signIn.handler(
        new Request(url, {
          method: request.method,
          headers,
          ...(request.method === 'POST' ? { body: JSON.stringify(request.body ?? {}) } : {}),
        }),
      );
      if (answer.ok && url.pathname === signInApi.signOut.path) await o.hub.closeEnded();
      reply.code(answer.status);
      for (const [name, value] of answer.headers) {
        if (name !== 'set-cookie') reply.header(name, value);
      }
      setCookies(reply, answer.headers.getSetCookie());
      return reply.send(await answer.text());
    });
  };
}
