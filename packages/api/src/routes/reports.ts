// Routes of reports.

import { fileFormQuerySchema } from '../file-forms.ts';
import {
  collectionsFileQuerySchema,
  collectionsQuerySchema,
  collectionsSchema,
  collectionTransferPageSchema,
  collectionTransfersQuerySchema,
  givenFileQuerySchema,
  givenGrantPageSchema,
  givenListQuerySchema,
  givenQuerySchema,
  givenReportSchema,
  unclaimedListQuerySchema,
  unclaimedPageSchema,
  unclaimedReportSchema,
} from '../money-reports.ts';
import {
  debtReportSchema,
  debtsOfAgeQuerySchema,
  offSupplyFileQuerySchema,
  offSupplyPageQuerySchema,
  offSupplyPageSchema,
  owedDebtPageSchema,
  reportTransferPageSchema,
  reportTransfersQuerySchema,
  salesReportFileQuerySchema,
  salesReportQuerySchema,
  salesReportSchema,
} from '../reports.ts';
import { get } from '../route.ts';

export const reportApi = {
  sales: get('/api/operator/reports/sales', {
    query: salesReportQuerySchema,
    answer: salesReportSchema,
  }),
  /** The same as a file. */
  salesFile: get('/api/operator/reports/sales/file', { query: salesReportFileQuerySchema }),
  transfers: get('/api/operator/reports/sales/transfers', {
    query: reportTransfersQuerySchema,
    answer: reportTransferPageSchema,
  }),
  debts: get('/api/operator/reports/debts', { answer: debtReportSchema }),
  debtsOfAge: get('/api/operator/reports/debts/list', {
    query: debtsOfAgeQuerySchema,
    answer: owedDebtPageSchema,
  }),
  /** Every debt, as a file. */
  debtsFile: get('/api/operator/reports/debts/file', { query: fileFormQuerySchema }),
  offSupply: get('/api/operator/reports/off-supply', {
    query: offSupplyPageQuerySchema,
    answer: offSupplyPageSchema,
  }),
  /** The same as a file. */
  offSupplyFile: get('/api/operator/reports/off-supply/file', { query: offSupplyFileQuerySchema }),
  collections: get('/api/operator/reports/collections', {
    query: collectionsQuerySchema,
    answer: collectionsSchema,
  }),
  collectionTransfers: get('/api/operator/reports/collections/transfers', {
    query: collectionTransfersQuerySchema,
    answer: collectionTransferPageSchema,
  }),
  collectionsFile: get('/api/operator/reports/collections/file', {
    query: collectionsFileQuerySchema,
  }),
  given: get('/api/operator/reports/given', { query: givenQuerySchema, answer: givenReportSchema }),
  givenList: get('/api/operator/reports/given/list', {
    query: givenListQuerySchema,
    answer: givenGrantPageSchema,
  }),
  givenFile: get('/api/operator/reports/given/file', { query: givenFileQuerySchema }),
  unclaimed: get('/api/operator/reports/unclaimed', { answer: unclaimedReportSchema }),
  unclaimedList: get('/api/operator/reports/unclaimed/list', {
    query: unclaimedListQuerySchema,
    answer: unclaimedPageSchema,
  }),
  /** Each piece of it, as a file. */
  unclaimedFile: get('/api/operator/reports/unclaimed/file', { query: fileFormQuerySchema }),
};
