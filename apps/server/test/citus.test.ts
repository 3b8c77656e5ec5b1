// Readings on a Citus cluster: `npm run test:citus` gives it one by PREWATT_CITUS_URL.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { energyWh } from '@prewatt/quantities';
import { type RawBuilder, sql } from 'kysely';
import { spreadReadings } from '../src/base/citus.ts';
import { prepareMonths, readingValues } from '../src/metering/readings/index.ts';
import { createHarness, type Harness, newTestUuid, startMs } from './harness.ts';

const cluster = process.env['PREWATT_CITUS_URL'] ?? '';
const skip = cluster === '' ? 'PREWATT_CITUS_URL names no cluster' : false;
const halfHour = 1_800_000;

let h: Harness;
before(async () => {
  if (skip === false) h = await createHarness();
});
after(() => h?.close());

const asOwner = async <Row>(query: RawBuilder<Row>): Promise<Row[]> =>
  (await query.execute(h.owner.directories)).rows;

test('readings are spread, months to come as well, and once is enough', { skip }, async () => {
  await h.database.inUtility(h.utilityId, (tx) => prepareMonths(tx, startMs));
  const again = await spreadReadings(h.ownerUrl);
  assert.ok(!('kind' in again));
  assert.deepEqual(again.tables, []);
  assert.ok(again.nodes.length > 1);
  const rows = await asOwner(sql<{ month: string; spread: boolean }>`
    SELECT inhrelid::regclass::text AS month, p.partmethod IS NOT NULL AS spread
    FROM pg_inherits LEFT JOIN pg_dist_partition p ON p.logicalrelid = inhrelid
    WHERE inhparent = 'prewatt.readings'::regclass`);
  assert.ok(rows.length >= 6);
  assert.deepEqual(
    rows.filter(({ spread }) => !spread),
    [],
  );
});

test('readings of homes on all nodes are found again, by their own utility alone', {
  skip,
}, async () => {
  const homes: Awaited<ReturnType<Harness['addConnection']>>[] = [];
  for (let i = 0; i < 24; i += 1) homes.push(await h.addConnection());
  for (const [i, home] of homes.entries()) {
    await h.fromMeter(home.meterPan, {
      kind: 'profile',
      sequence: 1,
      entries: [1, 2].map((n) => ({
        endsAtMs: startMs - n * halfHour,
        importEnergyWh: energyWh(1_000 + i * 10 - n),
      })),
    });
  }
  const found = (utilityId: string) =>
    h.database.inUtility(utilityId, async (tx) => {
      const all = [];
      for (const home of homes) {
        const asked = { register: 'importEnergyWh', fromMs: 0, toMs: startMs, limit: 9 } as const;
        all.push(...(await readingValues(tx, home, asked)).map(({ value }) => Number(value)));
      }
      return all;
    });
  assert.deepEqual(
    await found(h.utilityId),
    homes.flatMap((_, i) => [998 + i * 10, 999 + i * 10]),
  );
  assert.deepEqual(await found(newTestUuid()), []);
  const places = await asOwner(sql<{ node: string }>`
    SELECT DISTINCT nodeport AS node FROM citus_shards JOIN prewatt.meters m
      ON shardid = get_shard_id_for_distribution_column('prewatt.readings', m.bucket)`);
  assert.ok(places.length > 1);
});

test('no look at readings goes to more than one shard', { skip }, async () => {
  const { bucket, meterId } = h.place;
  const ofMeter = sql`FROM prewatt.readings WHERE bucket = ${sql.lit(bucket)}
    AND meter_id = ${sql.lit(meterId)}::uuid AND register = 1`;
  const looks = [
    sql`SELECT value, read_at ${ofMeter} ORDER BY read_at DESC LIMIT 1`,
    sql`(SELECT value ${ofMeter} AND read_at <= now() ORDER BY read_at DESC LIMIT 8)
      UNION ALL (SELECT value ${ofMeter} AND read_at > now())`,
  ];
  for (const look of looks) {
    const rows = await asOwner(sql<{ 'QUERY PLAN': string }>`EXPLAIN ${look}`);
    const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
    assert.match(plan, /Custom Scan \(Citus Adaptive\)/);
    assert.match(plan, /Task Count: 1\n/);
  }
  // Money never leaves the coordinator.
  const spread = await asOwner(sql<{ name: string }>`
    SELECT logicalrelid::text AS name FROM pg_dist_partition WHERE partmethod = 'h'`);
  assert.deepEqual(
    spread.filter(({ name }) => !/^(prewatt\.)?readings(_|$)/.test(name)),
    [],
  );
});

test('what somebody else spread, or hung on the table, is refused by its name', {
  skip,
}, async () => {
  await sql`CREATE TABLE prewatt.of_mine (bucket int)`.execute(h.owner.directories);
  await sql`SELECT create_distributed_table('prewatt.of_mine', 'bucket')`.execute(
    h.owner.directories,
  );
  assert.deepEqual(await spreadReadings(h.ownerUrl), { kind: 'unknownTable', table: 'of_mine' });
  await sql`DROP TABLE prewatt.of_mine`.execute(h.owner.directories);
  await sql`CREATE POLICY more ON prewatt.readings USING (true)`.execute(h.owner.directories);
  const refusal = { kind: 'hasMore', table: 'readings', what: 'policy more' };
  assert.deepEqual(await spreadReadings(h.ownerUrl), refusal);
  await sql`DROP POLICY more ON prewatt.readings`.execute(h.owner.directories);
});
