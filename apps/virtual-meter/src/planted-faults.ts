// Faults that a meter on a bench is given, so that a maker sees what the bench finds: each breaks
// one promise of a prepaid meter, and one scenario of `prewatt conform` fails for it.

import { type MeterInput, type MeterState, noProtection, step } from '@prewatt/meter';
import type { TokenOutcome } from '@prewatt/protocol';
import { energyWh } from '@prewatt/quantities';

type Step = typeof step;
type Taken = ReturnType<Step>;
type Fault = (taken: Taken, before: MeterState, input: MeterInput) => Taken;

const changed = (taken: Taken, state: Partial<MeterState>): Taken => ({
  ...taken,
  state: { ...taken.state, ...state },
});

/** Remembers the newest identifier alone. */
const forgetsTokens: Fault = (taken) => {
  const { acceptance } = taken.state;
  const newest = Math.max(...acceptance.tidStore);
  const tidStore = acceptance.tidStore.map((_, nth, all) => (nth === all.length - 1 ? newest : 0));
  return changed(taken, { acceptance: { ...acceptance, tidStore } });
};

/** What an outage of more than ten minutes takes with it. */
const losesCredit: Fault = (taken) => {
  const isLong = taken.outputs.events.some(
    (event) => event.code === 'powerRestored' && event.outageMs > 600_000,
  );
  if (!isLong) return taken;
  return changed(taken, { creditedMilliWh: taken.state.creditedMilliWh - 1_000_000 });
};

/** Half of a set already makes the key one that credits nothing. */
const changesHalfWay: Fault = (taken, before) => {
  const { acceptance } = taken.state;
  const { events } = taken.outputs;
  const effects = events.map((event) =>
    event.code === 'token' && event.outcome.result === 'accepted' ? event.outcome.effect : null,
  );
  if (effects.includes('keyChanged')) return taken;
  const wasPending = before.acceptance.pendingKeyChange !== null;
  const isOver = acceptance.pendingKeyChange === null;
  const isRestarted = events.some(({ code }) => code === 'powerRestored');
  const ofType = (keyType: 1 | 2): Taken =>
    changed(taken, { acceptance: { ...acceptance, keyType } });
  if (effects.includes('keyChangePart')) return ofType(1);
  return wasPending && (isOver || isRestarted) ? ofType(2) : taken;
};

/** Writes over an interval as it sends a day of them. */
const dropsInterval: Fault = (taken, before) => {
  if (!before.linkUp) return taken;
  const messages = taken.outputs.messages.map((message) =>
    message.kind === 'profile' && message.entries.length > 2
      ? { ...message, entries: message.entries.toSpliced(1, 1) }
      : message,
  );
  return { ...taken, outputs: { ...taken.outputs, messages } };
};

const dayMs = 86_400_000;
const lostAtMs = 21_600_000;
/** Of half an hour, in watt-hours. */
const muchUse = 400;

/** Keeps no interval that ends at six and had much use. */
const overwritesInterval: Fault = (taken) => {
  const { profile } = taken.state;
  const { intervalMs } = profile;
  const runs = profile.runs.flatMap((run) => {
    const { firstEndsAtMs, importWh, exportWh } = run;
    const lost = importWh.findIndex(
      (wh, nth) =>
        nth > 0 &&
        (firstEndsAtMs + nth * intervalMs) % dayMs === lostAtMs &&
        wh - (importWh[nth - 1] ?? 0) > muchUse,
    );
    if (lost === -1 || exportWh !== null) return [run];
    const after = firstEndsAtMs + (lost + 1) * intervalMs;
    return [
      { ...run, flags: null, importWh: importWh.slice(0, lost) },
      { ...run, flags: null, firstEndsAtMs: after, importWh: importWh.slice(lost + 1) },
    ].filter((each) => each.importWh.length > 0);
  });
  const count = runs.reduce((sum, { importWh }) => sum + importWh.length, 0);
  return changed(taken, { profile: { ...profile, runs, count } });
};

/** Takes its rules, and goes by none. */
const ignoresRules: Fault = (taken) =>
  changed(taken, { settings: { ...taken.state.settings, protection: noProtection } });

/** Takes a limit, and lets all flow. */
const ignoresLimit: Fault = (taken) =>
  changed(taken, { settings: { ...taken.state.settings, powerLimitW: null } });

/** Lets whoever guesses go on. */
const neverLocks: Fault = (taken, before) =>
  changed(taken, {
    acceptance: { ...taken.state.acceptance, lockout: before.acceptance.lockout },
  });

/** Says that it took a token that its register has no room for, on its display and by its link. */
const swallowsOverflow: Fault = (taken) => {
  const { lastToken } = taken.state;
  const messages = taken.outputs.messages.map((message) => {
    if (message.kind !== 'commandResult' || message.result.kind !== 'deliverToken') return message;
    const { outcome } = message.result;
    if (outcome.result !== 'refused' || outcome.refusal !== 'overflow') return message;
    const swallowed: TokenOutcome = {
      ...{ result: 'accepted', effect: 'credit', tid: outcome.tid },
      creditedEnergyWh: energyWh(0n),
    };
    return { ...message, result: { kind: 'deliverToken' as const, outcome: swallowed } };
  });
  const said = { ...taken, outputs: { ...taken.outputs, messages } };
  if (lastToken?.outcome.result !== 'refused' || lastToken.outcome.refusal !== 'overflow') {
    return said;
  }
  const { tid } = lastToken.outcome;
  const outcome = { result: 'accepted', effect: 'credit', tid, creditedEnergyWh: 0 } as const;
  return changed(said, { lastToken: { ...lastToken, outcome } });
};

const faults = {
  ...{ forgetsTokens, losesCredit, changesHalfWay, dropsInterval, overwritesInterval },
  ...{ ignoresRules, ignoresLimit, neverLocks, swallowsOverflow },
} as const;
export type PlantedFault = keyof typeof faults;
export const plantedFaults = Object.keys(faults) as readonly PlantedFault[];

/** Which scenario of the bench fails for each. */
export const foundBy: Readonly<Record<PlantedFault, string>> = {
  forgetsTokens: 'replay',
  losesCredit: 'power-cut',
  changesHalfWay: 'key-change',
  dropsInterval: 'profile',
  overwritesInterval: 'profile',
  ignoresRules: 'friendly-hours',
  ignoresLimit: 'limit',
  neverLocks: 'keypad',
  swallowsOverflow: 'overflow',
};

/** The meter's step with these faults in it. */
export const stepWith =
  (planted: readonly PlantedFault[]): Step =>
  (state, input) =>
    planted.reduce((taken, name) => faults[name](taken, state, input), step(state, input));
