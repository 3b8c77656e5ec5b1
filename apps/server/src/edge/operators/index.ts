// The public face of the operator's side: queries and routes.

export { meterViewOf } from './meter-view.ts';
export { meterRowsOf } from './meters.ts';
export { operatorRoutes } from './routes.ts';
