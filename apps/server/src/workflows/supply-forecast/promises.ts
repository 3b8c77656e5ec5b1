// What is promised of supply without credit: until when it stays on, and what will be owed. By the
// rules that hold and by those that the meter has confirmed: where they differ, the lesser promise.

import {
  expectedCostMicro,
  expectedUseWh,
  graceUntilMs,
  type Pricing,
  type ProtectionRules,
  type RangeWidths,
  type SupplyMoment,
  type SupplyPromise,
  supplyPromise,
  type UsageInterval,
} from '@prewatt/protection';
import { hourMs } from '@prewatt/quantities';
import type { TariffPosition } from '@prewatt/tariff';
import type { Heard, SupplyHome } from '../../metering/protection/index.ts';
import type { Connection } from '../../registry/connections/index.ts';
import type { Utility } from '../../registry/utilities/index.ts';

export type Promised = {
  /** When credit is expected to end; null: it has. */
  readonly startsAtMs: number | null;
  /** Null: supply is never cut for credit in this home. */
  readonly untilMs: number | null;
  /** What will be owed by then; null when nobody can say. One of the two is null. */
  readonly owedEnergyWh: bigint | null;
  readonly owedMinor: bigint | null;
  /** The same if power stays as it is now, where that is much more; else null. */
  readonly atPresentUse: { readonly energyWh: bigint } | { readonly minor: bigint } | null;
};

export type Known = {
  readonly history: readonly UsageInterval[];
  readonly home: SupplyHome;
  readonly powerW: number | null;
  readonly isOff: boolean;
  /** What switches does not answer the meter: whether there is supply, nobody knows. */
  readonly isSwitchSilent: boolean;
  readonly asOfMs: number | null;
  readonly widths: RangeWidths;
  /** Null: the meter has not said. */
  readonly availableEnergyWh: bigint | null;
  readonly owedEnergyWh: bigint;
  /** Where credit is money: the wallet's, or that of a meter with its tariff inside. */
  readonly money: Money | null;
  readonly hasCredit: boolean | null;
  /** What the meter has confirmed of the rules; of no matter in wallet mode, where we decide. */
  readonly heard: Heard;
};

export type Money = {
  /** In millionths of a minor unit, less what use has cost by `ratedUntilMs`; below zero owed. */
  readonly balanceMicro: bigint;
  /** As the ledger, or the meter, says it. */
  readonly saidMicro: bigint;
  /** Use is charged up to here. */
  readonly ratedUntilMs: number;
  readonly pricing: Pricing<TariffPosition> | null;
};

type Asked = {
  readonly utility: Utility;
  readonly connection: Connection;
  readonly nowMs: number;
};

export const microPerMinor = 1_000_000n;

/** Null where supply may be cut then, or nobody knows what the meter or its switch would do. */
export function promiseFrom(known: Known, o: Asked & { readonly atMs: number }): Promised | null {
  if (known.isSwitchSilent) return null;
  const { atMs, nowMs } = o;
  const found = soonest(known, o);
  if (found === null) return null;
  const { untilMs } = found;
  const startsAtMs = atMs === nowMs ? null : atMs;
  const nothing = { owedEnergyWh: null, owedMinor: null, atPresentUse: null };
  if (untilMs === null) return { startsAtMs, untilMs, ...nothing };
  if (known.money === null) return { startsAtMs, untilMs, ...energyOwed(known, o, untilMs) };
  const usual = minorOwed(known, o, { untilMs, staysW: null });
  if (usual === null) return { startsAtMs, untilMs, ...nothing };
  const { powerW } = known;
  const stays = powerW === null ? null : minorOwed(known, o, { untilMs, staysW: powerW });
  const atPresentUse = stays !== null && isMuchMore(stays, usual) ? { minor: stays } : null;
  return { startsAtMs, untilMs, ...nothing, owedMinor: usual, atPresentUse };
}

/** While grace keeps supply on, by all that counts: when the first of it ends. */
export function graceOf(known: Known, o: Asked): number | null {
  const counting = countingOf(known, o);
  if (counting === null) return null;
  const ends = counting.map(({ rules, moment }) => graceUntilMs(rules, moment));
  return ends.includes(null) ? null : Math.min(...ends.flatMap((end) => end ?? []));
}

export function momentOf(known: Known, o: Asked): SupplyMoment {
  const { home, owedEnergyWh } = known;
  return {
    atMs: o.nowMs,
    zone: o.utility.zone,
    vulnerable: home.vulnerable ?? false,
    medical: home.medical ?? false,
    convertedAtMs: home.convertedAtMs,
    owedMilliWh: Number(owedEnergyWh) * 1000,
  };
}

type Counting = { readonly rules: ProtectionRules; readonly moment: SupplyMoment };

/** By what supply is decided: one, or two while the meter holds other rules than we. */
function countingOf(known: Known, o: Asked): readonly Counting[] | null {
  const ours = { rules: o.utility.protectionRules, moment: momentOf(known, o) };
  const { heard } = known;
  if (heard === 'newest' || o.connection.creditMode === 'wallet') return [ours];
  if (heard === 'nothing') return null;
  const home = { ...heard.home, owedMilliWh: known.home.owedMilliWh };
  return [ours, { rules: heard.rules, moment: momentOf({ ...known, home }, o) }];
}

/** The lesser of all promises: by each rule set that counts, as usual and at present use. */
function soonest(
  known: Known,
  o: Asked & { readonly atMs: number },
): Pick<SupplyPromise, 'untilMs'> | null {
  const counting = countingOf(known, o);
  if (counting === null) return null;
  const { powerW } = known;
  const uses = [(untilMs: number) => usualWh(known, o, untilMs)];
  if (powerW !== null) uses.push((untilMs) => (powerW * (untilMs - o.atMs)) / hourMs);
  const ends: number[] = [];
  for (const { rules, moment } of counting) {
    for (const useUntilWh of uses) {
      const promise = supplyPromise(rules, { moment: { ...moment, atMs: o.atMs }, useUntilWh });
      if (promise === null) return null;
      ends.push(promise.untilMs ?? Number.POSITIVE_INFINITY);
    }
  }
  const untilMs = Math.min(...ends);
  return { untilMs: Number.isFinite(untilMs) ? untilMs : null };
}

/** Use expected between the promise's beginning and an instant; null when nobody can say. */
function usualWh(known: Known, o: Asked & { readonly atMs: number }, untilMs: number) {
  const { history, powerW } = known;
  const { atMs, nowMs } = o;
  const { zone } = o.utility;
  const upTo = (ms: number) => expectedUseWh({ history, nowMs, untilMs: ms, zone, powerW });
  const all = upTo(untilMs);
  const before = atMs === nowMs ? 0n : upTo(atMs);
  return all === null || before === null ? null : Number(all - before);
}

/**
 * Use from now until then less the credit that is left: as usual, which agrees with the usual end
 * of credit that is said beside it, and at present use, which agrees with that end.
 */
function energyOwed(
  known: Known,
  o: Asked,
  untilMs: number,
): Pick<Promised, 'owedEnergyWh' | 'owedMinor' | 'atPresentUse'> {
  const { history, powerW } = known;
  const creditWh = known.hasCredit === true ? (known.availableEnergyWh ?? 0n) : 0n;
  const owedAfter = (usedWh: bigint) =>
    known.owedEnergyWh + (usedWh > creditWh ? usedWh - creditWh : 0n);
  const ask = { history, nowMs: o.nowMs, untilMs, zone: o.utility.zone };
  // Of a home of which nothing is known yet its power says all.
  const usual = expectedUseWh(ask) ?? expectedUseWh({ ...ask, powerW });
  if (usual === null) return { owedEnergyWh: null, owedMinor: null, atPresentUse: null };
  const owedEnergyWh = owedAfter(usual);
  const staysWh = Math.ceil(((powerW ?? 0) * (untilMs - o.nowMs)) / hourMs);
  const energyWh = owedAfter(BigInt(staysWh));
  const atPresentUse = isMuchMore(energyWh, owedEnergyWh) ? { energyWh } : null;
  return { owedEnergyWh, owedMinor: null, atPresentUse };
}

function minorOwed(
  known: Known,
  o: Asked,
  until: { readonly untilMs: number; readonly staysW: number | null },
): bigint | null {
  const { history, money } = known;
  if (money === null || money.pricing === null) return null;
  const spent = expectedCostMicro({
    ...{ history, pricing: money.pricing, nowMs: o.nowMs, sinceMs: money.ratedUntilMs },
    ...{ zone: o.utility.zone, ...until },
  });
  if (spent === null) return null;
  const short = spent - money.balanceMicro;
  return short <= 0n ? 0n : (short + microPerMinor - 1n) / microPerMinor;
}

/** By a quarter: less is within what nobody knows. */
const isMuchMore = (stays: bigint, usual: bigint): boolean =>
  stays * 4n > usual * 5n && stays - usual > 100n;
