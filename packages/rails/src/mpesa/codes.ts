// Result codes of M-Pesa Daraja for a push to a customer's phone: which are a refusal, which only
// mean that nobody knows yet. A code that is not listed is unknown, never a failure.

import { declined, type Notice, type Reason, underWay, unsure } from '../contract/notice.ts';

const refusals: Readonly<Record<string, Reason>> = {
  '1': 'insufficient-funds',
  '17': 'limit',
  '26': 'busy',
  '1001': 'busy',
  '1019': 'expired',
  '1025': 'prompt-not-sent',
  '1032': 'cancelled',
  '1037': 'no-answer',
  '2001': 'wrong-pin',
  '9999': 'prompt-not-sent',
};

/** A push that did not pay, by its ResultCode (number or text); not for code 0. */
export function pushRefusal(code: string): Notice {
  const reason = refusals[code];
  if (code === '4999') return underWay();
  if (reason === undefined) return unsure('poll');
  // No answer within a minute, and yet some of these pay: the statement is watched.
  return declined(reason, { watchForLateSuccess: code === '1037' });
}

const configurationFaults = ['21', '25', '2001', 'SFC_IC0003', 'C2B00011'];

/** Whether a result message says that we were not allowed to ask, or asked wrongly. */
export const isConfigurationFault = (code: string): boolean =>
  configurationFaults.includes(code) || code.startsWith('SFC_');

/** "20261129180430" or "2026-11-29 18:04:30" in Nairobi, as RFC 3339; null for all else. */
export function nairobiTime(text: string | null): string | null {
  const match = /^(\d{4})-?(\d\d)-?(\d\d)[ T]?(\d\d):?(\d\d):?(\d\d)/.exec(text ?? '');
  if (match === null) return null;
  const [, year, month, day, hour, minute, second] = match;
  const whole = `${year}-${month}-${day}T${hour}:${minute}:${second}`;
  return Number.isNaN(Date.parse(`${whole}Z`)) ? null : `${whole}+03:00`;
}
