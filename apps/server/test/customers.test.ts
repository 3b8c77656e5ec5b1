// Customers and their tickets: found, changed by two clerks at once, merged and taken apart, a home
// that changes hands with its final reading, and a fault until it is answered.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import {
  contactPageSchema,
  customerDetailSchema,
  customerPageSchema,
  mostSavedViews,
  savedViewsSchema,
  ticketDetailSchema,
  ticketPageSchema,
  ticketRowSchema,
} from '@prewatt/api';
import { hourMs, idFromUuid } from '@prewatt/quantities';
import { sql } from 'kysely';
import { createNewUuid, systemRandom } from '../src/base/ids.ts';
import { addDebt } from '../src/workflows/onboarding/index.ts';
import { createHarness, type Harness } from './harness.ts';
import { createHttpHarness, type HttpHarness, Visitor } from './http-harness.ts';
import { buyAndPay } from './purchases.ts';

const password = 'a password that is long enough';
const root = '/api/operator';
const newUuid = createNewUuid({ nowMs: Date.now }, systemRandom);
let h: Harness;
let http: HttpHarness;
let ada: Visitor;
let bea: Visitor;

before(async () => {
  h = await createHarness();
  http = await createHttpHarness(h);
  for (const [name, role] of [
    ['Ada', 'operator'],
    ['Bea', 'operator'],
    ['Vic', 'viewer'],
  ] as const) {
    await http.createOperator({ email: `${name}@test.example`, password, name, role });
  }
  ada = await signIn('Ada');
  bea = await signIn('Bea');
});
after(async () => {
  await http.close();
  await h.close();
});

async function signIn(name: string): Promise<Visitor> {
  const visitor = new Visitor(http.app);
  const email = `${name}@test.example`;
  const answer = await visitor.postJson('/api/auth/sign-in/email', { email, password });
  assert.equal(answer.statusCode, 200, answer.body);
  return visitor;
}

async function customer(phone: string): Promise<Visitor> {
  const visitor = new Visitor(http.app);
  await visitor.get('/sign-in');
  await visitor.post('/sign-in', { phone });
  const code = http.codes.at(-1)?.code ?? '';
  await visitor.post('/sign-in/code', { phone, code });
  return visitor;
}

const list = async (query: string) =>
  customerPageSchema.parse((await ada.get(`${root}/customers?${query}`)).json()).rows;
const detail = async (id: string) =>
  customerDetailSchema.parse((await ada.get(`${root}/customers/${id}`)).json());
const only = async (search: string): Promise<string> => {
  const rows = await list(`search=${encodeURIComponent(search)}`);
  assert.equal(rows.length, 1, search);
  return rows[0]?.customerId ?? '';
};

test('a customer is found by name, phone, home and meter, with what is owed', async () => {
  await h.addConnection({
    ...{ name: 'Shop 9', address: '9 Market Road' },
    customer: { name: 'Nomsa Dlamini', phone: '+27825550909' },
  });
  const id = await only('noms');
  for (const search of ['082 555 0909', 'market', 'Shop 9']) assert.equal(await only(search), id);
  const { homes, phone } = await detail(id);
  assert.equal(phone, '+27825550909');
  assert.deepEqual(
    homes.map(({ name, until }) => [name, until]),
    [['Shop 9', null]],
  );
  assert.equal(await only(homes[0]?.meterPan ?? ''), id);
  assert.deepEqual(await list('search=nobody-of-this-name'), []);
  const names = (await list('sort=name&order=desc')).map(({ name }) => name);
  assert.deepEqual(names, [...names].sort().reverse());
});

test('of two clerks the second is told what changed and by whom, and may go on', async () => {
  const id = await only('Nomsa');
  const seen = await detail(id);
  const fields = { name: seen.name, phone: seen.phone, email: null, note: '' };
  const change = (by: Visitor, more: object, version = seen.version) =>
    by.postJson(`${root}/customers/${id}`, { ...fields, version, reason: 'She called', ...more });
  assert.equal((await change(ada, { note: 'Rings twice' })).statusCode, 200);
  const second = await change(bea, { email: 'nomsa@example.org' });
  assert.equal(second.statusCode, 409);
  assert.equal(second.json().code, 'changedMeanwhile');
  assert.match(second.json().detail, /^Ada changed the note at \d\d:\d\d on 2026-11-24/);
  const now = await detail(id);
  assert.deepEqual([now.note, now.email, now.changedBy], ['Rings twice', null, 'Ada']);
  const again = { note: now.note, email: 'nomsa@example.org' };
  assert.equal((await change(bea, again, now.version)).statusCode, 200);
});

test('a phone that changes, changes for all homes; the old one is out', async () => {
  const id = await only('Nomsa');
  const home = (await detail(id)).homes[0]?.connectionId ?? '';
  const old = await customer('+27825550909');
  assert.equal((await old.get(`/connections/${home}`)).statusCode, 200);
  const { version, name, email, note } = await detail(id);
  const fields = { name, email, note, version, reason: 'Another number' };
  const to = (phone: string) => ada.postJson(`${root}/customers/${id}`, { ...fields, phone });
  assert.equal((await to('082 555 0101')).json().code, 'phoneTaken');
  assert.equal((await to('082 555 0910')).statusCode, 200);
  assert.equal((await old.get(`/connections/${home}`)).statusCode, 303);
  const next = await customer('+27825550910');
  assert.equal((await next.get(`/connections/${home}`)).statusCode, 200);
  const { rows } = contactPageSchema.parse(
    (await ada.get(`${root}/customers/${id}/contact`)).json(),
  );
  assert.match(rows[0]?.text ?? '', /Shop 9/);
});

test('two that are one person are merged, and taken apart again', async () => {
  const asked = { name: 'N. Dlamini', phone: '082 555 0977', email: null, note: '' };
  const make = () => ada.postJson(`${root}/customers`, { ...asked, requestId: 'made-once-0001' });
  const made = await make();
  assert.equal(made.statusCode, 200, made.body);
  assert.deepEqual((await make()).json(), made.json(), 'after a lost answer it is the same one');
  const [keeps, goes] = [made.json().customerId as string, await only('Nomsa')];
  const body = { otherId: goes, reason: 'The same person' };
  const merged = await ada.postJson(`${root}/customers/${keeps}/merge`, body);
  assert.equal(merged.statusCode, 200, merged.body);
  const again = await ada.postJson(`${root}/customers/${keeps}/merge`, body);
  assert.deepEqual(again.json(), merged.json(), 'after a lost answer it is done once');
  const both = await detail(keeps);
  assert.deepEqual(
    [both.homes.map(({ name }) => name), both.mergedFrom.map(({ name }) => name)],
    [['Shop 9'], ['Nomsa Dlamini']],
  );
  assert.equal((await detail(goes)).mergedInto?.customerId, keeps);
  const home = both.homes[0]?.connectionId ?? '';
  assert.equal(
    (await (await customer('+27825550977')).get(`/connections/${home}`)).statusCode,
    200,
  );

  const apart = await ada.postJson(`${root}/customers/${keeps}/unmerge`, body);
  assert.equal(apart.statusCode, 200, apart.body);
  assert.deepEqual((await detail(keeps)).homes, []);
  const back = await detail(goes);
  assert.deepEqual([back.mergedInto, back.homes.length, back.phone], [null, 1, '+27825550910']);
  assert.equal(
    (await (await customer('+27825550910')).get(`/connections/${home}`)).statusCode,
    200,
  );
  const once = await ada.postJson(`${root}/customers/${keeps}/unmerge`, body);
  assert.equal(once.json().code, 'notMerged');
});

test('a home changes hands with its final reading, and who comes sees nothing from before', async () => {
  const home = idFromUuid('connection', h.place.connectionId);
  const before = await only('+27825550101');
  const sale = await buyAndPay(h, 2_000n, 'before-the-move');
  h.clock.nowMs += hourMs;
  const tenant = (more: object) =>
    ada.postJson(`${root}/connections/${home}/tenant`, {
      ...{ next: { name: 'Tumi Next', phone: '082 555 0303' }, finalReadingWh: '1234000' },
      ...{ reason: 'Moved on the 24th', ...more },
    });
  const debt = { label: 'Arrears', outstandingMinor: 5_000n, rule: { share: '20' } };
  const added = await h.database.inUtility(h.utilityId, (tx) =>
    addDebt({ newUuid, nowMs: () => h.clock.nowMs }, tx, { place: h.place, debt }),
  );
  assert.ok(added.ok);
  const asked = await tenant({});
  assert.equal(asked.json().code, 'moneyStays', asked.body);
  assert.match(asked.json().detail, /debts of ZAR 50\.00|debts of R/);
  const done = await tenant({ moneyStays: true });
  assert.equal(done.statusCode, 200, done.body);
  assert.equal(done.json().cameName, 'Tumi Next');
  const left = (await detail(before)).homes.find(({ connectionId }) => connectionId === home);
  assert.deepEqual([left?.finalReadingWh, left?.until !== null], ['1234000', true]);
  assert.equal(
    (await list(`show=noHome`)).some(({ customerId }) => customerId === before),
    true,
  );

  const next = await customer('+27825550303');
  assert.equal((await next.get(`/connections/${home}`)).statusCode, 200);
  assert.equal((await next.get(`/sales/${idFromUuid('sale', sale)}`)).statusCode, 404);
  assert.doesNotMatch((await next.get(`/connections/${home}/purchases`)).body, /sales\/sale_/);

  assert.equal((await tenant({ next: null, moneyStays: true })).statusCode, 200);
  assert.equal((await next.get(`/connections/${home}`)).statusCode, 303);
  assert.equal((await tenant({ next: null, moneyStays: true })).json().code, 'sameTenant');
});

test('a fault has a day by which it is due, a holder and an answer; two cannot take it at once', async () => {
  const customerId = await only('Nomsa');
  const body = {
    ...{ requestId: 'ticket-of-nomsa', kind: 'fault', topic: 'noSupply' },
    ...{ words: 'No light since last night', customerId },
  };
  const opened = ticketRowSchema.parse((await ada.postJson(`${root}/tickets`, body)).json());
  const again = ticketRowSchema.parse((await ada.postJson(`${root}/tickets`, body)).json());
  assert.equal(again.ticketId, opened.ticketId);
  assert.equal(Date.parse(opened.dueAt) - Date.parse(opened.openedAt), 4 * hourMs);
  const act = (by: Visitor, more: object) =>
    by.postJson(`${root}/tickets/${opened.ticketId}/acts`, { version: opened.version, ...more });
  assert.equal((await act(ada, { act: 'take' })).statusCode, 200);
  assert.equal((await act(bea, { act: 'take' })).json().code, 'changedMeanwhile');
  const tickets = async (show: string) =>
    ticketPageSchema.parse((await ada.get(`${root}/tickets?show=${show}`)).json()).rows;
  assert.deepEqual((await tickets('overdue')).length, 0);
  h.clock.nowMs += 5 * hourMs;
  assert.deepEqual(
    (await tickets('overdue')).map(({ number, assignedTo }) => [number, assignedTo]),
    [[opened.number, 'Ada']],
  );
  const { attention } = (await ada.get(`${root}/overview`)).json();
  const closed = await act(ada, { act: 'close', answer: 'The cable is mended.', version: 2 });
  assert.equal(closed.statusCode, 200, closed.body);
  assert.deepEqual(
    ticketDetailSchema.parse(closed.json()).events.map(({ event, by }) => [event, by]),
    [
      ['opened', 'Ada'],
      ['taken', 'Ada'],
      ['closed', 'Ada'],
    ],
  );
  assert.equal((await ada.get(`${root}/overview`)).json().attention, attention - 1);
  assert.equal((await act(bea, { act: 'take', version: 3 })).json().code, 'ticketClosed');
  assert.equal((await detail(customerId)).tickets[0]?.answer, 'The cable is mended.');
});

test('a customer reports a fault on the page, once, and reads what became of it', async () => {
  const customerId = await only('Nomsa');
  const home = (await detail(customerId)).homes[0]?.connectionId ?? '';
  const page = `/connections/${home}/report`;
  const visitor = await customer('+27825550910');
  const onceIn = (body: string) => /name="once" value="([^"]+)"/.exec(body)?.[1] ?? '';
  const once = onceIn((await visitor.get(page)).body);
  const report = { topic: 'meter', words: 'It beeps <b>', once };
  assert.equal((await visitor.post(page, { ...report, topic: '' })).statusCode, 422);
  const sent = await visitor.post(page, report);
  assert.equal(sent.statusCode, 303, sent.body);
  assert.equal((await visitor.post(page, report)).headers.location, sent.headers.location);
  const shown = (await visitor.get(String(sent.headers.location))).body;
  assert.match(shown, /We have your report\. Its number is \d+\./);
  assert.match(shown, /It beeps &lt;b&gt;/);
  const { tickets } = await detail(customerId);
  const ticket = tickets.find(({ openedBy }) => openedBy === null);
  assert.deepEqual([ticket?.kind, ticket?.topic, ticket?.home?.name], ['fault', 'meter', 'Shop 9']);
  const act = { act: 'close', answer: 'A new battery is in.', version: ticket?.version };
  const path = `${root}/tickets/${ticket?.ticketId}/acts`;
  assert.equal((await ada.postJson(path, act)).statusCode, 200);
  assert.match((await visitor.get(page)).body, /A new battery is in\./);
  for (const more of ['second', 'third', 'fourth']) {
    await visitor.post(page, { ...report, words: '', once: more.padEnd(8, '-') });
  }
  const unsaid = (await visitor.get(page)).body;
  assert.match(unsaid, /<b>The meter/);
  assert.doesNotMatch(unsaid, /<p dir="auto">The meter/, 'nobody wrote that');
  const tooMany = await visitor.post(page, { ...report, once: 'one-more' });
  assert.equal(tooMany.statusCode, 422);
  assert.match(tooMany.body, /Three of your reports are still open/);
});

test('a list is taken out as a file, and who only reads changes nothing', async () => {
  const file = await ada.get(`${root}/customers/file?search=nomsa`);
  assert.match(file.body, /^customer_id,name,phone/);
  assert.match(file.body, /Nomsa Dlamini/);
  const book = await ada.get(`${root}/customers/file?search=nomsa&as=xlsx`);
  assert.match(String(book.headers['content-disposition']), /customers\.xlsx/);
  const vic = await signIn('Vic');
  assert.equal((await vic.get(`${root}/customers`)).statusCode, 200);
  const made = { name: 'X', phone: null, email: null, note: '', requestId: 'made-by-a-viewer' };
  assert.equal((await vic.postJson(`${root}/customers`, made)).statusCode, 403);
  assert.equal((await vic.get(`${root}/customers/file`)).statusCode, 403);
});

test('a view of a list is one person’s own until they share it, and theirs alone to change', async () => {
  const views = async (by: Visitor) =>
    savedViewsSchema.parse((await by.get(`${root}/views?list=meters`)).json()).rows;
  const view = { list: 'meters', name: 'Empty homes', search: 'filter=outOfCredit' };
  for (let said = 0; said < 2; said += 1) {
    const saved = await ada.postJson(`${root}/views`, { ...view, isShared: false });
    assert.equal(saved.statusCode, 200, saved.body);
  }
  const own = { name: view.name, search: view.search, isShared: false, by: null };
  assert.deepEqual([await views(ada), await views(bea)], [[own], []]);
  for (let said = 0; said < 2; said += 1) {
    await ada.postJson(`${root}/views`, { ...view, isShared: true });
  }
  assert.deepEqual(await views(bea), [{ ...own, isShared: true, by: 'Ada' }]);
  const remove = { list: 'meters', name: view.name };
  assert.equal((await bea.postJson(`${root}/views/remove`, remove)).statusCode, 200);
  assert.equal((await views(ada)).length, 1);
  assert.equal((await ada.postJson(`${root}/views/remove`, remove)).statusCode, 200);
  assert.deepEqual(await views(bea), []);
  // What everybody saw is on record, and said once; what was one's own is not.
  const { rows } = await sql<{ act: string; subject: string }>`SELECT act, subject
    FROM prewatt.operator_acts WHERE act LIKE 'view%' ORDER BY id`.execute(h.owner.directories);
  assert.deepEqual(
    rows.map(({ act, subject }) => [act, subject]),
    [
      ['viewShared', view.name],
      ['viewUnshared', view.name],
    ],
  );
  for (let n = 0; n <= mostSavedViews; n += 1) {
    const more = await ada.postJson(`${root}/views`, { ...view, name: `V${n}`, isShared: false });
    if (n === mostSavedViews) assert.equal(more.json().code, 'tooManyViews');
  }
});
