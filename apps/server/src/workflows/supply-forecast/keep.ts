// Keeps when each connection's credit is expected to end in the database, so that lists can be in
// that order: all connections are forecast again four times a day of business time, some at once.

import { sql } from 'kysely';
import type { Database, Tx } from '../../base/database.ts';
import { insertRows } from '../../base/rows.ts';
import { type ConnectionPlace, loadConnections } from '../../registry/connections/index.ts';
import type { Utility } from '../../registry/utilities/index.ts';
import { measureRange } from './ranges.ts';
import { outlooksOf, type SupplyForecastDeps } from './supply-forecast.ts';

const roundMs = 6 * 3_600_000;
const atOnce = 200;

type Place = { readonly bucket: number; readonly connectionId: string };
/** Where a utility's round has come to; `after` null when it is through. */
type Round = { readonly startsAtMs: number; readonly after: Place | null };
const start: Place = { bucket: -1, connectionId: '00000000-0000-0000-0000-000000000000' };

export type ForecastKeeping = ReturnType<typeof createForecastKeeping>;

type KeepDeps = SupplyForecastDeps & {
  readonly database: Database;
  readonly nowMs: () => number;
  /** Homes whose credit was forecast just now. */
  readonly onForecast: (
    tx: Tx,
    utilityId: string,
    places: readonly ConnectionPlace[],
  ) => Promise<void>;
};

export function createForecastKeeping(o: KeepDeps) {
  const rounds = new Map<string, Round>();
  return {
    /** Forecasts the next connections of this round; what another process has done is left out. */
    sweep: async (utility: Utility): Promise<void> => {
      const nowMs = o.nowMs();
      const startsAtMs = nowMs - (nowMs % roundMs);
      const known = rounds.get(utility.id);
      const round = known?.startsAtMs === startsAtMs ? known : { startsAtMs, after: start };
      if (round.after === null) return;
      if (round.after === start) await measureRange(o, utility, nowMs);
      const { after } = round;
      const last = await o.database.inUtility(utility.id, (tx) =>
        forecastNext(tx, o, { utility, nowMs, startsAtMs, after }),
      );
      rounds.set(utility.id, { startsAtMs, after: last });
    },
  };
}

const columns = {
  bucket: 'smallint',
  connection_id: 'uuid',
  utility_id: 'uuid',
  expected_at: 'timestamptz',
  made_at: 'timestamptz',
} as const;

/** The last connection that was looked at; null when none is left. */
async function forecastNext(
  tx: Tx,
  deps: KeepDeps,
  o: {
    readonly utility: Utility;
    readonly nowMs: number;
    readonly startsAtMs: number;
    readonly after: Place;
  },
): Promise<Place | null> {
  const { utility, nowMs } = o;
  const places = await nextPlaces(tx, o);
  const connections = await loadConnections(
    tx,
    places.map((place) => ({ ...place, utilityId: utility.id })),
  );
  const asked = [...connections.values()].map((connection) => ({ utility, connection, nowMs }));
  const outlooks = await outlooksOf(tx, deps, asked);
  const rows = asked.map(({ connection }, i) => ({
    bucket: connection.bucket,
    connection_id: connection.connectionId,
    utility_id: utility.id,
    expected_at: dateOf(outlooks[i]?.forecast?.expectedAtMs ?? null),
    made_at: new Date(nowMs),
  }));
  const foreseen = asked.filter((_, i) => outlooks[i]?.forecast != null);
  await deps.onForecast(
    tx,
    utility.id,
    foreseen.map(({ connection }) => connection),
  );
  if (rows.length > 0) {
    await sql`${insertRows('supply_forecasts', columns, rows)}
      ON CONFLICT (bucket, connection_id) DO UPDATE
      SET expected_at = excluded.expected_at, made_at = excluded.made_at`.execute(tx);
  }
  return places.length < atOnce ? null : (places.at(-1) ?? null);
}

const dateOf = (ms: number | null) => (ms === null ? null : new Date(ms));

async function nextPlaces(
  tx: Tx,
  o: { readonly utility: Utility; readonly startsAtMs: number; readonly after: Place },
): Promise<Place[]> {
  const { rows } = await sql<{ bucket: number; connection_id: string }>`
    SELECT c.bucket, c.id AS connection_id FROM connections c
    WHERE c.utility_id = ${o.utility.id}::uuid AND c.closed_at IS NULL
      AND (c.bucket, c.id) > (${o.after.bucket}, ${o.after.connectionId}::uuid)
      AND NOT EXISTS (SELECT FROM supply_forecasts f WHERE f.bucket = c.bucket
        AND f.connection_id = c.id AND f.made_at >= ${new Date(o.startsAtMs)}::timestamptz)
    ORDER BY c.bucket, c.id LIMIT ${atOnce}`.execute(tx);
  return rows.map((row) => ({ bucket: row.bucket, connectionId: row.connection_id }));
}
