// The public face of drivers: who speaks to which meter, and how a meter changes hands.

export type { Answered } from './answering.ts';
export { answeredFromJson, answeredToJson } from './answering.ts';
export { createDlmsDriver, type DlmsCounts, type DlmsDriver } from './dlms/driver.ts';
export { type DlmsListeners, openDlmsListeners } from './dlms/listeners.ts';
export { sealedDlmsKeys } from './dlms/secrets.ts';
export { joinDrivers } from './join.ts';
export {
  createLampSumDriver,
  type LampSum,
  type LampSumDriver,
  type LampSums,
} from './lamps/driver.ts';
export {
  createDriverLinks,
  type DriverLinks,
  type DriverRefusal,
  driverViewOf,
  problemOfDriver,
} from './linking.ts';
export { createLwm2mDriver, type Lwm2mCounts, type Lwm2mDriver } from './lwm2m/driver.ts';
export { endLampLink, keepLampLink, type LampLinkWish } from './lwm2m/lamp-links.ts';
export type { LampDevices, LampSaid, LampVisitFault } from './lwm2m/lamps.ts';
export { sealedLwm2mSecrets } from './lwm2m/secrets.ts';
export { createMqttDriver } from './mqtt/index.ts';
