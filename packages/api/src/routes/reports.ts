// Routes of reports.

import {
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
};
