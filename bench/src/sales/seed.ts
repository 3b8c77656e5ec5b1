// Databases of this benchmark, filled by sets: a utility with many connections and vendors whose
// shifts are open, and the tables of TPC-B.

import { createHash, randomBytes } from 'node:crypto';
import { bucketCount, bucketOfConnection, idFromUuid, uuidV7 } from '@prewatt/quantities';
import { createOnboarding } from '@prewatt/server/onboarding';
import { createDatabase } from '@prewatt/server/services';
import { positionToJson, startPosition } from '@prewatt/tariff';
import demoTariff from '@prewatt/tariff/documents/demo.json' with { type: 'json' };
import pg from 'pg';
import { meterPanOf } from './plan.ts';

const random = (length: number) => new Uint8Array(randomBytes(length));
const newUuid = () => uuidV7(Date.now(), random(10));
const perChunk = 50_000;

/** Fills a migrated database; gives the keys of the vendors' tills. */
export async function seedSales(o: {
  readonly ownerUrl: string;
  readonly masterKey: Buffer;
  readonly connections: number;
  readonly vendors: number;
}): Promise<readonly string[]> {
  const { utilityId, tariffId } = await seedUtility(o.ownerUrl, o.masterKey);
  const client = new pg.Client({ connectionString: o.ownerUrl });
  await client.connect();
  try {
    await client.query('SET search_path = prewatt');
    // Rows are made by rule, so that nothing needs checking row by row.
    await client.query('SET session_replication_role = replica');
    await client.query('SET synchronous_commit = off');
    await seedConnections(client, { utilityId, tariffId, connections: o.connections });
    const keys = await seedVendors(client, utilityId, o.vendors);
    // Tables that are still empty are left alone: a plan for an empty table would be kept too long.
    await client.query(`VACUUM ANALYZE meter_directory, connections, meters, ledger_accounts,
      vendors, vendor_keys, vendor_shifts, tariffs, vending_keys`);
    await client.query('CHECKPOINT');
    return keys;
  } finally {
    await client.end();
  }
}

async function seedUtility(ownerUrl: string, masterKey: Buffer) {
  const owner = createDatabase({ url: ownerUrl, maximumConnections: 2 });
  const onboarding = createOnboarding({ owner, masterKey, newUuid, nowMs: Date.now });
  const utilityId = await onboarding.createUtility({
    name: 'Bench',
    zone: 'Africa/Johannesburg',
    currency: { code: 'ZAR', scale: 2 },
    minimumPurchaseMinor: 100n,
    maximumPurchaseMinor: 1_000_000n,
    helpPhone: null,
    protectionRules: {
      version: 1,
      friendlyHours: [],
      holidays: [],
      emergencyCreditWh: '0',
      debt: { maximumSharePercent: 50, floorEnergyWh: '1000' },
    },
  });
  const tariffId = await owner.inUtility(utilityId, async (tx) => {
    await onboarding.loadVendingKey(tx, utilityId, {
      supplyGroupCode: '123456',
      keyRevision: 1,
      keyType: 2,
      keyExpiry: 255,
      baseDate: 14,
      dkga: 'dkga04',
      bytes: random(20),
    });
    return onboarding.createTariff(tx, utilityId, { name: 'Homes', document: demoTariff });
  });
  await owner.close();
  return { utilityId, tariffId };
}

async function seedConnections(
  client: pg.Client,
  o: { readonly utilityId: string; readonly tariffId: string; readonly connections: number },
): Promise<void> {
  await client.query(`CREATE TEMP TABLE made (bucket smallint, connection_id uuid, meter_id uuid,
    meter_pan text)`);
  for (let from = 0; from < o.connections; from += perChunk) {
    const count = Math.min(perChunk, o.connections - from);
    const ids = Array.from({ length: count }, newUuid);
    const buckets = ids.map((id) => bucketOfConnection(idFromUuid('connection', id)));
    await client.query(
      'INSERT INTO made SELECT * FROM unnest($1::smallint[], $2::uuid[], $3::uuid[], $4::text[])',
      [buckets, ids, ids.map(newUuid), ids.map((_, i) => meterPanOf(from + i))],
    );
  }
  const position = JSON.stringify(positionToJson(startPosition()));
  const { utilityId, tariffId } = o;
  await client.query(
    `INSERT INTO meter_directory (meter_pan, utility_id, bucket, connection_id, meter_id)
      SELECT meter_pan, $1, bucket, connection_id, meter_id FROM made ORDER BY meter_pan`,
    [utilityId],
  );
  await client.query(
    `INSERT INTO connections (bucket, id, utility_id, name, address, tariff_id, tariff_position,
        created_at)
      SELECT bucket, connection_id, $1, 'Home ' || meter_pan, '1 Bench Street', $2, $3, now()
      FROM made ORDER BY bucket, connection_id`,
    [utilityId, tariffId, position],
  );
  // Typed meters, as most are: without a secret, so without a link.
  await client.query(
    `INSERT INTO meters (bucket, id, utility_id, connection_id, meter_pan, encryption_algorithm,
        supply_group_code, tariff_index, key_revision, secret_hash, created_at)
      SELECT bucket, meter_id, $1, connection_id, meter_pan, 'ea07', '123456', '01', 1, $2, now()
      FROM made ORDER BY bucket, meter_id`,
    [utilityId, Buffer.alloc(32)],
  );
  await client.query(
    `INSERT INTO ledger_accounts (bucket, utility_id, kind, subject_id, created_at)
      SELECT bucket, $1::uuid, 'customerPrepaid', connection_id, now() FROM made
      UNION ALL SELECT b, $1, kind, $1, now() FROM generate_series(0, $2::integer - 1) b,
        unnest(ARRAY['providerClearing', 'openingBalance', 'energySales', 'tax', 'fees']) kind`,
    [utilityId, bucketCount],
  );
}

async function seedVendors(
  client: pg.Client,
  utilityId: string,
  count: number,
): Promise<readonly string[]> {
  const keys: string[] = [];
  for (let i = 0; i < count; i++) {
    const [vendorId, keyId] = [newUuid(), newUuid()];
    const secret = randomBytes(32).toString('hex');
    const hash = createHash('sha256').update(secret).digest();
    await client.query(
      // Limit and key are as of before a second person had to allow them.
      `INSERT INTO vendors (id, utility_id, name, commission_basis_points, float_limit_minor,
          float_limit_before_minor, tokens_per_hour, energy_per_hour_wh, created_at)
        VALUES ($1, $2, $3, 150, 1000000000000000, 1000000000000000, 2000000000, 1000000000000000,
          now())`,
      [vendorId, utilityId, `Vendor ${i}`],
    );
    await client.query('INSERT INTO vendor_key_directory VALUES ($1, $2)', [keyId, utilityId]);
    await client.query(
      `INSERT INTO vendor_keys (id, utility_id, vendor_id, label, secret_hash, created_at, of_before)
        VALUES ($1, $2, $3, 'Till', $4, now(), true)`,
      [keyId, utilityId, vendorId, hash],
    );
    await client.query(
      `INSERT INTO vendor_shifts (id, utility_id, vendor_id, key_id, opened_at)
        VALUES ($1, $2, $3, $4, now())`,
      [newUuid(), utilityId, vendorId, keyId],
    );
    keys.push(`pwv_${keyId}_${secret}`);
  }
  return keys;
}

/** The tables of TPC-B, as pgbench makes them. */
export async function seedBaseline(url: string, scale: number): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(`
      CREATE TABLE tpcb_branches (bid integer PRIMARY KEY, bbalance integer, filler char(88))
        WITH (fillfactor = 100);
      CREATE TABLE tpcb_tellers (tid integer PRIMARY KEY, bid integer, tbalance integer,
        filler char(84)) WITH (fillfactor = 100);
      CREATE TABLE tpcb_accounts (aid integer PRIMARY KEY, bid integer, abalance integer,
        filler char(84)) WITH (fillfactor = 100);
      CREATE TABLE tpcb_history (tid integer, bid integer, aid integer, delta integer,
        mtime timestamp, filler char(22));
      INSERT INTO tpcb_branches SELECT i, 0, '' FROM generate_series(1, ${scale}) i;
      INSERT INTO tpcb_tellers SELECT i, (i - 1) / 10 + 1, 0, ''
        FROM generate_series(1, ${scale} * 10) i;
      INSERT INTO tpcb_accounts SELECT i, (i - 1) / 100000 + 1, 0, ''
        FROM generate_series(1, ${scale} * 100000) i;`);
    await client.query('VACUUM ANALYZE');
    await client.query('CHECKPOINT');
  } finally {
    await client.end();
  }
}
