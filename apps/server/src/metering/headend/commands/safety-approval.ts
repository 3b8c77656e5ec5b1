// The approval of a safety cut beyond what one operator may do in an hour: what the second person
// sees, and the command that is sent after approval.

import { approvalReasonSchema } from '@prewatt/api';
import { idFromUuid, ok } from '@prewatt/quantities';
import { z } from 'zod';
import { type ApprovalOperation, defineOperation } from '../../../registry/approvals/index.ts';
import { loadConnection, placeOfConnection } from '../../../registry/connections/index.ts';
import { limitsNow } from '../../../registry/limits/index.ts';
import type { Utilities } from '../../../registry/utilities/index.ts';
import { type SendRefusal, sendSentences } from './errors.ts';
import type { Sending } from './send.ts';

export const safetyCutPayload = z.strictObject({
  requestId: z.string(),
  reason: approvalReasonSchema,
  connectionId: z.uuid(),
  hours: z.number().int().optional(),
});
type Payload = z.output<typeof safetyCutPayload>;

/** `sending` comes when it is there: approvals are made before what asks for them. */
export function safetyCutApproval(deps: {
  readonly sending: Pick<Sending, 'send'>;
  readonly utilities: Utilities;
}): ApprovalOperation {
  return defineOperation<Payload, SendRefusal | 'unknownConnection'>({
    payload: safetyCutPayload,
    describe: async (tx, { utilityId, payload }) => {
      const place = placeOfConnection(utilityId, payload.connectionId);
      const connection = await loadConnection(tx, place);
      const limits = await limitsNow(tx, await deps.utilities.get(utilityId));
      const hours = payload.hours ?? limits.safetyCutHours;
      return {
        title: 'Cut a supply for safety, past the protection rules',
        facts: [
          { label: 'Connection', value: connection?.name ?? 'unknown' },
          { label: 'Meter', value: connection?.meter.meterPan ?? 'unknown' },
          { label: 'Lasts', value: `${hours} hours at most from your approval` },
          { label: 'Danger', value: payload.reason },
        ],
      };
    },
    perform: async (tx, { utilityId, payload, approvalId, requestedBy, approvedBy }) => {
      const place = placeOfConnection(utilityId, payload.connectionId);
      const connection = await loadConnection(tx, place);
      if (connection === null) return { ok: false, error: 'unknownConnection' };
      const utility = await deps.utilities.get(utilityId);
      const { requestId, reason, hours } = payload;
      const sent = await deps.sending.send(tx, {
        place: { ...place, meterId: connection.meter.meterId },
        by: { ...requestedBy, role: 'operator' },
        body: {
          ...{ kind: 'switchOpen', cause: 'safety', requestId, reason },
          ...(hours === undefined ? {} : { hours }),
        },
        zone: utility.zone,
        protection: utility.protectionRules,
        approved: { approvalId, approvedBy: approvedBy.operatorId },
      });
      return sent.ok ? ok({ commandId: idFromUuid('command', sent.value.commandId) }) : sent;
    },
    refusals: { ...sendSentences, unknownConnection: 'There is no such connection any more.' },
  });
}
