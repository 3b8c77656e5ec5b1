// A repeated request for approval: it gets the answer of the first one.

import type { Tx } from '../../base/database.ts';

/** Said to a request again whose answer was no. */
export const alreadyDecided = 'The approval that it asked for was not given.';

/** Whether an approval was asked for by this request. */
export async function isRequestOf(
  tx: Tx,
  approvalId: string | null,
  requestId: string,
): Promise<boolean> {
  if (approvalId === null) return false;
  const row = await tx
    .selectFrom('approvals')
    .select('id')
    .where('id', '=', approvalId)
    .where('request_id', '=', requestId)
    .executeTakeFirst();
  return row !== undefined;
}
