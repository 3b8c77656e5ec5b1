// The tokens of a grant, decided without writing anything: the key-change set where the meter needs
// one, then what was granted, under the key that it should hold.

import { err, ok, type Result } from '@prewatt/quantities';
import {
  controlOfTests,
  isBaseDateChangeAllowed,
  issueKeyChangeTokens,
  issueManagementToken,
  issueMoneySale,
  issueSale,
  issueTestToken,
  type ManagementFunction,
  nextTid,
  type SaleError,
} from '@prewatt/sts/issue';
import {
  currencyTokensFor,
  floorToTokensWh,
  type KeysToIssue,
  keyChangeTokenCountOf,
  maximumTokens,
  type NewKeyChange,
  newKeyChange,
  whPerUnit,
} from '@prewatt/vending-rules';
import type { Connection } from '../../registry/connections/index.ts';
import type { NewToken } from '../tokens/index.ts';
import type { GrantRefusal } from './errors.ts';

/** What is granted. */
export type GrantWhat =
  | { readonly kind: 'freeUnits' | 'freeCredit' | 'replacement'; readonly energyWh: bigint }
  | { readonly kind: 'replacement'; readonly creditMinor: bigint }
  | { readonly kind: 'setMaximumPowerLimit' | 'setPhaseUnbalanceLimit'; readonly powerW: bigint }
  | { readonly kind: 'test'; readonly tests: readonly number[] | 'all' }
  | { readonly kind: 'clearCredit' | 'clearTamper' | 'keyChange' };

export type MadeGrant = {
  readonly keyChange: NewKeyChange | null;
  readonly tokens: readonly NewToken[];
  /** Null when no TID was used. */
  readonly lastTid: number | null;
  /** What a limit's token carries: the wanted power rounded up. */
  readonly powerW: bigint | null;
};

type MakeOptions = {
  readonly meter: Connection['meter'];
  readonly nowMs: number;
  /** 0..15, at each call. */
  readonly random: () => number;
};

/** Whether tokens carry exactly this energy. */
export const isEncodable = (energyWh: bigint): boolean =>
  energyWh > 0n && floorToTokensWh(energyWh) === energyWh;

export function makeCredit(
  keys: KeysToIssue,
  o: MakeOptions & { readonly energyWh: bigint },
): Result<MadeGrant, GrantRefusal> {
  if (!isEncodable(o.energyWh)) return err('energyNotEncodable');
  const made = issueSale({
    ...keys,
    ...o,
    keyChangeTokenCount: keyChangeTokenCountOf(o.meter),
    commodity: 'electricity',
    units: o.energyWh / whPerUnit,
    lastTid: o.meter.lastTid,
    maximumTokens,
  });
  if (!made.ok) return err(refusalOf(made.error));
  const { baseDate } = keys.wanted;
  return ok({
    keyChange: newKeyChange({ digits: made.value.keyChangeTokens, ...keys }),
    tokens: made.value.creditTokens.map(({ token, tid, units }) => ({
      kind: 'credit',
      digits: token,
      baseDate,
      tid,
      energyWh: units * whPerUnit,
    })),
    lastTid: made.value.lastTid,
    powerW: null,
  });
}

/** Money for a meter that counts it, exactly: as many currency tokens as the coding needs. */
export function makeMoneyCredit(
  keys: KeysToIssue,
  o: Omit<MakeOptions, 'random'> & { readonly creditMinor: bigint; readonly e5PerMinor: bigint },
): Result<MadeGrant, GrantRefusal> {
  const { baseDate } = keys.wanted;
  let { lastTid } = o.meter;
  let keyChange: NewKeyChange | null = null;
  const tokens: NewToken[] = [];
  for (const minor of currencyTokensFor(o.creditMinor, o.e5PerMinor)) {
    const made = issueMoneySale({
      ...keys,
      keyChangeTokenCount: keyChangeTokenCountOf(o.meter),
      commodity: 'electricity',
      nowMs: o.nowMs,
      lastTid,
      amountE5: minor * o.e5PerMinor,
    });
    if (!made.ok) return err(refusalOf(made.error));
    const { creditToken, keyChangeTokens } = made.value;
    keyChange ??= newKeyChange({ digits: keyChangeTokens, ...keys });
    const { tid, token: digits, amountE5 } = creditToken;
    tokens.push({ kind: 'credit', digits, baseDate, tid, amountE5 });
    lastTid = tid;
  }
  return ok({ keyChange, tokens, lastTid, powerW: null });
}

export function makeManagement(
  keys: KeysToIssue,
  o: MakeOptions & { readonly function: ManagementFunction },
): Result<MadeGrant, GrantRefusal> {
  const change = makeKeyChange(keys, o);
  if (!change.ok) return change;
  const { baseDate, decoderKey, keyExpiry } = keys.wanted;
  const tid = nextTid({ nowMs: o.nowMs, baseDate, lastTid: o.meter.lastTid });
  if (!tid.ok) return err('tidExhausted');
  const made = issueManagementToken({
    decoderKey,
    keyExpiry,
    tid: tid.value,
    rnd: o.random(),
    function: o.function,
  });
  if (!made.ok) {
    if (made.error === 'amountNegative' || made.error === 'amountTooLarge') {
      return err('powerNotEncodable');
    }
    return err(made.error === 'keyExpired' ? 'keyExpired' : 'tokenNotMade');
  }
  return ok({
    keyChange: change.value,
    tokens: [{ kind: 'management', digits: made.value.token, baseDate, tid: tid.value }],
    lastTid: tid.value,
    powerW: made.value.watts ?? null,
  });
}

/** The set alone; null when the meter holds what it should hold. */
export function makeKeyChange(
  keys: KeysToIssue,
  o: Pick<MakeOptions, 'meter' | 'nowMs'>,
): Result<NewKeyChange | null, GrantRefusal> {
  if (o.meter.wanted === null) return ok(null);
  const { held, wanted } = keys;
  if (!isBaseDateChangeAllowed(held.baseDate, wanted.baseDate)) return err('baseDateChange');
  // An expired key would leave the meter without a use (STS 531 CTSA16).
  const tid = nextTid({ nowMs: o.nowMs, baseDate: wanted.baseDate, lastTid: null });
  if (!tid.ok) return err('tidExhausted');
  if (tid.value >>> 16 > wanted.keyExpiry) return err('keyExpired');
  const change = issueKeyChangeTokens({
    heldKey: held.decoderKey,
    heldKeyType: held.keyType,
    next: wanted,
    tokenCount: keyChangeTokenCountOf(o.meter),
    rollover: held.baseDate !== wanted.baseDate,
  });
  if (!change.ok) return err(change.error === 'keyTypeChange' ? 'keyTypeChange' : 'tokenNotMade');
  return ok(newKeyChange({ digits: change.value.tokens, held, wanted }));
}

const controlBits = 36;

/** Class 1: in the clear, without a key or a TID, the same for every meter. */
export function makeTest(tests: readonly number[] | 'all'): Result<MadeGrant, GrantRefusal> {
  const control = controlOfTests(tests, controlBits);
  const made =
    control === null ? null : issueTestToken({ subclass: 0, control, manufacturerCode: 0 });
  if (made === null || !made.ok) return err('tokenNotMade');
  const tokens: NewToken[] = [{ kind: 'test', digits: made.value.token }];
  return ok({ keyChange: null, tokens, lastTid: null, powerW: null });
}

function refusalOf(error: SaleError): GrantRefusal {
  switch (error) {
    case 'ddtk':
      return 'defaultKey';
    case 'baseDateChange':
    case 'keyExpired':
    case 'keyTypeChange':
      return error;
    case 'tidRange':
    case 'beforeBaseDate':
    case 'afterBaseDate':
      return 'tidExhausted';
    default:
      return 'tokenNotMade';
  }
}
