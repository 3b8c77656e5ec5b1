// What a scenario is: steps in their order, each with what is expected and how it is seen. What a
// device's protocol cannot do is not offered; what nobody did to it needs a hand; neither counts as
// passed.

import type {
  AccountState,
  MeterAbility,
  MeterTask,
  MeterTaskResult,
  TokenOutcome,
  TokenRefusal,
} from '@prewatt/protocol';
import type { Bench, BenchAct } from './bench.ts';
import type { KeyRing } from './key-ring.ts';

export const verdicts = ['passed', 'failed', 'notOffered', 'needsHand'] as const;
export type Verdict = (typeof verdicts)[number];

/** What came of a step, in words. */
export type Seen = { readonly verdict: Verdict; readonly seen: string };

export type Kit = {
  readonly bench: Bench;
  readonly keys: KeyRing;
  /** IANA zone of the device's friendly hours. */
  readonly zone: string;
  /** Instant of the bench. */
  readonly nowMs: () => number;
};

export type Step = {
  readonly what: string;
  readonly expected: string;
  /** Where a standard asks for it. */
  readonly clause?: string;
  readonly run: (kit: Kit) => Promise<Seen>;
  /** Also after a step that was not passed: it puts the device back. */
  readonly always?: true;
};

export type Scenario = {
  readonly id: string;
  readonly title: string;
  /** Why it matters to the people who live behind the meter, or to the utility. */
  readonly why: string;
  readonly needs: readonly MeterAbility[];
  /** Where the meter has to be given rules on cuts. */
  readonly needsRules?: true;
  /** Where it looks at the switch. */
  readonly needsSwitch?: true;
  readonly steps: () => readonly Step[];
};

export const sts = (clause: string): string => `IEC 62055-41, ${clause}`;

export const passed = (seen: string): Seen => ({ verdict: 'passed', seen });
export const failed = (seen: string): Seen => ({ verdict: 'failed', seen });
export const judged = (isRight: boolean, seen: string): Seen =>
  isRight ? passed(seen) : failed(seen);

/** A task whose result has the kind that is wanted, or how it failed. */
export async function ask<K extends MeterTaskResult['kind']>(
  { bench }: Kit,
  task: MeterTask,
  kind: K,
): Promise<
  | { readonly ok: true; readonly value: Extract<MeterTaskResult, { kind: K }> }
  | { readonly ok: false; readonly seen: Seen }
> {
  const result = await bench.channel.perform(task);
  if (result.kind === kind) {
    return { ok: true, value: result as Extract<MeterTaskResult, { kind: K }> };
  }
  return { ok: false, seen: failed(wordsOfResult(result)) };
}

export function wordsOfResult(result: MeterTaskResult): string {
  switch (result.kind) {
    case 'refused':
      return `refused: ${result.reason}`;
    case 'failed':
      return `no answer that counts: ${result.fault}`;
    case 'tokenEntered':
      return wordsOfOutcome(result.outcome);
    case 'switched':
      return `the switch is ${switchWords[result.loadSwitch]}`;
    default:
      return result.kind;
  }
}

export const wordsOfOutcome = (outcome: TokenOutcome): string =>
  outcome.result === 'refused'
    ? `refused: ${outcome.refusal}`
    : `accepted: ${outcome.effect}, ${outcome.creditedEnergyWh} Wh`;

/** The state, or how it could not be read. */
export async function readState(
  kit: Kit,
): Promise<
  { readonly ok: true; readonly value: AccountState } | { readonly ok: false; readonly seen: Seen }
> {
  const read = await ask(kit, { kind: 'readState' }, 'state');
  return read.ok ? { ok: true, value: read.value.state } : read;
}

/**
 * What the account has ever been given, less what was taken from it: credit, less what is owed,
 * with all that was used. Use changes it by nothing, a token by exactly what it carries.
 */
export const worthOf = (state: AccountState): bigint =>
  state.availableEnergyWh - state.owedEnergyWh + state.importEnergyWh;

/** A number that one step remembers for another. */
export type Memo<T> = { value: T | null };
export const memo = <T>(): Memo<T> => ({ value: null });

/** Remembers what the account is worth. */
export const weigh = (worth: Memo<bigint>): Step => ({
  what: 'Read the account',
  expected: 'an answer',
  run: async (kit) => {
    const state = await readState(kit);
    if (!state.ok) return state.seen;
    worth.value = worthOf(state.value);
    return passed(wordsOfAccount(state.value));
  },
});

/** The account is worth so much more than it was when it was weighed. */
export const gained = (worth: Memo<bigint>, wh: number): Step => ({
  what: 'Read the account again',
  expected: wh === 0 ? 'worth what it was' : `worth ${wh} Wh more`,
  run: async (kit) => {
    const state = await readState(kit);
    if (!state.ok) return state.seen;
    const more = worthOf(state.value) - (worth.value ?? 0n);
    return judged(more === BigInt(wh), `worth ${more} Wh more; ${wordsOfAccount(state.value)}`);
  },
});

export const statusWords: Readonly<Record<AccountState['creditStatus'], string>> = {
  inCredit: 'in credit',
  lowCredit: 'low credit',
  outOfCredit: 'out of credit',
};
const switchWords: Readonly<Record<AccountState['loadSwitch'], string>> = {
  connected: 'on',
  disconnected: 'open',
  readyForReconnection: 'waiting for a hand',
};

export const wordsOfAccount = (state: AccountState): string =>
  [
    `credit ${state.availableEnergyWh} Wh`,
    `owed ${state.owedEnergyWh} Wh`,
    `used ${state.importEnergyWh} Wh`,
    statusWords[state.creditStatus],
    `switch ${switchWords[state.loadSwitch]}`,
  ].join(', ');

export type TokenStep = {
  readonly what: string;
  readonly token: (kit: Kit) => string;
  readonly clause?: string;
};

/** A token that has to be taken, with this effect. */
export const accepts = (
  { what, token, clause }: TokenStep,
  o: { readonly effect: 'credit' | 'management' | 'keyChangePart' | 'keyChanged'; wh?: number },
): Step => ({
  what,
  expected: o.wh === undefined ? `accepted: ${o.effect}` : `accepted: ${o.effect}, ${o.wh} Wh`,
  ...(clause === undefined ? {} : { clause }),
  run: async (kit) => {
    const isKeyPart = o.effect === 'keyChangePart' || o.effect === 'keyChanged';
    const entered = await (isKeyPart ? enterPart : enter)(kit, token(kit));
    if (!entered.ok) return entered.seen;
    const { outcome } = entered;
    const words = wordsOfOutcome(outcome);
    if (outcome.result !== 'accepted') return failed(words);
    const isSame = isKeyPart && !kit.bench.tellsParts ? true : outcome.effect === o.effect;
    const isRight = isSame && (o.wh === undefined || outcome.creditedEnergyWh === BigInt(o.wh));
    return judged(isRight, words);
  },
});

/** A token that has to be refused, for one of these reasons. */
export const refuses = (
  { what, token, clause }: TokenStep,
  refusals: readonly TokenRefusal[],
): Step => ({
  what,
  expected: `refused: ${refusals.join(' or ')}`,
  ...(clause === undefined ? {} : { clause }),
  run: async (kit) => {
    const entered = await enter(kit, token(kit));
    if (!entered.ok) return entered.seen;
    const { outcome } = entered;
    const words = wordsOfOutcome(outcome);
    if (outcome.result === 'accepted') return failed(words);
    return judged(isAsExact(kit, outcome.refusal, refusals), words);
  },
});

/** Kinds that COSEM class 115 tells apart. */
const kindOf: Readonly<Record<TokenRefusal, string>> = {
  format: 'format',
  lockout: 'lockout',
  crc: 'authentication',
  mfrCode: 'authentication',
  keyExpired: 'authentication',
  ddtk: 'authentication',
  keyType: 'validation',
  old: 'validation',
  used: 'validation',
  function: 'execution',
  range: 'execution',
  overflow: 'execution',
};

function isAsExact(
  { bench }: Kit,
  refusal: TokenRefusal,
  wanted: readonly TokenRefusal[],
): boolean {
  if (wanted.includes(refusal) || bench.refusals === 'only') return true;
  if (bench.refusals === 'each') return false;
  return wanted.some((each) => kindOf[each] === kindOf[refusal]);
}

export type Entered =
  | { readonly ok: true; readonly outcome: TokenOutcome }
  | { readonly ok: false; readonly seen: Seen };

/** A token of a key-change set: by some protocols a meter says less of it than of others. */
export async function enterPart(kit: Kit, token: string): Promise<Entered> {
  const { abilities } = kit.bench.channel.capabilities;
  if (!abilities.includes('changeKeys')) return enter(kit, token);
  const changed = await ask(kit, { kind: 'changeKeys', tokens: [token] }, 'keysChanged');
  if (!changed.ok) return changed;
  const [outcome] = changed.value.outcomes;
  return outcome === undefined
    ? { ok: false, seen: failed('nothing said') }
    : { ok: true, outcome };
}

export async function enter(kit: Kit, token: string): Promise<Entered> {
  const entered = await ask(kit, { kind: 'enterToken', token }, 'tokenEntered');
  return entered.ok ? { ok: true, outcome: entered.value.outcome } : entered;
}

/** Something done to the device from outside. */
export const does = (act: BenchAct, o: { readonly always?: true } = {}): Step => ({
  what: wordsOfAct(act),
  expected: 'done',
  ...o,
  run: async ({ bench }) => {
    const done = await bench.act(act);
    if (done === null) return { verdict: 'needsHand', seen: 'nobody did it' };
    return passed(done.said ?? 'done');
  },
});

const minuteMs = 60_000;

export const wordsOfSpan = (ms: number): string => {
  if (ms % (60 * minuteMs) === 0) return `${ms / (60 * minuteMs)} h`;
  return ms % minuteMs === 0 ? `${ms / minuteMs} min` : `${ms / 1000} s`;
};

export const wordsOfMoment = {
  beforeStored: 'as it has the next token and has not yet stored it',
  beforeAnswer: 'as it has stored the next token and has not yet answered',
  afterAnswer: 'right after its answer to the next token',
} as const;

/** What the person at the bench is asked to do. */
export function wordsOfAct(act: BenchAct): string {
  switch (act.kind) {
    case 'power':
      return act.on ? 'Switch the mains of the meter on' : 'Switch the mains of the meter off';
    case 'cutAt':
      return `Be ready to switch the mains off ${wordsOfMoment[act.moment]}`;
    case 'wait':
      return `Let ${wordsOfSpan(act.ms)} pass by the meter`;
    case 'cover':
      return act.open ? 'Open the cover of the meter' : 'Shut the cover of the meter';
    case 'link':
      return act.up ? 'Put the meter’s link back' : 'Take the meter’s link away';
    case 'load':
      return act.watts === 0
        ? 'Take all load off the meter'
        : `Put a load of ${act.watts} W on the meter`;
    case 'keypad':
      return `Type ${act.digits} at the meter`;
  }
}
