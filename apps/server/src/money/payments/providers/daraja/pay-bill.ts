// M-Pesa's pay-bill: people pay to the short code and write a meter's number as the account.
// Safaricom may ask first (validation) and tells once (confirmation); neither is signed. What was
// told is asked about (Transaction Status), and that answer comes to an address of its own.

import { err, ok, type Result } from '@prewatt/quantities';
import {
  confirmationReply,
  readC2b,
  readResult,
  transactionStatusBody,
  type ValidationReply,
} from '@prewatt/rails';
import { z } from 'zod';
import type {
  MayArrive,
  Notification,
  NotificationRefusal,
  PaymentProvider,
  ProviderStatus,
  RawNotification,
} from '../../provider.ts';
import { toldOf } from '../notice-status.ts';
import { jsonOf } from '../read.ts';
import type { Ask, DarajaConfig } from './config.ts';

type Read = (
  came: RawNotification,
  config: DarajaConfig,
) => Result<Notification, NotificationRefusal>;
export type PayBillDoor = 'validation' | 'confirmation' | 'status' | 'timeout';

const received = z.object({ BusinessShortCode: z.coerce.string() });

/** Behind the secret part of the callback address. No name has a word that they refuse. */
export const payBillDoors: Readonly<Record<PayBillDoor, Read>> = {
  validation: (came, config) => {
    const read = readMoney(came, config);
    if (!read.ok) return read;
    const { meterText: account, amountMinor } = read.value;
    return ok({
      kind: 'mayArrive',
      ...{ account, amountMinor, currencyCode: 'KES', told: toldOf(read.value) },
      reply: (answer) => validationReplies[answer],
    });
  },

  confirmation: (came, config) => {
    const read = readMoney(came, config);
    if (!read.ok) return read;
    const { providerRef, amountMinor, meterText: account, payer, payerName, paidAt } = read.value;
    if (providerRef === null || amountMinor === null || amountMinor <= 0n) return err('malformed');
    return ok({
      kind: 'arrived',
      isProved: false,
      told: toldOf(read.value),
      reply: confirmationReply,
      money: {
        ...{ amountMinor, account, payerName },
        providerReference: providerRef,
        currencyCode: 'KES',
        payerPhone: payer,
        paidAtMs: paidAt === null ? null : Date.parse(paidAt),
      },
    });
  },

  status: ({ rawBody, path }) => {
    const read = readResult(rawBody, 'transaction-status');
    const answerTo = path[2];
    if (!read.ok || answerTo === undefined) return err('malformed');
    const { notice } = read.value;
    return ok({ kind: 'answer', answerTo, status: statusOfResult(notice), told: toldOf(notice) });
  },

  // Nobody answered the question in time: it is put again by itself.
  timeout: () => ok({ kind: 'aside' }),
};

function readMoney({ rawBody }: RawNotification, { shortcode, till }: DarajaConfig) {
  const to = received.safeParse(jsonOf(rawBody));
  const read = readC2b(rawBody);
  if (!read.ok || !to.success) return err('malformed');
  const isOurs = [shortcode, till].includes(to.data.BusinessShortCode);
  return isOurs ? read : err('malformed');
}

const rejected = (ResultCode: ValidationReply['ResultCode']): ValidationReply => ({
  ResultCode,
  ResultDesc: 'Rejected',
});
const validationReplies: Readonly<Record<MayArrive, ValidationReply>> = {
  yes: { ResultCode: '0', ResultDesc: 'Accepted' },
  unknownAccount: rejected('C2B00012'),
  amount: rejected('C2B00013'),
};

type Said = (ReturnType<typeof readResult> & { readonly ok: true })['value']['notice'];

function statusOfResult(said: Said): ProviderStatus {
  const { outcome, final, providerRef, amountMinor } = said;
  if (outcome === 'paid' && providerRef !== null && amountMinor !== null && amountMinor > 0n) {
    return {
      status: 'succeeded',
      providerReference: providerRef,
      receivedMinor: amountMinor,
      currencyCode: 'KES',
    };
  }
  const isOver = (outcome === 'failed' || outcome === 'reversed') && final;
  return { status: isOver ? 'failed' : 'pending' };
}

/** Asks what became of money; the answer comes to the door `status`. */
export const createAsking =
  (
    initiator: NonNullable<DarajaConfig['initiator']>,
    config: DarajaConfig,
    ask: Ask,
  ): NonNullable<PaymentProvider['askAboutArrival']> =>
  async (asked) => {
    const urlOf = (door: PayBillDoor): string =>
      [asked.answerUrl, config.callbackSecret, door, asked.answerTo].join('/');
    const body = transactionStatusBody({
      initiator: initiator.name,
      securityCredential: initiator.securityCredential,
      shortcode: config.shortcode,
      transactionId: asked.providerReference,
      resultUrl: urlOf('status'),
      timeoutUrl: urlOf('timeout'),
    });
    const said = await ask('transaction-status', '/mpesa/transactionstatus/v1/query', body);
    if (said === null) return err('unreachable');
    if (said.outcome === 'pending') return ok(null);
    return err(said.retry === 'config' ? 'refused' : 'unreachable');
  };
