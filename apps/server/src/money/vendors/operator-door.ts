// What the routes of operators about vendors share: whose role may ask, in which transaction, and
// that what was done is noted in it.

import type { Result } from '@prewatt/quantities';
import type { FastifyRequest } from 'fastify';
import type { Database, Tx } from '../../base/database.ts';
import { forbidden } from '../../base/http/problem.ts';
import type { Clocks } from '../../base/time.ts';
import type { AuditLog, NewAuditEntry } from '../../registry/audit-log/index.ts';
import { type Operator, operatorOf, type SignIn } from '../../registry/sign-in/index.ts';
import type { Utilities } from '../../registry/utilities/index.ts';
import type { VendorRefusal } from './errors.ts';
import { answer } from './http-helpers.ts';
import type { Vendors } from './index.ts';

export type VendorOperatorRoutesDeps = {
  readonly clocks: Clocks;
  readonly database: Database;
  readonly publicUrl: string;
  readonly signIn: SignIn;
  readonly utilities: Utilities;
  readonly vendors: Vendors;
  readonly auditLog: AuditLog;
};

type Role = Operator['role'];
export type OfVendor = FastifyRequest<{ Params: { readonly id: string } }>;
export type Refusable<T> = Promise<Result<T, VendorRefusal>>;

export const readers: readonly Role[] = ['viewer', 'operator', 'administrator'];
export const actors: readonly Role[] = ['operator', 'administrator'];
export const administrators: readonly Role[] = ['administrator'];

/** Answers to an operator of one of these roles, in one transaction of the utility. */
export const createAs =
  ({ database, signIn }: VendorOperatorRoutesDeps) =>
  async <T>(
    roles: readonly Role[],
    request: FastifyRequest,
    work: (tx: Tx, operator: Operator) => Refusable<T>,
  ): Promise<T> => {
    const operator = await operatorOf(signIn, request);
    if (!roles.includes(operator.role)) {
      throw forbidden(`This is for the role ${roles.join(' or ')}; yours is ${operator.role}.`);
    }
    return answer(await database.inUtility(operator.utilityId, (tx) => work(tx, operator)));
  };

/** The same work, with an entry of the audit log in the same transaction. */
export const createRecorded =
  ({ auditLog }: VendorOperatorRoutesDeps) =>
  <T>(
    request: OfVendor,
    noted: Pick<NewAuditEntry, 'act' | 'details'>,
    work: (tx: Tx, by: Operator) => Refusable<T>,
  ) =>
  async (tx: Tx, by: Operator): Refusable<T> => {
    const done = await work(tx, by);
    if (done.ok) await auditLog.record(tx, by, { ...noted, subject: request.params.id });
    return done;
  };

/** 202 for what waits for a second person. */
export const statusOf = (done: object): 200 | 202 => ('approvalId' in done ? 202 : 200);
