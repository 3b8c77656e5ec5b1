// Tariffs of a utility: their versions in time, which one holds for a connection, and what a change
// goes through.

export { type Assignments, createAssignments } from './assign.ts';
export { type BackTests, createBackTests } from './back-test.ts';
export { type BulkAssignments, createBulkAssignments } from './bulk-assignment.ts';
export { tariffAssignmentApproval } from './bulk-assignment-views.ts';
export { tariffChangeApproval } from './change-approval.ts';
export { createTariffChanges, type TariffChanges } from './changes.ts';
export { createMeterTariff, type MeterTariff } from './for-meter.ts';
export {
  assignedOn,
  createTariffs,
  type Tariffs,
  type TariffsInForce,
  type VersionsAhead,
} from './in-force.ts';
export { createMeterTelling, type MeterTelling } from './meter-rounds.ts';
export { noteMoneyMeters } from './meter-tell.ts';
export { tariffRoutes } from './routes.ts';
export { insertApprovedTariff } from './store.ts';
export { costsOf, type TimedUse, timesOfPeriods } from './use-costs.ts';
