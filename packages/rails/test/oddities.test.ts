// What banks, message centres and providers write beside their own documents, in forms that the
// case files do not have.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkCases } from '../src/cases/index.ts';
import {
  metersInText,
  readBankCsv,
  readCamt,
  readCommand,
  readDarajaAnswer,
  readMomoAnswer,
  readMt940,
  readRazorpayEvent,
  readReceipt,
  readStripeAnswer,
  readXmlvendRequest,
} from '../src/index.ts';

const bytes = (text: string) => new TextEncoder().encode(text);
const answered = (call: string, httpStatus: number, body: object) => ({
  ...{ call, httpStatus, raw: bytes(JSON.stringify(body)) },
});

const statement = (lines: readonly string[], closing: string): Uint8Array =>
  bytes(
    [
      ...[':20:X', ':25:A1', ':28C:1/1', ':60F:C261128EUR0,00'],
      ...[...lines, `:62F:C261128EUR${closing}`, '-'],
    ].join('\r\n'),
  );
const paymentsOf = (lines: readonly string[], closing: string) => {
  const read = readMt940(statement(lines, closing));
  assert.ok(read.ok && read.value.balanced === true, JSON.stringify(read.ok ? '' : read.error));
  return read.value.payments;
};

test('MT940: words in place of a bank’s reference name no payment, and nor does a meter', () => {
  const line = (ref: string, day = '28') => [
    `:61:2611${day}11${day}C55,00NMSCNONREF//${ref}`,
    `:86:from 04229889888`,
  ];
  const idsOf = (ref: string, day?: string) => paymentsOf(line(ref, day), '55,00')[0]?.id;
  for (const ref of ['FNB APP PAYMENT', 'EFT', '04229889888']) {
    assert.notEqual(idsOf(ref), idsOf(ref, '27'), 'another day, another payment');
  }
  assert.equal(idsOf('8327000090031789'), '8327000090031789');
});

test('MT940: a decimal point for the comma, and text in the second line of :61: alone', () => {
  const [paid] = paymentsOf([':61:2611281128C10.50NTRFX//B1', 'meter 04229889888'], '10.50');
  assert.deepEqual([paid?.amount, paid?.text], ['10.50', 'meter 04229889888']);
});

const camt = (...statements: readonly string[]) => {
  const account = '<Acct><Id><Othr><Id>A1</Id></Othr></Id></Acct>';
  const all = statements.map((entries) => `<Stmt>${account}${entries}</Stmt>`).join('');
  const read = readCamt(bytes(`<Document><BkToCstmrStmt>${all}</BkToCstmrStmt></Document>`));
  assert.ok(read.ok);
  return read.value;
};
const entry = (amount: string, details: string, status = '<Cd>BOOK</Cd>') =>
  `<Ntry><Amt Ccy="ZAR">${amount}</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>${status}</Sts>
    <BookgDt><Dt>2026-11-30</Dt></BookgDt><NtryDtls>${details}</NtryDtls></Ntry>`;
const part = (amount: string, more = '') =>
  `<TxDtls>${more}<Amt Ccy="ZAR">${amount}</Amt></TxDtls>`;

test('camt: two payments never have one name: not by a reference of both, nor on two pages', () => {
  const ref = '<Refs><AcctSvcrRef>R1</AcctSvcrRef></Refs>';
  const batch = camt(entry('20.00', part('10.00', ref) + part('10.00', ref)));
  assert.deepEqual(
    batch.payments.map(({ id }) => id),
    ['R1-1', 'R1-2'],
  );
  const pages = camt(entry('10.00', part('10.00')), entry('10.00', part('10.00')));
  assert.equal(new Set(pages.payments.map(({ id }) => id)).size, 2);
});

test('camt: a fee inside an entry, a status in words, an amount of zero: none of it is money', () => {
  const fee = '<CdtDbtInd>DBIT</CdtDbtInd>';
  const net = camt(entry('990.00', part('1000.00') + part('10.00', fee)));
  assert.deepEqual(
    [net.held, net.outgoing, net.payments.map(({ amount }) => amount)],
    [false, 1, ['1000.00']],
  );
  assert.equal(camt(entry('10.00', part('10.00'), '<Prtry>INFO</Prtry>')).payments.length, 0);
  assert.equal(camt(entry('0.00', '')).payments.length, 0);
});

test('camt: what the payer wrote is found beside the place that is meant for it', () => {
  const textOf = (more: string) => camt(entry('10.00', part('10.00', more))).payments[0]?.text;
  const structured = '<RmtInf><Strd><AddtlRmtInf>meter 04229889888</AddtlRmtInf></Strd></RmtInf>';
  assert.equal(textOf(structured), 'meter 04229889888');
  assert.equal(textOf('<AddtlTxInf>04229889888</AddtlTxInf>'), '04229889888');
});

test('CSV: amounts as banks print them; what left the account is none', () => {
  const read = (amount: string) => {
    const mapping = { id: 'Id', amount: 'Amount', text: 'Text', currency: 'ZAR' };
    const file = readBankCsv(bytes(`Id,Amount,Text\n1,"${amount}",x\n`), mapping);
    return file.ok ? (file.value.payments[0]?.amount ?? 'none') : file.error;
  };
  for (const written of ['R 1 234.50', 'ZAR1,234.50', "1'234.50", '1\u00A0234.50']) {
    assert.equal(read(written), '1234.50', written);
  }
  for (const written of ['100.00-', '(100.00)', '\u2212100.00']) {
    assert.equal(read(written), 'none', written);
  }
  for (const written of ['USD 100.00', '1 23', '1 2345.00']) {
    assert.equal(read(written), 'malformed-amount', written);
  }
});

test('MT940: references and names from the text, where the line only points to it', () => {
  const [ing] = paymentsOf(
    [
      ':61:2611281128C55,00NTRFEREF//00000000001005',
      ':86:/EREF/E2E-77//CNTP/NL32INGB0000012345/INGBNL2A/J JANSEN///REMI/USTD//meter 04229889888/',
    ],
    '55,00',
  );
  assert.deepEqual(
    [ing?.endToEndId, ing?.payer, ing?.payerAccount, ing?.text],
    ['E2E-77', 'J JANSEN', 'NL32INGB0000012345', 'meter 04229889888'],
  );
  const [german] = paymentsOf(
    [
      ':61:2611281128CR55,00N051NONREF//B1',
      ':86:166?00GUTSCHRIFT?20EREF+E2E-1?21SVWZ+meter 0422988988?228?32MAX MUSTER?33MANN',
    ],
    '55,00',
  );
  assert.deepEqual([german?.endToEndId, german?.payer], ['E2E-1', 'MAX MUSTERMANN']);
});

test('MT940: a file that is indented as a whole is read; an indented line in free text is no line', () => {
  const entry = [':61:2611281128C55,00NTRFNONREF//B1', ':86:meter 04229889888'];
  const plain = paymentsOf(entry, '55,00');
  for (const space of ['  ', '\t', '        ']) {
    const whole = Buffer.from(statement(entry, '55,00')).toString().replace(/^/gm, space);
    const read = readMt940(bytes(whole));
    assert.ok(read.ok && read.value.balanced === true);
    assert.deepEqual(read.value.payments, plain);
  }
  const forged = [' :61:2611281128D99,00NTRFNONREF//B2', ' :61:2611281128C99,00NTRFNONREF//B3'];
  const payments = paymentsOf([...entry, ...forged], '55,00');
  assert.deepEqual(
    payments.map(({ id }) => id),
    ['B1'],
  );
});

test('SMPP: receipts with commas, quotes and dates as people write them', () => {
  const read = (text: string) =>
    readReceipt({ text, esmClass: 4, receiptedMessageId: null, messageState: null });
  const comma = read('id:7,sub:001,dlvrd:001,done date:2611291231,stat:DELIVRD,err:000,text:x');
  assert.deepEqual(
    [comma?.id, comma?.state, comma?.err, comma?.doneDate],
    ['7', 'delivered', '000', '2026-11-29T12:31'],
  );
  const quoted = read('id:"7" done date:"2026-11-29 12:31:05" stat:"UNDELIV" err:"12"');
  assert.deepEqual(
    [quoted?.id, quoted?.state, quoted?.err, quoted?.doneDate],
    ['7', 'failed', '12', '2026-11-29T12:31:05'],
  );
  assert.equal(read('id:7 done date:2026-11-29 12:31 stat:DELIVRD')?.doneDate, '2026-11-29T12:31');
  const bars = read('id:7|stat:DELIVRD|err:000');
  assert.deepEqual([bars?.id, bars?.state], ['7', 'delivered']);
  assert.equal(read('id:7, stat:DELIVRD')?.id, '7');
  for (const word of ['FAILURE', 'NOT_DELIVERED', 'EXPIRD']) {
    assert.equal(read(`id:7 stat:${word}`)?.state, 'failed', word);
  }
});

test('MoMo: a request that was only just made is under way; a reason under its other name', () => {
  const said = (body: object) =>
    readMomoAnswer(answered('status', 200, { amount: '5000', currency: 'UGX', ...body }));
  for (const status of ['CREATED', 'ONGOING', 'DELAYED']) {
    assert.equal(said({ status }).outcome, 'pending');
  }
  const failed = said({ status: 'FAILED', errorReason: { code: 'EXPIRED' } });
  assert.deepEqual([failed.outcome, failed.reason], ['failed', 'expired']);
  assert.equal(said({ status: 'FAILED', reason: 'TRANSACTION_CANCELED' }).reason, 'cancelled');
});

test('Daraja: its gateway has a form of its own for too many requests and old tokens', () => {
  const said = (httpStatus: number, faultstring: string) =>
    readDarajaAnswer(answered('stk-push', httpStatus, { fault: { faultstring, detail: {} } }));
  const spike = said(503, 'Spike arrest violation. Allowed rate : 5ps');
  assert.deepEqual([spike.outcome, spike.action], ['unknown', 'back-off']);
  assert.equal(said(401, 'Invalid Access Token').action, 'renew-token');
  assert.deepEqual(
    [said(500, 'Internal').outcome, said(500, 'Internal').action],
    ['unknown', null],
  );
});

test('why a card or UPI payment failed, where they say so', () => {
  const error = { type: 'card_error', code: 'card_declined', decline_code: 'insufficient_funds' };
  assert.equal(
    readStripeAnswer(answered('create-intent', 402, { error })).reason,
    'insufficient-funds',
  );
  const entity = { id: 'pay_1', amount: 5000, currency: 'INR', error_reason: 'payment_cancelled' };
  const event = { event: 'payment.failed', payload: { payment: { entity } } };
  const read = readRazorpayEvent(bytes(JSON.stringify(event)));
  assert.ok(read.ok);
  assert.deepEqual([read.value.notice.outcome, read.value.notice.reason], ['failed', 'cancelled']);
});

test('a bank’s file in UTF-16 is read by its first two bytes, whichever comes first', () => {
  const text = new TextDecoder().decode(
    statement([':61:2611281128C55,00NTRFNONREF//B1', ':86:Zoë 04229889888'], '55,00'),
  );
  const little = Buffer.from(`\uFEFF${text}`, 'utf16le');
  for (const raw of [little, Buffer.from(little).swap16()]) {
    const read = readMt940(raw);
    assert.ok(read.ok);
    assert.deepEqual(
      read.value.payments.map((each) => [each.id, each.text]),
      [['B1', 'Zoë 04229889888']],
    );
  }
});

test('an amount beside a meter’s number is no part of it, however the number is grouped', () => {
  // "95" in front would make a number of 13 digits whose check digit holds, too.
  for (const text of ['BUY 95 04229889888', 'BUY 04229889888 95', 'buy95 0422 988 9888']) {
    const { meter, amount } = readCommand(text);
    assert.deepEqual([meter, amount], ['04229889888', '95'], text);
  }
  for (const text of [
    'BUY 200 0422 988 9888',
    'BUY KES200 0422-988-9888',
    'BUY 0422 988 9888 200',
  ]) {
    const { meter, amount } = readCommand(text);
    assert.deepEqual([meter, amount], ['04229889888', '200'], text);
  }
  assert.ok(metersInText('invoice 20261129 of 1500.00 for 0422.988.9888').includes('04229889888'));
  assert.deepEqual(metersInText('0422 988 9889, paid 2026-11-29'), []);
});

const caseOf = (input: object, expected: object, rail = 'mpesa-daraja', kind = 'callback') =>
  assert.deepEqual(
    checkCases(JSON.stringify([{ id: 'a', rail, kind, input, expected, source: 'own' }])).failures,
    [],
  );

test('one payment in two messages: a late one by pay-bill, a hint and the answer to our question', () => {
  const order = {
    ...{ ourRef: 'o', CheckoutRequestID: 'c', amount: '500.00', currency: 'KES' },
    meter: '04229889888',
  };
  const push = (ResultCode: number) => ({
    Body: {
      stkCallback: {
        ...{ CheckoutRequestID: 'c', ResultCode },
        CallbackMetadata: {
          Item: [
            { Name: 'Amount', Value: 500 },
            { Name: 'MpesaReceiptNumber', Value: 'R1' },
          ],
        },
      },
    },
  });
  const bill = {
    channel: 'c2b-confirmation',
    body: { TransID: 'R1', TransAmount: '500.00', BillRefNumber: '0422 988 9888' },
  };
  const asked = (ResultCode: string) => ({
    ...{ call: 'stk-query', httpStatus: 200 },
    body: { ResponseCode: '0', CheckoutRequestID: 'c', ResultCode },
  });
  const folded = (sequence: object[], expected: object) => caseOf({ order, sequence }, expected);
  folded([{ body: push(1037) }, bill], { outcome: 'paid', vends: 1, flags: ['late-success'] });
  folded([{ body: push(0) }, bill], { outcome: 'paid', vends: 1, flags: ['duplicate'] });
  // What the hint said was not so: nothing is vended.
  folded([{ body: push(0) }, asked('1032')], { outcome: 'failed', vends: 0, flags: [] });
  folded([{ body: push(0) }, asked('0')], { outcome: 'paid', vends: 1, flags: [] });
  const paid = { ...order, state: 'paid', vended: true };
  caseOf({ order: paid, body: push(0) }, { outcome: 'paid', vend: 'no', flags: ['duplicate'] });
});

test('Pix: a refund that is under way or came to nothing is no second payment', () => {
  const orders = { t: { ourRef: 'o', amount: '37.00', currency: 'BRL', state: 'paid' } };
  const pix = (status: string) => ({
    ...{ endToEndId: 'E1', txid: 't', valor: '37.00' },
    devolucoes: [{ id: 'd', valor: '37.00', status }],
  });
  for (const [status, flags] of [
    ['EM_PROCESSAMENTO', []],
    ['NAO_REALIZADO', ['needs-operator']],
  ] as const) {
    const body = { pix: [pix(status)] };
    caseOf({ channel: 'mtls', orders, body }, { outcome: 'paid', vend: 'no', flags }, 'pix');
    const open = { t: { ...orders.t, state: 'open' } };
    const notOver = status === 'NAO_REALIZADO' ? 'unknown' : 'pending';
    caseOf({ channel: 'mtls', orders: open, body }, { outcome: notOver, vend: 'no' }, 'pix');
  }
});

test('MoMo: a token that is too old is asked for again, a key of another product is mended', () => {
  const said = (message: string) => readMomoAnswer(answered('status', 401, { message }));
  assert.equal(said('Access token has expired').action, 'renew-token');
  assert.equal(said('Access denied due to invalid subscription key.').retry, 'config');
});

test('XMLVend: the time of a message is a name, however a client writes it', () => {
  const faultOf = (dateTime: string) => {
    const ids = '<clientID ean="6001234000017"/><terminalID id="T"/>';
    const msgID = `<msgID dateTime="${dateTime}" uniqueNumber="7"/>`;
    const meter = '<idMethod><meterIdentifier msno="04229889888"/></idMethod>';
    const body = `<confirmCustomerReq>${ids}${msgID}${meter}</confirmCustomerReq>`;
    const read = readXmlvendRequest(bytes(`<Envelope><Body>${body}</Body></Envelope>`));
    return read.ok ? null : read.error.faultType;
  };
  for (const time of [
    '20261129180400',
    '20261129180400123',
    '2026-11-29T18:04:00',
    '202611291804',
  ]) {
    assert.equal(faultOf(time), null, time);
  }
  for (const none of ['', '2026', 'yesterday at noon', '9'.repeat(41)]) {
    assert.equal(faultOf(none), 'XMLVendSchemaEx', none);
  }
});

test('delivery reports come unordered: what was delivered or read stays so', () => {
  const status = (MessageStatus: string) => ({ body: { MessageSid: 'SM1', MessageStatus } });
  const folded = (words: string[], outcome: string) =>
    caseOf(
      { channel: 'dlr', sequence: words.map(status) },
      { outcome, messageId: 'SM1' },
      'twilio',
    );
  folded(['delivered', 'sent', 'undelivered'], 'delivered');
  folded(['queued', 'failed', 'sent'], 'failed');
  const statuses = ['read', 'sent', 'delivered'].map((word) => ({ id: 'wamid.B', status: word }));
  const entry = [{ changes: [{ value: { statuses } }] }];
  const body = { object: 'whatsapp_business_account', entry };
  caseOf({ verified: true, body }, { outcome: 'read', messageId: 'wamid.B' }, 'whatsapp');
});

test('XMLVend: the amount of a payment for an account stands beside the account or in it', () => {
  const ids =
    '<clientID ean="6001234000017"/><terminalID id="T"/>' +
    '<msgID dateTime="20261129180400" uniqueNumber="7"/>';
  const amount = '<reqAmt value="60.00" symbol="ZAR"/>';
  const account = '<accNo>04229889888</accNo>';
  for (const inner of [
    `<payAccount>${account}</payAccount>${amount}`,
    `<payAccount>${account}${amount}</payAccount>`,
    `<payAccount>${account}<amt value="60.00" symbol="ZAR"/></payAccount>`,
  ]) {
    const body = `<Envelope><Body><payAccReq>${ids}${inner}</payAccReq></Body></Envelope>`;
    const read = readXmlvendRequest(bytes(body));
    assert.ok(read.ok, inner);
    const { amount: asked, symbol, msno } = read.value;
    assert.deepEqual([asked, symbol, msno], ['60.00', 'ZAR', '04229889888']);
  }
});

test('an account in a sentence is the one meter that it names, and of two it is neither', () => {
  const paid = (BillRefNumber: string) => ({
    channel: 'c2b-confirmation',
    knownMeters: ['04229889888', '04092131467'],
    body: { TransID: 'T1', TransTime: '20261130150012', TransAmount: '500.00', BillRefNumber },
  });
  caseOf(paid('Meter 04229889888'), { meter: '04229889888', vend: 'after-requery' });
  caseOf(paid('04229889888 or 04092131467'), { meter: null, vend: 'no' });
});
