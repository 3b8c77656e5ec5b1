// Routes of reports.

import {
  debtReportSchema,
  debtsOfAgeQuerySchema,
  offSupplyPageQuerySchema,
  offSupplyPageSchema,
  offSupplyQuerySchema,
  owedDebtPageSchema,
  reportTransferPageSchema,
  reportTransfersQuerySchema,
  salesReportQuerySchema,
  salesReportSchema,
} from '../reports.ts';
import { get } from '../route.ts';

export const reportApi = {
  sales: get('/api/operator/reports/sales', {
    query: salesReportQuerySchema,
    answer: salesReportSchema,
  }),
  /** The same as CSV. */
  salesFile: get('/api/operator/reports/sales/file', { query: salesReportQuerySchema }),
  transfers: get('/api/operator/reports/sales/transfers', {
    query: reportTransfersQuerySchema,
    answer: reportTransferPageSchema,
  }),
  debts: get('/api/operator/reports/debts', { answer: debtReportSchema }),
  debtsOfAge: get('/api/operator/reports/debts/list', {
    query: debtsOfAgeQuerySchema,
    answer: owedDebtPageSchema,
  }),
  /** Every debt, as CSV. */
  debtsFile: get('/api/operator/reports/debts/file'),
  offSupply: get('/api/operator/reports/off-supply', {
    query: offSupplyPageQuerySchema,
    answer: offSupplyPageSchema,
  }),
  /** The same as CSV. */
  offSupplyFile: get('/api/operator/reports/off-supply/file', { query: offSupplyQuerySchema }),
};
