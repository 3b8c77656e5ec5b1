// Routes of what customers write: what waits for a person, and that one has read it. Digits of
// tokens are covered, as in every list.

import { inboxApi } from '@prewatt/api';
import { idFromUuid, isoOf } from '@prewatt/quantities';
import type { FastifyInstance } from 'fastify';
import { on } from '../../base/http/on.ts';
import { notFound } from '../../base/http/problem.ts';
import { textDone, textsOf } from '../../messaging/inbox/index.ts';
import {
  createOperatorScope,
  type OperatorScopeDeps,
  requireActing,
} from '../../registry/sign-in/index.ts';

const pageRows = 100;

export type InboxRoutesDeps = OperatorScopeDeps;

export function inboxRoutes(app: FastifyInstance, context: InboxRoutesDeps): void {
  const { scoped } = createOperatorScope(context);

  on(app, inboxApi.list, ({ request, readQuery }) => {
    const { show, cursor = '' } = readQuery();
    const beforeId = /^[0-9a-f-]{36}$/.test(cursor) ? cursor : null;
    return scoped(request, async ({ tx }) => {
      const isOpen = show === 'open';
      const found = await textsOf(tx, { isOpen, beforeId, limit: pageRows + 1 });
      const rows = found.slice(0, pageRows);
      const last = rows.at(-1);
      return {
        rows: rows.map(({ id, at, connection_id: connectionId, ...row }) => ({
          textId: idFromUuid('message', id),
          at: isoOf(at),
          phone: row.phone,
          connectionId: connectionId === null ? null : idFromUuid('connection', connectionId),
          connectionName: row.connection_name,
          text: covered(row.text),
          answer: row.answer === null ? null : covered(row.answer),
          state: row.state,
        })),
        nextCursor: found.length > pageRows && last !== undefined ? last.id : null,
      };
    });
  });

  on(app, inboxApi.done, ({ request, uuid }) => {
    const id = uuid('id');
    return scoped(request, async ({ tx, operator, nowMs }) => {
      requireActing(operator);
      const isDone = await textDone(tx, id, { operatorId: operator.operatorId, nowMs });
      if (!isDone) throw notFound('text that waits');
      return { state: 'done' as const };
    });
  });
}

const covered = (text: string): string =>
  text.replace(/\d{4}[ -]?\d{4}[ -]?\d{4}[ -]?\d{4}[ -]?(\d{4})(?!\d)/g, '•••• •••• •••• •••• $1');
