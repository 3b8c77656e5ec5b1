// The events of a meter in words, for whoever shows them: the head-end's pages and the meter's own.

import { type Currency, formatKwh, formatMoney } from '@prewatt/quantities';
import type { CloseCause, MeterEvent, OpenCause } from './events.ts';

/** Numbers as a meter keeps them, text as rows and JSON do. */
type Kept<T> = T extends bigint
  ? bigint | number | string
  : T extends object
    ? { readonly [K in keyof T]: Kept<T[K]> }
    : T;
type Named = Exclude<MeterEvent, { code: 'token' }>;
/** An event without its place in the meter's log, its quantities kept in any way. */
export type EventToTell = Named extends infer E
  ? E extends unknown
    ? Kept<Omit<E, 'sequence' | 'atMs'>>
    : never
  : never;

const eventLabels: Record<Named['code'], string> = {
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
function evidenceText(event: EventToTell, currency: Currency | null): string {
  switch (event.code) {
    case 'creditLow':
    case 'creditVeryLow': {
      const { availableEnergyWh: energyWh, availableMicroMinor: micro } = event;
      return `${leftText({ energyWh, micro }, currency)} left`;
    }
    case 'emergencySelected':
    case 'reserveSelected': {
      const { leftEnergyWh: energyWh, leftMicroMinor: micro } = event;
      return leftText({ energyWh, micro }, currency);
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

type Quantity = bigint | number | string;

const kwhOf = (energyWh: Quantity): string => formatKwh(BigInt(energyWh));

/** Money where the meter counts it, which counts no energy then; cut to what can be paid. */
const leftText = (
  left: { readonly energyWh: Quantity; readonly micro: Quantity | undefined },
  currency: Currency | null,
): string =>
  left.micro === undefined || currency === null
    ? `${kwhOf(left.energyWh)} kWh`
    : formatMoney(BigInt(left.micro) / 1_000_000n, currency);

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
  lights: 'dim programme',
  tamperCleared: 'tamper cleared',
  creditCleared: 'credit cleared',
};

const originWords: Readonly<Record<string, string>> = {
  keypad: 'typed',
  remote: 'sent',
  card: 'from a card',
};

/**
 * An event in words, with what the meter saw. `outcome` is that of a token in the words of whoever
 * shows it; `currency` is null for a meter that counts energy. The code of an event that a later
 * meter may know stands as it is.
 */
export function wordsOfEvent(
  event:
    | EventToTell
    | { readonly code: 'token'; readonly origin: string; readonly lastFour: string },
  o: { readonly currency: Currency | null; readonly outcome: string },
): string {
  if (event.code === 'token') {
    const way = originWords[event.origin] ?? 'sent';
    return `Token …${event.lastFour} ${way}: ${o.outcome}`;
  }
  const words = eventLabels[event.code] ?? event.code;
  const evidence = evidenceText(event, o.currency);
  return evidence === '' ? words : `${words}: ${evidence}`;
}
