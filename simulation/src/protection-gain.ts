// What the rules are worth: homes with the same needs and the same means live once with plain
// prepayment (at zero it is dark, and arrears take their share) and once under a rule set. People
// buy in the same way in both; money is counted as the energy that it buys.

import {
  emergencyCreditOf,
  floorEnergyOf,
  mayDisconnect,
  noProtection,
  type ProtectionRules,
  recoverOwed,
} from '@prewatt/protection';
import { createRandom, type Random, seedFrom } from './random.ts';

const hourMs = 3_600_000;
const dayHours = 24;

export const tiers = ['poor', 'middle', 'comfortable'] as const;
export type Tier = (typeof tiers)[number];

/** Energy in Wh; what a home earns for it is a little more than it needs, and comes in lumps. */
type Means = {
  readonly needWhADay: number;
  readonly wageEveryDays: number;
  readonly packetWh: number;
  readonly arrearsWh: number;
};
const meansOf: Readonly<Record<Tier, Means>> = {
  poor: { needWhADay: 4_000, wageEveryDays: 7, packetWh: 6_000, arrearsWh: 20_000 },
  middle: { needWhADay: 8_000, wageEveryDays: 14, packetWh: 20_000, arrearsWh: 20_000 },
  comfortable: { needWhADay: 14_000, wageEveryDays: 30, packetWh: 100_000, arrearsWh: 0 },
};
/** Of what is earned, beside the need: arrears are paid out of it. */
const spareShare = 0.15;
const leastPurchaseWh = 1_000;

type Hour = { readonly demandWh: number; readonly earnedWh: number; readonly shopIsOpen: boolean };

export type Lived = {
  readonly offHours: number;
  readonly arrearsPaidWh: number;
  /** Lent by rules, and still owed at the end. */
  readonly lentWh: number;
  readonly owedWh: number;
};

type Sums = { readonly plain: number; readonly rules: number };
export type ProtectionGain = {
  /** Hours off supply, by tier. */
  readonly offHours: Readonly<Record<Tier, Sums>>;
  /** By how much poor homes' hours are fewer, in per cent. */
  readonly poorOffHoursLessPercent: number;
  /** Of arrears, what the rules recovered in per cent of what plain prepayment did. */
  readonly debtRecoveredPercent: number;
  /** Of what the rules lent, what is still owed at the end, in Wh. */
  readonly lentWh: number;
  readonly owedAtEndWh: number;
};

/** For people: a row a tier, and what was recovered and lent. */
export function gainLines(gain: ProtectionGain): readonly string[] {
  const row = (name: string, plain: string, rules: string): string =>
    `${name.padEnd(24)}${plain.padStart(10)}${rules.padStart(10)}`;
  const kwh = (wh: number): string => `${(wh / 1000).toFixed(1)} kWh`;
  return [
    row('hours off supply', 'plain', 'rules'),
    ...tiers.map((tier) => {
      const { plain, rules } = gain.offHours[tier];
      return row(`  ${tier}`, `${plain}`, `${rules}`);
    }),
    `poor homes: ${gain.poorOffHoursLessPercent} % fewer hours`,
    `arrears recovered: ${gain.debtRecoveredPercent} % of what plain prepayment recovers`,
    `lent by the rules: ${kwh(gain.lentWh)}, owed at the end: ${kwh(gain.owedAtEndWh)}`,
  ];
}

/** The same homes twice. Reproducible: the seed makes needs and wages. */
export function protectionGain(o: {
  readonly seed: number;
  readonly homes: number;
  readonly days: number;
  readonly startMs: number;
  readonly zone: string;
  readonly rules: ProtectionRules;
}): ProtectionGain {
  const plainRules = { ...noProtection, debt: { ...o.rules.debt, floorEnergyWh: '0' } };
  const offHours = { poor: none(), middle: none(), comfortable: none() };
  let [plainPaid, rulesPaid, lentWh, owedAtEndWh] = [0, 0, 0, 0];
  for (let index = 0; index < o.homes; index += 1) {
    const tier = tiers[index % tiers.length] ?? 'poor';
    const means = meansOf[tier];
    const hours = hoursOf(means, createRandom(seedFrom(o.seed, `gain ${index}`)), o);
    const plain = live(hours, { ...o, means, rules: plainRules });
    const ruled = live(hours, { ...o, means });
    offHours[tier].plain += plain.offHours;
    offHours[tier].rules += ruled.offHours;
    plainPaid += plain.arrearsPaidWh;
    rulesPaid += ruled.arrearsPaidWh;
    lentWh += ruled.lentWh;
    owedAtEndWh += ruled.owedWh;
  }
  const { poor } = offHours;
  return {
    offHours,
    poorOffHoursLessPercent: percent(poor.plain - poor.rules, poor.plain),
    debtRecoveredPercent: percent(rulesPaid, plainPaid),
    lentWh: Math.round(lentWh),
    owedAtEndWh: Math.round(owedAtEndWh),
  };
}

const none = (): { plain: number; rules: number } => ({ plain: 0, rules: 0 });
const percent = (part: number, of: number): number =>
  of === 0 ? 0 : Math.round((part / of) * 1000) / 10;

/** Needs and wages of one home, hour by hour: more in the evening, and wages on a changing day. */
function hoursOf(
  means: Means,
  random: Random,
  o: { readonly days: number; readonly startMs: number; readonly zone: string },
): Hour[] {
  const hours: Hour[] = [];
  const wageWh = means.needWhADay * means.wageEveryDays * (1 + spareShare);
  let wageInHours = random.integer(1, means.wageEveryDays) * dayHours + 9;
  // What is left of the wage before the first.
  const leftWh = (wageWh * wageInHours) / (means.wageEveryDays * dayHours);
  for (let nth = 0; nth < o.days * dayHours; nth += 1) {
    const hour = localHour(o.startMs + nth * hourMs, o.zone);
    const isEvening = hour >= 17 && hour < 22;
    const share = isEvening ? 0.1 : 0.5 / 19;
    const demandWh = means.needWhADay * share * (0.5 + random.integer(0, 100) / 100);
    const earns = nth === wageInHours;
    if (earns) {
      // A day early or late.
      wageInHours += (means.wageEveryDays + random.integer(0, 2) - 1) * dayHours;
    }
    hours.push({
      demandWh,
      earnedWh: nth === 0 ? leftWh : earns ? wageWh : 0,
      shopIsOpen: hour >= 7 && hour < 20,
    });
  }
  return hours;
}

const localHour = (atMs: number, zone: string): number =>
  Temporal.Instant.fromEpochMilliseconds(atMs).toZonedDateTimeISO(zone).hour;

type Account = {
  cash: number;
  available: number;
  owed: number;
  emergencyLeft: number;
  arrears: number;
  isOff: boolean;
  offHours: number;
  lent: number;
};

function live(
  hours: readonly Hour[],
  o: {
    readonly means: Means;
    readonly rules: ProtectionRules;
    readonly startMs: number;
    readonly zone: string;
  },
): Lived {
  const { means, rules } = o;
  const home: Account = {
    ...{ cash: 0, available: means.packetWh, owed: 0, arrears: means.arrearsWh },
    ...{ emergencyLeft: Number(emergencyCreditOf(rules)), isOff: false, offHours: 0, lent: 0 },
  };
  for (const [nth, { demandWh, earnedWh, shopIsOpen }] of hours.entries()) {
    home.cash += earnedWh;
    // People buy when credit is nearly gone, with the money that they have.
    const isLow = home.available < means.needWhADay / 8;
    if (isLow && shopIsOpen && home.cash >= leastPurchaseWh) buy(home, means, rules);
    if (home.isOff) home.offHours += 1;
    else use(home, demandWh, { ...o, atMs: o.startMs + nth * hourMs });
  }
  return {
    offHours: home.offHours,
    arrearsPaidWh: means.arrearsWh - home.arrears,
    lentWh: home.lent,
    owedWh: home.owed,
  };
}

/** Arrears take their share, then the meter takes back what it has lent: cap and floor for both. */
function buy(home: Account, means: Means, rules: ProtectionRules): void {
  const packet = Math.min(home.cash, means.packetWh);
  home.cash -= packet;
  const share = (packet * rules.debt.maximumSharePercent) / 100;
  const aboveFloor = packet - Number(floorEnergyOf(rules));
  const toArrears = Math.max(0, Math.min(home.arrears, share, aboveFloor));
  home.arrears -= toArrears;
  const credited = packet - toArrears;
  const back =
    recoverOwed(rules, {
      owedMilliWh: Math.round(home.owed * 1000),
      creditedMilliWh: Math.round(credited * 1000),
    }) / 1000;
  home.owed -= back;
  home.emergencyLeft = Math.min(Number(emergencyCreditOf(rules)), home.emergencyLeft + back);
  home.available += credited - back;
  if (home.available > 0) home.isOff = false;
}

/** An hour's use: of the credit, then lent as the rules allow; a cut ends it for good. */
function use(
  home: Account,
  demandWh: number,
  o: { readonly rules: ProtectionRules; readonly zone: string; readonly atMs: number },
): void {
  const paid = Math.min(home.available, demandWh);
  home.available -= paid;
  const missing = demandWh - paid;
  if (missing <= 0) return;
  const moment = { atMs: o.atMs, zone: o.zone, vulnerable: false, owedMilliWh: home.owed * 1000 };
  const emergency = Math.min(home.emergencyLeft, missing);
  const isKept = emergency >= missing || !mayDisconnect(o.rules, moment).allowed;
  home.emergencyLeft -= emergency;
  const lent = isKept ? missing : emergency;
  home.owed += lent;
  home.lent += lent;
  home.isOff = !isKept;
}
