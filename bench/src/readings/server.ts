// A database with a utility of many meters, and the real server process on it.

import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { freePort, startPostgres } from '@prewatt/embedded-postgres';
import { bucketOfConnection, idFromUuid, uuidV7 } from '@prewatt/quantities';
import { migrate } from '@prewatt/server/migrate';
import { createOnboarding } from '@prewatt/server/onboarding';
import { createDatabase } from '@prewatt/server/services';
import demoTariff from '@prewatt/tariff/documents/demo.json' with { type: 'json' };
import pg from 'pg';
import { cpuMs, familyCpuMs } from '../processes.ts';
import { firstMs, meterPanOf, secretOf } from './plan.ts';

export type BenchMeter = {
  readonly utilityId: string;
  readonly bucket: number;
  readonly connectionId: string;
  readonly meterId: string;
};
export type BenchServer = {
  readonly ownerUrl: string;
  readonly appUrl: string;
  readonly mqttPort: number;
  readonly httpPort: number;
  readonly meters: readonly BenchMeter[];
  readonly residentBytes: () => number;
  /** CPU time that server and database have used so far. */
  readonly cpu: () => { readonly serverMs: number; readonly databaseMs: number };
  readonly close: () => Promise<void>;
};

const masterKey = Buffer.alloc(32, 7);

export async function startBenchServer(
  count: number,
  o: { readonly nodeFlags: readonly string[]; readonly logLevel?: string },
): Promise<BenchServer> {
  const folder = mkdtempSync(join(tmpdir(), 'prewatt-bench-readings-'));
  const postgres = await startPostgres({ dataDir: join(folder, 'postgres'), fsync: true });
  const app = new URL(postgres.url);
  app.searchParams.set('options', '-c role=prewatt_app');
  let child: ChildProcess | null = null;
  const close = async (): Promise<void> => {
    const ended = child;
    if (ended !== null && ended.exitCode === null) {
      ended.kill('SIGTERM');
      await new Promise((resolve) => ended.once('exit', resolve));
    }
    await postgres.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await migrate(postgres.url);
    const meters = await seed(postgres.url, count);
    const started = await startServer(folder, app.href, o);
    child = started.child;
    return {
      ownerUrl: postgres.url,
      appUrl: app.href,
      mqttPort: started.mqttPort,
      httpPort: started.httpPort,
      meters,
      residentBytes: () => residentBytesOf(started.child.pid ?? 0),
      cpu: () => ({
        serverMs: cpuMs([started.child.pid ?? 0]),
        databaseMs: familyCpuMs(postgres.pid),
      }),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

async function seed(ownerUrl: string, count: number): Promise<BenchMeter[]> {
  const random = (length: number) => crypto.getRandomValues(new Uint8Array(length));
  const newUuid = () => uuidV7(Date.now(), random(10));
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
  const tariffId = await owner.inUtility(utilityId, (tx) =>
    onboarding.createTariff(tx, utilityId, { name: 'Homes', document: demoTariff }),
  );
  await owner.close();
  const meters = Array.from({ length: count }, () => {
    const connectionId = newUuid();
    const bucket = bucketOfConnection(idFromUuid('connection', connectionId));
    return { utilityId, bucket, connectionId, meterId: newUuid() };
  });
  await insertMeters(ownerUrl, { utilityId, tariffId, meters });
  return meters;
}

async function insertMeters(
  ownerUrl: string,
  o: { utilityId: string; tariffId: string; meters: readonly BenchMeter[] },
): Promise<void> {
  const client = new pg.Client({ connectionString: ownerUrl });
  await client.connect();
  try {
    await insertRows(client, o);
  } finally {
    await client.end();
  }
}

async function insertRows(
  client: pg.Client,
  o: { utilityId: string; tariffId: string; meters: readonly BenchMeter[] },
): Promise<void> {
  const pans = o.meters.map((_, index) => meterPanOf(index));
  const hashes = pans.map((pan) => createHash('sha256').update(secretOf(pan)).digest());
  const made = `unnest($1::int2[], $2::uuid[], $3::uuid[], $4::text[])
    AS made (bucket, connection_id, meter_id, pan)`;
  const values = [
    o.meters.map((meter) => meter.bucket),
    o.meters.map((meter) => meter.connectionId),
    o.meters.map((meter) => meter.meterId),
    pans,
  ];
  await client.query('SET search_path = prewatt');
  await client.query(
    `INSERT INTO connections
       (bucket, id, utility_id, name, address, tariff_id, tariff_position, created_at)
     SELECT bucket, connection_id, $5::uuid, 'Home', 'Bench', $6::uuid, '{}', now() FROM ${made}`,
    [...values, o.utilityId, o.tariffId],
  );
  await client.query(
    `INSERT INTO ledger_accounts (bucket, utility_id, kind, subject_id, created_at)
     SELECT bucket, $5::uuid, 'customerPrepaid', connection_id, now() FROM ${made}`,
    [...values, o.utilityId],
  );
  await client.query(
    `INSERT INTO meter_directory (meter_pan, utility_id, bucket, connection_id, meter_id)
     SELECT pan, $5::uuid, bucket, connection_id, meter_id FROM ${made}`,
    [...values, o.utilityId],
  );
  await client.query(
    `INSERT INTO meters (bucket, id, utility_id, connection_id, meter_pan, encryption_algorithm,
       supply_group_code, tariff_index, key_revision, secret_hash, created_at)
     SELECT bucket, meter_id, $5::uuid, connection_id, pan, 'ea07', '123456', '01', 1,
       ($6::bytea[])[ordinal], now()
     FROM unnest($1::int2[], $2::uuid[], $3::uuid[], $4::text[]) WITH ORDINALITY
       AS made (bucket, connection_id, meter_id, pan, ordinal)`,
    [...values, o.utilityId, hashes],
  );
  await client.query(
    `INSERT INTO meter_states (bucket, meter_id, utility_id, connection_id, captured_at,
       last_contact_at, available_energy_wh, power_w, import_energy_wh, credited_energy_wh,
       owed_energy_wh, load_switch, credit_status)
     SELECT bucket, meter_id, $5::uuid, connection_id, now() - interval '1 hour',
       now() - interval '1 hour', 0, 0, 0, 0, 0, 'connected', 'inCredit' FROM ${made}`,
    [...values, o.utilityId],
  );
  await client.query(`SELECT prepare_readings_month($1::date)`, [new Date(firstMs)]);
  await client.query('ANALYZE');
}

async function startServer(
  folder: string,
  appUrl: string,
  { nodeFlags, logLevel = 'warn' }: Parameters<typeof startBenchServer>[1],
): Promise<{ child: ChildProcess; mqttPort: number; httpPort: number }> {
  const secretsFile = join(folder, 'secrets.json');
  const secret = 'a secret of the bench, long enough';
  const secrets = {
    sessionSecret: secret,
    masterKey: masterKey.toString('base64'),
    sandboxWebhookSecret: secret,
    sandboxApiKey: secret,
    smsApiKey: secret,
  };
  writeFileSync(secretsFile, JSON.stringify(secrets), { mode: 0o600 });
  const [httpPort, mqttPort] = [await freePort(), await freePort()];
  const program = fileURLToPath(new URL('../../../apps/server/src/main.ts', import.meta.url));
  const child = spawn(process.execPath, [...nodeFlags, program], {
    env: {
      PATH: process.env['PATH'] ?? '',
      DATABASE_URL: appUrl,
      PREWATT_HTTP_PORT: String(httpPort),
      PREWATT_MQTT_PORT: String(mqttPort),
      PREWATT_PUBLIC_URL: `http://127.0.0.1:${httpPort}`,
      PREWATT_SANDBOX_URL: 'http://127.0.0.1:9',
      PREWATT_SECRETS_FILE: secretsFile,
      PREWATT_LOG_LEVEL: logLevel,
    },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  for (let tries = 0; tries < 300; tries += 1) {
    if (child.exitCode !== null) throw new Error('the server did not start');
    const answer = await fetch(`http://127.0.0.1:${httpPort}/health`).catch(() => null);
    if (answer?.status === 200) return { child, mqttPort, httpPort };
    await setTimeout(100);
  }
  throw new Error('the server was not ready within 30 s');
}

/** Resident memory of a process, from /proc. */
function residentBytesOf(pid: number): number {
  const line = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  return Number(line?.[1] ?? 0) * 1024;
}
