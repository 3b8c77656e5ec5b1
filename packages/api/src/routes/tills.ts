// Routes of tills: a bearer key in, JSON out.

import { get, post } from '../route.ts';
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

export const tillApi = {
  me: get('/api/vendor/v1/me', { answer: vendorMeSchema }),
  meter: get('/api/vendor/v1/meters/:meterPan', { answer: meterConfirmationSchema }),
  quote: post('/api/vendor/v1/quotes', { body: vendorQuoteBodySchema, answer: vendorQuoteSchema }),
  sell: post('/api/vendor/v1/sales', { body: vendorSaleBodySchema, answer: receiptSchema }),
  receipt: get('/api/vendor/v1/sales/:requestId', { answer: receiptSchema }),
  reprint: post('/api/vendor/v1/sales/:saleId/reprint', {
    params: { saleId: 'sale' },
    answer: receiptCopySchema,
  }),
  openShift: post('/api/vendor/v1/shifts', { answer: shiftSchema }),
  currentShift: get('/api/vendor/v1/shifts/current', { answer: shiftSchema }),
  shift: get('/api/vendor/v1/shifts/:shiftId', {
    params: { shiftId: 'shift' },
    answer: shiftSchema,
  }),
  closeShift: post('/api/vendor/v1/shifts/:shiftId/close', {
    params: { shiftId: 'shift' },
    body: closeShiftSchema,
    answer: shiftSchema,
  }),
  statement: get('/api/vendor/v1/statement', {
    query: statementQuerySchema,
    answer: statementSchema,
  }),
};
