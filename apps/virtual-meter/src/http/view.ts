// What the pages show of a meter, as plain JSON: the same shape in the first HTML, in the stream
// and in answers.

import {
  actCodes,
  currencyOf,
  displayOf,
  type MeterDisplay,
  pageCodes,
  pageOf,
  textOf,
} from '@prewatt/meter';
import { wordsOfEvent } from '@prewatt/protocol';
import { formatKwh } from '@prewatt/quantities';
import type { FleetMember } from '../fleet.ts';
import type { LinkState } from '../mqtt-link.ts';
import { appliances, conditions } from '../virtual-meter.ts';

export type MeterView = {
  readonly meterPan: string;
  readonly name: string;
  readonly display: MeterDisplay;
  readonly link: LinkState;
  /** Local date and time of the meter's own clock. */
  readonly clock: string;
  readonly importKwh: string;
  /** In energy or money, as the meter counts. */
  readonly credited: string;
  readonly pulseRealMs: number | null;
  /** The last token's result, and how long the keypad is locked, in real seconds. */
  readonly resultText: string;
  readonly appliances: readonly {
    readonly id: string;
    readonly label: string;
    readonly on: boolean;
  }[];
  /** What a person can do to the meter that it should notice. */
  readonly conditions: readonly {
    readonly id: string;
    readonly label: string;
    readonly on: boolean;
  }[];
  /** What the display was asked for, one line each. */
  readonly asked: string;
  readonly tamper: string;
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
    credited: pageOf(state, '821')?.value ?? '',
    pulseRealMs:
      display.pulseEveryMs === null
        ? null
        : Math.max(fastestBlinkMs, Math.round(display.pulseEveryMs / speed)),
    resultText: meter.standsStill()
      ? 'The disk is full: the meter stands still until there is room.'
      : resultText(display, Math.ceil(display.lockoutMs / speed / 1000)),
    appliances: appliances.map(({ id, label, watts }) => ({
      id,
      label: `${label} ${watts / 1000} kW`,
      on: on.has(id),
    })),
    conditions: conditions.map(({ id, label }) => ({
      id,
      label,
      on: meter.conditionsOn().has(id),
    })),
    asked: askedText(display),
    tamper: pageOf(state, '818')?.value ?? '',
    events: events.map((event) => ({
      sequence: event.sequence,
      at: localTime(event.atMs, meter.zone),
      text: wordsOfEvent(event, {
        currency: currencyOf(state),
        outcome: event.code === 'token' ? textOf(event.outcome, currencyOf(state)) : '',
      }),
    })),
  };
}

/** Short codes with what they show or do, for the list beside the keypad. */
export function shortCodes({ meter }: FleetMember): { code: string; label: string }[] {
  const state = meter.state();
  return [
    ...pageCodes.map((code) => ({ code, label: pageOf(state, code)?.label ?? '' })),
    { code: actCodes.selectEmergency, label: 'Take emergency credit' },
    { code: actCodes.releaseReserve, label: 'Take what was put aside' },
    { code: actCodes.switchOff, label: 'Switch supply off' },
    { code: actCodes.switchOn, label: 'Switch supply on' },
  ];
}

function askedText({ pages, answer }: MeterDisplay): string {
  const lines = pages.map(({ label, value }) => `${label}: ${value}`);
  return [...(answer === null ? [] : [answer]), ...lines].join(' · ');
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
export const linkText: Record<LinkState, string> = {
  up: 'online',
  down: 'connecting',
  refused: 'refused by the head-end',
  unplugged: 'cable pulled',
};

/** What the button does to the network cable. */
export const cableText = (link: MeterView['link']): string =>
  link === 'unplugged' ? 'Put the cable back' : 'Pull the network cable';

function resultText({ token }: MeterDisplay, lockedSeconds: number): string {
  const locked = lockedSeconds > 0 ? [`Locked for ${lockedSeconds} s.`] : [];
  if (token === null) return locked.join('');
  return [locked.length > 0 ? `${token.text}.` : token.text, ...locked].join(' ');
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
