// The public face of the auditor's export.

export { auditLeaves, auditRows, renderAsTriggersDo } from './rows.ts';
export { type AuditExported, exportForAudit } from './service.ts';
