// What meter and head-end say to each other, and nothing of how either works.

export {
  type AccountState,
  type ControlMode,
  type CreditKind,
  type CreditPhase,
  type CreditUnit,
  controlModes,
  creditKinds,
  creditPhases,
  creditUnits,
  type OpenReason,
  openReasons,
  type PaymentMode,
  type PowerLimitCause,
  paymentModes,
  powerLimitCauses,
  type TamperKind,
  tamperKinds,
} from './account-state.ts';
export { brokerUrlsOf, brokerUrlsWanted, firstBrokerOf } from './brokers.ts';
export {
  type DecodeError,
  decodeDown,
  decodeDownWord,
  decodeUp,
  decodeUpWord,
  encodeDown,
  encodeUp,
  maximumPayloadBytes,
} from './codec.ts';
export {
  type CommandAction,
  type CommandKind,
  type CommandRefusal,
  type CommandResult,
  type CommandSubject,
  commandAction,
  commandRefusals,
  commandSubject,
} from './commands.ts';
export {
  type CreditWay,
  type DriverCapabilities,
  type DriverFault,
  type DriverListeners,
  type DriverName,
  driverFaults,
  driverNames,
  type MeterAbility,
  type MeterChannel,
  type MeterDriver,
  type MeterTask,
  type MeterTaskKind,
  type MeterTaskResult,
  meterAbilities,
} from './driver.ts';
export { type EventToTell, wordsOfEvent } from './event-labels.ts';
export {
  type CloseCause,
  closeCauses,
  type MeterEvent,
  type MeterEventCode,
  type OpenCause,
  openCauses,
  type TokenOrigin,
  tokenOrigins,
} from './events.ts';
export {
  type CertificateRefusal,
  certificateRefusals,
  certificateSerial,
  type LinkDownMessage,
  type LinkUpMessage,
} from './identity.ts';
export { dimProgrammeDocument, type LightsDocument, lightPlace, lightsDocument } from './lights.ts';
export {
  type DownMessage,
  type DownWord,
  type MeterRegister,
  maximumEventsPerMessage,
  maximumProfileEntries,
  meterRegisters,
  type ProfileEntry,
  type ProfileFlag,
  profileFlags,
  type UpMessage,
  type UpWord,
} from './messages.ts';
export { type TokenOutcome, type TokenRefusal, tokenRefusals } from './token-outcome.ts';
export {
  allLinkTopics,
  allUpTopics,
  downTopic,
  type LinkState,
  type LinkWord,
  linkPayload,
  linkTopic,
  linkWordOf,
  meterPanOfLinkTopic,
  meterPanOfUpTopic,
  standingLinkWord,
  upTopic,
} from './topics.ts';
export { type LoadSwitchState, loadSwitchStates } from './values.ts';
export type { WireFault } from './wire-shape.ts';
