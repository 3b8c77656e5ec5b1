// The public face of drivers: who speaks to which meter, and how a meter changes hands.

export { createDlmsDriver, type DlmsCounts, type DlmsDriver } from './dlms/driver.ts';
export {
  createDriverLinks,
  type DriverLinks,
  type DriverRefusal,
  driverViewOf,
  problemOfDriver,
} from './dlms/linking.ts';
export { type DlmsListeners, openDlmsListeners } from './dlms/listeners.ts';
export { sealedDlmsKeys } from './dlms/secrets.ts';
export { joinDrivers } from './join.ts';
export { createMqttDriver } from './mqtt/index.ts';
