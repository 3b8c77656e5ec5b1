// The public face of approvals.

export {
  type ActDefinition,
  type ApprovalAct,
  type ApprovalActs,
  type ApprovalClosing,
  defineAct,
  type OperatorRef,
} from './acts.ts';
export { type ApprovalRefusal, problemOfApproval } from './errors.ts';
export { resealDecisions, sealedAfter, sealHolds } from './seal.ts';
export {
  type ApprovalRequest,
  type Approvals,
  createApprovalRequests,
  createApprovals,
} from './service.ts';
