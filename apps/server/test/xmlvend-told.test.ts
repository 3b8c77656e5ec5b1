// What a shop tells the utility's people by XMLVend: deposits and faults, in the inbox once and
// without a cent moved; and batches, with copies of those that ended. Real TLS, one database.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { sql } from 'kysely';
import type { XmlvendServer } from '../src/edge/xmlvend/index.ts';
import { keepText } from '../src/messaging/inbox/index.ts';
import { assertProof } from './correction-harness.ts';
import { createHarness, type Harness } from './harness.ts';
import { createVendor, ledgerFloat, type TestVendor, vendorRow } from './vendor-harness.ts';
import {
  createAuthority,
  fingerprintOf,
  messageOf,
  openDoor,
  type Pair,
  post,
  readAnswer,
  registerTerminal,
  type Sent,
  type Shop,
  tillOf,
} from './xmlvend-harness.ts';

let h: Harness;
let vendor: TestVendor;
let authority: Awaited<ReturnType<typeof createAuthority>>;
let door: XmlvendServer;
let pair: Pair;
let msno: string;

before(async () => {
  h = await createHarness();
  vendor = await createVendor(h, 'Corner shop');
  authority = await createAuthority();
  pair = await authority.pair('Corner shop');
  await registerTerminal(h, { vendorId: vendor.vendorId, sha256: pair.sha256 });
  door = await openDoor(h, await authority.pair('door', { hosts: ['127.0.0.1'] }));
  msno = h.meterPan.slice(6, 17);
});
after(async () => {
  await door.close();
  await h.close();
});

let numbers = 1_000;
const next = (): string => {
  numbers += 1;
  return String(numbers);
};
const ask = async (o: Partial<Sent>, by?: Shop) => {
  const sent = { element: '', number: next(), ...o };
  const shop = by ?? { port: door.port, ca: authority.ca, pair };
  const heard = await post(shop, messageOf(sent));
  return { sent, text: heard?.text ?? '', said: readAnswer(sent, heard) };
};
const vendorDeposit = (amount: string, slip: string | null, symbol = 'ZAR') => ({
  element: 'depositReq',
  inner:
    `<r:amt value="${amount}" symbol="${symbol}"/>` +
    (slip === null ? '' : `<r:bankingRefNo>${slip}</r:bankingRefNo>`),
});
const lastOf = (number: string) => ({
  element: 'adviceReq',
  advice: { type: 'LastRespAdviceReq', number },
});
const inbox = () =>
  h.database.inUtility(h.utilityId, (tx) =>
    tx
      .selectFrom('inbound_texts')
      .select(['phone', 'text', 'state', 'connection_id'])
      .where('gateway', '=', 'xmlvend')
      .orderBy('id')
      .execute(),
  );

test('a deposit that a shop tells waits for the operators once, and moves no float', async () => {
  const float = await vendorRow(h, vendor.vendorId);
  const told = await ask(vendorDeposit('500.00', 'Slip 17'));
  assert.match(
    told.text,
    /<r:depositResp>.*<b:operatorMsg>Noted\..*<r:depSlip bankingRefNo="Slip 17"><r:amt value="500.00" symbol="ZAR"\/>/s,
  );
  assert.equal((await ask(told.sent)).text, told.text);
  assert.match((await ask(vendorDeposit('500.00', 'Slip 17'))).text, /bankingRefNo="Slip 17"/);
  const [first, ...others] = await inbox();
  assert.deepEqual(others, []);
  assert.deepEqual(first, {
    ...{ phone: 'Corner shop', state: 'open', connection_id: null },
    text:
      'Corner shop (terminal T-9) brings a deposit of ZAR 500.00, reference Slip 17. ' +
      'Record it when the money is there.',
  });
  assert.deepEqual(await vendorRow(h, vendor.vendorId), float);
  assert.equal(await ledgerFloat(h, vendor.vendorId), float.float_minor);
});

test('a deposit without a slip gets a name, which advice tells again; what is none is refused', async () => {
  const count = (await inbox()).length;
  const told = await ask(vendorDeposit('20.00', null));
  const slip = /bankingRefNo="(PW-[0-9A-F]{10})"/.exec(told.text)?.[1];
  assert.ok(slip, told.text);
  const last = await ask(lastOf(told.sent.number));
  assert.match(last.text, new RegExp(`<b:lastResponse xsi:type="r:DepositResp">.*"${slip}"`, 's'));
  assert.equal((await inbox()).length, count + 1);
  const refusals: [Partial<Sent>, string][] = [
    [vendorDeposit('0.00', 'Slip 1'), 'XMLVendSchemaEx'],
    [vendorDeposit('-5.00', 'Slip 1'), 'XMLVendSchemaEx'],
    [vendorDeposit('5.001', 'Slip 1'), 'XMLVendSchemaEx'],
    [{ element: 'depositReq' }, 'XMLVendSchemaEx'],
    [vendorDeposit('5.00', 'Slip 1', 'KES'), 'RequestAuthorisationEx'],
    [{ element: 'custReportFaultReq', msno }, 'XMLVendSchemaEx'],
  ];
  for (const [sent, type] of refusals) assert.equal((await ask(sent)).said.faultType, type);
  assert.equal((await inbox()).length, count + 1);
});

test('a fault at the counter is told with its home, each time that it is reported', async () => {
  const report = { element: 'custReportFaultReq', msno };
  const inner = '<m:faultDesc>Display is dark</m:faultDesc>';
  const told = await ask({ ...report, inner });
  const reference = /<b:operatorMsg>The utility has the report, reference (PW-\w{10})\./.exec(
    told.text,
  )?.[1];
  assert.match(told.text, /<m:custReportFaultResp>/);
  assert.equal((await ask(told.sent)).text, told.text);
  const found = (await inbox()).at(-1);
  assert.deepEqual(
    [found?.connection_id, found?.text],
    [
      h.place.connectionId,
      `Corner shop (terminal T-9) reports a fault at meter ${msno}, reference ${reference}: Display is dark`,
    ],
  );
  const count = (await inbox()).length;
  const block = (blocked_reason: string | null) =>
    h.database.inUtility(h.utilityId, (tx) =>
      tx.updateTable('connections').set({ blocked_reason }).execute(),
    );
  // Nothing is sold to a blocked meter, but its faults are heard.
  await block('Bypassed');
  assert.match((await ask({ ...report, inner })).text, /<m:custReportFaultResp>/);
  await block(null);
  assert.equal((await inbox()).length, count + 1);
});

test('a deposit that a process left half told is told by whoever asks, once', async () => {
  const sent: Sent = { number: next(), ...vendorDeposit('70.00', 'Slip 70') };
  const till = await tillOf(h, pair);
  const name = {
    ...{ clientId: '6001234000017', terminalId: 'T-9' },
    ...{ dateTime: '20261124100000', uniqueNumber: sent.number },
  };
  const asked = { amount: '70.00', symbol: 'ZAR', bankingRefNo: 'Slip 70' };
  const message = {
    ...{ element: 'depositReq', fingerprint: fingerprintOf(sent) },
    request: { vendorDeposit: asked, words: null, msno: null },
  };
  assert.equal(await h.services.vendors.messages.claim(till, name, message), null);
  h.clock.nowMs += 200_000;
  assert.match((await ask(lastOf(sent.number))).text, /bankingRefNo="Slip 70"/);
  assert.match((await ask(sent)).text, /bankingRefNo="Slip 70"/);
  assert.equal((await inbox()).filter(({ text }) => text.includes('Slip 70')).length, 1);
});

test('an ended shift is told again, by its number or as the last one of the terminal', async () => {
  const ends = { element: 'reprintEndBatchReq', attributes: ' xsi:type="r:ReprintEndShiftReq"' };
  assert.equal((await ask(ends)).said.faultType, 'ReprintEndBatchEx');
  const started = await ask({ element: 'startBatchReq' });
  const seqNo = /seqNo="(shift_[0-9a-f-]{36})"/.exec(started.text)?.[1] ?? '';
  const named = { ...ends, inner: `<r:batch seqNo="${seqNo}"/>` };
  // It has not ended yet.
  assert.equal((await ask(named)).said.faultType, 'ReprintEndBatchEx');
  const counted = '<r:batchTot value="3.00" symbol="ZAR"/>';
  await ask({ element: 'endBatchReq', inner: counted });
  for (const sent of [ends, named]) {
    const copy = await ask(sent);
    assert.match(copy.text, /<r:reprintEndBatchResp>.*<r:endBatch xsi:type="r:Shift"/s);
    assert.match(copy.text, new RegExp(`seqNo="${seqNo}".*<r:ended>.*value="3.00"`, 's'));
  }
  const none = { ...ends, inner: '<r:batch seqNo="17"/>' };
  assert.equal((await ask(none)).said.faultType, 'ReprintEndBatchEx');
  const bank = { ...ends, attributes: ' xsi:type="r:ReprintEndBankBatchReq"' };
  assert.equal((await ask(bank)).said.faultType, 'ReprintEndBatchEx');
});

test('what a home owes is paid apart from a purchase, once, at most all of it', async () => {
  const home = await h.addConnection({
    debts: [{ label: 'Old arrears', outstandingMinor: 9_000n, rule: { share: '20' } }],
  });
  const owing = home.meterPan.slice(6, 17);
  const account =
    '<r:payAccount><b:meterIdentifier xsi:type="b:MeterNumber" msno="' +
    `${owing}"/></r:payAccount>`;
  const pay = (amount: string, inner = account) =>
    ask({ element: 'payAccReq', inner: `<r:reqAmt value="${amount}" symbol="ZAR"/>${inner}` });
  const owed = () =>
    h.database.inUtility(h.utilityId, (tx) =>
      tx
        .selectFrom('debts')
        .select('outstanding_minor')
        .where('connection_id', '=', home.connectionId)
        .executeTakeFirstOrThrow(),
    );
  assert.equal((await pay('90.01')).said.faultType, 'DebtEx');
  assert.equal((await pay('x')).said.faultType, 'XMLVendSchemaEx');
  assert.equal((await pay('1.00', '<r:payAccount accNo="9"/>')).said.faultType, 'MSNOCheckDigitEx');
  const float = (await vendorRow(h, vendor.vendorId)).float_minor;
  const paid = await pay('60.00');
  assert.match(
    paid.text,
    /<r:payAccResp>.*<r:payAccReceipt receiptNo="sale_.*<r:tx xsi:type="r:PayAccTx".*value="60.00".*<r:accDesc>Old arrears</s,
  );
  assert.doesNotMatch(paid.text, /stsCipher/);
  assert.equal((await ask(paid.sent)).text, paid.text);
  assert.match((await ask(lastOf(paid.sent.number))).text, /xsi:type="r:PayAccResp".*PayAccTx/s);
  assert.equal((await owed()).outstanding_minor, 3_000n);
  // 1.5 % commission.
  assert.equal((await vendorRow(h, vendor.vendorId)).float_minor, float - 6_000n + 90n);
  const receiptNo = /receiptNo="(sale_[^"]+)"/.exec(paid.text)?.[1] ?? '';
  const copy = await ask({
    element: 'reprintReq',
    inner: `<r:receiptNo>${receiptNo}</r:receiptNo>`,
  });
  assert.match(copy.text, /xsi:type="r:PayAccResp".*Paid what was owed|Copy 1/s);
  await h.database.inUtility(h.utilityId, (tx) =>
    tx
      .updateTable('connections')
      .set({ blocked_reason: 'Arrears' })
      .where('id', '=', home.connectionId)
      .execute(),
  );
  assert.match((await pay('30.00', `<r:payAccount accNo="${owing}"/>`)).text, /PayAccTx/);
  assert.equal((await pay('1.00')).said.faultType, 'DebtEx');
  await assertProof(h);
});

test('a sales batch adds up closed shifts, a bank batch adds up sales batches, each once', async () => {
  const lone = await createVendor(h, 'Banking shop');
  const own = await authority.pair('Banking');
  await registerTerminal(h, {
    ...{ vendorId: lone.vendorId, sha256: own.sha256, terminalId: 'T-31', label: 'Banking' },
  });
  const by = { port: door.port, ca: authority.ca, pair: own };
  const sell = { ...{ element: 'creditVendReq', msno, amount: '50.00' }, terminal: 'T-31' };
  const raw = (o: Partial<Sent>) => ask({ terminal: 'T-31', ...o }, by);
  const asked = (element: string, type: string, inner?: string) =>
    raw({
      element,
      attributes: ` xsi:type="r:${type}"`,
      ...(inner === undefined ? {} : { inner }),
    });
  const total = (value: string) => `<r:batchTot value="${value}" symbol="ZAR"/>`;
  assert.equal((await asked('endBatchReq', 'EndSalesBatchReq')).said.faultType, 'EndBatchEx');
  const all = await asked('startBatchReq', 'StartAllBatchReq');
  assert.match(
    all.text,
    /banking="open" sales="open" shift="open".*Shift.*r:Sales" seqNo="1".*Bank/s,
  );
  assert.equal((await asked('startBatchReq', 'StartAllBatchReq')).said.faultType, 'StartBatchEx');
  assert.equal((await raw(sell)).said.outcome, 'vended');
  // A shift that is open is in no batch yet.
  const early = await asked('totalBatchReq', 'TotalSalesBatchReq');
  assert.match(early.text, /r:Sales" seqNo="1".*batchTot value="0.00".*totTax value="0.00"/s);
  await asked('endBatchReq', 'EndShiftBatchReq');
  const sales = await asked('endBatchReq', 'EndSalesBatchReq', total('49.00'));
  assert.match(
    sales.text,
    /sales="closed".*<r:ended>.*batchTot value="50.00".*totTax value="\d+\.\d\d"/s,
  );
  assert.match(sales.text, /operatorTotal><r:amt value="49.00".*payTypeTotal xsi:type="b:Cash"/s);
  assert.notEqual(/totTax value="([^"]+)"/.exec(sales.text)?.[1], '0.00');
  // The same message again, and advice about it, tell of the same batch.
  const repeated = await post(by, messageOf(sales.sent));
  assert.match(repeated?.text ?? '', /r:Sales" seqNo="1".*value="49.00"/s);
  await asked('startBatchReq', 'StartSalesBatchReq');
  const second = await asked('endBatchReq', 'EndSalesBatchReq');
  assert.match(second.text, /r:Sales" seqNo="2".*batchTot value="0.00"/s);
  const bank = await asked('endBatchReq', 'EndBankBatchReq', total('50.00'));
  assert.match(bank.text, /r:Bank" seqNo="1".*batchTot value="50.00".*count="1"/s);
  const copy = await asked('reprintEndBatchReq', 'ReprintEndSalesBatchReq', '<r:b seqNo="1"/>');
  assert.match(copy.text, /<r:endBatch xsi:type="r:Sales" seqNo="1"/);
  assert.match((await asked('reprintEndBatchReq', 'ReprintEndBankBatchReq')).text, /r:Bank/);
  const none = await asked('reprintEndBatchReq', 'ReprintEndBankBatchReq', '<r:b seqNo="7"/>');
  assert.equal(none.said.faultType, 'ReprintEndBatchEx');
  const { batches } = h.services.vendors;
  const again = await batches.start(lone.till, { kind: 'bank', requestId: 'start of bank 2' });
  assert.deepEqual(
    await batches.start(lone.till, { kind: 'bank', requestId: 'start of bank 2' }),
    again,
  );
});

test('each refusal tells the customer what is true of it, also where a sale stands', async () => {
  const sale = { element: 'creditVendReq', msno, amount: '20.00' };
  const sold = await ask(sale);
  assert.equal(sold.said.outcome, 'vended');
  const advice = (type: string, number: string) => ({
    element: 'adviceReq',
    advice: { type, number },
  });
  await ask({ element: 'startBatchReq', attributes: ' xsi:type="r:StartBankBatchReq"' });
  const cipher = `<b:token><b:stsCipher>${'1'.repeat(20)}</b:stsCipher></b:token>`;
  const cases: [Partial<Sent>, string, RegExp][] = [
    [advice('ReversalAdviceReq', sold.sent.number), 'ReversalEx', /if it was made, it stands/],
    [{ element: 'cancelVendReq' }, 'CancelEx', /if it was made, it stands/],
    [advice('ConfirmationAdviceReq', '999'), 'ConfirmationEx', /no answer to confirm/],
    [{ element: 'verifyReq', msno, inner: cipher }, 'VerifyTokenEx', /sold no such token/],
    [
      { element: 'startBatchReq', attributes: ' xsi:type="r:StartBankBatchReq"' },
      ...(['StartBatchEx', /shop’s own books/] as const),
    ],
    [{ element: 'updateMeterKeyReq', msno }, 'UpdateMtrKeySameEx', /needs no other key/],
    [{ element: 'custReportFaultReq', msno }, 'XMLVendSchemaEx', /did not reach your supplier/],
    [vendorDeposit('0.00', 'Slip 1'), 'XMLVendSchemaEx', /shop’s own books/],
    [{ element: 'meterSpecificEngReq', msno }, 'RequestAuthorisationEx', /not given at a shop/],
    [{ ...sale, symbol: 'KES' }, 'RequestAuthorisationEx', /currency is not taken/],
    [{ ...sale, amount: '0.50' }, 'RequestAuthorisationEx', /amount cannot be sold/],
  ];
  for (const [sent, type, words] of cases) {
    const { said } = await ask(sent);
    assert.equal(said.faultType, type);
    assert.match(said.custMsg ?? '', words, type);
  }
  // What came of a refused sale is told by advice in the words of its refusal.
  const small = await ask({ ...sale, amount: '0.50' });
  assert.equal((await ask(lastOf(small.sent.number))).said.custMsg, 'This amount cannot be sold.');
  // To its client a confirmed transaction is a sale.
  const confirmed = await ask(advice('ConfirmationAdviceReq', small.sent.number));
  assert.equal(confirmed.said.faultType, 'ConfirmationEx');
  const stands = await ask(advice('ConfirmationAdviceReq', sold.sent.number));
  assert.equal(stands.said.outcome, 'vended');
});

test('a key change that a sale carried is given again until the meter has it', async () => {
  const home = await h.addConnection();
  const own = home.meterPan.slice(6, 17);
  const update = { element: 'updateMeterKeyReq', msno: own };
  const setIn = (text: string) =>
    [...text.matchAll(/MeterKey><b:stsCipher>(\d{20})</g)].map((found) => found[1]);
  await sql`UPDATE prewatt.meters SET wanted_supply_group_code = '123456',
    wanted_tariff_index = '09', wanted_key_revision = 1
    WHERE id = ${home.meterId}::uuid`.execute(h.owner.directories);
  const early = await ask(update);
  assert.equal(early.said.faultType, 'RequestAuthorisationEx');
  assert.match(early.said.custMsg ?? '', /comes with the next purchase/);
  const sold = await ask({ element: 'creditVendReq', msno: own, amount: '60.00' });
  assert.equal(setIn(sold.text).length, 2);
  const again = await ask(update);
  assert.match(again.text, /<m:updateMeterKeyResp>/);
  assert.deepEqual(setIn(again.text), setIn(sold.text));
  await sql`UPDATE prewatt.meters SET tariff_index = '09', wanted_supply_group_code = NULL,
    wanted_tariff_index = NULL, wanted_key_revision = NULL
    WHERE id = ${home.meterId}::uuid`.execute(h.owner.directories);
  assert.equal((await ask(update)).said.faultType, 'UpdateMtrKeySameEx');
});

test('a token that was sold is checked with the money of its sale, a void one is refused', async () => {
  const sold = await ask({ element: 'creditVendReq', msno, amount: '31.00' });
  const [token = ''] = sold.said.receipt?.tokens ?? [];
  const inner = `<b:token><b:stsCipher>${token}</b:stsCipher></b:token>`;
  const verified = await ask({ element: 'verifyReq', msno, inner });
  const { receipt } = verified.said;
  assert.deepEqual(
    [receipt?.tokens, receipt?.net, receipt?.tax, receipt?.tender],
    [[token], sold.said.receipt?.net, sold.said.receipt?.tax, '31.00'],
  );
  // The tax of the receipt has the rate of the tariff.
  assert.match(verified.text, /xsi:type="b:VAT" rate="0.1500"/);
  const saleId = sold.said.receipt?.receiptNo?.replace('sale_', '');
  await sql`UPDATE prewatt.sales SET state = 'reversed', reversed_at = now() WHERE id = ${saleId}::uuid`.execute(
    h.owner.directories,
  );
  const undone = await ask({ element: 'verifyReq', msno, inner });
  assert.equal(undone.said.faultType, 'VerifyTokenEx');
  assert.match(undone.said.custMsg ?? '', /undone; its token is void/);
});

test('a trial beyond the float is refused as the sale is', async () => {
  const poor = await createVendor(h, 'Poor shop', { floatLimitMinor: 1_000n });
  const own = await authority.pair('Poor');
  const terminal = 'T-32';
  await registerTerminal(h, {
    ...{ vendorId: poor.vendorId, sha256: own.sha256, terminalId: terminal, label: 'Poor' },
  });
  const by = { port: door.port, ca: authority.ca, pair: own };
  const outcomes = async (amount: string) => {
    const sent = { msno, amount, terminal };
    const trial = await ask({ ...sent, element: 'trialCreditVendReq' }, by);
    const sale = await ask({ ...sent, element: 'creditVendReq' }, by);
    return [trial.said.faultType ?? trial.said.outcome, sale.said.faultType ?? sale.said.outcome];
  };
  assert.deepEqual(await outcomes('10.16'), ['VendorCreditEx', 'VendorCreditEx']);
  // The commission of 1.5 % is the shop's at once.
  assert.deepEqual(await outcomes('10.15'), ['trial-ok', 'vended']);
});

test('of one vendor fifty entries wait; what is more is refused until somebody has read', async () => {
  const { utilityId } = h;
  await h.database.inUtility(utilityId, async (tx) => {
    for (let each = 0; each < 50; each += 1) {
      const id = h.services.newUuid();
      const gatewayId = `${vendor.vendorId}:${each}`;
      const from = { gateway: 'xmlvend', gatewayId, phone: 'Corner shop', home: null };
      await keepText(tx, { id, utilityId, ...from, text: `Entry ${each}` }, h.clock.nowMs);
    }
  });
  const full = await ask(vendorDeposit('9.00', 'Slip 9'));
  assert.equal(full.said.faultType, 'RequestAuthorisationEx');
  assert.match(full.said.desc ?? '', /waits to be read/);
  await h.database.inUtility(utilityId, (tx) =>
    tx
      .updateTable('inbound_texts')
      .set({ state: 'answered' })
      .where('gateway', '=', 'xmlvend')
      .execute(),
  );
  assert.match((await ask(vendorDeposit('9.00', 'Slip 9'))).text, /bankingRefNo="Slip 9"/);
});

test('the end of a shift that a process left unfinished ends that shift, and none opened since', async () => {
  const end = { element: 'endBatchReq', attributes: ' xsi:type="r:EndShiftBatchReq"' };
  await ask({ ...end });
  const start = { element: 'startBatchReq', attributes: ' xsi:type="r:StartShiftBatchReq"' };
  assert.match((await ask(start)).text, /<r:startBatchResp>/);
  const ended = await ask({ ...end });
  const seqNo = /<r:endBatch xsi:type="r:Shift" seqNo="([^"]+)"/.exec(ended.text)?.[1];
  assert.ok(seqNo !== undefined, ended.text);
  assert.match((await ask(start)).text, /<r:startBatchResp>/);
  // As if the process had died before it could write down what it had answered.
  const { rows } = await sql<{ n: number }>`WITH left_open AS (
      UPDATE prewatt.vendor_messages
      SET state = 'taken', taken_until = '2020-01-01', answer = NULL, answered_at = NULL
      WHERE unique_number = ${ended.sent.number} RETURNING 1)
    SELECT count(*)::int AS n FROM left_open`.execute(h.owner.directories);
  assert.equal(rows[0]?.n, 1);
  const again = await ask({ ...end, number: ended.sent.number });
  assert.ok(again.text.includes(`seqNo="${seqNo}"`), again.text);
  assert.match((await ask({ element: 'totalBatchReq' })).text, /<r:totalBatchResp>/, 'still open');
});

test('the start of a shift that was left unfinished is that shift, also once it has ended', async () => {
  const own = await authority.pair('Starts');
  await registerTerminal(h, {
    ...{ vendorId: vendor.vendorId, sha256: own.sha256, terminalId: 'T-31', label: 'Starts' },
  });
  const by = { port: door.port, ca: authority.ca, pair: own };
  const send = async (sent: Sent) => {
    const heard = await post(by, messageOf({ terminal: 'T-31', ...sent }));
    return /seqNo="(shift_[^"]+)"/.exec(heard?.text ?? '')?.[1] ?? heard?.text;
  };
  const attributes = ' xsi:type="r:StartShiftBatchReq"';
  const sent = { element: 'startBatchReq', number: next(), attributes };
  const opened = await send(sent);
  // As a process leaves it that died after it had opened the shift.
  const leave = () =>
    h.database.inUtility(h.utilityId, (tx) =>
      tx
        .updateTable('vendor_messages')
        .set({ state: 'taken', answer: null, answered_at: null, taken_until: new Date(0) })
        .where('unique_number', '=', sent.number)
        .execute(),
    );
  await leave();
  assert.deepEqual(await Promise.all([send(sent), send(sent)]), [opened, opened]);
  await leave();
  assert.equal(await send({ element: 'endBatchReq', number: next() }), opened);
  assert.equal(await send(sent), opened, 'it has ended since');
  assert.match((await send({ element: 'totalBatchReq', number: next() })) ?? '', /EndBatchEx/);
});
