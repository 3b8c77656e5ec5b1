// Sales for cash at a site without the internet, as the server sees them: a part of the float is
// kept for the site, each report is one sale, and what cannot be made now stands on a list.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { siteBudgetSchema, siteSaleAnswerSchema, siteSalesSchema } from '@prewatt/api';
import { idFromUuid, uuidOf } from '@prewatt/quantities';
import { seedApproval } from './approval-seed.ts';
import { createHarness, type Harness, newTestUuid } from './harness.ts';
import { createHttpHarness, type HttpHarness, Visitor } from './http-harness.ts';
import { assertVendorBooks, createVendor, type TestVendor, vendorRow } from './vendor-harness.ts';

const root = '/api/vendor/v1/site';
const amountsMinor = ['1000', '5000', '20000'];
let h: Harness;
let http: HttpHarness;
let reader: Visitor;

before(async () => {
  h = await createHarness();
  http = await createHttpHarness(h);
  const signIn = { email: 'viewer@test.example', password: 'a long enough password' };
  await http.createOperator({ ...signIn, role: 'viewer' });
  reader = new Visitor(http.app);
  assert.equal((await reader.postJson('/api/auth/sign-in/email', signIn)).statusCode, 200);
});
after(async () => {
  await http.close();
  await h.close();
});

type Site = TestVendor & { readonly clerkId: string; readonly pin: string };

/** A vendor with a limit of 1,000.00, of which its site may sell so much ahead. */
async function createSite(name: string, siteBudgetMinor: bigint): Promise<Site> {
  const vendor = await createVendor(h, name, { floatLimitMinor: 100_000n });
  const { managing, clerks } = h.services.vendors;
  const settings = { siteBudgetMinor: siteBudgetMinor.toString() };
  const reason = 'A site of the tests.';
  const payload = { vendorId: vendor.vendorId, settings };
  const allowed = await seedApproval(h, { kind: 'vendorTerms', payload, reason });
  return h.database.inUtility(h.utilityId, async (tx) => {
    await managing.change(tx, vendor.vendorId, { siteBudgetMinor }, allowed);
    const at = { utilityId: h.utilityId, vendorId: vendor.vendorId, name: 'Amina' };
    const made = await clerks.add(tx, at);
    assert.ok(made.ok);
    return { ...vendor, clerkId: made.value.clerkId, pin: made.value.pin };
  });
}

const post = (site: Site, path: string, payload: object) =>
  http.app.inject({
    ...{ method: 'POST', url: `${root}${path}`, payload },
    headers: { authorization: `Bearer ${site.key}` },
  });
const budget = (site: Site) => post(site, '/budget', { meterPans: [h.meterPan], amountsMinor });
const saleOf = (site: Site, amountMinor: string, requestId = `site-${newTestUuid()}`) => ({
  ...{ requestId, meterPan: h.meterPan, amountMinor, promisedWh: '2000', clerkId: site.clerkId },
  soldAt: '2026-11-18T10:00:00.000Z',
});
const seen = async (site: Site) => {
  const id = idFromUuid('vendor', site.vendorId);
  const answer = await reader.get(`/api/operator/vendors/${id}/site-sales`);
  return siteSalesSchema.parse(answer.json());
};
const sellAtTill = (site: Site, amountMinor: bigint, till = site.till) =>
  h.services.vendors.selling.sell(till, {
    ...{ requestId: `till-${newTestUuid()}`, meterPan: h.meterPan, amountMinor },
  });

test('without a budget that two people allowed there is none', async () => {
  const site = await createSite('No budget', 0n);
  const answer = await budget(site);
  assert.equal(answer.statusCode, 403);
  assert.equal(answer.json().code, 'siteHasNoBudget');
});

test('the budget comes with prices and clerks, and no other till sells it', async () => {
  const site = await createSite('Kept', 60_000n);
  const taken = await budget(site);
  assert.equal(taken.statusCode, 200, taken.body);
  const told = siteBudgetSchema.parse(taken.json());
  assert.equal(told.budgetMinor, '60000');
  const [meter] = told.meters;
  assert.equal(meter?.refusal, null);
  const energies = meter?.prices.map(({ energyWh }) => Number(energyWh)) ?? [];
  const isTold = (amount: string) => meter?.prices.some((each) => each.amountMinor === amount);
  assert.ok(amountsMinor.every(isTold));
  assert.ok(energies.every((wh, index) => wh >= (energies[index - 1] ?? 1)));
  assert.deepEqual(
    told.clerks.map(({ name, pinIsOwn }) => [name, pinIsOwn]),
    [['Amina', false]],
  );
  // Another till of the vendor: 1,000.00 less what is kept.
  const allowed = await seedApproval(h, {
    ...{ kind: 'tillKey', reason: 'A second till of the tests.' },
    payload: { requestId: 'second-till', vendorId: site.vendorId, label: 'Till 2' },
  });
  const { managing, shifts, tillOf } = h.services.vendors;
  const key = await h.database.inUtility(h.utilityId, async (tx) => {
    const o = { requestId: 'second-till', label: 'Till 2', allowed };
    const made = await managing.createKey(tx, site.vendorId, o);
    assert.ok(made.ok);
    return made.value.key;
  });
  const till = (await tillOf(`Bearer ${key}`)) ?? assert.fail();
  assert.ok((await shifts.open(till)).ok);
  assert.deepEqual(await sellAtTill(site, 50_000n, till), { ok: false, error: 'floatExceeded' });
  assert.ok((await sellAtTill(site, 40_000n, till)).ok);
  const other = await budget({ ...site, key });
  assert.equal(other.json().code, 'siteOfAnotherTill');
  // A lost gateway: its key opens nothing, and the vendor has its float again.
  const keyId = site.till.keyId;
  const revoke = await h.database.inUtility(h.utilityId, (tx) =>
    managing.revokeKey(tx, site.vendorId, keyId),
  );
  assert.ok(revoke.ok);
  assert.equal((await vendorRow(h, site.vendorId)).site_reserved_minor, 0n);
  assert.equal((await budget(site)).statusCode, 401);
  assert.ok((await sellAtTill(site, 50_000n, till)).ok);
  await assertVendorBooks(h, site.vendorId);
});

test('a report is one sale, at once or again, and uses what was kept', async () => {
  const site = await createSite('Merged', 60_000n);
  await budget(site);
  const sale = saleOf(site, '5000');
  const answers = await Promise.all([1, 2, 3].map(() => post(site, '/sales', sale)));
  const told = answers.map((answer) => siteSaleAnswerSchema.parse(answer.json()));
  const again = siteSaleAnswerSchema.parse((await post(site, '/sales', sale)).json());
  for (const each of told) assert.deepEqual(each, again);
  assert.match(again.receipt?.tokens[0]?.token ?? '', /^\d{20}$/);
  const row = await vendorRow(h, site.vendorId);
  assert.equal(row.float_minor, -5_000n + 75n);
  assert.equal(row.site_reserved_minor, 60_000n - 5_000n + 75n);
  const other = await post(site, '/sales', { ...sale, amountMinor: '6000' });
  assert.equal(other.json().code, 'siteSaleReused');
  const { outstanding, rows, reservedMinor } = await seen(site);
  assert.deepEqual(outstanding, { sales: 0, amountMinor: '0' });
  assert.equal(rows.length, 1);
  assert.equal(rows[0]?.saleId, again.receipt?.saleId);
  assert.equal(rows[0]?.clerk, 'Amina');
  assert.equal(reservedMinor, '55075');
  await assertVendorBooks(h, site.vendorId);
});

test('a name under which the till sold something else is no report of it', async () => {
  const site = await createSite('One name', 60_000n);
  await budget(site);
  const requestId = `till-${newTestUuid()}`;
  const { selling } = h.services.vendors;
  const wish = { requestId, meterPan: h.meterPan, amountMinor: 2_000n };
  assert.ok((await selling.sell(site.till, wish)).ok);
  const other = await post(site, '/sales', saleOf(site, '5000', requestId));
  assert.equal(other.json().code, 'siteSaleReused');
});

test('a lower limit leaves what is kept for the site', async () => {
  const site = await createSite('Lowered', 60_000n);
  await budget(site);
  const { managing } = h.services.vendors;
  const lower = (settings: { floatLimitMinor?: bigint; siteBudgetMinor?: bigint }) =>
    h.database.inUtility(h.utilityId, (tx) => managing.change(tx, site.vendorId, settings, null));
  assert.deepEqual(await lower({ floatLimitMinor: 59_999n }), {
    ...{ ok: false, error: 'floatKeptForSite' },
  });
  // The gateway has what it was told until it asks again.
  assert.ok((await lower({ siteBudgetMinor: 10_000n })).ok);
  assert.equal((await lower({ floatLimitMinor: 10_000n })).ok, false);
  await budget(site);
  assert.ok((await lower({ floatLimitMinor: 10_000n })).ok);
});

test('between two amounts a line through the prices promises no more than a sale brings', async () => {
  const site = await createSite('Bends', 60_000n);
  // The charge of the month is still to be met: a smaller sale pays all of it, and less energy.
  const home = await h.addConnection();
  const asked = { meterPans: [home.meterPan], amountsMinor: ['2000', '10000', '50000'] };
  const [told] = siteBudgetSchema.parse((await post(site, '/budget', asked)).json()).meters;
  const points = (told?.prices ?? []).map(({ amountMinor, energyWh }) => ({
    ...{ amount: Number(amountMinor), wh: Number(energyWh) },
  }));
  assert.ok(points.length > 3 && points.length < 30, `${points.length} prices`);
  for (let amount = 2_100; amount < 50_000; amount += amount < 10_000 ? 100 : 2_500) {
    const next = points.findIndex((point) => point.amount >= amount);
    const [from = assert.fail(), to = assert.fail()] = points.slice(next - 1, next + 1);
    const share = (amount - from.amount) / (to.amount - from.amount);
    const real = await h.database.inUtility(h.utilityId, (tx) =>
      h.services.vending.price(tx, home, BigInt(amount)),
    );
    assert.ok(real.ok);
    const over = from.wh + (to.wh - from.wh) * share - Number(real.value.purchase.quote.energyWh);
    assert.ok(over <= 400, `${amount}: ${over} Wh too much`);
  }
});

test('homes that nothing can be sold to are told with the reason', async () => {
  const site = await createSite('Reasons', 60_000n);
  const nobody = '600727000000009986';
  const taken = await post(site, '/budget', { meterPans: [h.meterPan, nobody], amountsMinor });
  const { meters } = siteBudgetSchema.parse(taken.json());
  assert.deepEqual(
    meters.map(({ meterPan, refusal, prices }) => [meterPan, refusal, prices.length]),
    [
      [h.meterPan, null, 3],
      [nobody, 'unknownMeter', 0],
    ],
  );
  // A wallet's money reaches nobody behind a meter that the utility has cut.
  const modeIs = (mode: 'token' | 'wallet') =>
    h.database.inUtility(h.utilityId, (tx) =>
      tx
        .updateTable('connections')
        .set({ credit_mode: mode })
        .where('bucket', '=', h.place.bucket)
        .where('id', '=', h.place.connectionId)
        .execute(),
    );
  await modeIs('wallet');
  const [home] = siteBudgetSchema.parse((await budget(site)).json()).meters;
  await modeIs('token');
  assert.deepEqual([home?.refusal, home?.prices.length], ['homeInWalletMode', 0]);
});

test('what cannot be made now stands on the list, and is made when it can', async () => {
  const site = await createSite('Blocked meanwhile', 60_000n);
  await budget(site);
  const { managing } = h.services.vendors;
  const block = (reason: string | null) =>
    h.database.inUtility(h.utilityId, (tx) => managing.block(tx, site.vendorId, reason));
  await block('Looked at');
  const sale = saleOf(site, '5000');
  const refused = siteSaleAnswerSchema.parse((await post(site, '/sales', sale)).json());
  assert.deepEqual(refused, { receipt: null, refusal: 'vendorBlocked' });
  const before = await seen(site);
  assert.deepEqual(before.outstanding, { sales: 1, amountMinor: '5000' });
  assert.equal(before.rows[0]?.refusal, 'vendorBlocked');
  await block(null);
  const made = siteSaleAnswerSchema.parse((await post(site, '/sales', sale)).json());
  assert.equal(made.refusal, null);
  const then = await seen(site);
  assert.equal(then.outstanding.sales, 0);
  assert.equal(then.rows[0]?.refusal, null);
});

test('a clerk’s PIN is checked and chosen through the site, and wrong ones lock it', async () => {
  const site = await createSite('With a clerk', 10_000n);
  const check = (body: object) => post(site, `/clerks/${site.clerkId}/pin`, body);
  assert.deepEqual((await check({ pin: site.pin })).json(), { pinIsOwn: false });
  const easy = await check({ pin: site.pin, newPin: '1234' });
  assert.equal(easy.json().code, 'pinTooEasy');
  assert.deepEqual((await check({ pin: site.pin, newPin: '72914' })).json(), { pinIsOwn: true });
  assert.deepEqual((await check({ pin: '72914' })).json(), { pinIsOwn: true });
  for (let tries = 1; tries <= 5; tries += 1) {
    const said = (await check({ pin: '00000' })).json().code;
    assert.equal(said, tries < 5 ? 'pinWrong' : 'pinLocked');
  }
  assert.equal((await check({ pin: '72914' })).json().code, 'pinLocked');
  const told = siteBudgetSchema.parse((await budget(site)).json());
  assert.equal(told.clerks[0]?.locked, true);
  const stranger = await post(site, '/sales', {
    ...saleOf(site, '5000'),
    clerkId: idFromUuid('clerk', uuidOf(site.clerkId as never).replace(/^./, '9')),
  });
  assert.equal(stranger.json().code, 'unknownClerk');
});
