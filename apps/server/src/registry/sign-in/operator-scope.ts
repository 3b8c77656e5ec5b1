// What every route of an operator's API does first: who is signed in, one transaction of the
// utility that is the operator's own, and whether this sign-in may act. Technicians are let in only
// where a route says so.

import type { FastifyRequest } from 'fastify';
import type { Database, Tx } from '../../base/database.ts';
import { forbidden, signedOut } from '../../base/http/problem.ts';
import type { Clocks } from '../../base/time.ts';
import type { Utilities, Utility } from '../utilities/index.ts';
import { headersOf } from './headers.ts';
import type { Colleague, Operator, SignIn, Staff } from './sign-in.ts';

export type OperatorScopeDeps = {
  readonly database: Database;
  readonly clocks: Clocks;
  readonly utilities: Utilities;
  readonly signIn: SignIn;
};

export type OperatorScope<Who = Operator> = {
  readonly tx: Tx;
  readonly utility: Utility;
  readonly operator: Who;
  /** Business time. */
  readonly nowMs: number;
};

/** Asked at the door and again by the route: looked up once. */
const asked = new WeakMap<FastifyRequest, Promise<Staff | null>>();

/** Whoever of the utility is signed in; 401 for a stranger. */
export async function staffOf(signIn: SignIn, request: FastifyRequest): Promise<Staff> {
  const looking = asked.get(request) ?? signIn.staffOf(headersOf(request));
  asked.set(request, looking);
  const staff = await looking;
  if (staff === null) throw signedOut();
  if (!byKey.has(request)) seen.set(request, staff);
  return staff;
}

/** Requests by the key of an integration: of no operator. */
const byKey = new WeakMap<FastifyRequest, { readonly knowsPeople: boolean }>();
/** Whether a request may find homes by their customers: all but a key without that scope. */
export const mayFindPeople = (request: FastifyRequest): boolean =>
  byKey.get(request)?.knowsPeople ?? true;

/**
 * The request is of a program whose key opens this route: to the route it is a viewer. Its
 * `operatorId` is no operator's, so nothing may be written under it.
 */
export function readByKey(
  request: FastifyRequest,
  o: {
    readonly utilityId: string;
    readonly integrationId: string;
    readonly name: string;
    /** It is shown the names of customers. */
    readonly knowsPeople: boolean;
  },
): void {
  const { utilityId, integrationId: operatorId, name } = o;
  byKey.set(request, { knowsPeople: o.knowsPeople });
  asked.set(request, Promise.resolve({ utilityId, operatorId, name, email: '', role: 'viewer' }));
}

const seen = new WeakMap<FastifyRequest, Staff>();
/** Who was found to have sent a request; undefined while nobody looked. */
export const staffSeen = (request: FastifyRequest): Staff | undefined => seen.get(request);

/** The session of whoever is signed in, which an event stream ends with; 401 for a stranger. */
export async function sessionIdOf(signIn: SignIn, request: FastifyRequest): Promise<string> {
  const session = await signIn.sessionOf(headersOf(request));
  if (session === null) throw signedOut();
  return session.session.id;
}

/** The signed-in operator; a technician is refused. */
export async function operatorOf(signIn: SignIn, request: FastifyRequest): Promise<Operator> {
  const { role, ...staff } = await colleagueOf(signIn, request);
  if (role === 'technician') throw forbidden('Your sign-in is for install jobs only.');
  return { ...staff, role };
}

/** Whoever is signed in; an auditor is a viewer to every route. */
async function colleagueOf(signIn: SignIn, request: FastifyRequest): Promise<Colleague> {
  const { role, ...staff } = await staffOf(signIn, request);
  return role === 'auditor'
    ? { ...staff, role: 'viewer', isAuditor: true }
    : { ...staff, role, isAuditor: false };
}

export function createOperatorScope({ database, clocks, utilities, signIn }: OperatorScopeDeps) {
  const nowMs = () => clocks.business.nowMs();

  const scopeOf =
    <Who extends Staff>(who: (request: FastifyRequest) => Promise<Who>) =>
    async <T>(
      request: FastifyRequest,
      work: (scope: OperatorScope<Who>) => Promise<T>,
    ): Promise<T> => {
      const operator = await who(request);
      const utility = await utilities.get(operator.utilityId);
      return database.inUtility(utility.id, (tx) =>
        work({ tx, utility, operator, nowMs: nowMs() }),
      );
    };

  return {
    nowMs,
    operatorOf: (request: FastifyRequest) => operatorOf(signIn, request),
    scoped: scopeOf((request) => operatorOf(signIn, request)),
    /** For the few routes that a technician needs. */
    staffScoped: scopeOf((request) => colleagueOf(signIn, request)),
  };
}

/** A viewer only reads; the others may change things. */
export function requireActing(operator: Operator): void {
  if (operator.role === 'viewer') throw forbidden('Your sign-in may read only.');
}
