// The utility of simulated towns: plain names, a phone each; some with arrears, some poor, some
// whom nobody may cut, some with free units each month, some whose meter counts money. In a small
// town people buy for a day or two, so that much happens; above 300 homes most buy for a week, as
// people do.

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
  countsMoney: (index) => index % 7 === 2 || index % 7 === 6,
});
