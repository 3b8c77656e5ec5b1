// What may be built outside the server process, by the seed and the simulation: the modules and the
// platform they need.

export type { SmsGateway } from './messages/index.ts';
export type { PaymentProvider, ProviderStatus } from './payments/index.ts';
export { createDatabase, type Database, type Tx } from './platform/database.ts';
export { createNewUuid } from './platform/ids.ts';
export { createLog } from './platform/log.ts';
export type { Clocks } from './platform/time.ts';
export { recordReadings } from './readings/index.ts';
export { createServices, type ServiceDeps, type Services } from './services.ts';
