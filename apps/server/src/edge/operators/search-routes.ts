// The route of the console's search. Whoever looks for a phone is on record: who finds a home by
// its customer's phone, and who tries a phone that nobody has.

import { consoleApi } from '@prewatt/api';
import { uuidIn } from '@prewatt/quantities';
import type { FastifyInstance } from 'fastify';
import { on } from '../../base/http/on.ts';
import type { AccessLog } from '../../registry/audit-log/index.ts';
import { createOperatorScope, type OperatorScopeDeps } from '../../registry/sign-in/index.ts';
import { searchFor } from './search.ts';

export type SearchRoutesDeps = OperatorScopeDeps & { readonly accessLog: AccessLog };

export function searchRoutes(app: FastifyInstance, context: SearchRoutesDeps): void {
  const { scoped } = createOperatorScope(context);
  on(app, consoleApi.search, async ({ request, readBody }) => {
    const { text } = readBody();
    const { answer, phoneDigits, operator } = await scoped(request, async ({ tx, operator }) => ({
      ...(await searchFor(tx, { utilityId: operator.utilityId, text })),
      operator,
    }));
    if (phoneDigits === null) return answer;
    const byPhone = answer.homes.filter(({ foundBy }) => foundBy === 'phone');
    const connectionIds = byPhone.map(({ connectionId }) => uuidIn(connectionId));
    // Digits of a meter or a token that are no phone's look for nobody.
    const isOther = byPhone.length === 0 && answer.homes.length + answer.sales.length > 0;
    if (!isOther) await context.accessLog.phoneSearched(operator, { connectionIds, phoneDigits });
    return answer;
  });
}
