// Payments by bank transfer: an operator brings the bank's file, a second one allows it, and each
// payment buys once for the meter that it names, whatever file repeats it.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { accountOfPayment } from '../src/money/payments/index.ts';
import { camt, fileOf } from './bank-files.ts';
import {
  askAndAllow,
  assertProof,
  createPeople,
  type People,
  saleRow,
} from './correction-harness.ts';
import { createHarness, type Harness } from './harness.ts';
import { createHttpHarness, type HttpHarness } from './http-harness.ts';
import { beginPurchase, waiting } from './unallocated-seed.ts';

const path = '/api/operator/bank-statements';
const reason = 'Today’s statement of our account.';
let h: Harness;
let http: HttpHarness;
let people: People;
before(async () => {
  h = await createHarness();
  http = await createHttpHarness(h);
  people = await createPeople(http);
});
after(async () => {
  try {
    await assertProof(h);
  } finally {
    await http.close();
    await h.close();
  }
});

const sweep = () => h.services.bankStatements.sweep(h.utilityId);
let requests = 0;
const bring = async (file: object) => {
  requests += 1;
  const asked = await askAndAllow(people, path, {
    ...{ ...file, reason, requestId: `statement-${requests}` },
  });
  await sweep();
  await sweep();
  return asked;
};
const tokensOf = async (connectionId: string) =>
  (
    await h.database.inUtility(h.utilityId, (tx) =>
      tx.selectFrom('tokens').select('id').where('connection_id', '=', connectionId).execute(),
    )
  ).length;

test('payments buy for the meter that they name, pay a purchase, or go to the list; once for all files', async () => {
  const home = await h.addConnection();
  const number = home.meterPan.slice(6, 17);
  const begun = await beginPurchase(h, 5_000n);
  const entries = [
    { id: 'B-1', text: `Strom ${number.slice(0, 4)} ${number.slice(4)}, thank you` },
    { id: 'B-2', text: 'electricity for May' },
    { id: 'B-3', text: `ref ${accountOfPayment(begun.reference)}` },
  ];
  const file = fileOf(camt(entries, { back: '10.00' }));
  assert.equal((await people.viewer.postJson(`${path}/preview`, file)).statusCode, 403);
  const seen = (await people.asker.postJson(`${path}/preview`, file)).json();
  assert.deepEqual(
    seen.counts,
    { meter: 1, payment: 1, list: 1, before: 0, reversal: 1 },
    JSON.stringify(seen),
  );
  requests += 1;
  const asked = await people.asker.postJson(path, { ...file, reason, requestId: 'statement-x' });
  assert.equal(asked.statusCode, 202, asked.body);
  assert.equal(await sweep(), 0);
  assert.equal(await tokensOf(home.connectionId), 0);
  const { approvalId } = asked.json();
  const again = await people.asker.postJson(path, { ...file, reason, requestId: 'statement-x' });
  assert.equal(again.json().approvalId, approvalId);
  await people.allower.postJson(`/api/operator/approvals/${approvalId}/approve`, {});
  await sweep();
  await sweep();
  assert.equal(await tokensOf(home.connectionId), 1);
  // The purchase was asked for by another provider: its money is not taken for the bank's.
  assert.equal((await saleRow(h, begun.saleId)).state, 'awaitingPayment');
  assert.deepEqual(
    (await waiting(h)).map(({ cause, amount_minor }) => [cause, amount_minor]),
    [
      ['unknownAccount', 5_000n],
      ['unknownAccount', 5_000n],
    ],
  );
  // The same entries in a later file, beside a new one.
  h.clock.nowMs += 60_000;
  const more = await bring(fileOf(camt([...entries, { id: 'B-4', text: home.meterPan }])));
  assert.equal(more.approval?.state, 'done', JSON.stringify(more));
  assert.equal(await tokensOf(home.connectionId), 2);
  assert.equal((await waiting(h)).length, 2);
  const { rows } = (await people.viewer.get(path)).json();
  assert.deepEqual(
    rows.map((row: { state: string; counts: object }) => [row.state, row.counts]),
    [
      ['done', { placed: 1, unallocated: 0, before: 3, open: 0 }],
      ['done', { placed: 1, unallocated: 2, before: 0, open: 0 }],
    ],
  );
  const detail = (await people.viewer.get(`${path}/${rows[1].statementId}`)).json();
  assert.deepEqual([detail.rows[0].kind, detail.rows[0].amountMinor], ['reversal', '1000']);
});

test('MT940 and CSV are taken likewise', async () => {
  const home = await h.addConnection();
  const mt940 = `:20:X\n:25:ZA1\n:28C:1/1\n:60F:C261124ZAR100,00\n:61:2611241124C50,00NTRFNONREF//M-1\n:86:${home.meterPan}\n:62F:C261124ZAR150,00\n-`;
  await bring(fileOf(mt940, 'a.sta'));
  const csv = `Reference;Amount;Description\nC-1;50,00;meter ${home.meterPan}\nC-2;-3,00;fee\n`;
  const columns = { id: 'Reference', amount: 'Amount', text: 'Description' };
  const mapping = { ...columns, separator: ';', decimalComma: true };
  const looked = { ...fileOf(csv, 'a.csv'), mapping };
  const seen = (await people.asker.postJson(`${path}/preview`, looked)).json();
  assert.deepEqual([seen.payments, seen.outgoing], [1, 1], 'the fee is counted, not taken');
  const { mapping: _, ...unmapped } = looked;
  const told = (await people.asker.postJson(`${path}/preview`, unmapped)).json().detail;
  assert.match(told, /--mapping FILE, where FILE has \{"id": "Reference"/);
  await bring(looked);
  assert.equal(await tokensOf(home.connectionId), 2);
});

test('what is no statement, does not add up, or was brought before is refused whole', async () => {
  const home = await h.addConnection();
  const send = async (file: object) => {
    requests += 1;
    const body = { ...file, reason, requestId: `statement-${requests}` };
    const sent = await people.asker.postJson(path, body);
    return [sent.statusCode, sent.json().code];
  };
  const off = camt([{ id: 'D-1', text: home.meterPan }], { closing: '1.00' });
  assert.deepEqual(await send(fileOf(off)), [422, 'badFile']);
  assert.deepEqual(await send(fileOf('<!DOCTYPE a [<!ENTITY b "c">]><a/>')), [422, 'badFile']);
  assert.deepEqual(await send(fileOf('a;b')), [422, 'badFile']);
  const good = fileOf(camt([{ id: 'D-2', text: 'nobody' }]));
  assert.equal((await send(good))[0], 202);
  assert.deepEqual(await send(good), [409, 'broughtBefore']);
  assert.equal(await tokensOf(home.connectionId), 0);
});
