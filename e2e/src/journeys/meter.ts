// At the meter without a link: the keypad takes a token by hand, once, and says why it refuses
// the others in the standard's words.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { tokensOfSale } from '../support/books.ts';
import { deskScreen, newVisitor, phoneScreen } from '../support/browser.ts';
import {
  accepted,
  buy,
  saleIdOf,
  saleIs,
  shownSteps,
  shownToken,
  signIn,
} from '../support/customer.ts';
import type { Demo } from '../support/demo.ts';
import { homeOf } from '../support/homes.ts';
import { meterPage } from '../support/meter.ts';
import { town } from '../support/town.ts';
import { eventually } from '../support/wait.ts';

const cli = fileURLToPath(new URL('../../../apps/cli/src/main.ts', import.meta.url));
const home = 2;
/** Before the meters of the town were made. */
const longAgo = '2026-01-15T10:00Z';

test('a token typed while the cable is out counts once, also when the link is back', async () => {
  const demo = town.demo();
  const { phone, name, meterPan } = await homeOf(demo, home);
  const atMeter = await newVisitor(town.browser(), { screen: deskScreen });
  const customer = await newVisitor(town.browser(), { screen: phoneScreen });
  const { page } = customer;
  await atMeter.page.goto(demo.urls.meter);
  await atMeter.page.getByLabel('Search by name or number').fill(name);
  await atMeter.page.getByRole('link', { name, exact: true }).click();
  await atMeter.page.getByRole('heading', { level: 1, name }).waitFor();
  const meter = await meterPage(atMeter.page, demo, meterPan);
  await meter.setCable(false);
  await meter.linkIs('cable pulled');

  await signIn(page, demo, phone);
  await buy(page, demo, '50');
  await saleIs(page, 'Paid. Your token is ready');
  const token = await shownToken(page);
  const credited = await meter.creditedKwh();
  assert.match(await meter.type(token), /^Accepted \+[\d.]+ kWh$/);
  const creditedOnce = await meter.creditedKwh();
  assert.ok(creditedOnce > credited);
  await saleIs(page, 'Paid. Your token is ready');

  await meter.setCable(true);
  await meter.linkIs('online');
  await saleIs(page, accepted);
  // By wire the meter said "used", by its event log that it was typed: in either order.
  await eventually('the page says that it was typed', async () => {
    await page.reload();
    return /^Accepted by your meter: done.*Typed/.test((await shownSteps(page)).at(-1) ?? '');
  });
  assert.match(await meter.type(token), /^Used: this token was entered before/);
  await eventually('the delivery by wire is answered as well', async () => {
    return (await openCommands(demo, saleIdOf(page))) === 0;
  });
  assert.equal(await meter.creditedKwh(), creditedOnce);
  assert.deepEqual(await tokensOfSale(demo, saleIdOf(page)), [
    { digits: token, state: 'accepted', payments: 1 },
  ]);
  await customer.leave();
  await atMeter.leave();
});

test('a meter refuses what is not its own, mistyped, old or short, with the reason', async () => {
  const demo = town.demo();
  const visitor = await newVisitor(town.browser(), { screen: deskScreen });
  const mine = await homeOf(demo, home);
  const meter = await meterPage(visitor.page, demo, mine.meterPan);
  const credited = await meter.creditedKwh();
  const { ofAnother, own } = await someTokens(demo, mine.meterPan);
  const wrongKey = /^Wrong key or mistyped digit \(CRC\)/;
  assert.match(await meter.type(ofAnother), wrongKey);
  const otherDigit = own.endsWith('1') ? '2' : '1';
  assert.match(await meter.type(own.slice(0, 19) + otherDigit), wrongKey);
  assert.match(await meter.type(own.slice(0, 19)), /^Not a token: check the 20 digits/);
  assert.match(await meter.type('7'), /^Not a token: check the 20 digits/);
  assert.match(await meter.type(oldToken(mine.decoderKeyHex)), /^Old: /);
  assert.equal(await meter.creditedKwh(), credited);
  await visitor.leave();
});

/** A genuine token that was made long before: only an engineer with the meter's key can. */
function oldToken(decoderKeyHex: string): string {
  const args = ['sts', 'issue', '--kwh', '5', '--at', longAgo, '--decoder-key-file', '-', '--json'];
  const made = spawnSync(process.execPath, [cli, ...args], {
    input: decoderKeyHex,
    encoding: 'utf8',
  });
  assert.equal(made.status, 0, made.stderr);
  const token = JSON.stringify(JSON.parse(made.stdout)).match(/(?<!\d)\d{20}(?!\d)/)?.[0];
  assert.ok(token, made.stdout);
  return token;
}

async function someTokens(
  demo: Demo,
  meterPan: string,
): Promise<{ ofAnother: string; own: string }> {
  const { rows } = await demo.sql((connection) =>
    connection.query<{ ofAnother: string; own: string }>(
      `SELECT
         (SELECT digits FROM prewatt.tokens t JOIN prewatt.meters m ON m.id = t.meter_id
          WHERE meter_pan <> $1 ORDER BY t.issued_at DESC LIMIT 1) AS "ofAnother",
         (SELECT digits FROM prewatt.tokens t JOIN prewatt.meters m ON m.id = t.meter_id
          WHERE meter_pan = $1 ORDER BY t.issued_at DESC LIMIT 1) AS own`,
      [meterPan],
    ),
  );
  const found = rows[0];
  assert.ok(found?.ofAnother && found.own);
  return found;
}

async function openCommands(demo: Demo, saleUuid: string): Promise<number> {
  const { rows } = await demo.sql((connection) =>
    connection.query<{ open: number }>(
      `SELECT count(*)::int AS open FROM prewatt.commands c JOIN prewatt.tokens t
         ON t.id = c.token_ref
       WHERE t.sale_id = $1 AND c.stage NOT IN ('done', 'refused', 'expired')`,
      [saleUuid],
    ),
  );
  return rows[0]?.open ?? -1;
}
