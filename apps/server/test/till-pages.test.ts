// The pages of a shop's phone, as a browser without scripts asks for them.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import {
  type ClerkPin,
  clerkPinSchema,
  documentTextsAnswerSchema,
  problemSchema,
  vendorDetailSchema,
  vendorPhoneShownSchema,
} from '@prewatt/api';
import { idFromUuid, uuidIn, uuidOf } from '@prewatt/quantities';
import { sql } from 'kysely';
import { createHarness, type Harness } from './harness.ts';
import { createHttpHarness, type HttpHarness, Visitor } from './http-harness.ts';
import { addClerk, ownPin, phoneCode, phoneOfClerk, signIn } from './till-harness.ts';
import { assertVendorBooks, countRows, createVendor, type TestVendor } from './vendor-harness.ts';

let h: Harness;
let http: HttpHarness;
let vendor: TestVendor;
let amina: ClerkPin;
let kofi: ClerkPin;
let phone: Visitor;

before(async () => {
  h = await createHarness();
  http = await createHttpHarness(h);
  vendor = await createVendor(h, 'Corner shop');
  amina = await addClerk(h, vendor.vendorId, 'Amina');
  kofi = await addClerk(h, vendor.vendorId, 'Kofi');
  phone = await phoneOfClerk(h, http, {
    ...{ vendorId: vendor.vendorId, label: 'Phone 1', clerk: amina },
  });
});
after(async () => {
  await http.close();
  await h.close();
});

const locationOf = (answer: { headers: Record<string, unknown>; body: string }): string => {
  assert.equal(typeof answer.headers['location'], 'string', answer.body);
  return String(answer.headers['location']);
};
async function pageOf(browser: Visitor, path: string): Promise<string> {
  const answer = await browser.get(path);
  assert.equal(answer.statusCode, 200, answer.body);
  return answer.body;
}

async function administratorOf(name: string): Promise<Visitor> {
  const [email, password] = [`${name}@test.example`, 'a long enough password'];
  await http.createOperator({ email, password, role: 'administrator' });
  const visitor = new Visitor(http.app);
  await visitor.postJson('/api/auth/sign-in/email', { email, password });
  return visitor;
}
const codeOf = (answer: { body: string }): string =>
  problemSchema.parse(JSON.parse(answer.body)).code;

test('a phone by two: its code and link are shown once; a clerk’s PIN is in one answer alone', async () => {
  const [administrator, second] = [await administratorOf('one'), await administratorOf('two')];
  const path = `/api/operator/vendors/${idFromUuid('vendor', vendor.vendorId)}`;
  const body = { requestId: 'phone-of-the-test', label: 'Phone 9' };
  const asked = await administrator.postJson(`${path}/phones`, body);
  assert.equal(asked.statusCode, 202, asked.body);
  const { approvalId } = JSON.parse(asked.body);
  const allowed = await second.postJson(`/api/operator/approvals/${approvalId}/approve`, {});
  assert.equal(allowed.json().state, 'done', allowed.body);
  const other = await second.postJson(`${path}/phones`, body);
  assert.equal(codeOf(other), 'keyOfAnother');
  const made = await administrator.postJson(`${path}/phones`, body);
  const { code, link, keyId } = vendorPhoneShownSchema.parse(JSON.parse(made.body));
  assert.equal(new URL(link).pathname, '/till/phone');
  assert.equal(new URL(link).searchParams.get('code'), code);
  assert.equal(codeOf(await administrator.postJson(`${path}/phones`, body)), 'keyShownBefore');

  const added = await administrator.postJson(`${path}/clerks`, { name: 'Ekua' });
  const { clerkId, pin } = clerkPinSchema.parse(JSON.parse(added.body));
  assert.match(pin, /^\d{6}$/);
  assert.equal(
    codeOf(await administrator.postJson(`${path}/clerks`, { name: 'ekua' })),
    'nameTaken',
  );
  const detail = await administrator.get(path, 'application/json');
  const seen = vendorDetailSchema.parse(JSON.parse(detail.body));
  assert.deepEqual(seen.keys.find((each) => each.keyId === keyId)?.phone, { enrolledAt: null });
  const { createdAt: _, ...clerk } = seen.clerks.find((each) => each.clerkId === clerkId) ?? {};
  assert.deepEqual(clerk, { clerkId, name: 'Ekua', hasOwnPin: false, locked: false });
  assert.ok(!detail.body.includes(pin) && !detail.body.includes(code));
  const given = await administrator.postJson(`${path}/clerks/${clerkId}/pin`, {});
  assert.notEqual(clerkPinSchema.parse(JSON.parse(given.body)).pin, pin);
  const removed = await administrator.postJson(`${path}/clerks/${clerkId}/remove`, {});
  assert.deepEqual(JSON.parse(removed.body), { removed: true });
  const again = await administrator.postJson(`${path}/clerks/${clerkId}/remove`, {});
  assert.equal(codeOf(again), 'unknownClerk');
});

test('a code brings one phone in, once; a PIN that was given opens nothing but the choice of another', async () => {
  const { code } = await phoneCode(h, { vendorId: vendor.vendorId, label: 'Phone 2' });
  const [mine, another] = [new Visitor(http.app), new Visitor(http.app)];
  assert.match(await pageOf(mine, `/till/phone?code=${code}`), new RegExp(code));
  const typed = code.toLowerCase().replaceAll('-', ' ');
  assert.equal(locationOf(await mine.post('/till/phone', { code: typed })), '/till');
  const again = await another.post('/till/phone', { code });
  assert.equal(again.statusCode, 422);
  assert.match(again.body, /was used before/);
  assert.match(await pageOf(mine, '/till'), /Who are you\?/);

  await signIn(mine, kofi, kofi.pin);
  assert.equal(locationOf(await mine.get('/till')), '/till/pin');
  assert.equal(locationOf(await mine.post('/till/shift/open', {})), '/till/pin');
  for (const [pin, again, words] of [
    ['1234', '1234', /everybody would try/i],
    ['12', '12', /4 to 8 digits/],
    [kofi.pin, kofi.pin, /another one than before/],
    ['4826', '4827', /not the same/],
  ] as const) {
    const refused = await mine.post('/till/pin', { pin, again });
    assert.equal(refused.statusCode, 422);
    assert.match(refused.body, words);
  }
  await mine.post('/till/pin', { pin: ownPin, again: ownPin });
  assert.match(await pageOf(mine, '/till'), /Open a shift first/);
});

test('a code is worth nothing after a day, nor once its till was taken back', async () => {
  const { managing, phones } = h.services.vendors;
  const late = await phoneCode(h, { vendorId: vendor.vendorId, label: 'Phone late' });
  const gone = await phoneCode(h, { vendorId: vendor.vendorId, label: 'Phone gone' });
  await h.database.inUtility(h.utilityId, (tx) =>
    managing.revokeKey(tx, vendor.vendorId, gone.keyId),
  );
  assert.equal((await phones.enrol(gone.code)).ok, false);
  await sql`UPDATE prewatt.vendor_phones SET code_expires_at = 'epoch'
    WHERE key_id = ${late.keyId}::uuid`.execute(h.owner.directories);
  assert.equal((await phones.enrol(late.code)).ok, false);
});

test('a clerk opens a shift and sells once, however often the button is pressed', async () => {
  assert.equal(locationOf(await phone.post('/till/shift/open', {})), '/till');
  const offer = locationOf(
    await phone.post('/till/offers', { meter: ` ${h.meterPan} `, amount: '50' }),
  );
  const shown = await pageOf(phone, offer);
  assert.match(shown, /Ask the customer/);
  assert.match(shown, /[A-Z]…/, 'first letters of the customer alone');
  assert.doesNotMatch(shown, /\+27/);
  const before = await countRows(h);
  const sell = `${offer.split('?')[0]}/sell`;
  const press = () => phone.post(sell, { meter: h.meterPan, amount: '5000' });
  const [first, second] = await Promise.all([press(), press()]);
  const sale = locationOf(first);
  assert.match(sale, /^\/till\/sales\/sale_/);
  assert.equal(locationOf(second), sale);
  assert.equal(locationOf(await phone.get(offer)), sale, 'the offer leads to what it sold');
  const rows = (await countRows(h)) as { vendor_sales: bigint };
  assert.equal(rows.vendor_sales, (before as { vendor_sales: bigint }).vendor_sales + 1n);

  const receipt = await pageOf(phone, sale);
  assert.equal(receipt.match(/class="token"/g)?.length, 1);
  assert.doesNotMatch(receipt, /Copy \d/);
  const copy = locationOf(await phone.post(`${sale}/reprint`, {}));
  assert.match(copy, /copy=1$/);
  const copied = await pageOf(phone, copy);
  assert.match(copied, /Copy 1<\/b> of the same sale/);
  assert.match(copied, /<dt>Clerk<\/dt><dd>\w+<\/dd>/);
  const printout = await phone.get(`${sale}/printout?paper=80&copy=1`);
  assert.match(String(printout.headers['content-disposition']), /receipt-.*-80-copy-1\.escpos/);
  assert.match(
    printout.rawPayload.toString('latin1'),
    /COPY 1[\s\S]*\d{4} \d{4} \d{4} \d{4} \d{4}/,
  );
  const [{ nowMs }] = [h.clock];
  h.clock.nowMs += 16 * 60_000;
  const late = await phone.get(`${sale}/printout?paper=58`);
  h.clock.nowMs = nowMs;
  assert.equal(late.statusCode, 404, 'later it is a copy, which is counted first');
  assert.doesNotMatch(await pageOf(phone, `${sale}?copy=7`), /Copy 7/, 'no copy that was not made');
  assert.match(await pageOf(phone, '/till/sales'), new RegExp(sale));
  await assertVendorBooks(h, vendor.vendorId);
});

test('what is owed is paid on a form of its own, once, and gives no token', async () => {
  const home = await h.addConnection({
    debts: [{ label: 'Old arrears', outstandingMinor: 9_000n, rule: { share: '20' } }],
  });
  const form = { meter: home.meterPan, amount: '50', pays: 'debts' };
  const offer = locationOf(await phone.post('/till/offers', form));
  assert.match(offer, /pays=debts/);
  const asked = await pageOf(phone, offer);
  assert.match(asked, /Take R\s50\.00 for what is owed/);
  assert.match(asked, /Owed in all<\/dt><dd class="nowrap">R\s90\.00/);
  const sell = `${offer.split('?')[0]}/sell`;
  const pressed = { meter: home.meterPan, amount: '5000', pays: 'debts' };
  const sale = locationOf(await phone.post(sell, pressed));
  assert.equal(locationOf(await phone.post(sell, pressed)), sale);
  const receipt = await pageOf(phone, sale);
  assert.match(receipt, /Paid what was owed\. No electricity was bought/);
  assert.doesNotMatch(receipt, /class="token"/);
  assert.match(receipt, /<h1>R\s50\.00 paid of what is owed/);
  assert.match(await pageOf(phone, '/till/sales'), /<b>R\s50\.00<\/b> <b>no electricity<\/b>/);
  // Seen before the customer is asked for money, and once more when it is taken.
  const early = await phone.post('/till/offers', form);
  assert.equal(early.statusCode, 422);
  assert.match(early.body, /more than what is owed there: ZAR\s40\.00/);
  const refused = await phone.post(`${sell.replace('till-', 'till-x')}`, pressed);
  assert.equal(refused.statusCode, 409);
  assert.match(refused.body, /more than what is owed/);
  const nobody = await phone.post('/till/offers', { ...form, meter: h.meterPan, amount: '1' });
  assert.match(nobody.body, /Nothing is owed for this meter/);
  await assertVendorBooks(h, vendor.vendorId);
});

test('what the float does not cover is refused before the customer is asked for money', async () => {
  const { vendorId } = await createVendor(h, 'Short float', {
    ...{ floatLimitMinor: 5_000n, commissionBasisPoints: 0 },
  });
  const clerk = await addClerk(h, vendorId, 'Zola');
  const short = await phoneOfClerk(h, http, { vendorId, label: 'Phone short', clerk });
  await short.post('/till/shift/open', {});
  const offer = (amount: string) => short.post('/till/offers', { meter: h.meterPan, amount });
  const refused = await offer('50.01');
  assert.equal(refused.statusCode, 422);
  assert.match(refused.body, /The float does not cover this sale; pay money in first/);
  assert.match(locationOf(await offer('50')), /^\/till\/offers\//);
});

test('batches are started and ended on the phone, each once for a form', async () => {
  const requestOf = (page: string) => /name="requestId" value="(till-[^"]+)"/.exec(page)?.[1] ?? '';
  const requestId = requestOf(await pageOf(phone, '/till/batches'));
  for (let nth = 0; nth < 2; nth++) {
    const started = await phone.post('/till/batches/sales/start', { requestId });
    assert.equal(locationOf(started), '/till/batches');
  }
  const open = await pageOf(phone, '/till/batches');
  assert.match(open, /End the sales batch/);
  const second = await phone.post('/till/batches/sales/start', { requestId: requestOf(open) });
  assert.equal(second.statusCode, 422);
  assert.match(second.body, /open already/);
  const wrong = { requestId: requestOf(open), counted: 'x' };
  assert.equal((await phone.post('/till/batches/sales/end', wrong)).statusCode, 422);
  const ended = await phone.post('/till/batches/sales/end', { ...wrong, counted: '' });
  assert.equal(locationOf(ended), '/till/batches');
  assert.match(await pageOf(phone, '/till/batches'), /Last: number 1, ended/);
  assert.equal((await phone.post('/till/batches/other/start', { requestId })).statusCode, 404);
});

test('a batch that nobody counts anew has what was counted below, so a difference is seen above', async () => {
  const { till } = await createVendor(h, 'Two counts');
  const { shifts, batches } = h.services.vendors;
  for (const countedMinor of [50n, 20n]) {
    await shifts.open(till);
    const shift = await shifts.current(till);
    const shiftId = uuidOf(shift?.shiftId as never);
    assert.ok((await shifts.close(till, { shiftId, countedMinor })).ok);
  }
  for (const kind of ['sales', 'bank'] as const) {
    assert.ok((await batches.start(till, { kind, requestId: `start ${kind}` })).ok);
    const asked = { kind, requestId: `end of ${kind}`, countedMinor: null };
    const ended = await batches.end(till, asked);
    assert.ok(ended.ok);
    const { expectedMinor, countedMinor, differenceMinor } = ended.value;
    assert.deepEqual([expectedMinor, countedMinor, differenceMinor], ['0', '70', '70'], kind);
  }
});

test('a shift that was closed without a count is not counted, nor is the batch that takes it', async () => {
  const { till } = await createVendor(h, 'No count');
  const { shifts, batches } = h.services.vendors;
  for (const countedMinor of [50n, null]) {
    await shifts.open(till);
    const shiftId = uuidOf((await shifts.current(till))?.shiftId as never);
    const closed = await shifts.close(till, { shiftId, countedMinor });
    assert.ok(closed.ok);
    assert.deepEqual(await shifts.close(till, { shiftId, countedMinor }), closed, 'asked again');
    const difference = countedMinor === null ? null : '50';
    assert.equal(closed.value.differenceMinor, difference);
  }
  const ended = [];
  for (const [kind, countedMinor] of [
    ['sales', null],
    ['bank', 60n],
  ] as const) {
    assert.ok((await batches.start(till, { kind, requestId: `start ${kind}` })).ok);
    const batch = await batches.end(till, { kind, requestId: `end of ${kind}`, countedMinor });
    assert.ok(batch.ok);
    ended.push([batch.value.countedMinor, batch.value.differenceMinor]);
  }
  assert.deepEqual(ended, [
    [null, null],
    ['60', '60'],
  ]);
});

test('what the utility writes for its receipts stands on them; their code tells of nobody', async () => {
  const boss = await administratorOf('boss');
  const path = '/api/operator/document-texts';
  const texts = {
    ...{ legalName: 'Test Power (Pty) Ltd', taxNumber: '4010203040' },
    ...{ address: '1 Weir Road\nRiverside', receiptFooter: ' ' },
  };
  const body = { ...texts, requestId: 'texts-of-receipts-1', reason: 'The tax office asks' };
  for (const broken of [{ taxNumber: 'a\nb' }, { legalName: 'x'.repeat(121) }, { more: '1' }]) {
    assert.equal((await boss.postJson(path, { ...body, ...broken })).statusCode, 400);
  }
  for (let nth = 0; nth < 2; nth++) {
    const answer = await boss.postJson(path, body);
    const { history, ...now } = documentTextsAnswerSchema.parse(answer.json());
    assert.deepEqual([now, history.length], [{ ...texts, receiptFooter: null }, 1]);
  }
  const again = await boss.postJson(path, { ...body, requestId: 'texts-of-receipts-2' });
  assert.equal(codeOf(again), 'unchanged');
  await h.services.utilities.list();

  const row = /\/till\/sales\/(sale_[0-9a-f-]+)/.exec(await pageOf(phone, '/till/sales'));
  const [sale = '', saleId = ''] = row ?? [];
  const link = h.services.receiptLinks.pathOf(uuidIn(saleId));
  const page = await pageOf(phone, sale);
  assert.match(page, /Tax number 4010203040/);
  assert.match(page, /<svg viewBox="0 0 \d+ \d+"/);
  const paper = (await phone.get(`${sale}/printout?paper=58&copy=1`)).rawPayload.toString('latin1');
  assert.match(paper, /Test Power \(Pty\) Ltd\n1 Weir Road\nRiverside\nTax number 4010203040\n/);
  const stranger = new Visitor(http.app);
  const check = await pageOf(stranger, link);
  assert.match(check, /This receipt is genuine[\s\S]*R\s50\.00[\s\S]*Tax number 4010203040/);
  assert.match(check, /class="steps">\s*<li class="done"><span class="label">Paid/);
  assert.match(check, /In your balance<span class="out">: done/);
  assert.doesNotMatch(check, /\d{4} \d{4} \d{4}|\d{20}/, 'no token');
  assert.ok(!check.includes(h.meterPan.slice(0, -4)), 'no meter');
  assert.match(check, /Meter that ends in.*>\d{4}</);
  const { customer_name: name } = await h.owner.directories
    .selectFrom('connections')
    .select('customer_name')
    .executeTakeFirstOrThrow();
  assert.ok(!check.includes(String(name)), 'no name');
  const answer = await stranger.get(link);
  assert.equal(answer.headers['referrer-policy'], 'no-referrer');
  assert.equal(answer.headers['x-robots-tag'], 'noindex');
  const bent = `${link.slice(0, -9)}${link.at(-9) === 'A' ? 'B' : 'A'}${link.slice(-8)}`;
  for (const wrong of [bent, `/receipts/${saleId}`, '/receipts/x']) {
    const refused = await stranger.get(wrong);
    assert.deepEqual(
      [refused.statusCode, /No such receipt/.test(refused.body)],
      [404, true],
      wrong,
    );
  }
  const [{ nowMs }] = [h.clock];
  h.clock.nowMs += 91 * 24 * 3_600_000;
  const late = await stranger.get(link);
  const log = await stranger.get(`${link}/log.json`);
  h.clock.nowMs = nowMs;
  assert.deepEqual([late.statusCode, log.statusCode], [410, 404]);
  assert.match(late.body, /no longer shown[\s\S]*for 90 days/);
});

test('what cannot be sold is said on the page, with what was typed', async () => {
  for (const [meter, amount, words] of [
    ['123', '50', /11, 13 or 18 digits/],
    ['600727000000000009', '50', /no such meter/],
    [h.meterPan, 'ten', /in digits/],
    [h.meterPan, '0.01', /least you can buy/],
  ] as const) {
    const refused = await phone.post('/till/offers', { meter, amount });
    assert.equal(refused.statusCode, 422, refused.body);
    assert.match(refused.body, words);
    assert.match(refused.body, new RegExp(`value="${meter}"`));
  }
  // An address that somebody has changed sells nothing.
  assert.equal(locationOf(await phone.get('/till/offers/short?meter=1&amount=x')), '/till');
});

test('nobody sells in the shift of another clerk; a count closes it, and the difference is shown', async () => {
  await phone.post('/till/sign-out', {});
  assert.equal(locationOf(await phone.get('/till/shift')), '/till');
  await signIn(phone, kofi, ownPin);
  assert.match(await pageOf(phone, '/till'), /shift of <b>Amina<\/b>/);
  const offer = locationOf(await phone.post('/till/offers', { meter: h.meterPan, amount: '50' }));
  const sell = `${offer.split('?')[0]}/sell`;
  const refused = await phone.post(sell, { meter: h.meterPan, amount: '5000' });
  assert.equal(refused.statusCode, 409);
  assert.match(refused.body, /shift of Amina is open/);

  const page = await pageOf(phone, '/till/shift');
  assert.doesNotMatch(page, /50\.00/, 'the cash is counted before its sum is told');
  const shift = /name="shift" value="([^"]+)"/.exec(page)?.[1] ?? '';
  assert.equal((await phone.post('/till/shift/close', { shift, counted: 'all' })).statusCode, 422);
  const report = locationOf(await phone.post('/till/shift/close', { shift, counted: '48.50' }));
  const printed = await pageOf(phone, report);
  assert.match(printed, /1\.50 is missing/);
  assert.match(printed, /<dd>Amina<\/dd>/);
  assert.equal(locationOf(await phone.post('/till/shift/open', {})), '/till');
});

test('five wrong PINs lock a clerk on a phone, also for the right one, until they get another', async () => {
  const { vendorId } = vendor;
  const esi = await addClerk(h, vendorId, 'Esi');
  const other = new Visitor(http.app);
  await other.post('/till/phone', {
    code: (await phoneCode(h, { vendorId, label: 'Phone 3' })).code,
  });
  const clerk = uuidOf(esi.clerkId as never);
  const guesses = await Promise.all(
    Array.from({ length: 7 }, () => other.post('/till/sign-in', { clerk, pin: '0007' })),
  );
  assert.deepEqual(guesses.map(({ statusCode }) => statusCode).toSorted(), [
    ...[422, 422, 422, 422],
    ...[429, 429, 429],
  ]);
  const told = guesses.filter(({ statusCode }) => statusCode === 429);
  assert.ok(
    told.every(({ body }) => body.includes('Too many wrong PINs')),
    'the fifth says it',
  );
  const right = await other.post('/till/sign-in', { clerk, pin: esi.pin });
  assert.equal(right.statusCode, 429);
  assert.match(right.body, /Too many wrong PINs/);
  const given = await h.database.inUtility(h.utilityId, (tx) =>
    h.services.vendors.clerks.givePin(tx, { vendorId, clerkId: clerk }),
  );
  assert.ok(given.ok);
  await signIn(other, esi, given.value.pin);
});

test('a phone that was taken back is a stranger at once, and so is a clerk who was removed', async () => {
  const { managing, clerks, tillOf } = h.services.vendors;
  const { vendorId } = vendor;
  const yaw = await addClerk(h, vendorId, 'Yaw');
  const lost = await phoneOfClerk(h, http, { vendorId, label: 'Phone 4', clerk: yaw });
  const cookie = [...lost.cookies].find(([name]) => name.endsWith('.till'))?.[1] ?? '';
  assert.equal(await tillOf(`Bearer ${cookie.replace('pwp_', 'pwv_')}`), null, 'no key of the API');
  await h.database.inUtility(h.utilityId, (tx) =>
    clerks.remove(tx, { vendorId, clerkId: uuidOf(yaw.clerkId as never) }),
  );
  assert.equal(locationOf(await lost.get('/till/sales')), '/till');
  assert.doesNotMatch(await pageOf(lost, '/till'), /Yaw/);
  const keyId = /^pwp_([0-9a-f-]{36})_/.exec(cookie)?.[1] ?? '';
  await h.database.inUtility(h.utilityId, (tx) => managing.revokeKey(tx, vendorId, keyId));
  assert.match(await pageOf(lost, '/till'), /Set up this phone/);
});

test('a sign-in ends after half an hour without use', async () => {
  assert.match(await pageOf(phone, '/till'), /Kofi/);
  await sql`UPDATE prewatt.vendor_phones SET seen_at = seen_at - interval '31 minutes'
    WHERE clerk_id = ${uuidOf(kofi.clerkId as never)}::uuid`.execute(h.owner.directories);
  assert.match(await pageOf(phone, '/till'), /Who are you\?/);
});
