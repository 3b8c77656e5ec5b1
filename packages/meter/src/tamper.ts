// Tamper conditions: each start and end is an event with its evidence, also while mains is away
// (the sensors run on the battery). What started stays latched until a ClearTamper token.

import type { TamperKind } from '@prewatt/protocol';
import { record } from './log.ts';
import type { Draft } from './state.ts';
import { closeFor, openFor } from './switch.ts';

/** What the sensors show; absent = as before. */
export type Sensors = {
  readonly coverOpen?: boolean;
  readonly terminalCoverOpen?: boolean;
  readonly magnet?: boolean;
  readonly neutralDisturbed?: boolean;
  /** Power by the neutral less that by the live conductor: not zero when it is led around. */
  readonly neutralDifferenceW?: number;
  /** Voltage on the load side while the switch is open. */
  readonly voltageBehindSwitch?: boolean;
  /** Since when what switches does not answer; null while it does. */
  readonly switchUnknownSinceMs?: number | null;
};

/** Live and neutral may differ by a tenth and by 100 W. */
const neutralTolerance = 0.1;
const neutralToleranceW = 100;

/** Takes what the sensors show at the draft's instant. */
export function observeTamper(draft: Draft, sensors: Sensors): void {
  edge(draft, 'cover', sensors.coverOpen);
  edge(draft, 'terminalCover', sensors.terminalCoverOpen);
  edge(draft, 'magnet', sensors.magnet);
  edge(draft, 'neutral', sensors.neutralDisturbed);
  observeBypass(draft, sensors);
  observeSwitch(draft, sensors);
}

/** No event: whoever looks sees it with the next state, which is sent at once. */
function observeSwitch(draft: Draft, { switchUnknownSinceMs: sinceMs }: Sensors): void {
  if (sinceMs === undefined) return;
  const known = draft.switchUnknownSinceMs ?? null;
  const next = sinceMs === null ? null : sinceMs + draft.clockOffsetMs;
  if ((known === null) !== (next === null)) draft.nextStateAtMs = draft.atMs;
  draft.switchUnknownSinceMs = next;
}

/** Energy flows backwards where that is not allowed. */
export function observeReverse(draft: Draft, isReverse: boolean): void {
  edge(draft, 'reverseEnergy', isReverse);
}

/** A ClearTamper token: what still holds is latched again at its next start. */
export function clearTamper(draft: Draft): void {
  draft.tamper = { ...draft.tamper, latched: [] };
  closeFor(draft, 'tamper', 'tamperCleared');
}

const starts = {
  cover: 'coverOpened',
  terminalCover: 'terminalCoverOpened',
  magnet: 'magnetStarted',
  neutral: 'neutralDisturbed',
  reverseEnergy: 'reverseEnergy',
} as const;
const ends = {
  cover: 'coverClosed',
  terminalCover: 'terminalCoverClosed',
  magnet: 'magnetEnded',
  neutral: 'neutralRestored',
  reverseEnergy: 'reverseEnergyEnded',
  bypass: 'bypassEnded',
} as const;
/** Conditions that a person at the meter makes, and for which supply may be opened. */
const opens: readonly TamperKind[] = ['cover', 'terminalCover', 'magnet'];

function edge(draft: Draft, kind: Exclude<TamperKind, 'bypass'>, now: boolean | undefined): void {
  const sinceMs = draft.tamper.sinceMs[kind];
  if (now === undefined || now === (sinceMs !== undefined)) return;
  if (!now) {
    end(draft, kind);
    return;
  }
  record(draft, {
    code: starts[kind],
    evidence: {
      importEnergyWh: Math.floor(draft.importMilliWh / 1000),
      exportEnergyWh: Math.floor(draft.exportMilliWh / 1000),
      powerW: draft.powerW,
    },
  });
  start(draft, kind);
}

function start(draft: Draft, kind: TamperKind): void {
  const { sinceMs, latched } = draft.tamper;
  draft.tamper = {
    sinceMs: { ...sinceMs, [kind]: draft.atMs },
    latched: latched.includes(kind) ? latched : [...latched, kind],
  };
  if (draft.config.tamperOpensSwitch === true && opens.includes(kind)) openFor(draft, 'tamper');
}

function end(draft: Draft, kind: TamperKind): void {
  const { [kind]: since = draft.atMs, ...sinceMs } = draft.tamper.sinceMs;
  draft.tamper = { ...draft.tamper, sinceMs };
  record(draft, { code: ends[kind], lastedMs: Math.max(0, draft.atMs - since) });
}

function observeBypass(draft: Draft, sensors: Sensors): void {
  const { neutralDifferenceW, voltageBehindSwitch } = sensors;
  if (neutralDifferenceW === undefined && voltageBehindSwitch === undefined) return;
  const behind = voltageBehindSwitch === true && draft.loadSwitch !== 'connected';
  const liveW = draft.powerW;
  const difference = Math.abs(neutralDifferenceW ?? 0);
  const differs = difference > neutralToleranceW && difference > neutralTolerance * liveW;
  const isSuspected = draft.tamper.sinceMs.bypass !== undefined;
  if (isSuspected === (behind || differs)) return;
  if (isSuspected) {
    end(draft, 'bypass');
    return;
  }
  record(draft, {
    code: 'bypassSuspected',
    sign: behind ? 'voltageBehindOpenSwitch' : 'neutralDiffers',
    liveW,
    neutralW: neutralDifferenceW === undefined ? null : Math.round(liveW + neutralDifferenceW),
    importEnergyWh: Math.floor(draft.importMilliWh / 1000),
  });
  start(draft, 'bypass');
}
