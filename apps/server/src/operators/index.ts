// The public face of the operator's side: queries and routes.

export { meterRowsOf, silentAfterMs } from './meters.ts';
export { operatorRoutes } from './routes.ts';
