// The public face of the report on sales.

export { type SalesReportRoutesDeps, salesReportRoutes } from './routes.ts';
export { reportTransfers, type SalesPeriod, salesReport } from './store.ts';
