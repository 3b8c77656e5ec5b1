// What changes while a console is open, as server-sent events.

import { consoleApi, type LiveEvent } from '@prewatt/api';
import { idFromUuid } from '@prewatt/quantities';
import type { FastifyInstance } from 'fastify';
import type { LiveHub } from '../../base/http/live-hub.ts';
import { on } from '../../base/http/on.ts';
import type { LiveNotice } from '../../base/live.ts';
import {
  createOperatorScope,
  type OperatorScopeDeps,
  sessionIdOf,
} from '../../registry/sign-in/index.ts';
import type { Utility } from '../../registry/utilities/index.ts';
import { meterRowsOf } from './meters.ts';

export type LiveRouteDeps = OperatorScopeDeps & { readonly hub: LiveHub };

export function liveRoute(app: FastifyInstance, context: LiveRouteDeps): void {
  const { nowMs, operatorOf } = createOperatorScope(context);
  const rowsNow = (utility: Utility, connectionIds: readonly string[]) =>
    context.database.inUtility(utility.id, (tx) =>
      meterRowsOf(tx, utility, { connectionIds, nowMs: nowMs() }),
    );
  on(app, consoleApi.live, async ({ request, reply }) => {
    const operator = await operatorOf(request);
    const utility = await context.utilities.get(operator.utilityId);
    context.hub.stream(request, reply, {
      sessionId: await sessionIdOf(context.signIn, request),
      concerns: (notice) => notice.utilityId === utility.id && notice.kind !== 'command',
      update: async (send, notices) => {
        for (const event of eventsOf(notices)) send('message', event);
        const changed = changedMeters(notices);
        if (changed.length === 0) return;
        const rows = (await rowsNow(utility, changed)).map(({ owedEnergyWh: _, ...row }) => row);
        send('message', { kind: 'meters', rows } satisfies LiveEvent);
      },
    });
  });
}

const changedMeters = (notices: readonly LiveNotice[]): readonly string[] => [
  ...new Set(notices.flatMap((notice) => (notice.kind === 'meters' ? notice.connectionIds : []))),
];

/** Each thing once, whatever is told of it. */
function eventsOf(notices: readonly LiveNotice[]): Iterable<LiveEvent> {
  const events = new Map<string, LiveEvent>();
  for (const notice of notices) {
    if (notice.kind === 'command' || notice.kind === 'meters') continue;
    if (notice.kind === 'approval') {
      const approvalId = idFromUuid('approval', notice.approvalId);
      events.set(approvalId, { kind: 'approval', approvalId });
      continue;
    }
    const connectionId = idFromUuid('connection', notice.connectionId);
    if (notice.kind === 'sale') {
      const saleId = idFromUuid('sale', notice.saleId);
      events.set(saleId, { kind: 'sale', connectionId, saleId });
    } else {
      events.set(connectionId, { kind: 'connection', connectionId });
    }
  }
  return events.values();
}
