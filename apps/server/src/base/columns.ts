// How columns are read and written: bigint as bigint, timestamptz as epoch milliseconds, and
// instants are written as Date.

import type { ColumnType, JSONColumnType } from 'kysely';

export type Instant = ColumnType<number, Date, Date>;
export type NullableInstant = ColumnType<number | null, Date | null | undefined, Date | null>;
export type Json = JSONColumnType<object, string, string>;
export type NullableJson = ColumnType<object | null, string | null | undefined, string | null>;
/** "2026-11-24" when written; read it with ::text. */
export type CivilDate = ColumnType<Date, string, never>;
export type NullableBigint = ColumnType<bigint | null, bigint | null | undefined, bigint | null>;
export type NullableText = ColumnType<string | null, string | null | undefined, string | null>;
export type NullableNumber = ColumnType<number | null, number | null | undefined, number | null>;
