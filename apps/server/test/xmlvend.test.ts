// A shop's day over XMLVend: real TLS, real certificates, one database. What sells here is the core
// that the till API calls.

import assert from 'node:assert/strict';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { vendorDetailSchema } from '@prewatt/api';
import { idFromUuid } from '@prewatt/quantities';
import type { XmlvendServer } from '../src/edge/xmlvend/index.ts';
import { seedApproval } from './approval-seed.ts';
import { runCommand } from './command-line.ts';
import { createHarness, type Harness } from './harness.ts';
import { createHttpHarness, type HttpHarness, Visitor } from './http-harness.ts';
import {
  assertVendorBooks,
  countRows,
  createVendor,
  type TestVendor,
  vendorRow,
} from './vendor-harness.ts';
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
import { tryLoad } from './xmlvend-load.ts';

let h: Harness;
let vendor: TestVendor;
let authority: Awaited<ReturnType<typeof createAuthority>>;
let door: XmlvendServer;
let shop: Shop;
let pair: Pair;
let msno: string;
let keyId: string;

before(async () => {
  h = await createHarness();
  vendor = await createVendor(h, 'Corner shop');
  authority = await createAuthority();
  pair = await authority.pair('Corner shop');
  keyId = await registerTerminal(h, { vendorId: vendor.vendorId, sha256: pair.sha256 });
  door = await openDoor(h, await authority.pair('door', { hosts: ['127.0.0.1'] }));
  shop = { port: door.port, ca: authority.ca, pair };
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
const vend = (o: Partial<Sent> = {}): Sent => ({
  ...{ element: 'creditVendReq', number: next(), msno, amount: '50.00' },
  ...o,
});
const lastOf = (sent: Sent): Sent => ({
  ...{ ...sent, element: 'adviceReq', number: next() },
  advice: { type: 'LastRespAdviceReq', number: sent.number },
});
const ask = async (sent: Sent, by: Shop = shop) =>
  readAnswer(sent, await post(by, messageOf(sent)));
const sales = async () => ((await countRows(h)) as { vendor_sales: bigint }).vendor_sales;

test('a confirmation says who and what, a trial reckons and stores nothing', async () => {
  const confirmed = await ask(vend({ element: 'confirmCustomerReq' }));
  assert.equal(confirmed.outcome, 'trial-ok');
  const [found] = confirmed.confirmed;
  assert.deepEqual(
    [
      found?.name,
      found?.address,
      found?.canVend,
      found?.minVendAmt,
      found?.maxVendAmt,
      found?.msno,
    ],
    ['A… C…', 'Flat 1', true, '1.00', '10000.00', msno],
  );
  const before = await countRows(h);
  const tried = await ask(vend({ element: 'trialCreditVendReq' }));
  assert.equal(tried.outcome, 'trial-ok');
  assert.equal(tried.receipt?.placeholder, true);
  assert.ok(Number(tried.receipt?.units) > 0);
  assert.deepEqual(await countRows(h), before);
});

test('a credit vend is a sale of the vendor, and its receipt adds up to the cent', async () => {
  const sent = vend({ amount: '115.00', tender: '120.00' });
  const sold = await ask(sent);
  assert.deepEqual([sold.outcome, sold.flags, sold.final], ['vended', [], true]);
  const { receipt } = sold;
  assert.deepEqual(
    [receipt?.balanced, receipt?.tender, receipt?.change, receipt?.supplyGroupCode],
    [true, '120.00', '5.00', '123456'],
  );
  const [token] = receipt?.tokens ?? [];
  assert.match(token ?? '', /^\d{20}$/);
  const rows = await h.database.inUtility(h.utilityId, (tx) =>
    tx.selectFrom('vendor_sales').select(['amount_minor', 'vendor_id', 'meter_pan']).execute(),
  );
  assert.deepEqual(rows, [
    { amount_minor: 11_500n, vendor_id: vendor.vendorId, meter_pan: h.meterPan },
  ]);
  await assertVendorBooks(h, vendor.vendorId);
});

test('the same message again, and advice about it, give the first answer and no second token', async () => {
  const sent = vend({ dateTime: '2026-11-24T10:00:00.123+02:00' });
  const first = await ask(sent);
  const count = await sales();
  const again = await ask(sent);
  assert.deepEqual(again.receipt, first.receipt);
  const last = await ask(lastOf(sent));
  assert.deepEqual([last.outcome, last.receipt], ['vended', first.receipt]);
  const other = await ask({ ...sent, amount: '51.00' });
  assert.equal(other.faultType, 'DuplicateMsgIDEx');
  const padded = await ask({ ...sent, number: `00${sent.number}`, amount: '50.0' });
  assert.deepEqual(padded.receipt?.tokens, first.receipt?.tokens);
  assert.equal(await sales(), count);
});

test('two identical messages at the same moment are one sale', async () => {
  const sent = vend();
  const count = await sales();
  const answers = await Promise.all([ask(sent), ask(sent), ask(sent)]);
  const tokens = new Set(answers.flatMap((answer) => answer.receipt?.tokens ?? []));
  assert.equal(tokens.size, 1);
  assert.equal(await sales(), count + 1n);
});

test('a client that hung up learns by advice what it bought, and buys it once', async () => {
  const count = await sales();
  const before = await vendorRow(h, vendor.vendorId);
  const tokens = new Set<string>();
  for (let round = 0; round < 5; round += 1) {
    const sent = vend({ amount: '20.00' });
    assert.equal(await post(shop, messageOf(sent), { hangUp: true }), null);
    // Advice may come before the message was read: then it never sells, and a new one is safe.
    let last = await ask(lastOf(sent));
    if (last.outcome === 'not-processed') {
      assert.equal((await ask(sent)).faultType, 'ExpiredMessageEx');
      last = await ask(vend({ amount: '20.00' }));
    }
    assert.equal(last.outcome, 'vended');
    for (const token of last.receipt?.tokens ?? []) tokens.add(token);
  }
  assert.equal(tokens.size, 5);
  assert.equal(await sales(), count + 5n);
  const after = await vendorRow(h, vendor.vendorId);
  assert.equal(before.float_minor - after.float_minor, 5n * (2_000n - 30n));
  await assertVendorBooks(h, vendor.vendorId);
});

test('a message that advice has given up never sells, should it come after all', async () => {
  const sent = vend();
  const count = await sales();
  const asked = await ask(lastOf(sent));
  assert.deepEqual([asked.outcome, asked.action], ['not-processed', 'new-vend-new-msgid']);
  const late = await ask(sent);
  assert.deepEqual([late.faultType, late.action], ['ExpiredMessageEx', 'advice']);
  assert.equal((await ask(lastOf(sent))).outcome, 'not-processed');
  assert.equal(await sales(), count);
});

test('what a process left unfinished is finished by whoever asks, as the same sale', async () => {
  const sent = vend();
  const till = await tillOf(h, pair);
  assert.equal(till.keyId, keyId);
  const name = {
    ...{ clientId: '6001234000017', terminalId: 'T-9' },
    ...{ dateTime: '20261124100000', uniqueNumber: sent.number },
  };
  // As a process leaves it that died between its claim and its answer; its time is over.
  const fingerprint = fingerprintOf(sent);
  const request = { msno, meterPan: h.meterPan, amountMinor: '5000', tenderMinor: null };
  const message = { element: 'creditVendReq', fingerprint, request };
  assert.equal(await h.services.vendors.messages.claim(till, name, message), null);
  const count = await sales();
  h.clock.nowMs += 200_000;
  const last = await ask(lastOf(sent));
  assert.equal(last.outcome, 'vended');
  assert.deepEqual((await ask(sent)).receipt, last.receipt);
  assert.equal(await sales(), count + 1n);
});

test('refusals of the core are faults with words, stored under their message', async () => {
  const float = await vendorRow(h, vendor.vendorId);
  const cases: [Partial<Sent>, string, string][] = [
    [
      { msno: `${msno.slice(0, 10)}${(Number(msno[10]) + 1) % 10}` },
      'MSNOCheckDigitEx',
      'check-digit',
    ],
    [{ msno: '04229889888' }, 'UnknownMeterEx', 'unknown-meter'],
    [{ amount: '0.50' }, 'RequestAuthorisationEx', 'configuration'],
    [{ amount: '20000.00' }, 'RequestAuthorisationEx', 'configuration'],
    [{ symbol: 'KES' }, 'RequestAuthorisationEx', 'configuration'],
    [{ amount: 'null' }, 'XMLVendSchemaEx', 'configuration'],
    [{ element: 'loginReq' }, 'UseCaseSupportEx', 'configuration'],
  ];
  for (const [change, type, reason] of cases) {
    const sent = vend(change);
    const refused = await ask(sent);
    assert.deepEqual(
      [refused.faultType, refused.reason, refused.outcome],
      [type, reason, 'refused'],
    );
    assert.ok(refused.desc && refused.custMsg, type);
    assert.equal((await ask(sent)).faultType, type);
  }
  assert.deepEqual(await vendorRow(h, vendor.vendorId), float);
  const small = vend({ amount: '0.50' });
  assert.match((await ask(small)).desc ?? '', /least you can buy/);
  const advised = await ask(lastOf(small));
  assert.deepEqual([advised.outcome, advised.faultType], ['not-processed', 'LastResponseEx']);
});

test('an empty float is a fault of the vendor’s credit, and the till API says the same', async () => {
  const poor = await createVendor(h, 'Poor shop', { floatLimitMinor: 1_000n });
  const own = await authority.pair('Poor shop');
  await registerTerminal(h, {
    ...{ vendorId: poor.vendorId, sha256: own.sha256, clientId: 'POOR', terminalId: '1' },
  });
  const by = { ...shop, pair: own };
  const names = { client: 'POOR', terminal: '1' };
  const refused = await ask(vend({ ...names, amount: '50.00' }), by);
  assert.deepEqual([refused.faultType, refused.alarm], ['VendorCreditEx', true]);
  const sold = await h.services.vendors.selling.sell(poor.till, {
    ...{ requestId: 'the same by the till', meterPan: h.meterPan, amountMinor: 5_000n },
  });
  assert.deepEqual(sold, { ok: false, error: 'floatExceeded' });
  assert.equal((await ask(vend({ ...names, amount: '5.00' }), by)).outcome, 'vended');
});

test('only the registered certificate speaks for a client, and only its terminals sell', async () => {
  const foreign = await authority.pair('Somebody');
  const over = await authority.pair('Late shop', { notAfterMs: Date.UTC(2021, 0, 1) });
  await registerTerminal(h, {
    ...{ vendorId: vendor.vendorId, sha256: over.sha256, terminalId: 'T-10', label: 'Late' },
  });
  const sent = vend();
  const count = await sales();
  assert.equal((await ask(sent, { ...shop, pair: foreign })).faultType, 'ClientIDSSLEx');
  assert.equal((await ask(sent, { ...shop, pair: null })).faultType, 'ClientIDSSLEx');
  const late = await ask(vend({ terminal: 'T-10' }), { ...shop, pair: over });
  assert.equal(late.faultType, 'ClientIDSSLEx');
  const told = await post(shop, messageOf(vend({ terminal: 'T-8' })));
  assert.match(told?.text ?? '', /respDateTime>[^<]*\+02:00<[\s\S]*ClientIDAuthorisationEx/);
  assert.equal((await ask(vend({ client: '6009999000010' }))).faultType, 'ClientIDSSLEx');
  assert.equal(await sales(), count);
  // Taken back as a till's key is: nothing is sold by it any more, not even what it asked before.
  const revoked = await authority.pair('Revoked');
  const terminal = 'T-11';
  const lost = await registerTerminal(h, {
    ...{ vendorId: vendor.vendorId, sha256: revoked.sha256, terminalId: terminal, label: 'Lost' },
  });
  const by = { ...shop, pair: revoked };
  const own = vend({ terminal });
  assert.equal((await ask(own, by)).outcome, 'vended');
  await h.database.inUtility(h.utilityId, (tx) =>
    h.services.vendors.managing.revokeKey(tx, vendor.vendorId, lost),
  );
  assert.equal((await ask(own, by)).faultType, 'ClientIDAuthorisationEx');
});

test('what is no message is refused before anybody is asked, and its size is bounded', async () => {
  const text = async (xml: string, headers = {}) => (await post(shop, xml, { headers })) ?? null;
  for (const xml of ['', 'no xml', '<a/>', `<!DOCTYPE x [<!ENTITY y "z">]>${messageOf(vend())}`]) {
    const heard = await text(xml);
    assert.equal(heard?.status, 500);
    assert.match(heard?.text ?? '', /XMLVendSchemaEx/);
  }
  assert.equal((await text('x'.repeat(70_000)))?.status, 413);
  const bomb = gzipSync(Buffer.alloc(1_000_000));
  const packed = await post(shop, bomb as never, { headers: { 'content-encoding': 'gzip' } });
  assert.equal(packed?.status, 400);
  const sent = vend({ element: 'trialCreditVendReq' });
  const fit = await post(shop, gzipSync(messageOf(sent)) as never, {
    headers: { 'content-encoding': 'gzip' },
  });
  assert.equal(readAnswer(sent, fit).outcome, 'trial-ok');
  const soap12 = await text(messageOf(vend({ msno: '04229889888' })), {
    'content-type': 'application/soap+xml',
  });
  assert.match(soap12?.text ?? '', /2003\/05\/soap-envelope.*<e:Reason>.*UnknownMeterEx/s);
});

test('a shift is a batch: started, totalled, ended with a count, and opened by a sale', async () => {
  const own = await authority.pair('Batches');
  await registerTerminal(h, {
    ...{ vendorId: vendor.vendorId, sha256: own.sha256, terminalId: 'T-30', label: 'Batches' },
  });
  const by = { ...shop, pair: own };
  const raw = async (o: Partial<Sent>) => {
    const sent = { element: '', number: next(), terminal: 'T-30', ...o };
    const heard = await post(by, messageOf(sent));
    return { sent, text: heard?.text ?? '', said: readAnswer(sent, heard) };
  };
  const shift = { element: 'startBatchReq', attributes: ' xsi:type="r:StartShiftBatchReq"' };
  assert.equal((await raw({ element: 'totalBatchReq' })).said.faultType, 'EndBatchEx');
  const started = await raw(shift);
  assert.match(started.text, /<r:startBatchResp>.*shift="open".*<r:startBatch xsi:type="r:Shift"/s);
  const again = await post(by, messageOf(started.sent));
  assert.match(again?.text ?? '', /<r:startBatchResp>/);
  assert.equal((await raw(shift)).said.faultType, 'StartBatchEx');
  assert.equal((await ask(vend({ terminal: 'T-30' }), by)).outcome, 'vended');
  const total = await raw({ element: 'totalBatchReq' });
  assert.match(total.text, /<r:batchTot value="50.00" symbol="ZAR"\/>.*count="1"/s);
  const counted = '<r:batchTot value="49.50" symbol="ZAR"/>';
  const end = { element: 'endBatchReq', attributes: ' xsi:type="r:EndShiftBatchReq"' };
  const ended = await raw({ ...end, inner: counted });
  assert.match(ended.text, /terminal: ZAR\s0\.50 less.*<r:ended>.*value="50.00".*value="49.50"/s);
  assert.equal((await raw(end)).said.faultType, 'EndBatchEx');
  assert.equal((await ask(vend({ terminal: 'T-30' }), by)).outcome, 'vended');
  assert.match((await raw({ element: 'totalBatchReq' })).text, /count="1"/);
  const uncounted = await raw(end);
  assert.match(uncounted.text, /<r:ended>/);
  assert.doesNotMatch(uncounted.text, /operatorTotal/, 'what nobody counted is no count');
  const counts = await h.database.inUtility(h.utilityId, (tx) =>
    tx
      .selectFrom('vendor_shifts')
      .innerJoin('vendor_keys', 'vendor_keys.id', 'vendor_shifts.key_id')
      .select(['expected_minor', 'counted_minor'])
      .where('vendor_keys.label', '=', 'Batches')
      .orderBy('vendor_shifts.id')
      .execute(),
  );
  const kept = counts.map((row) => [row.expected_minor, row.counted_minor]);
  assert.deepEqual(kept.flat(), [5_000n, 4_950n, 5_000n, null]);
  const last = await raw({
    ...{ element: 'adviceReq', advice: { type: 'LastRespAdviceReq', number: started.sent.number } },
  });
  assert.match(last.text, /<b:lastResponse xsi:type="r:StartBatchResp">/);
});

test('copies, checks of tokens, test tokens, free units that wait, and the statement', async () => {
  const sent = vend({ amount: '30.00' });
  const sold = await ask(sent);
  const [token = ''] = sold.receipt?.tokens ?? [];
  const receiptNo = `<r:receiptNo>${sold.receipt?.receiptNo}</r:receiptNo>`;
  const text = async (o: Partial<Sent>) => {
    const one = { element: '', number: next(), ...o };
    const heard = await post(shop, messageOf(one));
    return { text: heard?.text ?? '', said: readAnswer(one, heard) };
  };
  const copy = await text({ element: 'reprintReq', inner: receiptNo });
  assert.deepEqual([copy.said.outcome, copy.said.receipt?.tokens], ['vended', [token]]);
  assert.match(copy.text, /Copy 1/);
  const byMeter = await text({ element: 'reprintReq', msno });
  assert.deepEqual(byMeter.said.receipt?.tokens, [token]);
  const unknown = '<r:receiptNo>R-1</r:receiptNo>';
  assert.equal((await text({ element: 'reprintReq', inner: unknown })).said.faultType, 'ReprintEx');
  const cipher = (digits: string) => `<b:token><b:stsCipher>${digits}</b:stsCipher></b:token>`;
  const verified = await text({ element: 'verifyReq', msno, inner: cipher(token) });
  assert.deepEqual(verified.said.receipt?.tokens, [token]);
  const none = await text({ element: 'verifyReq', msno, inner: cipher('1'.repeat(20)) });
  assert.equal(none.said.faultType, 'VerifyTokenEx');
  const all = await text({
    ...{ element: 'nonMeterSpecificEngReq', attributes: ' xsi:type="m:TestAllReq"' },
  });
  // The token for all tests of every meter [IEC 62055-41, 6.2.3].
  assert.match(all.text, /<b:stsCipher>\d{20}<\/b:stsCipher>/);
  const statement = await text({ element: 'vendorStatementReq' });
  assert.match(statement.text, /<r:lineItem><r:desc>sale sale_.*value="-30.00" symbol="ZAR"/s);
  const refusals: [Partial<Sent>, string][] = [
    [{ element: 'fbeReq', msno }, 'FBEEx'],
    [{ element: 'updateMeterKeyReq', msno }, 'UpdateMtrKeySameEx'],
    [{ element: 'cancelVendReq' }, 'CancelEx'],
    [{ element: 'meterSpecificEngReq', msno }, 'RequestAuthorisationEx'],
    [{ element: 'payAccReq', msno, inner: '<r:reqAmt value="1.00"/>' }, 'DebtEx'],
    [{ element: 'depositReq' }, 'XMLVendSchemaEx'],
    [{ element: 'custReportFaultReq' }, 'XMLVendSchemaEx'],
  ];
  for (const [one, type] of refusals) assert.equal((await text(one)).said.faultType, type);
});

test('free units and key changes that wait are shown to the shop that asks', async () => {
  const home = await h.addConnection();
  const own = home.meterPan.slice(6, 17);
  const given = await seedApproval(h, {
    ...{ kind: 'grantTokens', payload: {}, reason: 'Free credit of the tests.' },
  });
  const { connectionId } = home;
  await h.database.inUtility(h.utilityId, async (tx) => {
    const issued = await h.services.grants.issue(tx, {
      place: { utilityId: h.utilityId, bucket: home.bucket, connectionId },
      what: { kind: 'freeCredit', energyWh: 5_000n },
      ...{ requestId: 'free-credit-1', reason: 'Free credit of the tests.' },
      ...{ requestedBy: given.requestedBy, approvalId: given.approvalId },
    });
    assert.ok(issued.ok, JSON.stringify(issued));
  });
  const sent = { element: 'freeIssueReq', number: next(), msno: own };
  const shown = await ask(sent);
  assert.deepEqual([shown.outcome, shown.receipt?.freeUnits], ['vended', '5.0']);
  assert.equal(shown.receipt?.freeTokens.length, 1);
});

test('prewatt xmlvend check passes against this door, and sells only when it is told to', async () => {
  const own = await authority.pair('Checker');
  await registerTerminal(h, {
    ...{ vendorId: vendor.vendorId, sha256: own.sha256, clientId: 'Checker', terminalId: 'T-1' },
    label: 'Checker',
  });
  const folder = mkdtempSync(join(tmpdir(), 'prewatt-xmlvend-'));
  const file = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const line = [
    ...['xmlvend', 'check', '--server', `https://127.0.0.1:${door.port}/`, '--meter', msno],
    ...['--cert', file('shop.pem', own.cert), '--key', file('shop.key', own.key)],
    ...['--ca', file('ca.pem', authority.ca)],
  ];
  h.clock.nowMs += 60_000;
  const count = await sales();
  const dry = await runCommand(line, {});
  assert.equal(dry.code, 0, dry.output + dry.errors);
  assert.match(dry.output, /9 passed, 0 failed, 2 skipped/);
  assert.equal(await sales(), count);
  const sold = await runCommand([...line, '--sell', '--show'], {});
  assert.equal(sold.code, 0, sold.output + sold.errors);
  assert.match(sold.output, /11 passed, 0 failed, 0 skipped/);
  assert.match(sold.output, /stsCipher>…\d{4}</);
  assert.doesNotMatch(sold.output, /\d{20}/);
  const bought = (await sales()) - count;
  assert.ok(bought >= 1n && bought <= 2n, String(bought));
  const stranger = await runCommand([...line, '--client', 'Somebody', '--json'], {});
  assert.equal(stranger.code, 1);
  const { steps } = JSON.parse(stranger.output);
  assert.deepEqual([steps.length, steps[0].verdict], [1, 'failed']);
  assert.match(steps[0].said, /ClientIDSSLEx/);
  const wrong = [...line.slice(0, 2), '--server', 'http://x', ...line.slice(4)];
  assert.equal((await runCommand(wrong, {})).code, 2);
  await tryLoad(h, { line, sales });
});

const password = 'a long enough password';
async function signedIn(http: HttpHarness, email: string): Promise<Visitor> {
  await http.createOperator({ email, password, role: 'administrator' });
  const visitor = new Visitor(http.app);
  const answer = await visitor.postJson('/api/auth/sign-in/email', { email, password });
  assert.equal(answer.statusCode, 200, answer.body);
  return visitor;
}

test('a terminal is asked for by one administrator and made by another, then it sells', async () => {
  const http = await createHttpHarness(h);
  try {
    const first = await signedIn(http, 'first@test.example');
    const second = await signedIn(http, 'second@test.example');
    const approve = async (approvalId: string) =>
      (await second.postJson(`/api/operator/approvals/${approvalId}/approve`, {})).json();
    const path = `/api/operator/vendors/${idFromUuid('vendor', vendor.vendorId)}`;
    const own = await authority.pair('New terminal');
    const body = {
      ...{ requestId: 'terminal-20', label: 'Terminal 20', clientId: '6001234000017' },
      ...{ terminalId: 'T-20', certificateSha256: own.sha256 },
    };
    const asked = await first.postJson(`${path}/terminals`, body);
    assert.equal(asked.statusCode, 202, asked.body);
    const { approvalId } = asked.json();
    assert.equal((await first.postJson(`${path}/terminals`, body)).json().approvalId, approvalId);
    const other = await first.postJson(`${path}/terminals`, { ...body, terminalId: 'T-21' });
    assert.equal(other.json().code, 'requestIdReused');
    const by = { ...shop, pair: own };
    assert.equal((await ask(vend({ terminal: 'T-20' }), by)).faultType, 'ClientIDSSLEx');
    const shown = await second.get(`/api/operator/approvals/${approvalId}`);
    assert.match(shown.body, new RegExp(`XMLVend terminal.*6001234000017.*T-20.*${own.sha256}`));
    assert.equal((await approve(approvalId)).state, 'done');
    const { keys } = vendorDetailSchema.parse((await first.get(path)).json());
    const made = keys.find((key) => key.terminal?.terminalId === 'T-20');
    assert.deepEqual([made?.label, made?.terminal?.certificateSha256], ['Terminal 20', own.sha256]);
    assert.equal((await ask(vend({ terminal: 'T-20' }), by)).outcome, 'vended');
    const twice = await first.postJson(`${path}/terminals`, { ...body, requestId: 'twice-20' });
    const failed = await approve(twice.json().approvalId);
    assert.deepEqual([failed.state, failed.failure.code], ['failed', 'terminalTaken']);
    await first.postJson(`${path}/keys/${made?.keyId}/revoke`, {});
    assert.equal((await ask(vend({ terminal: 'T-20' }), by)).faultType, 'ClientIDAuthorisationEx');
  } finally {
    await http.close();
  }
});
