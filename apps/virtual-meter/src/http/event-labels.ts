// The meter's events in words, with what the event itself knows of its cause.

import { moneyText, type StoredEvent, textOf } from '@prewatt/meter';
import { type Currency, formatKwh } from '@prewatt/quantities';

const eventTexts: Record<Exclude<StoredEvent['code'], 'token'>, string> = {
  creditLow: 'Low credit',
  creditVeryLow: 'Very low credit',
  creditExhausted: 'Credit is used up',
  protectedSupply: 'Supply stays on: cuts are not allowed now',
  emergencySelected: 'Emergency credit taken',
  reserveSelected: 'Reserve taken',
  loadSwitchOpened: 'Supply switched off',
  loadSwitchClosed: 'Supply switched on',
  limitReached: 'Power limit exceeded',
  limitCleared: 'Supply back after the power limit',
  powerFailed: 'Mains power failed',
  powerRestored: 'Mains power is back',
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

const openedBy = {
  credit: 'no credit',
  remote: 'by the utility',
  powerLimit: 'over the power limit',
  unbalance: 'phases unbalanced',
  tamper: 'tamper',
  hand: 'by hand',
  test: 'test',
} as const;
const closedBy = {
  credit: 'credit',
  remote: 'by the utility',
  hand: 'by hand',
  delay: 'after the delay',
  tamperCleared: 'tamper cleared',
  test: 'test',
} as const;

/** Money where the meter counts it. */
const leftOf = (
  left: { readonly energyWh: number; readonly micro: number | undefined },
  currency: Currency | null,
): string =>
  left.micro === undefined || currency === null
    ? `${kwhOf(left.energyWh)} kWh`
    : moneyText(left.micro, currency);

function more(event: StoredEvent, currency: Currency | null): string {
  switch (event.code) {
    case 'creditLow':
    case 'creditVeryLow': {
      const { availableEnergyWh: energyWh, availableMicroMinor: micro } = event;
      return `${leftOf({ energyWh, micro }, currency)} left`;
    }
    case 'emergencySelected':
    case 'reserveSelected': {
      const { leftEnergyWh: energyWh, leftMicroMinor: micro } = event;
      return leftOf({ energyWh, micro }, currency);
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
    case 'coverOpened':
    case 'terminalCoverOpened':
    case 'magnetStarted':
    case 'neutralDisturbed':
    case 'reverseEnergy':
      return `at ${kwhOf(event.evidence.importEnergyWh)} kWh, ${event.evidence.powerW} W`;
    case 'coverClosed':
    case 'terminalCoverClosed':
    case 'magnetEnded':
    case 'neutralRestored':
    case 'reverseEnergyEnded':
    case 'bypassEnded':
      return `after ${minutesOf(event.lastedMs)}`;
    case 'powerRestored':
      return `after ${minutesOf(event.outageMs)}`;
    case 'bypassSuspected':
      return event.sign === 'neutralDiffers'
        ? `live ${event.liveW} W, neutral ${event.neutralW} W`
        : 'voltage behind the open switch';
    case 'settingChanged':
      return settings[event.setting];
    default:
      return '';
  }
}

const kwhOf = (energyWh: number): string => formatKwh(BigInt(energyWh), 1);
const minutesOf = (ms: number): string => `${Math.max(1, Math.round(ms / 60_000))} min`;

const settings: Record<Extract<StoredEvent, { code: 'settingChanged' }>['setting'], string> = {
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

export function eventText(event: StoredEvent, currency: Currency | null): string {
  if (event.code !== 'token') {
    const cause = more(event, currency);
    return cause === '' ? eventTexts[event.code] : `${eventTexts[event.code]}: ${cause}`;
  }
  const way = event.origin === 'keypad' ? 'typed' : 'delivered';
  return `Token …${event.lastFour} ${way}: ${textOf(event.outcome, currency)}`;
}
