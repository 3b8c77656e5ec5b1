// The public face of the audit log: what operators did, and what happened at the doors.

export { type AccessLog, createAccessLog } from './access.ts';
export { failedSignInsOf } from './lookups.ts';
export { auditLogRoutes } from './routes.ts';
export {
  type AuditLog,
  createAuditLog,
  type NewAuditEntry,
  recordAuditEntry,
  recordAuditEntryOfOwner,
} from './service.ts';
