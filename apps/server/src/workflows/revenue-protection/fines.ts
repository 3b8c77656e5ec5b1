// Rules by which the utility fines for tampering: set by an administrator with a reason, only
// added; the newest of the home's tariff holds, else the newest of all tariffs.

import type { FineRuleBody, FineRules } from '@prewatt/api';
import { err, isoOf, ok, type Result } from '@prewatt/quantities';
import type { FineRule } from '@prewatt/revenue-protection';
import { sql } from 'kysely';
import type { Tx } from '../../base/database.ts';

export type HeldFineRule = FineRule & {
  readonly version: number;
  readonly tariffName: string | null;
};

/** Null where the utility has none for this tariff. */
export async function fineRuleFor(
  tx: Tx,
  o: { readonly utilityId: string; readonly tariffName: string },
): Promise<HeldFineRule | null> {
  const row = await tx
    .selectFrom('revenue_fine_rules')
    .selectAll()
    .where('utility_id', '=', o.utilityId)
    .where((where) =>
      where.or([where('tariff_name', '=', o.tariffName), where('tariff_name', 'is', null)]),
    )
    .orderBy(sql`tariff_name IS NULL`)
    .orderBy('version', 'desc')
    .limit(1)
    .executeTakeFirst();
  if (row === undefined) return null;
  const { version, tariff_name: tariffName } = row;
  return {
    ...{ version, tariffName },
    ...{ fixedMinor: row.fixed_minor, sharePercent: row.share_percent },
  };
}

export async function fineRulesOf(tx: Tx, utilityId: string): Promise<FineRules> {
  const { rows } = await sql<{
    tariff_name: string | null;
    fixed_minor: bigint;
    share_percent: number;
    reason: string;
    set_by: string;
    set_at: number;
  }>`SELECT DISTINCT ON (r.tariff_name) r.tariff_name, r.fixed_minor, r.share_percent, r.reason,
      o.name AS set_by, r.set_at
    FROM revenue_fine_rules r JOIN operators o ON o.id = r.set_by
    WHERE r.utility_id = ${utilityId}::uuid ORDER BY r.tariff_name, r.version DESC`.execute(tx);
  const { rows: tariffs } = await sql<{ name: string }>`SELECT DISTINCT name FROM tariffs
    WHERE utility_id = ${utilityId}::uuid ORDER BY name`.execute(tx);
  return {
    rules: rows.map((row) => ({
      ...{ tariffName: row.tariff_name, fixedMinor: row.fixed_minor.toString() },
      ...{ sharePercent: row.share_percent, reason: row.reason, setBy: row.set_by },
      setAt: isoOf(row.set_at),
    })),
    tariffNames: tariffs.map(({ name }) => name),
  };
}

export type FineRuleRefusal = 'requestIdReused' | 'unknownTariff';

/** The same request again changes nothing. */
export async function setFineRule(
  tx: Tx,
  o: {
    readonly utilityId: string;
    readonly operatorId: string;
    readonly asked: FineRuleBody;
    readonly nowMs: number;
  },
): Promise<Result<void, FineRuleRefusal>> {
  const { utilityId, asked } = o;
  // One after the other, so that versions follow each other.
  await sql`SELECT pg_advisory_xact_lock(hashtextextended('fine rules ' || ${utilityId}, 0))`.execute(
    tx,
  );
  const known = await tx
    .selectFrom('revenue_fine_rules')
    .selectAll()
    .where('utility_id', '=', utilityId)
    .where('request_id', '=', asked.requestId)
    .executeTakeFirst();
  if (known !== undefined) {
    const before = [known.tariff_name, known.fixed_minor.toString(), known.share_percent];
    const now = [asked.tariffName, BigInt(asked.fixedMinor).toString(), asked.sharePercent];
    return before.join('\n') === now.join('\n') ? ok(undefined) : err('requestIdReused');
  }
  const { rows } = await sql<{ is_known: boolean }>`SELECT ${asked.tariffName}::text IS NULL
    OR EXISTS (SELECT FROM tariffs WHERE utility_id = ${utilityId}::uuid
      AND name = ${asked.tariffName}) AS is_known`.execute(tx);
  if (rows[0]?.is_known !== true) return err('unknownTariff');
  await sql`INSERT INTO revenue_fine_rules (utility_id, version, tariff_name, fixed_minor,
      share_percent, reason, request_id, set_by, set_at)
    SELECT ${utilityId}::uuid, 1 + coalesce(max(version), 0), ${asked.tariffName},
      ${asked.fixedMinor}::bigint, ${asked.sharePercent}, ${asked.reason}, ${asked.requestId},
      ${o.operatorId}::uuid, ${new Date(o.nowMs)}::timestamptz
    FROM revenue_fine_rules WHERE utility_id = ${utilityId}::uuid`.execute(tx);
  return ok(undefined);
}
