// Photos of a visit: taken once the finding that lists them is there, each as its hash says.

import { createHash } from 'node:crypto';
import { judgePhoto, type PhotoRefusal } from '@prewatt/api';
import { err, ok, type Result } from '@prewatt/quantities';
import { sql } from 'kysely';
import type { Tx } from '../../base/database.ts';
import { type CaseDeps, type CasePlace, lockCase } from './cases.ts';

type PhotoPlace = CasePlace & { readonly sha256: string };
export type KeepRefusal = PhotoRefusal | 'unknownCase' | 'otherPhoto' | 'photoNotListed';

/** The same photo again is the same photo. */
export async function keepPhoto(
  tx: Tx,
  deps: Pick<CaseDeps, 'nowMs'>,
  o: PhotoPlace & { readonly operatorId: string; readonly jpeg: Buffer },
): Promise<Result<void, KeepRefusal>> {
  const refusal = judgePhoto(o.jpeg);
  if (refusal !== null) return err(refusal);
  if (createHash('sha256').update(o.jpeg).digest('hex') !== o.sha256) return err('otherPhoto');
  const row = await lockCase(tx, o);
  if (row === null) return err('unknownCase');
  const asked = JSON.stringify([{ sha256: o.sha256 }]);
  const listed = await tx
    .selectFrom('revenue_case_events')
    .select('ordinal')
    .where('bucket', '=', row.bucket)
    .where('case_id', '=', row.id)
    .where('what', '=', 'found')
    .where(sql<boolean>`details -> 'evidence' @> ${asked}::jsonb`)
    .executeTakeFirst();
  if (listed === undefined) return err('photoNotListed');
  await tx
    .insertInto('revenue_case_photos')
    .values({
      ...{ bucket: row.bucket, case_id: row.id, utility_id: row.utility_id },
      ...{ sha256: Buffer.from(o.sha256, 'hex'), jpeg: o.jpeg },
      ...{ sent_by: o.operatorId, sent_at: new Date(deps.nowMs()) },
    })
    .onConflict((conflict) => conflict.columns(['bucket', 'case_id', 'sha256']).doNothing())
    .execute();
  return ok(undefined);
}

/** Null where it is not kept here. */
export async function photoOf(tx: Tx, o: PhotoPlace): Promise<Buffer | null> {
  const row = await tx
    .selectFrom('revenue_case_photos')
    .select('jpeg')
    .where('utility_id', '=', o.utilityId)
    .where('case_id', '=', o.caseId)
    .where('sha256', '=', Buffer.from(o.sha256, 'hex'))
    .executeTakeFirst();
  return row === undefined ? null : Buffer.from(row.jpeg);
}

/** Hashes of those that are kept here. */
export async function keptPhotosOf(tx: Tx, o: CasePlace): Promise<Set<string>> {
  const rows = await tx
    .selectFrom('revenue_case_photos')
    .select(sql<string>`encode(sha256, 'hex')`.as('hash'))
    .where('utility_id', '=', o.utilityId)
    .where('case_id', '=', o.caseId)
    .execute();
  return new Set(rows.map(({ hash }) => hash));
}
