// Whether the tokens of a sale provably are in no meter and can come into none (docs/adr/0010). Two
// halves: the meter's register of credit shows that it was not taken so far, and something that
// cannot be undone keeps it from being taken later. A paper slip proves nothing.

import { err, ok, type Result } from '@prewatt/quantities';
import { sql } from 'kysely';
import type { CorrectionProof } from '../platform/correction-tables.ts';
import type { Tx } from '../platform/database.ts';
import type { ProofRefusal } from './errors.ts';

export type SoldTokens = {
  readonly bucket: number;
  readonly saleId: string;
  readonly meterId: string;
};

type TokenRow = {
  readonly state: string;
  readonly refusal: string | null;
  readonly state_at: number | null;
};

/** When the way into the meter was closed for good, and how. */
type Closed = { readonly proof: CorrectionProof; readonly atMs: number };

export async function voidProof(
  tx: Tx,
  sale: SoldTokens,
): Promise<Result<CorrectionProof, ProofRefusal>> {
  const tokens: readonly TokenRow[] = await tx
    .selectFrom('tokens')
    .select(['state', 'refusal', 'state_at'])
    .where('bucket', '=', sale.bucket)
    .where('sale_id', '=', sale.saleId)
    .where('kind', '=', 'credit')
    .execute();
  const [first] = tokens;
  if (first === undefined) return ok('noToken');
  if (tokens.some((token) => token.state === 'accepted')) return err('tokenAccepted');
  const closed = (await meterRetired(tx, sale)) ?? (await keyChanged(tx, sale)) ?? tooOld(tokens);
  if (closed === null) return err('meterMayTakeIt');
  return (await registerShowsNone(tx, sale, closed.atMs))
    ? ok(closed.proof)
    : err('meterRegisterUnknown');
}

async function meterRetired(tx: Tx, sale: SoldTokens): Promise<Closed | null> {
  const meter = await tx
    .selectFrom('meters')
    .select('retired_at')
    .where('bucket', '=', sale.bucket)
    .where('id', '=', sale.meterId)
    .executeTakeFirst();
  const atMs = meter?.retired_at ?? null;
  return atMs === null ? null : { proof: 'meterRetired', atMs };
}

/** "Old" is for good: the smallest TID that a meter remembers only grows under one key. */
function tooOld(tokens: readonly TokenRow[]): Closed | null {
  const isOld = tokens.every((token) => token.state === 'refused' && token.refusal === 'old');
  if (!isOld) return null;
  return { proof: 'tidTooOld', atMs: Math.max(...tokens.map((token) => token.state_at ?? 0)) };
}

/**
 * A set that was made after the sale's tokens, and that the meter has taken, led it to another key:
 * under that one the tokens are noise. Unless a later set leads back to the key of before.
 */
async function keyChanged(tx: Tx, sale: SoldTokens): Promise<Closed | null> {
  const { rows } = await sql<{ at: number }>`SELECT c.state_at AS at
    FROM prewatt.key_change_sets c
    WHERE c.bucket = ${sale.bucket} AND c.meter_id = ${sale.meterId}::uuid AND c.state = 'done'
      AND c.sale_id IS DISTINCT FROM ${sale.saleId}::uuid
      AND (c.from_supply_group_code, c.from_tariff_index, c.from_key_revision)
        <> (c.to_supply_group_code, c.to_tariff_index, c.to_key_revision)
      AND c.issued_at > (SELECT max(t.issued_at) FROM prewatt.tokens t
        WHERE t.bucket = c.bucket AND t.sale_id = ${sale.saleId}::uuid)
      AND NOT EXISTS (SELECT FROM prewatt.key_change_sets b WHERE b.bucket = c.bucket
        AND b.meter_id = c.meter_id AND b.issued_at > c.issued_at
        AND (b.to_supply_group_code, b.to_tariff_index, b.to_key_revision)
          = (c.from_supply_group_code, c.from_tariff_index, c.from_key_revision))
    ORDER BY c.issued_at LIMIT 1`.execute(tx);
  const [row] = rows;
  return row === undefined ? null : { proof: 'keyChanged', atMs: row.at };
}

/**
 * The meter counts all credit that it ever took. When that is exactly what its accepted tokens
 * carry, read after the last of them and after `sinceMs`, it has taken none besides. A retired
 * meter may have been read when it was taken away.
 */
async function registerShowsNone(tx: Tx, sale: SoldTokens, sinceMs: number): Promise<boolean> {
  const { rows } = await sql<{ shows: boolean }>`SELECT CASE WHEN b.money
    -- A meter that counts money has a register of the money that tokens brought.
    THEN coalesce(s.captured_at >= ${new Date(sinceMs)}
        AND s.captured_at >= coalesce(a.last_at, '-infinity')
        AND (s.report->'money'->>'creditedMicroMinor')::numeric = coalesce(a.total_micro, 0), false)
    ELSE coalesce(m.final_credited_wh = coalesce(a.total_wh, 0), false)
      OR coalesce(s.captured_at >= ${new Date(sinceMs)}
        AND s.captured_at >= coalesce(a.last_at, '-infinity')
        AND s.credited_energy_wh = coalesce(a.total_wh, 0), false) END AS shows
    FROM prewatt.meters m
    LEFT JOIN prewatt.meter_states s ON s.bucket = m.bucket AND s.meter_id = m.id,
    LATERAL (SELECT bool_or(t.amount_e5 IS NOT NULL) AS money FROM prewatt.tokens t
      WHERE t.bucket = m.bucket AND t.sale_id = ${sale.saleId}::uuid) b,
    LATERAL (
      SELECT max(t.state_at) AS last_at, sum(t.energy_wh) AS total_wh,
        sum(t.amount_e5 * (SELECT 10::numeric ^ (1 + u.currency_scale) FROM prewatt.utilities u
          WHERE u.id = t.utility_id)) AS total_micro
      FROM prewatt.tokens t
      WHERE t.bucket = m.bucket AND t.meter_id = m.id AND t.kind = 'credit'
        AND t.state = 'accepted') a
    WHERE m.bucket = ${sale.bucket} AND m.id = ${sale.meterId}::uuid`.execute(tx);
  return rows[0]?.shows ?? false;
}
