// Which options of `prewatt sts issue` go together: one thing to issue, and beside it only what
// that one takes. An option that would have no effect is refused, so that nobody believes it had.

import type { Options, OptionTable } from '../command.ts';
import { failure, givenOf, integerFrom, type Outcome, refuseIdle, refuseSeveral } from './usage.ts';

/** What can be issued: an option each. */
const subjects = ['kwh', 'units', 'currency', 'function', 'test'] as const;
export type Subject = (typeof subjects)[number];

const timed = ['at', 'last-tid', 'tid', 'key-expiry'];

const besides: Readonly<Record<Subject, readonly string[]>> = {
  kwh: ['commodity', 'rnd', ...timed],
  units: ['commodity', 'rnd', ...timed],
  // These tokens carry no random bits.
  currency: ['commodity', ...timed],
  function: ['watts', 'register', 'value', 'index', 'rnd', ...timed],
  test: ['control-bits', 'manufacturer'],
};

const ofFunction: Readonly<Record<string, readonly string[]>> = {
  setMaximumPowerLimit: ['watts'],
  setPhaseUnbalanceLimit: ['watts'],
  clearCredit: ['register'],
  clearTamper: [],
  setTariffRate: ['value'],
  setWaterFactor: ['value'],
  extendedSet: ['index', 'value'],
};

export const functionNames = Object.keys(ofFunction);

export const issueOptions: OptionTable = Object.fromEntries(
  [...subjects, ...Object.values(besides).flat()].map((name) => [name, 'text' as const]),
);

/**
 * What is to be issued, with nothing beside it that has no effect. `keyNames` are the options that
 * name a key, which a class 1 token does not take.
 */
export function subjectFrom(options: Options, keyNames: readonly string[]): Outcome<Subject> {
  const several = refuseSeveral(options, subjects);
  if (several !== null) return several;
  const subject = subjects.find((name) => options.text(name) !== undefined);
  if (subject === undefined) {
    const advice = 'Give --kwh, --units, --currency, --function or --test.';
    return failure(2, 'amount', 'nothing to issue', advice);
  }
  const allowed = [subject, ...besides[subject]];
  const idle = Object.keys(issueOptions).filter((name) => !allowed.includes(name));
  const names = subject === 'test' ? [...idle, ...keyNames] : idle;
  const refusal =
    refuseIdle(options, names, `of no effect with --${subject}`) ??
    (options.text('tid') === undefined
      ? null
      : refuseIdle(options, ['at', 'last-tid'], 'of no effect with --tid'));
  if (refusal !== null) return refusal;
  return subject === 'function' ? functionSubject(options) : { ok: true, value: subject };
}

/** A known function with exactly its own options. */
function functionSubject(options: Options): Outcome<Subject> {
  const kind = options.text('function') ?? '';
  const wanted = Object.hasOwn(ofFunction, kind) ? ofFunction[kind] : undefined;
  if (wanted === undefined) {
    const advice = `One of ${functionNames.join(', ')}.`;
    return failure(2, 'function', 'no such --function', advice);
  }
  const idle = ['watts', 'register', 'value', 'index'].filter((name) => !wanted.includes(name));
  const refusal = refuseIdle(options, idle, `of no effect with --function ${kind}`);
  if (refusal !== null) return refusal;
  const given = givenOf(options, wanted);
  const missing = wanted.find((name) => !given.includes(name));
  if (missing === undefined) return { ok: true, value: 'function' };
  const advice = missing === 'register' ? 'Name a register, or say all.' : undefined;
  return failure(2, missing, `--function ${kind} needs --${missing}`, advice);
}

/** The numbers beside a token with a TID; `rnd` and `tid` are null when they are to be made. */
export type TimedNumbers = {
  readonly rnd: number | null;
  readonly keyExpiry: number;
  readonly tid: number | null;
  readonly lastTid: number | null;
};

const maximumTid = 16_777_215;

/** Reads them, each within its range. */
export function timedNumbersFrom(options: Options): Outcome<TimedNumbers> {
  const rnd = integerFrom(options, 'rnd', { code: 'rnd', from: 0, to: 15 });
  if (!rnd.ok) return rnd;
  const keyExpiry = integerFrom(options, 'key-expiry', { code: 'keyExpiry', from: 0, to: 255 });
  if (!keyExpiry.ok) return keyExpiry;
  const tid = integerFrom(options, 'tid', { code: 'tid', from: 0, to: maximumTid });
  if (!tid.ok) return tid;
  const lastTid = integerFrom(options, 'last-tid', { code: 'tidRange', from: 0, to: maximumTid });
  if (!lastTid.ok) return lastTid;
  const value = { rnd: rnd.value, keyExpiry: keyExpiry.value ?? 255 };
  return { ok: true, value: { ...value, tid: tid.value, lastTid: lastTid.value } };
}
