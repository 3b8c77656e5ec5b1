// The public face: objects and values, content formats, operations, registration, and both sides of
// a device's registration.

export {
  type ContentFormat,
  contentFormats,
  decodeContent,
  encodeContent,
  formatOf,
} from './content.ts';
export {
  createLwm2mDevice,
  type DeviceAnswer,
  type DeviceModel,
  type DeviceObservation,
  type Lwm2mDevice,
} from './device.ts';
export { decodeLinks, encodeLinks, type Link } from './link-format.ts';
export {
  connectivityObject,
  containerObject,
  definitionOf,
  deviceObject,
  firmwareObject,
  lightObject,
  type ObjectDefinition,
  objects,
  powerControlObject,
  powerMeasurementObject,
  type ResourceDefinition,
  resourcePath,
  securityObject,
  serverObject,
  singlePhaseObject,
  threePhaseObject,
} from './objects.ts';
export {
  type DeviceRefusal,
  discoverRequest,
  doneIn,
  entriesIn,
  executeRequest,
  linksIn,
  observeRequest,
  readRequest,
  registerPath,
  sendPath,
  sendRequest,
  sentEntries,
  writeRequest,
} from './operations.ts';
export { isWithin, type Path, parsePath, pathOf, pathText, segmentsOf } from './path.ts';
export {
  type Checking,
  checkRequest,
  closeMessage,
  type Direction,
  type Hmac,
  openMessage,
  type ProofFault,
  proveRequest,
  type Said,
} from './proof.ts';
export {
  type Registration,
  type RegistrationFault,
  type RegistrationUpdate,
  readRegistration,
  readUpdate,
  registrationQuery,
  updateQuery,
} from './registration.ts';
export {
  createRegistrations,
  createWaiting,
  type Registered,
  type Registrations,
  usualAwakeMs,
  type Waiting,
} from './registrations.ts';
export {
  type ContentFault,
  type Entry,
  mostEntries,
  numberOf,
  type ResourceType,
  type ResourceValue,
} from './values.ts';
