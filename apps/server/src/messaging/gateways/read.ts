// Reports and texts as packages/rails reads them, as what is heard.

import { err, ok, type Result } from '@prewatt/quantities';
import type { DeliveryReport, InboundSms } from '@prewatt/rails';
import type { Heard } from './contract.ts';

type Read<T> = Result<T, unknown>;

export const reportHeard = (read: Read<DeliveryReport>): Result<readonly Heard[], 'malformed'> =>
  read.ok ? ok([heardOf(read.value)]) : err('malformed');

export const textHeard = (read: Read<InboundSms>): Result<readonly Heard[], 'malformed'> =>
  read.ok ? ok([heardOf(read.value)]) : err('malformed');

export function heardOf(read: DeliveryReport | InboundSms): Heard {
  if (read.kind === 'inbound-sms') {
    return { kind: 'text', id: read.messageId, from: read.sender, text: read.text };
  }
  const { messageId, outcome, reason, optedOut } = read;
  return {
    kind: 'report',
    gatewayIds: [messageId],
    outcome: outcome === 'read' ? 'delivered' : outcome,
    reason,
    isOptedOut: optedOut,
  };
}
