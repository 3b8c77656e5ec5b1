// Bytes on disk and of write-ahead log: of a home, of a sale with all its rows, of a reading and of
// a day's sum, made by the product's own code. What `scale` reckons disks with.

import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { startPostgres } from '@prewatt/embedded-postgres';
import pg from 'pg';
import type { Benchmark } from '../benchmark.ts';
import { f, load, openSize, planOf, settleSeconds, walBytes } from '../sales/measure.ts';
import { fillMonths, type MonthBytes, readingsADay } from './months.ts';

const homes = 20_000;
const daysOfYear = 365;

type Sizes = ReadonlyMap<string, number>;

/** Bytes of each table with its indexes and long values, in both schemas of the product. */
async function sizesOf(client: pg.Client): Promise<Sizes> {
  const { rows } = await client.query<{ name: string; bytes: string }>(
    `SELECT c.relname AS name, sum(pg_total_relation_size(c.oid))::text AS bytes FROM pg_class c
     JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE n.nspname IN ('prewatt', 'prewatt_log') AND c.relkind = 'r' GROUP BY 1`,
  );
  return new Map(rows.map(({ name, bytes }) => [name, Number(bytes)]));
}

const total = (sizes: Sizes): number => [...sizes.values()].reduce((sum, each) => sum + each, 0);

async function countOf(client: pg.Client, from: string): Promise<number> {
  const { rows } = await client.query<{ n: string }>(`SELECT count(*)::text AS n FROM ${from}`);
  return Number(rows[0]?.n);
}

const leavesThatWait = `prewatt_log.leaves l WHERE NOT EXISTS (SELECT FROM prewatt_log.entries e
  WHERE e.utility_id = l.utility_id AND e.leaf_id = l.id)`;

/** Rows that wait for their place in the token log belong to the sales before. */
async function logIsWritten(client: pg.Client): Promise<void> {
  for (let tries = 0; tries < 240; tries += 1) {
    if ((await countOf(client, leavesThatWait)) === 0) return;
    await setTimeout(250);
  }
  throw new Error('the token log was not written within a minute');
}

type SaleBytes = {
  readonly sales: number;
  readonly bytes: number;
  readonly walBytes: number;
  readonly byTable: readonly (readonly [table: string, bytes: number])[];
};

/** Sells for some seconds after all that is made once was made. */
async function measureSales(
  client: pg.Client,
  o: { readonly sell: (seconds: number) => Promise<unknown>; readonly url: string },
): Promise<SaleBytes> {
  await o.sell(settleSeconds);
  await logIsWritten(client);
  await client.query('CHECKPOINT');
  const before = { count: await countOf(client, 'prewatt.sales'), sizes: await sizesOf(client) };
  const walBefore = await walBytes(o.url);
  await o.sell(settleSeconds);
  await logIsWritten(client);
  const sizes = await sizesOf(client);
  const sales = (await countOf(client, 'prewatt.sales')) - before.count;
  const byTable = [...sizes]
    .map(([table, bytes]) => [table, (bytes - (before.sizes.get(table) ?? 0)) / sales] as const)
    .filter(([, bytes]) => Math.round(bytes) !== 0)
    .sort((a, b) => b[1] - a[1]);
  return {
    sales,
    bytes: (total(sizes) - total(before.sizes)) / sales,
    walBytes: ((await walBytes(o.url)) - walBefore) / sales,
    byTable,
  };
}

export const benchmarkStorage: Benchmark = async (print) => {
  const folder = mkdtempSync(join(tmpdir(), 'prewatt-bench-storage-'));
  // Under root PostgreSQL runs as another account, which must be able to enter.
  chmodSync(folder, 0o711);
  const settings = { shared_buffers: '512MB', max_wal_size: '4GB' };
  const postgres = await startPostgres({ dataDir: join(folder, 'postgres'), settings });
  try {
    const run = { folder, postgres, seconds: settleSeconds, profile: false, print };
    const empty = await openSize(run, 1);
    const emptyBytes = await inDatabase(empty.ownerUrl, async (c) => total(await sizesOf(c)));
    await empty.server.stop();
    const size = await openSize(run, homes);
    try {
      const sell = (seconds: number) =>
        load({ ...planOf(size), seconds, warmUpSeconds: 0, perSecond: null });
      const homeBytes = await inDatabase(
        size.ownerUrl,
        async (c) => (total(await sizesOf(c)) - emptyBytes) / homes,
      );
      const sale = await inDatabase(size.ownerUrl, (c) =>
        measureSales(c, { sell, url: size.ownerUrl }),
      );
      await size.server.stop();
      const months = await fillMonths(size.ownerUrl);
      return report(print, { homeBytes, sale, ...months });
    } finally {
      await size.server.stop();
    }
  } finally {
    await postgres.stop();
    rmSync(folder, { recursive: true, force: true });
  }
};

async function inDatabase<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

function report(
  print: (line: string) => void,
  o: {
    readonly homeBytes: number;
    readonly sale: SaleBytes;
    readonly byDay: MonthBytes;
    readonly one: MonthBytes;
    readonly dayBytes: number;
  },
): object {
  const { sale, byDay, one } = o;
  const ofYear = ({ bytes }: MonthBytes): number =>
    Math.round((readingsADay * bytes + o.dayBytes) * daysOfYear);
  print(`storage: ${f(homes)} homes, ${f(sale.sales)} sales, ${f(one.rows)} readings each way`);
  print(`  a home (connection, meter, directory, accounts)  ${f(o.homeBytes)} bytes`);
  print(`  a sale at a till, with its part of the token log ${f(sale.bytes)} bytes`);
  for (const [table, bytes] of sale.byTable.slice(0, 8)) {
    print(`    ${table.padEnd(24)} ${f(bytes).padStart(6)}`);
  }
  print(`    write-ahead log          ${f(sale.walBytes).padStart(6)}`);
  const reading = (way: string, month: MonthBytes): void =>
    print(
      `  a reading, ${way.padEnd(31)} ${f(month.bytes, 1).padStart(6)} bytes ` +
        `(row ${f(month.heapBytes, 1)}, index ${f(month.indexBytes, 1)}; log ${f(month.walBytes)})`,
    );
  reading('a day in each message', byDay);
  reading('one in each message', one);
  print(`  the sum of a day                            ${f(o.dayBytes, 1).padStart(6)} bytes`);
  print(`  bytes per meter and year of quarter-hours   ${f(ofYear(byDay))} a day in each message`);
  print(`                                              ${f(ofYear(one))} one in each message`);
  return {
    bench: 'storage',
    homeBytes: Math.round(o.homeBytes),
    saleBytes: Math.round(sale.bytes),
    saleWalBytes: Math.round(sale.walBytes),
    readingBytes: rounded(byDay.bytes),
    readingWalBytes: Math.round(byDay.walBytes),
    singleReadingBytes: rounded(one.bytes),
    singleReadingIndexBytes: rounded(one.indexBytes),
    singleReadingWalBytes: Math.round(one.walBytes),
    dayBytes: rounded(o.dayBytes),
    meterYearBytes: ofYear(byDay),
    singleMeterYearBytes: ofYear(one),
  };
}

const rounded = (value: number): number => Math.round(value * 10) / 10;
