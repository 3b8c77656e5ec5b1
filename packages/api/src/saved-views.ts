// Views of lists that somebody named: filters and order, for themselves or for all of the utility.

import { z } from 'zod';

export const viewedLists = ['meters', 'sales', 'customers', 'tickets'] as const;
export type ViewedList = (typeof viewedLists)[number];
const listSchema = z.enum(viewedLists);
const nameSchema = z.string().trim().min(1).max(60);

/** Of one person and one list. */
export const mostSavedViews = 30;

/** GET /api/operator/views: one's own first, then those that others share. */
export const savedViewsQuerySchema = z.object({ list: listSchema });
export const savedViewSchema = z.object({
  name: z.string(),
  /** As in the address of the list, without a question mark. */
  search: z.string(),
  isShared: z.boolean(),
  /** Null: one's own. */
  by: z.string().nullable(),
});
export type SavedView = z.output<typeof savedViewSchema>;
export const savedViewsSchema = z.object({ rows: z.array(savedViewSchema) });

/** POST /api/operator/views: a view of one's own of this name is replaced. */
export const saveViewBodySchema = z.strictObject({
  list: listSchema,
  name: nameSchema,
  search: z.string().max(1000),
  isShared: z.boolean(),
});
/** POST /api/operator/views/remove: one's own; one that is not there is no refusal. */
export const removeViewBodySchema = z.strictObject({ list: listSchema, name: nameSchema });
