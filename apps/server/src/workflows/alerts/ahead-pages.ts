// What is told ahead is looked for page by page: the shapes that each such question has.

import type { ConnectionPlace } from '../../registry/connections/index.ts';
import type { Ahead } from './ahead-words.ts';

export type News = {
  readonly place: ConnectionPlace;
  readonly factKey: string;
  readonly ahead: Ahead;
};

export type Page<After> = { readonly news: readonly News[]; readonly after: After | null };

export type Asked<After> = {
  readonly nowMs: number;
  readonly after: After | null;
  readonly atOnce: number;
};

/** Before all others. */
export const noUuid = '00000000-0000-0000-0000-000000000000';

/** Behind which row a page goes on; null: there is none. */
export const lastOf = <Row>(rows: readonly Row[], atOnce: number): Row | null =>
  rows.length < atOnce ? null : (rows.at(-1) ?? null);
