// What a rule of the proof is: a law as the database can see it.

import { type RawBuilder, sql } from 'kysely';

export type LawNumber = 1 | 2 | 3 | 4 | 5 | 6 | 7;
export type SubjectKind =
  | 'transfers'
  | 'accounts'
  | 'sales'
  | 'payments'
  | 'tokens'
  | 'meters'
  | 'grants'
  | 'vendors'
  | 'corrections'
  | 'ratings'
  | 'approvals'
  | 'tariffs'
  | 'rules'
  | 'rows';

/** Buckets from and to, both included; nowMs is business time. */
export type Range = {
  readonly fromBucket: number;
  readonly toBucket: number;
  /** Of these only the ones in this list. */
  readonly only?: readonly number[];
  /** Not those that were written long ago and are at rest. */
  readonly newer?: Newer;
  /** Asked again and again: planned once for a connection, since planning takes long. */
  readonly isAskedOften?: true;
  readonly nowMs: number;
};

export type Newer = {
  /** Transfers from this identifier on: those before were looked at, and do not change. */
  readonly postedFrom: string;
  /** The same for what takes its course and rests: sales, payments, tokens, grants. */
  readonly begunFrom: string;
  /** What meters said of an instant from this one on. */
  readonly saidFromMs: number;
};

export type Rule = {
  readonly name: string;
  readonly law: LawNumber;
  readonly of: SubjectKind;
  /** What those are that break it; follows a number. */
  readonly broken: string;
  /** At all rows of its buckets, also where a range asks for newer ones alone. */
  readonly looksAtAll?: true;
  /** Columns id, connection_id, sale_id (may be null) and bad. */
  readonly subjects: (range: Range) => RawBuilder<unknown>;
};

export const within = (alias: string, range: Pick<Range, 'fromBucket' | 'toBucket' | 'only'>) => {
  const bucket = sql.ref(`${alias}.bucket`);
  const between = sql`${bucket} BETWEEN ${range.fromBucket} AND ${range.toBucket}`;
  return range.only === undefined
    ? between
    : sql`${between} AND ${bucket} = ANY (${range.only}::smallint[])`;
};

/**
 * The directories have no wall between utilities: a run looks at its own utility's rows in them,
 * and one that has no utility, as the database's owner, at all.
 */
export const ofThisUtility = (alias: string) => {
  const column = sql.ref(`${alias}.utility_id`);
  return sql`${column} = coalesce((SELECT prewatt.current_utility()), ${column})`;
};

/** `within`, and where the range asks for it only rows from an identifier on. */
const withinFrom = (
  alias: string,
  range: Range,
  o: { readonly column: string; readonly from: 'postedFrom' | 'begunFrom' },
) => {
  const { newer } = range;
  if (newer === undefined) return within(alias, range);
  const id = sql.ref(`${alias}.${o.column}`);
  return sql`${within(alias, range)} AND ${id} >= ${newer[o.from]}::uuid`;
};

/** Of transfers, for rules about what was true of one when it was posted. */
export const postedWithin = (alias: string, range: Range) =>
  withinFrom(alias, range, { column: 'posting_id', from: 'postedFrom' });

/** Of sales and the like, whose identifiers begin with the time at which they were begun. */
export const begunWithin = (alias: string, range: Range, column = 'id') =>
  withinFrom(alias, range, { column, from: 'begunFrom' });

/** Of what meters said. */
export const saidWithin = (alias: string, range: Range) => {
  const { newer } = range;
  if (newer === undefined) return within(alias, range);
  const from = sql`${new Date(newer.saidFromMs)}::timestamptz`;
  return sql`${within(alias, range)} AND ${sql.ref(`${alias}.at`)} >= ${from}`;
};

/** 10 to a power of the currency's decimals, of a row's utility. */
const ofScale = (row: 's' | 't' | 'g', power: RawBuilder<unknown>) =>
  sql`(SELECT 10::numeric ^ ${power} FROM prewatt.utilities u
    WHERE u.id = ${sql.ref(`${row}.utility_id`)})`;
/** A currency token counts in 10^-5 of the base unit, a meter in millionths of a minor unit. */
export const e5PerMinor = (row: 's' | 't' | 'g') => ofScale(row, sql`(5 - u.currency_scale)`);
export const microPerE5 = (row: 's' | 't') => ofScale(row, sql`(1 + u.currency_scale)`);

/** Of an approval `a`: by two people, or alone by break-glass, which has a rule of its own. */
export const byTwo = sql`(a.decided_by <> a.requested_by OR a.emergency_id = a.id)`;
