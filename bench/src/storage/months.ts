// Two months of quarter-hours of the same meters, in partitions of their own: one as meters bring
// it that report once a day, one as those do that send each reading as it is made.

import { createDatabase, createUsage, type Database } from '@prewatt/server/services';
import pg from 'pg';
import { walBytes } from '../sales/measure.ts';

const meters = 300;
export const readingsADay = 96;
const days = 28;
const dayMs = 86_400_000;
const quarterMs = dayMs / readingsADay;
const february = Date.UTC(2027, 1, 1);
const march = Date.UTC(2027, 2, 1);

export type MonthBytes = {
  readonly rows: number;
  readonly bytes: number;
  readonly heapBytes: number;
  readonly indexBytes: number;
  readonly walBytes: number;
};

type Place = {
  readonly utilityId: string;
  readonly bucket: number;
  readonly connectionId: string;
  readonly meterId: string;
};

export async function fillMonths(
  ownerUrl: string,
): Promise<{ readonly byDay: MonthBytes; readonly one: MonthBytes; readonly dayBytes: number }> {
  const owner = new pg.Client({ connectionString: ownerUrl });
  await owner.connect();
  const app = new URL(ownerUrl);
  app.searchParams.set('options', '-c role=prewatt_app');
  const database = createDatabase({ url: app.href, maximumConnections: 2 });
  try {
    for (const month of [february, march]) {
      await owner.query('SELECT prewatt.prepare_readings_month($1::date)', [new Date(month)]);
    }
    const places = await placesOf(owner);
    const fill = (firstMs: number, perMessage: number) =>
      fillMonth({ database, owner, ownerUrl, places, firstMs, perMessage });
    const byDay = await fill(february, readingsADay);
    const one = await fill(march, 1);
    return { byDay, one, dayBytes: await bytesOfDays(owner, database, places) };
  } finally {
    await database.close();
    await owner.end();
  }
}

async function placesOf(owner: pg.Client): Promise<readonly Place[]> {
  const { rows } = await owner.query<Place>(
    `SELECT utility_id AS "utilityId", bucket, connection_id AS "connectionId", id AS "meterId"
     FROM prewatt.meters ORDER BY id LIMIT $1`,
    [meters],
  );
  return rows;
}

/** Meters report in one message each; a transaction takes those of many, as the server's does. */
async function fillMonth(o: {
  readonly database: Database;
  readonly owner: pg.Client;
  readonly ownerUrl: string;
  readonly places: readonly Place[];
  readonly firstMs: number;
  readonly perMessage: number;
}): Promise<MonthBytes> {
  const [first] = o.places;
  if (first === undefined) throw new Error('no meters');
  const usage = usageAt(o.database, o.firstMs + days * dayMs);
  await o.owner.query('CHECKPOINT');
  const walBefore = await walBytes(o.ownerUrl);
  for (let from = 0; from < days * readingsADay; from += o.perMessage) {
    const reports = o.places.map((place, nth) => ({
      place,
      points: Array.from({ length: o.perMessage }, (_, i) => ({
        register: 'importEnergyWh' as const,
        atMs: o.firstMs + (from + i + 1) * quarterMs - 1_000,
        value: BigInt(1_000_000 + nth * 10 + (from + i) * 37),
      })),
    }));
    const atMs = o.firstMs + (from + o.perMessage) * quarterMs;
    await o.database.inUtility(first.utilityId, (tx) => usage.record(tx, reports, atMs));
  }
  const wal = (await walBytes(o.ownerUrl)) - walBefore;
  const name = `prewatt.readings_${new Date(o.firstMs).toISOString().slice(0, 7).replace('-', '_')}`;
  const { rows } = await o.owner.query(
    `SELECT count(*)::float AS n, pg_table_size('${name}')::float AS heap,
       pg_indexes_size('${name}')::float AS indexes FROM ${name}`,
  );
  const { n, heap, indexes } = rows[0];
  if (n !== o.places.length * days * readingsADay) throw new Error(`${n} readings were kept`);
  return {
    rows: n,
    bytes: (heap + indexes) / n,
    heapBytes: heap / n,
    indexBytes: indexes / n,
    walBytes: wal / n,
  };
}

/** Days are summed up as upkeep does it, which writes each row again. */
async function bytesOfDays(
  owner: pg.Client,
  database: Database,
  places: readonly Place[],
): Promise<number> {
  const [first] = places;
  if (first === undefined) throw new Error('no meters');
  const usage = usageAt(database, march + 31 * dayMs);
  while ((await usage.roll(first.utilityId)) > 0) {}
  const { rows } = await owner.query(
    `SELECT pg_total_relation_size('prewatt.usage_days')::float / count(*)::float AS bytes,
       count(*) FILTER (WHERE rolled_at IS NULL)::int AS left FROM prewatt.usage_days`,
  );
  if (rows[0].left > 0) throw new Error(`${rows[0].left} days were not summed up`);
  return rows[0].bytes;
}

const usageAt = (database: Database, nowMs: number) =>
  createUsage({
    database,
    utilities: { get: async () => ({ zone: 'UTC' }) },
    clocks: { business: { nowMs: () => nowMs }, real: { nowMs: Date.now }, speed: 1 },
    onRolled: async () => {},
  });
