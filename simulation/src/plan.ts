// The utility of simulated towns: plain names, a phone each; some with arrears, some poor, some
// whom nobody may cut, some with free units each month, some whose meter counts money. In a small
// town people buy for a day or two, so that much happens; above 300 homes most buy for a week, as
// people do. In a small town power is limited in steps before credit ends.

import type { HomeTraits } from './traits.ts';
import type { UtilityPlan } from './utility.ts';

const ofSmallTowns = [2_000n, 3_000n, 5_000n, 5_000n, 8_000n, 12_000n] as const;
const ofLargeTowns = [5_000n, 8_000n, 10_000n, 15_000n, 20_000n, 30_000n] as const;

export const townPlan = (homes: number): UtilityPlan => ({
  name: 'Simulated Utility',
  homes,
  helpPhone: null,
  lowCreditThresholdWh: 5_000,
  profileIntervalMinutes: 60,
  stateReportMs: 6 * 3_600_000,
  resendAfterMs: 2 * 3_600_000,
  nameOf: (index) => ({
    name: `Home ${index + 1}`,
    address: `${index + 1} Simulation Road`,
    customer: `Customer ${index + 1}`,
  }),
  phoneOf: (index) => `+2782${String(5_550_000 + index)}`,
  amountsOf: (index) => (homes > 300 && index % 3 !== 0 ? ofLargeTowns : ofSmallTowns),
  debtOf: (index) => (index % 4 === 1 ? 40_000n : 0n),
  isPoor: (index) => index % 3 === 0,
  isVulnerable: (index) => index % 11 === 4,
  hasFreeUnits: (index) => index % 5 === 2,
  countsMoney,
  traitsOf,
  ...(homes > 20 ? {} : { softLanding }),
});

/** Whose credit ends: the poor, who wait with buying, and who pays off a debt. */
const softLanding = [
  { belowWh: '2000', powerLimitW: 1_000 },
  { belowWh: '800', powerLimitW: 400 },
];

const countsMoney = (index: number): boolean => index % 7 === 2 || index % 7 === 6;

/** One home in ten each; wallets are few, since each is charged and looked at all the time. */
function traitsOf(index: number): HomeTraits {
  const mayBeWallet = index < walletsBelow && !countsMoney(index);
  if (index === flaggedWallet) return { wallet: { fromDay: 1, paysLate: true } };
  switch (index % 10) {
    case 1:
      return mayBeWallet ? { wallet: { fromDay: 2, untilDay: 9 } } : {};
    case 3:
      return { hasThreePhases: true, losesPhase: { fromHour: 61, untilHour: 66 } };
    case 5:
      return { tamperings };
    case 6:
      return { getsCreditNotes: true };
    case 7:
      return countsMoney(index) ? {} : { exchange: { diesAtHour: 100, exchangedAtHour: 130 } };
    case 8:
      return mayBeWallet ? { wallet: { fromDay: 1, paysLate: true } } : {};
    default:
      return {};
  }
}

const walletsBelow = 20;
/** Nobody may cut this one. */
const flaggedWallet = 15;

const tamperings = [
  { what: 'coverOpened', fromHour: 33, untilHour: 34 },
  { what: 'magnetStarted', fromHour: 57, untilHour: 60 },
  { what: 'reverseEnergy', fromHour: 80, untilHour: 90 },
  { what: 'magnetStarted', fromHour: 130, untilHour: 131 },
] as const;
