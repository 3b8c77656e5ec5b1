// Request ids of administrators who make a vendor or a till's key: the same id is the same
// request, and gets what it made the first time.

import { ok, type Result } from '@prewatt/quantities';
import type { Tx } from '../../base/database.ts';
import { answerAgain, holdRequestId } from '../../base/request-ids.ts';

export type Ask = {
  readonly utilityId: string;
  readonly requestId: string;
  /** What is asked for, as JSON; without secrets. */
  readonly asked: object;
};

export type Asked = {
  readonly vendorId: string;
  readonly keyId: string | null;
  /** Real time. */
  readonly atMs: number;
};

/** What the request made the first time; null when it is new. Holds the id until `tx` ends. */
export async function firstAsked(
  tx: Tx,
  { utilityId, requestId, asked }: Ask,
): Promise<Result<Asked | null, 'requestIdReused'>> {
  await holdRequestId(tx, { feature: 'vendors', utilityId, requestId });
  const row = await tx
    .selectFrom('vendor_asks')
    .selectAll()
    .where('utility_id', '=', utilityId)
    .where('request_id', '=', requestId)
    .executeTakeFirst();
  if (row === undefined) return ok(null);
  const made = { vendorId: row.vendor_id, keyId: row.key_id, atMs: Number(row.at) };
  return answerAgain(row.asked, asked, made);
}

export async function keepAsked(tx: Tx, ask: Ask, made: Asked): Promise<void> {
  await tx
    .insertInto('vendor_asks')
    .values({
      utility_id: ask.utilityId,
      request_id: ask.requestId,
      asked: JSON.stringify(ask.asked),
      vendor_id: made.vendorId,
      key_id: made.keyId,
      at: new Date(made.atMs),
    })
    .execute();
}

/** Whether a request id was used before: the request is then a repeat, or refused. */
export async function wasAsked(tx: Tx, utilityId: string, requestId: string): Promise<boolean> {
  const row = await tx
    .selectFrom('vendor_asks')
    .select('request_id')
    .where('utility_id', '=', utilityId)
    .where('request_id', '=', requestId)
    .executeTakeFirst();
  return row !== undefined;
}
