// The public face of the audit log: what operators did, and who tried to get in.

export { type AccessLog, createAccessLog } from './access.ts';
export { createListExport, createTableExport, type TableExport } from './export-table.ts';
export { failedSignInsOf } from './lookups.ts';
export { auditLogRoutes } from './routes.ts';
export {
  type AuditLog,
  createAuditLog,
  type NewAuditEntry,
  recordAuditEntry,
  recordAuditEntryOfOwner,
} from './service.ts';
