// How columns are read and written. bigint columns are read as bigint, timestamptz as epoch
// milliseconds; instants are written as Date, JSON as text.

import type { ColumnType, InsertType, SelectType, UpdateType } from 'kysely';

export type Instant = ColumnType<number, Date, Date>;
export type Json<Shape = object> = ColumnType<Shape, string, string>;
/** "2026-11-24" when written; read it with ::text. */
export type CivilDate = ColumnType<Date, string, string>;

export type Nullable<C> = ColumnType<
  SelectType<C> | null,
  InsertType<C> | null | undefined,
  UpdateType<C> | null
>;
/** An INSERT may leave it out. */
export type WithDefault<C> = ColumnType<SelectType<C>, InsertType<C> | undefined, UpdateType<C>>;
/** The server's role may not update it. */
export type Fixed<C> = ColumnType<SelectType<C>, InsertType<C>, never>;

/** A tariff that is to price a connection from a civil date on. */
export type NextTariff = { from: string; tariffId: string; parameters: Record<string, string> };
