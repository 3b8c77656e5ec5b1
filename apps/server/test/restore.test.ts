// An older copy of the database put back, on a real PostgreSQL: a sale under an identifier that its
// meter holds already is nobody's delivery, and after the command no sale gets such a one.

import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, beforeEach, test } from 'node:test';
import { testDatabase } from '@prewatt/embedded-postgres';
import { energyWh, idFromUuid } from '@prewatt/quantities';
import pg from 'pg';
import { migrateGuarded } from '../src/compose/life-cycles.ts';
import { createEpochWatch } from '../src/money/tokens/index.ts';
import { runCommand } from './command-line.ts';
import { saleRow, tokensOf } from './correction-harness.ts';
import { createHarness, type Harness, newTestUuid } from './harness.ts';
import { buyAndPay } from './purchases.ts';

const folder = mkdtempSync(join(tmpdir(), 'prewatt-restore-'));
/** Keeps the PostgreSQL of the tests up between them. */
let lease: Awaited<ReturnType<typeof testDatabase>>;
before(async () => {
  lease = await testDatabase({ name: 'server', prepare: migrateGuarded });
});
after(async () => {
  await lease.drop();
  rmSync(folder, { recursive: true, force: true });
});

let h: Harness;
let admin: pg.Client;
let home: Awaited<ReturnType<Harness['addConnection']>>;
let copy: string;
let sequence = 0;

const nameOf = (url: string): string => new URL(url).pathname.slice(1);

/** Ends every connection to it; those who want one connect again. */
const alone = (name: string) =>
  admin.query('SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = $1', [
    name,
  ]);

beforeEach(async () => {
  h = await createHarness();
  const url = new URL(h.ownerUrl);
  url.pathname = '/postgres';
  admin = new pg.Client({ connectionString: url.href });
  await admin.connect();
  home = await h.addConnection();
  copy = `${nameOf(h.ownerUrl)}_copy`;
  await alone(nameOf(h.ownerUrl));
  await admin.query(`CREATE DATABASE ${copy} TEMPLATE ${nameOf(h.ownerUrl)}`);
});
afterEach(async () => {
  await h.close();
  await admin.query(`DROP DATABASE IF EXISTS ${copy} WITH (FORCE)`);
  await admin.end();
});

/** The copy that was taken before stands in the place of what was written since. */
async function putBack(): Promise<void> {
  const name = nameOf(h.ownerUrl);
  await alone(name);
  await admin.query(`DROP DATABASE ${name} WITH (FORCE)`);
  await admin.query(`ALTER DATABASE ${copy} RENAME TO ${name}`);
}

type Token = Awaited<ReturnType<typeof tokensOf>>[number];

async function sell(amountMinor: bigint): Promise<{ saleId: string; token: Token }> {
  const saleId = await buyAndPay(h, amountMinor, `paid-${newTestUuid()}`, home);
  const [token] = await tokensOf(h, saleId);
  assert.ok(token !== undefined);
  return { saleId, token };
}

async function answer(token: Token, outcome: 'accepted' | 'used'): Promise<void> {
  const command = await h.database.inUtility(h.utilityId, (tx) =>
    tx
      .selectFrom('commands')
      .select('id')
      .where('bucket', '=', home.bucket)
      .where('token_ref', '=', token.id)
      .executeTakeFirstOrThrow(),
  );
  sequence += 1;
  await h.fromMeter(home.meterPan, {
    kind: 'commandResult',
    sequence,
    commandId: idFromUuid('command', command.id),
    completedAtMs: h.clock.nowMs,
    result: {
      kind: 'deliverToken',
      outcome:
        outcome === 'used'
          ? { result: 'refused', refusal: 'used', tid: token.tid }
          : {
              result: 'accepted',
              effect: 'credit',
              tid: token.tid,
              creditedEnergyWh: energyWh(token.energy_wh ?? 0n),
            },
    },
  });
}

async function reports(token: Token, origin: 'keypad' | 'remote' = 'keypad'): Promise<void> {
  sequence += 1;
  await h.fromMeter(home.meterPan, {
    kind: 'events',
    sequence,
    events: [
      {
        sequence,
        atMs: h.clock.nowMs,
        code: 'token',
        origin,
        lastFour: token.digits.slice(-4),
        outcome: {
          result: 'accepted',
          effect: 'credit',
          tid: token.tid,
          creditedEnergyWh: energyWh(token.energy_wh ?? 0n),
        },
      },
    ],
  });
}

const lastTidOf = async (meterId: string): Promise<number | null> => {
  const row = await h.database.inUtility(h.utilityId, (tx) =>
    tx.selectFrom('meters').select('last_tid').where('id', '=', meterId).executeTakeFirstOrThrow(),
  );
  return row.last_tid;
};

/** Whole minutes since 2014 (IEC 62055-41, 6.3.5). */
const tidAt = (atMs: number): number => Math.floor((atMs - Date.UTC(2014, 0, 1)) / 60_000);

/** Sold and taken, and then lost with the database; another amount, so that the digits differ. */
async function loseASale(): Promise<Token> {
  const lost = await sell(5_000n);
  await answer(lost.token, 'accepted');
  assert.equal((await saleRow(h, lost.saleId)).state, 'delivered');
  await putBack();
  return lost.token;
}

const restore = (...more: string[]) =>
  runCommand(['restore', '--json', ...more], { OWNER_URL: h.ownerUrl, USER: 'keeper' });

test('a meter that has this identifier already delivers no sale, and its later ones are beyond', async () => {
  const lost = await loseASale();
  const again = await sell(6_000n);
  assert.equal(again.token.tid, lost.tid, 'the attack: the same identifier a second time');
  assert.notEqual(again.token.digits, lost.digits);
  await answer(again.token, 'used');
  const sale = await saleRow(h, again.saleId);
  assert.deepEqual([sale.state, sale.stuck_reason], ['stuck', 'tokenUsedUnproved']);
  // What the meter had not told yet is about the lost token, whatever its identifier.
  await reports(lost, 'remote');
  assert.equal((await saleRow(h, again.saleId)).state, 'stuck');
  assert.ok(((await lastTidOf(home.meterId)) ?? 0) >= tidAt(h.clock.nowMs + 86_400_000));
  const next = await sell(6_000n);
  await answer(next.token, 'accepted');
  assert.equal((await saleRow(h, next.saleId)).state, 'delivered');
});

test('the meter’s own report of these digits is proof, whenever it comes', async () => {
  const { saleId, token } = await sell(6_000n);
  await answer(token, 'used');
  assert.equal((await saleRow(h, saleId)).state, 'stuck');
  await reports(token);
  const sale = await saleRow(h, saleId);
  assert.deepEqual([sale.state, sale.stuck_reason], ['delivered', null]);
  const typedFirst = await sell(7_000n);
  await reports(typedFirst.token);
  await answer(typedFirst.token, 'used');
  assert.equal((await saleRow(h, typedFirst.saleId)).state, 'delivered');
});

test('a meter that reports a later identifier than its last one gets later ones from then on', async () => {
  const lost = await loseASale();
  assert.equal(await lastTidOf(home.meterId), null);
  await reports(lost);
  const { token } = await sell(6_000n);
  assert.ok((token.tid ?? 0) > (lost.tid ?? 0));
});

test('the command passes over what was lost, for meters that are there and that come', async () => {
  const lost = await loseASale();
  assert.equal(await lastTidOf(home.meterId), null);
  const refused = await restore();
  assert.equal(refused.code, 1, 'a server is connected');
  assert.equal(JSON.parse(refused.output).error.code, 'serverRunning');
  await alone(nameOf(h.ownerUrl));
  const soldUntilMs = Date.now() + 400 * 86_400_000;
  const done = await restore('--until', new Date(soldUntilMs).toISOString());
  assert.equal(done.code, 0, done.errors);
  assert.equal(JSON.parse(done.output).raised, 2);
  const beyond = tidAt(soldUntilMs + 86_400_000);
  assert.equal(await lastTidOf(home.meterId), beyond);
  assert.equal(await lastTidOf(h.place.meterId), beyond);
  const { token } = await sell(6_000n);
  assert.ok((token.tid ?? 0) > (lost.tid ?? 0));
  const later = await h.addConnection();
  assert.equal(await lastTidOf(later.meterId), beyond, 'the lost days may have known it');
  await alone(nameOf(h.ownerUrl));
  assert.equal(JSON.parse((await restore()).output).raised, 1, 'beyond the token that was made');
  await alone(nameOf(h.ownerUrl));
  assert.equal(JSON.parse((await restore()).output).raised, 0);
  const acts = await ownersRows(
    `SELECT by_name, details FROM prewatt.operator_acts WHERE act = 'databaseRestored' ORDER BY at`,
  );
  assert.equal(acts.length, 3);
  assert.equal(acts[0]?.['by_name'], 'the database’s owner (keeper)');
});

async function ownersRows(text: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: h.ownerUrl });
  await client.connect();
  try {
    return (await client.query(text)).rows;
  } finally {
    await client.end();
  }
}

const watchOf = (name: string, standbys: 'none' | 'synchronous' = 'none') =>
  createEpochWatch({
    database: h.database,
    folder: join(folder, name),
    standbys,
    clocks: { business: { nowMs: () => h.clock.nowMs } } as never,
  });

test('a server knows an older copy by its state folder, and the command lets it sell again', async () => {
  const watch = watchOf('one');
  for (let beats = 0; beats < 3; beats++) assert.deepEqual(await watch.beat(), ok);
  assert.deepEqual(await watchOf('new').beat(), { ok: false, error: 'noFile' });
  await putBack();
  const refused = await watch.beat();
  assert.deepEqual(refused, { ok: false, error: 'olderCopy' });
  assert.deepEqual(await watch.beat(), refused, 'asking does not make it newer');
  await alone(nameOf(h.ownerUrl));
  assert.equal((await restore()).code, 0);
  assert.deepEqual(await watch.beat(), ok);
  assert.deepEqual(await watch.beat(), ok);
  const mark = JSON.parse(readFileSync(join(folder, 'one/epoch.json'), 'utf8'));
  assert.equal(mark.beats, 2);
  assert.equal(mark.soldUntil, new Date(h.clock.nowMs).toISOString());
});

test('two servers that share a state folder take neither for an older copy', async () => {
  assert.deepEqual(await watchOf('shared').beat(), ok);
  const beatOften = async (): Promise<unknown[]> => {
    const watch = watchOf('shared');
    const beaten: unknown[] = [];
    for (let beats = 0; beats < 60; beats++) beaten.push(await watch.beat());
    return beaten;
  };
  const all = (await Promise.all([beatOften(), beatOften(), beatOften()])).flat();
  assert.deepEqual(new Set(all.map((each) => JSON.stringify(each))), new Set([JSON.stringify(ok)]));
  assert.deepEqual(readdirSync(join(folder, 'shared')), ['epoch.json']);
});

test('content as new as ever in another cluster is no proof that nothing was lost', async () => {
  const watch = watchOf('two');
  assert.deepEqual(await watch.beat(), ok);
  const name = nameOf(h.ownerUrl);
  await alone(name);
  await admin.query(`DROP DATABASE ${copy}`);
  await admin.query(`CREATE DATABASE ${copy} TEMPLATE ${name}`);
  await putBack();
  assert.deepEqual(await watch.beat(), { ok: false, error: 'otherCluster' });
});

test('a standby that has all that was answered takes over, and another cluster does not', async () => {
  const watch = watchOf('three');
  assert.deepEqual(await watch.beat(), ok);
  const file = join(folder, 'three/epoch.json');
  const mark = JSON.parse(readFileSync(file, 'utf8'));
  const [system = '', database = ''] = mark.cluster.split('/');
  const both = watchOf('three', 'synchronous');
  const put = (cluster: string, beats = 0) =>
    writeFileSync(file, JSON.stringify({ ...mark, cluster, beats }));
  // Of the timeline before the present one.
  put(`${system}/${database}/00000000`);
  assert.deepEqual(await watch.beat(), { ok: false, error: 'otherCluster' });
  assert.deepEqual(await both.beat(), ok);
  put(`${system}/${database}/FFFFFFFF`);
  assert.deepEqual(await both.beat(), { ok: false, error: 'otherCluster' }, 'back in time');
  put(`1/${database}/00000000`);
  assert.deepEqual(await both.beat(), { ok: false, error: 'otherCluster' });
  put(`${system}/${database}/00000000`, 1_000);
  assert.deepEqual(await both.beat(), { ok: false, error: 'olderCopy' });
});

test('a database that was put back is looked at before it sells', async () => {
  await alone(nameOf(h.ownerUrl));
  const check = () => runCommand(['restore', 'check', '--json'], { OWNER_URL: h.ownerUrl });
  // A busy minute has run ahead of the clock, as the lost time may have run further.
  const { token } = await sell(6_000n);
  await ownersRows(`UPDATE prewatt.tokens SET tid = prewatt.tid_at(base_date, now() + interval '1 hour')
    WHERE id = '${token.id}'`);
  await ownersRows('UPDATE prewatt.meters SET last_tid = (SELECT max(tid) FROM prewatt.tokens)');
  await alone(nameOf(h.ownerUrl));
  const unsafe = await check();
  assert.equal(unsafe.code, 1);
  assert.match(unsafe.errors + unsafe.output, /next identifiers may have been given out/);
  // What the harness keeps open comes back by itself.
  await alone(nameOf(h.ownerUrl));
  const restored = await restore();
  assert.equal(restored.code, 0, restored.errors);
  const safe = await check();
  assert.doesNotMatch(safe.errors + safe.output, /may have been given out/);
});

const ok = { ok: true, value: undefined };
