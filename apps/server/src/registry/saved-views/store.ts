// Saved views of lists.

import { mostSavedViews, type SavedView, type ViewedList } from '@prewatt/api';
import { err, ok, type Result } from '@prewatt/quantities';
import type { Tx } from '../../base/database.ts';

type Person = { readonly utilityId: string; readonly operatorId: string };

/** One's own by name, then those that others share. */
export async function viewsOf(tx: Tx, by: Person, list: ViewedList): Promise<SavedView[]> {
  const rows = await tx
    .selectFrom('saved_views as v')
    .innerJoin('operators as o', 'o.id', 'v.operator_id')
    .select(['v.operator_id', 'v.name', 'v.search', 'v.is_shared', 'o.name as by'])
    .where('v.utility_id', '=', by.utilityId)
    .where('v.list', '=', list)
    .where((where) =>
      where.or([where('v.operator_id', '=', by.operatorId), where('is_shared', '=', true)]),
    )
    .orderBy('v.name')
    .orderBy('o.name')
    .execute();
  const views = rows.map((row) => ({
    ...{ name: row.name, search: row.search, isShared: row.is_shared },
    by: row.operator_id === by.operatorId ? null : row.by,
  }));
  return [...views.filter((view) => view.by === null), ...views.filter((view) => view.by !== null)];
}

type NewView = {
  readonly list: ViewedList;
  readonly name: string;
  readonly search: string;
  readonly isShared: boolean;
  readonly nowMs: number;
};

export async function saveView(
  tx: Tx,
  by: Person,
  view: NewView,
): Promise<Result<void, 'tooManyViews'>> {
  const { list, name, search } = view;
  const own = (await viewsOf(tx, by, list)).filter((each) => each.by === null);
  const isNew = own.every((each) => each.name !== name);
  if (isNew && own.length >= mostSavedViews) return err('tooManyViews');
  const changed = { search, is_shared: view.isShared, saved_at: new Date(view.nowMs) };
  await tx
    .insertInto('saved_views')
    .values({
      ...{ utility_id: by.utilityId, operator_id: by.operatorId, list, name },
      ...changed,
    })
    .onConflict((conflict) =>
      conflict.columns(['utility_id', 'operator_id', 'list', 'name']).doUpdateSet(changed),
    )
    .execute();
  return ok(undefined);
}

export async function removeView(
  tx: Tx,
  by: Person,
  view: { readonly list: ViewedList; readonly name: string },
): Promise<void> {
  await tx
    .deleteFrom('saved_views')
    .where('utility_id', '=', by.utilityId)
    .where('operator_id', '=', by.operatorId)
    .where('list', '=', view.list)
    .where('name', '=', view.name)
    .execute();
}
