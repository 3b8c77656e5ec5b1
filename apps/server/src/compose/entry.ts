// What may be built outside the server process, by the seed and the simulation: the modules and the
// platform they need.

export { createDatabase, type Database, type Tx } from '../base/database.ts';
export { createNewUuid } from '../base/ids.ts';
export { createLog } from '../base/log.ts';
export type { Clocks } from '../base/time.ts';
export { Logger, runOnce } from '../base/worker-library.ts';
export { accepted, later, oneWayGateway } from '../messaging/gateways/index.ts';
export { createDriverLinks, createLampSumDriver } from '../metering/drivers/index.ts';
export { createUsage, recordReadings } from '../metering/readings/index.ts';
export {
  createSandboxProvider,
  type PaymentProvider,
  type ProviderStatus,
} from '../money/payments/index.ts';
export { createServices, type ServiceDeps, type Services } from './services.ts';
