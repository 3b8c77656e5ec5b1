// What the pages show of a meter, as plain JSON: the same shape in the first HTML, in the stream
// and in answers.

import { displayOf, type MeterDisplay, type StoredEvent, textOf } from '@prewatt/meter';
import { formatKwh } from '@prewatt/quantities';
import type { FleetMember } from '../fleet.ts';
import { appliances } from '../virtual-meter.ts';

export type MeterView = {
  readonly meterPan: string;
  readonly name: string;
  readonly display: MeterDisplay;
  readonly link: 'up' | 'down' | 'unplugged';
  /** Local date and time of the meter's own clock. */
  readonly clock: string;
  readonly importKwh: string;
  readonly creditedKwh: string;
  readonly pulseRealMs: number | null;
  /** The last token's result, and how long the keypad is locked, in real seconds. */
  readonly resultText: string;
  readonly appliances: readonly {
    readonly id: string;
    readonly label: string;
    readonly on: boolean;
  }[];
  readonly events: readonly {
    readonly sequence: number;
    readonly at: string;
    readonly text: string;
  }[];
};

export type RowView = {
  readonly meterPan: string;
  readonly name: string;
  readonly credit: string;
  readonly loadSwitch: string;
  readonly link: string;
};

const eventsShown = 8;
/** Below this a blinking light would be a strobe. */
const fastestBlinkMs = 400;

export function meterView({ meter, link }: FleetMember, speed: number): MeterView {
  const state = meter.state();
  const display = displayOf(state, state.atMs);
  const on = meter.appliancesOn();
  const events = state.eventLog.slice(-eventsShown).reverse();
  return {
    meterPan: meter.meterPan,
    name: meter.name,
    display,
    link: link.state(),
    clock: localTime(state.atMs, meter.zone),
    importKwh: formatKwh(BigInt(Math.floor(state.importMilliWh / 1000)), 1),
    creditedKwh: formatKwh(BigInt(Math.floor(state.creditedMilliWh / 1000)), 1),
    pulseRealMs:
      display.pulseEveryMs === null
        ? null
        : Math.max(fastestBlinkMs, Math.round(display.pulseEveryMs / speed)),
    resultText: resultText(display, Math.ceil(display.lockoutMs / speed / 1000)),
    appliances: appliances.map(({ id, label, watts }) => ({
      id,
      label: `${label} ${watts / 1000} kW`,
      on: on.has(id),
    })),
    events: events.map((event) => ({
      sequence: event.sequence,
      at: localTime(event.atMs, meter.zone),
      text: eventText(event),
    })),
  };
}

export function rowView({ meter, link }: FleetMember): RowView {
  const state = meter.state();
  const display = displayOf(state, state.atMs);
  return {
    meterPan: meter.meterPan,
    name: meter.name,
    credit: display.credit === '' ? 'no power' : `${display.credit} ${display.creditUnit}`,
    loadSwitch: switchText[display.loadSwitch],
    link: linkText[link.state()],
  };
}

export const switchText = {
  connected: 'connected',
  disconnected: 'disconnected',
  readyForReconnection: 'ready, press the button',
} as const;
export const linkText = { up: 'online', down: 'connecting', unplugged: 'cable pulled' } as const;

/** What the button does to the network cable. */
export const cableText = (link: MeterView['link']): string =>
  link === 'unplugged' ? 'Put the cable back' : 'Pull the network cable';

function resultText({ token }: MeterDisplay, lockedSeconds: number): string {
  const locked = lockedSeconds > 0 ? [`Locked for ${lockedSeconds} s.`] : [];
  if (token === null) return locked.join('');
  return [locked.length > 0 ? `${token.text}.` : token.text, ...locked].join(' ');
}

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

function eventText(event: StoredEvent): string {
  if (event.code !== 'token') return eventTexts[event.code];
  const way = event.origin === 'keypad' ? 'typed' : 'delivered';
  return `Token …${event.lastFour} ${way}: ${textOf(event.outcome)}`;
}

const formats = new Map<string, Intl.DateTimeFormat>();

function localTime(atMs: number, zone: string): string {
  let format = formats.get(zone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-GB', {
      timeZone: zone,
      weekday: 'short',
      day: 'numeric',
      month: 'short',
      hour: '2-digit',
      minute: '2-digit',
    });
    formats.set(zone, format);
  }
  return format.format(atMs);
}
