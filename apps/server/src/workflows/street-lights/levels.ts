// What each lamp of an account is due at a moment, and what its nights will cost: the pure rules of
// packages/street-light over the rows of an account.

import {
  type CircuitRules,
  circuitStretches,
  type DueStretch,
  dueStretches,
  expectedWh,
  type LampKind,
  type LevelAsked,
  type LevelDue,
  levelIn,
  type Night,
  nightDateAt,
  nightOf,
  nightsLeftTenths,
  type Standing,
} from '@prewatt/street-light';
import type { Group, Lamp } from './lamp-store.ts';
import type { Account, Circuit, KnownOverride } from './store.ts';

export type Known = {
  readonly account: Account;
  readonly zone: string;
  readonly groups: readonly Group[];
  readonly lamps: readonly Lamp[];
  readonly overrides: readonly KnownOverride[];
  readonly nowMs: number;
};

const rulesOf = ({ dimBelowNights, dimToPercent }: Account) => ({ dimBelowNights, dimToPercent });

export const nightOfGroup = (
  { account, zone }: Pick<Known, 'account' | 'zone'>,
  { programme }: Pick<Group, 'programme'>,
  date: Temporal.PlainDate,
): Night => nightOf({ place: account, zone, programme }, date);

/** Overrides of a lamp: its own, its group's and those of all, the newest last. */
export const askedOf = (
  { account, overrides }: Pick<Known, 'account' | 'overrides'>,
  lamp: Pick<Lamp, 'groupId' | 'floorPercent'> & { readonly lampId: string | null },
  standing: Standing,
): LevelAsked => ({
  overrides: overrides.filter(
    ({ groupId, lampId }) =>
      (lampId === null || lampId === lamp.lampId) && (groupId === null || groupId === lamp.groupId),
  ),
  ...{ standing, rules: rulesOf(account), floorPercent: lamp.floorPercent },
});

export type LampDue = { readonly lamp: Lamp; readonly due: LevelDue };

/** Of all lamps now, and when the next one changes. */
export function dueNow(
  known: Known,
  standing: Standing,
): { readonly lamps: readonly LampDue[]; readonly nextMs: number } {
  const { nowMs, zone, groups, lamps } = known;
  const date = nightDateAt(nowMs, zone);
  const nights = new Map(groups.map((group) => [group.groupId, nightOfGroup(known, group, date)]));
  let nextMs = Math.min(...[...nights.values()].map(({ toMs }) => toMs));
  const due = lamps.flatMap((lamp): LampDue[] => {
    const night = nights.get(lamp.groupId);
    if (night === undefined) return [];
    const asked = askedOf(known, lamp, standing);
    const now = levelIn(night, asked, nowMs);
    const next = dueStretches(night, asked).find(({ fromMs }) => fromMs > nowMs);
    nextMs = Math.min(nextMs, next?.fromMs ?? nextMs);
    return [{ lamp, due: now }];
  });
  return { lamps: due, nextMs };
}

export const circuitGroupOf = (
  { groups }: Pick<Known, 'groups'>,
  { groupId }: Circuit,
): Group | null => groups.find((group) => group.groupId === groupId) ?? null;

/** A meter keeps so many. */
const mostOverrides = 32;

/** What a circuit goes by besides its programme: overrides of its group and of all, and credit. */
export function circuitRulesOf(
  { account, overrides }: Pick<Known, 'account' | 'overrides'>,
  { groupId: own, onFromPercent, isProtected }: Circuit,
): CircuitRules {
  const { standing, dimBelowNights, dimToPercent } = account;
  // After used-up credit a little was bought, as far as is known: dim comes before full light.
  const isShort = standing !== 'enough' && dimBelowNights > 0;
  return {
    overrides: overrides
      .filter(({ groupId, lampId }) => lampId === null && (groupId === null || groupId === own))
      .map(({ levelPercent, fromMs, untilMs }) => ({ levelPercent, fromMs, untilMs }))
      .slice(-mostOverrides),
    dimToPercent: isShort ? dimToPercent : null,
    ...{ onFromPercent, isProtected },
  };
}

/** As of one lamp that is on or off. */
export const circuitPowerOf = ({ fullW }: Circuit) => ({
  ...{ fullMilliW: fullW * 1_000, standbyMilliW: 0 },
});

/** Energy of a circuit's night by its programme alone, with enough credit. */
function circuitWh(
  known: Pick<Known, 'account' | 'zone' | 'groups'>,
  date: Temporal.PlainDate,
): number {
  const { circuit } = known.account;
  const group = circuit === null ? null : circuitGroupOf(known, circuit);
  if (circuit === null || group === null) return 0;
  const { onFromPercent, isProtected } = circuit;
  const rules = { overrides: [], dimToPercent: null, onFromPercent, isProtected };
  const stretches = circuitStretches(nightOfGroup(known, group, date), rules, true);
  return expectedWh(circuitPowerOf(circuit), stretches);
}

/** Nights that are looked ahead: credit that lasts longer is enough for anybody. */
const nightsAhead = 40;

type Kind = LampKind & { readonly groupId: string };

/** Lamps that are alike use alike: a thousand of them are one sum. */
export function kindsOf(lamps: Known['lamps']): readonly Kind[] {
  const kinds = new Map<string, Kind>();
  for (const { groupId, fullMilliW, standbyMilliW, floorPercent } of lamps) {
    const key = [groupId, fullMilliW, standbyMilliW, floorPercent].join(' ');
    const count = (kinds.get(key)?.count ?? 0) + 1;
    kinds.set(key, { groupId, fullMilliW, standbyMilliW, floorPercent, count });
  }
  return [...kinds.values()];
}

/** Energy of the nights to come by the programmes: what the account will use is known. */
export function nightsOf(
  known: Omit<Known, 'overrides'>,
): readonly { readonly date: string; readonly fromMs: number; readonly wh: number }[] {
  const { groups, lamps, zone, nowMs } = known;
  const kinds = kindsOf(lamps);
  const first = nightDateAt(nowMs, zone);
  return Array.from({ length: nightsAhead }, (_, days) => {
    const date = first.add({ days });
    let wh = circuitWh(known, date);
    let fromMs = 0;
    for (const group of groups) {
      const night = nightOfGroup(known, group, date);
      fromMs = night.fromMs;
      for (const kind of kinds) {
        if (kind.groupId !== group.groupId) continue;
        const asked = askedOf({ ...known, overrides: [] }, { ...kind, lampId: null }, 'enough');
        wh += kind.count * expectedWh(kind, dueStretches(night, asked));
      }
    }
    return { date: date.toString(), fromMs, wh };
  });
}

export const nightsLeft = (known: Omit<Known, 'overrides'>, creditWh: bigint): number | null => {
  if (known.lamps.length === 0 && known.account.circuit === null) return null;
  return nightsLeftTenths(Number(creditWh), nightsOf(known), known.nowMs);
};

/** Tonight of a group as it will be burnt by lamps that are not protected. */
export function tonightOf(
  known: Known,
  group: Group,
): { readonly night: Night; readonly stretches: readonly DueStretch[]; readonly wh: number } {
  const night = nightOfGroup(known, group, nightDateAt(known.nowMs, known.zone));
  const { standing } = known.account;
  const common = { groupId: group.groupId, floorPercent: null, lampId: null };
  const stretches = dueStretches(night, askedOf(known, common, standing));
  const wh = known.lamps
    .filter(({ groupId }) => groupId === group.groupId)
    .reduce((sum, lamp) => {
      const own = dueStretches(night, askedOf(known, lamp, standing));
      return sum + expectedWh(lamp, own);
    }, 0);
  return { night, stretches, wh };
}
