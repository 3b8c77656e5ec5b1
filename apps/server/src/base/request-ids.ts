// Request ids: who asks gives an id, and the same id is the same request. A repeat changes nothing
// and gets the first answer; with other content it is refused. Features keep what was asked in
// their own rows; how it is compared, waited for and refused is said here.

import { isDeepStrictEqual } from 'node:util';
import { err, ok, type Result } from '@prewatt/quantities';
import { sql } from 'kysely';
import type { Tx } from './database.ts';

/** Status and words, for the tables of refusals. */
export const requestIdReused: readonly [status: 409, text: string] = [
  409,
  'This request id was used for something else; take a new one.',
];

/**
 * What the second request of an id is answered: `answer`, the first one's, if it asks for the same.
 * `first` is what was asked then and `asked` what is asked now, in the same form.
 */
export const answerAgain = <T>(
  first: unknown,
  asked: unknown,
  answer: T,
): Result<T, 'requestIdReused'> =>
  isDeepStrictEqual(first, asked) ? ok(answer) : err('requestIdReused');

/** Of two transactions with the same id the second waits until the first has ended. */
export async function holdRequestId(
  tx: Tx,
  o: { readonly feature: string; readonly utilityId: string; readonly requestId: string },
): Promise<void> {
  const name = `${o.feature} request ${o.utilityId} ${o.requestId}`;
  await sql`SELECT pg_advisory_xact_lock(hashtextextended(${name}, 0))`.execute(tx);
}
