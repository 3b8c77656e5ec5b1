// DLMS/COSEM (IEC 62056): codec and state machines of client and server. No clock, no randomness,
// no network, no disk: bytes and answers are handed in, bytes and events come out.

export { decodeData, deepestData, encodeData } from './a-xdr.ts';
export {
  type AssociationRequest,
  type AssociationResponse,
  acseTags,
  contexts,
  diagnostics,
  type Mechanism,
  mechanisms,
  type Release,
} from './acse.ts';
export type { ActionRequest, ActionResponse } from './action.ts';
export {
  type Apdu,
  decodeApdu,
  encodeApdu,
  type PlainApdu,
  type ServiceRequest,
  type ServiceResponse,
} from './apdu.ts';
export type { RefusedWhy } from './association-checks.ts';
export {
  type AssociationEvent,
  type AssociationServer,
  createAssociationServer,
} from './association-server.ts';
export type { AttributeType } from './attribute-types.ts';
export type { DecodeFault } from './bytes.ts';
export {
  type CipherKeys,
  type Protection,
  protect,
  type SecuritySuite,
  type UnprotectFault,
  unprotect,
} from './cipher.ts';
export { type CipheredApdu, type CipherForm, decodeCiphered, securityBits } from './ciphered.ts';
export type { DlmsClientOptions } from './client.ts';
export {
  type ClientEvent,
  type ClientOutput,
  createDlmsClient,
  type DlmsClient,
} from './client.ts';
export type { ClientAnswer, ClientRequest, MethodResult, ReadResult } from './client-transfer.ts';
export type {
  ClientAuthentication,
  ClientSecurity,
  FailureWhy,
  RefusalWhy,
} from './client-types.ts';
export {
  type ConformanceBit,
  conformance,
  conformanceBitsOf,
  conforms,
  ownConformance,
} from './conformance.ts';
export {
  type Access,
  type CosemObject,
  type Implementation,
  implement,
  type MethodOutcome,
  refused,
} from './cosem-object.ts';
export { type CounterStore, type Counters, createCounters, newCounters } from './counters.ts';
export type { DlmsCrypto, HashAlgorithm, RandomBytes } from './crypto.ts';
export * from './data.ts';
export {
  type CosemDate,
  type CosemDateTime,
  type CosemTime,
  dateBytes,
  dateTimeBytes,
  dateTimeOf,
  instantOf,
  openDateTime,
  readDate,
  readDateTime,
  readTime,
  timeBytes,
} from './date-time.ts';
export type { GetRequest, GetResponse } from './get.ts';
export { createHdlcClient, type HdlcClient, type HdlcClientEvent } from './hdlc-client.ts';
export {
  clientAddress,
  createFrameReader,
  decodeFrame,
  encodeFrame,
  type FrameFault,
  type HdlcAddress,
  type HdlcFrame,
  serverAddress,
} from './hdlc-frame.ts';
export { defaultLimits, type HdlcLimits } from './hdlc-link.ts';
export { createHdlcServer, type HdlcServer, type HdlcServerEvent } from './hdlc-server.ts';
export { type HighMechanism, hlsAnswer, isHlsAnswer } from './hls.ts';
export {
  decodeInitiateRequest,
  decodeInitiateResponse,
  encodeInitiateRequest,
  encodeInitiateResponse,
  type InitiateRequest,
  type InitiateResponse,
} from './initiate.ts';
export {
  type AccessKind,
  type AssociationProfile,
  currentAssociation,
  type LogicalDevice,
  type RightsQuestion,
} from './logical-device.ts';
export { type LogicalName, logicalNameBytes, logicalNameOf } from './logical-name.ts';
export {
  type DataNotification,
  type DataNotificationConfirm,
  type EventNotification,
  type ExceptionResponse,
  longInvokeConfirmed,
  serviceErrors,
  stateErrors,
} from './notification.ts';
export {
  type EntrySelection,
  type ProfileContent,
  pickRows,
  type RangeSelection,
  selectEntries,
  selectRange,
} from './profile-selection.ts';
export {
  createPushListener,
  type PushEvent,
  type Pushed,
  type PushListener,
} from './push-listener.ts';
export { type ScalerUnit, scaledDown, scaledTo, units, wholeOf } from './scaler-unit.ts';
export {
  createSecurity,
  type OpenFault,
  type SecurityContext,
  type SecurityKeys,
  type SecurityOptions,
} from './security-context.ts';
export { authenticatedEncryptedPolicy, securitySetup } from './security-setup.ts';
export {
  createDlmsServer,
  type DlmsServer,
  type DlmsServerOptions,
  type Push,
  type ServerEvent,
  type ServerOutput,
} from './server.ts';
export {
  type AccessResult,
  type AttributeDescriptor,
  accessResultOf,
  accessResults,
  type MethodDescriptor,
  type SelectedAttribute,
  type Selection,
} from './services.ts';
export type { SetRequest, SetResponse } from './set.ts';
export {
  createWrapperReader,
  encodeWrapper,
  type WrapperFault,
  type WrapperFrame,
} from './wrapper.ts';
