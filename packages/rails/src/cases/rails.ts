// Which functions serve a rail of the cases: the very ones that an adapter of the server uses.

import { err, ok, type Result } from '@prewatt/quantities';
import { readAirtelAnswer, readAirtelCallback, verifyAirtelHash } from '../airtel/index.ts';
import { at, type Json, listAt, wordAt } from '../base/json.ts';
import type { Answered } from '../contract/http.ts';
import { type Notice, notice } from '../contract/notice.ts';
import { readFlutterwaveAnswer, readFlutterwaveEvent } from '../flutterwave/index.ts';
import { mozambiqueTemplates, readMoneySms } from '../messaging/money-sms.ts';
import { readMomoAnswer, readMomoStatus } from '../momo/index.ts';
import {
  readC2b,
  readDarajaAnswer,
  readPullAnswer,
  readResult,
  readStkCallback,
  readVodacomAnswer,
} from '../mpesa/index.ts';
import { readOrangeAnswer, readOrangeNotification, verifyOrangeToken } from '../orange/index.ts';
import { readPaystackAnswer, readPaystackEvent } from '../paystack/index.ts';
import { readPixAnswer, readPixNotification } from '../pix/index.ts';
import { readRazorpayAnswer, readRazorpayEvent } from '../razorpay/index.ts';
import { readStripeAnswer, readStripeEvent } from '../stripe/index.ts';
import { rawOf } from './input.ts';

export type CallbackReader = (message: Json, input: Json) => Result<readonly Notice[], string>;

const one = (read: Result<Notice, string>): Result<readonly Notice[], string> =>
  read.ok ? ok([read.value]) : read;

/** One notice (several for Pix and Pull) of a message; `input` is the whole case. */
export const callbacks: Readonly<Record<string, CallbackReader>> = {
  'mpesa-daraja': (message, input) => daraja(message, input),
  'mtn-momo': (message) => one(readMomoStatus(rawOf(message))),
  airtel: (message, input) => {
    const key = wordAt(input, 'key') ?? wordAt(input, 'secret');
    const checked = key === null ? null : verifyAirtelHash(rawOf(message), key);
    if (checked !== null && !checked.ok && checked.error === 'wrong-signature') return ok([forged]);
    return one(readAirtelCallback(rawOf(message), checked?.ok === true));
  },
  'orange-money': (message, input) => {
    const stored = wordAt(input, 'order', 'notif_token');
    const raw = rawOf(message);
    if (stored !== null && !verifyOrangeToken(raw, stored).ok) return ok([forged]);
    return one(readOrangeNotification(raw));
  },
  paystack: (message) => one(readPaystackEvent(rawOf(message))),
  flutterwave: (message) => one(readFlutterwaveEvent(rawOf(message))),
  stripe: (message) => one(readStripeEvent(rawOf(message))),
  razorpay: (message, input) => {
    const read = readRazorpayEvent(rawOf(message));
    if (!read.ok) return read;
    const { notice: said, qrId } = read.value;
    const meterText = qrId === null ? said.meterText : wordAt(input, 'knownQr', qrId);
    return ok([{ ...said, meterText }]);
  },
  pix: (message, input) => readPixNotification(rawOf(message), wordAt(input, 'channel') === 'mtls'),
  'money-sms': (message, input) => {
    const sender = wordAt(message, 'from_') ?? wordAt(message, 'from') ?? '';
    const senders = listAt(input, 'senders').map(String);
    const read = readMoneySms(
      { sender, text: wordAt(message, 'text') ?? '' },
      {
        senders: senders.length > 0 ? senders : ['M-PESA', 'e-Mola', 'mKesh'],
        templates: mozambiqueTemplates,
      },
    );
    return one(read);
  },
};

/** A message that proves nothing: kept, answered, and never believed. */
export const forged: Notice = notice({
  kind: 'other',
  outcome: 'ignored',
  flags: ['bad-signature'],
});

function daraja(message: Json, input: Json): Result<readonly Notice[], string> {
  const raw = rawOf(message);
  const channel = wordAt(message, 'channel') ?? wordAt(input, 'channel') ?? '';
  if (at(message, 'body', 'Body') !== undefined) return one(readStkCallback(raw));
  if (/pull/.test(channel)) return readPullAnswer(raw);
  if (at(message, 'body', 'Result') !== undefined) {
    const kind = /revers/.test(channel)
      ? 'reversal'
      : /b2c/.test(channel)
        ? 'b2c'
        : 'transaction-status';
    const read = readResult(raw, kind);
    return read.ok ? ok([read.value.notice]) : read;
  }
  return at(message, 'body', 'TransID') === undefined ? err('unexpected-shape') : one(readC2b(raw));
}

/** Answers to our own calls. */
export const answers: Readonly<Record<string, (answered: Answered) => Notice>> = {
  'mpesa-daraja': readDarajaAnswer,
  'vodacom-mz': readVodacomAnswer,
  'mtn-momo': readMomoAnswer,
  airtel: readAirtelAnswer,
  'orange-money': readOrangeAnswer,
  paystack: readPaystackAnswer,
  flutterwave: readFlutterwaveAnswer,
  stripe: readStripeAnswer,
  razorpay: readRazorpayAnswer,
  pix: readPixAnswer,
};

export function answeredOf(input: Json): Answered {
  const status = at(input, 'httpStatus');
  return {
    call: wordAt(input, 'call') ?? '',
    httpStatus: typeof status === 'number' ? status : null,
    raw: rawOf(input),
  };
}
