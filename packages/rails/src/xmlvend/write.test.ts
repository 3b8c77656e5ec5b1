import assert from 'node:assert/strict';
import { test } from 'node:test';
import { utf8Bytes } from '../base/bytes.ts';
import { readXmlvendAnswer } from './client.ts';
import { readXmlvendRequest } from './request.ts';
import { type AnswerHead, element, envelopeOf, faultOf } from './write.ts';
import { requestText } from './write-request.ts';
import { receiptOf, type Standing, vendParts, type WrittenReceipt } from './write-vend.ts';

const msgId = { dateTime: '20261130120000', uniqueNumber: '700001' };
const sent = {
  ...{ operation: 'creditVend', msgID: msgId, msno: '04229889888', amount: '115.00' },
  ...{ currency: 'ZAR', original: null },
};
const head: AnswerHead = {
  ...{ clientId: '6001234000017', terminalId: 'T <9> & "more"', serverId: 'prewatt', msgId },
  at: '2026-11-30T14:00:00.000+02:00',
};
const standing: Standing = {
  ...{
    availCredit: '-1.00',
    symbol: 'ZAR',
    open: { shift: true, sales: true, bank: false },
    utility: 'U',
    utilityAddress: '1 Weir Road',
    utilityTaxRef: '4010203040',
    vendor: 'V',
  },
  customer: { name: 'M & K \u0000\ud800', address: null },
};
const receipt: WrittenReceipt = {
  receiptNo: 'R-77',
  meter: { msno: '04229889888', sgc: '100836', krn: '2', ti: '07', at: '07', tt: '02' },
  ...{ symbol: 'ZAR', scale: 2, tenderMinor: 12_000n, changeMinor: 500n },
  transactions: [
    {
      ...{ kind: 'sale', netMinor: 9_000n, tariff: 'DOMESTIC' },
      taxes: [{ amountMinor: 1_350n, percent: '15' }],
      keyChange: ['1'.repeat(20), '2'.repeat(20)],
      powerLimit: ['3'.repeat(20)],
      issue: { kind: 'sale', token: '04441234567812345678', units: '40.2', siUnit: 'kWh' },
    },
    { kind: 'debt', amountMinor: 1_000n, desc: 'Arrears' },
    { kind: 'service', amountMinor: 100n, desc: 'Fee' },
    { kind: 'account', amountMinor: 50n, desc: 'Kept' },
  ],
};

test('an answer that is written is read again as what it was, in both versions of SOAP', () => {
  for (const version of ['1.1', '1.2'] as const) {
    const body = element('r:creditVendResp', {}, ...vendParts(head, standing, receipt));
    const raw = utf8Bytes(envelopeOf(version, body));
    const read = readXmlvendAnswer(sent, { httpStatus: 200, raw });
    assert.deepEqual([read.outcome, read.flags], ['vended', []]);
    assert.deepEqual(
      [read.receipt?.tokens, read.receipt?.keyChange.length, read.receipt?.units],
      [['04441234567812345678'], 2, '40.2'],
    );
    assert.deepEqual([read.receipt?.balanced, read.receipt?.change], [true, '5.00']);
    assert.deepEqual(
      read.receipt?.charges.map(({ type, amount }) => [type, amount]),
      [
        ['debt', '10.00'],
        ['service', '1.00'],
        ['account', '0.50'],
      ],
    );
    assert.equal(read.customer?.name, 'M & K');
    const text = new TextDecoder().decode(raw);
    assert.match(text, /rate="0.1500"/);
    assert.ok(text.includes('id="T &lt;9&gt; &amp; &quot;more&quot;"'));
  }
});

test('a tax has the rate of its tariff, and without one the rate that the figures give', () => {
  const rates = [
    ['15', 133n, '0.1500'],
    ['16.5', 133n, '0.1650'],
    ['7.1234', 133n, '0.071234'],
    [null, 133n, '0.4030'],
  ] as const;
  for (const [percent, amountMinor, rate] of rates) {
    const [sale] = receipt.transactions;
    assert.ok(sale?.kind === 'sale');
    const taxed = { ...sale, netMinor: 330n, taxes: [{ amountMinor, percent }] };
    const written = receiptOf({ ...receipt, transactions: [taxed] });
    assert.ok(envelopeOf('1.1', written).includes(`rate="${rate}"`), rate);
  }
});

test('a fault that is written is read again with its words', () => {
  for (const version of ['1.1', '1.2'] as const) {
    const said = { type: 'VendorCreditEx', desc: 'The float <is> empty', code: 'floatExceeded' };
    const body = faultOf(version, { ...head, custMsg: 'Nothing was sold.' }, said);
    const raw = utf8Bytes(envelopeOf(version, body));
    const read = readXmlvendAnswer(sent, { httpStatus: 500, raw });
    assert.deepEqual(
      [read.outcome, read.faultType, read.faultCode, read.desc, read.custMsg, read.reason],
      [
        ...['refused', 'VendorCreditEx', 'floatExceeded', 'The float <is> empty'],
        ...['Nothing was sold.', 'vendor-credit'],
      ],
    );
  }
});

test('a request that is written is read again as what was asked', () => {
  const asked = {
    ...{ element: 'creditVendReq', clientId: '6001234000017', terminalId: 'T-9', msgId },
    ...{ operator: 'op1', password: 'x', msno: '04229889888', amount: '115.00', symbol: 'ZAR' },
    advice: null,
  };
  const read = readXmlvendRequest(utf8Bytes(requestText('1.1', asked)));
  assert.ok(read.ok);
  const { operation, msno, amount, tender, symbol, payType } = read.value;
  assert.deepEqual(
    [operation, msno, amount, tender, symbol, payType],
    ['creditVend', '04229889888', '115.00', '115.00', 'ZAR', 'Cash'],
  );
  const original = { dateTime: '20261130115900', uniqueNumber: '7' };
  const advice = { type: 'LastRespAdviceReq', original };
  const about = { ...asked, element: 'adviceReq', msno: null, amount: null, advice };
  const advised = readXmlvendRequest(utf8Bytes(requestText('1.2', about)));
  assert.deepEqual(advised.ok && advised.value.advice, advice);
});
