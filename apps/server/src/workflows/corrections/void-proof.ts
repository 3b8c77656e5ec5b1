// Whether the tokens of a sale provably are in no meter and can come into none (docs/adr/0010). Two
// halves: the meter's register of credit shows that it was not taken so far, and something that
// cannot be undone keeps it from being taken later. A paper slip proves nothing.

import { err, ok, type Result } from '@prewatt/quantities';
import { sql } from 'kysely';
import type { Tx } from '../../base/database.ts';
import type { CorrectionProof, ProofRefusal } from './errors.ts';
import { showsNoneTaken } from './register-proof.ts';

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

/** The meter's register, or null, and what the tokens carry; money in millionths. */
type Said = {
  readonly credited: string | null;
  readonly accepted: string;
  readonly sold: readonly string[] | null;
  readonly unheard: readonly string[] | null;
};

/**
 * Whether a register that was read after the last accepted token and after `sinceMs` shows that
 * none of the sale's was taken; a retired meter may have been read when it was taken away.
 */
async function registerShowsNone(tx: Tx, sale: SoldTokens, sinceMs: number): Promise<boolean> {
  const { rows } = await sql<Said>`WITH t AS (
      SELECT t.sale_id IS NOT DISTINCT FROM ${sale.saleId}::uuid AS of_sale,
        t.state = 'accepted' AS taken, t.state_at, t.amount_e5 IS NOT NULL AS money,
        coalesce(trunc(t.amount_e5 * 10::numeric ^ (1 + u.currency_scale)), t.energy_wh) AS carries
      FROM prewatt.tokens t JOIN prewatt.utilities u ON u.id = t.utility_id
      WHERE t.bucket = ${sale.bucket} AND t.meter_id = ${sale.meterId}::uuid AND t.kind = 'credit'),
    unit AS (SELECT bool_or(money) AS money FROM t WHERE of_sale),
    known AS (
      SELECT max(state_at) FILTER (WHERE taken) AS last_at,
        coalesce(sum(carries) FILTER (WHERE taken), 0) AS accepted,
        array_agg(carries::text) FILTER (WHERE of_sale) AS sold,
        array_agg(carries::text) FILTER (WHERE NOT taken AND NOT of_sale) AS unheard
      FROM t JOIN unit ON unit.money = t.money),
    registers AS (
      SELECT m.final_credited_wh::numeric AS credited FROM prewatt.meters m, unit
      WHERE m.bucket = ${sale.bucket} AND m.id = ${sale.meterId}::uuid AND NOT unit.money
      -- Its display cuts what is less than a minor unit, and no token carries less than one.
      UNION ALL SELECT known.accepted FROM prewatt.meters m, unit, known
      WHERE m.bucket = ${sale.bucket} AND m.id = ${sale.meterId}::uuid AND unit.money
        AND m.final_credited_minor = floor(known.accepted / 1000000)
      -- A meter that counts money has a register of the money that tokens brought.
      UNION ALL SELECT CASE WHEN unit.money
        THEN (s.report->'money'->>'creditedMicroMinor')::numeric ELSE s.credited_energy_wh END
      FROM prewatt.meter_states s, unit, known
      WHERE s.bucket = ${sale.bucket} AND s.meter_id = ${sale.meterId}::uuid
        AND s.captured_at >= ${new Date(sinceMs)}
        AND s.captured_at >= coalesce(known.last_at, '-infinity'))
    SELECT r.credited::text, known.accepted::text, known.sold, known.unheard
    FROM registers r, known`.execute(tx);
  return rows.some(
    ({ credited, accepted, sold, unheard }) =>
      credited !== null &&
      showsNoneTaken({
        credited: BigInt(credited),
        accepted: BigInt(accepted),
        sold: (sold ?? []).map(BigInt),
        unheard: (unheard ?? []).map(BigInt),
      }),
  );
}
