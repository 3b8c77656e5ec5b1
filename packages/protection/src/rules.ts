// The rule set itself: one portable, versioned JSON document, and the checker that is the only way
// in from outside. Energy travels as decimal strings, civil times as "HH:MM" and "YYYY-MM-DD" in
// the utility's zone.

import { type EnergyWh, energyWh, err, ok, type Result } from '@prewatt/quantities';

/**
 * Local hours of some weekdays (1 = Monday .. 7 = Sunday); `to` at or before `from` runs past
 * midnight.
 */
export type FriendlyHours = {
  readonly weekdays: readonly number[];
  readonly from: string;
  readonly to: string;
};

export type ProtectionRules = {
  readonly version: 1;
  readonly friendlyHours: readonly FriendlyHours[];
  /** Civil dates without cuts, midnight to midnight. */
  readonly holidays: readonly string[];
  /**
   * Lent at the meter when credit ends and the customer asks for it; owed from the next top-up. "0"
   * = none.
   */
  readonly emergencyCreditWh: string;
  readonly debt: {
    /** The largest part of a payment that may go to debt, in per cent. */
    readonly maximumSharePercent: number;
    /** Energy that each top-up yields whatever is owed. */
    readonly floorEnergyWh: string;
  };
};

/** Cuts allowed at any hour, no emergency credit, nothing taken for debt. */
export const noProtection: ProtectionRules = {
  version: 1,
  friendlyHours: [],
  holidays: [],
  emergencyCreditWh: '0',
  debt: { maximumSharePercent: 0, floorEnergyWh: '0' },
};

export type RulesError =
  | { readonly code: 'rules-version' }
  | { readonly code: 'rules-format'; readonly at: string };

/**
 * A rule document from outside, checked whole: unknown fields are refused, the first fault is named
 * by its path.
 */
export function checkProtectionRules(document: unknown): Result<ProtectionRules, RulesError> {
  if (isRecord(document) && 'version' in document && document['version'] !== 1) {
    return err({ code: 'rules-version' });
  }
  const fault = faultOfRules(document);
  if (fault !== null) return err({ code: 'rules-format', at: fault });
  return ok(document as ProtectionRules);
}

/** Emergency credit of checked rules. */
export function emergencyCreditOf(rules: ProtectionRules): EnergyWh {
  return energyWh(BigInt(rules.emergencyCreditWh));
}

/** Floor of energy per top-up of checked rules. */
export function floorEnergyOf(rules: ProtectionRules): EnergyWh {
  return energyWh(BigInt(rules.debt.floorEnergyWh));
}

/** "HH:MM" as minutes after midnight; "24:00" is the end of the day. Checked rules only. */
export function minutesOf(time: string): number {
  return Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5));
}

const fields = ['version', 'friendlyHours', 'holidays', 'emergencyCreditWh', 'debt'];

function faultOfRules(value: unknown): string | null {
  if (!isRecord(value)) return '';
  const unknown = Object.keys(value).find((key) => !fields.includes(key));
  if (unknown !== undefined) return unknown;
  if (value['version'] !== 1) return 'version';
  const hours = value['friendlyHours'];
  if (!Array.isArray(hours) || hours.length > 28) return 'friendlyHours';
  for (const [index, entry] of hours.entries()) {
    if (!isFriendlyHours(entry)) return `friendlyHours.${index}`;
  }
  const holidays = value['holidays'];
  if (!Array.isArray(holidays) || holidays.length > 1000) return 'holidays';
  for (const [index, date] of holidays.entries()) {
    if (!isCivilDate(date)) return `holidays.${index}`;
  }
  if (!isEnergy(value['emergencyCreditWh'])) return 'emergencyCreditWh';
  return isDebt(value['debt']) ? null : 'debt';
}

function isFriendlyHours(value: unknown): boolean {
  if (!isRecord(value) || Object.keys(value).length !== 3) return false;
  const weekdays = value['weekdays'];
  return (
    Array.isArray(weekdays) &&
    weekdays.length > 0 &&
    new Set(weekdays).size === weekdays.length &&
    weekdays.every((day) => Number.isInteger(day) && day >= 1 && day <= 7) &&
    isTime(value['from']) &&
    value['from'] !== '24:00' &&
    isTime(value['to'])
  );
}

function isDebt(value: unknown): boolean {
  if (!isRecord(value) || Object.keys(value).length !== 2) return false;
  const share = value['maximumSharePercent'];
  return (
    typeof share === 'number' &&
    Number.isInteger(share) &&
    share >= 0 &&
    // A payment that went to debt whole would yield no energy.
    share < 100 &&
    isEnergy(value['floorEnergyWh'])
  );
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isEnergy = (value: unknown): boolean =>
  typeof value === 'string' && /^(0|[1-9]\d{0,11})$/.test(value);

const isTime = (value: unknown): boolean =>
  typeof value === 'string' && /^(([01]\d|2[0-3]):[0-5]\d|24:00)$/.test(value);

function isCivilDate(value: unknown): boolean {
  if (typeof value !== 'string' || !/^\d{4}-\d\d-\d\d$/.test(value)) return false;
  try {
    Temporal.PlainDate.from(value, { overflow: 'reject' });
    return true;
  } catch {
    return false;
  }
}
