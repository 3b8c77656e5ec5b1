// The rule set itself: one portable, versioned JSON document, the same for meter, wallet and
// simulation. From outside it comes only through `checkProtectionRules`, which fills in what was
// left out. Energy travels as decimal strings, civil times as "HH:MM" and "YYYY-MM-DD" in the
// utility's zone.

import { type EnergyWh, energyWh } from '@prewatt/quantities';

/**
 * Local hours of some weekdays (1 = Monday .. 7 = Sunday); `to` at or before `from` runs past
 * midnight.
 */
export type FriendlyHours = {
  readonly weekdays: readonly number[];
  readonly from: string;
  readonly to: string;
};

export type WeatherKind = 'heat' | 'cold';

/** A civil day without cuts because of its weather, as somebody has declared it. */
export type WeatherDay = { readonly date: string; readonly kind: WeatherKind };

/** Below so much credit, so much power. */
export type LandingStep = { readonly belowWh: string; readonly powerLimitW: number };

/** How limit tokens are made ahead of the steps, and what lifts them. */
export type LandingByToken = {
  /** A step's token goes out so many hours before the step should be reached. */
  readonly aheadHours: number;
  /** What the token of the next top-up allows again, where nobody set a limit of the home's own. */
  readonly liftPowerW: number;
};

/** No cut between two instants (ISO, UTC), because electricity could not be bought. */
export type VendingOutage = { readonly from: string; readonly until: string };

/** When the utility itself declares that electricity cannot be bought. */
export type WhenVendingStops = {
  /** Nothing was sold for so long, though at this time of the week it usually is. */
  readonly afterMinutes: number;
  /** The longest that it lasts from then on. */
  readonly graceHours: number;
  /** A home that owes more than this is cut all the same; null = no limit. */
  readonly owedLimitWh: string | null;
};

export type ProtectionRules = {
  readonly version: 2;
  readonly friendlyHours: readonly FriendlyHours[];
  /** Civil dates without cuts, midnight to midnight. */
  readonly holidays: readonly string[];
  readonly weather: {
    /** Which weather forbids a cut. */
    readonly protects: readonly WeatherKind[];
    /** Declared days; a utility's calendar is added with `withWeatherDays`. */
    readonly days: readonly WeatherDay[];
  };
  /** Lent when credit ends and the customer asks for it; owed from the next top-up. "0" = none. */
  readonly emergencyCreditWh: string;
  readonly debt: {
    /** The largest part of a payment that may go to debt, in per cent. */
    readonly maximumSharePercent: number;
    /** Energy that each top-up yields whatever is owed. */
    readonly floorEnergyWh: string;
  };
  /** After a connection turned prepaid: no cut for so many days that follow the day it did. */
  readonly graceAfterConversion: {
    readonly days: number;
    /** Count Monday to Friday without holidays only. */
    readonly workingDaysOnly: boolean;
    /** Grace ends early when more than this is owed; null = no limit. */
    readonly owedLimitWh: string | null;
  };
  /**
   * In wallet mode supply that has ended comes on again in protected hours while no more than this
   * is owed; absent: whatever is owed.
   */
  readonly protectedOwedLimitWh?: string;
  /** No cut while electricity cannot be bought; absent: the rules say nothing of it. */
  readonly whenVendingStops?: WhenVendingStops;
  /** The times at which it could not; a utility's own are added with `withVendingOutages`. */
  readonly vendingOutages?: readonly VendingOutage[];
  /** Power steps down before a cut: the first step has the most credit and the most power. */
  readonly softLanding: readonly LandingStep[];
  /** The same steps by tokens that customers type, where a meter has no link; absent: none. */
  readonly softLandingByToken?: LandingByToken;
  /** No credit and no use for so many hours: somebody calls; null = nobody does. */
  readonly silence: { readonly callAfterHours: number | null };
};

/** Cuts allowed at any hour, no emergency credit, nothing taken for debt. */
export const noProtection: ProtectionRules = {
  version: 2,
  friendlyHours: [],
  holidays: [],
  weather: { protects: [], days: [] },
  emergencyCreditWh: '0',
  debt: { maximumSharePercent: 0, floorEnergyWh: '0' },
  graceAfterConversion: { days: 0, workingDaysOnly: false, owedLimitWh: null },
  softLanding: [],
  silence: { callAfterHours: null },
};

/** Emergency credit of checked rules. */
export function emergencyCreditOf(rules: ProtectionRules): EnergyWh {
  return energyWh(BigInt(rules.emergencyCreditWh));
}

/** Floor of energy per top-up of checked rules. */
export function floorEnergyOf(rules: ProtectionRules): EnergyWh {
  return energyWh(BigInt(rules.debt.floorEnergyWh));
}

/** The rules with the days of a calendar added: what goes to meters. */
export function withWeatherDays(
  rules: ProtectionRules,
  days: readonly WeatherDay[],
): ProtectionRules {
  const all = new Map(
    [...rules.weather.days, ...days].map((day) => [`${day.date} ${day.kind}`, day]),
  );
  const inOrder = [...all.keys()].sort().flatMap((key) => all.get(key) ?? []);
  return { ...rules, weather: { ...rules.weather, days: inOrder } };
}

/** The rules with the times added at which nothing could be bought: what goes to meters. */
export function withVendingOutages(
  rules: ProtectionRules,
  outages: readonly VendingOutage[],
): ProtectionRules {
  if (outages.length === 0) return rules;
  return { ...rules, vendingOutages: [...(rules.vendingOutages ?? []), ...outages] };
}

/** "HH:MM" as minutes after midnight; "24:00" is the end of the day. Checked rules only. */
export function minutesOf(time: string): number {
  return Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5));
}
