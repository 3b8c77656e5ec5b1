// The type of one column of one table, for code that keeps a closed union only there.

import type { SelectType } from 'kysely';
import type { Tables } from './tables.ts';

/** What a column holds when it holds anything: `ColumnValue<'grants', 'state'>`. */
export type ColumnValue<T extends keyof Tables, C extends keyof Tables[T]> = NonNullable<
  SelectType<Tables[T][C]>
>;
