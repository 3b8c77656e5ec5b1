// Where a file of others differs from our payments, and which known differences are settled by now.
// SQL only. A provider's row is compared with the payment of its reference, a bank's row with what
// the provider's rows of that batch come to.

import { type RawBuilder, sql } from 'kysely';
import type { ColumnValue } from '../../base/column-value.ts';
import type { Tx } from '../../base/database.ts';

export type Found = {
  readonly what: ColumnValue<'reconciliation_differences', 'what'>;
  readonly reference: string;
  readonly ours: bigint | null;
  readonly theirs: bigint | null;
  /** "2026-11-24" */
  readonly since: string;
};

export type ComparedFile = {
  readonly fileId: string;
  readonly utilityId: string;
  readonly provider: string;
  readonly zone: string;
  readonly firstDate: string;
  readonly lastDate: string;
};

/**
 * A provider's row of which no later file says otherwise: what a file tells of a payment in a
 * payout stands until another file tells the same payment in the same payout with other values.
 */
const stands = sql`(r.batch IS NULL OR NOT EXISTS (SELECT FROM prewatt.reconciliation_rows l
  WHERE l.utility_id = r.utility_id AND l.kind = r.kind AND l.provider = r.provider
    AND l.reference = r.reference AND l.batch = r.batch AND l.file_id > r.file_id))`;

/** The first of the rows of each reference, among all files, with how many there are. */
const firstRows = (o: ComparedFile, kind: 'settlement' | 'bank') => sql`
  SELECT DISTINCT ON (r.reference) r.reference, r.amount_minor, r.on_date,
    count(*) OVER (PARTITION BY r.reference) AS times
  FROM prewatt.reconciliation_rows r
  WHERE r.utility_id = ${o.utilityId}::uuid AND r.kind = ${kind} AND r.provider = ${o.provider}
    AND r.reference IN (SELECT n.reference FROM prewatt.reconciliation_rows n
      WHERE n.file_id = ${o.fileId}::uuid)
    AND ${stands}
  ORDER BY r.reference, r.on_date, r.id`;

/** Our payment of a reference: the directories say where it is, and row-level security whose. */
const paymentOf = (provider: RawBuilder<unknown>, reference: string) => sql`
  LEFT JOIN prewatt.provider_reference_directory d ON d.provider = ${provider}
    AND d.provider_reference = ${sql.ref(reference)}
  LEFT JOIN prewatt.payment_directory place ON place.payment_id = d.payment_id
  LEFT JOIN prewatt.payments p ON p.bucket = place.bucket AND p.id = place.payment_id
    AND p.state = 'succeeded'`;

/** What the provider pays out per batch, by its own rows. */
const batches = (o: Pick<ComparedFile, 'utilityId' | 'provider'>) => sql`
  SELECT r.batch, sum(r.amount_minor - r.fee_minor)::bigint AS payout_minor,
    max(r.on_date) AS on_date
  FROM prewatt.reconciliation_rows r WHERE r.utility_id = ${o.utilityId}::uuid
    AND r.provider = ${o.provider} AND r.kind = 'settlement' AND r.batch IS NOT NULL AND ${stands}
  GROUP BY r.batch`;

export async function differencesOfSettlement(tx: Tx, o: ComparedFile): Promise<Found[]> {
  const { rows } = await sql<Found>`
    WITH theirs AS (${firstRows(o, 'settlement')})
    SELECT CASE WHEN p.id IS NULL THEN 'missingHere' ELSE 'amountDiffers' END AS what,
      theirs.reference, p.received_minor AS ours, theirs.amount_minor AS theirs,
      theirs.on_date::text AS since
    FROM theirs ${paymentOf(sql`${o.provider}`, 'theirs.reference')}
    WHERE p.received_minor IS DISTINCT FROM theirs.amount_minor
    UNION ALL
    SELECT 'duplicate', theirs.reference, p.received_minor, (theirs.amount_minor * theirs.times)::bigint,
      theirs.on_date::text
    FROM theirs ${paymentOf(sql`${o.provider}`, 'theirs.reference')} WHERE theirs.times > 1
    UNION ALL
    SELECT 'missingThere', p.provider_reference, p.received_minor, NULL,
      (p.decided_at AT TIME ZONE ${o.zone})::date::text
    FROM prewatt.payments p
    WHERE p.utility_id = ${o.utilityId}::uuid AND p.provider = ${o.provider}
      AND p.state = 'succeeded'
      AND p.decided_at >= ${o.firstDate}::date::timestamp AT TIME ZONE ${o.zone}
      AND p.decided_at < (${o.lastDate}::date + 1)::timestamp AT TIME ZONE ${o.zone}
      AND NOT EXISTS (SELECT FROM prewatt.reconciliation_rows r
        WHERE r.utility_id = p.utility_id AND r.kind = 'settlement' AND r.provider = p.provider
          AND r.reference = p.provider_reference)`.execute(tx);
  return rows;
}

export async function differencesOfBank(tx: Tx, o: ComparedFile): Promise<Found[]> {
  const { rows } = await sql<Found>`
    WITH theirs AS (${firstRows(o, 'bank')}), ours AS (${batches(o)})
    SELECT CASE WHEN ours.batch IS NULL THEN 'missingHere' ELSE 'amountDiffers' END AS what,
      theirs.reference, ours.payout_minor AS ours, theirs.amount_minor AS theirs,
      theirs.on_date::text AS since
    FROM theirs LEFT JOIN ours ON ours.batch = theirs.reference
    WHERE ours.payout_minor IS DISTINCT FROM theirs.amount_minor
    UNION ALL
    SELECT 'duplicate', theirs.reference, ours.payout_minor,
      (theirs.amount_minor * theirs.times)::bigint, theirs.on_date::text
    FROM theirs LEFT JOIN ours ON ours.batch = theirs.reference WHERE theirs.times > 1
    UNION ALL
    SELECT 'missingThere', ours.batch, ours.payout_minor, NULL, ours.on_date::text
    FROM ours WHERE ours.on_date BETWEEN ${o.firstDate}::date AND ${o.lastDate}::date
      AND NOT EXISTS (SELECT FROM prewatt.reconciliation_rows r
        WHERE r.utility_id = ${o.utilityId}::uuid AND r.kind = 'bank'
          AND r.provider = ${o.provider} AND r.reference = ours.batch)`.execute(tx);
  return rows;
}

/**
 * Differences that are not closed and are none any more: what was missing has come, or a batch is
 * complete by now. What differs in a provider's own row, or comes twice, only a person can close.
 */
export async function settledDifferences(
  tx: Tx,
  o: Pick<ComparedFile, 'utilityId' | 'provider'>,
): Promise<{ readonly id: string; readonly ordinal: number }[]> {
  const { rows } = await sql<{ id: string; ordinal: number }>`
    WITH batches AS (${batches(o)})
    SELECT f.id, coalesce(note.ordinal, 0) + 1 AS ordinal
    FROM prewatt.reconciliation_differences f
    LEFT JOIN LATERAL (SELECT n.ordinal, n.state FROM prewatt.reconciliation_notes n
      WHERE n.difference_id = f.id ORDER BY n.ordinal DESC LIMIT 1) note ON true
    ${paymentOf(sql`f.provider`, 'f.reference')}
    LEFT JOIN batches ON batches.batch = f.reference
    LEFT JOIN LATERAL (SELECT r.amount_minor FROM prewatt.reconciliation_rows r
      WHERE r.utility_id = f.utility_id AND r.kind = f.kind AND r.provider = f.provider
        AND r.reference = f.reference ORDER BY r.on_date, r.id LIMIT 1) theirs ON true
    WHERE f.utility_id = ${o.utilityId}::uuid AND f.provider = ${o.provider}
      AND note.state IS DISTINCT FROM 'closed'
      AND CASE f.kind WHEN 'settlement' THEN
          (f.what = 'missingHere' AND p.received_minor = f.theirs_minor)
          OR (f.what = 'missingThere' AND theirs.amount_minor IS NOT NULL)
        ELSE
          (f.what IN ('missingHere', 'amountDiffers') AND batches.payout_minor = f.theirs_minor)
          OR (f.what = 'missingThere' AND theirs.amount_minor IS NOT NULL)
        END`.execute(tx);
  return rows;
}
