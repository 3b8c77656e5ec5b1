// The public face of the operator's side: queries and routes.

export { type CreditNow, creditNow } from './credit-now.ts';
export { meterViewOf, reportOf } from './meter-view.ts';
export { meterRowsOf } from './meters.ts';
export { notificationRoutes } from './notification-routes.ts';
export { operatorRoutes } from './routes.ts';
