// The public face of reconciliation.

export { reconciliationRoutes } from './routes.ts';
export { createReconciliation, type Reconciliation } from './service.ts';
