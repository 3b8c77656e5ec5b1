// The meters' pages on loopback: HTML, streams of what moves, and the few things a person can do at
// a meter.

import { readFileSync } from 'node:fs';
import { currencyOf } from '@prewatt/meter';
import type { Clock } from '@prewatt/quantities';
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { z } from 'zod';
import { type BenchControl, benchAct } from '../bench-control.ts';
import type { Fleet, FleetMember } from '../fleet.ts';
import { appliances, conditions } from '../virtual-meter.ts';
import { cardText } from './card-text.ts';
import { listPage, meterPage, problemPage } from './pages.ts';
import { createRateLimit } from './rate-limit.ts';
import { openStream } from './stream.ts';
import { meterView, rowView, shortCodes } from './view.ts';

export type HttpDeps = {
  readonly fleet: Fleet;
  readonly clock: Clock;
  readonly speed: number;
  readonly realNowMs: () => number;
  readonly log: Logger;
  /** Absent: no bench, and no door for one. */
  readonly bench?: BenchControl;
};

type Problem = { readonly status: number; readonly title: string; readonly detail: string };

const problems = {
  noMeter: { status: 404, title: 'No such meter', detail: 'Choose a meter from the list.' },
  notFound: { status: 404, title: 'Not found', detail: 'There is nothing at this address.' },
  body: { status: 400, title: 'Bad request', detail: 'The body is not what this address takes.' },
  digits: { status: 400, title: 'Not digits', detail: 'Send 1 to 40 digits 0-9 as "digits".' },
  card: { status: 400, title: 'No card', detail: 'Send 256 bytes as 512 hexadecimal digits.' },
  origin: { status: 403, title: 'Other origin', detail: "Only the meter's own page may do this." },
  tooMany: { status: 429, title: 'Too many entries', detail: 'Wait a few seconds and try again.' },
  failed: { status: 500, title: 'Failed', detail: 'The meter process met a fault; see its log.' },
} as const satisfies Record<string, Problem>;

const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const applianceIds = appliances.map(({ id }) => id);
const conditionIds = conditions.map(({ id }) => id);
const bodies = {
  token: z.strictObject({ digits: z.string().regex(/^[0-9][0-9 -]{0,39}$/) }),
  appliance: z.strictObject({ id: z.enum(applianceIds), on: z.boolean() }),
  condition: z.strictObject({ id: z.enum(conditionIds), on: z.boolean() }),
  link: z.strictObject({ plugged: z.boolean() }),
  /** All 256 bytes of a card. */
  card: z.strictObject({ card: z.string().regex(/^[0-9A-Fa-f]{512}$/) }),
  empty: z.strictObject({}),
};

export function createHttp(deps: HttpDeps): FastifyInstance {
  const app = Fastify({
    logger: false,
    bodyLimit: 1024,
    forceCloseConnections: true,
    // Nobody may hold a connection by half a request.
    requestTimeout: 30_000,
    http: { headersTimeout: 10_000, connectionsCheckingInterval: 5_000 },
  });
  app.addHook('onRequest', async (request, reply) => {
    void reply.headers({
      'content-security-policy': contentSecurityPolicy,
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-store',
    });
    if (request.method === 'POST' && !isSameOrigin(request)) return refuse(reply, problems.origin);
  });
  app.setNotFoundHandler((_request, reply) => refuse(reply, problems.notFound));
  app.setErrorHandler((error: Error & { statusCode?: number }, _request, reply) => {
    if ((error.statusCode ?? 500) < 500) return refuse(reply, problems.body);
    deps.log.error({ error: error.message }, 'request failed');
    return refuse(reply, problems.failed);
  });
  addAssets(app);
  addViews(app, deps);
  addActs(app, deps);
  addCards(app, deps);
  if (deps.bench !== undefined) addBench(app, deps.fleet, deps.bench);
  return app;
}

function addAssets(app: FastifyInstance): void {
  const types = { css: 'text/css', js: 'text/javascript', svg: 'image/svg+xml' } as const;
  for (const name of ['meter.css', 'meter.js', 'list.js', 'icon.svg'] as const) {
    const content = readFileSync(new URL(`./assets/${name}`, import.meta.url), 'utf8');
    const type = types[name.split('.')[1] as keyof typeof types];
    app.get(`/assets/${name}`, (_request, reply) =>
      reply.type(`${type}; charset=utf-8`).header('cache-control', 'no-cache').send(content),
    );
  }
}

function addViews(app: FastifyInstance, { fleet, speed }: HttpDeps): void {
  app.get('/health', (_request, reply) =>
    fleet.isReady()
      ? reply.send({ status: 'ready' })
      : reply.status(503).send({ status: 'connecting' }),
  );
  app.get('/', (_request, reply) =>
    reply.type('text/html; charset=utf-8').send(listPage(fleet.members.map(rowView))),
  );
  app.get('/events', (_request, reply) => {
    const sent = new Map<string, string>();
    const changed = () => {
      const rows = fleet.members.map(rowView).filter((row) => {
        const text = JSON.stringify(row);
        const isNew = sent.get(row.meterPan) !== text;
        sent.set(row.meterPan, text);
        return isNew;
      });
      return rows.length === 0 ? null : JSON.stringify(rows);
    };
    openStream(reply, { event: 'rows', everyMs: 2000, next: changed, watch: null });
  });
  app.get(
    '/meters/:pan',
    withMeter(fleet, (member, _request, reply) =>
      reply
        .type('text/html; charset=utf-8')
        .send(meterPage(meterView(member, speed), shortCodes(member))),
    ),
  );
  app.get(
    '/meters/:pan/state',
    withMeter(fleet, (member, _request, reply) => reply.send(meterView(member, speed))),
  );
  app.get(
    '/meters/:pan/events',
    withMeter(fleet, (member, _request, reply) => {
      let last = '';
      const next = () => {
        const text = JSON.stringify(meterView(member, speed));
        if (text === last) return null;
        last = text;
        return text;
      };
      const watch = (listener: () => void) => fleet.watch(member.meter.meterPan, listener);
      return openStream(reply, { event: 'meter', everyMs: 15_000, next, watch });
    }),
  );
}

function addActs(app: FastifyInstance, { fleet, speed, realNowMs }: HttpDeps): void {
  const mayAct = createRateLimit({ acts: 20, perMs: 10_000, realNowMs });
  const act = <T>(
    schema: z.ZodType<T>,
    onBadBody: Problem,
    run: (member: FleetMember, body: T) => void,
  ) =>
    withMeter(fleet, (member, request, reply) => {
      const body = schema.safeParse(request.body);
      if (!body.success) return refuse(reply, onBadBody);
      if (!mayAct(member.meter.meterPan)) return refuse(reply, problems.tooMany);
      run(member, body.data);
      return reply.send(meterView(member, speed));
    });
  app.post(
    '/meters/:pan/tokens',
    act(bodies.token, problems.digits, ({ meter }, { digits }) => {
      meter.advance({ keypad: digits.replace(/\D/g, '') });
    }),
  );
  app.post(
    '/meters/:pan/appliances',
    act(bodies.appliance, problems.body, ({ meter }, body) => meter.setAppliance(body.id, body.on)),
  );
  app.post(
    '/meters/:pan/conditions',
    act(bodies.condition, problems.body, ({ meter }, body) => meter.setCondition(body.id, body.on)),
  );
  app.post(
    '/meters/:pan/link',
    act(bodies.link, problems.body, ({ link }, { plugged }) => link.setPlugged(plugged)),
  );
  app.post(
    '/meters/:pan/reconnect',
    act(bodies.empty, problems.body, ({ meter }) => {
      meter.advance({ reconnectPressed: true });
    }),
  );
}

/** A hand puts a card in and takes it out: what the meter said, and what the card holds now. */
function addCards(app: FastifyInstance, { fleet, realNowMs }: HttpDeps): void {
  const mayAct = createRateLimit({ acts: 20, perMs: 10_000, realNowMs });
  app.post(
    '/meters/:pan/card',
    withMeter(fleet, ({ meter }, request, reply) => {
      const body = bodies.card.safeParse(request.body);
      if (!body.success) return refuse(reply, problems.card);
      if (!mayAct(meter.meterPan)) return refuse(reply, problems.tooMany);
      const { card } = meter.advance({ card: Uint8Array.fromHex(body.data.card) });
      const text = cardText(card, currencyOf(meter.state()));
      return reply.send({ text, card: card?.image?.toHex() ?? null });
    }),
  );
}

/** What `prewatt conform` does to a meter from outside. */
function addBench(app: FastifyInstance, fleet: Fleet, bench: BenchControl): void {
  app.post(
    '/meters/:pan/bench',
    withMeter(fleet, (member, request, reply) => {
      const act = benchAct.safeParse(request.body);
      return act.success ? reply.send(bench.act(member, act.data)) : refuse(reply, problems.body);
    }),
  );
}

type Handler = (member: FleetMember, request: FastifyRequest, reply: FastifyReply) => unknown;

function withMeter(fleet: Fleet, handler: Handler) {
  return (request: FastifyRequest, reply: FastifyReply): unknown => {
    const { pan } = request.params as { pan: string };
    const member = fleet.find(pan);
    return member === undefined ? refuse(reply, problems.noMeter) : handler(member, request, reply);
  };
}

/** A browser always names the origin of a POST; what is no browser cannot be tricked into one. */
function isSameOrigin(request: FastifyRequest): boolean {
  const { origin, host } = request.headers;
  if (request.headers['sec-fetch-site'] === 'cross-site') return false;
  if (origin === undefined) return true;
  return URL.canParse(origin) && new URL(origin).host === host;
}

function refuse(reply: FastifyReply, problem: Problem): FastifyReply {
  void reply.status(problem.status);
  // A browser that opens an address names text/html; our scripts and other programs do not.
  if (reply.request.headers.accept?.includes('text/html') === true) {
    return reply.type('text/html; charset=utf-8').send(problemPage(problem.title, problem.detail));
  }
  return reply.type('application/problem+json').send({ type: 'about:blank', ...problem });
}
