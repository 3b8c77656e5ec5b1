// The only way in for a rule document from outside: every fault with its path and what was
// expected, unknown fields refused, fields left out filled with "none". Documents of version 1 are
// brought up to date on the way.

import { err, ok, type Result } from '@prewatt/quantities';
import { noProtection, type ProtectionRules } from './rules.ts';

export type RulesFault = { readonly path: string; readonly message: string };

export type RulesError =
  | { readonly code: 'rules-version' }
  /** `at` is the path of the first fault. */
  | { readonly code: 'rules-format'; readonly at: string; readonly faults: readonly RulesFault[] };

/** A rule document, checked whole and complete. */
export function checkProtectionRules(document: unknown): Result<ProtectionRules, RulesError> {
  const version = isRecord(document) ? document['version'] : undefined;
  if (version !== undefined && version !== 1 && version !== 2)
    return err({ code: 'rules-version' });
  const faults: RulesFault[] = [];
  const report = (path: string, message: string) => faults.push({ path, message });
  checkDocument(document, report, version === 1 ? fieldsOfVersion1 : fields);
  const [first] = faults;
  if (first !== undefined) return err({ code: 'rules-format', at: first.path, faults });
  return ok(complete(document as Partial<ProtectionRules>));
}

/** One line for a person: what is wrong first, and where. */
export function describeRulesError(error: RulesError): string {
  if (error.code === 'rules-version') return 'version: write 2';
  return error.faults.map(({ path, message }) => `${path || 'document'}: ${message}`).join('; ');
}

function complete(document: Partial<ProtectionRules>): ProtectionRules {
  return {
    ...noProtection,
    ...document,
    version: 2,
    weather: { ...noProtection.weather, ...document.weather },
    graceAfterConversion: {
      ...noProtection.graceAfterConversion,
      ...document.graceAfterConversion,
    },
    ...(document.whenVendingStops === undefined
      ? {}
      : {
          whenVendingStops: {
            ...document.whenVendingStops,
            owedLimitWh: document.whenVendingStops.owedLimitWh ?? null,
          },
        }),
  };
}

type Report = (path: string, message: string) => void;
type Check = (value: unknown, path: string, report: Report) => void;
type Fields = Readonly<Record<string, { readonly check: Check; readonly required?: true }>>;

/** An object with these fields only. */
const object =
  (parts: Fields): Check =>
  (value, path, report) => {
    if (!isRecord(value)) {
      report(path, 'write an object');
      return;
    }
    const at = (name: string) => (path === '' ? name : `${path}.${name}`);
    for (const key of Object.keys(value)) {
      if (!Object.hasOwn(parts, key)) {
        report(at(key), `unknown; known here: ${Object.keys(parts).join(', ')}`);
      }
    }
    for (const [name, { check, required }] of Object.entries(parts)) {
      if (Object.hasOwn(value, name)) check(value[name], at(name), report);
      else if (required) report(at(name), 'missing');
    }
  };

const list =
  (of: Check, greatest: number): Check =>
  (value, path, report) => {
    if (!Array.isArray(value) || value.length > greatest) {
      report(path, `write a list of at most ${greatest}`);
      return;
    }
    for (const [index, entry] of value.entries()) of(entry, `${path}.${index}`, report);
  };

const test =
  (isRight: (value: unknown) => boolean, expected: string): Check =>
  (value, path, report) => {
    if (!isRight(value)) report(path, `write ${expected}`);
  };

const whole = (least: number, greatest: number, what: string): Check =>
  test(
    (value) => Number.isInteger(value) && Number(value) >= least && Number(value) <= greatest,
    `a whole number from ${least} to ${greatest} (${what})`,
  );

const energy = test(
  (value) => typeof value === 'string' && /^(0|[1-9]\d{0,11})$/.test(value),
  'watt-hours as a string of digits, like "2000"',
);
const time = (end: boolean): Check =>
  test(
    (value) =>
      typeof value === 'string' &&
      /^(([01]\d|2[0-3]):[0-5]\d|24:00)$/.test(value) &&
      (end || value !== '24:00'),
    end ? 'a time from "00:00" to "24:00"' : 'a time from "00:00" to "23:59"',
  );
const date = test(isCivilDate, 'a date of the calendar, like "2026-12-25"');
const weekdays = test(
  (value) =>
    Array.isArray(value) &&
    value.length > 0 &&
    new Set(value).size === value.length &&
    value.every((day) => Number.isInteger(day) && day >= 1 && day <= 7),
  'weekdays once each, 1 (Monday) to 7 (Sunday)',
);
const weatherKind = test((value) => value === 'heat' || value === 'cold', '"heat" or "cold"');
const nullOr =
  (check: Check): Check =>
  (value, path, report) => {
    if (value !== null) check(value, path, report);
  };

const required = (check: Check) => ({ check, required: true as const });

const hours = object({
  weekdays: required(weekdays),
  from: required(time(false)),
  to: required(time(true)),
});

const steps: Check = (value, path, report) => {
  const step = object({
    belowWh: required(energy),
    powerLimitW: required(whole(1, 18_201_624, 'watts')),
  });
  let faulty = false;
  list(step, 5)(value, path, (where, message) => {
    faulty = true;
    report(where, message);
  });
  if (faulty || !Array.isArray(value)) return;
  for (let index = 1; index < value.length; index += 1) {
    const [before, now] = [value[index - 1], value[index]];
    if (BigInt(now.belowWh) >= BigInt(before.belowWh) || now.powerLimitW >= before.powerLimitW) {
      report(`${path}.${index}`, 'write less credit and less power than in the step before');
    }
  }
};

const instant = test(
  (value) =>
    typeof value === 'string' &&
    /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3})?Z$/.test(value) &&
    !Number.isNaN(Date.parse(value)),
  'an instant in UTC, like "2026-12-01T10:00:00Z"',
);
const outage = object({ from: required(instant), until: required(instant) });

const fieldsOfVersion1: Fields = {
  version: required(test((value) => value === 1, '1')),
  friendlyHours: required(list(hours, 28)),
  holidays: required(list(date, 1000)),
  emergencyCreditWh: required(energy),
  debt: required(
    object({
      // A payment that went to debt whole would yield no energy.
      maximumSharePercent: required(whole(0, 99, 'per cent')),
      floorEnergyWh: required(energy),
    }),
  ),
};

const fields: Fields = {
  ...fieldsOfVersion1,
  version: required(test((value) => value === 2, '2')),
  friendlyHours: { check: list(hours, 28) },
  holidays: { check: list(date, 1000) },
  emergencyCreditWh: { check: energy },
  weather: {
    check: object({
      protects: {
        check: list(weatherKind, 2),
      },
      days: {
        check: list(object({ date: required(date), kind: required(weatherKind) }), 1000),
      },
    }),
  },
  graceAfterConversion: {
    check: object({
      days: required(whole(0, 90, 'days')),
      workingDaysOnly: { check: test((value) => typeof value === 'boolean', 'true or false') },
      owedLimitWh: { check: nullOr(energy) },
    }),
  },
  protectedOwedLimitWh: { check: energy },
  whenVendingStops: {
    check: object({
      afterMinutes: required(whole(10, 1440, 'minutes')),
      graceHours: required(whole(1, 72, 'hours')),
      owedLimitWh: { check: nullOr(energy) },
    }),
  },
  vendingOutages: { check: list(outage, 20) },
  softLanding: { check: steps },
  softLandingByToken: {
    check: object({
      aheadHours: required(whole(1, 168, 'hours')),
      liftPowerW: required(whole(1, 18_201_624, 'watts')),
    }),
  },
  silence: {
    check: object({ callAfterHours: required(nullOr(whole(1, 720, 'hours'))) }),
  },
};

function checkDocument(document: unknown, report: Report, known: Fields): void {
  object(known)(document, '', report);
  const { softLanding: landing, softLandingByToken: byToken } = isRecord(document) ? document : {};
  const highest = Array.isArray(landing) ? landing[0]?.powerLimitW : undefined;
  if (!isRecord(byToken)) return;
  if (highest === undefined) report('softLandingByToken', 'write steps in softLanding, too');
  else if (Number(byToken['liftPowerW']) <= highest) {
    report('softLandingByToken.liftPowerW', 'write more power than in the first step');
  }
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function isCivilDate(value: unknown): boolean {
  if (typeof value !== 'string' || !/^\d{4}-\d\d-\d\d$/.test(value)) return false;
  try {
    Temporal.PlainDate.from(value, { overflow: 'reject' });
    return true;
  } catch {
    return false;
  }
}
