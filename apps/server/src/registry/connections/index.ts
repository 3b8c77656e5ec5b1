// Connections: where a meter feeds a customer. Owns who is found by which number, and the place
// (tenant, bucket) of each.

export { type ConversionRefusal, convertedAtMsOf, recordConversion } from './conversions.ts';
export { hasLink } from './has-link.ts';
export {
  changedAtMs,
  failModeChange,
  holdsSalesMs,
  insertModeChange,
  isModeChanging,
  isOpenModeChange,
  type ModeChangeTimes,
  modeIsChanging,
  shownModeState,
  turningToWalletSince,
  updateModeChange,
  withdrawnBy,
} from './mode-changes.ts';
export { type ActRefusal, type ConnectionChange, columnsOfChange, wasDone } from './once.ts';
export {
  type AssignedTariff,
  type Connection,
  type ConnectionPlace,
  type ConnectionRow,
  connectionOf,
  findConnectionsOfPhone,
  findMeter,
  findMeters,
  loadConnection,
  loadConnectionForUpdate,
  loadConnections,
  loadConnectionsOfPhone,
  type MeterPlace,
  maximumLooks,
  placeOf,
  placeOfConnection,
  wantedOf,
} from './store.ts';
export {
  advanceConnections,
  closeUnusedConnection,
  insertConnection,
  movePrepaidMoney,
  setBlockedReason,
  setCreditMode,
  setCustomer,
  setTariffPosition,
  setTariffs,
} from './write-connections.ts';
export {
  claimMeterNumber,
  forgetPowerToAllow,
  holderOfMeterNumber,
  insertMeter,
  nextCommandInstant,
  raisingLastTids,
  retireMeter,
  setHeldKey,
  setLastTids,
  setPowerToAllow,
  setWantedKeys,
  updateLink,
} from './write-meters.ts';
