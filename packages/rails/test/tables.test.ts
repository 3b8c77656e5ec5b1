// The providers' tables of codes, row by row: what each means for an order. What is not listed is
// asked about again and never a failure.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  type Notice,
  readAirtelAnswer,
  readDarajaAnswer,
  readFlutterwaveAnswer,
  readMomoAnswer,
  readPaystackAnswer,
  readPixAnswer,
  readRazorpayAnswer,
  readReceipt,
  readResult,
  readStkCallback,
  readStripeAnswer,
  readVodacomAnswer,
  toMinor,
} from '../src/index.ts';

const bytes = (body: unknown): Uint8Array =>
  new TextEncoder().encode(typeof body === 'string' ? body : JSON.stringify(body));
/** "failed, final: expired", "unknown, poll" */
const shown = ({ outcome, final, reason, retry }: Notice): string => {
  const then = final ? 'final' : (retry ?? 'nothing');
  return `${outcome}, ${then}${reason === null ? '' : `: ${reason}`}`;
};
type Table = Readonly<Record<string, string>>;
const holds = (table: Table, said: (code: string) => Notice): void => {
  for (const [code, means] of Object.entries(table)) assert.equal(shown(said(code)), means, code);
};

test('M-Pesa: result codes of a push, as numbers, as texts, called back or asked for', () => {
  const codes: Table = {
    1: 'failed, final: insufficient-funds',
    26: 'failed, final: busy',
    1001: 'failed, final: busy',
    1019: 'failed, final: expired',
    1025: 'failed, final: prompt-not-sent',
    1032: 'failed, final: cancelled',
    1037: 'failed, final: no-answer',
    2001: 'failed, final: wrong-pin',
    9999: 'failed, final: prompt-not-sent',
    4999: 'pending, poll',
    2: 'unknown, poll',
    8006: 'unknown, poll',
  };
  for (const as of [Number, String]) {
    holds(codes, (code) => {
      const stkCallback = { CheckoutRequestID: 'c', ResultCode: as(code) };
      const read = readStkCallback(bytes({ Body: { stkCallback } }));
      assert.ok(read.ok);
      return read.value;
    });
    holds(codes, (code) =>
      readDarajaAnswer({
        ...{ call: 'stk-query', httpStatus: 200 },
        raw: bytes({ ResponseCode: '0', CheckoutRequestID: 'c', ResultCode: as(code) }),
      }),
    );
  }
});

test('M-Pesa: errors, which share codes: the text decides', () => {
  const errors: readonly [number, string, string, string, string][] = [
    [500, '500.001.1001', 'The transaction is being processed', 'pending, poll', 'pending, poll'],
    [
      ...([500, '500.001.1001', '[MerchantValidate] - Wrong credentials'] as const),
      ...(['unknown, config: configuration', 'unknown, config: configuration'] as const),
    ],
    [
      ...([500, '500.001.1001', 'Merchant does not exist'] as const),
      ...(['unknown, config: configuration', 'unknown, config: configuration'] as const),
    ],
    [
      ...([
        500,
        '500.001.1001',
        'Unable to lock subscriber, a transaction is already in process',
      ] as const),
      ...(['pending, poll', 'pending, poll'] as const),
    ],
    [
      ...([500, '500.003.02', 'Error Occurred: Spike Arrest Violation'] as const),
      ...(['unknown, poll: throttled', 'unknown, same-id: throttled'] as const),
    ],
    [
      ...([429, '429.001.01', 'Quota'] as const),
      ...(['unknown, poll: throttled', 'unknown, same-id: throttled'] as const),
    ],
    [
      ...([400, '400.002.02', 'Bad Request - Invalid Amount'] as const),
      ...(['unknown, config: configuration', 'unknown, config: configuration'] as const),
    ],
    [
      ...([404, '404.001.03', 'Invalid Access Token'] as const),
      ...(['unknown, same-id: authentication', 'unknown, same-id: authentication'] as const),
    ],
    [
      ...([401, '401.002.01', 'Error Occurred - Invalid Access Token'] as const),
      ...(['unknown, same-id: authentication', 'unknown, same-id: authentication'] as const),
    ],
  ];
  for (const [httpStatus, errorCode, errorMessage, asked, sent] of errors) {
    const raw = bytes({ requestId: 'r', errorCode, errorMessage });
    assert.equal(
      shown(readDarajaAnswer({ call: 'stk-query', httpStatus, raw })),
      asked,
      errorMessage,
    );
    assert.equal(
      shown(readDarajaAnswer({ call: 'stk-push', httpStatus, raw })),
      sent,
      errorMessage,
    );
  }
});

test('M-Pesa: results of questions, reversals and payments out', () => {
  const result = (channel: 'reversal' | 'transaction-status' | 'b2c', code: string, more = {}) => {
    const read = readResult(bytes({ Result: { ResultCode: code, ...more } }), channel);
    assert.ok(read.ok);
    return read.value.notice;
  };
  const status = (Value: string) => ({
    ResultParameters: { ResultParameter: { Key: 'TransactionStatus', Value } },
  });
  holds(
    {
      Completed: 'paid, final',
      Failed: 'failed, final',
      Declined: 'failed, final',
      Cancelled: 'failed, final: cancelled',
      Expired: 'failed, final: expired',
      Reversed: 'reversed, final',
      Pending: 'pending, poll',
      Authorized: 'pending, poll',
      Submitted: 'pending, poll',
      Anything: 'unknown, poll',
    },
    (word) => result('transaction-status', '0', status(word)),
  );
  const questions = { 1: 'unknown, poll', 21: 'unknown, config: configuration' };
  holds({ ...questions, SFC_IC0003: 'unknown, config: configuration' }, (code) =>
    result('transaction-status', code, status('Completed')),
  );
  holds({ 0: 'reversed, final', 1: 'failed, final', 21: 'failed, final: configuration' }, (code) =>
    result('reversal', code),
  );
  holds(
    {
      0: 'paid, final',
      1: 'failed, final: insufficient-funds',
      2: 'failed, final: below-minimum',
      21: 'unknown, config: configuration',
      17: 'unknown, poll',
    },
    (code) => result('b2c', code),
  );
});

test('Vodacom: codes in an answer of any status; without one nothing is known', () => {
  const raw = (body: object) => ({ call: 'c2b-single-stage', httpStatus: 422, raw: bytes(body) });
  holds(
    {
      'INS-0': 'paid, final',
      'INS-1': 'unknown, poll',
      'INS-5': 'failed, final: cancelled',
      'INS-6': 'failed, final: rejected',
      'INS-9': 'unknown, poll: timeout',
      'INS-10': 'unknown, poll',
      'INS-2006': 'failed, final: insufficient-funds',
      'INS-2051': 'failed, final: payer-not-found',
      'INS-7777': 'unknown, poll',
    },
    (output_ResponseCode) => readVodacomAnswer(raw({ output_ResponseCode })),
  );
  assert.equal(
    shown(readVodacomAnswer(raw({ output_error: 'x' }))),
    'unknown, config: configuration',
  );
});

test('MoMo: reasons as text and as object, and answers without a status', () => {
  const reasons: Table = {
    APPROVAL_REJECTED: 'failed, final: cancelled',
    REJECTED: 'failed, final: cancelled',
    EXPIRED: 'failed, final: expired',
    COULD_NOT_PERFORM_TRANSACTION: 'failed, final: no-answer',
    NOT_ENOUGH_FUNDS: 'failed, final: insufficient-funds',
    PAYER_NOT_FOUND: 'failed, final: payer-not-found',
    PAYEE_NOT_FOUND: 'failed, final: payee-not-found',
    PAYER_LIMIT_REACHED: 'failed, final: limit',
    PAYEE_NOT_ALLOWED_TO_RECEIVE: 'failed, final: payee-not-allowed',
    NOT_ALLOWED: 'failed, final: not-allowed',
    INTERNAL_PROCESSING_ERROR: 'failed, final: provider-error',
    SERVICE_UNAVAILABLE: 'failed, final: provider-unavailable',
    TRANSFER_TYPE_UNKNOWN: 'failed, final: configuration',
    ONGOING: 'pending, poll',
    DELAYED: 'pending, poll',
    PENDING: 'pending, poll',
  };
  for (const form of [(code: string) => code, (code: string) => ({ code, message: 'x' })]) {
    holds(reasons, (code) =>
      readMomoAnswer({
        ...{ call: 'status', httpStatus: 200 },
        raw: bytes({ amount: '5000', currency: 'UGX', status: 'FAILED', reason: form(code) }),
      }),
    );
  }
  const errors: readonly [number, string, string][] = [
    [409, 'RESOURCE_ALREADY_EXIST', 'pending, poll'],
    [404, 'RESOURCE_NOT_FOUND', 'unknown, same-id'],
    [400, 'INVALID_CALLBACK_URL_HOST', 'unknown, config: configuration'],
    [500, 'INVALID_CURRENCY', 'unknown, config: configuration'],
    [500, 'NOT_ALLOWED_TARGET_ENVIRONMENT', 'unknown, config: configuration'],
    [503, 'x', 'unknown, same-id: provider-unavailable'],
  ];
  for (const [httpStatus, code, means] of errors) {
    const raw = bytes({ code });
    assert.equal(shown(readMomoAnswer({ call: 'requesttopay', httpStatus, raw })), means, code);
  }
});

test('Airtel: the status of the transaction decides, whatever the code beside it', () => {
  const transaction = (status: string) => ({
    ...{ call: 'enquiry', httpStatus: 200 },
    raw: bytes({
      data: { transaction: { id: 'i', status } },
      status: { success: true, response_code: 'DP00800001000' },
    }),
  });
  holds(
    {
      TS: 'paid, final',
      TF: 'failed, final',
      TE: 'failed, final: expired',
      TIP: 'pending, poll',
      TA: 'unknown, poll',
      ELSE: 'unknown, poll',
    },
    (status) => readAirtelAnswer(transaction(status)),
  );
  for (const result_code of ['ESB000041', 'ESB000001', 'ESB000004', 'ROUTER117']) {
    const raw = bytes({ status: { success: false, result_code } });
    const said = readAirtelAnswer({ call: 'payments', httpStatus: 200, raw });
    assert.deepEqual([said.outcome, said.retry], ['unknown', 'poll'], result_code);
  }
});

test('the pages: statuses of Paystack, Flutterwave, Razorpay, Stripe and Pix', () => {
  holds(
    {
      success: 'paid, final',
      failed: 'failed, final',
      abandoned: 'failed, new-attempt: cancelled',
      ongoing: 'pending, poll',
      pending: 'pending, poll',
      processing: 'pending, poll',
      queued: 'pending, poll',
      reversed: 'reversed, final',
      else: 'unknown, poll',
    },
    (status) =>
      readPaystackAnswer({
        ...{ call: 'verify', httpStatus: 200 },
        raw: bytes({ status: true, data: { status, reference: 'r' } }),
      }),
  );
  holds(
    {
      successful: 'paid, final',
      succeeded: 'paid, final',
      failed: 'failed, final',
      pending: 'pending, poll',
      else: 'unknown, poll',
    },
    (status) =>
      readFlutterwaveAnswer({
        ...{ call: 'verify', httpStatus: 200 },
        raw: bytes({ status: 'success', data: { status, tx_ref: 'r' } }),
      }),
  );
  holds(
    {
      created: 'pending, poll',
      authorized: 'pending, poll',
      captured: 'paid, final',
      failed: 'failed, final: rejected',
      refunded: 'reversed, final',
      else: 'unknown, poll',
    },
    (status) =>
      readRazorpayAnswer({
        ...{ call: 'payment', httpStatus: 200 },
        raw: bytes({ entity: 'payment', id: 'p', status }),
      }),
  );
  holds(
    { paid: 'paid, final', unpaid: 'pending, poll', no_payment_required: 'pending, poll' },
    (payment_status) =>
      readStripeAnswer({
        ...{ call: 'get-session', httpStatus: 200 },
        raw: bytes({ object: 'checkout.session', status: 'open', payment_status }),
      }),
  );
  holds(
    {
      ATIVA: 'pending, poll',
      CONCLUIDA: 'paid, final',
      REMOVIDA_PELO_USUARIO_RECEBEDOR: 'failed, final: removed',
      REMOVIDA_PELO_PSP: 'failed, final: removed',
      ELSE: 'unknown, poll',
    },
    (status) =>
      readPixAnswer({
        ...{ call: 'cob', httpStatus: 200 },
        raw: bytes({ txid: 't', status, valor: { original: '37.00' } }),
      }),
  );
});

test('no answer, HTML, a busy and a broken provider leave every order open, at all of them', () => {
  const readers = [
    ...([readAirtelAnswer, readDarajaAnswer, readFlutterwaveAnswer, readMomoAnswer] as const),
    ...([readPaystackAnswer, readPixAnswer, readRazorpayAnswer, readStripeAnswer] as const),
    readVodacomAnswer,
  ];
  const calls = ['status', 'verify', 'enquiry', 'stk-query', 'charges', 'create-session', 'refund'];
  for (const read of readers) {
    for (const call of calls) {
      for (const httpStatus of [null, 200, 408, 429, 500, 502, 503, 504]) {
        for (const body of ['<html>Maintenance</html>', '', 'null', '[]', '"ok"']) {
          const { outcome } = read({ call, httpStatus, raw: bytes(body) });
          assert.ok(['unknown', 'pending'].includes(outcome), `${read.name} ${call} ${body}`);
        }
      }
    }
  }
});

test('amounts in all their spellings; no float, no guess', () => {
  const spelt: readonly [string, number, bigint | null][] = [
    ['1', 2, 100n],
    ['1.0', 2, 100n],
    ['1.00', 2, 100n],
    ['1,000.00', 2, 100_000n],
    ['1E3', 2, 100_000n],
    ['5e2', 0, 500n],
    ['5000.0', 0, 5_000n],
    ['1.234', 3, 1_234n],
    ['1.234', 2, null],
    ['1,00', 2, null],
    ['-5', 2, null],
    ['5OO', 2, null],
    ['1e99', 2, null],
    ['', 2, null],
  ];
  for (const [text, exponent, minor] of spelt) assert.equal(toMinor(text, exponent), minor, text);
});

test('SMPP: fields that a vendor leaves as null or dots are nothing', () => {
  for (const none of ['null', '...']) {
    const text = `id:7 sub:${none} dlvrd:${none} done date:2611290052 stat:DELIVRD err:${none}`;
    const read = readReceipt({ text, esmClass: 4, receiptedMessageId: null, messageState: null });
    assert.deepEqual([read?.state, read?.err], ['delivered', null]);
  }
});
