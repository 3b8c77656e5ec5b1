// What meter and head-end say to each other, and nothing of how either works.

export {
  type DecodeError,
  decodeDown,
  decodeUp,
  encodeDown,
  encodeUp,
  maximumPayloadBytes,
} from './codec.ts';
export {
  type AccountState,
  type CommandAction,
  type CommandResult,
  type DownMessage,
  type LoadSwitchState,
  loadSwitchStates,
  type MeterEvent,
  type MeterEventCode,
  maximumEventsPerMessage,
  maximumProfileEntries,
  type TokenOutcome,
  type TokenRefusal,
  tokenRefusals,
  type UpMessage,
} from './messages.ts';
export { allUpTopics, downTopic, meterPanOfUpTopic, upTopic } from './topics.ts';
