// Daraja's result messages, which come after reversals, status questions and payments out. Only
// ResultCode 0 is success, whatever the text beside it says; parameters are a multimap, since keys
// repeat and one-element arrays collapse.

import { err, ok, type Result } from '@prewatt/quantities';
import { toMinor } from '../base/amounts.ts';
import { at, isObject, type Json, listAt, parseJson, wordAt } from '../base/json.ts';
import { e164, isMasked, lastDigits } from '../base/phones.ts';
import {
  type Flag,
  type Notice,
  notice,
  type Reason,
  type Unreadable,
  unsure,
} from '../contract/notice.ts';
import { isConfigurationFault, nairobiTime } from './codes.ts';

export type ResultChannel = 'reversal' | 'transaction-status' | 'b2c';

export type DarajaResult = {
  readonly notice: Notice;
  readonly code: string;
  /** Of the reversed or asked-about payment, where it is named. */
  readonly originalRef: string | null;
  readonly conversationId: string | null;
};

/** Reads `Result` of a ResultURL message. */
export function readResult(
  raw: Uint8Array,
  channel: ResultChannel,
): Result<DarajaResult, Unreadable> {
  const json = parseJson(raw);
  if (json === undefined) return err('malformed');
  const result = at(json, 'Result');
  const code = wordAt(result, 'ResultCode');
  if (!isObject(result) || code === null) return err('unexpected-shape');
  const parameters = multimap(result);
  const first = (name: string): string | null => parameters.get(name)?.[0] ?? null;
  const read = { reversal, 'transaction-status': transactionStatus, b2c }[channel];
  return ok({
    code,
    notice: read({ code, result, first }),
    originalRef: first('OriginalTransactionID') ?? first('OriginTransactionID'),
    conversationId: wordAt(result, 'OriginatorConversationID'),
  });
}

type Read = {
  readonly code: string;
  readonly result: Json;
  readonly first: (name: string) => string | null;
};

function reversal({ code, result, first }: Read): Notice {
  const said = {
    kind: 'refund',
    trust: 'proof',
    final: true,
    providerRef: first('OriginalTransactionID') ?? wordAt(result, 'TransactionID'),
    amountMinor: toMinor(first('Amount'), 2),
    currency: 'KES',
  } as const;
  if (code === '0') {
    return notice({ ...said, outcome: 'reversed', refundedMinor: said.amountMinor });
  }
  return notice({
    ...said,
    outcome: 'failed',
    flags: ['needs-operator'],
    retry: isConfigurationFault(code) ? 'config' : null,
    reason: isConfigurationFault(code) ? 'configuration' : null,
  });
}

function transactionStatus({ code, result, first }: Read): Notice {
  // A question that failed says nothing about the payment.
  if (isConfigurationFault(code)) return unsure('config', { reason: 'configuration' });
  if (code !== '0') return unsure('poll');
  const debit = first('DebitPartyName');
  const phone = /^\+?[\d*x]{9,15}|^[0-9a-f]{64}/i.exec(debit ?? '')?.[0] ?? null;
  const flags: Flag[] = phone !== null && isMasked(phone) ? ['masked-payer'] : [];
  const said = {
    trust: 'proof',
    providerRef: first('ReceiptNo') ?? wordAt(result, 'TransactionID'),
    amountMinor: toMinor(first('Amount'), 2),
    currency: 'KES',
    payer: e164(phone),
    payerEnd: lastDigits(phone),
    payerName: debit?.split(' - ').slice(1).join(' - ').trim() || null,
    paidAt: nairobiTime(first('FinalisedTime') ?? first('InitiatedTime')),
    flags,
  } as const;
  const status = (first('TransactionStatus') ?? '').toLowerCase();
  if (status === 'completed') return notice({ ...said, outcome: 'paid', final: true });
  if (['failed', 'declined', 'cancelled', 'expired'].includes(status)) {
    const reasons: Readonly<Record<string, Reason>> = {
      cancelled: 'cancelled',
      expired: 'expired',
    };
    return notice({ ...said, outcome: 'failed', final: true, reason: reasons[status] ?? null });
  }
  if (status === 'reversed') {
    return notice({ ...said, kind: 'refund', outcome: 'reversed', final: true });
  }
  if (['pending', 'authorized', 'submitted'].includes(status)) {
    return notice({ ...said, outcome: 'pending', retry: 'poll' });
  }
  return unsure('poll', said);
}

function b2c({ code, result, first }: Read): Notice {
  const said = {
    trust: 'proof',
    final: true,
    providerRef: first('TransactionReceipt') ?? wordAt(result, 'TransactionID'),
    amountMinor: toMinor(first('TransactionAmount'), 2),
    currency: 'KES',
    paidAt: nairobiTime(first('TransactionCompletedDateTime')),
  } as const;
  if (code === '0') return notice({ ...said, outcome: 'paid' });
  if (isConfigurationFault(code)) {
    return unsure('config', { reason: 'configuration', flags: ['needs-operator'] });
  }
  // 1 is our own account's money, not the customer's.
  const reasons: Readonly<Record<string, Reason>> = {
    '1': 'insufficient-funds',
    '2': 'below-minimum',
  };
  const reason = reasons[code];
  if (reason === undefined) return unsure('poll');
  return notice({
    ...said,
    outcome: 'failed',
    reason,
    retry: 'new-attempt',
    flags: ['needs-operator'],
  });
}

/** Keys may repeat (`DebitPartyName` twice: the second is the credit party) or lack a value. */
function multimap(result: Json): Map<string, string[]> {
  const found = new Map<string, string[]>();
  const add = (key: string | null, value: string | null) => {
    if (key !== null && value !== null) found.set(key, [...(found.get(key) ?? []), value]);
  };
  for (const item of listAt(result, 'ResultParameters', 'ResultParameter').slice(0, 100)) {
    add(wordAt(item, 'Key'), wordAt(item, 'Value'));
  }
  for (const item of listAt(result, 'ReferenceData', 'ReferenceItem').slice(0, 100)) {
    add(wordAt(item, 'Key'), wordAt(item, 'Value'));
  }
  return found;
}
