// What the meter shows: two lines of a display, a pulse indicator, the switch, and the last token's
// result in words.

import type { LoadSwitchState, TokenRefusal } from '@prewatt/protocol';
import { formatKwh } from '@prewatt/quantities';
import { lockoutRemainingMs } from '@prewatt/sts/accept';
import { availableMilliWhOf, type MeterState, type StoredOutcome } from './state.ts';

export type MeterDisplay = {
  /** Kilowatt-hours with two decimals. Cut, never rounded up. */
  readonly creditKwh: string;
  readonly status:
    | 'noPower'
    | 'inCredit'
    | 'lowCredit'
    | 'noCredit'
    | 'protected'
    | 'readyForReconnection';
  readonly statusText: string;
  readonly powerW: number;
  readonly loadSwitch: LoadSwitchState;
  /** Milliseconds between pulses at 1,000 pulses per kWh; null = no pulses. */
  readonly pulseEveryMs: number | null;
  /** The result of the last token, as long as the display holds it. */
  readonly token: { readonly accepted: boolean; readonly text: string } | null;
  /** Until keypad entry opens again; 0 = open. */
  readonly lockoutMs: number;
};

/** How long the result of a token stays on the display. */
const tokenShownMs = 600_000;
const pulsesPerKwh = 1000;

/** The reason of a refusal for the person at the meter; names as in IEC 62055-41. */
export const refusalTexts: { readonly [R in TokenRefusal]: string } = {
  format: 'Not a token: check the 20 digits',
  lockout: 'Locked: too many wrong entries, wait',
  crc: 'Wrong key or mistyped digit (CRC)',
  mfrCode: "Another maker's test token",
  function: 'This meter does not have that function',
  keyExpired: 'Key expired: this token is too new for the key',
  old: 'Old: newer tokens were entered before',
  used: 'Used: this token was entered before',
  ddtk: 'No credit with the default key (DDTK): key change needed',
  keyType: 'Key change not allowed (key type)',
  range: 'Value out of range',
  overflow: 'Too much credit for this meter (overflow)',
};

/** What a person at the meter sees at `nowMs`. */
export function displayOf(state: MeterState, nowMs: number): MeterDisplay {
  const status = statusOf(state);
  const available = availableMilliWhOf(state);
  const owed = state.owedMilliWh;
  const last = state.lastToken;
  const shown = last !== null && nowMs - last.atMs <= tokenShownMs;
  return {
    creditKwh: state.powerPresent ? formatKwh(BigInt(Math.trunc(available / 1000)), 2) : '',
    status,
    statusText: owed > 0 ? `${statusTexts[status]}. ${owedText(owed)}` : statusTexts[status],
    powerW: state.powerW,
    loadSwitch: state.loadSwitch,
    pulseEveryMs: state.powerW > 0 ? Math.round(3_600_000_000 / pulsesPerKwh / state.powerW) : null,
    token: shown
      ? { accepted: last.outcome.result === 'accepted', text: textOf(last.outcome) }
      : null,
    lockoutMs: lockoutRemainingMs(state.acceptance.lockout, nowMs),
  };
}

const owedText = (owedMilliWh: number): string =>
  `Owed: ${formatKwh(BigInt(Math.ceil(owedMilliWh / 1000)), 2)} kWh`;

/** A token's result in words: "Accepted +12.3 kWh", or the standard's reason. */
export function textOf(outcome: StoredOutcome): string {
  if (outcome.result === 'refused') return refusalTexts[outcome.refusal];
  switch (outcome.effect) {
    case 'credit':
      return `Accepted +${formatKwh(BigInt(outcome.creditedEnergyWh), 1)} kWh`;
    case 'management':
      return 'Accepted: setting changed';
    case 'test':
      return 'Accepted: test';
    case 'keyChangePart':
      return 'Accepted: enter the next key change token';
    case 'keyChanged':
      return 'Accepted: key changed';
  }
}

const statusTexts: { readonly [S in MeterDisplay['status']]: string } = {
  noPower: 'No mains power',
  inCredit: 'In credit',
  lowCredit: 'Low credit',
  noCredit: 'No credit: supply is off',
  protected: 'No credit: supply stays on for now',
  readyForReconnection: 'Press the button to switch supply on',
};

function statusOf(state: MeterState): MeterDisplay['status'] {
  if (!state.powerPresent) return 'noPower';
  if (state.loadSwitch === 'readyForReconnection') return 'readyForReconnection';
  if (state.exhausted) return state.loadSwitch === 'connected' ? 'protected' : 'noCredit';
  return state.lowCredit ? 'lowCredit' : 'inCredit';
}
