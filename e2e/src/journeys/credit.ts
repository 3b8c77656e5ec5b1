// Credit runs down: one warning in good time, supply off at zero, and on again with a purchase.
// And what a second start finds.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { deskScreen, newVisitor, phoneScreen, textOf, type Visitor } from '../support/browser.ts';
import { accepted, buy, messagesOn, saleIs, signIn } from '../support/customer.ts';
import type { Demo } from '../support/demo.ts';
import { note } from '../support/figures.ts';
import { type Home, homeInCredit, homesOf } from '../support/homes.ts';
import { meterPage } from '../support/meter.ts';
import { town } from '../support/town.ts';
import { eventually } from '../support/wait.ts';

// A Wednesday at half past eight in Johannesburg: an empty meter may cut supply until 18:00.
const wednesdayMorning = '2026-11-25T06:30:00Z';
const fast = 300;
/** Homes of the other journeys are left alone. */
const firstFree = 21;

test('a second start finds the sales and the credit of the first', async () => {
  const demo = town.demo();
  const { phone, meterPan } = await homeInCredit(demo);
  const before = await newVisitor(town.browser(), { screen: phoneScreen });
  await signIn(before.page, demo, phone);
  const sales = await purchasesOf(before, demo);
  const meterBefore = await meterPage(await before.openPage(), demo, meterPan);
  const [creditKwh, creditedKwh] = [await meterBefore.creditKwh(), await meterBefore.creditedKwh()];
  const { cookies } = await before.context.storageState();
  await before.leave();

  const { code } = await demo.interrupt();
  assert.equal(code, 0);
  demo.setDemoTime(wednesdayMorning);
  const laterMs = await demo.start(fast);
  note('npm start to ready, later run', `${(laterMs / 1000).toFixed(1)} s`);

  const again = await newVisitor(town.browser(), { screen: phoneScreen });
  await again.context.addCookies(cookies);
  assert.deepEqual(await purchasesOf(again, demo), sales);
  const meter = await meterPage(await again.openPage(), demo, meterPan);
  assert.equal(await meter.creditedKwh(), creditedKwh);
  const now = await meter.creditKwh();
  // Time in which nothing ran is a power cut: nothing was used.
  assert.ok(now <= creditKwh && now > creditKwh - 2, `${creditKwh} kWh became ${now}`);
  await again.leave();
});

test('credit runs down: warned once, cut at zero, on again after a purchase', async () => {
  const demo = town.demo();
  const home = await homeWithLittleLeft(demo);
  const phone = await newVisitor(town.browser(), { screen: phoneScreen });
  const atMeter = await newVisitor(town.browser(), { screen: deskScreen });
  const customer = await newVisitor(town.browser(), { screen: phoneScreen });
  await signIn(customer.page, demo, home.phone);
  const meter = await meterPage(atMeter.page, demo, home.meterPan);
  const messages = () => messagesOn(phone.page, demo, home.phone);
  const count = async (what: RegExp) => (await messages()).filter((text) => what.test(text)).length;
  const warnings = await count(ahead);
  const ends = await count(usedUp);

  for (const name of appliances) await meter.setAppliance(name, true);
  await eventually('a warning arrives on the phone', async () => (await count(ahead)) > warnings);
  await meter.shows('No credit: supply is off');
  await atMeter.page.getByText('Supply disconnected').waitFor();
  await customer.page
    .getByRole('heading', { name: 'Supply is off: your credit is used up' })
    .waitFor();
  await eventually('the end is told', async () => (await count(usedUp)) === ends + 1);
  const said = await messages();
  assert.ok(said.findLastIndex(isAhead) < said.findLastIndex(isUsedUp), 'warned before the end');
  const warned = await count(ahead);
  assert.ok(warned <= warnings + 3, 'two days, half a day and present use: each once');

  for (const name of appliances) await meter.setAppliance(name, false);
  const restored = await count(onAgain);
  await buy(customer.page, demo, '100');
  await saleIs(customer.page, accepted);
  await atMeter.page.getByText('Supply connected').waitFor();
  await eventually('that supply is back is told', async () => (await count(onAgain)) > restored);
  await customer.page.goto(demo.urls.server);
  await customer.page.getByRole('heading', { name: /^Supply is on/ }).waitFor();
  assert.equal(await count(ahead), warned, 'a purchase warns of nothing');
  for (const visitor of [phone, atMeter, customer]) await visitor.leave();
});

const ahead = / is enough for .* at present use| ends .* as you use it/;
const usedUp = / is used up/;
const isAhead = (text: string) => ahead.test(text);
const isUsedUp = (text: string) => usedUp.test(text);
const appliances = ['Kettle', 'Oven', 'Heater', 'Water heater'];
const onAgain = / is on again/;

/** A home that is not near its end and has the least above that. */
async function homeWithLittleLeft(demo: Demo): Promise<Home> {
  const { rows } = await demo.sql((owner) =>
    owner.query<{ meterPan: string }>(
      `SELECT meter_pan AS "meterPan" FROM prewatt.meter_states s
         JOIN prewatt.meters m ON m.id = s.meter_id
       WHERE credit_status = 'inCredit' AND load_switch = 'connected'
         AND available_energy_wh > 4500 ORDER BY available_energy_wh`,
    ),
  );
  const homes = (await homesOf(demo)).slice(firstFree);
  for (const { meterPan } of rows) {
    const home = homes.find((each) => each.meterPan === meterPan);
    if (home !== undefined) return home;
  }
  throw new Error('no home in credit');
}

async function purchasesOf(visitor: Visitor, demo: Demo): Promise<string[]> {
  const { page } = visitor;
  await page.goto(demo.urls.server);
  await page.getByRole('link', { name: 'All purchases' }).click();
  await page.getByRole('heading', { name: 'All purchases' }).waitFor();
  return linksOf(page);
}

async function linksOf(page: Page): Promise<string[]> {
  const links = await page.getByRole('main').getByRole('listitem').all();
  return Promise.all(links.map(textOf));
}
