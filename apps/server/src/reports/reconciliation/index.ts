// The public face of reconciliation.

export { createSettlementFetching } from './fetch.ts';
export { reconciliationRoutes } from './routes.ts';
export { createReconciliation, type Reconciliation } from './service.ts';
