// How long a cheap phone waits for the next screen: USSD sessions through the door of a gateway,
// first alone and then beside as many sales as tills can make, on the same server in one run.

import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startPostgres } from '@prewatt/embedded-postgres';
import { secretsIn } from '@prewatt/simulation/server-process';
import pg from 'pg';
import { cpuMs, familyCpuMs } from '../processes.ts';
import {
  f,
  load,
  openSize,
  type Print,
  planOf,
  type Run,
  type Size,
  settleSeconds,
} from '../sales/measure.ts';
import { meterPanOf, quantile } from '../sales/plan.ts';

const sold = 1_000;
const phones = 3_000;
const sessionsPerSecond = 50;
/** What is typed, hop by hop: the menu, how much is left, the menu again. */
const hops = ['', '1', '1*0'];
const callbackSecret = 'a-secret-of-the-benchmark-0001';
const gateway = {
  ...{ kind: 'africasTalking', name: 'africas-talking', baseUrl: 'http://127.0.0.1:9' },
  ...{ username: 'bench', apiKey: 'an-api-key-of-the-benchmark', from: null, callbackSecret },
};

/** `--seconds` of each measurement (15). */
export async function benchmarkUssd(print: Print): Promise<object> {
  const { values } = parseArgs({
    args: process.argv.slice(2),
    allowPositionals: true,
    options: { json: { type: 'boolean' }, seconds: { type: 'string', default: '15' } },
  });
  const seconds = Number(values.seconds);
  if (!(seconds > 0)) throw new Error('--seconds is a positive number');
  const folder = mkdtempSync(join(tmpdir(), 'prewatt-bench-ussd-'));
  // Under root PostgreSQL runs as another account, which must be able to enter.
  chmodSync(folder, 0o711);
  const { file, secrets } = secretsIn(folder);
  writeFileSync(file, JSON.stringify({ ...secrets, messageGateways: [gateway] }));
  const settings = { shared_buffers: '2GB', max_wal_size: '4GB' };
  const postgres = await startPostgres({ dataDir: join(folder, 'postgres'), settings });
  try {
    const run = { folder, postgres, seconds, profile: false, print };
    const size = await openSize(run, sold + phones);
    try {
      return await measure(run, size);
    } finally {
      await size.server.stop();
    }
  } finally {
    await postgres.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function measure(run: Run, size: Size): Promise<object> {
  const { print, seconds } = run;
  await seedPhones(size.ownerUrl);
  const sales = { ...planOf(size), connections: sold, perSecond: null };
  await load({ ...sales, seconds: 0, warmUpSeconds: settleSeconds });
  await talk(size.server.port, 3);
  const cpuNow = () => [cpuMs([size.server.pid]), familyCpuMs(run.postgres.pid)] as const;
  const before = cpuNow();
  const alone = await talk(size.server.port, seconds);
  const cpuOfScreen = cpuNow().map((ms, i) => (ms - (before[i] ?? 0)) / alone.answered);
  const [ofServer = 0, ofDatabase = 0] = cpuOfScreen;
  print(
    `alone         ${textOf(alone)}; CPU of a screen: server ${f(ofServer, 2)} ms, ` +
      `PostgreSQL ${f(ofDatabase, 2)} ms`,
  );
  const selling = load({ ...sales, seconds, warmUpSeconds: 2 });
  await new Promise((resolve) => setTimeout(resolve, 2_000));
  const beside = await talk(size.server.port, seconds);
  const { perSecond } = await selling;
  print(`beside sales  ${textOf(beside)}; ${f(perSecond)} sales/s`);
  const ratio = Math.round((beside.p99Ms / alone.p99Ms) * 100) / 100;
  print(`ratio         ${f(ratio, 2)} times the wait of a phone beside nobody`);
  return {
    ...{ bench: 'ussd', sessionsPerSecond, screens: beside.answered, unanswered: beside.otherwise },
    ...{ p50Ms: Math.round(beside.p50Ms), p99Ms: Math.round(beside.p99Ms), ratio },
    cpuMsOfScreen: Math.round((ofServer + ofDatabase) * 100) / 100,
    salesPerSecond: Math.round(perSecond),
  };
}

type Waits = {
  readonly answered: number;
  readonly otherwise: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
};

const textOf = ({ answered, otherwise, p50Ms, p99Ms }: Waits): string =>
  `${f(answered)} screens, p50 ${f(p50Ms, 1)} ms, p99 ${f(p99Ms, 1)} ms` +
  `${otherwise === 0 ? '' : `; ${otherwise} without one`}`;

/** Homes with a phone; tills sell to the others, so that no text message is part of the figure. */
async function seedPhones(ownerUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: ownerUrl });
  await client.connect();
  try {
    await client.query('SET search_path = prewatt; SET session_replication_role = replica');
    const pans = Array.from({ length: phones }, (_, i) => meterPanOf(sold + i));
    await client.query(
      `WITH homes AS (SELECT d.bucket, d.connection_id, d.utility_id, p.phone
          FROM unnest($1::text[], $2::text[]) AS p(pan, phone)
          JOIN meter_directory d ON d.meter_pan = p.pan),
        told AS (UPDATE connections c SET customer_name = 'Bench', customer_phone = h.phone
          FROM homes h WHERE c.bucket = h.bucket AND c.id = h.connection_id)
        INSERT INTO phone_directory (phone, utility_id, bucket, connection_id)
        SELECT phone, utility_id, bucket, connection_id FROM homes`,
      [pans, pans.map((_, i) => phoneOf(i))],
    );
    await client.query('VACUUM ANALYZE connections, phone_directory');
  } finally {
    await client.end();
  }
}

const phoneOf = (index: number): string => `+2782${String(index).padStart(7, '0')}`;

let sessions = 0;

/** Sessions begin evenly, whatever the answers do; a wait counts from when the hop was due. */
async function talk(port: number, seconds: number): Promise<Waits> {
  const agent = new Agent({ keepAlive: true, maxSockets: 200 });
  const waits: number[] = [];
  let otherwise = 0;
  const session = async (number: number): Promise<void> => {
    for (const text of hops) {
      const startMs = performance.now();
      const said = await hop({ agent, port, number, text });
      if (/^(CON|END) /.test(said)) waits.push(performance.now() - startMs);
      else otherwise += 1;
    }
  };
  const begun: Promise<void>[] = [];
  const firstMs = performance.now();
  for (let i = 0; i < seconds * sessionsPerSecond; i += 1) {
    const waitMs = firstMs + (i * 1_000) / sessionsPerSecond - performance.now();
    if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs));
    sessions += 1;
    begun.push(session(sessions));
  }
  await Promise.all(begun);
  agent.destroy();
  const sorted = Float64Array.from(waits).sort();
  const [p50Ms, p99Ms] = [quantile(sorted, 0.5), quantile(sorted, 0.99)];
  return { answered: waits.length, otherwise, p50Ms, p99Ms };
}

/** The next screen, or a status. */
function hop(o: {
  readonly agent: Agent;
  readonly port: number;
  readonly number: number;
  readonly text: string;
}): Promise<string> {
  const phoneNumber = phoneOf(o.number % phones);
  const form = { sessionId: `bench-${o.number}`, serviceCode: '*384#', phoneNumber, text: o.text };
  const body = new URLSearchParams(form).toString();
  const headers = {
    'content-type': 'application/x-www-form-urlencoded',
    'content-length': body.length,
  };
  const path = `/api/messages/africas-talking/${callbackSecret}/ussd`;
  return new Promise((resolve, reject) => {
    const { agent, port } = o;
    const sent = request(
      { agent, port, host: '127.0.0.1', method: 'POST', path, headers },
      (answer) => {
        let said = '';
        answer.setEncoding('utf8');
        answer.on('data', (chunk: string) => {
          said += chunk;
        });
        answer.on('end', () => resolve(answer.statusCode === 200 ? said : `${answer.statusCode}`));
      },
    );
    sent.on('error', reject);
    sent.end(body);
  });
}
