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
  const closed = (await meterRetired(tx, sale)) ?? tooOld(tokens);
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
 * The meter counts all credit that it ever took. When that is exactly what its accepted tokens
 * carry, read after the last of them and after `sinceMs`, it has taken none besides.
 */
async function registerShowsNone(tx: Tx, sale: SoldTokens, sinceMs: number): Promise<boolean> {
  const { rows } = await sql<{ shows: boolean }>`SELECT s.captured_at >= ${new Date(sinceMs)}
      AND s.captured_at >= coalesce(a.last_at, '-infinity')
      AND s.credited_energy_wh = coalesce(a.total_wh, 0) AS shows
    FROM prewatt.meter_states s, LATERAL (
      SELECT max(t.state_at) AS last_at, sum(t.energy_wh) AS total_wh FROM prewatt.tokens t
      WHERE t.bucket = s.bucket AND t.meter_id = s.meter_id AND t.kind = 'credit'
        AND t.state = 'accepted') a
    WHERE s.bucket = ${sale.bucket} AND s.meter_id = ${sale.meterId}::uuid`.execute(tx);
  return rows[0]?.shows ?? false;
}
