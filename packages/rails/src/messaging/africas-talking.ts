// Africa's Talking: texts out and in, delivery reports, and the forms of its USSD. Nothing is
// signed: the callback's path is the secret.

import { err, ok, type Result } from '@prewatt/quantities';
import { formFields } from '../base/forms.ts';
import { isObject, listAt, parseJson, wordAt } from '../base/json.ts';
import { e164 } from '../base/phones.ts';
import { type DeliveryOutcome, type DeliveryReport, report } from './delivery.ts';
import { type InboundSms, inboundSms } from './inbound.ts';

const states: Readonly<Record<string, DeliveryOutcome>> = {
  sent: 'pending',
  submitted: 'pending',
  buffered: 'pending',
  success: 'delivered',
  delivered: 'delivered',
  rejected: 'failed',
  failed: 'failed',
  absentsubscriber: 'failed',
  expired: 'failed',
};

/** A delivery report's form. */
export function readAtReport(raw: Uint8Array): Result<DeliveryReport, 'unexpected-shape'> {
  const { id, status, failureReason } = formFields(raw);
  if (id === undefined || id === '' || status === undefined) return err('unexpected-shape');
  const outcome = states[status.toLowerCase()] ?? 'pending';
  const optedOut = /UserInBlackList|optedout/i.test(failureReason ?? '');
  const reason =
    outcome !== 'failed'
      ? null
      : (({ expired: 'expired', rejected: 'rejected' } as const)[status.toLowerCase()] ??
        'undeliverable');
  return ok(report(id, outcome, { reason, optedOut }));
}

/** An incoming text's form. */
export function readAtInbound(raw: Uint8Array): Result<InboundSms, 'unexpected-shape'> {
  const { from, to, text, id } = formFields(raw);
  if (from === undefined || text === undefined) return err('unexpected-shape');
  return ok(inboundSms({ messageId: id ?? null, sender: from, recipient: to ?? null, text }));
}

export type AtSent = {
  readonly number: string;
  readonly messageId: string | null;
  readonly outcome: 'pending' | 'failed' | 'unknown';
  /** Empty balance and holds concern every message: an operator is told. */
  readonly alarm: boolean;
  readonly code: number;
};

/** Each recipient of a sent message. Codes 100 to 102 mean taken, not delivered. */
export function readAtSent(raw: Uint8Array): Result<readonly AtSent[], 'unexpected-shape'> {
  const json = parseJson(raw);
  if (!isObject(json)) return err('unexpected-shape');
  const recipients = listAt(json, 'SMSMessageData', 'Recipients');
  if (recipients.length === 0) return err('unexpected-shape');
  return ok(
    recipients.map((each) => {
      const code = Number(wordAt(each, 'statusCode') ?? 0);
      const taken = code >= 100 && code <= 102;
      return {
        number: wordAt(each, 'number') ?? '',
        messageId: wordAt(each, 'messageId'),
        outcome: taken ? 'pending' : code >= 400 && code < 500 ? 'failed' : 'unknown',
        alarm: [401, 402, 405].includes(code),
        code,
      };
    }),
  );
}

export type UssdHop = {
  readonly sessionId: string;
  readonly serviceCode: string;
  readonly phone: string;
  /** Everything typed in this session so far, joined by stars. */
  readonly text: string;
};

/** A hop of a USSD session, of this gateway or of a generic one with the same fields. */
export function readAtUssd(raw: Uint8Array): Result<UssdHop, 'unexpected-shape'> {
  const { sessionId, serviceCode, phoneNumber, text } = formFields(raw);
  const phone = e164(phoneNumber ?? null);
  if (sessionId === undefined || sessionId === '' || phone === null) return err('unexpected-shape');
  return ok({
    sessionId,
    serviceCode: serviceCode ?? '',
    phone,
    text: (text ?? '').slice(0, 2000),
  });
}

export type UssdEnd = {
  readonly kind: 'session-end';
  readonly sessionId: string;
  readonly status: 'success' | 'incomplete' | 'failed';
  readonly phone: string | null;
  readonly input: string;
};

/** The notification that a session has ended. */
export function readAtUssdEnd(raw: Uint8Array): Result<UssdEnd, 'unexpected-shape'> {
  const { sessionId, status, phoneNumber, input } = formFields(raw);
  const word = status?.toLowerCase();
  if (sessionId === undefined) return err('unexpected-shape');
  if (word !== 'success' && word !== 'incomplete' && word !== 'failed')
    return err('unexpected-shape');
  const phone = e164(phoneNumber ?? null);
  return ok({ kind: 'session-end', sessionId, status: word, phone, input: input ?? '' });
}
