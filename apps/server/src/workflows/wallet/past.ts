// What a wallet had and got in a time that has been, for trials of rules over the past: in energy,
// at the average price of the use that was charged in that time, or else at that of the handover.

import { sql } from 'kysely';
import { instant, type Tx } from '../../base/database.ts';
import type { ConnectionPlace } from '../../registry/connections/index.ts';
import { balanceOf } from './store.ts';

/** A time in which the ledger held the credit, over exchanges of the meter. */
export type WalletSpan = {
  readonly fromMs: number;
  /** Null: it holds it still. */
  readonly toMs: number | null;
  /** Credit at the beginning, or where the time that is asked for begins. */
  readonly openingWh: bigint;
  readonly topUps: readonly { readonly atMs: number; readonly energyWh: bigint }[];
  /** Credit when the meter took it over; 0 while it has not. */
  readonly closingWh: bigint;
  /** What the meter handed over at the beginning, less what it was owed; null: nobody knows. */
  readonly handedOverWh: bigint | null;
};

type Time = { readonly fromMs: number; readonly toMs: number };

/**
 * In order of time; none of a connection that was never in wallet mode then. 'unknown' where a
 * wallet was charged for no use in the time and took over no energy, so that no price is known.
 */
export async function walletPast(
  tx: Tx,
  place: ConnectionPlace,
  o: Time,
): Promise<readonly WalletSpan[] | 'unknown'> {
  const spans: WalletSpan[] = [];
  for (const stretch of await stretchesOf(tx, place, o)) {
    const span = await spanOf(tx, { place, stretch, asked: o });
    if (span === null) return 'unknown';
    spans.push(span);
  }
  return spans;
}

type Stretch = { readonly fromMs: number; readonly toMs: number | null };

/** A meter that is exchanged ends no time in wallet mode: the balance stays. */
async function stretchesOf(tx: Tx, place: ConnectionPlace, o: Time): Promise<readonly Stretch[]> {
  const { rows } = await sql<Stretch>`
    SELECT since_at AS "fromMs", until_at AS "toMs" FROM wallet_periods
      WHERE bucket = ${place.bucket} AND connection_id = ${place.connectionId}::uuid
    UNION ALL SELECT since_at, NULL FROM wallets WHERE bucket = ${place.bucket}
      AND connection_id = ${place.connectionId}::uuid AND since_at IS NOT NULL
    ORDER BY 1`.execute(tx);
  const all: Stretch[] = [];
  for (const row of rows) {
    const last = all.at(-1);
    if (last?.toMs === row.fromMs) all[all.length - 1] = { ...last, toMs: row.toMs };
    else all.push(row);
  }
  return all.filter(({ fromMs, toMs }) => fromMs < o.toMs && (toMs === null || toMs > o.fromMs));
}

/** Null where there is no price, or nobody knows how it ended. */
async function spanOf(
  tx: Tx,
  o: { readonly place: ConnectionPlace; readonly stretch: Stretch; readonly asked: Time },
): Promise<WalletSpan | null> {
  const { place, stretch, asked } = o;
  const { toMs } = stretch;
  const fromMs = Math.max(asked.fromMs, stretch.fromMs);
  const charged = await chargedBetween(tx, place, { fromMs, toMs });
  const begun = await doneSince(tx, place, { toMode: 'wallet', atMs: stretch.fromMs });
  const worth = worthBy(charged) ?? worthBy({ ...begun, minor: begun?.amountMinor });
  if (worth === null) return null;
  const ended = toMs === null ? null : await doneSince(tx, place, { toMode: 'token', atMs: toMs });
  if (toMs !== null && ended === null) return null;
  const closingMinor =
    ended === null ? await balanceOf(tx, place) : ended.amountMinor - ended.postedMinor;
  const moves = await movesBetween(tx, place, {
    fromMs,
    toMs: ended?.stateAtMs ?? null,
    changes: [begun, ended].flatMap((one) => one?.id ?? []),
  });
  const moved = moves.reduce((sum, { minor }) => sum + minor, 0n);
  // Money that left otherwise than by use was no credit to use.
  const left = moves.reduce((sum, { minor }) => (minor < 0n ? sum + minor : sum), 0n);
  const lastMs = (toMs ?? asked.toMs) - 1;
  return {
    fromMs,
    toMs,
    openingWh: worth(closingMinor + charged.minor - moved + left),
    topUps: moves.flatMap(({ atMs, minor }) =>
      minor > 0n && atMs < asked.toMs
        ? [{ atMs: Math.min(atMs, lastMs), energyWh: worth(minor) }]
        : [],
    ),
    closingWh: worth(closingMinor),
    handedOverWh: begun === null ? null : (begun.energyWh ?? worth(begun.amountMinor)),
  };
}

type Worth = (minor: bigint) => bigint;
function worthBy(o: {
  readonly energyWh?: bigint | null | undefined;
  readonly minor?: bigint | undefined;
}): Worth | null {
  const { energyWh, minor: cost } = o;
  if (energyWh == null || energyWh <= 0n || cost === undefined || cost <= 0n) return null;
  return (minor) => (minor * energyWh) / cost;
}

/** Use that stands as it was charged, its last correction counted. */
async function chargedBetween(
  tx: Tx,
  place: ConnectionPlace,
  o: Stretch,
): Promise<{ readonly energyWh: bigint; readonly minor: bigint }> {
  const until = o.toMs === null ? sql`true` : sql`r.starts_at < ${instant(o.toMs)}`;
  const { rows } = await sql<{ wh: bigint; minor: bigint }>`
    SELECT coalesce(sum(r.energy_wh), 0)::bigint AS wh,
      coalesce(sum(r.charged_minor), 0)::bigint AS minor
    FROM ratings r
    WHERE r.bucket = ${place.bucket} AND r.connection_id = ${place.connectionId}::uuid
      AND r.ends_at > ${instant(o.fromMs)} AND ${until}
      AND NOT EXISTS (SELECT FROM ratings n WHERE n.bucket = r.bucket AND n.replaces_id = r.id)`.execute(
    tx,
  );
  const [row] = rows;
  return { energyWh: row?.wh ?? 0n, minor: row?.minor ?? 0n };
}

type Done = {
  readonly id: string;
  readonly stateAtMs: number;
  /** Of energy that a meter handed over; null of a meter that counted money. */
  readonly energyWh: bigint | null;
  readonly amountMinor: bigint;
  /** What the change itself brought to the prepaid money: use that is owed since. */
  readonly postedMinor: bigint;
};

/** The change of mode that was made at an instant: its row is closed then, or later. */
async function doneSince(
  tx: Tx,
  place: ConnectionPlace,
  o: { readonly toMode: 'token' | 'wallet'; readonly atMs: number },
): Promise<Done | null> {
  const { rows } = await sql<Done>`
    SELECT m.id, m.state_at AS "stateAtMs", nullif(m.energy_wh, 0) AS "energyWh",
      coalesce(m.amount_minor, 0)::bigint AS "amountMinor",
      (SELECT coalesce(sum(${prepaidMinor}), 0)::bigint FROM transfers t
        WHERE t.bucket = m.bucket AND t.connection_id = m.connection_id
          AND t.mode_change_id = m.id AND t.sale_id IS NULL) AS "postedMinor"
    FROM mode_changes m
    WHERE m.bucket = ${place.bucket} AND m.connection_id = ${place.connectionId}::uuid
      AND m.to_mode = ${o.toMode} AND m.state = 'done' AND m.state_at >= ${instant(o.atMs)}
    ORDER BY m.state_at LIMIT 1`.execute(tx);
  return rows[0] ?? null;
}

const prepaidMinor = sql`CASE 'customerPrepaid' WHEN t.credit_kind THEN t.amount_minor
  WHEN t.debit_kind THEN -t.amount_minor ELSE 0 END`;

/**
 * Money that came and went otherwise than for use, one row a posting. What changes of mode moved is
 * the credit at the ends; a token that a meter took after one is not.
 */
async function movesBetween(
  tx: Tx,
  place: ConnectionPlace,
  o: Stretch & { readonly changes: readonly string[] },
): Promise<readonly { readonly atMs: number; readonly minor: bigint }[]> {
  const until = o.toMs === null ? sql`true` : sql`t.posted_at <= ${instant(o.toMs)}`;
  const { rows } = await sql<{ posted_at: number; minor: bigint }>`
    SELECT t.posted_at, sum(${prepaidMinor})::bigint AS minor FROM transfers t
    WHERE t.bucket = ${place.bucket} AND t.connection_id = ${place.connectionId}::uuid
      AND t.posted_at > ${instant(o.fromMs)} AND ${until} AND t.rating_id IS NULL
      AND (t.mode_change_id IS NULL OR t.mode_change_id <> ALL (${[...o.changes]}::uuid[])
        OR t.reason IN ('lateTokenEnergy', 'lateTokenTax'))
      AND NOT EXISTS (SELECT FROM mode_changes m WHERE m.bucket = t.bucket
        AND m.id = ANY (${[...o.changes]}::uuid[]) AND m.sale_id = t.sale_id)
    GROUP BY t.posting_id, t.posted_at ORDER BY t.posted_at`.execute(tx);
  return rows.map(({ posted_at, minor }) => ({ atMs: Number(posted_at), minor }));
}

type Homes = readonly { readonly bucket: number; readonly connectionId: string }[];
type WalletTime = Homes[number] & {
  readonly meterId: string;
  readonly fromMs: number;
  readonly toMs: number;
};

/** The parts of a time in which the ledger held these homes' credit, meter by meter. */
export async function walletTimes(
  tx: Tx,
  homes: Homes,
  o: { readonly fromMs: number; readonly toMs: number },
): Promise<readonly WalletTime[]> {
  const { rows } = await sql<WalletTime>`
    SELECT h.bucket, h.id AS "connectionId", w.meter_id AS "meterId",
      greatest(w.since_at, ${instant(o.fromMs)}) AS "fromMs",
      least(w.until_at, ${instant(o.toMs)}) AS "toMs"
    FROM unnest(${homes.map((each) => each.bucket)}::smallint[],
      ${homes.map((each) => each.connectionId)}::uuid[]) AS h (bucket, id)
    CROSS JOIN LATERAL (
      SELECT p.meter_id, p.since_at, p.until_at FROM wallet_periods p
        WHERE p.bucket = h.bucket AND p.connection_id = h.id
      UNION ALL SELECT a.meter_id, a.since_at, a.until_at FROM wallets a
        WHERE a.bucket = h.bucket AND a.connection_id = h.id AND a.since_at IS NOT NULL
    ) AS w
    WHERE w.since_at < ${instant(o.toMs)}
      AND (w.until_at IS NULL OR w.until_at > ${instant(o.fromMs)})`.execute(tx);
  return rows;
}
