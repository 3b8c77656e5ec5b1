// Which homes were off supply in a period, from what their meters said of their switches.

import type { OffSupplyRow } from '@prewatt/api';
import { idFromUuid, isoOf } from '@prewatt/quantities';
import { sql } from 'kysely';
import type { Tx } from '../../base/database.ts';

const pageRows = 100;

export type OffSupplyPeriod = {
  readonly fromMs: number;
  /** Not in it any more. */
  readonly untilMs: number;
  readonly nowMs: number;
  /** Shorter times are left out. */
  readonly hours: number;
};

/** Each time off: its start, its end or null, and the minutes of it that are in the period. */
function timesOff({ fromMs, untilMs, nowMs, hours }: OffSupplyPeriod) {
  const [from, until, now] = [new Date(fromMs), new Date(untilMs), new Date(nowMs)];
  return sql`SELECT t.*, floor(extract(epoch FROM
      least(coalesce(t.on_at, ${now}), ${until}, ${now}) - greatest(t.off_at, ${from})) / 60)::int
      AS minutes
    FROM (SELECT c.bucket, c.id AS connection_id, c.name, w.at AS off_at, w.cause,
        coalesce(w.closed_at, (SELECT min(s.captured_at) FROM meter_states s
          WHERE s.bucket = c.bucket AND s.connection_id = c.id
            AND s.load_switch = 'connected' AND s.captured_at > w.at)) AS on_at
      FROM connections c
      CROSS JOIN LATERAL (SELECT e.at, e.code, e.detail ->> 'cause' AS cause,
          lag(e.code) OVER said AS code_before,
          min(e.at) FILTER (WHERE e.code = 'loadSwitchClosed') OVER (ORDER BY e.at, e.sequence
            ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING) AS closed_at
        FROM meter_events e
        WHERE e.bucket = c.bucket AND e.connection_id = c.id
          AND e.code IN ('loadSwitchOpened', 'loadSwitchClosed')
          AND e.at >= coalesce((SELECT max(b.at) FROM meter_events b WHERE b.bucket = c.bucket
            AND b.connection_id = c.id AND b.code = 'loadSwitchClosed' AND b.at < ${from}),
            '-infinity')
        WINDOW said AS (ORDER BY e.at, e.sequence)) w
      WHERE c.utility_id = prewatt.current_utility() AND w.code = 'loadSwitchOpened'
        AND w.code_before IS DISTINCT FROM 'loadSwitchOpened' AND w.at < ${until}) AS t
    WHERE least(coalesce(t.on_at, ${now}), ${until}, ${now}) - greatest(t.off_at, ${from})
      >= ${`${Math.max(hours * 60, 1)} minutes`}::interval`;
}

export async function offSupplyTotal(
  tx: Tx,
  period: OffSupplyPeriod,
): Promise<{ readonly homes: number; readonly times: number; readonly minutes: number }> {
  const { rows } = await sql<{ homes: number; times: number; minutes: number }>`
    SELECT count(DISTINCT connection_id)::int AS homes, count(*)::int AS times,
      coalesce(sum(minutes), 0)::int AS minutes FROM (${timesOff(period)}) AS t`.execute(tx);
  return rows[0] ?? { homes: 0, times: 0, minutes: 0 };
}

type Found = {
  readonly connectionId: string;
  readonly name: string;
  readonly offMs: number;
  readonly onMs: number | null;
  readonly minutes: number;
  readonly cause: string | null;
};

/** The longest first. `cursor` is what the last page said. */
export async function offSupplyRows(
  tx: Tx,
  period: OffSupplyPeriod,
  o: { readonly cursor: string | null; readonly most?: number },
): Promise<{ readonly rows: OffSupplyRow[]; readonly nextCursor: string | null }> {
  const most = o.most ?? pageRows;
  const [, minutes, offMs, id] =
    /^(\d{1,9})_(\d{1,15})_([0-9a-f-]{36})$/.exec(o.cursor ?? '') ?? [];
  const key = sql`(-t.minutes, (extract(epoch FROM t.off_at) * 1000)::bigint, t.connection_id)`;
  const after =
    minutes === undefined
      ? sql`true`
      : sql`${key} > (${-Number(minutes)}, ${Number(offMs)}::bigint, ${id}::uuid)`;
  const { rows } = await sql<Found>`SELECT t.connection_id AS "connectionId", t.name, t.cause,
      t.minutes, (extract(epoch FROM t.off_at) * 1000)::float8 AS "offMs",
      (extract(epoch FROM t.on_at) * 1000)::float8 AS "onMs"
    FROM (${timesOff(period)}) AS t WHERE ${after} ORDER BY ${key} LIMIT ${most + 1}`.execute(tx);
  const shown = rows.slice(0, most);
  const last = shown.at(-1);
  return {
    rows: shown.map((row) => ({
      connectionId: idFromUuid('connection', row.connectionId),
      connectionName: row.name,
      offAt: isoOf(row.offMs),
      onAt: row.onMs === null ? null : isoOf(row.onMs),
      minutes: row.minutes,
      cause: row.cause ?? '',
    })),
    nextCursor:
      rows.length > most && last !== undefined
        ? `${last.minutes}_${Math.round(last.offMs)}_${idOf(last.connectionId)}`
        : null,
  };
}

const idOf = (uuid: string): string => uuid.toLowerCase();
