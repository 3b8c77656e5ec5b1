// The payment meter as a value and a function: no clock, no disk, no network. See README for its
// laws.

export {
  checkProtectionRules,
  noProtection,
  type ProtectionRules,
} from '@prewatt/protection';
export {
  availableMilliWhOf,
  availableOf,
  milliWhOfAmount,
  owedOf,
  promisedLeftMilliWhOf,
  usableOf,
} from './account.ts';
export type { BillingSnapshot } from './calendar-state.ts';
export type { CardAnswer, CardTaken } from './card.ts';
export type { MeterConfig, MeterSettings, MeterTariff } from './config.ts';
export { allowedTransitions, type ControlTransition } from './control-mode.ts';
export {
  type CosemAccount,
  type CosemCharge,
  type CosemCredit,
  type CosemSwitch,
  cosemAccountOf,
  cosemChargesOf,
  cosemCreditsOf,
  cosemSwitchOf,
} from './cosem.ts';
export { cosemNumbers, creditStatusNumber } from './cosem-numbers.ts';
export { createMeter, type MeterKey, reconfigure } from './create-meter.ts';
export { emergencyStatusOf } from './credits.ts';
export { displayOf, type MeterDisplay, refusalTexts, textOf } from './display.ts';
export { actCodes } from './keypad.ts';
export {
  amountText,
  currencyOf,
  moneyText,
  type Page,
  pageCodes,
  pageOf,
  softwareVersion,
} from './pages.ts';
export { allEntries } from './profile-store.ts';
export type { PromisedSale } from './promised-sale.ts';
export { type MayPromise, mayPromise, type PromiseInput } from './promises.ts';
export { registersOf } from './registers.ts';
export { type RestoreError, restoreMeter, serialiseMeter } from './serialise.ts';
export { type StandingPrice, standingPricesOf } from './standing.ts';
export type { MeterState } from './state.ts';
export { type MeterInput, type MeterOutput, step } from './step.ts';
export { type Loaded, loadSlots, nextWrite, type SlotIndex, type Slots } from './storage.ts';
export type {
  AnsweredCommand,
  LastToken,
  StoredEvent,
  StoredMessage,
  StoredOutcome,
  StoredProfileEntry,
  TokenEffect,
} from './stored.ts';
export { openReasonsOf } from './switch.ts';
export type { Sensors } from './tamper.ts';
export { type TokenGateway, tokenGatewayOf } from './token-gateway.ts';
export { accountStateOf, eventToWire, outcomeToWire } from './wire.ts';
