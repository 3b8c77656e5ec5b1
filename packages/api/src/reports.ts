// Reports of money, read from the ledger: each figure can be opened into the transfers behind it.

import { z } from 'zod';
import { instantSchema, integerString } from './common.ts';
import { fileFormSchema } from './file-forms.ts';

export const salesReportBys = ['day', 'month', 'vendor', 'tariff'] as const;
export type SalesReportBy = (typeof salesReportBys)[number];

/** GET /api/operator/reports/sales: both days are in it, as the utility counts days. */
export const salesReportQuerySchema = z.object({
  from: z.iso.date(),
  to: z.iso.date(),
  by: z.enum(salesReportBys).default('day'),
});
export type SalesReportQuery = z.output<typeof salesReportQuerySchema>;
export const salesReportFileQuerySchema = salesReportQuerySchema.extend({ as: fileFormSchema });

const sumsSchema = z.object({
  sales: z.number().int(),
  /** Without tax and fees. What was taken back in the period is taken off. */
  energyMinor: integerString,
  taxMinor: integerString,
  feesMinor: integerString,
  /** Of these three. */
  totalMinor: integerString,
  /** Paid on debts out of purchases. */
  debtsMinor: integerString,
  /** Of vendors. */
  commissionMinor: integerString,
});
export type SalesReportSums = z.output<typeof sumsSchema>;

export const salesReportRowSchema = sumsSchema.extend({ key: z.string(), label: z.string() });
export type SalesReportRow = z.output<typeof salesReportRowSchema>;
export const salesReportSchema = z.object({
  rows: z.array(salesReportRowSchema),
  total: sumsSchema,
});

/** GET /api/operator/reports/sales/transfers: what one row is the sum of, the newest first. */
export const reportTransfersQuerySchema = salesReportQuerySchema.extend({
  key: z.string().min(1).max(200),
  cursor: z.string().max(100).optional(),
});
export const reportTransferSchema = z.object({
  transferId: z.string(),
  at: instantSchema,
  what: z.enum(['energy', 'tax', 'fees', 'debts', 'commission']),
  /** Below zero: taken back. */
  amountMinor: integerString,
  connectionId: z.string().nullable(),
  connectionName: z.string().nullable(),
  saleId: z.string().nullable(),
});
export type ReportTransfer = z.output<typeof reportTransferSchema>;
export const reportTransferPageSchema = z.object({
  rows: z.array(reportTransferSchema),
  nextCursor: z.string().nullable(),
});

/** What a debt’s age is named by: days since it was charged. */
export const debtAges = ['upTo30', 'upTo60', 'upTo90', 'over90'] as const;
export type DebtAge = (typeof debtAges)[number];

const debtSumsSchema = z.object({
  debts: z.number().int(),
  homes: z.number().int(),
  outstandingMinor: integerString,
});
export type DebtSums = z.output<typeof debtSumsSchema>;

/** GET /api/operator/reports/debts: what is owed now, by age. Each age has its row. */
export const debtReportSchema = z.object({
  rows: z.array(debtSumsSchema.extend({ age: z.enum(debtAges) })),
  total: debtSumsSchema,
});
export type DebtReport = z.output<typeof debtReportSchema>;

/** GET /api/operator/reports/debts/list: the debts of one age, the oldest first. */
export const debtsOfAgeQuerySchema = z.object({
  age: z.enum(debtAges),
  cursor: z.string().max(100).optional(),
});
export const owedDebtSchema = z.object({
  debtId: z.string(),
  connectionId: z.string(),
  connectionName: z.string(),
  label: z.string(),
  chargedAt: instantSchema,
  outstandingMinor: integerString,
});
export type OwedDebt = z.output<typeof owedDebtSchema>;
export const owedDebtPageSchema = z.object({
  rows: z.array(owedDebtSchema),
  nextCursor: z.string().nullable(),
});

/** GET /api/operator/reports/off-supply: both days are in it; only times of so many hours. */
export const offSupplyQuerySchema = z.object({
  from: z.iso.date(),
  to: z.iso.date(),
  hours: z.coerce.number().int().min(0).max(744).default(3),
});
export type OffSupplyQuery = z.output<typeof offSupplyQuerySchema>;
export const offSupplyFileQuerySchema = offSupplyQuerySchema.extend({ as: fileFormSchema });
export const offSupplyPageQuerySchema = offSupplyQuerySchema.extend({
  cursor: z.string().max(100).optional(),
});
export const offSupplyRowSchema = z.object({
  connectionId: z.string(),
  connectionName: z.string(),
  offAt: instantSchema,
  /** Null: off as far as the meter has said. */
  onAt: instantSchema.nullable(),
  /** Of these days, in whole minutes. */
  minutes: z.number().int(),
  /** Why the meter opened its switch. */
  cause: z.string(),
});
export type OffSupplyRow = z.output<typeof offSupplyRowSchema>;
export const offSupplyPageSchema = z.object({
  /** Of all pages. */
  total: z.object({ homes: z.number().int(), times: z.number().int(), minutes: z.number().int() }),
  rows: z.array(offSupplyRowSchema),
  nextCursor: z.string().nullable(),
});
