// An agent sells for cash at a site: the gateway's own page on a phone, with scripts off, and what
// the console says of it. The gateway is a process with a simulated bus, which meets the server by
// HTTP alone.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { assertAccessible, newVisitor, phoneScreen, textOf } from '../support/browser.ts';
import type { Demo } from '../support/demo.ts';
import { homeOf } from '../support/homes.ts';
import { openRoom, operatorAtDesk } from '../support/operator.ts';
import { town } from '../support/town.ts';
import { eventually } from '../support/wait.ts';
import { newClerk } from './till.ts';
import { allowAtOtherDesk, newKey, shop } from './vendors.ts';

const home = 36;
const siteFile = '../../../apps/gateway/test/simulated-site.ts';
const ends: (() => void)[] = [];
after(() => {
  for (const end of ends) end();
});

test('an agent sells for cash at a site, and the console tells of it', async () => {
  const demo = town.demo();
  const visitor = await operatorAtDesk(town.browser(), demo);
  const desk = visitor.page;
  const pin = await newClerk(desk, 'Joseph');
  await desk.getByRole('button', { name: 'Change settings' }).click();
  const dialog = desk.getByRole('dialog');
  await dialog.getByLabel('Site budget').fill('100');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await desk.waitForURL(/\/approvals\//);
  await allowAtOtherDesk(desk.url());
  await openRoom(desk, 'Vendors');
  await desk.getByRole('link', { name: shop }).click();
  const key = await newKey(desk, 'Gateway');

  const { meterPan } = await homeOf(demo, home);
  const address = await startSite(desk, demo, { meterPan, key });
  const agent = await newVisitor(town.browser(), { screen: phoneScreen, scripts: false });
  // The answer to a PIN that was given is a page with another question.
  agent.expectTrouble(/status of 403/);
  await sellAt(agent.page, { address, pin, meterPan });
  await agent.leave();

  await openRoom(desk, 'Vendors');
  await desk.getByRole('link', { name: shop }).click();
  await desk.getByRole('tab', { name: 'Site' }).click();
  const sales = desk.getByRole('table', { name: 'Sold at the site' });
  await sales.getByText('Made').waitFor();
  assert.match(await textOf(sales.getByRole('row').nth(1)), /ZAR 40\.00.*Joseph/);
  await assertAccessible(desk);
  await visitor.leave();
});

async function sellAt(
  page: Page,
  o: { readonly address: string; readonly pin: string; readonly meterPan: string },
): Promise<void> {
  await eventually('the site has its budget', async () => {
    await page.goto(`${o.address}/agent`);
    return (await page.getByLabel('You are').getByText('Joseph').count()) === 1;
  });
  await assertAccessible(page);
  await page.getByLabel('You are').selectOption('Joseph');
  await page.getByLabel('PIN').fill(o.pin);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByLabel('You are').selectOption('Joseph');
  await page.getByLabel('The PIN that you were given').fill(o.pin);
  await page.getByLabel('A new PIN of your own').fill('4826');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('button', { name: 'Open a shift' }).click();
  await assertAccessible(page);
  await page.getByLabel('Meter number').fill(o.meterPan);
  await page.getByLabel(/^Amount/).fill('40');
  await page.getByRole('button', { name: 'Next' }).click();
  await page.getByRole('button', { name: 'Take ZAR 40.00 and sell' }).click();
  await eventually('the utility has made the sale', async () => {
    await page.reload();
    return (await page.getByText('Sold. The meter has its energy.').count()) === 1;
  });
  await assertAccessible(page);
  await page.getByRole('link', { name: 'Next sale' }).click();
  await page.getByLabel('Cash that you counted').fill('40');
  await page.getByRole('button', { name: 'Close the shift' }).click();
  await page.getByText('counted ZAR 40.00 of ZAR 40.00, right').waitFor();
}

/** Where its pages are. It has no link by MQTT, which the home's own virtual meter has. */
async function startSite(
  desk: Page,
  demo: Demo,
  o: { readonly meterPan: string; readonly key: string },
): Promise<string> {
  const factory = JSON.parse(readFileSync(join(demo.dataDir, 'meters', 'factory.json'), 'utf8'));
  const { homeProfile, profileOffsetDays, initialState, ...meter } = factory.meters.find(
    (each: { meterPan: string }) => each.meterPan === o.meterPan,
  );
  assert.ok(homeProfile);
  const folder = mkdtempSync(join(tmpdir(), 'prewatt-e2e-site-'));
  const contactor = { kind: 'coil', bus: 'row', unit: 101, coil: 0 };
  const site = {
    ...{ name: 'Hill site', zone: meter.zone, pagePin: '135790' },
    buses: [{ kind: 'tcp', name: 'row', host: '127.0.0.1', port: 1, framing: 'bytes', quietMs: 0 }],
    channels: [{ ...meter, contactor, bus: 'row', address: '1', map: 'ytl-single-phase' }],
    sales: { server: demo.urls.server, key: o.key, amountsMinor: ['2000', '10000', '50000'] },
  };
  writeFileSync(join(folder, 'site.json'), JSON.stringify(site), { mode: 0o600 });
  const me = await (await desk.request.get(`${demo.urls.server}/api/operator/me`)).json();
  const clock = `${Date.now()}:${Date.parse(me.now)}:${me.clockSpeed}`;
  const port = await freePort();
  const child = spawn(
    process.execPath,
    [fileURLToPath(new URL(siteFile, import.meta.url)), folder, 'mqtt://127.0.0.1:1', clock, port],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  ends.push(() => {
    child.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  });
  await Promise.race([
    once(child.stdout, 'data'),
    once(child, 'exit').then(() => assert.fail('the gateway did not start')),
  ]);
  return `http://127.0.0.1:${port}`;
}

async function freePort(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  assert.ok(typeof address === 'object' && address !== null);
  await new Promise((resolve) => server.close(resolve));
  return String(address.port);
}
