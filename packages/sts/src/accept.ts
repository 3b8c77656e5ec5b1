// The meter's side (IEC 62055-41 clauses 7.3 and 8): whether a token is accepted and what it does.
// Pure: a decision takes a state and gives a new one; but for the lock-out a refusal leaves it.

import { acceptKeyChangeSection, droppedWhenOld, type KeyChangeStep } from './accept-key-change.ts';
import { type AcceptanceState, decoderKeyOfState } from './acceptance-state.ts';
import { type DecodeError, readToken, tokenClassOf } from './codec.ts';
import { type DigitsError, parseTokenDigits } from './digits.ts';
import { isLockedAt, noLockout, withWrongEntry } from './entry-lockout.ts';
import { isInteger } from './key-fields.ts';
import type {
  Commodity,
  CreditRegister,
  TestFields,
  TokenFields,
  TokenKind,
} from './token-kinds.ts';

export {
  type AcceptanceSecrets,
  type AcceptanceState,
  type AcceptanceStateError,
  createAcceptanceState,
  decoderKeyOfState,
  defaultKeyChangeTimeoutMs,
  defaultTidStoreSize,
  type PendingKeyChange,
  restoreAcceptanceState,
} from './acceptance-state.ts';
export { lockoutRemainingMs } from './entry-lockout.ts';
export type { Result } from './result.ts';
export type { Commodity, CreditRegister } from './token-kinds.ts';

/** Why a meter refuses a token, in the order of the checks (clauses 7.3.5 to 7.3.8, 8). */
export type AcceptanceRefusal =
  | 'lockout'
  | 'format'
  | 'crc'
  | 'function'
  | 'keyExpired'
  | 'old'
  | 'used'
  | 'ddtk'
  | 'range'
  | 'overflow'
  | 'keyType'
  | 'mfrCode';

/**
 * More of the reason where it is known: of `format` which rule, of `function` what is not
 * supported.
 */
export type RefusalDetail =
  | DigitsError
  | 'classReserved'
  | 'subclassReserved'
  | 'subclassProprietary'
  | 'unsupported';

/**
 * What a wrong check (`crc`) may mean: `mistyped` for a class 1 token, which no key touches;
 * `keyChangePending` while a set waits for a section (the token may be for the new key);
 * `mistypedOrOtherMeter` otherwise: the standard cannot tell the two apart.
 */
export type CrcHint = 'mistyped' | 'keyChangePending' | 'mistypedOrOtherMeter';

/** What an accepted token does; the meter carries it out. */
export type AcceptanceEffect =
  /** `units`: 0.1 kWh, 0.1 m3 or 0.1 min. */
  | {
      readonly kind: 'credit';
      readonly commodity: Commodity;
      readonly units: bigint;
      readonly tid: number;
    }
  /** `amountE5`: 10^-5 of the base unit; negative takes credit away. */
  | {
      readonly kind: 'currencyCredit';
      readonly commodity: Commodity;
      readonly amountE5: bigint;
      readonly tid: number;
    }
  | {
      readonly kind: 'test';
      readonly tests: readonly number[] | 'all';
      readonly manufacturerCode: number;
    }
  /** 63 reads the flag register. */
  | { readonly kind: 'extendedRead'; readonly registerIndex: number }
  | { readonly kind: 'setMaximumPowerLimit'; readonly watts: bigint; readonly tid: number }
  | { readonly kind: 'clearCredit'; readonly register: CreditRegister; readonly tid: number }
  | { readonly kind: 'setTariffRate'; readonly rate: number; readonly tid: number }
  | { readonly kind: 'clearTamper'; readonly tid: number }
  | { readonly kind: 'setPhaseUnbalanceLimit'; readonly watts: bigint; readonly tid: number }
  | { readonly kind: 'setWaterFactor'; readonly factor: number; readonly tid: number }
  | {
      readonly kind: 'extendedSet';
      readonly index: number;
      readonly value: number;
      readonly tid: number;
    }
  | Exclude<KeyChangeStep, { readonly kind: 'keyType' } | { readonly kind: 'range' }>;

/**
 * Accepted with an effect, or refused with a code. `tid` is known once the token was deciphered.
 */
export type AcceptanceOutcome =
  | { readonly accepted: true; readonly effect: AcceptanceEffect }
  | {
      readonly accepted: false;
      readonly refusal: AcceptanceRefusal;
      readonly detail: RefusalDetail | null;
      readonly hint: CrcHint | null;
      readonly tid: number | null;
    };

/** What the meter around this package can take at this moment. */
export type AcceptanceRequest = {
  /** As typed or delivered: spaces and dashes are allowed. */
  readonly digits: string;
  /** Whole milliseconds since 1970, for time-outs only: TIDs are not compared with the clock. */
  readonly nowMs: number;
  /** The lock-out counts and stops keypad entries only. */
  readonly origin: 'keypad' | 'remote';
  /**
   * Most that may still be added to each register the meter has, in units (0.1 kWh, ...) or 10^-5
   * of the currency. A register left out is not supported.
   */
  readonly headroom: Readonly<Partial<Record<Exclude<CreditRegister, 'all'>, bigint>>>;
  /** Watts that the limit functions may set. */
  readonly limits?: {
    readonly maximumPowerLimit?: { readonly minimum: bigint; readonly maximum: bigint };
    readonly phaseUnbalanceLimit?: { readonly minimum: bigint; readonly maximum: bigint };
  };
  /** Kinds of token that this meter does not carry out. */
  readonly unsupported?: readonly TokenKind[];
};

type Refused = Extract<AcceptanceOutcome, { accepted: false }>;

function refuse(
  refusal: AcceptanceRefusal,
  more: Partial<Omit<Refused, 'accepted' | 'refusal'>> = {},
): Refused {
  return { accepted: false, refusal, detail: null, hint: null, tid: null, ...more };
}

/**
 * Decides one token. The new state replaces the old one whole, and must be stored before the effect
 * is carried out or together with it; a refused token leaves everything but the lock-out count (and
 * an overdue key-change set) unchanged and may be entered again. Throws RangeError for a `nowMs`
 * that is no time (0 to 8.64e15), a bug of the caller: the state stands. Clauses 7.3 and 8.
 */
export function acceptToken(before: AcceptanceState, request: AcceptanceRequest): Decision {
  if (!isInteger(request.nowMs, 0, maximumNowMs)) {
    throw new RangeError('nowMs is no instant');
  }
  const state = droppedWhenOld(before, request.nowMs);
  const digits = parseTokenDigits(request.digits);
  const tokenClass = digits.ok ? tokenClassOf(digits.value) : digits;
  const isForAnyMeter = tokenClass.ok && tokenClass.value === 1;
  const isKeypad = request.origin === 'keypad';
  if (isKeypad && !isForAnyMeter && isLockedAt(state.lockout, request.nowMs)) {
    return { state, outcome: refuse('lockout') };
  }
  if (!digits.ok) return wrongEntry(state, request, refuse('format', { detail: digits.error }));
  const fields = readToken(isForAnyMeter ? null : decoderKeyOfState(state), digits.value);
  if (!fields.ok) return refuseUnreadable(state, request, fields.error, isForAnyMeter);
  if (fields.value.tokenClass === 1) {
    return { state, outcome: decideTest(state, request, fields.value as TestFields) };
  }
  const decision =
    fields.value.kind === 'keyChangeSection'
      ? decideKeyChange(state, request, fields.value)
      : decideTimed(state, request, fields.value as TimedFields);
  if (!decision.outcome.accepted) return decision;
  return { ...decision, state: { ...decision.state, lockout: noLockout } };
}

// The largest instant of a Date: a lock-out that ends later would not be restored.
const maximumNowMs = 8.64e15;

type Decision = { readonly state: AcceptanceState; readonly outcome: AcceptanceOutcome };

function wrongEntry(
  state: AcceptanceState,
  request: AcceptanceRequest,
  outcome: AcceptanceOutcome,
): Decision {
  if (request.origin !== 'keypad') return { state, outcome };
  const lockout = withWrongEntry(state.lockout, request.nowMs);
  return { state: { ...state, lockout }, outcome };
}

function refuseUnreadable(
  state: AcceptanceState,
  request: AcceptanceRequest,
  error: DecodeError,
  isForAnyMeter: boolean,
): Decision {
  if (error === 'crc') {
    const pending = state.pendingKeyChange !== null;
    const hint = isForAnyMeter ? 'mistyped' : pending ? 'keyChangePending' : 'mistypedOrOtherMeter';
    return wrongEntry(state, request, refuse('crc', { hint }));
  }
  if (error === 'classReserved') {
    return wrongEntry(state, request, refuse('function', { detail: error }));
  }
  // The check was right, so the token is genuine and no guess: it does not count towards the
  // lock-out.
  if (error === 'subclassReserved' || error === 'subclassProprietary') {
    return { state, outcome: refuse('function', { detail: error }) };
  }
  throw new Error(`unexpected: ${error}`);
}

function decideTest(
  state: AcceptanceState,
  request: AcceptanceRequest,
  fields: TestFields,
): AcceptanceOutcome {
  const { kind, manufacturerCode, tests, registerIndex } = fields;
  if (manufacturerCode !== 0 && manufacturerCode !== state.manufacturerCode) {
    return refuse('mfrCode');
  }
  if (kind === 'proprietaryTest') return refuse('function', { detail: 'subclassProprietary' });
  if (request.unsupported?.includes(kind)) return refuse('function', { detail: 'unsupported' });
  const effect: AcceptanceEffect =
    kind === 'test'
      ? { kind, tests, manufacturerCode }
      : { kind, registerIndex: registerIndex ?? 0 };
  return { accepted: true, effect };
}

function decideKeyChange(
  state: AcceptanceState,
  request: AcceptanceRequest,
  fields: Extract<TokenFields, { kind: 'keyChangeSection' }>,
): Decision {
  const { state: next, step } = acceptKeyChangeSection(state, fields, request.nowMs);
  if (step.kind === 'keyType' || step.kind === 'range') {
    return { state: next, outcome: refuse(step.kind) };
  }
  return { state: next, outcome: { accepted: true, effect: step } };
}

type TimedFields = Extract<TokenFields, { readonly tid: number }>;

function decideTimed(
  state: AcceptanceState,
  request: AcceptanceRequest,
  fields: TimedFields,
): Decision {
  const { tid } = fields;
  const refused = (refusal: AcceptanceRefusal, detail: RefusalDetail | null = null): Decision => ({
    state,
    outcome: refuse(refusal, { tid, detail }),
  });
  if (tid >>> 16 > state.keyExpiry) return refused('keyExpired');
  const smallest = state.tidStore[0] ?? 0;
  if (tid < smallest) return refused('old');
  if (state.tidStore.includes(tid)) return refused('used');
  if (fields.tokenClass === 0 && state.keyType === 1) return refused('ddtk');
  if (request.unsupported?.includes(fields.kind)) return refused('function', 'unsupported');
  const effect = effectOf(request, fields);
  if (effect === 'unsupported') return refused('function', effect);
  if (effect === 'range' || effect === 'overflow') return refused(effect);
  return {
    state: { ...state, tidStore: withTid(state.tidStore, tid) },
    outcome: { accepted: true, effect },
  };
}

/** The new TID takes the place of the smallest; the store stays in ascending order. */
function withTid(store: readonly number[], tid: number): readonly number[] {
  const rest = store.slice(1);
  const at = rest.findIndex((stored) => stored > tid);
  return at < 0 ? [...rest, tid] : [...rest.slice(0, at), tid, ...rest.slice(at)];
}

type NoEffect = 'unsupported' | 'range' | 'overflow';

const isWithin = (
  watts: bigint,
  limit: { readonly minimum: bigint; readonly maximum: bigint } | undefined,
): boolean => limit === undefined || (watts >= limit.minimum && watts <= limit.maximum);

function effectOf(request: AcceptanceRequest, fields: TimedFields): AcceptanceEffect | NoEffect {
  const { tid } = fields;
  switch (fields.kind) {
    case 'credit': {
      const headroom = request.headroom[fields.commodity];
      if (headroom === undefined) return 'unsupported';
      if (fields.units > headroom) return 'overflow';
      return { kind: 'credit', commodity: fields.commodity, units: fields.units, tid };
    }
    case 'currencyCredit': {
      const headroom = request.headroom[`${fields.commodity}Currency`];
      if (headroom === undefined) return 'unsupported';
      if (fields.amountE5 > headroom) return 'overflow';
      const { commodity, amountE5 } = fields;
      return { kind: 'currencyCredit', commodity, amountE5, tid };
    }
    case 'setMaximumPowerLimit':
      if (!isWithin(fields.watts, request.limits?.maximumPowerLimit)) return 'range';
      return { kind: fields.kind, watts: fields.watts, tid };
    case 'setPhaseUnbalanceLimit':
      if (!isWithin(fields.watts, request.limits?.phaseUnbalanceLimit)) return 'range';
      return { kind: fields.kind, watts: fields.watts, tid };
    case 'clearCredit': {
      const { register } = fields;
      if (register === null) return 'range';
      if (register !== 'all' && request.headroom[register] === undefined) return 'range';
      return { kind: 'clearCredit', register, tid };
    }
    case 'setTariffRate':
      return { kind: fields.kind, rate: fields.rate, tid };
    case 'clearTamper':
      return fields.pad === 0 ? { kind: fields.kind, tid } : 'range';
    case 'setWaterFactor':
      return { kind: fields.kind, factor: fields.factor, tid };
    case 'extendedSet':
      return { kind: fields.kind, index: fields.index, value: fields.value, tid };
  }
}
