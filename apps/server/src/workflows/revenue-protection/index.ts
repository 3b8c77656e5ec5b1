// The public face of revenue protection: the network, its losses, and which homes to look at.

import { createRevenueRounds, type RoundDeps } from './rounds.ts';

export { backBillApproval } from './back-bills.ts';
export { caseLife } from './case-life.ts';
export { caseRoutes } from './case-routes.ts';
export { noteFinding, noteVisit, openCase } from './cases.ts';
export {
  addNode,
  addNodeReading,
  addPlacement,
  type NewNode,
  type NodeKind,
  nodeKinds,
  type PlaceMicro,
  recordNodeReadings,
} from './network.ts';
export { revenueRoutes } from './routes.ts';
export { revenuePage } from './views.ts';
export { addVoltage } from './voltage.ts';

export const createRevenueProtection = (o: RoundDeps) => createRevenueRounds(o);
