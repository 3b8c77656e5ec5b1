// Smart cards on a real database: issued, loaded with what was sold, answered by the meter, and
// refused when they are copies, put back, lost or of nobody here.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { meterAlertPageSchema, type SmartCardVisitAnswer } from '@prewatt/api';
import {
  cardPurpose,
  cpuKeyOf,
  createVirtualCpuCard,
  type MeterReport,
  newCard,
  openCpuCardBy,
  readPurchase,
  withCheckDigit,
  writePurchase,
  writeReport,
} from '@prewatt/card';
import { idFromUuid } from '@prewatt/quantities';
import { deriveDecoderKey, vendingKeyFromBytes } from '@prewatt/sts/keys';
import { purposeKey } from '@prewatt/sts/purpose';
import { createHarness, type Harness, testVendingKey } from './harness.ts';
import { createHttpHarness, type HttpHarness, Visitor } from './http-harness.ts';
import { buyAndPay } from './purchases.ts';
import { addClerk, phoneOfClerk } from './till-harness.ts';
import { createVendor } from './vendor-harness.ts';

let h: Harness;
let http: HttpHarness;
let operator: Visitor;
let requests = 0;

before(async () => {
  h = await createHarness();
  http = await createHttpHarness(h);
  const [email, password] = ['operator@test.example', 'a long enough password'];
  await http.createOperator({ email, password, role: 'operator' });
  operator = new Visitor(http.app);
  await operator.postJson('/api/auth/sign-in/email', { email, password });
});
after(async () => {
  await http.close();
  await h.close();
});

type Home = Awaited<ReturnType<Harness['addConnection']>>;

function keyOf({ meterPan }: { readonly meterPan: string }) {
  const vending = vendingKeyFromBytes(testVendingKey.bytes);
  assert.ok(vending.ok);
  const derived = deriveDecoderKey(vending.value, {
    ...{ dkga: 'dkga02', meterPan, ea: 'ea07', keyType: 2, baseDate: 14 },
    ...{ supplyGroupCode: '123456', tariffIndex: '01', keyRevision: 1 },
  });
  assert.ok(derived.ok);
  return purposeKey(derived.value, cardPurpose);
}

const cardsPath = ({ connectionId }: Home) =>
  `/api/operator/connections/${idFromUuid('connection', connectionId)}/cards`;
const bytes = (hex: string | null) => Uint8Array.from(Buffer.from(hex ?? '', 'hex'));

async function issue(home: Home, more: { replaces?: string; medium?: 'cpu' } = {}) {
  requests += 1;
  const body = {
    requestId: `card-of-the-test-${requests}`,
    reason: 'A card for the home.',
    ...more,
  };
  const issued = await operator.postJson(cardsPath(home), body);
  assert.equal(issued.statusCode, 200, issued.body);
  const again = await operator.postJson(cardsPath(home), body);
  assert.deepEqual(again.json().image, issued.json().image, 'the same request is the same card');
  return { cardNumber: issued.json().card.cardNumber, image: bytes(issued.json().image) };
}

const visit = (image: Uint8Array, saleId?: string) =>
  operator.postJson('/api/operator/cards/visit', {
    image: Buffer.from(image).toString('hex'),
    ...(saleId === undefined ? {} : { saleId: idFromUuid('sale', saleId) }),
  });

async function visited(image: Uint8Array, saleId?: string): Promise<SmartCardVisitAnswer> {
  const answer = await visit(image, saleId);
  assert.equal(answer.statusCode, 200, answer.body);
  return answer.json();
}

async function refused(image: Uint8Array, code: string, saleId?: string): Promise<void> {
  const answer = await visit(image, saleId);
  assert.equal(answer.json().code, code, answer.body);
}

/** As its meter writes it: the purchase that is on the card, and what became of its tokens. */
function reported(home: Home, image: Uint8Array, o: Partial<MeterReport> = {}): Uint8Array {
  const purchase = readPurchase(image, { meterPan: home.meterPan, key: keyOf(home) });
  assert.ok(purchase.ok);
  const { count, tokens } = purchase.value;
  const report = {
    ...{ count, outcomes: tokens.map(() => 'accepted' as const), atMs: h.clock.nowMs },
    ...{ available: 12_500n, importEnergyWh: 90_000n, eventSequence: 4, flags: [], ...o },
  };
  return writeReport(image, report, keyOf(home));
}

const tokensOf = (saleId: string) =>
  h.database.inUtility(h.utilityId, (tx) =>
    tx.selectFrom('tokens').selectAll().where('sale_id', '=', saleId).execute(),
  );
const purchaseOn = (home: Home, image: Uint8Array) => {
  const read = readPurchase(image, { meterPan: home.meterPan, key: keyOf(home) });
  assert.ok(read.ok, JSON.stringify(read));
  return read.value;
};

test('a sale goes onto the card, once asked or often; its report marks it as arrived', async () => {
  const home = await h.addConnection();
  const card = await issue(home);
  const saleId = await buyAndPay(h, 5_000n, 'card-1', home);
  const first = await visited(card.image, saleId);
  const again = await visited(card.image, saleId);
  assert.equal(first.image, again.image, 'the same sale, the same content');
  const loaded = bytes(first.image);
  const [token] = await tokensOf(saleId);
  assert.deepEqual(purchaseOn(home, loaded), {
    ...{ count: 1, meterPan: home.meterPan, tokens: [token?.digits] },
  });
  const onIt = await visited(loaded, saleId);
  assert.equal(onIt.image, null, 'nothing is to be written any more');
  // Pulled out in the middle of the first writing: the next try ends whole.
  const other = await h.addConnection();
  const tornCard = await issue(other);
  const tornSale = await buyAndPay(h, 5_000n, 'card-torn', other);
  const whole = bytes((await visited(tornCard.image, tornSale)).image);
  const half = Uint8Array.from([...whole.slice(0, 60), ...tornCard.image.slice(60)]);
  assert.deepEqual(bytes((await visited(half, tornSale)).image), whole);

  h.clock.nowMs += 3_600_000;
  const home2 = reported(home, loaded, { flags: ['magnet'] });
  const came = await visited(home2);
  assert.match(came.text, /report was read/);
  assert.deepEqual(came.card.load?.outcomes, ['accepted']);
  assert.equal(came.card.report?.availableEnergyWh, '12500');
  const [taken] = await tokensOf(saleId);
  assert.deepEqual([taken?.state, taken?.origin], ['accepted', 'card']);
  const sale = await h.database.inUtility(h.utilityId, (tx) =>
    tx.selectFrom('sales').selectAll().where('id', '=', saleId).executeTakeFirstOrThrow(),
  );
  assert.equal(sale.state, 'delivered');
  const readings = await h.database.inUtility(h.utilityId, (tx) =>
    tx.selectFrom('readings').selectAll().where('meter_id', '=', home.meterId).execute(),
  );
  assert.deepEqual(
    readings.map((row) => [row.register, row.value, row.read_at]),
    [[1, 90_000n, h.clock.nowMs]],
  );
  await refused(home2, 'nothingToLoad', saleId);
  const list = await operator.get('/api/operator/meter-alerts', 'application/json');
  const alerts = meterAlertPageSchema.parse(list.json()).rows;
  assert.ok(alerts.some(({ what }) => what === 'A strong magnet was at it, its smart card says'));
  h.clock.nowMs += 60_000;
  await visited(reported(home, home2));
  const after = await operator.get('/api/operator/meter-alerts', 'application/json');
  assert.ok(!after.body.includes('strong magnet'), 'a later report without it ends it');
});

test('a purchase that the meter has not had is brought by the next one, on another card too', async () => {
  const home = await h.addConnection();
  const card = await issue(home);
  const sales: string[] = [];
  for (const nth of [1, 2]) sales.push(await buyAndPay(h, 2_000n, `carried-${nth}`, home));
  const [first = '', second = ''] = sales;
  const one = bytes((await visited(card.image, first)).image);
  const two = bytes((await visited(one, second)).image);
  const digits = [...(await tokensOf(first)), ...(await tokensOf(second))].map((t) => t.digits);
  assert.deepEqual(purchaseOn(home, two), { count: 2, meterPan: home.meterPan, tokens: digits });
  // The card was not written the second time: asked again, it is made from what is on it.
  assert.deepEqual(bytes((await visited(one, second)).image), two);
  assert.equal((await visited(two, first)).image, null, 'the later one brings the first');
  const replacing = await issue(home, { replaces: card.cardNumber });
  await refused(two, 'replaced');
  const third = await buyAndPay(h, 2_000n, 'carried-3', home);
  const moved = purchaseOn(home, bytes((await visited(replacing.image, third)).image));
  assert.deepEqual(moved.tokens.slice(0, 2), digits);
  assert.equal(moved.tokens.length, 3);
  const four = await buyAndPay(h, 2_000n, 'carried-4', home);
  const five = await buyAndPay(h, 2_000n, 'carried-5', home);
  const full = bytes((await visited(replacing.image, four)).image);
  await refused(full, 'full', five);
});

test('a copy, a card put back, a changed one and a stranger’s are refused and said so', async () => {
  const home = await h.addConnection();
  const card = await issue(home);
  const saleId = await buyAndPay(h, 5_000n, 'copied-1', home);
  const loaded = bytes((await visited(card.image, saleId)).image);
  await visited(loaded);
  await refused(card.image, 'copied');
  const home1 = reported(home, loaded);
  await visited(home1);
  await refused(loaded, 'copied');
  // A copy that went into the meter as well: another report under the same number.
  await refused(reported(home, loaded, { available: 1n }), 'copied');
  const foreign = writePurchase(
    home1,
    { count: 9, meterPan: home.meterPan, tokens: [] },
    keyOf(home),
  );
  await refused(foreign, 'unknownContent');
  const changed = Uint8Array.from(home1);
  for (const at of [50, 114]) changed[at] = (changed[at] ?? 0) ^ 1;
  await refused(changed, 'unproved');
  await refused(
    newCard({ kind: 'user', cardNumber: withCheckDigit('900000000000001') }),
    'unknownCard',
  );
  await refused(newCard({ kind: 'check', cardNumber: card.cardNumber }), 'otherKind');
  await refused(new Uint8Array(256), 'noCard');
  const other = await h.addConnection();
  await refused(home1, 'unknownSale', await buyAndPay(h, 5_000n, 'copied-2', other));
  const list = await operator.get(cardsPath(home), 'application/json');
  assert.equal(list.json().cards[0].refusal.code, 'unknownSale');
  const alerts = await operator.get('/api/operator/meter-alerts', 'application/json');
  assert.match(alerts.body, /A copy of its smart card/);
});

test('lost, blocked and back by an operator, each an entry of the audit log', async () => {
  const home = await h.addConnection();
  const card = await issue(home);
  const set = (state: string) =>
    operator.postJson(`${cardsPath(home)}/${card.cardNumber}/state`, {
      state,
      reason: 'It is so.',
    });
  assert.equal((await set('lost')).json().state, 'lost');
  await refused(card.image, 'lost');
  assert.equal((await set('blocked')).json().state, 'blocked');
  await refused(card.image, 'blocked');
  assert.equal((await set('issued')).json().state, 'issued');
  await visited(card.image);
  await issue(home, { replaces: card.cardNumber });
  assert.equal((await set('issued')).json().code, 'notNow');
  const acts = await h.database.inUtility(h.utilityId, (tx) =>
    tx
      .selectFrom('operator_acts')
      .select('act')
      .where('subject', '=', idFromUuid('connection', home.connectionId))
      .orderBy('id')
      .execute(),
  );
  assert.deepEqual(
    acts.map(({ act }) => act),
    ['smartCardIssued', 'smartCardLost', 'smartCardBlocked', 'smartCardBack', 'smartCardIssued'],
  );
});

test('a CPU card is written by the keys of a session that it proved; another one gets none', async () => {
  const home = await h.addConnection();
  const card = await issue(home, { medium: 'cpu' });
  const key = cpuKeyOf(keyOf(home), card.cardNumber);
  const chip = (secret: Uint8Array) =>
    createVirtualCpuCard({
      ...{ image: card.image, key: secret },
      randomBytes: (length) => new Uint8Array(length).fill(7),
    });
  const open = (virtual: ReturnType<typeof chip>) => {
    const transmit = async (command: Uint8Array) => virtual.answer(command);
    virtual.answer(Uint8Array.of(0, 0xa4, 4, 0, 8, 0xf0, 0x50, 0x72, 0x65, 0x77, 0x61, 0x74, 0x74));
    return openCpuCardBy(transmit, {
      challenge: Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8),
      keysOf: async ({ host, card: ofCard }, cryptogram) => {
        const hex = (each: Uint8Array) => Buffer.from(each).toString('hex');
        const answer = await operator.postJson('/api/operator/cards/session', {
          ...{ cardNumber: card.cardNumber, hostChallenge: hex(host) },
          ...{ cardChallenge: hex(ofCard), cardCryptogram: hex(cryptogram) },
        });
        if (answer.statusCode !== 200) return null;
        const { macKey, answerKey } = answer.json();
        return { macKey: bytes(macKey), answerKey: bytes(answerKey) };
      },
    });
  };
  const real = chip(key);
  const session = await open(real);
  assert.ok(session.ok, JSON.stringify(session));
  const saleId = await buyAndPay(h, 5_000n, 'cpu-1', home);
  const after = bytes((await visited(session.value.image, saleId)).image);
  assert.ok((await session.value.write(after)).ok);
  assert.equal(purchaseOn(home, real.image()).count, 1);
  assert.deepEqual(await open(chip(new Uint8Array(16))), { ok: false, error: 'cardUnproved' });
});

test('a shop reads a card, and loads what it sold itself and nothing else', async () => {
  const home = await h.addConnection();
  const card = await issue(home);
  const vendor = await createVendor(h, 'Corner shop');
  const clerk = await addClerk(h, vendor.vendorId, 'Amina');
  const phone = await phoneOfClerk(h, http, {
    ...{ vendorId: vendor.vendorId, label: 'Phone 1', clerk },
  });
  await phone.post('/till/shift/open', {});
  const offer = await phone.post('/till/offers', { meter: home.meterPan, amount: '50' });
  const at = new URL(String(offer.headers.location), 'http://shop.test');
  const sold = await phone.post(`${at.pathname}/sell`, {
    ...{ meter: home.meterPan, amount: at.searchParams.get('amount') ?? '' },
  });
  const place = String(sold.headers.location);
  assert.match((await phone.get(place)).body, /Write it on the customer’s card/);
  const sale = place.split('/').at(-1) ?? '';
  const image = Buffer.from(card.image).toString('hex');
  const read = await phone.post('/till/cards/visit', { image });
  assert.deepEqual(
    [read.json().meterPan, read.json().image],
    [home.meterPan, null],
    'what the page fills in',
  );
  const loaded = await phone.post('/till/cards/visit', { image, sale });
  assert.equal(purchaseOn(home, bytes(loaded.json().image)).tokens.length, 1);
  const [{ key_id: keyId, operator_id: operatorId } = { key_id: null, operator_id: '' }] =
    await h.database.inUtility(h.utilityId, (tx) =>
      tx
        .selectFrom('smart_card_loads')
        .selectAll()
        .where('card_number', '=', card.cardNumber)
        .execute(),
    );
  assert.ok(keyId !== null && operatorId === null, 'the shop’s own name is on it');
  const another = await buyAndPay(h, 2_000n, 'not-of-the-shop', home);
  const refusedSale = await phone.post('/till/cards/visit', {
    ...{ image, sale: idFromUuid('sale', another) },
  });
  assert.equal(refusedSale.statusCode, 404);
  assert.equal((await phone.post('/till/cards/visit', { image: 'zz' })).statusCode, 400);
  const stranger = await new Visitor(http.app).post('/till/cards/visit', { image });
  assert.notEqual(stranger.statusCode, 200);
});
