// Routes of saved views: whoever may sign in keeps their own, and sees what others share.

import { mostSavedViews, type SavedView, savedViewApi, type ViewedList } from '@prewatt/api';
import type { FastifyInstance } from 'fastify';
import type { Tx } from '../../base/database.ts';
import { on } from '../../base/http/on.ts';
import { HttpProblem } from '../../base/http/problem.ts';
import type { AuditLog } from '../audit-log/index.ts';
import { createOperatorScope, type OperatorScopeDeps, type Staff } from '../sign-in/index.ts';
import { removeView, saveView, viewsOf } from './store.ts';

type SavedViewRoutesDeps = OperatorScopeDeps & { readonly auditLog: Pick<AuditLog, 'record'> };
type Named = { readonly list: ViewedList; readonly name: string };

export function savedViewRoutes(context: SavedViewRoutesDeps) {
  const { staffScoped } = createOperatorScope(context);
  /** What everybody sees stands in the audit log; one's own views do not. */
  const noteShared = async (
    tx: Tx,
    operator: Staff,
    view: Named & { readonly before: SavedView | undefined; readonly search: string | null },
  ): Promise<void> => {
    const { list, name: subject, before, search } = view;
    const wasShared = before?.isShared === true;
    if (search === null ? !wasShared : wasShared && before.search === search) return;
    await context.auditLog.record(tx, operator, {
      ...{ act: search === null ? 'viewUnshared' : 'viewShared', subject },
      details: { list, ...(search === null || search === '' ? {} : { search }) },
    });
  };
  const ownOf = async (tx: Tx, operator: Staff, { list, name }: Named) =>
    (await viewsOf(tx, operator, list)).find((each) => each.by === null && each.name === name);
  return async (app: FastifyInstance): Promise<void> => {
    on(app, savedViewApi.list, ({ request, readQuery }) => {
      const { list } = readQuery();
      return staffScoped(request, async ({ tx, operator }) => ({
        rows: await viewsOf(tx, operator, list),
      }));
    });
    on(app, savedViewApi.save, ({ request, readBody }) => {
      const view = readBody();
      return staffScoped(request, async ({ tx, operator, nowMs }) => {
        const before = await ownOf(tx, operator, view);
        const saved = await saveView(tx, operator, { ...view, nowMs });
        if (!saved.ok) throw tooManyViews();
        const { list, name, isShared } = view;
        const search = isShared ? view.search : null;
        await noteShared(tx, operator, { list, name, before, search });
        return { rows: await viewsOf(tx, operator, view.list) };
      });
    });
    on(app, savedViewApi.remove, ({ request, readBody }) => {
      const view = readBody();
      return staffScoped(request, async ({ tx, operator }) => {
        const before = await ownOf(tx, operator, view);
        await removeView(tx, operator, view);
        await noteShared(tx, operator, { ...view, before, search: null });
        return { rows: await viewsOf(tx, operator, view.list) };
      });
    });
  };
}

const tooManyViews = () =>
  new HttpProblem({
    ...{ status: 409, code: 'tooManyViews', title: 'Refused' },
    detail: `You have ${mostSavedViews} views of this list already. Remove one first.`,
  });
