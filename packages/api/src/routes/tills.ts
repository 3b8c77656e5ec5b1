// Routes of tills: a bearer key in, JSON out.

import { get, post } from '../route.ts';
import {
  clerkPinAnswerSchema,
  clerkPinBodySchema,
  siteBudgetBodySchema,
  siteBudgetSchema,
  siteSaleAnswerSchema,
  siteSaleBodySchema,
} from '../site-sales.ts';
import {
  closeShiftSchema,
  meterConfirmationSchema,
  receiptCopySchema,
  receiptSchema,
  shiftSchema,
  statementQuerySchema,
  statementSchema,
  vendorMeSchema,
  vendorQuoteBodySchema,
  vendorQuoteSchema,
  vendorSaleBodySchema,
} from '../vendor.ts';

/** What tills call; operators' routes about them are elsewhere. */
export const tillRoot = '/api/vendor/v1/';

export const tillApi = {
  me: get('/api/vendor/v1/me', {
    does: 'Who the till is, and what of its float is left.',
    answer: vendorMeSchema,
  }),
  meter: get('/api/vendor/v1/meters/:meterPan', {
    does: 'The connection behind a meter number, without personal data.',
    answer: meterConfirmationSchema,
  }),
  quote: post('/api/vendor/v1/quotes', {
    does: 'What an amount would buy. Sells nothing.',
    body: vendorQuoteBodySchema,
    answer: vendorQuoteSchema,
  }),
  sell: post('/api/vendor/v1/sales', {
    does: 'Sells electricity for cash. The same requestId again gives the first receipt.',
    body: vendorSaleBodySchema,
    answer: receiptSchema,
  }),
  receipt: get('/api/vendor/v1/sales/:requestId', {
    does: 'The receipt of a sale by its requestId: what to ask after a time-out.',
    answer: receiptSchema,
  }),
  reprint: post('/api/vendor/v1/sales/:saleId/reprint', {
    does: 'The receipt once more, marked as a copy and counted.',
    params: { saleId: 'sale' },
    answer: receiptCopySchema,
  }),
  openShift: post('/api/vendor/v1/shifts', {
    does: 'Opens a shift of the till.',
    answer: shiftSchema,
  }),
  currentShift: get('/api/vendor/v1/shifts/current', {
    does: 'The open shift; 404 when there is none.',
    answer: shiftSchema,
  }),
  shift: get('/api/vendor/v1/shifts/:shiftId', {
    does: 'A shift with its totals.',
    params: { shiftId: 'shift' },
    answer: shiftSchema,
  }),
  closeShift: post('/api/vendor/v1/shifts/:shiftId/close', {
    does: 'Closes the shift with the cash that was counted.',
    params: { shiftId: 'shift' },
    body: closeShiftSchema,
    answer: shiftSchema,
  }),
  takeSiteBudget: post('/api/vendor/v1/site/budget', {
    does: 'Keeps a part of the float for a site, and tells it prices and clerks.',
    body: siteBudgetBodySchema,
    answer: siteBudgetSchema,
  }),
  reportSiteSale: post('/api/vendor/v1/site/sales', {
    does: 'Makes a sale that a site made without the internet. The same again changes nothing.',
    body: siteSaleBodySchema,
    answer: siteSaleAnswerSchema,
  }),
  checkClerkPin: post('/api/vendor/v1/site/clerks/:clerkId/pin', {
    does: 'Whether it is the clerk’s PIN; and gives them the one that they choose.',
    params: { clerkId: 'clerk' },
    body: clerkPinBodySchema,
    answer: clerkPinAnswerSchema,
  }),
  statement: get('/api/vendor/v1/statement', {
    does: 'Sales, commissions and deposits of the vendor by day.',
    query: statementQuerySchema,
    answer: statementSchema,
  }),
};
