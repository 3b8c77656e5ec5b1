// A gateway in a process of its own sells for cash while its cable to the server is out, for two
// days and through kills at the worst moments; then the server, the books and the meter agree.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { after, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { checkRule, rules } from '../src/reports/proof/index.ts';
import { seedApproval } from './approval-seed.ts';
import { createHarness, newTestUuid, startMs } from './harness.ts';
import { createHttpHarness } from './http-harness.ts';
import { assertVendorBooks, createVendor, vendorRow } from './vendor-harness.ts';
import { freePorts, makeSiteFolder, startSite } from './virtual-meters.ts';

const hourMs = 3_600_000;
const h = await createHarness();
const http = await createHttpHarness(h);
await http.app.listen({ host: '127.0.0.1', port: 0 });
const cable = await openCable((http.app.server.address() as AddressInfo).port);
const vendor = await createVendor(h, 'Hill shop', { floatLimitMinor: 100_000n });
const site = { ...(await allowedSite()), pagePort: await freePorts(1) };
const folder = makeSiteFolder({
  meterPan: h.meterPan,
  sales: { server: cable.url, key: vendor.key, amountsMinor: ['1000', '5000', '20000'] },
});
const base = `http://127.0.0.1:${site.pagePort}`;
let child: Awaited<ReturnType<typeof startSite>> | null = null;
after(async () => {
  child?.kill('SIGKILL');
  cable.close();
  await http.close();
  await h.close();
  rmSync(folder, { recursive: true, force: true });
});

/** The budget that two people allowed, and a clerk with a PIN of their own. */
async function allowedSite() {
  const { managing, clerks } = h.services.vendors;
  const { vendorId, till } = vendor;
  const siteBudgetMinor = 60_000n;
  const settings = { siteBudgetMinor: siteBudgetMinor.toString() };
  const wish = {
    kind: 'vendorTerms',
    payload: { vendorId, settings },
    reason: 'A site of the tests.',
  } as const;
  const allowed = await seedApproval(h, wish);
  const clerk = await h.database.inUtility(h.utilityId, async (tx) => {
    await managing.change(tx, vendorId, { siteBudgetMinor }, allowed);
    return clerks.add(tx, { utilityId: h.utilityId, vendorId, name: 'Amina' });
  });
  assert.ok(clerk.ok);
  // The site opens its own shift.
  const shift = await h.services.vendors.shifts.current(till);
  const shiftId = vendor.shiftId;
  assert.ok(shift !== null);
  assert.ok((await h.services.vendors.shifts.close(till, { shiftId, countedMinor: 0n })).ok);
  return { clerkId: clerk.value.clerkId, givenPin: clerk.value.pin, pin: '72914' };
}

async function openCable(port: number) {
  const sockets = new Set<Socket>();
  let isUp = true;
  const server = createServer((near) => {
    if (!isUp) return near.destroy();
    const far = connect(port, '127.0.0.1');
    for (const each of [near, far]) {
      sockets.add(each);
      each.on('error', () => each.destroy());
      each.on('close', () => {
        sockets.delete(each);
        (each === near ? far : near).destroy();
      });
    }
    near.pipe(far).pipe(near);
    return undefined;
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const pull = (up: boolean): void => {
    isUp = up;
    if (!up) for (const socket of sockets) socket.destroy();
  };
  const close = (): void => {
    pull(false);
    server.close();
  };
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, pull, close };
}

/** The same instant here and there, so many hours after the start. */
async function start(hours: number, cut = ''): Promise<void> {
  const anchorMs = startMs + hours * hourMs;
  h.clock.nowMs = anchorMs;
  child = await startSite({
    ...{ folder, mqttUrl: 'mqtt://127.0.0.1:1', pagePort: site.pagePort, cut },
    clock: `${Date.now()}:${anchorMs}:1`,
  });
}
const ended = async (): Promise<void> => {
  if (child !== null && child.exitCode === null && child.signalCode === null) {
    await once(child, 'exit');
  }
};
const stop = async (): Promise<void> => {
  child?.kill('SIGKILL');
  await ended();
};

let cookie = '';
const post = (path: string, fields: Record<string, string>) =>
  fetch(`${base}/agent${path}`, {
    ...{ method: 'POST', redirect: 'manual', headers: { cookie } },
    body: new URLSearchParams(fields),
  });
const page = async (path = ''): Promise<string> =>
  (await fetch(`${base}/agent${path}`, { headers: { cookie } })).text();
async function signIn(pin: string, newPin?: string): Promise<void> {
  const fields = { clerk: site.clerkId, pin, ...(newPin === undefined ? {} : { newPin }) };
  const answer = await post('/sign-in', fields);
  assert.equal(answer.status, 303, await answer.text());
  cookie = (answer.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
}
const sell = (saleId: string, minor: string) =>
  post('/sell', { sale: saleId, number: h.meterPan, minor });
async function until(what: string, look: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 600; tries += 1) {
    if (await look()) return;
    await pause(50);
  }
  assert.fail(`waited in vain: ${what}`);
}
const madeRows = () =>
  h.database.inUtility(h.utilityId, (tx) =>
    tx
      .selectFrom('vendor_sales')
      .select(['request_id', 'amount_minor'])
      .where('vendor_id', '=', vendor.vendorId)
      .execute(),
  );

test('two days of sales without a link, cut off and cut off again, are one sale each', async () => {
  const [one, two, three] = [1, 2, 3].map(() => `site-${newTestUuid()}`);
  if (one === undefined || two === undefined || three === undefined) return assert.fail();
  await start(0);
  await until('the budget', async () => (await page()).includes('Amina'));
  await signIn(site.givenPin, site.pin);
  assert.equal((await post('/shift/open', {})).status, 303);
  assert.match(await page(), /ZAR 600\.00/);
  await stop();
  // Power fails as the first sale is written, before it is answered: pressed again, it is the same.
  cable.pull(false);
  await start(1, 'sale:after');
  await signIn(site.pin);
  await assert.rejects(sell(one, '5000'));
  await ended();
  await start(2);
  await signIn(site.pin);
  assert.equal((await sell(one, '5000')).status, 303);
  assert.match(await page(`/sales/${one}`), /waits for the internet/);
  const home = await fetch(`${base}/meter?number=${h.meterPan}`);
  assert.match(await home.text(), /token still to come/);
  await stop();
  await start(48);
  await signIn(site.pin);
  assert.equal((await sell(two, '20000')).status, 303);
  assert.match(await page(), /ZAR 350\.00/);
  assert.deepEqual(await madeRows(), []);
  await stop();
  // The link is back: the server makes the first sale, and power fails before the site notes it.
  cable.pull(true);
  await start(49, 'made:before');
  await ended();
  assert.equal((await madeRows()).length, 1);
  // Then as its token is in, before that is noted.
  await start(50, 'entered:before');
  await ended();
  await start(51);
  await signIn(site.pin);
  await until('both are done', async () => (await page()).split('<td>done</td>').length === 3);
  assert.equal((await sell(three, '1000')).status, 303);
  await until('all are done', async () => (await page()).split('<td>done</td>').length === 4);
  const rows = await madeRows();
  assert.deepEqual(
    rows.map(({ request_id, amount_minor }) => [request_id, amount_minor]).toSorted(),
    [
      [one, 5_000n],
      [two, 20_000n],
      [three, 1_000n],
    ].toSorted(),
  );
  await assertAgreed();
});

/** Server, books and meter say the same. */
async function assertAgreed(): Promise<void> {
  const { rows } = await h.database.inUtility(h.utilityId, async (tx) => ({
    rows: await tx
      .selectFrom('tokens')
      .innerJoin('vendor_sales', (join) =>
        join
          .onRef('vendor_sales.bucket', '=', 'tokens.bucket')
          .onRef('vendor_sales.sale_id', '=', 'tokens.sale_id'),
      )
      .select('tokens.energy_wh')
      .execute(),
  }));
  const issuedWh = rows.reduce((sum, { energy_wh }) => sum + (energy_wh ?? 0n), 0n);
  const home = await (await fetch(`${base}/meter?number=${h.meterPan}`)).text();
  const credit = /<dt>Credit<\/dt><dd>([\d.]+) kWh/.exec(home)?.[1] ?? assert.fail(home);
  // The home draws a kilowatt from a clock of its own: a few watt-hours are gone.
  const leftWh = Number(issuedWh) - Number(credit) * 1000;
  assert.ok(leftWh >= 0 && leftWh < 500, `${credit} of ${issuedWh}`);
  assert.ok(!home.includes('still to come'));
  // The budget is asked for once all is made.
  await until('the budget is whole again', async () => {
    const { site_reserved_minor } = await vendorRow(h, vendor.vendorId);
    return site_reserved_minor === 60_000n;
  });
  const vendorNow = await vendorRow(h, vendor.vendorId);
  assert.equal(vendorNow.float_minor, -26_000n + 390n);
  await assertVendorBooks(h, vendor.vendorId);
  const range = { fromBucket: 0, toBucket: 1023, nowMs: h.clock.nowMs };
  for (const name of ['tokensArePaid', 'tokensAreTheSale', 'floatIsLedger', 'cachedBalances']) {
    const rule = rules.find((each) => each.name === name) ?? assert.fail(name);
    const { checked, failed } = await h.owner.inUtility(h.utilityId, (tx) =>
      checkRule(tx, rule, range),
    );
    assert.deepEqual([checked > 0n, failed], [true, 0n], name);
  }
}
