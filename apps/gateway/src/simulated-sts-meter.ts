// An STS meter on a bus of DL/T 645 that takes tokens over it (Sanxing's frames), with a clock, a
// load and mains of a bench: bytes in, bytes out. What it decides is the meter of packages/meter.

import { encodeDlt645, findDlt645 } from '@prewatt/fieldbus';
import {
  createMeter,
  type MeterInput,
  type MeterState,
  noProtection,
  restoreMeter,
  serialiseMeter,
  step,
} from '@prewatt/meter';
import { expectOk } from '@prewatt/quantities';
import type { StsKey } from './site.ts';

type Act = {
  readonly kind: string;
  readonly on?: boolean;
  readonly ms?: number;
  readonly watts?: number;
  readonly moment?: string;
  readonly digits?: string;
};

export type StsMeter = {
  /** Null: it does not answer. */
  readonly answer: (sent: Uint8Array) => Uint8Array | null;
  /** What a control hook answers: a status and what the keypad showed. */
  readonly act: (act: Act) => { readonly status: number; readonly said: string | null };
};

const answered = 0x80;
const enterToken = '01e0';
const readCode = '02e0';
const ascii = (text: string): number[] => Array.from(text, (sign) => sign.charCodeAt(0));
const u32 = (value: number): number[] =>
  [0, 8, 16, 24].map((shift) => Math.floor(value / 2 ** shift) & 0xff);

export function createStsMeter(
  key: StsKey,
  o: { readonly address: string; readonly startMs: number; readonly step?: typeof step },
): StsMeter {
  const stepOn = o.step ?? step;
  let nowMs = o.startMs;
  let watts = 0;
  const drawn = createDraw();
  let hasPower = true;
  let cutMoment: string | null = null;
  let state = firstState(key, nowMs);
  let stored = serialiseMeter(state);
  const keep = (next: MeterState): void => {
    state = next;
    stored = serialiseMeter(next);
  };
  const dark = (): void => {
    hasPower = false;
    cutMoment = null;
    state = expectOk(restoreMeter(stored), 'state');
  };
  const take = (input: Omit<MeterInput, 'atMs'>): void =>
    keep(stepOn(state, { ...input, atMs: nowMs }).state);
  const outcomeOf = (digits: string, origin: 'keypad' | 'bus') => {
    const input: MeterInput =
      origin === 'keypad'
        ? { atMs: nowMs, keypad: digits }
        : { atMs: nowMs, linkUp: false, received: [deliver(digits, nowMs)] };
    const next = stepOn(state, input).state;
    if (cutMoment === 'beforeStored') return dark();
    keep(next);
    if (cutMoment === 'beforeAnswer') return dark();
    return next.lastToken?.outcome;
  };
  const dataOf = (head: string, text: string): readonly number[] | null => {
    if (head === readCode) return codeAnswer(text, state);
    const outcome = head === enterToken ? outcomeOf(text, 'bus') : undefined;
    return outcome === undefined ? null : tokenAnswer(outcome, state);
  };
  return {
    answer: (sent) => {
      const frame = findDlt645(sent)?.frame;
      if (!hasPower || frame?.address !== o.address) return null;
      const text = String.fromCharCode(...frame.data.subarray(2));
      const data = dataOf(frame.data.subarray(0, 2).toHex(), text);
      if (data === null) return null;
      if (cutMoment === 'afterAnswer') dark();
      const { address } = o;
      return encodeDlt645({ address, control: answered, data: Uint8Array.from(data) });
    },
    act: (act) => {
      let said: string | null = null;
      if (act.kind === 'power' && act.on === false) dark();
      else if (act.kind === 'power' && !hasPower) {
        hasPower = true;
        keep(stepOn(state, { atMs: state.inputAtMs, powerPresent: false }).state);
        take({});
      } else if (act.kind === 'cutAt') cutMoment = act.moment ?? null;
      else if (act.kind === 'load') watts = act.watts ?? 0;
      else if (act.kind === 'wait') {
        nowMs += act.ms ?? 0;
        if (hasPower) take({ demandMilliWh: drawn(watts, act.ms ?? 0), demandW: watts });
      } else if (act.kind === 'keypad') {
        const outcome = outcomeOf(act.digits ?? '', 'keypad');
        said = outcome?.result === 'refused' ? outcome.refusal : 'accepted';
      } else if (act.kind !== 'power') return { status: 501, said };
      return { status: 200, said };
    },
  };
}

/** Whole milliwatt-hours; what is left over counts the next time. */
function createDraw(): (watts: number, ms: number) => number {
  let restMilliWh = 0;
  return (watts, ms) => {
    const milliWh = restMilliWh + (watts * ms) / 3600;
    restMilliWh = milliWh % 1;
    return Math.floor(milliWh);
  };
}

function firstState(key: StsKey, atMs: number): MeterState {
  const { meterPan, zone, ...rest } = key;
  const { ea, decoderKeyHex, supplyGroupCode, tariffIndex, keyRevision, keyType } = rest;
  const { keyExpiry, baseDate, initialTid } = rest;
  return createMeter({
    config: {
      ...{ meterPan, zone, vulnerable: false, lowCreditThresholdWh: 5000 },
      ...{ protection: noProtection, reconnection: 'automatic', profileIntervalMinutes: 30 },
      ...{ stateReportMs: 60_000, resendAfterMs: 60_000 },
    },
    key: {
      ...{ ea, decoderKeyHex, supplyGroupCode, tariffIndex, keyRevision, keyType },
      ...{ keyExpiry, baseDate, initialTid },
    },
    atMs,
  });
}

/** Balance and total, as they end each long answer. */
function totalsOf(state: MeterState): number[] {
  const owed = Math.floor(state.owedMilliWh / 1000);
  const used = Math.floor(state.importMilliWh / 1000);
  const credited = Math.floor((state.creditedMilliWh - state.clearedMilliWh) / 1000);
  return [...u32((credited - used + owed) / 10), ...u32(used / 10)];
}

const codeAnswer = (code: string, state: MeterState): readonly number[] => [
  ...[2, 0xe0, ...ascii(code), 0x50, 0, 0xc4, 0, 0],
  ...totalsOf(state),
];

type Outcome = NonNullable<MeterState['lastToken']>['outcome'];

function tokenAnswer(outcome: Outcome, state: MeterState): readonly number[] {
  const begin = [1, 0xe0, 0, 0x50, 0, 0x75, 0xc3];
  if (outcome.result === 'accepted') {
    return [...begin, ...u32(outcome.creditedEnergyWh / 10), ...totalsOf(state)];
  }
  return [...begin, ...ascii(outcome.refusal === 'used' ? 'UsEd' : 'rEJECt'), 0, 0, 0];
}

let commands = 0;

function deliver(token: string, nowMs: number) {
  commands += 1;
  const commandId = `command_0190a000-0000-7000-8000-${commands.toString(16).padStart(12, '0')}`;
  const action = { kind: 'deliverToken', token } as const;
  return { kind: 'command', commandId, expiresAtMs: nowMs + 60_000, action } as const;
}
