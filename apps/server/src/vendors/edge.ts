// What the routes of tills and of operators share: refusals out, statement queries in.

import { statementQuerySchema } from '@prewatt/api';
import type { Result } from '@prewatt/quantities';
import { parse } from '../http/parse.ts';
import { problemOfRefusal, type VendorRefusal } from './errors.ts';
import type { StatementQuery } from './statement.ts';

/** The value, or the refusal on its way to the client. */
export function answer<T>(result: Result<T, VendorRefusal>): T {
  if (!result.ok) throw problemOfRefusal(result.error);
  return result.value;
}

/** Period and cursor of a statement, from the query. */
export function statementQuery(value: unknown): StatementQuery {
  const query = parse(statementQuerySchema, value);
  return {
    fromMs: query.from === undefined ? null : Date.parse(query.from),
    toMs: query.to === undefined ? null : Date.parse(query.to),
    cursor: query.cursor ?? null,
  };
}
