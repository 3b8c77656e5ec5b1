// What operators read: events, outcomes and reasons in words. Total over the codes that meters and
// sales can carry.

import type {
  CloseCause,
  CommandRefusal,
  CommandResult,
  MeterEvent,
  OpenCause,
  TokenOutcome,
  TokenRefusal,
} from '@prewatt/protocol';
import { type Currency, formatKwh, formatMoney } from '@prewatt/quantities';

export const refusalLabels: Record<TokenRefusal, string> = {
  format: 'not a token of 20 digits',
  lockout: 'keypad entry was locked after too many wrong tokens',
  crc: 'mistyped digit or made for another key (CRC)',
  mfrCode: 'made for another manufacturer',
  function: 'the meter does not know this function',
  keyExpired: 'the meter’s key has expired',
  old: 'older than the tokens the meter remembers',
  used: 'used before',
  ddtk: 'the meter still holds its default key',
  keyType: 'this change of key type is not allowed',
  range: 'a value is out of range',
  overflow: 'the credit would exceed what the meter can hold',
};

/** A stored refusal in words; an unknown code as it stands. */
export const wordsOfRefusal = (code: string | null): string =>
  refusalLabels[code as TokenRefusal] ?? code ?? '';

/** As rows keep quantities: text. */
type Stored = bigint | string | undefined;

/** "ZAR 12.05": what a meter counts in millionths, cut to what can be paid. */
const microText = (micro: bigint | string, currency: Currency): string =>
  formatMoney(BigInt(micro) / 1_000_000n, currency);

/** Money where the meter counts it, which counts no energy then. */
const amountText = (o: { energyWh: bigint | string; micro: Stored }, currency: Currency): string =>
  o.micro === undefined ? `${kwhOf(o.energyWh)} kWh` : microText(o.micro, currency);

function outcomeText(outcome: TokenOutcome, currency: Currency): string {
  if (outcome.result === 'refused') return `refused: ${refusalLabels[outcome.refusal]}`;
  if (outcome.effect !== 'credit') return `accepted (${outcome.effect})`;
  const { creditedEnergyWh: energyWh, creditedMicroMinor: micro } = outcome;
  return `accepted, ${amountText({ energyWh, micro }, currency)}`;
}

const eventLabels: Record<Exclude<MeterEvent['code'], 'token'>, string> = {
  creditLow: 'Credit is low',
  creditVeryLow: 'Credit is very low',
  creditExhausted: 'Credit is used up',
  protectedSupply: 'Supply kept on by a protection rule',
  emergencySelected: 'Emergency credit taken at the keypad',
  reserveSelected: 'Reserve taken at the keypad',
  loadSwitchOpened: 'Load switch opened',
  loadSwitchClosed: 'Load switch closed',
  limitReached: 'Power limit exceeded',
  limitCleared: 'Supply back after the power limit',
  powerFailed: 'Power failed',
  powerRestored: 'Power restored',
  coverOpened: 'Cover opened',
  coverClosed: 'Cover closed',
  terminalCoverOpened: 'Terminal cover opened',
  terminalCoverClosed: 'Terminal cover closed',
  magnetStarted: 'Magnet at the meter',
  magnetEnded: 'Magnet gone',
  reverseEnergy: 'Energy flows backwards',
  reverseEnergyEnded: 'Energy no longer flows backwards',
  neutralDisturbed: 'Neutral disturbed',
  neutralRestored: 'Neutral in order again',
  bypassSuspected: 'Bypass suspected',
  bypassEnded: 'No sign of a bypass any more',
  phaseLost: 'Phase lost',
  phaseRestored: 'Phase back',
  unbalance: 'Phases unbalanced',
  clockSet: 'Clock set',
  settingChanged: 'Setting changed',
};

const openedBy: Record<OpenCause, string> = {
  credit: 'no credit',
  remote: 'by command',
  powerLimit: 'power limit',
  unbalance: 'unbalanced phases',
  tamper: 'tamper',
  hand: 'by hand',
  test: 'test token',
};
const closedBy: Record<CloseCause, string> = {
  credit: 'credit',
  remote: 'by command',
  hand: 'by hand',
  delay: 'after the limit’s delay',
  tamperCleared: 'tamper cleared',
  test: 'test token',
};

/** What else a row of an event says, in a few words; empty for most. */
function evidenceText(event: MeterEvent, currency: Currency): string {
  switch (event.code) {
    case 'creditLow':
    case 'creditVeryLow': {
      const { availableEnergyWh: energyWh, availableMicroMinor: micro } = event;
      return `${amountText({ energyWh, micro }, currency)} left`;
    }
    case 'emergencySelected':
    case 'reserveSelected': {
      const { leftEnergyWh: energyWh, leftMicroMinor: micro } = event;
      return amountText({ energyWh, micro }, currency);
    }
    case 'loadSwitchOpened':
      return openedBy[event.cause];
    case 'loadSwitchClosed':
      return closedBy[event.cause];
    case 'limitReached':
      return `${event.powerW} W over ${event.limitW} W`;
    case 'phaseLost':
    case 'phaseRestored':
      return `L${event.phase}, ${event.voltageV} V`;
    case 'unbalance':
      return `${event.phasesW.join(', ')} W, limit ${event.limitW} W`;
    case 'bypassSuspected': {
      const sign =
        event.sign === 'neutralDiffers'
          ? `live ${event.liveW} W, neutral ${event.neutralW} W`
          : 'voltage behind the open switch';
      return `${sign}, register ${kwhOf(event.importEnergyWh)} kWh`;
    }
    case 'coverOpened':
    case 'terminalCoverOpened':
    case 'magnetStarted':
    case 'neutralDisturbed':
    case 'reverseEnergy': {
      const { importEnergyWh, powerW } = event.evidence;
      return `register ${kwhOf(importEnergyWh)} kWh, ${powerW} W`;
    }
    case 'coverClosed':
    case 'terminalCoverClosed':
    case 'magnetEnded':
    case 'neutralRestored':
    case 'reverseEnergyEnded':
    case 'bypassEnded':
      return `after ${lengthOf(event.lastedMs)}`;
    case 'powerRestored':
      return `after ${lengthOf(event.outageMs)}`;
    case 'settingChanged':
      return settingLabels[event.setting];
    default:
      return '';
  }
}

/** Energy of a stored row, where it is text. */
const kwhOf = (energyWh: bigint | string): string => formatKwh(BigInt(energyWh));

/** "45 s", "3 min", "5 h 20 min", "2 d 4 h". */
function lengthOf(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`;
  return hours % 24 === 0 ? `${hours / 24} d` : `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

const settingLabels: Record<Extract<MeterEvent, { code: 'settingChanged' }>['setting'], string> = {
  powerLimit: 'power limit',
  unbalanceLimit: 'unbalance limit',
  emergencyCredit: 'emergency credit',
  protection: 'protection rules',
  tariff: 'tariff',
  paymentMode: 'payment mode',
  controlMode: 'control mode of the switch',
  tamperCleared: 'tamper cleared',
  creditCleared: 'credit cleared',
};

/** A stored event in words; `detail` is what the row keeps besides code and time. */
export function wordsOfEvent(
  { code, detail }: { readonly code: string; readonly detail: object },
  currency: Currency,
): string {
  if (code !== 'token') {
    const words = eventLabels[code as keyof typeof eventLabels] ?? code;
    const evidence = evidenceText({ code, ...detail } as MeterEvent, currency);
    return evidence === '' ? words : `${words}: ${evidence}`;
  }
  const token = detail as { origin: string; lastFour: string; outcome: TokenOutcome };
  const how = token.origin === 'keypad' ? 'typed' : 'sent';
  return `Token …${token.lastFour} ${how}: ${outcomeText(token.outcome, currency)}`;
}

/** A stored command result in words. */
export function wordsOfResult(result: object | null, currency: Currency): string | null {
  if (result === null) return null;
  const answer = result as CommandResult;
  switch (answer.kind) {
    case 'deliverToken':
      return outcomeText(answer.outcome, currency);
    case 'readNow':
      return 'read';
    case 'switchOpen':
    case 'switchClose':
    case 'switchArm':
      return `done, supply is ${switchLabels[answer.loadSwitch]}`;
    case 'setClock':
      return `set, the clock was ${Math.round(Math.abs(answer.errorMs) / 1000)} s off`;
    case 'setPaymentMode': {
      const micro = BigInt(answer.handedOverMicroMinor);
      if (micro > 0n) return `set, ${microText(micro, currency)} handed over`;
      const energy = BigInt(answer.handedOverEnergyWh);
      return energy > 0n ? `set, ${formatKwh(energy)} kWh handed over` : 'set';
    }
    case 'setPowerLimit':
    case 'setEmergencyCredit':
    case 'setProtection':
    case 'setTariff':
    case 'setControlMode':
    case 'setLinkSecret':
    case 'renewCertificate':
      return 'set';
    case 'refused':
      return `refused: ${commandRefusalLabels[answer.reason]}`;
  }
}

const switchLabels = {
  connected: 'on',
  disconnected: 'off',
  readyForReconnection: 'off, a hand at the meter switches it on',
} as const;

const commandRefusalLabels: Record<CommandRefusal, string> = {
  expired: 'it came too late',
  cancelled: 'taken back',
  unsupported: 'the meter cannot do that',
  malformed: 'the meter could not read it',
  protected: 'a protection rule forbids a cut now',
  range: 'a value is out of range',
  superseded: 'a newer command about the same was carried out before',
  controlMode: 'the control mode of its switch does not allow that',
  heldOpen: 'supply is held open or waits for a hand; let it go first',
};
