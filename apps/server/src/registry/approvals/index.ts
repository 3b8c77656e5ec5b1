// The public face of approvals.

export { emergenciesToReview, emergencyRulesApproval } from './emergencies.ts';
export { createEmergencyMails, type TellOfEmergency } from './emergency-mails.ts';
export { type ApprovalRefusal, problemOfApproval } from './errors.ts';
export {
  type ApprovalClosing,
  type ApprovalOperation,
  type ApprovalOperations,
  type ApprovedOperation,
  defineOperation,
  type OperatorRef,
} from './operations.ts';
export { resealDecisions, sealedAfter, sealHolds } from './seal.ts';
export {
  type ApprovalRequest,
  type Approvals,
  createApprovalRequests,
  createApprovals,
} from './service.ts';
