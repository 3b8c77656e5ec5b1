// What every route does before its own work, in one place, so that none can forget it: of the
// operators' API, who is signed in and whether their role may come here, before a body is read or
// looked at; of all answers, that nobody keeps a copy unless the route says so. What depends on the
// thing that is asked for is decided behind the door, by the route.

import { operatorRoot, scopeOfRoute } from '@prewatt/api';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { badRequest, forbidden, HttpProblem } from '../../base/http/problem.ts';
import type { AccessLog } from '../../registry/audit-log/index.ts';
import {
  type IntegrationCaller,
  type Integrations,
  isIntegrationKey,
} from '../../registry/integrations/index.ts';
import { readByKey, type SignIn, staffOf } from '../../registry/sign-in/index.ts';

/** `staff` lets technicians in, too; `reads` viewers; `changes` neither. */
type Door = 'staff' | 'reads' | 'changes';

/** Below the root of the operators' API, where the method does not say it. */
const exceptions: Readonly<Record<string, Door>> = {
  'GET me': 'staff',
  'GET me/failed-sign-ins': 'staff',
  'POST me/failed-sign-ins/seen': 'staff',
  'POST me/password': 'staff',
  'POST me/sign-out-everywhere': 'staff',
  'GET installs': 'staff',
  'GET installs/technicians': 'staff',
  'GET installs/:id': 'staff',
  'POST installs': 'staff',
  'POST installs/:id/acts': 'staff',
  'POST installs/:id/assign': 'staff',
  'POST installs/:id/take': 'staff',
  'POST installs/:id/close': 'staff',
  'POST installs/:id/cancel': 'staff',
  // They change nothing: a search, rules in words, and a file that is only tried.
  'POST search': 'reads',
  'POST protection/rules/reading': 'reads',
  'POST imports': 'reads',
};

const doorOf = (method: string, path: string): Door => {
  const verb = method === 'HEAD' ? 'GET' : method;
  return exceptions[`${verb} ${path}`] ?? (verb === 'GET' ? 'reads' : 'changes');
};

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
    const { role } = await staffOf(o.signIn, request);
    const door = doorOf(request.method, url.slice(operatorRoot.length));
    if (role === 'technician' && door !== 'staff') {
      throw forbidden('Your sign-in is for install jobs only.');
    }
    if (role === 'viewer' && door === 'changes') throw forbidden('Your sign-in may read only.');
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
