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

/** Period and cursor of a statement, from the query; a civil day means its midnight in the zone. */
export function statementQuery(value: unknown, zone: string): StatementQuery {
  const query = parse(statementQuerySchema, value);
  const msOf = (at: string | undefined): number | null => {
    if (at === undefined) return null;
    if (at.includes('T')) return Date.parse(at);
    return Temporal.PlainDate.from(at).toZonedDateTime(zone).epochMilliseconds;
  };
  return { fromMs: msOf(query.from), toMs: msOf(query.to), cursor: query.cursor ?? null };
}
