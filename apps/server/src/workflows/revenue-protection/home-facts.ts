// What is known of homes beside their readings: what they bought, what their meters said of cover
// and supply, and which protection they have.

import { dayMs } from '@prewatt/quantities';
import type { HomeSignals, NeedFacts } from '@prewatt/revenue-protection';
import { sql } from 'kysely';
import { instant, type Tx } from '../../base/database.ts';
import { recordset } from '../../base/rows.ts';
import { supplyHomes } from '../../metering/protection/index.ts';
import { paidMinorOf } from '../../money/vending/index.ts';
import type { ConnectionPlace } from '../../registry/connections/index.ts';

export type HomeKnown = {
  readonly signals: HomeSignals;
  readonly need: NeedFacts;
};

type Row = {
  readonly connection_id: string;
  readonly credit_mode: string;
  readonly sold_wh: bigint;
  readonly purchases: number;
  readonly middle_minor: bigint | null;
  readonly tampers: number;
  readonly register_faults: number;
  readonly hours_off: number;
  readonly emergency_times: number;
};

const columns = { bucket: 'smallint', connection_id: 'uuid' } as const;
const monthMs = 30 * dayMs;

/** By connection. `fromMs` and `toMs` bound the span of the readings. */
export async function knownOfHomes(
  tx: Tx,
  places: readonly ConnectionPlace[],
  o: {
    readonly fromMs: number;
    readonly toMs: number;
    readonly today: string;
    readonly townMiddleMinor: bigint | null;
    /** What the homes' meters counted in the span, Wh; null where little was read. */
    readonly countedWh: ReadonlyMap<string, bigint | null>;
  },
): Promise<ReadonlyMap<string, HomeKnown>> {
  if (places.length === 0) return new Map();
  const rows = await rowsOf(tx, places, o);
  const flags = await supplyHomes(
    tx,
    places.map((place) => ({ place, date: o.today })),
  );
  const byId = new Map(rows.map((row) => [row.connection_id, row]));
  return new Map(
    places.map((place, i) => {
      const row = byId.get(place.connectionId);
      const counted = o.countedWh.get(place.connectionId) ?? null;
      const isToken = row?.credit_mode === 'token' && counted !== null;
      const signals: HomeSignals = {
        tamperEvents: row?.tampers ?? 0,
        registerFaults: row?.register_faults ?? 0,
        ...(isToken ? { soldWh: row.sold_wh, countedWh: counted } : {}),
      };
      const need: NeedFacts = {
        vulnerable: flags[i]?.vulnerable === true,
        medical: flags[i]?.medical === true,
        purchases: row?.purchases ?? 0,
        middleMinor: row?.middle_minor ?? null,
        townMiddleMinor: o.townMiddleMinor,
        hoursOff: row?.hours_off ?? 0,
        emergencyTimes: row?.emergency_times ?? 0,
      };
      return [place.connectionId, { signals, need }] as const;
    }),
  );
}

// A cover that moved within half an hour of a power failure says less about a person than about the
// line. Hours off: from a switch that opened for want of credit to the next that closed.
async function rowsOf(
  tx: Tx,
  places: readonly ConnectionPlace[],
  o: { readonly fromMs: number; readonly toMs: number },
): Promise<readonly Row[]> {
  const month = instant(o.toMs - monthMs);
  const [from, to] = [instant(o.fromMs), instant(o.toMs)];
  const wanted = places.map(({ bucket, connectionId }) => ({
    bucket,
    connection_id: connectionId,
  }));
  const { rows } = await sql<Row>`
    SELECT r.connection_id, c.credit_mode, bought.sold_wh, paid.purchases, paid.middle_minor,
      said.tampers, wrong.register_faults, off.hours_off, said.emergency_times
    FROM ${recordset('r', columns, wanted)}
    JOIN connections c ON c.bucket = r.bucket AND c.id = r.connection_id
    CROSS JOIN LATERAL (SELECT coalesce(sum(t.energy_wh), 0)::bigint AS sold_wh FROM tokens t
      WHERE t.bucket = r.bucket AND t.connection_id = r.connection_id
        AND t.kind = 'credit' AND t.issued_at >= ${from} AND t.issued_at < ${to}) bought
    CROSS JOIN LATERAL (SELECT count(*)::int AS purchases,
        (percentile_disc(0.5) WITHIN GROUP (ORDER BY ${paidMinorOf('s')}))::bigint AS middle_minor
      FROM sales s WHERE s.bucket = r.bucket AND s.connection_id = r.connection_id
        AND s.state IN ('issued', 'delivered') AND s.requested_at >= ${month}
        AND s.requested_at < ${to}) paid
    CROSS JOIN LATERAL (SELECT
        count(*) FILTER (WHERE e.at >= ${month} AND e.code = 'emergencySelected')::int
          AS emergency_times,
        count(*) FILTER (WHERE e.code IN ('coverOpened', 'terminalCoverOpened', 'magnetStarted',
            'neutralDisturbed', 'reverseEnergy', 'bypassSuspected')
          AND NOT EXISTS (SELECT FROM meter_events f WHERE f.bucket = e.bucket
            AND f.connection_id = e.connection_id AND f.code IN ('powerFailed', 'powerRestored')
            AND f.at BETWEEN e.at - interval '30 minutes' AND e.at + interval '30 minutes'))::int
          AS tampers
      FROM meter_events e WHERE e.bucket = r.bucket AND e.connection_id = r.connection_id
        AND e.at >= ${from} AND e.at < ${to}) said
    CROSS JOIN LATERAL (SELECT count(*)::int AS register_faults FROM reading_findings f
      WHERE f.bucket = r.bucket AND f.connection_id = r.connection_id
        AND f.finding IN ('negative', 'reset') AND f.state = 'found'
        AND f.read_at >= ${from} AND f.read_at < ${to}) wrong
    CROSS JOIN LATERAL (SELECT
        coalesce(sum(extract(epoch FROM least(coalesce(next_at, ${to}), ${to}) - at))
          FILTER (WHERE opened), 0)::float8 / 3600 AS hours_off
      FROM (SELECT e.at, lead(e.at) OVER (ORDER BY e.sequence) AS next_at,
          e.code = 'loadSwitchOpened' AND e.detail ->> 'cause' = 'credit' AS opened
        FROM meter_events e WHERE e.bucket = r.bucket AND e.connection_id = r.connection_id
          AND e.code IN ('loadSwitchOpened', 'loadSwitchClosed')
          AND e.at >= ${month} AND e.at < ${to}) switched) off`.execute(tx);
  return rows;
}

export type TownMoney = {
  /** What a kWh was sold for on average in the span, minor units; null without sales. */
  readonly pricePerKwhMinor: bigint | null;
  /** Middle amount of the month's purchases. */
  readonly middleMinor: bigint | null;
};

export async function townMoneyOf(
  tx: Tx,
  utilityId: string,
  o: { readonly fromMs: number; readonly toMs: number },
): Promise<TownMoney> {
  const { rows } = await sql<{ price: bigint | null; middle: bigint | null }>`
    SELECT (sum(${paidMinorOf('sales')}) * 1000 / nullif(sum(energy_wh), 0))::bigint AS price,
      (percentile_disc(0.5) WITHIN GROUP (ORDER BY ${paidMinorOf('sales')})
        FILTER (WHERE requested_at >= ${instant(o.toMs - monthMs)}))::bigint AS middle
    FROM sales WHERE utility_id = ${utilityId}::uuid AND state IN ('issued', 'delivered')
      AND energy_wh > 0 AND requested_at >= ${instant(o.fromMs)}
      AND requested_at < ${instant(o.toMs)}`.execute(tx);
  return { pricePerKwhMinor: rows[0]?.price ?? null, middleMinor: rows[0]?.middle ?? null };
}
