// The worst moments: the server or the database dies between payment and token, the launcher is
// killed, the demo is stopped and started. Money and tokens come out right each time.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import pg from 'pg';
import { assertBooks, tokensOfSale } from '../support/books.ts';
import { newVisitor, phoneScreen } from '../support/browser.ts';
import {
  accepted,
  askForQuote,
  goToPayment,
  saleIdOf,
  saleIs,
  shownToken,
  signIn,
} from '../support/customer.ts';
import { type Demo, ownerUrl, postmasterLines } from '../support/demo.ts';
import { type Home, homeOf } from '../support/homes.ts';
import { descendantsOf, isRunning, nameOf } from '../support/processes.ts';
import { town } from '../support/town.ts';
import { eventually } from '../support/wait.ts';

const homes = { server: 10, database: 11 } as const;
// What a page says while its server is away.
const away = /ERR_|status of 50\d|Failed to load/;

test('the server killed between payment and token: one token, sums right', async () => {
  const demo = town.demo();
  await killDuringSale(await homeOf(demo, homes.server), async () => {
    const server = descendantsOf(demo.launch().pid).find((each) => nameOf(each) === 'server');
    assert.ok(server);
    process.kill(server.pid, 'SIGKILL');
    await eventually('the server is gone', () => !isRunning(server.pid));
    await said(demo, /The server ended \(SIGKILL\)/);
  });
});

test('the database killed in the middle of a sale: one token, sums right', async () => {
  const demo = town.demo();
  const serverDeaths = () => demo.launch().output().split('The server ended').length;
  const before = serverDeaths();
  await killDuringSale(await homeOf(demo, homes.database), async () => {
    const postmaster = Number(postmasterLines(demo.dataDir)[0]);
    process.kill(postmaster, 'SIGKILL');
    await eventually('the database is gone', () => !isRunning(postmaster));
    await said(demo, /PostgreSQL ended \(SIGKILL\)/);
  });
  assert.equal(serverDeaths(), before, 'the server outlives its database');
});

test('a killed launcher leaves nothing running, and the next start goes on', async () => {
  const demo = town.demo();
  const before = await assertBooks(demo);
  const family = descendantsOf(demo.launch().pid);
  assert.ok(family.length >= 5, `${family.length} processes`);
  demo.launch().signal('SIGKILL');
  await demo.launch().ended;
  await eventually('all children are gone', () => !family.some(({ pid }) => isRunning(pid)));
  await demo.start(60);
  assert.deepEqual(await assertBooks(demo), before);
});

/** Holds the sale still at the meter's row, after the payment was posted and before the token. */
async function killDuringSale(home: Home, kill: () => Promise<void>): Promise<void> {
  const demo = town.demo();
  const visitor = await newVisitor(town.browser(), { screen: phoneScreen });
  visitor.expectTrouble(away);
  const { page } = visitor;
  await signIn(page, demo, home.phone);
  await askForQuote(page, demo, '40');
  await goToPayment(page);
  const holder = new pg.Client({ connectionString: ownerUrl(demo.dataDir) });
  holder.on('error', () => undefined);
  await holder.connect();
  await holder.query('BEGIN');
  await holder.query('SELECT 1 FROM prewatt.meters WHERE meter_pan = $1 FOR UPDATE', [
    home.meterPan,
  ]);
  await page.getByRole('button', { name: 'Approve', exact: true }).click();
  await eventually('the sale waits at the lock', () => isWaiting(demo));
  await saleIs(page, 'Waiting for word of your payment');
  const saleUuid = saleIdOf(page);
  assert.equal((await tokensOfSale(demo, saleUuid)).length, 0);
  await kill();
  await holder.query('ROLLBACK').catch(() => undefined);
  await holder.end().catch(() => undefined);

  // The provider tries again, or we ask: the page gets there by itself.
  await saleIs(page, accepted);
  const token = await shownToken(page);
  assert.deepEqual(await tokensOfSale(demo, saleUuid), [
    { digits: token, state: 'accepted', payments: 1 },
  ]);
  await assertBooks(demo);
  await visitor.leave();
}

async function isWaiting(demo: Demo): Promise<boolean> {
  const { rows } = await demo.sql((owner) =>
    owner.query<{ waiting: number }>(
      `SELECT count(*)::int AS waiting FROM pg_stat_activity
       WHERE wait_event_type = 'Lock' AND usename = 'prewatt_app'`,
    ),
  );
  return (rows[0]?.waiting ?? 0) > 0;
}

async function said(demo: Demo, pattern: RegExp): Promise<void> {
  await eventually(`the launcher says ${pattern}`, () => pattern.test(demo.launch().output()));
}
