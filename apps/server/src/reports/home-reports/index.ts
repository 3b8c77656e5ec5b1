// The public face of the reports on homes.

export { type HomeReportRoutesDeps, homeReportRoutes } from './routes.ts';
