// The cut simulator: a rule set run over months that have been, home by home, before it goes live.
// Who would have been cut, when, for how long, and who of them may never be. It keeps credit as the
// meter does: what is used while a rule keeps supply on is owed, and paid back from top-ups.

import { mayDisconnect } from './may-disconnect.ts';
import { recoverOwed } from './recover-owed.ts';
import type { ProtectionRules } from './rules.ts';
import { powerLimitAt } from './soft-landing.ts';
import type { UsageInterval } from './usage-model.ts';

export type ReplayHome = {
  readonly home: string;
  readonly vulnerable: boolean;
  readonly medical: boolean;
  readonly convertedAtMs: number | null;
  /** Credit at the first reading; null when nobody knows: the home starts at its first top-up. */
  readonly openingWh: bigint | null;
  /** Use as it was, in order, without overlaps. A gap counts as no use. */
  readonly use: readonly UsageInterval[];
  readonly topUps: readonly { readonly atMs: number; readonly energyWh: bigint }[];
  /**
   * By what credit became more (or, below zero, less) without a top-up, as when it changed hands
   * between meter and ledger at another price. Nothing is paid back from it.
   */
  readonly shifts?: readonly { readonly atMs: number; readonly energyWh: bigint }[];
};

type Change = ReplayHome['topUps'][number] & { readonly isShift: boolean };

export type ReplayCut = {
  readonly fromMs: number;
  /** Null: off at the end of the data. */
  readonly untilMs: number | null;
  /** What the home used in truth while it would have been off. */
  readonly missedWh: number;
};

/** A person would have been called: no credit in a home that is never cut, or silence. */
export type ReplayCall = {
  readonly atMs: number;
  readonly because: 'medical' | 'vulnerable' | 'silence';
};

export type HomeReplay = {
  readonly home: string;
  readonly vulnerable: boolean;
  readonly medical: boolean;
  readonly cuts: readonly ReplayCut[];
  readonly offMs: number;
  readonly calls: readonly ReplayCall[];
  /** Time on without credit, because a rule forbade the cut. */
  readonly protectedMs: number;
  readonly mostOwedWh: number;
  readonly owedAtEndWh: number;
  readonly emergencyCredits: number;
  /** Time under a limit of the soft landing, and what was used above it. */
  readonly limitedMs: number;
  readonly aboveLimitWh: number;
};

/** What is not known of people. */
export type ReplayOptions = {
  /** Whether a home takes emergency credit once its credit is out; true by default. */
  readonly takesEmergency?: boolean;
};

type State = {
  readonly takesEmergency: boolean;
  readonly rules: ProtectionRules;
  readonly home: ReplayHome;
  readonly zone: string;
  available: number;
  owed: number;
  emergencyTaken: boolean;
  /** Called about this spell without credit already. */
  called: boolean;
  off: { fromMs: number; missed: number } | null;
  cuts: ReplayCut[];
  calls: ReplayCall[];
  protectedMs: number;
  mostOwed: number;
  emergencyCredits: number;
  limitedMs: number;
  aboveLimit: number;
};

/** Runs the rules over one home; null when it has no readings, or no credit is known of it. */
export function replayHome(
  rules: ProtectionRules,
  home: ReplayHome,
  zone: string,
  { takesEmergency = true }: ReplayOptions = {},
): HomeReplay | null {
  const topUps = home.topUps.toSorted((a, b) => a.atMs - b.atMs);
  const changes: readonly Change[] = [
    ...(home.shifts ?? []).map((one) => ({ ...one, isShift: true })),
    ...topUps.map((one) => ({ ...one, isShift: false })),
  ].toSorted((a, b) => a.atMs - b.atMs);
  const first = home.use[0];
  const startMs = home.openingWh === null ? topUps[0]?.atMs : first?.startsAtMs;
  const endMs = home.use.at(-1)?.endsAtMs;
  if (startMs === undefined || endMs === undefined || startMs >= endMs) return null;
  const state = newState({ rules, home, zone, takesEmergency });
  const due = changes.filter((one) => one.atMs >= startMs && one.atMs < endMs);
  let next = 0;
  let atMs = startMs;
  const until = (toMs: number, milliWh: number, fromMs: number, spanMs: number) => {
    // Even use over its interval, split where a change of credit falls into it.
    while (atMs < toMs) {
      const change = due[next];
      const stopMs =
        change !== undefined && change.atMs < toMs ? Math.max(atMs, change.atMs) : toMs;
      const from = Math.max(atMs, fromMs);
      const share = stopMs > from ? (milliWh * (stopMs - from)) / spanMs : 0;
      live(state, { fromMs: atMs, toMs: stopMs, milliWh: share });
      atMs = stopMs;
      if (change !== undefined && change.atMs <= atMs) {
        if (change.isShift) shift(state, change);
        else credit(state, change);
        next += 1;
      }
    }
  };
  for (const { startsAtMs, endsAtMs, energyWh } of home.use) {
    if (endsAtMs <= atMs) continue;
    if (startsAtMs > atMs) until(startsAtMs, 0, atMs, 1);
    until(endsAtMs, Number(energyWh) * 1000, startsAtMs, endsAtMs - startsAtMs);
  }
  return close(state, endMs);
}

function newState(o: Pick<State, 'rules' | 'home' | 'zone' | 'takesEmergency'>): State {
  return {
    ...o,
    available: Number(o.home.openingWh ?? 0n) * 1000,
    owed: 0,
    emergencyTaken: false,
    called: false,
    off: null,
    cuts: [],
    calls: [],
    protectedMs: 0,
    mostOwed: 0,
    emergencyCredits: 0,
    limitedMs: 0,
    aboveLimit: 0,
  };
}

function credit(state: State, topUp: { readonly atMs: number; readonly energyWh: bigint }): void {
  const creditedMilliWh = Number(topUp.energyWh) * 1000;
  const back = recoverOwed(state.rules, {
    owedMilliWh: Math.floor(state.owed),
    creditedMilliWh,
  });
  state.owed -= back;
  if (state.owed < 1) state.emergencyTaken = false;
  state.available += creditedMilliWh - back;
  hasCredit(state, topUp.atMs);
}

/** What there is not enough credit for is owed. */
function shift(state: State, { atMs, energyWh }: Change): void {
  state.available += Number(energyWh) * 1000;
  if (state.available < 0) {
    owe(state, -state.available);
    state.available = 0;
  }
  hasCredit(state, atMs);
}

function hasCredit(state: State, atMs: number): void {
  if (state.available <= 0) return;
  state.called = false;
  if (state.off !== null) endCut(state, state.off, atMs);
}

function endCut(
  state: State,
  off: NonNullable<State['off']>,
  untilMs: number | null,
  lastMs = untilMs ?? off.fromMs,
): void {
  state.cuts.push({ fromMs: off.fromMs, untilMs, missedWh: Math.round(off.missed / 1000) });
  const { callAfterHours } = state.rules.silence;
  if (callAfterHours !== null) {
    const callAtMs = off.fromMs + callAfterHours * 3_600_000;
    if (callAtMs <= lastMs) state.calls.push({ atMs: callAtMs, because: 'silence' });
  }
  state.off = null;
}

/** A stretch of even use, from the start on with credit, without it, or off. */
function live(state: State, o: { fromMs: number; toMs: number; milliWh: number }): void {
  const perMs = o.toMs > o.fromMs ? o.milliWh / (o.toMs - o.fromMs) : 0;
  let atMs = o.fromMs;
  while (atMs < o.toMs) {
    if (state.off !== null) {
      state.off.missed += perMs * (o.toMs - atMs);
      return;
    }
    if (state.available > 0) {
      const lastsMs = perMs > 0 ? state.available / perMs : Number.POSITIVE_INFINITY;
      // At least a millisecond on, so that rounding never stands still.
      const stopMs = Math.min(o.toMs, Math.max(atMs + 1, Math.ceil(atMs + lastsMs)));
      limit(state, { atMs, stopMs, perMs });
      state.available = Math.max(0, state.available - perMs * (stopMs - atMs));
      atMs = stopMs;
      continue;
    }
    atMs = withoutCredit(state, { atMs, toMs: o.toMs, perMs });
  }
}

/** Credit is out at `atMs`: emergency credit, a rule that keeps supply on, or the cut. */
function withoutCredit(
  state: State,
  o: { readonly atMs: number; readonly toMs: number; readonly perMs: number },
): number {
  const { rules, home, zone } = state;
  const answer = mayDisconnect(rules, {
    atMs: o.atMs,
    zone,
    vulnerable: home.vulnerable,
    medical: home.medical,
    convertedAtMs: home.convertedAtMs,
    owedMilliWh: state.owed,
  });
  if (answer.allowed) {
    const lent = Number(rules.emergencyCreditWh) * 1000;
    if (lent > 0 && state.takesEmergency && !state.emergencyTaken) {
      state.emergencyTaken = true;
      state.emergencyCredits += 1;
      state.available += lent;
      owe(state, lent);
      return o.atMs;
    }
    state.off = { fromMs: o.atMs, missed: 0 };
    return o.atMs;
  }
  if (!state.called && (answer.because === 'medical' || answer.because === 'vulnerable')) {
    state.called = true;
    state.calls.push({ atMs: o.atMs, because: answer.because });
  }
  let stopMs = Math.min(o.toMs, answer.until ?? o.toMs);
  const { owedLimitWh } = rules.graceAfterConversion;
  if (answer.because === 'grace' && owedLimitWh !== null && o.perMs > 0) {
    const left = Number(owedLimitWh) * 1000 - state.owed;
    stopMs = Math.min(stopMs, Math.floor(o.atMs + left / o.perMs) + 1);
  }
  limit(state, { atMs: o.atMs, stopMs, perMs: o.perMs });
  state.protectedMs += stopMs - o.atMs;
  owe(state, o.perMs * (stopMs - o.atMs));
  return stopMs;
}

function owe(state: State, milliWh: number): void {
  state.owed += milliWh;
  state.mostOwed = Math.max(state.mostOwed, state.owed);
}

function limit(
  state: State,
  o: { readonly atMs: number; readonly stopMs: number; readonly perMs: number },
): void {
  const { vulnerable, medical } = state.home;
  const limitW = powerLimitAt(state.rules, {
    availableMilliWh: state.available,
    vulnerable,
    medical,
  });
  if (limitW === null) return;
  const spanMs = o.stopMs - o.atMs;
  state.limitedMs += spanMs;
  // Milliwatt-hours in a millisecond at the limit: W / 3600.
  state.aboveLimit += Math.max(0, o.perMs - limitW / 3600) * spanMs;
}

function close(state: State, endMs: number): HomeReplay {
  const { off } = state;
  if (off !== null) endCut(state, off, null, endMs);
  const { home, vulnerable, medical } = state.home;
  return {
    home,
    vulnerable,
    medical,
    cuts: state.cuts,
    offMs: state.cuts.reduce((sum, cut) => sum + (cut.untilMs ?? endMs) - cut.fromMs, 0),
    calls: state.calls.toSorted((a, b) => a.atMs - b.atMs),
    protectedMs: state.protectedMs,
    mostOwedWh: Math.round(state.mostOwed / 1000),
    owedAtEndWh: Math.round(state.owed / 1000),
    emergencyCredits: state.emergencyCredits,
    limitedMs: state.limitedMs,
    aboveLimitWh: Math.round(state.aboveLimit / 1000),
  };
}

export type ReplaySummary = {
  readonly homes: number;
  readonly homesCut: number;
  readonly cuts: number;
  readonly offMs: number;
  readonly missedWh: number;
  /** Vulnerable or medical homes that ran out of credit: kept on, and called. */
  readonly homesCalledNotCut: number;
  readonly silentCalls: number;
  readonly protectedMs: number;
  readonly owedAtEndWh: number;
  readonly limitedMs: number;
};

export function summarizeReplay(homes: readonly HomeReplay[]): ReplaySummary {
  const sum = (of: (home: HomeReplay) => number) => homes.reduce((all, home) => all + of(home), 0);
  return {
    homes: homes.length,
    homesCut: sum((home) => (home.cuts.length > 0 ? 1 : 0)),
    cuts: sum((home) => home.cuts.length),
    offMs: sum((home) => home.offMs),
    missedWh: sum((home) => home.cuts.reduce((all, cut) => all + cut.missedWh, 0)),
    homesCalledNotCut: sum((home) => (home.calls.some((c) => c.because !== 'silence') ? 1 : 0)),
    silentCalls: sum((home) => home.calls.filter((c) => c.because === 'silence').length),
    protectedMs: sum((home) => home.protectedMs),
    owedAtEndWh: sum((home) => home.owedAtEndWh),
    limitedMs: sum((home) => home.limitedMs),
  };
}
