// What changes of customers share.

import type { NewUuid } from '../../base/ids.ts';
import type { Messages } from '../../messaging/messages/index.ts';
import type { AuditLog } from '../../registry/audit-log/index.ts';
import type { Utility } from '../../registry/utilities/index.ts';

export type CustomerDeps = {
  readonly messages: Messages;
  readonly auditLog: AuditLog;
  readonly newUuid: NewUuid;
};

/** Of every change: whose, by whom, when and why. */
export type Change = {
  readonly utility: Utility;
  readonly by: Parameters<AuditLog['record']>[1];
  readonly reason: string;
  readonly nowMs: number;
};

export const actorOf = ({ by, nowMs }: Change) => ({ operatorId: by.operatorId, nowMs });
