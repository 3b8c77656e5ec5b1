// Key-change sets that got stuck half way. A meter drops a set that is not complete within its
// time-out, so sections that came too far apart are all accepted and change nothing: they are sent
// again, together. A set that is not complete after a week is left for an operator to look at.

import { sql } from 'kysely';
import type { Tx } from '../../base/database.ts';
import type { MeterPlace } from '../../registry/connections/index.ts';
import { subjectOf } from './key-change-sets.ts';
import {
  deliveryMs,
  deliveryOf,
  type RecordTokensDeps,
  type TokenSubject,
} from './persist-tokens.ts';

/** Longer than any time-out that makers are known to use (90 s to 10 min). */
const quietMs = 15 * 60_000;
const mostDeliveries = 6;
const setsPerSweep = 200;

type Stalled = {
  readonly id: string;
  readonly bucket: number;
  readonly connection_id: string;
  readonly meter_id: string;
  readonly sale_id: string | null;
  readonly grant_id: string | null;
  readonly issued_at: number;
  readonly overdue: boolean;
};

/** Sets without a command under way, that have been quiet, and whose sale or grant still waits. */
async function stalledSets(
  tx: Tx,
  o: { readonly utilityId: string; readonly nowMs: number },
): Promise<readonly Stalled[]> {
  const quiet = new Date(o.nowMs - quietMs);
  const old = new Date(o.nowMs - deliveryMs);
  const { rows } = await sql<Stalled>`
    SELECT s.id, s.bucket, s.connection_id, s.meter_id, s.sale_id, s.grant_id, s.issued_at,
      s.issued_at <= ${old} AS overdue
    FROM prewatt.key_change_sets s
    LEFT JOIN prewatt.sales a ON a.bucket = s.bucket AND a.id = s.sale_id
    LEFT JOIN prewatt.grants g ON g.bucket = s.bucket AND g.id = s.grant_id
    WHERE s.utility_id = ${o.utilityId}::uuid AND s.state = 'issued' AND s.issued_at <= ${quiet}
      AND coalesce(a.state, g.state) = 'issued'
      AND NOT EXISTS (SELECT FROM prewatt.tokens t
        LEFT JOIN prewatt.commands c ON c.bucket = t.bucket AND c.token_ref = t.id
        WHERE t.bucket = s.bucket AND t.kind = 'keyChange'
          AND (t.sale_id = s.sale_id OR t.grant_id = s.grant_id)
          AND (c.due_at IS NOT NULL OR t.state_at > ${quiet}))
    ORDER BY s.issued_at LIMIT ${setsPerSweep} FOR NO KEY UPDATE OF s SKIP LOCKED`.execute(tx);
  return rows;
}

/** Sends stalled sets again; answers with what has waited too long, for its follower. */
export async function resendStalledSets(
  tx: Tx,
  deps: Pick<RecordTokensDeps, 'commands'>,
  o: { readonly utilityId: string; readonly nowMs: number },
): Promise<readonly { readonly place: MeterPlace; readonly of: TokenSubject }[]> {
  const overdue: { place: MeterPlace; of: TokenSubject }[] = [];
  for (const set of await stalledSets(tx, o)) {
    const place = {
      utilityId: o.utilityId,
      bucket: set.bucket,
      connectionId: set.connection_id,
      meterId: set.meter_id,
    };
    const of = subjectOf(set);
    if (set.overdue) overdue.push({ place, of });
    else await resend(tx, deps, { place, of, issuedAtMs: set.issued_at });
  }
  return overdue;
}

async function resend(
  tx: Tx,
  deps: Pick<RecordTokensDeps, 'commands'>,
  o: { readonly place: MeterPlace; readonly of: TokenSubject; readonly issuedAtMs: number },
): Promise<void> {
  const column = o.of.kind === 'sale' ? 'sale_id' : 'grant_id';
  const sections = await tx
    .updateTable('tokens')
    .set({ state: 'issued', origin: null, refusal: null, state_at: null, heard_at: null })
    .where('bucket', '=', o.place.bucket)
    .where(column, '=', o.of.id)
    .where('kind', '=', 'keyChange')
    .returning(['id', 'section'])
    .execute();
  sections.sort((a, b) => (a.section ?? 0) - (b.section ?? 0));
  for (const { id } of sections) {
    const { n } = await tx
      .selectFrom('commands')
      .select((eb) => eb.fn.countAll<bigint>().as('n'))
      .where('bucket', '=', o.place.bucket)
      .where('connection_id', '=', o.place.connectionId)
      .where('token_ref', '=', id)
      .executeTakeFirstOrThrow();
    if (n >= mostDeliveries) continue;
    const delivery = deliveryOf({ place: o.place, tokenId: id, issuedAtMs: o.issuedAtMs });
    await deps.commands.enqueue(tx, { ...delivery, requestId: `token:${id}:again:${n}` });
  }
}
