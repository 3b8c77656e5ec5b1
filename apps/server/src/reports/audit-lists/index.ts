// The public face of the auditor's lists.

export { type AuditListRoutesDeps, auditListRoutes } from './routes.ts';
