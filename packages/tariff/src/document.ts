// The tariff document: its schema, read by zod into exact numbers. What each field means is in
// docs/tariffs.md; checks that look across fields are in document-checks.ts.

import * as z from 'zod';
import { type Amount, amountSchema, decimalSchema, limitSchema } from './amount.ts';
import { isCivilDate } from './civil-date.ts';
import { debtRuleSchema } from './debt-rule.ts';
import { compare, zero } from './rational.ts';

export type TariffDocumentError = {
  /** Where, as "energy.schedules[0].blocks[1].rate"; "" for the document itself. */
  readonly path: string;
  /** What is wrong and what to write instead. */
  readonly message: string;
};

const text = z
  .string({ error: 'write a text in quotes' })
  .min(1, 'write at least one letter')
  .max(2000, 'write at most 2000 letters');
const prose = z.string({ error: 'write a text in quotes' }).max(5000, 'write at most 5000 letters');
const code = z
  .string({ error: 'write a code in quotes, such as "service"' })
  .regex(
    /^[a-z][a-zA-Z0-9_-]{0,39}$/,
    'write a code that starts with a small letter, then letters, digits, _ or -, at most 40',
  );
const civilDate = z
  .string({ error: 'write a day in quotes, such as "2026-07-01"' })
  .refine(isCivilDate, 'write a day of the calendar as "2026-07-01"');
const dayOrDate = z
  .string({ error: 'write a day in quotes, such as "2026-04-03" or "12-25"' })
  .refine(
    (day) => isCivilDate(day.length === 5 ? `2024-${day}` : day),
    'write a day as "2026-04-03", or "12-25" for each year',
  );
const clockTime = z
  .string({ error: 'write a time in quotes, such as "17:30"' })
  .regex(/^(([01]\d|2[0-3]):[0-5]\d|24:00)$/, 'write a time as "17:30", or "24:00" for the end');
const kwh = decimalSchema.refine((v) => compare(v, zero) >= 0n, 'write kWh of zero or more');
const monthNumber = z.int('write month numbers, 1 to 12').min(1).max(12);

const isNotNegative = (v: Amount) => v.kind !== 'constant' || compare(v.value, zero) >= 0n;
/** kWh that may follow parameters. */
const kwhAmount = amountSchema.refine(isNotNegative, 'write kWh of zero or more');
const range = z.strictObject({ overKwh: kwhAmount.optional(), uptoKwh: kwhAmount.optional() });
const pastMonths = range.extend({
  months: z.int('write how many past months, 1 to 12').min(1).max(12),
});
const countRange = (most: number) =>
  z.strictObject({
    from: z.int('write a whole number').min(1).max(most).optional(),
    upto: z.int('write a whole number').min(1).max(most).optional(),
  });
const whenSchema = z.strictObject({
  monthTotal: range.optional(),
  average: pastMonths.optional(),
  highest: pastMonths.optional(),
  calendarMonths: z.array(monthNumber).min(1).max(12).optional(),
  dayOfMonth: countRange(31).optional(),
  periods: z.array(code).min(1).max(20).optional(),
  parameter: z.record(code, text).optional(),
  purchaseOfMonth: z
    .union(
      [z.enum(['first', 'later']), countRange(1000)],
      'write "first", "later" or {"from": 4, "upto": 6}',
    )
    .optional(),
  payment: z
    .strictObject({ from: decimalSchema.optional(), below: decimalSchema.optional() })
    .optional(),
});

const parameterSchema = z.strictObject({
  label: text,
  /** Who knows it: the utility publishes it, or it is a fact of the connection. */
  of: z.enum(['utility', 'connection'], 'write "utility" or "connection"').default('utility'),
  choices: z.array(text).min(1).max(50).optional(),
  value: text.nullable().optional(),
  values: z
    .array(z.strictObject({ from: civilDate, value: text }))
    .min(1)
    .max(1000)
    .optional(),
});

const periodSchema = z.strictObject({
  code,
  label: text,
  days: z.array(z.int('write day numbers, 1 Monday to 7 Sunday').min(1).max(7)).min(1).optional(),
  /** Days by name, beside `days`: "2026-04-03", or "12-25" for every year. */
  dates: z.array(dayOrDate).min(1).max(1000).optional(),
  calendarMonths: z.array(monthNumber).min(1).optional(),
  from: clockTime.optional(),
  to: clockTime.optional(),
  /** Has no hours: holds when the utility says so for an interval. */
  announced: z.boolean('write true or false').default(false),
});

const blockSchema = z.strictObject({
  uptoKwh: limitSchema.refine(isNotNegative, 'write kWh of zero or more').nullable(),
  rate: amountSchema.optional(),
  rates: z.record(code, amountSchema).optional(),
  label: text.optional(),
});

const days = z.int('write a whole number of days').min(1).max(366);

const energySchema = z.strictObject({
  label: text.default('Energy'),
  repricing: z.enum(['month', 'purchase'], 'write "month" or "purchase"').default('month'),
  averageWithoutHistoryKwh: kwh.optional(),
  ratesInclude: z.array(text).default([]),
  schedules: z
    .array(
      z.strictObject({
        code,
        label: text.optional(),
        when: whenSchema.optional(),
        blocks: z.array(blockSchema).min(1, 'write at least one block').max(50),
      }),
    )
    .min(1, 'write at least one schedule')
    .max(50),
});

const chargeSchema = z.strictObject({
  code,
  label: text,
  kind: z.enum(['fee', 'tax'], 'write "fee" or "tax"').default('fee'),
  per: z.union(
    [
      z.enum(['month', 'week', 'day', 'year', 'purchase']),
      z.strictObject({ days }),
      z.strictObject({ months: z.int().min(1).max(120) }),
    ],
    'write "month", "week", "day", "year", "purchase", {"days": 30} or {"months": 2}',
  ),
  amount: amountSchema.optional(),
  when: whenSchema.optional(),
  variants: z
    .array(z.strictObject({ when: whenSchema.optional(), amount: amountSchema }))
    .min(1)
    .max(50)
    .optional(),
  /** What happens with periods without a purchase. */
  skipped: z
    .strictObject({
      recover: z.boolean('write true or false'),
      maxPeriods: z.int().min(0).max(1200).optional(),
    })
    .default({ recover: false }),
  recovery: z
    .strictObject({
      maxShareOfPaymentPercent: decimalSchema.optional(),
      whileMonthPaidBelow: decimalSchema.optional(),
      maxPerPurchase: amountSchema.optional(),
      perKwh: amountSchema.optional(),
    })
    .optional(),
});

const levySchema = z.strictObject({
  code,
  label: text,
  kind: z.enum(['tax', 'fee', 'rebate'], 'write "tax", "fee" or "rebate"').default('tax'),
  percent: amountSchema.optional(),
  of: z.array(code).min(1, 'name at least one base, such as "energy"').optional(),
  perKwh: amountSchema.optional(),
  energyAboveKwh: kwhAmount.optional(),
  energyUptoKwh: kwhAmount.optional(),
  atLeast: amountSchema.optional(),
  atMost: amountSchema.optional(),
  limitsPer: z.enum(['purchase', 'month'], 'write "purchase" or "month"').default('purchase'),
  /** "month": worked out for the whole month at each purchase, less what it took before. */
  repricing: z.enum(['month', 'purchase'], 'write "month" or "purchase"').default('purchase'),
  included: z.boolean('write true or false').default(false),
  when: whenSchema.optional(),
});

const toleranceSchema = z.strictObject({
  kwh: kwh.optional(),
  kwhPercent: kwh.optional(),
  money: kwh.optional(),
});

const sourceSchema = z.strictObject({
  title: text,
  address: prose.optional(),
  kind: prose.optional(),
});

const exampleSchema = z.strictObject({
  id: text,
  /** Money in: paid. Energy in: wantedKwh. Exactly one of them. */
  paid: decimalSchema.optional(),
  wantedKwh: kwh.optional(),
  date: civilDate.optional(),
  time: clockTime.optional(),
  period: code.optional(),
  parameters: z.record(code, text).default({}),
  position: z
    .strictObject({
      monthToDateKwh: kwh.optional(),
      purchasesThisMonth: z.int().min(0).optional(),
      paidThisMonth: decimalSchema.optional(),
      lastPurchaseDate: civilDate.nullable().optional(),
      averageKwh: kwh.optional(),
      pastMonthsKwh: z.array(kwh).max(12).optional(),
      owed: z.record(code, decimalSchema).optional(),
      levied: z.record(code, decimalSchema).optional(),
    })
    .default({}),
  debts: z
    .array(
      z.strictObject({
        id: code,
        label: text.optional(),
        outstanding: decimalSchema,
        ageDays: z.int().min(0).optional(),
        rule: debtRuleSchema,
      }),
    )
    .default([]),
  protection: z.strictObject({ debtSharePercent: decimalSchema, floorKwh: kwh }).optional(),
  energyStepWh: z.int().min(1).max(1_000_000).optional(),
  partsAt: z.enum(['computed', 'published'], 'write "computed" or "published"').default('computed'),
  expect: z.strictObject({
    kwh: kwh.optional(),
    cost: decimalSchema.optional(),
    costBeforeTaxes: decimalSchema.optional(),
    parts: z.record(text, decimalSchema).optional(),
    blocksKwh: z.array(kwh).optional(),
    refusal: text.optional(),
  }),
  tolerance: toleranceSchema.default({}),
  gate: z.boolean('write true or false').default(true),
  quality: prose.optional(),
  note: prose.optional(),
  sources: z.array(sourceSchema).default([]),
});

export const documentSchema = z.strictObject({
  schema: z.literal('prewatt-tariff-1', 'write "prewatt-tariff-1"'),
  id: z
    .string({ error: 'write an id in quotes, such as "za-tshwane-2026"' })
    .regex(/^[a-z0-9][a-z0-9-]{0,79}$/, 'write small letters, digits and -, at most 80'),
  version: z.int('write a whole number, 1 for the first version').min(1),
  utility: text,
  country: z
    .string()
    .regex(/^[A-Z]{2}$/, 'write the two capital letters of ISO 3166, such as "ZA"'),
  customerClass: text,
  zone: text.refine(isZone, 'write an IANA zone, such as "Africa/Johannesburg"'),
  currency: z.strictObject({
    code: z.string().regex(/^[A-Z]{3}$/, 'write the three capital letters of ISO 4217'),
    scale: z.int('write the number of decimals, 0 to 3').min(0).max(3),
  }),
  effectiveFrom: civilDate,
  effectiveTo: civilDate.nullable().default(null),
  reason: prose.optional(),
  notes: prose.optional(),
  invented: z.boolean('write true or false').default(false),
  confidence: z.enum(['high', 'medium', 'low', 'none']).optional(),
  licence: prose.optional(),
  sources: z.array(sourceSchema).default([]),
  parameters: z.record(code, parameterSchema).default({}),
  periods: z.array(periodSchema).max(20).default([]),
  /** What blocks and "this month" count over. */
  counting: z
    .union(
      [
        z.literal('calendar-month'),
        z.strictObject({ days }),
        z.strictObject({
          months: z.union([2, 3, 4, 6, 12].map((months) => z.literal(months))),
          startsIn: monthNumber.default(1),
        }),
      ],
      'write "calendar-month", {"days": 30}, or {"months": 2} with 2, 3, 4, 6 or 12, and "startsIn", a month from 1 to 12, if they do not run from January',
    )
    .default('calendar-month'),
  energy: energySchema,
  charges: z.array(chargeSchema).max(50).default([]),
  levies: z.array(levySchema).max(50).default([]),
  freeAllowance: z
    .strictObject({
      kwh: kwhAmount.optional(),
      when: whenSchema.optional(),
      /** How much by condition, the first that holds; none: nothing is free. */
      variants: z
        .array(z.strictObject({ when: whenSchema.optional(), kwh: kwhAmount }))
        .min(1)
        .max(50)
        .optional(),
      countsInBlocks: z.boolean('write true or false'),
      delivery: z
        .enum(['separate', 'with-first-purchase'], 'write "separate" or "with-first-purchase"')
        .default('separate'),
    })
    .optional(),
  rounding: z
    .strictObject({
      lines: z
        .enum(['half-up', 'down', 'up'], 'write "half-up", "down" or "up"')
        .default('half-up'),
      toMinor: z.int().min(1).max(100_000).default(1),
      /** Of a purchase without its debts, shown as a line of its own. */
      total: z
        .strictObject({
          toMinor: z.int('write minor units, 100 for whole units at scale 2').min(2).max(100_000),
          mode: z
            .enum(['half-up', 'down', 'up'], 'write "half-up", "down" or "up"')
            .default('half-up'),
          label: text.default('Rounding'),
        })
        .optional(),
    })
    .default({ lines: 'half-up', toMinor: 1 }),
  examples: z.array(exampleSchema).max(500).default([]),
});

function isZone(zone: string): boolean {
  try {
    Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(zone);
    return true;
  } catch {
    return false;
  }
}

/** A parsed, checked document. Made by `parseTariff` only. */
export type Tariff = z.output<typeof documentSchema>;
export type When = z.output<typeof whenSchema>;
export type Schedule = Tariff['energy']['schedules'][number];
export type Block = Schedule['blocks'][number];
export type Charge = z.output<typeof chargeSchema>;
export type Levy = z.output<typeof levySchema>;
export type Example = z.output<typeof exampleSchema>;
