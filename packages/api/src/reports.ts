// Reports of money, read from the ledger: each figure can be opened into the transfers behind it.

import { z } from 'zod';
import { instantSchema, integerString } from './common.ts';

export const salesReportBys = ['day', 'month', 'vendor', 'tariff'] as const;
export type SalesReportBy = (typeof salesReportBys)[number];

/** GET /api/operator/reports/sales: both days are in it, as the utility counts days. */
export const salesReportQuerySchema = z.object({
  from: z.iso.date(),
  to: z.iso.date(),
  by: z.enum(salesReportBys).default('day'),
});
export type SalesReportQuery = z.output<typeof salesReportQuerySchema>;

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
