import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import {
  meterConfirmationSchema,
  problemSchema,
  receiptCopySchema,
  receiptSchema,
  shiftPageSchema,
  shiftSchema,
  statementSchema,
  vendorChangedSchema,
  vendorDepositPageSchema,
  vendorDepositSchema,
  vendorDetailSchema,
  vendorKeySchema,
  vendorMeSchema,
  vendorPageSchema,
  vendorQuoteSchema,
  vendorRowSchema,
  vendorSaleRefusals,
} from '@prewatt/api';
import { idFromUuid } from '@prewatt/quantities';
import { createHarness, type Harness, meterDefaults, meterPanOf, testUtility } from './harness.ts';
import { createHttpHarness, type HttpHarness, Visitor } from './http-harness.ts';
import { assertVendorBooks, countRows, createVendor, type TestVendor } from './vendor-harness.ts';

const password = 'a long enough password';
const root = '/api/vendor/v1';
let h: Harness;
let http: HttpHarness;
let vendor: TestVendor;
let administrator: Visitor;
let second: Visitor;

before(async () => {
  h = await createHarness();
  http = await createHttpHarness(h);
  vendor = await createVendor(h, 'Corner shop');
  administrator = await signedIn('administrator');
  second = await signedIn('administrator', h.utilityId);
});
after(async () => {
  await http.close();
  await h.close();
});

async function signedIn(role: 'administrator' | 'operator' | 'viewer', utilityId?: string) {
  const email = `${role}${utilityId ?? ''}@test.example`;
  await http.createOperator({ email, password, role, ...(utilityId ? { utilityId } : {}) });
  const visitor = new Visitor(http.app);
  const answer = await visitor.postJson('/api/auth/sign-in/email', { email, password });
  assert.equal(answer.statusCode, 200, answer.body);
  return visitor;
}

/** A till's request; `body` makes it a POST. */
const ask = (path: string, o: { body?: unknown; key?: string } = {}) =>
  http.app.inject({
    method: o.body === undefined ? 'GET' : 'POST',
    url: `${root}${path}`,
    headers: { authorization: `Bearer ${o.key ?? vendor.key}` },
    ...(o.body === undefined ? {} : { payload: o.body as object }),
  });
const codeOf = (answer: { body: string; statusCode: number }) => {
  const problem = problemSchema.parse(JSON.parse(answer.body));
  assert.equal(problem.status, answer.statusCode);
  return problem.code;
};
const sale = (o: object = {}) => ({
  requestId: 'a-request-of-the-till',
  meterPan: h.meterPan,
  amountMinor: '5000',
  ...o,
});

/** A key by two: asked for, allowed by another administrator, shown to who asked. */
async function keyed(path: string, body: object): Promise<{ keyId: string; key: string }> {
  const asked = await administrator.postJson(`${path}/keys`, body);
  assert.equal(asked.statusCode, 202, asked.body);
  await allow(asked.json().approvalId);
  return vendorKeySchema.parse((await administrator.postJson(`${path}/keys`, body)).json());
}

async function allow(approvalId: string): Promise<void> {
  const done = await second.postJson(`/api/operator/approvals/${approvalId}/approve`, {});
  assert.equal(done.json().state, 'done', done.body);
}

test('a till’s day over HTTP: confirm, quote, sell, print again, statement, cash-up', async () => {
  const me = vendorMeSchema.parse((await ask('/me')).json());
  assert.deepEqual([me.name, me.blocked, me.availableMinor], ['Corner shop', false, '100000000']);
  const meter = meterConfirmationSchema.parse((await ask(`/meters/${h.meterPan}`)).json());
  assert.deepEqual([meter.customerName, meter.blocked], ['A… C…', false]);
  const onTheMeter = h.meterPan.slice(6, 17);
  assert.deepEqual((await ask(`/meters/${onTheMeter}`)).json(), meter, 'the 11 digits on it');
  assert.equal(codeOf(await ask(`/meters/${onTheMeter.slice(1)}0`)), 'unknownMeter');
  const { requestId, ...trial } = sale();
  const quote = vendorQuoteSchema.parse((await ask('/quotes', { body: trial })).json());
  const receipt = receiptSchema.parse((await ask('/sales', { body: sale() })).json());
  assert.equal(receipt.energyWh, quote.energyWh);
  const again = await ask('/sales', { body: sale() });
  assert.deepEqual(again.json(), receipt);
  assert.deepEqual((await ask(`/sales/${requestId}`)).json(), receipt);
  const copy = receiptCopySchema.parse(
    (await ask(`/sales/${receipt.saleId}/reprint`, { body: {} })).json(),
  );
  assert.deepEqual(copy, { ...receipt, copy: 1 });
  const statement = statementSchema.parse((await ask('/statement')).json());
  assert.deepEqual(statement.rows.map((row) => row.kind).sort(), ['commission', 'sale']);
  const listed = (await administrator.get('/api/operator/sales')).json().rows;
  assert.deepEqual(
    listed.map((row: { provider: string; saleId: string }) => [row.provider, row.saleId]),
    [['Corner shop', receipt.saleId]],
  );
  const shift = shiftSchema.parse((await ask('/shifts/current')).json());
  assert.equal(shift.expectedMinor, '5000');
  const closed = await ask(`/shifts/${shift.shiftId}/close`, { body: { countedMinor: '4900' } });
  assert.equal(shiftSchema.parse(closed.json()).differenceMinor, '-100');
  assert.equal(codeOf(await ask('/shifts/current')), 'unknownShift');
  assert.equal(
    codeOf(await ask('/sales', { body: sale({ requestId: 'after-close' }) })),
    'noOpenShift',
  );
  assert.deepEqual((await ask('/sales', { body: sale() })).json(), receipt, 'idempotency first');
  assert.equal(shiftSchema.parse((await ask('/shifts', { body: {} })).json()).sales, 0);
  await assertVendorBooks(h, vendor.vendorId);
});

test('no key, a wrong, a cut and a revoked one are refused alike', async () => {
  const [, keyId = ''] = vendor.key.split('_');
  const keys = [
    '',
    'x',
    `pwv_${keyId}_${'0'.repeat(64)}`,
    vendor.key.slice(0, -1),
    `${vendor.key}0`,
  ];
  for (const key of keys) {
    const answer = await ask('/sales', { body: sale({ requestId: 'with-bad-key' }), key });
    assert.deepEqual([answer.statusCode, codeOf(answer)], [401, 'keyRefused'], key);
  }
  const other = await createVendor(h, 'To be revoked');
  const [, otherKey = ''] = other.key.split('_');
  assert.equal((await ask('/me', { key: other.key })).statusCode, 200);
  const path = `/api/operator/vendors/${idFromUuid('vendor', other.vendorId)}`;
  const revoke = `${path}/keys/${idFromUuid('key', otherKey)}/revoke`;
  assert.equal((await administrator.postJson(revoke, {})).statusCode, 200);
  assert.equal(codeOf(await ask('/me', { key: other.key })), 'keyRefused');
  const label = { requestId: 'second-key', label: 'Till 2' };
  const spare = await keyed(path, label);
  const close = `/shifts/${idFromUuid('shift', other.shiftId)}/close`;
  const body = { countedMinor: '0' };
  assert.equal(codeOf(await ask(close, { body })), 'unknownShift', 'another vendor’s till');
  assert.equal((await ask(close, { body, key: spare.key })).statusCode, 200, 'the same vendor’s');
});

test('what no till can mean is refused at the door and writes nothing', async () => {
  const rowsBefore = await countRows(h);
  const bad = [
    null,
    [],
    'text',
    {},
    sale({ amountMinor: 5000 }),
    sale({ amountMinor: '-5' }),
    sale({ amountMinor: '0' }),
    sale({ amountMinor: '1e3' }),
    sale({ amountMinor: '5.5' }),
    sale({ amountMinor: '9'.repeat(30) }),
    sale({ requestId: 'short' }),
    sale({ requestId: 'with space inside' }),
    sale({ requestId: 'x'.repeat(101) }),
    sale({ requestId: 'nul\u0000nul\u0000' }),
    sale({ meterPan: '1' }),
    sale({ meterPan: `${h.meterPan}' --` }),
    sale({ more: 1 }),
  ];
  for (const body of bad) {
    const answer = await http.app.inject({
      method: 'POST',
      url: `${root}/sales`,
      headers: {
        authorization: `Bearer ${vendor.key}`,
        'content-type': 'application/json',
      },
      payload: JSON.stringify(body),
    });
    assert.equal(answer.statusCode, 400, JSON.stringify(body));
    codeOf(answer);
  }
  for (const path of ['/meters/%00', '/sales/%00', '/shifts/x', '/statement?cursor=x']) {
    const answer = await ask(path);
    assert.ok(answer.statusCode === 400 || answer.statusCode === 404, path);
  }
  for (const path of ['/sales/x/reprint', '/shifts/x/close']) {
    assert.equal((await ask(path, { body: {} })).statusCode, 404, path);
  }
  assert.deepEqual(await countRows(h), rowsBefore);
});

test('an amount beyond a limit is refused with the limit, a field with what to write there', async () => {
  const limits: [string, RegExp][] = [
    ['99', /^The least you can buy is .*1\.00\.$/],
    ['1000001', /^The most you can buy at once is .*10[,.\s]?000\.00\.$/],
  ];
  for (const [amountMinor, words] of limits) {
    const { requestId, ...trial } = sale({ requestId: `limit-${amountMinor}`, amountMinor });
    for (const answer of [
      await ask('/quotes', { body: trial }),
      await ask('/sales', { body: { ...trial, requestId } }),
    ]) {
      assert.equal(answer.statusCode, 422);
      assert.match(problemSchema.parse(answer.json()).detail, words);
    }
  }
  const unnamed = await ask('/sales', { body: { ...sale(), amountMinor: 5000 } });
  assert.equal(problemSchema.parse(unnamed.json()).detail, 'amountMinor: write a text');
});

test('an administrator makes a vendor, whose key then sells what a deposit covers', async () => {
  const settings = {
    commissionBasisPoints: 200,
    floatLimitMinor: '0',
    tokensPerHour: 10,
    energyPerHourWh: '1000000',
  };
  const made = await administrator.postJson('/api/operator/vendors', {
    requestId: 'kiosk-made',
    name: 'Kiosk',
    ...settings,
  });
  const { vendorId } = vendorRowSchema.parse(made.json());
  const path = `/api/operator/vendors/${vendorId}`;
  const taken = await administrator.postJson('/api/operator/vendors', {
    requestId: 'kiosk-taken',
    name: 'Kiosk',
    ...settings,
  });
  assert.equal(codeOf(taken), 'nameTaken');
  const { key } = await keyed(path, { requestId: 'kiosk-key', label: 'Till 1' });
  await ask('/shifts', { body: {}, key });
  const body = sale({ requestId: 'kiosk-first' });
  assert.equal(codeOf(await ask('/sales', { body, key })), 'floatExceeded');
  const money = { requestId: 'slip-0001', amountMinor: '5000', reference: 'Slip 1' };
  const brought = await administrator.postJson(`${path}/deposits`, money);
  const { recordedBy } = vendorDepositSchema.parse(brought.json());
  assert.equal(recordedBy, 'An operator');
  assert.deepEqual(
    (await administrator.postJson(`${path}/deposits`, money)).json(),
    brought.json(),
  );
  assert.equal((await ask('/sales', { body, key })).statusCode, 200);
  const detail = (await administrator.get(path)).body;
  const { floatMinor, keys, shifts } = vendorDetailSchema.parse(JSON.parse(detail));
  assert.deepEqual([floatMinor, keys.length, shifts.length], ['100', 1, 1]);
  assert.ok(!detail.includes(key.slice(-64)), 'a key is shown once');
  const statement = statementSchema.parse((await administrator.get(`${path}/statement`)).json());
  assert.deepEqual(
    [statement.closingMinor, statement.rows.find((row) => row.kind === 'deposit')?.reference],
    ['100', 'Slip 1'],
  );
  const changed = await administrator.postJson(`${path}/settings`, { floatLimitMinor: '900' });
  const waiting = vendorChangedSchema.parse(changed.json());
  assert.equal(waiting.floatLimitMinor, '0');
  await allow(waiting.waitsFor ?? '');
  const row = vendorRowSchema.parse((await administrator.get(path)).json());
  assert.deepEqual([row.floatLimitMinor, row.commissionBasisPoints], ['900', 200]);
  await administrator.postJson(`${path}/block`, { reason: 'Cash missing' });
  const refused = await ask('/sales', { body: sale({ requestId: 'kiosk-blocked' }), key });
  assert.deepEqual([refused.statusCode, codeOf(refused)], [403, 'vendorBlocked']);
  assert.equal((await ask('/sales', { body, key })).statusCode, 200, 'the first answer stays');
  assert.equal((await administrator.postJson(`${path}/unblock`, {})).statusCode, 400, 'why?');
  const unblocked = await administrator.postJson(`${path}/unblock`, { reason: 'Cash was found' });
  assert.equal(vendorRowSchema.parse(unblocked.json()).blockedReason, null);
});

test('asking twice for a vendor and its key makes one of each; the key is in one answer alone', async () => {
  const asked = {
    requestId: 'stall-made',
    name: 'Stall',
    commissionBasisPoints: 100,
    floatLimitMinor: '0',
    tokensPerHour: 10,
    energyPerHourWh: '1000000',
  };
  const post = (path: string, body: object) => administrator.postJson(path, body);
  const vendors = '/api/operator/vendors';
  const both = await Promise.all([post(vendors, asked), post(vendors, asked)]);
  const [one, other] = both.map((made) => vendorRowSchema.parse(made.json()).vendorId);
  assert.equal(one, other);
  const reused = await post(vendors, { ...asked, name: 'Another stall' });
  assert.deepEqual([reused.statusCode, codeOf(reused)], [409, 'requestIdReused']);
  const keys = `${vendors}/${one}/keys`;
  const till = { requestId: 'stall-key', label: 'Till 1' };
  const waits = await Promise.all([post(keys, till), post(keys, till)]);
  const [first, repeat] = waits.map((answer) => answer.json().approvalId);
  assert.equal(first, repeat);
  await allow(first);
  const made = await Promise.all([post(keys, till), post(keys, till)]);
  assert.deepEqual(made.map((answer) => answer.statusCode).toSorted(), [200, 409]);
  const [shown, hidden] = made.toSorted((a, b) => a.statusCode - b.statusCode);
  const key = vendorKeySchema.parse(shown?.json());
  assert.equal(hidden === undefined ? null : codeOf(hidden), 'keyShownBefore');
  assert.equal((await ask('/shifts', { body: {}, key: key.key })).statusCode, 200);
  assert.equal(codeOf(await post(keys, { ...till, label: 'Till 2' })), 'requestIdReused');
  const detail = vendorDetailSchema.parse((await administrator.get(`${vendors}/${one}`)).json());
  assert.equal(detail.keys.length, 1);
  await post(`${keys}/${key.keyId}/revoke`, {});
  const late = await post(keys, till);
  assert.deepEqual([late.statusCode, codeOf(late)], [409, 'keyShownBefore']);
});

test('a viewer reads only; an operator blocks and records, and sets nothing', async () => {
  const [viewer, operator] = [await signedIn('viewer'), await signedIn('operator')];
  const path = `/api/operator/vendors/${idFromUuid('vendor', vendor.vendorId)}`;
  assert.ok(vendorPageSchema.parse((await viewer.get('/api/operator/vendors')).json()).rows.length);
  const money = { requestId: 'slip-0002', amountMinor: '100', reference: 'Slip 2' };
  const acts: [string, object][] = [
    ['/block', { reason: 'x' }],
    ['/unblock', { reason: 'x' }],
    ['/deposits', money],
  ];
  const settings: [string, object][] = [
    ['/settings', { floatLimitMinor: '1' }],
    ['/keys', { requestId: 'key-x-01', label: 'x' }],
  ];
  for (const [act, body] of [...acts, ...settings]) {
    assert.equal(codeOf(await viewer.postJson(path + act, body)), 'forbidden', act);
    assert.equal((await new Visitor(http.app).postJson(path + act, body)).statusCode, 401, act);
  }
  for (const [act, body] of acts) {
    assert.equal((await operator.postJson(path + act, body)).statusCode, 200, act);
  }
  for (const [act, body] of settings) {
    assert.equal(codeOf(await operator.postJson(path + act, body)), 'forbidden', act);
  }
  for (const body of [{}, { ...money, amountMinor: '-1' }, { ...money, reference: '' }]) {
    assert.equal((await operator.postJson(`${path}/deposits`, body)).statusCode, 400);
  }
});

test('another site’s page cannot act with an operator’s session', async () => {
  const path = `/api/operator/vendors/${idFromUuid('vendor', vendor.vendorId)}`;
  const answer = await http.app.inject({
    method: 'POST',
    url: `${path}/unblock`,
    headers: { cookie: administrator.cookieHeader(), origin: 'https://elsewhere.example' },
    payload: {},
  });
  assert.deepEqual([answer.statusCode, codeOf(answer)], [403, 'forbidden']);
});

test('a blocked connection is shown to the till and sells nothing until it is unblocked', async () => {
  const { meterPan, connectionId } = await h.addConnection();
  const path = `/api/operator/connections/${idFromUuid('connection', connectionId)}`;
  assert.equal(
    (await administrator.postJson(`${path}/block`, { reason: 'Moved out' })).statusCode,
    200,
  );
  assert.equal((await ask(`/meters/${meterPan}`)).json().blocked, true);
  const body = sale({ requestId: 'blocked-meter', meterPan });
  assert.equal(codeOf(await ask('/sales', { body })), 'meterBlocked');
  await administrator.postJson(`${path}/unblock`, { reason: 'Somebody moved in' });
  assert.equal((await ask('/sales', { body })).statusCode, 200);
  const unknown = idFromUuid('connection', '00000000-0000-7000-8000-000000000000');
  const missing = await administrator.postJson(`/api/operator/connections/${unknown}/block`, {
    reason: 'x',
  });
  assert.equal(missing.statusCode, 404);
});

test('another utility’s vendors and meters do not exist', async () => {
  const otherId = await h.onboarding.createUtility({ ...testUtility, name: 'Other Utility' });
  const stranger = await signedIn('administrator', otherId);
  const path = `/api/operator/vendors/${idFromUuid('vendor', vendor.vendorId)}`;
  assert.deepEqual((await stranger.get('/api/operator/vendors')).json().rows, []);
  for (const url of [path, `${path}/statement`]) {
    assert.equal(codeOf(await stranger.get(url)), 'unknownVendor');
  }
  const acts: [string, object][] = [
    ['/block', { reason: 'x' }],
    ['/settings', { floatLimitMinor: '1' }],
    ['/keys', { requestId: 'key-x-01', label: 'x' }],
    ['/deposits', { requestId: 'slip-0003', amountMinor: '1', reference: 'x' }],
  ];
  for (const [act, body] of acts) {
    assert.equal(codeOf(await stranger.postJson(path + act, body)), 'unknownVendor', act);
  }
  const theirPan = meterPanOf(999);
  const { connectionId } = await h.database.inUtility(otherId, async (tx) => {
    const document = (
      await import('@prewatt/tariff/documents/demo.json', { with: { type: 'json' } })
    ).default;
    const tariffId = await h.onboarding.createTariff(tx, otherId, { name: 'T', document });
    return h.onboarding.createConnection(tx, otherId, {
      name: 'Theirs',
      address: 'x',
      customer: null,
      tariffId,
      meter: { ...meterDefaults, meterPan: theirPan },
      debts: [],
    });
  });
  assert.equal(codeOf(await ask(`/meters/${theirPan}`)), 'unknownMeter');
  const body = sale({ requestId: 'their-meter', meterPan: theirPan });
  assert.equal(codeOf(await ask('/sales', { body })), 'unknownMeter');
  const theirs = `/api/operator/connections/${idFromUuid('connection', connectionId)}/block`;
  assert.equal((await administrator.postJson(theirs, { reason: 'x' })).statusCode, 404);
});

test('operators page through vendors, shifts and deposits, and see the day and the hour', async () => {
  const made = await createVendor(h, 'A page turner');
  const { key } = made;
  await ask('/sales', { body: sale({ requestId: 'page-turner' }), key });
  const open = idFromUuid('shift', made.shiftId);
  await ask(`/shifts/${open}/close`, { body: { countedMinor: '4900' }, key });
  h.clock.nowMs += 1_000;
  await ask('/shifts', { body: {}, key });
  const path = `/api/operator/vendors/${idFromUuid('vendor', made.vendorId)}`;
  const money = { requestId: 'slip-0003', amountMinor: '100', reference: 'Slip 3' };
  await administrator.postJson(`${path}/deposits`, money);
  const shown = vendorDetailSchema.parse((await administrator.get(path)).json());
  assert.deepEqual(shown.today, { sales: 1, amountMinor: '5000' });
  assert.equal(shown.hour.tokens, 1);
  assert.ok(BigInt(shown.hour.energyWh) > 0n);
  const listed = vendorPageSchema.parse((await administrator.get('/api/operator/vendors')).json());
  const row = listed.rows.find(({ vendorId }) => vendorId === shown.vendorId);
  assert.deepEqual([row?.today, row?.hour], [shown.today, shown.hour]);
  const rest = `/api/operator/vendors?cursor=${encodeURIComponent(shown.name)}`;
  const after = vendorPageSchema.parse((await administrator.get(rest)).json());
  assert.ok(after.rows.length > 0 && after.rows.every(({ name }) => name > shown.name));

  const shifts = shiftPageSchema.parse((await administrator.get(`${path}/shifts`)).json());
  assert.deepEqual(
    shifts.rows.map((shift) => [shift.till, shift.sales, shift.differenceMinor]),
    [
      ['Till 1', 0, null],
      ['Till 1', 1, '-100'],
    ],
  );
  const [newest] = shifts.rows;
  const cursor = newest?.shiftId.replace('shift_', '');
  const older = shiftPageSchema.parse(
    (await administrator.get(`${path}/shifts?cursor=${cursor}`)).json(),
  );
  assert.deepEqual(older.rows, shifts.rows.slice(1));
  const brought = vendorDepositPageSchema.parse(
    (await administrator.get(`${path}/deposits`)).json(),
  );
  assert.deepEqual(
    brought.rows.map(({ reference }) => reference),
    ['Slip 3'],
  );
  for (const list of ['shifts', 'deposits', 'statement']) {
    const unknown = `/api/operator/vendors/${idFromUuid('vendor', h.utilityId)}/${list}`;
    assert.equal(codeOf(await administrator.get(unknown)), 'unknownVendor');
  }
});

test('a statement takes civil days of the utility’s zone', async () => {
  const path = `/api/operator/vendors/${idFromUuid('vendor', vendor.vendorId)}/statement`;
  const day = Temporal.Instant.fromEpochMilliseconds(h.clock.nowMs)
    .toZonedDateTimeISO(testUtility.zone)
    .toPlainDate();
  const of = async (from: Temporal.PlainDate, to: Temporal.PlainDate) =>
    statementSchema.parse((await administrator.get(`${path}?from=${from}&to=${to}`)).json());
  const today = await of(day, day.add({ days: 1 }));
  assert.ok(today.rows.some(({ kind }) => kind === 'sale'));
  const yesterday = await of(day.subtract({ days: 1 }), day);
  assert.deepEqual([yesterday.rows, yesterday.closingMinor], [[], '0']);
  assert.equal((await administrator.get(`${path}?from=tomorrow`)).statusCode, 400);
});

test('whoever builds a till finds each refusal of a sale on the page for vendors', () => {
  const page = readFileSync(new URL('../../../docs/vendors.md', import.meta.url), 'utf8');
  const rows = page.split('\n').filter((line) => line.startsWith('| `'));
  const said = new Set(rows.flatMap((row) => row.match(/(?<=`)\w+(?=`)/g) ?? []));
  assert.deepEqual(
    vendorSaleRefusals.filter((code) => !said.has(code)),
    [],
  );
});
