// Protocols of meters on a field bus. No clock, no port, no disk: a byte port and timers are handed
// in, values and faults of closed unions come out.

export { type Bus, type BusCounts, type BusOptions, createBus } from './bus.ts';
export { fromHex, toHex } from './bytes.ts';
export { discoverDevices, type FoundDevice } from './discover.ts';
export {
  type ClockParts,
  type Dlt645Edition,
  type Dlt645Fault,
  readDlt645,
  readDlt645Address,
  switchDlt645,
  switchOrders,
  tellDlt645Time,
} from './dlt645.ts';
export {
  anyAddress,
  broadcastAddress,
  type Dlt645Frame,
  dlt645Receiver,
  encodeDlt645,
  findDlt645,
} from './dlt645-frame.ts';
export {
  acknowledgeMessage,
  type Block as IecBlock,
  blockReceiver,
  type DataSet,
  dataSetText,
  encodeBlock,
  type Identification,
  identificationText,
  lineReceiver,
  parseDataSets,
  parseIdentification,
  requestMessage,
} from './iec62056-21.ts';
export { type IecFault, readIecReadout, readIecRegisters } from './iec62056-21-session.ts';
export {
  type BusClock,
  type BusFault,
  type BytePort,
  bitsPerByte,
  type Exchange,
  type LineSettings,
  type Receiver,
  type Talk,
} from './line.ts';
export { registersOf as registersOfItem } from './map-values.ts';
export {
  modbusCrc,
  modbusReceiver,
  modbusTcpReceiver,
  toModbusTcp,
  withCrc,
} from './modbus-frame.ts';
export {
  type Quantities,
  type QuantityName,
  quantityUnits,
  scaleOf,
} from './quantities-of-meters.ts';
export {
  type Block as RegisterBlock,
  blocksOf,
  type MeterOnBus,
  type ModbusFault,
  type ModbusMaster,
  type ReadFault,
  readMeter,
} from './read-meter.ts';
export { checkRegisterMap, type RegisterMap } from './register-map.ts';
export {
  enterSanxingToken,
  readSanxing,
  type SanxingTokenOutcome,
  type SanxingTotals,
} from './sanxing.ts';
export { shippedMaps } from './shipped-maps.ts';
export {
  type ChargeState,
  findSunSpec,
  type InverterState,
  type ReadRegisters,
  readSunSpec,
  type SunSpecDevice,
  type SunSpecModel,
  type SunSpecReading,
} from './sunspec.ts';
