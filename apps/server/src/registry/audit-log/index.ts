// The public face of the audit log: what operators did.

export { auditLogRoutes } from './routes.ts';
export {
  type AuditLog,
  createAuditLog,
  type NewAuditEntry,
  recordAuditEntry,
  recordAuditEntryOfOwner,
} from './service.ts';
