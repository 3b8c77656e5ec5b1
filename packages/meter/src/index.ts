// The payment meter as a value and a function: no clock, no disk, no network. See README for its
// laws.

export {
  checkProtectionRules,
  noProtection,
  type ProtectionRules,
} from '@prewatt/protection';
export { displayOf, type MeterDisplay, refusalTexts, textOf } from './display.ts';
export { type RestoreError, restoreMeter, serialiseMeter } from './serialise.ts';
export {
  type AnsweredCommand,
  availableMilliWhOf,
  createMeter,
  type LastToken,
  type MeterConfig,
  type MeterKey,
  type MeterState,
  reconfigure,
  type StoredEvent,
  type StoredMessage,
  type StoredOutcome,
  type StoredProfileEntry,
  type TokenEffect,
} from './state.ts';
export { type MeterInput, type MeterOutput, step } from './step.ts';
export { accountStateOf, eventToWire, outcomeToWire } from './wire.ts';
