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
  | 'ratings';

/** Buckets from and to, both included; nowMs is business time. */
export type Range = {
  readonly fromBucket: number;
  readonly toBucket: number;
  /** Of these only the ones in this list. */
  readonly only?: readonly number[];
  /** Asked again and again: planned once for a connection, since planning takes long. */
  readonly isAskedOften?: true;
  readonly nowMs: number;
};

export type Rule = {
  readonly name: string;
  readonly law: LawNumber;
  readonly of: SubjectKind;
  /** What those are that break it; follows a number. */
  readonly broken: string;
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
