// What every route does before its own work, in one place, so that none can forget it: of the
// operators' API, who is signed in and whether their role may come here (packages/api, who-may.ts),
// before a body is read or looked at; of all answers, that nobody keeps a copy unless the route
// says so. What depends on the thing that is asked for is decided behind the door, by the route.

import {
  asksSecondFactor,
  operatorRoot,
  rolesOfRoute,
  type StaffRole,
  scopeOfRoute,
} from '@prewatt/api';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { badRequest, forbidden, HttpProblem } from '../../base/http/problem.ts';
import type { AccessLog } from '../../registry/audit-log/index.ts';
import {
  type IntegrationCaller,
  type Integrations,
  isIntegrationKey,
} from '../../registry/integrations/index.ts';
import { readByKey, type SignIn, staffOf } from '../../registry/sign-in/index.ts';

type GuardDeps = {
  readonly signIn: SignIn;
  readonly integrations: Integrations;
  readonly accessLog: Pick<AccessLog, 'integrationRefused'>;
};

export function guardDoors(app: FastifyInstance, o: GuardDeps): void {
  // After the limits of an address, before the body.
  app.addHook('preParsing', async (request) => {
    const { url = '' } = request.routeOptions;
    if (!url.startsWith(operatorRoot)) return;
    await openByKey(request, o);
    const { role, needsSecondFactor } = await staffOf(o.signIn, request);
    const roles = rolesOfRoute(request.method, url);
    if (roles === null || !roles.includes(role)) throw forbidden(whyNot(role, roles ?? []));
    if (needsSecondFactor && asksSecondFactor(request.method, url)) throw factorNeeded();
  });

  app.addHook('preValidation', async ({ routeOptions, body, query }) => {
    if (!(routeOptions.url ?? '').startsWith(operatorRoot)) return;
    if (!isPlain(body) || !isPlain({ ...(query as object) })) {
      throw badRequest(
        'A text holds the character U+0000, or values stand too deep in each other.',
      );
    }
  });

  // Customers' names and phones are in answers of many scopes; one scope shows them.
  app.addHook('preSerialization', async (request, _reply, payload) => {
    const caller = byIntegration.get(request);
    return caller === undefined || caller.scopes.includes('homes:read')
      ? payload
      : withoutPeople(payload);
  });

  app.addHook('onSend', async (_request, reply) => {
    if (!reply.hasHeader('cache-control')) reply.header('cache-control', 'no-store');
  });
}

/** In words of who is refused. */
function whyNot(role: StaffRole, roles: readonly StaffRole[]): string {
  if (role === 'technician') return 'Your sign-in is for install jobs only.';
  if (role === 'viewer' || role === 'auditor') return 'Your sign-in may read only.';
  return roles.includes('viewer')
    ? `This is for the role administrator or viewer; yours is ${role}.`
    : 'Only an administrator may do this.';
}

/** A program that comes by a key: the table of scopes decides, whatever else it sends. */
async function openByKey(request: FastifyRequest, o: GuardDeps): Promise<void> {
  const { authorization } = request.headers;
  if (!isIntegrationKey(authorization)) return;
  const caller = await o.integrations.callerOf(authorization);
  if (caller === null) throw keyRefused();
  if (!(await o.integrations.admit(caller))) throw tooMany(caller.requestsPerMinute);
  const { url = '' } = request.routeOptions;
  const scope = scopeOfRoute(request.method, url);
  if (scope === null || !caller.scopes.includes(scope)) {
    await o.accessLog.integrationRefused(caller, `${request.method} ${url}`);
    throw forbidden(refusalOf(request.method, scope));
  }
  readByKey(request, { ...caller, knowsPeople: caller.scopes.includes('homes:read') });
  byIntegration.set(request, caller);
}

function refusalOf(method: string, scope: string | null): string {
  if (scope !== null) return `The key of this integration has no ${scope}.`;
  return method === 'GET' || method === 'HEAD'
    ? 'No key of an integration opens this; an operator signs in for it.'
    : 'The key of an integration only reads: an operator signs in to change something.';
}

const ofPeople: ReadonlySet<string> = new Set([
  ...['customerName', 'customerPhone', 'payerName', 'payerPhone'],
]);

/** The answer with null for the names and phones of customers, however deep they stand. */
function withoutPeople(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutPeople);
  if (typeof value !== 'object' || value === null) return value;
  if (Object.getPrototypeOf(value) !== Object.prototype) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key,
      ofPeople.has(key) ? null : withoutPeople(inner),
    ]),
  );
}

const byIntegration = new WeakMap<FastifyRequest, IntegrationCaller>();
/** Whose key opened a request; undefined for one that came by no key. */
export const integrationSeen = (request: FastifyRequest): IntegrationCaller | undefined =>
  byIntegration.get(request);

const factorNeeded = (): HttpProblem =>
  new HttpProblem({
    status: 403,
    code: 'secondFactorNeeded',
    title: 'A second factor is needed',
    detail:
      'Your role needs a second factor before it may do this. Turn it on in the console, under ' +
      '“Your account”; you need an authenticator app on your phone.',
  });

const keyRefused = (): HttpProblem =>
  new HttpProblem({
    status: 401,
    code: 'keyRefused',
    title: 'Refused',
    detail: 'This key is unknown, has ended or was revoked; ask the utility for another one.',
  });

const tooMany = (limit: number): HttpProblem =>
  new HttpProblem({
    status: 429,
    code: 'tooManyRequests',
    title: 'Too many requests',
    detail: `This integration may ask ${limit} times a minute. Wait a minute and try again.`,
  });

/** Deeper than any document of ours. */
const deepest = 64;

/**
 * Whether a decoded JSON value can be kept and read again: no U+0000, which PostgreSQL takes in no
 * text, and no nest that would end a walk over it. Without a walk of that kind itself.
 */
function isPlain(value: unknown): boolean {
  let level = [value];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > deepest) return false;
    const below: unknown[] = [];
    for (const each of level) {
      if (typeof each === 'string' && each.includes('\0')) return false;
      if (Array.isArray(each)) for (const item of each) below.push(item);
      else if (isRecord(each)) {
        for (const [name, item] of Object.entries(each)) below.push(name, item);
      }
    }
    level = below;
  }
  return true;
}

/** Files come as streams and are read by their routes. */
const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' &&
  value !== null &&
  [Object.prototype, null].includes(Object.getPrototypeOf(value));
