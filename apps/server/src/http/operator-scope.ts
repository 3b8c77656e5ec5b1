// What every route of an operator's API does first: who is signed in, one transaction of the
// utility that is the operator's own, and whether this sign-in may act.

import type { FastifyRequest } from 'fastify';
import type { Tx } from '../platform/database.ts';
import type { Operator } from '../sign-in/index.ts';
import type { Utility } from '../utilities/index.ts';
import { headersOf, type RouteContext } from './context.ts';
import { forbidden, signedOut } from './problem.ts';

export type OperatorScope = {
  readonly tx: Tx;
  readonly utility: Utility;
  readonly operator: Operator;
  /** Business time. */
  readonly nowMs: number;
};

export function createOperatorScope({ services, signIn }: RouteContext) {
  const nowMs = () => services.clocks.business.nowMs();

  const operatorOf = async (request: FastifyRequest): Promise<Operator> => {
    const operator = await signIn.operatorOf(headersOf(request));
    if (operator === null) throw signedOut();
    return operator;
  };

  const scoped = async <T>(
    request: FastifyRequest,
    work: (scope: OperatorScope) => Promise<T>,
  ): Promise<T> => {
    const operator = await operatorOf(request);
    const utility = await services.utilities.get(operator.utilityId);
    return services.database.inUtility(utility.id, (tx) =>
      work({ tx, utility, operator, nowMs: nowMs() }),
    );
  };

  return { nowMs, operatorOf, scoped };
}

/** A viewer reads, the others act. */
export function requireActing(operator: Operator): void {
  if (operator.role === 'viewer') throw forbidden('Your sign-in may read only.');
}
