// What the routes of tills and of operators share: refusals out, statement queries in.

import type { QueryOf, tillApi } from '@prewatt/api';
import type { Result } from '@prewatt/quantities';
import type { Utilities } from '../../registry/utilities/index.ts';
import { withLimits } from '../vending/index.ts';
import { problemOfRefusal, type VendorRefusal } from './errors.ts';
import type { Till } from './keys.ts';
import type { StatementQuery } from './statement.ts';

/** The value, or the refusal on its way to the client. */
export function answer<T>(result: Result<T, VendorRefusal>): T {
  if (!result.ok) throw problemOfRefusal(result.error);
  return result.value;
}

/** The same to a till about an amount: a limit that it does not keep is named. */
export async function answerTill<T>(
  utilities: Utilities,
  till: Till,
  result: Result<T, VendorRefusal>,
): Promise<T> {
  if (result.ok) return result.value;
  const code = result.error;
  if (code !== 'amountBelowMinimum' && code !== 'amountAboveMaximum') throw problemOfRefusal(code);
  throw problemOfRefusal(code, withLimits(code, await utilities.get(till.utilityId)));
}

/** Period and cursor of a statement, from the query; a civil day means its midnight in the zone. */
export function statementQuery(
  query: QueryOf<typeof tillApi.statement>,
  zone: string,
): StatementQuery {
  const msOf = (at: string | undefined): number | null => {
    if (at === undefined) return null;
    if (at.includes('T')) return Date.parse(at);
    return Temporal.PlainDate.from(at).toZonedDateTime(zone).epochMilliseconds;
  };
  return { fromMs: msOf(query.from), toMs: msOf(query.to), cursor: query.cursor ?? null };
}
