// A meter that counts its credit in money: what the till takes of a purchase is written line by
// line, the rest is on a currency token, and meter, books and proof agree to the last part.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { AccountState } from '@prewatt/protocol';
import { energyWh, powerW, uuidOf } from '@prewatt/quantities';
import { readToken } from '@prewatt/sts/codec';
import { deriveDecoderKey, vendingKeyFromBytes } from '@prewatt/sts/keys';
import demoTariff from '@prewatt/tariff/documents/demo.json' with { type: 'json' };
import { loadConnection, type MeterPlace } from '../src/registry/connections/index.ts';
import { statementOf } from '../src/reports/statements/index.ts';
import { assertAllLaws, operatorNamed } from './control-harness.ts';
import {
  askAndAllow,
  createPeople,
  type People,
  refuseAsOld,
  salePath,
  saleRow,
  tokensOf,
} from './correction-harness.ts';
import { createHarness, type Harness, newTestUuid, vendingKeyBytes } from './harness.ts';
import { createHttpHarness, type HttpHarness } from './http-harness.ts';
import { buyAndPay, startPurchase } from './purchases.ts';
import { createVendor, type TestVendor, vendorRow } from './vendor-harness.ts';

let h: Harness;
let http: HttpHarness;
let people: People;
let vendor: TestVendor;
before(async () => {
  h = await createHarness();
  http = await createHttpHarness(h);
  people = await createPeople(http);
  vendor = await createVendor(h, 'Shop');
});
after(async () => {
  await http.close();
  await h.close();
});

/** A fee of each purchase that depends on the month's energy: neither till nor meter knows both. */
const ofBoth = {
  ...demoTariff,
  id: 'of-both',
  charges: [
    {
      code: 'sale',
      label: 'Fee of the purchase',
      per: 'purchase',
      amount: '1.00',
      when: { monthTotal: { overKwh: '50' } },
    },
  ],
  examples: [],
};

type Home = MeterPlace & { readonly meterPan: string };

const money: NonNullable<AccountState['money']> = {
  currency: { code: 'ZAR', scale: 2 },
  availableMicroMinor: 1_000_000n,
  creditedMicroMinor: 0n,
  chargedMicroMinor: 0n,
  clearedMicroMinor: -1_000_000n,
  owedMicroMinor: 0n,
  tariff: { id: 'homes', version: 1 },
  perKwhMicroMinor: 200_000_000n,
  standingDueMicroMinor: 0n,
};
const says = async (meterPan: string, what: Partial<AccountState>) => {
  h.clock.nowMs += 60_000;
  const state: AccountState = {
    capturedAtMs: h.clock.nowMs,
    availableEnergyWh: energyWh(5n),
    powerW: powerW(0n),
    importEnergyWh: energyWh(1_000n),
    creditedEnergyWh: energyWh(0n),
    loadSwitch: 'connected',
    creditStatus: 'inCredit',
    owedEnergyWh: energyWh(0n),
    ...what,
  };
  await h.fromMeter(meterPan, { kind: 'state', state });
};

async function moneyHome(o: Parameters<Harness['addConnection']>[0] = {}): Promise<Home> {
  const home = await h.addConnection(o);
  await says(home.meterPan, { money });
  return home;
}

let sequence = 0;
/** The meter takes the sale's currency token, and counts it in its register of credited money. */
async function typed(home: Home, saleId: string): Promise<bigint> {
  const [token] = await tokensOf(h, saleId);
  assert.ok(token?.amount_e5 != null);
  const creditedMicroMinor = token.amount_e5 * 1_000n;
  sequence += 1;
  const outcome = {
    result: 'accepted',
    effect: 'credit',
    tid: token.tid,
    creditedEnergyWh: energyWh(0n),
    creditedMicroMinor,
  } as const;
  const lastFour = token.digits.slice(-4);
  const atMs = h.clock.nowMs;
  await h.fromMeter(home.meterPan, {
    kind: 'events',
    sequence,
    events: [{ sequence, atMs, code: 'token', origin: 'keypad', lastFour, outcome }],
  });
  return creditedMicroMinor;
}

function carriedBy(home: Home, digits: string) {
  const vendingKey = vendingKeyFromBytes(vendingKeyBytes);
  assert.ok(vendingKey.ok);
  const key = deriveDecoderKey(vendingKey.value, {
    dkga: 'dkga02',
    ea: 'ea07',
    meterPan: home.meterPan,
    supplyGroupCode: '123456',
    tariffIndex: '01',
    keyRevision: 1,
    keyType: 2,
    baseDate: 14,
  });
  assert.ok(key.ok);
  const read = readToken(key.value, digits);
  assert.ok(read.ok && read.value.kind === 'currencyCredit');
  return read.value;
}

const sumOf = (lines: readonly { readonly kind: string; readonly amountMinor: string }[]) =>
  lines.reduce((sum, line) => sum + BigInt(line.amountMinor), 0n);

test('money at a till becomes a currency token; the tariff inside the meter charges the rest', async () => {
  const debt = { label: 'Arrears', rule: { share: '25' }, outstandingMinor: 100_000n };
  const home = await moneyHome({ debts: [debt] });
  const order = { meterPan: home.meterPan, amountMinor: 50_000n };
  const quote = await h.services.vendors.selling.quote(vendor.till, order);
  assert.ok(quote.ok, JSON.stringify(quote));
  const request = { requestId: newTestUuid(), ...order };
  const sold = await h.services.vendors.selling.sell(vendor.till, request);
  assert.ok(sold.ok, JSON.stringify(sold));
  const receipt = sold.value;
  // A quarter to the arrears; of the rest the coding knows steps of 0.10, and keeps what is over.
  assert.deepEqual(
    receipt.lines.map(({ kind, amountMinor }) => [kind, amountMinor]),
    [
      ['energy', '37492'],
      ['debt', '12500'],
    ],
  );
  assert.deepEqual(
    [receipt.creditMinor, receipt.remainderMinor, receipt.energyWh],
    ['37492', '8', '0'],
  );
  assert.deepEqual(receipt.lines, quote.value.lines);
  assert.equal(quote.value.tokens, 1);
  assert.equal(sumOf(receipt.lines) + BigInt(receipt.remainderMinor), order.amountMinor);
  const [token] = receipt.tokens;
  assert.ok(token !== undefined && receipt.tokens.length === 1);
  assert.deepEqual([token.energyWh, token.creditMinor], ['0', '37492']);
  const carried = carriedBy(home, token.token);
  assert.deepEqual([carried.subclass, carried.amountE5], [4, 37_492_624n]);
  // The signing budget counts it as energy at the meter's price: 374.92 at 2.00.
  assert.equal((await vendorRow(h, vendor.vendorId)).hour_energy_wh, 187_460n);
  const again = await h.services.vendors.selling.receiptOf(vendor.till, request.requestId);
  assert.deepEqual(again, { ok: true, value: receipt });
  const saleId = uuidOf(receipt.saleId as never);
  const copy = await people.asker.postJson(`${salePath(saleId)}/reprint`, { reason: 'Lost it' });
  assert.deepEqual(copy.json().tokens, receipt.tokens, copy.body);
  const credited = await typed(home, saleId);
  assert.equal((await saleRow(h, saleId)).state, 'delivered');
  await says(home.meterPan, { money: { ...money, creditedMicroMinor: credited } });
  await assertAllLaws(h);
  await says(home.meterPan, { money: { ...money, creditedMicroMinor: credited + 1n } });
  await assert.rejects(assertAllLaws(h), /creditWasIssued/);
  await says(home.meterPan, { money: { ...money, creditedMicroMinor: credited } });
});

test('the floor and the vendor’s limit take the meter’s price within the tariff’s own', async () => {
  const debt = { label: 'Arrears', rule: { share: '100' }, outstandingMinor: 10_000_000n };
  const tariffOf = (name: string, over: object) =>
    h.database.inUtility(h.utilityId, (tx) =>
      h.onboarding.createTariff(tx, h.utilityId, {
        name,
        document: { ...demoTariff, id: name.toLowerCase(), charges: [], examples: [], ...over },
      }),
    );
  const block = (uptoKwh: string | null, rate: string) => ({ uptoKwh, rate });
  const blocks = (...all: object[]) => ({ schedules: [{ code: 'one', blocks: all }] });
  const free = { freeAllowance: { kwh: '50', countsInBlocks: true } };
  const flat = await tariffOf('Flat', { energy: blocks(block(null, '2.00')), levies: [], ...free });
  const rising = await tariffOf('Rising', {
    energy: blocks(block('50', '0'), block('100', '2.00'), block(null, '4.00')),
    levies: [],
  });
  const soldAt = async (tariffId: string, perKwhMicroMinor: bigint) => {
    const home = await h.addConnection({ tariffId, debts: [debt] });
    await says(home.meterPan, { money: { ...money, perKwhMicroMinor } });
    const shop = await createVendor(h, `Shop ${home.meterPan}`);
    const order = { requestId: newTestUuid(), meterPan: home.meterPan, amountMinor: 50_000n };
    const sold = await h.services.vendors.selling.sell(shop.till, order);
    assert.ok(sold.ok, JSON.stringify(sold));
    const credit = BigInt(sold.value.creditMinor ?? 0);
    const { hour_energy_wh: aheadWh } = await vendorRow(h, shop.vendorId);
    return { credit, perKwhMinor: (credit * 1_000n) / aheadWh };
  };
  const plain = await soldAt(flat, 200_000_000n);
  assert.equal(plain.perKwhMinor, 200n);
  // Nothing, a hundredth and a hundredfold of it: all the tariff's one price.
  for (const said of [0n, 2_000_000n, 20_000_000_000n]) {
    assert.deepEqual(await soldAt(flat, said), plain, `${said}`);
  }
  const within = await soldAt(rising, 300_000_000n);
  assert.equal(within.perKwhMinor, 300n);
  assert.equal((await soldAt(rising, 20_000_000_000n)).perKwhMinor, 400n);
  assert.equal((await soldAt(rising, 1n)).perKwhMinor, 200n);
  assert.equal((await soldAt(rising, 0n)).perKwhMinor, 200n, 'the first block is free');
});

test('what was kept comes forward, the customer is told, and the statement says it', async () => {
  const home = await moneyHome();
  await buyAndPay(h, 30_000n, 'money-1', home);
  const second = await buyAndPay(h, 20_005n, 'money-2', home);
  const sale = await saleRow(h, second);
  assert.deepEqual(
    [sale.brought_forward_minor, sale.credit_minor, sale.remainder_minor, sale.energy_wh],
    [8n, 20_012n, 1n, 0n],
  );
  const { text } = await h.database.inUtility(h.utilityId, (tx) =>
    tx
      .selectFrom('messages')
      .select('text')
      .where('fact_key', '=', `sale:${second}`)
      .executeTakeFirstOrThrow(),
  );
  assert.match(text, /paid ZAR 200.05, you get ZAR 200.12 of credit for Flat \d+\. Token \d{4} /);
  const rows = await statementRows(home);
  assert.ok(rows.includes('Bought credit, in money on the meter.'), rows.join('\n'));
  await assertAllLaws(h);
});

test('a key change goes before the token, which is under the new key', async () => {
  const home = await moneyHome();
  await h.database.inUtility(h.utilityId, (tx) =>
    tx
      .updateTable('meters')
      .set({
        wanted_supply_group_code: '123456',
        wanted_tariff_index: '02',
        wanted_key_revision: 1,
      })
      .where('id', '=', home.meterId)
      .execute(),
  );
  const saleId = await buyAndPay(h, 10_000n, 'money-key', home);
  const tokens = await tokensOf(h, saleId);
  assert.deepEqual(tokens.map((each) => [each.kind, each.amount_e5]).sort(), [
    ['credit', 10_000_624n],
    ['keyChange', null],
    ['keyChange', null],
  ]);
  await assertAllLaws(h);
});

test('of another currency, of a tariff without a meter’s part, and energy carried over: refused', async () => {
  const home = await h.addConnection();
  const open = await startPurchase(h, 5_000n, home);
  const yen = { ...money, currency: { code: 'JPY', scale: 0 } };
  await says(home.meterPan, { money: yen });
  const refused = { ok: false, error: 'meterCountsMoney' };
  assert.deepEqual(await h.services.vending.makeQuote(home, 5_000n), refused);
  const sale = { requestId: newTestUuid(), meterPan: home.meterPan, amountMinor: 5_000n };
  assert.deepEqual(await h.services.vendors.selling.sell(vendor.till, sale), refused);
  await open.pay('paid-before-the-change');
  const held = await saleRow(h, open.saleId);
  assert.deepEqual([held.state, held.stuck_reason], ['stuck', 'meterCountsMoney']);
  await says(home.meterPan, { money });
  await h.services.vending.retry(home, open.saleId);
  assert.equal((await saleRow(h, open.saleId)).credit_minor, 5_000n);
  const tariffId = await h.database.inUtility(h.utilityId, (tx) =>
    h.onboarding.createTariff(tx, h.utilityId, { name: 'Of both', document: ofBoth }),
  );
  const other = await moneyHome({ tariffId });
  const notForMeter = { ok: false, error: 'tariffNotForMeter' };
  assert.deepEqual(await h.services.vending.makeQuote(other, 5_000n), notForMeter);
  const asker = await operatorNamed(h, 'Asker', 'operator');
  const free = {
    ...{ place: home, requestId: newTestUuid(), reason: 'Carried over', approvalId: null },
    ...{ requestedBy: asker.operatorId, what: { kind: 'replacement', energyWh: 10_000n } as const },
  };
  const given = await h.database.inUtility(h.utilityId, (tx) => h.services.grants.issue(tx, free));
  assert.deepEqual(given, refused);
  await assertAllLaws(h);
});

test('what the meter takes for use without credit is told by message, at the till and on the page', async () => {
  const home = await moneyHome();
  await says(home.meterPan, { money: { ...money, owedMicroMinor: 15_000_000_000n } });
  const saleId = await buyAndPay(h, 30_000n, 'money-owed', home);
  const { text } = await h.database.inUtility(h.utilityId, (tx) =>
    tx
      .selectFrom('messages')
      .select('text')
      .where('connection_id', '=', home.connectionId)
      .where('kind', '=', 'tokenIssued')
      .executeTakeFirstOrThrow(),
  );
  assert.match(
    text,
    /you get ZAR \d+\.\d\d of credit for .*: the token has ZAR \d+\.\d\d of credit, and the meter takes ZAR \d+\.\d\d of credit for what was used without credit\./,
  );
  const { till } = await createVendor(h, 'Owed');
  const { meterPan } = home;
  const { selling, shifts } = h.services.vendors;
  const quote = await selling.quote(till, { meterPan, amountMinor: 30_000n });
  assert.ok(quote.ok && BigInt(quote.value.recoveredMinor) > 0n);
  // The receipt is of the moment of the sale: that the meter has what it was owed changes nothing.
  await shifts.open(till);
  const request = { requestId: 'owed-receipt', meterPan, amountMinor: 30_000n };
  const first = await selling.sell(till, request);
  assert.ok(first.ok, JSON.stringify(first));
  assert.equal(first.value.recoveredMinor, quote.value.recoveredMinor);
  await says(home.meterPan, { money });
  const again = await selling.sell(till, request);
  assert.deepEqual(again, first);
  const detail = (await people.viewer.get(salePath(saleId))).json();
  const copy = await people.asker.postJson(`${salePath(saleId)}/reprint`, {
    reason: 'The text is lost',
  });
  for (const each of [detail, copy.json()]) {
    assert.equal(BigInt(each.recoveredMinor) > 0n && each.recoveredEnergyWh === '0', true);
  }
});

test('undone when the meter’s register of money shows that it took nothing; owed when it did', async () => {
  const home = await moneyHome();
  const saleId = await buyAndPay(h, 20_005n, 'money-undone', home);
  const undo = () =>
    askAndAllow(people, `${salePath(saleId)}/reversal`, {
      requestId: newTestUuid(),
      reason: 'Bought for the wrong meter',
      moneyGoes: 'prepaid',
    });
  await refuseAsOld(h, home, saleId);
  await says(home.meterPan, { money: { ...money, creditedMicroMinor: 1n } });
  assert.equal((await undo()).code, 'meterRegisterUnknown');
  await says(home.meterPan, { money });
  assert.equal((await undo()).approval?.state, 'done');
  assert.equal((await saleRow(h, saleId)).state, 'reversed');
  const credited = await typed(home, saleId);
  const debts = await h.database.inUtility(h.utilityId, (tx) =>
    tx
      .selectFrom('debts')
      .select('outstanding_minor')
      .where('connection_id', '=', home.connectionId)
      .execute(),
  );
  assert.deepEqual(
    debts.map((debt) => debt.outstanding_minor),
    [20_002n],
  );
  await says(home.meterPan, { money: { ...money, creditedMicroMinor: credited } });
  await assertAllLaws(h);
});

test('moved to a home that counts energy, the same money buys energy there', async () => {
  const home = await moneyHome();
  const right = await h.addConnection();
  const saleId = await buyAndPay(h, 20_000n, 'money-moved', home);
  await refuseAsOld(h, home, saleId);
  await says(home.meterPan, { money });
  const moved = await askAndAllow(people, `${salePath(saleId)}/move`, {
    requestId: newTestUuid(),
    reason: 'Typed the wrong number',
    toMeterPan: right.meterPan,
    by: 'reversal',
  });
  assert.equal(moved.approval?.state, 'done', JSON.stringify(moved));
  const sale = await h.database.inUtility(h.utilityId, (tx) =>
    tx
      .selectFrom('sales')
      .selectAll()
      .where('connection_id', '=', right.connectionId)
      .executeTakeFirstOrThrow(),
  );
  assert.ok(sale.energy_wh !== null && sale.energy_wh > 0n && sale.credit_minor === null);
  await assertAllLaws(h);
});

async function statementRows(home: Home): Promise<string[]> {
  return h.database.inUtility(h.utilityId, async (tx) => {
    const connection = await loadConnection(tx, home);
    assert.ok(connection !== null);
    const toMs = h.clock.nowMs + 1;
    const statement = await statementOf(tx, {
      utility: await h.services.utilities.get(h.utilityId),
      connection,
      period: { from: '2026-11-01', to: '2026-11-30', fromMs: 0, toMs },
      cursor: null,
      pageSize: 50,
    });
    return statement.rows.map((row) => row.text);
  });
}
