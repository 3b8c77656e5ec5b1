// A whole sale of units for one meter: the key-change set first when the meter's parameters are
// behind, then as many credit tokens as the amount needs, each with its own TID (clauses 6.2.2,
// 6.3.5; STS 531 CTSA16, CTSA19).

import { maximumUnitsPerToken } from './amounts.ts';
import { type DecoderKey, decoderKeyBytes } from './decoder-key.ts';
import { hexFromBytes } from './hex.ts';
import { type IssueKeyChangeError, issueKeyChangeTokens } from './issue-key-change.ts';
import { type IssueError, issueCreditToken, issueCurrencyToken } from './issue-tokens.ts';
import { err, ok, type Result } from './result.ts';
import { type BaseDate, baseDateAfterRollover, nextTid, type TidError } from './tid.ts';
import type { Commodity } from './token-kinds.ts';

/** A decoder key with the parameters that it stands for. */
export type VendedKey = {
  readonly decoderKey: DecoderKey;
  readonly supplyGroupCode: string;
  readonly tariffIndex: string;
  readonly keyRevision: number;
  readonly keyType: 0 | 1 | 2 | 3;
  readonly keyExpiry: number;
  readonly baseDate: BaseDate;
};

/**
 * Refusals of a sale, in the order of the checks. `ddtk`: a meter takes no credit under a default
 * key (type 1). `baseDateChange`: no roll-over leads from the held base date to the wanted one.
 */
export type SaleError =
  | 'unitsNotPositive'
  | 'tooManyTokens'
  | 'ddtk'
  | 'baseDateChange'
  | TidError
  | IssueError
  | IssueKeyChangeError;

/** The tokens in the order in which they must be entered. */
export type SaleTokens = {
  /** Empty when the meter's key is the wanted one. */
  readonly keyChangeTokens: readonly string[];
  readonly creditTokens: readonly {
    readonly token: string;
    readonly units: bigint;
    readonly tid: number;
  }[];
  /** What the credit tokens carry together: at least the units asked for. */
  readonly units: bigint;
  /** The last TID used: the caller stores it for this meter and the wanted base date. */
  readonly lastTid: number;
};

// For comparison only: never shown.
const digitsOf = (key: DecoderKey): string => hexFromBytes(decoderKeyBytes(key));

function needsKeyChange(held: VendedKey, wanted: VendedKey): boolean {
  return (
    held.supplyGroupCode !== wanted.supplyGroupCode ||
    held.tariffIndex !== wanted.tariffIndex ||
    held.keyRevision !== wanted.keyRevision ||
    held.keyType !== wanted.keyType ||
    held.keyExpiry !== wanted.keyExpiry ||
    held.baseDate !== wanted.baseDate ||
    digitsOf(held.decoderKey) !== digitsOf(wanted.decoderKey)
  );
}

/**
 * Whether a key change can carry a meter from one base date to another: the same one, 93 to 14 or
 * 14 to 35. Clause 6.3.5.
 */
export function isBaseDateChangeAllowed(from: BaseDate, to: BaseDate): boolean {
  return from === to || baseDateAfterRollover(from) === to;
}

const atMostOneToken = (units: bigint): bigint => {
  if (units > maximumUnitsPerToken) return maximumUnitsPerToken;
  return units;
};

type SaleKeys = {
  readonly held: VendedKey;
  readonly wanted: VendedKey;
  /** 2 or 3 for EA07, 4 for EA11. */
  readonly keyChangeTokenCount: 2 | 3 | 4;
};

type Timed = Pick<VendedKey, 'decoderKey' | 'keyExpiry'> & {
  readonly commodity: Commodity;
  readonly tid: number;
};

/** Issues under the wanted key what comes after the last TID. */
function withNextTid<T>(
  o: SaleKeys & { readonly commodity: Commodity; readonly nowMs: number },
  lastTid: number | null,
  issue: (timed: Timed) => Result<T, IssueError>,
): Result<T, IssueError | TidError> {
  const { commodity, nowMs, wanted } = o;
  const tid = nextTid({ nowMs, baseDate: wanted.baseDate, lastTid });
  return tid.ok ? issue({ ...wanted, commodity, tid: tid.value }) : tid;
}

/** None when the meter holds the wanted key. */
function keyChangeFor(o: SaleKeys): Result<readonly string[], SaleError> {
  const { held, wanted } = o;
  if (wanted.keyType === 1) return err('ddtk');
  if (!isBaseDateChangeAllowed(held.baseDate, wanted.baseDate)) return err('baseDateChange');
  if (!needsKeyChange(held, wanted)) return ok([]);
  const change = issueKeyChangeTokens({
    heldKey: held.decoderKey,
    heldKeyType: held.keyType,
    next: wanted,
    tokenCount: o.keyChangeTokenCount,
    rollover: held.baseDate !== wanted.baseDate,
  });
  return change.ok ? ok(change.value.tokens) : change;
}

/**
 * Tokens for `units` under the wanted key, for a meter that holds the held one. `lastTid` is the
 * last TID issued to this meter under the wanted base date, null for none; read and store it under
 * one lock. `random` gives a number 0..15 for each credit token. A wanted key that has expired
 * refuses the whole sale, key change and all. Clause 6.2.2, STS 531 CTSA16 and CTSA19.
 */
export function issueSale(
  o: SaleKeys & {
    readonly commodity: Commodity;
    readonly units: bigint;
    readonly nowMs: number;
    readonly lastTid: number | null;
    readonly random: () => number;
    /** Default 20. */
    readonly maximumTokens?: number;
  },
): Result<SaleTokens, SaleError> {
  if (o.units <= 0n) return err('unitsNotPositive');
  const count = (o.units + maximumUnitsPerToken - 1n) / maximumUnitsPerToken;
  if (count > BigInt(o.maximumTokens ?? 20)) return err('tooManyTokens');
  const change = keyChangeFor(o);
  if (!change.ok) return change;
  const creditTokens: { token: string; units: bigint; tid: number }[] = [];
  let lastTid = o.lastTid;
  let units = 0n;
  while (units < o.units) {
    const left = o.units - units;
    const credit = withNextTid(o, lastTid, (timed) =>
      issueCreditToken({ ...timed, units: atMostOneToken(left), rnd: o.random() }),
    );
    if (!credit.ok) return credit;
    creditTokens.push(credit.value);
    units += credit.value.units;
    lastTid = credit.value.tid;
  }
  return ok({ keyChangeTokens: change.value, creditTokens, units, lastTid: lastTid ?? 0 });
}

/** The tokens in the order in which they must be entered. */
export type MoneySaleTokens = {
  readonly keyChangeTokens: readonly string[];
  readonly creditToken: {
    readonly token: string;
    /** What it carries, in 10^-5 of the base unit: at least what was asked for. */
    readonly amountE5: bigint;
    readonly tid: number;
  };
};

/**
 * The same for a meter that counts its credit in money: one currency token, since its range is
 * beyond any sale (SubClass 4..7, clause 6.2.2). `unitsNotPositive` for no money.
 */
export function issueMoneySale(
  o: SaleKeys & {
    readonly commodity: Commodity;
    readonly amountE5: bigint;
    readonly nowMs: number;
    readonly lastTid: number | null;
  },
): Result<MoneySaleTokens, SaleError> {
  if (o.amountE5 <= 0n) return err('unitsNotPositive');
  const change = keyChangeFor(o);
  if (!change.ok) return change;
  const credit = withNextTid(o, o.lastTid, (timed) =>
    issueCurrencyToken({ ...timed, amountE5: o.amountE5 }),
  );
  return credit.ok ? ok({ keyChangeTokens: change.value, creditToken: credit.value }) : credit;
}
