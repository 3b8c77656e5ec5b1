// What the routes of corrections share: what they need, asking a second person, and refusals.

import type { ApprovalKind, Asked } from '@prewatt/api';
import { idFromUuid, type Result } from '@prewatt/quantities';
import type { Tx } from '../../base/database.ts';
import { HttpProblem } from '../../base/http/problem.ts';
import type { NewUuid } from '../../base/ids.ts';
import type { Webhooks } from '../../messaging/webhooks/index.ts';
import type { Grants } from '../../money/grants/index.ts';
import { type Approvals, problemOfApproval } from '../../registry/approvals/index.ts';
import type { OperatorScope, OperatorScopeDeps } from '../../registry/sign-in/index.ts';
import { type CorrectionRefusal, correctionRefusals } from './errors.ts';

export type CorrectionRoutesDeps = OperatorScopeDeps & {
  readonly grants: Grants;
  readonly approvals: Approvals;
  readonly webhooks: Pick<Webhooks, 'tell'>;
  readonly newUuid: NewUuid;
  readonly publicUrl: string;
};

type Payload = { readonly requestId: string; readonly reason: string } & Record<string, unknown>;

/** Asks a second person for it. */
export async function ask(
  { approvals }: CorrectionRoutesDeps,
  s: OperatorScope,
  o: { readonly kind: ApprovalKind; readonly payload: Payload },
): Promise<Asked> {
  const { requestId, reason } = o.payload;
  const asked = await approvals.request(s.tx, {
    utilityId: s.utility.id,
    kind: o.kind,
    requestId,
    payload: o.payload,
    reason,
    requestedBy: { operatorId: s.operator.operatorId, name: s.operator.name },
  });
  if (!asked.ok) throw problemOfApproval(asked.error);
  return { approvalId: idFromUuid('approval', asked.value.approvalId) };
}

/** Whether it was asked for before: then it has its first answer, whatever became of its sale. */
export async function askedBefore(
  s: OperatorScope,
  kind: ApprovalKind,
  requestId: string,
): Promise<boolean> {
  const row = await s.tx
    .selectFrom('approvals')
    .select(['id', 'kind'])
    .where('utility_id', '=', s.utility.id)
    .where('request_id', '=', requestId)
    .executeTakeFirst();
  return row !== undefined && row.kind === kind;
}

export async function isRetired(
  tx: Tx,
  meter: { readonly bucket: number; readonly meterId: string },
): Promise<boolean> {
  const row = await tx
    .selectFrom('meters')
    .select('retired_at')
    .where('bucket', '=', meter.bucket)
    .where('id', '=', meter.meterId)
    .executeTakeFirst();
  return row === undefined || row.retired_at !== null;
}

export function problemOfCorrection(code: CorrectionRefusal): HttpProblem {
  const [status, title, detail] = correctionRefusals[code];
  return new HttpProblem({ status, code, title, detail });
}

export function answer<T>(result: Result<T, CorrectionRefusal>): T {
  if (!result.ok) throw problemOfCorrection(result.error);
  return result.value;
}
