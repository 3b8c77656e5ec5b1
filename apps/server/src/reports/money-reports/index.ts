// The public face of the reports on money that came in, was given, or is unclaimed.

export { type MoneyReportRoutesDeps, moneyReportRoutes } from './routes.ts';
