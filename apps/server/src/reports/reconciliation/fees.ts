// What providers kept, as postings: a settlement's fee of a payment that is ours is booked once,
// against the money that the provider holds. A later file that says another fee undoes the transfer
// of the word before and books its own. Runs inside an import, under its lock.

import type { ProviderFeesRow } from '@prewatt/api';
import { accounts, providerFeePosting, reversalOf } from '@prewatt/ledger';
import { sql } from 'kysely';
import type { Tx } from '../../base/database.ts';
import type { NewUuid } from '../../base/ids.ts';
import { insertTransfers, openAccountsOf, type Posting } from '../../money/ledger/index.ts';
import type { ComparedFile } from './compare.ts';

/** A fee to book, with the provider's word before it. */
type Word = {
  readonly reference: string;
  readonly file_id: string;
  readonly fee_minor: bigint;
  /** "2026-11-24" */
  readonly on_date: string;
  readonly bucket: number;
  /** How many words there were; 0 for none. */
  readonly words: number;
  readonly before_minor: bigint | null;
  readonly before_transfer_id: string | null;
};

/**
 * The last word about each fee that is not booked so: of the payments that this file has news of,
 * and of those that came after their settlement. Rows that an earlier file had are no news. Of
 * money without an order, that which two people gave to a connection.
 */
async function wordsToBook(tx: Tx, o: ComparedFile): Promise<readonly Word[]> {
  const { rows } = await sql<Word>`
    WITH said AS (
      SELECT DISTINCT ON (r.reference) r.reference, r.file_id,
        (sum(r.fee_minor) OVER w)::bigint AS fee_minor, max(r.on_date) OVER w AS on_date
      FROM prewatt.reconciliation_rows r
      WHERE r.utility_id = ${o.utilityId}::uuid AND r.kind = 'settlement'
        AND r.provider = ${o.provider}
        AND (r.reference IN (SELECT n.reference FROM prewatt.reconciliation_rows n
            WHERE n.file_id = ${o.fileId}::uuid)
          OR (r.fee_minor <> 0 AND NOT EXISTS (SELECT FROM prewatt.provider_fees f
            WHERE f.utility_id = r.utility_id AND f.provider = r.provider
              AND f.reference = r.reference)))
      WINDOW w AS (PARTITION BY r.reference, r.file_id)
      ORDER BY r.reference, r.file_id = ${o.fileId}::uuid DESC, r.file_id DESC)
    SELECT said.reference, said.file_id, said.fee_minor, said.on_date::text AS on_date,
      coalesce(p.bucket, u.bucket) AS bucket, coalesce(last.ordinal, 0) AS words,
      last.fee_minor AS before_minor, last.transfer_id AS before_transfer_id
    FROM said
    LEFT JOIN prewatt.provider_reference_directory d ON d.provider = ${o.provider}
      AND d.provider_reference = said.reference
    LEFT JOIN prewatt.payment_directory place ON place.payment_id = d.payment_id
    LEFT JOIN prewatt.payments p ON p.bucket = place.bucket AND p.id = place.payment_id
      AND p.provider_reference = said.reference AND p.state = 'succeeded'
    LEFT JOIN LATERAL (SELECT m.correction_bucket AS bucket FROM prewatt.unallocated_money m
      WHERE m.utility_id = ${o.utilityId}::uuid AND m.provider = ${o.provider}
        AND m.provider_reference = said.reference AND m.state = 'moved'
      ORDER BY m.id LIMIT 1) u ON p.id IS NULL
    LEFT JOIN LATERAL (SELECT f.ordinal, f.fee_minor, f.transfer_id FROM prewatt.provider_fees f
      WHERE f.utility_id = ${o.utilityId}::uuid AND f.provider = ${o.provider}
        AND f.reference = said.reference ORDER BY f.ordinal DESC LIMIT 1) last ON true
    WHERE coalesce(p.bucket, u.bucket) IS NOT NULL
      AND said.fee_minor <> coalesce(last.fee_minor, 0)
    ORDER BY bucket, said.reference`.execute(tx);
  return rows;
}

const rowsPerInsert = 1_000;

/** Books what an import brought; the same import again finds nothing left to book. */
export async function bookFees(
  tx: Tx,
  o: { readonly newUuid: NewUuid },
  file: ComparedFile & { readonly atMs: number },
): Promise<void> {
  const words = await wordsToBook(tx, file);
  if (words.length === 0) return;
  const { utilityId, provider, atMs } = file;
  const buckets = [...new Set(words.map(({ bucket }) => bucket))];
  const account = accounts.providerFees({ utilityId });
  const opened = buckets.map((bucket) => ({ place: { utilityId, bucket }, account }));
  await openAccountsOf(tx, opened, atMs);
  const post = postingOf({ utilityId, atMs });
  const undone = words.filter(({ before_transfer_id }) => before_transfer_id !== null);
  const booked = words.filter(({ fee_minor }) => fee_minor !== 0n);
  const reversals = await idsOf(undone, (all) =>
    insertTransfers(
      tx,
      all.map((word) => post(word.bucket, [undoing(utilityId, word)])),
      o.newUuid,
    ),
  );
  const transfers = await idsOf(booked, (all) =>
    insertTransfers(
      tx,
      [...Map.groupBy(all, ({ bucket }) => bucket)].map(([bucket, own]) =>
        post(
          bucket,
          own.map(({ fee_minor }) => providerFeePosting({ utilityId }, fee_minor)),
        ),
      ),
      o.newUuid,
    ),
  );
  const rows = words.map((word) => ({
    ...{ utility_id: utilityId, provider, reference: word.reference },
    ...{ ordinal: word.words + 1, file_id: word.file_id, fee_minor: word.fee_minor },
    ...{ on_date: word.on_date, posted_bucket: word.bucket, posted_at: new Date(atMs) },
    transfer_id: transfers.get(word) ?? null,
    reversal_id: reversals.get(word) ?? null,
  }));
  for (let i = 0; i < rows.length; i += rowsPerInsert) {
    await tx
      .insertInto('provider_fees')
      .values(rows.slice(i, i + rowsPerInsert))
      .execute();
  }
}

const postingOf =
  (o: { readonly utilityId: string; readonly atMs: number }) =>
  (bucket: number, transfers: Posting['transfers']): Posting => ({
    place: { utilityId: o.utilityId, bucket, connectionId: null },
    ...{ saleId: null, paymentId: null, postedAtMs: o.atMs, transfers },
  });

function undoing(utilityId: string, word: Word): Posting['transfers'][number] {
  const before = providerFeePosting({ utilityId }, word.before_minor ?? 0n);
  return { ...reversalOf(before), reversesId: word.before_transfer_id ?? '' };
}

/** Words with the transfers that were posted for them, in their order. */
async function idsOf(
  words: readonly Word[],
  insert: (words: readonly Word[]) => Promise<readonly string[]>,
): Promise<ReadonlyMap<Word, string>> {
  const ids = words.length === 0 ? [] : await insert(words);
  return new Map(words.map((word, i) => [word, ids[i] ?? '']));
}

/** What stands as booked, by provider and month of the settlement, newest first. */
export async function selectFees(
  tx: Tx,
  o: {
    readonly utilityId: string;
    readonly after: { readonly month: string; readonly provider: string } | null;
    readonly limit: number;
  },
): Promise<ProviderFeesRow[]> {
  const after =
    o.after === null
      ? sql`true`
      : sql`(s.month < ${o.after.month}
          OR (s.month = ${o.after.month} AND s.provider > ${o.after.provider}))`;
  const { rows } = await sql<Omit<ProviderFeesRow, 'feeMinor'> & { readonly fee: bigint }>`
    SELECT s.provider, s.month, count(*)::int AS payments, sum(s.fee_minor)::bigint AS fee,
      (count(*) FILTER (WHERE s.ordinal > 1))::int AS corrected
    FROM (SELECT DISTINCT ON (f.provider, f.reference) f.provider, f.fee_minor, f.ordinal,
        to_char(f.on_date, 'YYYY-MM') AS month
      FROM prewatt.provider_fees f WHERE f.utility_id = ${o.utilityId}::uuid
      ORDER BY f.provider, f.reference, f.ordinal DESC) s
    WHERE ${after}
    GROUP BY s.provider, s.month ORDER BY s.month DESC, s.provider LIMIT ${o.limit}`.execute(tx);
  return rows.map(({ fee, ...row }) => ({ ...row, feeMinor: fee.toString() }));
}
