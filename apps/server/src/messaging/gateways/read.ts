// Reports and texts as packages/rails reads them, as what is heard.

import { err, ok, type Result } from '@prewatt/quantities';
import type { DeliveryReport, InboundSms } from '@prewatt/rails';
import type { Heard } from './contract.ts';

type Read<T> = Result<T, unknown>;

export function reportHeard(read: Read<DeliveryReport>): Result<readonly Heard[], 'malformed'> {
  if (!read.ok) return err('malformed');
  const { messageId, outcome, reason, optedOut } = read.value;
  return ok([
    {
      kind: 'report',
      gatewayIds: [messageId],
      outcome: outcome === 'read' ? 'delivered' : outcome,
      reason,
      isOptedOut: optedOut,
    },
  ]);
}

export function textHeard(read: Read<InboundSms>): Result<readonly Heard[], 'malformed'> {
  if (!read.ok) return err('malformed');
  const { messageId, sender, text } = read.value;
  return ok([{ kind: 'text', id: messageId, from: sender, text }]);
}
