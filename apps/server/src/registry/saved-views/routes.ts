// Routes of saved views: whoever may sign in keeps their own, and sees what others share.

import { mostSavedViews, savedViewApi } from '@prewatt/api';
import type { FastifyInstance } from 'fastify';
import { on } from '../../base/http/on.ts';
import { HttpProblem } from '../../base/http/problem.ts';
import { createOperatorScope, type OperatorScopeDeps } from '../sign-in/index.ts';
import { removeView, saveView, viewsOf } from './store.ts';

export function savedViewRoutes(context: OperatorScopeDeps) {
  const { staffScoped } = createOperatorScope(context);
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
        const saved = await saveView(tx, operator, { ...view, nowMs });
        if (!saved.ok) throw tooManyViews();
        return { rows: await viewsOf(tx, operator, view.list) };
      });
    });
    on(app, savedViewApi.remove, ({ request, readBody }) => {
      const view = readBody();
      return staffScoped(request, async ({ tx, operator }) => {
        await removeView(tx, operator, view);
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
