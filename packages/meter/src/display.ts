// What the meter shows: two lines of a display, a pulse indicator, the switch, the last token's
// result in words, and the page that was asked for.

import type { LoadSwitchState, TokenRefusal } from '@prewatt/protocol';
import { type Currency, formatAmount, formatKwh } from '@prewatt/quantities';
import { lockoutRemainingMs } from '@prewatt/sts/accept';
import { availableOf, moneyOf, owedOf } from './account.ts';
import { neverOpens } from './control-mode.ts';
import { creditInUseOf, emergencyStatusOf } from './credits.ts';
import { amountText, creditedText, currencyOf, openText, type Page, pageOf } from './pages.ts';
import type { MeterState } from './state.ts';
import type { StoredOutcome } from './stored.ts';
import { isOpenFor } from './switch.ts';

export type MeterDisplay = {
  /** Kilowatt-hours with two decimals, or money. Cut, never rounded up. Empty without mains. */
  readonly credit: string;
  readonly creditUnit: string;
  readonly status:
    | 'noPower'
    | 'inCredit'
    | 'lowCredit'
    | 'veryLowCredit'
    | 'emergency'
    | 'noCredit'
    | 'protected'
    | 'switchedOff'
    | 'readyForReconnection';
  readonly statusText: string;
  readonly powerW: number;
  readonly loadSwitch: LoadSwitchState;
  /** Milliseconds between pulses at 1,000 pulses per kWh; null = no pulses. */
  readonly pulseEveryMs: number | null;
  /** The result of the last token, as long as the display holds it. */
  readonly token: { readonly accepted: boolean; readonly text: string } | null;
  /** Pages asked for by a short code or a test token, or the answer to a short code. */
  readonly pages: readonly Page[];
  readonly answer: string | null;
  /** Whether short code 890 would give emergency credit now. */
  readonly emergencyOffered: boolean;
  readonly tamper: boolean;
  /** Until keypad entry opens again; 0 = open. */
  readonly lockoutMs: number;
};

/** How long the result of a token, or a page, stays on the display. */
const shownMs = 600_000;
const pulsesPerKwh = 1000;

/** The reason of a refusal for the person at the meter; names as in IEC 62055-41. */
export const refusalTexts: { readonly [R in TokenRefusal]: string } = {
  format: 'Not a token: check the 20 digits',
  lockout: 'Locked: too many wrong entries, wait',
  crc: 'Wrong key or mistyped digit (CRC)',
  mfrCode: "Another maker's test token",
  function: 'Not a function of this meter: check the 20 digits',
  keyExpired: 'Key expired: this token is too new for the key',
  old: 'Old: newer tokens were entered before',
  used: 'Used: this token was entered before',
  ddtk: 'No credit with the default key (DDTK): key change needed',
  keyType: 'Key change not allowed (key type)',
  range: 'Value out of range',
  overflow: 'Too much credit for this meter (overflow)',
};

/** Answers to short codes that do something. */
const answerTexts: Readonly<Record<string, string>> = {
  emergencyTaken: 'Emergency credit is on',
  emergencyNotOffered: 'This meter has no emergency credit',
  emergencyNotLow: 'Emergency credit is for when credit is low',
  emergencyUsedUp: 'Emergency credit is used up: buy electricity',
  reserveTaken: 'What was put aside is credit now',
  noReserve: 'Nothing is put aside',
  switchedOff: 'Supply is off. 899 switches it on',
  noHandSwitch: 'This meter is not switched off by hand',
  switchedOn: 'Supply is on',
  staysOff: 'Supply stays off',
};

/** What a person at the meter sees at `nowMs`. */
export function displayOf(state: MeterState, nowMs: number): MeterDisplay {
  const status = statusOf(state);
  const last = state.lastToken;
  // One thing at a time: an old refusal beside the page asked for since would look like its answer.
  const newestMs = Math.max(last?.atMs ?? 0, state.asked?.atMs ?? 0);
  const isShown = (atMs: number) => nowMs - atMs <= shownMs && atMs === newestMs;
  const asked = state.asked !== null && isShown(state.asked.atMs) ? state.asked.pages : [];
  return {
    ...creditText(state),
    status,
    statusText: statusText(state, status),
    powerW: state.powerW,
    loadSwitch: state.loadSwitch,
    pulseEveryMs: state.powerW > 0 ? Math.round(3_600_000_000 / pulsesPerKwh / state.powerW) : null,
    token:
      last !== null && isShown(last.atMs)
        ? {
            accepted: last.outcome.result === 'accepted',
            text: textOf(last.outcome, currencyOf(state)),
          }
        : null,
    pages: asked.flatMap((code) => pageOf(state, code) ?? []),
    answer: asked.map((code) => answerTexts[code]).find((text) => text !== undefined) ?? null,
    emergencyOffered: isEmergencyOffered(state),
    tamper: state.tamper.latched.length > 0,
    lockoutMs: lockoutRemainingMs(state.acceptance.lockout, nowMs),
  };
}

function creditText(state: MeterState): { credit: string; creditUnit: string } {
  const currency = currencyOf(state);
  const available = availableOf(state);
  if (currency === null) {
    const text = formatKwh(BigInt(Math.trunc(available / 1000)), 2);
    return { credit: state.powerPresent ? text : '', creditUnit: 'kWh' };
  }
  const text = formatAmount(BigInt(Math.trunc(available / 1_000_000)), currency);
  return { credit: state.powerPresent ? text : '', creditUnit: currency.code };
}

/** A token's result in words: "Accepted +12.3 kWh", "Accepted +10.00 ZAR", or why it was not. */
export function textOf(outcome: StoredOutcome, currency: Currency | null): string {
  if (outcome.result === 'refused') return refusalTexts[outcome.refusal];
  switch (outcome.effect) {
    case 'credit':
      return `Accepted ${creditedText(outcome, currency)}`;
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
  veryLowCredit: 'Very low credit',
  emergency: 'Emergency credit in use',
  noCredit: 'No credit: supply is off',
  protected: 'No credit: supply stays on for now',
  switchedOff: 'Supply is off',
  readyForReconnection: 'Press the button to switch supply on',
};

/** A meter in credit mode lends nothing of its own: whoever holds the money decides. */
const isEmergencyOffered = (state: MeterState): boolean =>
  state.settings.paymentMode !== 'credit' && emergencyStatusOf(state) === 'selectable';

function statusText(state: MeterState, status: MeterDisplay['status']): string {
  const owed = owedOf(state);
  const parts = [statusTexts[status]];
  if (status === 'protected' && neverOpens(state)) parts[0] = 'No credit: supply stays on';
  if (status === 'switchedOff') parts[0] = `Supply is off: ${openText(state)}`;
  if (isEmergencyOffered(state)) parts.push('890 gives emergency credit');
  // Rounded up: what is shown is never less than what is owed.
  const roundUp = moneyOf(state) === null ? 999 : 999_999;
  if (owed > 0) parts.push(`Owed: ${amountText(state, owed + roundUp)}`);
  return parts.join('. ');
}

function statusOf(state: MeterState): MeterDisplay['status'] {
  if (!state.powerPresent) return 'noPower';
  if (state.loadSwitch === 'readyForReconnection') return 'readyForReconnection';
  const isOn = state.loadSwitch === 'connected';
  if (!isOn && !isOpenFor(state, 'credit')) return 'switchedOff';
  if (state.settings.paymentMode === 'credit') return 'inCredit';
  if (state.exhausted) return isOn ? 'protected' : 'noCredit';
  if (creditInUseOf(state) === 'emergency') return 'emergency';
  if (state.veryLowCredit) return 'veryLowCredit';
  return state.lowCredit ? 'lowCredit' : 'inCredit';
}
