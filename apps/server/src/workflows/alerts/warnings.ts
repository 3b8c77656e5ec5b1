// Warnings of the end of credit, from the forecast: which homes are looked at when, and what each
// is told. A warning is named by its credit, so that no restart and no second process repeats it.

import { type WarningKind, warningDue } from '@prewatt/protection';
import { hourMs, minuteMs } from '@prewatt/quantities';
import { sql } from 'kysely';
import type { Tx } from '../../base/database.ts';
import { statementOfRows } from '../../base/rows.ts';
import type { MessageKind } from '../../messaging/messages/index.ts';
import { type Connection, loadConnections } from '../../registry/connections/index.ts';
import type { Utility } from '../../registry/utilities/index.ts';
import { leftText, outlooksOf, type SupplyForecast } from '../supply-forecast/index.ts';
import { loadManyChoices } from './choices.ts';
import { type Fact, type TellDeps, tellMany } from './tell.ts';

const atOnce = 200;
/** What was reported longer ago says nothing of what is left. */
const knownForMs = 24 * hourMs;
const unknownLookMs = 6 * hourMs;
const surgesEveryMs = 2 * minuteMs;

const kindOf: Readonly<Record<WarningKind, MessageKind>> = {
  twoDays: 'endsInTwoDays',
  halfDay: 'endsInHalfDay',
  surge: 'endsAtPresentUse',
};

export function createWarnings(o: TellDeps) {
  const surgesLookedFor = new Map<string, number>();
  return {
    /** Tells what is due in homes whose turn it is. */
    sweep: async (tx: Tx, utilityId: string): Promise<void> => {
      const nowMs = o.nowMs();
      const turn = Math.floor(nowMs / surgesEveryMs);
      if (surgesLookedFor.get(utilityId) !== turn) {
        await findSurges(tx, utilityId, nowMs);
        surgesLookedFor.set(utilityId, turn);
      }
      const rows = await dueHomes(tx, utilityId, nowMs);
      if (rows.length === 0) return;
      await lookAt(tx, o, { utility: await o.utilities.get(utilityId), rows, nowMs });
    },
  };
}

/** A meter whose power ends its credit within two hours is looked at now. */
async function findSurges(tx: Tx, utilityId: string, nowMs: number): Promise<void> {
  const now = new Date(nowMs);
  await sql`UPDATE supply_warnings w SET look_at = ${now}::timestamptz
    FROM meter_states s JOIN meters m ON m.bucket = s.bucket AND m.id = s.meter_id
      AND m.retired_at IS NULL
    WHERE w.utility_id = ${utilityId}::uuid AND s.utility_id = ${utilityId}::uuid
      AND w.bucket = m.bucket AND w.connection_id = m.connection_id
      AND w.is_followed AND w.look_at > ${now}::timestamptz AND NOT 'surge' = ANY (w.told)
      AND s.captured_at > ${new Date(nowMs - 15 * minuteMs)}::timestamptz
      AND s.available_energy_wh > 0 AND s.available_energy_wh < 2 * s.power_w`.execute(tx);
}

type WarningRow = {
  readonly bucket: number;
  readonly connection_id: string;
  readonly credit: string;
  readonly lasts_ms: bigint;
  readonly told: readonly WarningKind[];
  readonly credit_now: string;
  /** When the customer was last told that credit is used up. */
  readonly used_up_at: number | null;
  /** When the customer was last told that the power of the moment ends it. */
  readonly surge_told_at: number | null;
};

/** Locked until the transaction ends, so that a second process passes them by. */
async function dueHomes(tx: Tx, utilityId: string, nowMs: number): Promise<WarningRow[]> {
  const { rows } = await sql<WarningRow>`
    SELECT w.bucket, w.connection_id, w.credit, w.lasts_ms, w.told,
      CASE WHEN c.credit_mode = 'wallet' THEN 'wallet:' || coalesce((SELECT max(x.paid_at)::text
          FROM sales x WHERE x.bucket = c.bucket AND x.connection_id = c.id
          AND x.state IN ('issued', 'delivered')), '')
        ELSE coalesce((SELECT m.id || ':' || coalesce(
            s.report #>> '{money,creditedMicroMinor}', s.credited_energy_wh::text)
          FROM meters m JOIN meter_states s ON s.bucket = m.bucket AND s.meter_id = m.id
          WHERE m.bucket = c.bucket AND m.connection_id = c.id AND m.retired_at IS NULL), '')
      END AS credit_now,
      (SELECT max(m.about_at) FROM messages m
        WHERE m.bucket = w.bucket AND m.connection_id = w.connection_id
        AND m.kind IN ('supplyOff', 'protectedSupply', 'emergencyCredit')) AS used_up_at,
      (SELECT max(m.about_at) FROM messages m
        WHERE m.bucket = w.bucket AND m.connection_id = w.connection_id
        AND m.kind = 'endsAtPresentUse') AS surge_told_at
    FROM supply_warnings w
    JOIN connections c ON c.bucket = w.bucket AND c.id = w.connection_id
    WHERE w.utility_id = ${utilityId}::uuid AND w.look_at <= ${new Date(nowMs)}::timestamptz
    ORDER BY w.look_at LIMIT ${atOnce} FOR UPDATE OF w SKIP LOCKED`.execute(tx);
  return rows;
}

async function lookAt(
  tx: Tx,
  o: TellDeps,
  at: { readonly utility: Utility; readonly rows: readonly WarningRow[]; readonly nowMs: number },
): Promise<void> {
  const { utility, rows, nowMs } = at;
  const places = rows.map((row) => ({
    ...{ bucket: row.bucket, connectionId: row.connection_id, utilityId: utility.id },
  }));
  const connections = await loadConnections(tx, places);
  const choices = await loadManyChoices(tx, places);
  const known = rows.flatMap((row) => {
    const connection = connections.get(row.connection_id);
    return connection === undefined ? [] : [{ row, connection }];
  });
  const outlooks = await outlooksOf(
    tx,
    o,
    known.map(({ connection }) => ({ utility, connection, nowMs })),
  );
  const facts: Fact[] = [];
  const kept: ReturnType<typeof rowOf>[] = [];
  for (const [i, { row, connection }] of known.entries()) {
    const outlook = outlooks[i];
    if (outlook === undefined) continue;
    const quiet = choices.get(row.connection_id)?.quiet ?? null;
    const seen = judge({ row, outlook, nowMs, zone: utility.zone, quiet });
    kept.push(rowOf(row, seen));
    if (seen.kind !== null)
      facts.push(factOf(connection, { row, outlook, kind: seen.kind, nowMs }));
  }
  await keepAll(tx, kept);
  await tellMany(tx, o, facts);
}

type Seen = {
  readonly kind: WarningKind | null;
  readonly credit: string;
  readonly lastsMs: number;
  readonly told: readonly WarningKind[];
  readonly isFollowed: boolean;
  readonly lookAgainMs: number;
};

function judge(o: {
  readonly row: WarningRow;
  readonly outlook: SupplyForecast;
  readonly nowMs: number;
  readonly zone: string;
  readonly quiet: { readonly fromMinute: number; readonly toMinute: number } | null;
}): Seen {
  const { row, outlook, nowMs, zone, quiet } = o;
  const { forecast } = outlook;
  const isNew = row.credit !== row.credit_now;
  const told = isNew ? [] : row.told;
  const credit = row.credit_now;
  const isKnown = outlook.asOfMs !== null && nowMs - outlook.asOfMs <= knownForMs;
  // The word that it is used up was quicker than the state behind it.
  const isOver = row.used_up_at !== null && row.used_up_at >= (outlook.asOfMs ?? 0);
  // Off, or used up: other messages tell of that.
  const isTold = isOver || outlook.isOff;
  if (forecast === null || !isKnown || isTold || forecast.expectedAtMs <= nowMs) {
    const isFollowed = forecast !== null && isKnown;
    const lastsMs = isNew ? 0 : Number(row.lasts_ms);
    const lookAgainMs = nowMs + unknownLookMs;
    return { kind: null, credit, lastsMs, told, isFollowed, lookAgainMs };
  }
  const lastsMs = isNew ? forecast.expectedAtMs - nowMs : Number(row.lasts_ms);
  const { kind, lookAgainMs } = warningDue({
    ...{ nowMs, zone, forecast, lastsMs, told, quiet, mayCut: outlook.mayCutAt },
    surgeToldAtMs: row.surge_told_at,
  });
  const all = kind === null ? told : [...told, kind];
  return { kind, credit, lastsMs, told: all, isFollowed: true, lookAgainMs };
}

const keptColumns = {
  bucket: 'smallint',
  connection_id: 'uuid',
  credit: 'text',
  lasts_ms: 'bigint',
  told: 'text',
  is_followed: 'smallint',
  look_at: 'timestamptz',
} as const;
const keepAll = statementOfRows<typeof keptColumns, never>(
  keptColumns,
  (recordset) => `UPDATE supply_warnings w SET credit = r.credit, lasts_ms = r.lasts_ms,
      told = string_to_array(r.told, ','), is_followed = r.is_followed = 1, look_at = r.look_at
    FROM ${recordset('r')}
    WHERE w.bucket = r.bucket AND w.connection_id = r.connection_id`,
);

const rowOf = (row: WarningRow, seen: Seen) => ({
  ...{ bucket: row.bucket, connection_id: row.connection_id, credit: seen.credit },
  lasts_ms: BigInt(Math.round(seen.lastsMs)),
  told: seen.told.join(','),
  is_followed: seen.isFollowed ? 1 : 0,
  look_at: new Date(seen.lookAgainMs),
});

function factOf(
  connection: Connection,
  o: {
    readonly row: WarningRow;
    readonly outlook: SupplyForecast;
    readonly kind: WarningKind;
    readonly nowMs: number;
  },
): Fact {
  return {
    place: { ...placeOf(connection), meterId: connection.meter.meterId },
    outlook: o.outlook,
    kind: kindOf[o.kind],
    factKey: `ends:${o.kind}:${o.row.credit_now}`,
    atMs: o.nowMs,
    left: ({ currency }) => leftText(o.outlook, currency),
  };
}

const placeOf = ({ bucket, connectionId, utilityId }: Connection) => ({
  ...{ bucket, connectionId, utilityId },
});
