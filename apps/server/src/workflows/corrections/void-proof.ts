// Whether the tokens of a sale provably are in no meter and can come into none (docs/adr/0010).
// Two halves: the meter's register of credit shows that it was not taken so far, and something
// that cannot be undone keeps it from being taken later. A paper slip proves nothing. The order of
// events is told by the server's clock, since a meter's may be days ahead.

import { err, ok, type Result } from '@prewatt/quantities';
import { sql } from 'kysely';
import { instant, type Tx } from '../../base/database.ts';
import type { CorrectionProof, ProofRefusal } from './errors.ts';
import { showsNoneTaken } from './register-proof.ts';

export type SoldTokens = {
  readonly bucket: number;
  readonly saleId: string;
  readonly meterId: string;
};

/** A person read the meter's register of all credit, and said so at an instant of the server's. */
export type StatedRegister = {
  readonly statedAtMs: number;
  readonly creditedWh: bigint | null;
  /** Of a meter that counts money, as its display shows it. */
  readonly creditedMinor: bigint | null;
};

type TokenRow = {
  readonly state: string;
  readonly refusal: string | null;
  readonly state_at: number | null;
  readonly heard_at: number | null;
};

/** When the way into the meter was closed for good, by the server's clock, and how. */
type Closed = { readonly proof: CorrectionProof; readonly atMs: number };

export async function voidProof(
  tx: Tx,
  sale: SoldTokens,
  stated: StatedRegister | null,
): Promise<Result<CorrectionProof, ProofRefusal>> {
  const tokens: readonly TokenRow[] = await tx
    .selectFrom('tokens')
    .select(['state', 'refusal', 'state_at', 'heard_at'])
    .where('bucket', '=', sale.bucket)
    .where('sale_id', '=', sale.saleId)
    .where('kind', '=', 'credit')
    .execute();
  const [first] = tokens;
  if (first === undefined) return ok('noToken');
  if (tokens.some((token) => token.state === 'accepted')) return err('tokenAccepted');
  const closed = (await meterRetired(tx, sale)) ?? (await keyChanged(tx, sale)) ?? tooOld(tokens);
  if (closed === null) return err('meterMayTakeIt');
  return (await registerShowsNone(tx, sale, { closed, stated }))
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
  const heard = tokens.map(({ heard_at, state_at }) => heard_at ?? state_at ?? 0);
  return { proof: 'tidTooOld', atMs: Math.max(...heard) };
}

/**
 * A set that was made after the sale's tokens, and that the meter has taken, led it to another key:
 * under that one the tokens are noise. Unless a later set leads back to the key of before.
 */
async function keyChanged(tx: Tx, sale: SoldTokens): Promise<Closed | null> {
  const { rows } = await sql<{ at: number }>`SELECT coalesce(c.heard_at, c.state_at) AS at
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

/** What the tokens carry, and a register that the meter reported; money in millionths. */
type Said = {
  readonly credited: string | null;
  readonly accepted: string;
  readonly money: boolean;
  readonly heard_at: number | null;
  readonly sold: readonly string[] | null;
  readonly unheard: readonly string[] | null;
};

/** A state of a clock further ahead may have been captured before what it seems to follow. */
export const mostAheadMs = 60_000;

/**
 * Whether a register that was read since the way was closed, and after the last accepted token was
 * heard of, shows that none of the sale's was taken: the meter's own report, or a person's reading.
 */
async function registerShowsNone(
  tx: Tx,
  sale: SoldTokens,
  o: { readonly closed: Closed; readonly stated: StatedRegister | null },
): Promise<boolean> {
  const since = instant(o.closed.atMs);
  const { rows } = await sql<Said>`WITH t AS (
      SELECT t.sale_id IS NOT DISTINCT FROM ${sale.saleId}::uuid AS of_sale,
        t.state = 'accepted' AS taken, t.state_at, coalesce(t.heard_at, t.state_at) AS heard_at,
        t.amount_e5 IS NOT NULL AS money,
        coalesce(trunc(t.amount_e5 * 10::numeric ^ (1 + u.currency_scale)), t.energy_wh) AS carries
      FROM prewatt.tokens t JOIN prewatt.utilities u ON u.id = t.utility_id
      WHERE t.bucket = ${sale.bucket} AND t.meter_id = ${sale.meterId}::uuid AND t.kind = 'credit'),
    unit AS (SELECT bool_or(money) AS money FROM t WHERE of_sale),
    known AS (
      SELECT max(state_at) FILTER (WHERE taken) AS last_at,
        max(heard_at) FILTER (WHERE taken) AS heard_at,
        coalesce(sum(carries) FILTER (WHERE taken), 0) AS accepted,
        array_agg(carries::text) FILTER (WHERE of_sale) AS sold,
        array_agg(carries::text) FILTER (WHERE NOT taken AND NOT of_sale) AS unheard
      FROM t JOIN unit ON unit.money = t.money),
    reported AS (
      -- A meter that counts money has a register of the money that tokens brought.
      SELECT CASE WHEN unit.money
        THEN (s.report->'money'->>'creditedMicroMinor')::numeric ELSE s.credited_energy_wh END AS wh
      FROM prewatt.meter_states s, unit, known,
        LATERAL (SELECT s.captured_at - s.clock_ahead_ms * interval '1 ms' AS received_at) r
      WHERE s.bucket = ${sale.bucket} AND s.meter_id = ${sale.meterId}::uuid
        AND s.clock_ahead_ms <= ${mostAheadMs} AND s.report->'creditedIsDerived' IS NULL
        AND s.captured_at >= ${since} AND r.received_at >= ${since}
        AND s.captured_at >= coalesce(known.last_at, '-infinity')
        AND r.received_at >= coalesce(known.heard_at, '-infinity'))
    SELECT (SELECT wh FROM reported)::text AS credited, known.accepted::text, unit.money,
      known.heard_at, known.sold, known.unheard
    FROM known, unit`.execute(tx);
  const [said] = rows;
  if (said === undefined) return false;
  const shows = (credited: bigint | null): boolean =>
    credited !== null &&
    showsNoneTaken({
      credited,
      accepted: BigInt(said.accepted),
      sold: (said.sold ?? []).map(BigInt),
      unheard: (said.unheard ?? []).map(BigInt),
    });
  // What the meter says itself goes before what a person says of it.
  if (said.credited !== null) return shows(BigInt(said.credited));
  return shows(creditedAsStated(said, { ...o, closedAtMs: o.closed.atMs }));
}

/** What a person has read, if it was said after all of that; null otherwise. */
function creditedAsStated(
  said: Said,
  { stated, closedAtMs }: { readonly stated: StatedRegister | null; readonly closedAtMs: number },
): bigint | null {
  if (stated === null || stated.statedAtMs < closedAtMs) return null;
  if (said.heard_at !== null && stated.statedAtMs < said.heard_at) return null;
  if (!said.money) return stated.creditedWh;
  // Its display cuts what is less than a minor unit, and no token carries less than one.
  const accepted = BigInt(said.accepted);
  return stated.creditedMinor === accepted / 1_000_000n ? accepted : null;
}
