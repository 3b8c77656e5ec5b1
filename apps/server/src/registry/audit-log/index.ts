// The public face of the record of what operators did.

export { actRoutes } from './routes.ts';
export { type Acts, createActs, type NewAct, recordAct, recordActOfOwner } from './service.ts';
