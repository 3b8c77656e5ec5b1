// Routes of operators about vendors.

import { z } from 'zod';
import { askedSchema } from '../approvals.ts';
import { get, post } from '../route.ts';
import { siteSalesSchema } from '../site-sales.ts';
import {
  blockSchema,
  clerkPinSchema,
  clerkRemovedSchema,
  floatPaymentListSchema,
  newClerkSchema,
  newTerminalSchema,
  newVendorKeySchema,
  newVendorSchema,
  revokedSchema,
  shiftPageSchema,
  statementQuerySchema,
  statementSchema,
  undoDepositBodySchema,
  vendorBatchPageSchema,
  vendorChangedSchema,
  vendorDepositBodySchema,
  vendorDepositedSchema,
  vendorDepositPageSchema,
  vendorDetailSchema,
  vendorKeyAskedSchema,
  vendorPageSchema,
  vendorPhoneAskedSchema,
  vendorRowSchema,
  vendorSettingsSchema,
} from '../vendor.ts';

const params = { id: 'vendor' } as const;
const history = z.object({ cursor: z.uuid().optional() });

export const vendorApi = {
  list: get('/api/operator/vendors', {
    query: z.object({ cursor: z.string().max(100).optional() }),
    answer: vendorPageSchema,
  }),
  detail: get('/api/operator/vendors/:id', { params, answer: vendorDetailSchema }),
  shifts: get('/api/operator/vendors/:id/shifts', {
    params,
    query: history,
    answer: shiftPageSchema,
  }),
  vendorDeposits: get('/api/operator/vendors/:id/deposits', {
    params,
    query: history,
    answer: vendorDepositPageSchema,
  }),
  floatPayments: get('/api/operator/vendors/:id/float-payments', {
    does: 'What the vendor asked phones for at its tills to pay its float in, newest first.',
    params,
    answer: floatPaymentListSchema,
  }),
  batches: get('/api/operator/vendors/:id/batches', {
    does: 'Sales and bank batches of a vendor, newest first.',
    params,
    query: history,
    answer: vendorBatchPageSchema,
  }),
  siteSales: get('/api/operator/vendors/:id/site-sales', {
    does: 'What a site sold without the internet, newest first, and what of it is still to come.',
    params,
    answer: siteSalesSchema,
  }),
  statement: get('/api/operator/vendors/:id/statement', {
    params,
    query: statementQuerySchema,
    answer: statementSchema,
  }),
  create: post('/api/operator/vendors', { body: newVendorSchema, answer: vendorChangedSchema }),
  change: post('/api/operator/vendors/:id/settings', {
    params,
    body: vendorSettingsSchema,
    answer: vendorChangedSchema,
  }),
  createKey: post('/api/operator/vendors/:id/keys', {
    params,
    body: newVendorKeySchema,
    answer: vendorKeyAskedSchema,
  }),
  createPhone: post('/api/operator/vendors/:id/phones', {
    does: 'Asks for a shop’s phone; once it is allowed, the same again shows its code.',
    params,
    body: newVendorKeySchema,
    answer: vendorPhoneAskedSchema,
  }),
  addClerk: post('/api/operator/vendors/:id/clerks', {
    does: 'Adds a clerk, who signs in on the vendor’s phones, with a first PIN.',
    params,
    body: newClerkSchema,
    answer: clerkPinSchema,
  }),
  giveClerkPin: post('/api/operator/vendors/:id/clerks/:clerkId/pin', {
    does: 'Gives a clerk another PIN, and signs them out.',
    params: { id: 'vendor', clerkId: 'clerk' },
    answer: clerkPinSchema,
  }),
  removeClerk: post('/api/operator/vendors/:id/clerks/:clerkId/remove', {
    does: 'Signs a clerk out and takes no PIN of theirs any more.',
    params: { id: 'vendor', clerkId: 'clerk' },
    answer: clerkRemovedSchema,
  }),
  createTerminal: post('/api/operator/vendors/:id/terminals', {
    params,
    body: newTerminalSchema,
    answer: askedSchema,
  }),
  revokeKey: post('/api/operator/vendors/:id/keys/:keyId/revoke', {
    params: { id: 'vendor', keyId: 'key' },
    answer: revokedSchema,
  }),
  block: post('/api/operator/vendors/:id/block', {
    params,
    body: blockSchema,
    answer: vendorRowSchema,
  }),
  unblock: post('/api/operator/vendors/:id/unblock', {
    params,
    body: blockSchema,
    answer: vendorRowSchema,
  }),
  recordDeposit: post('/api/operator/vendors/:id/deposits', {
    params,
    body: vendorDepositBodySchema,
    answer: vendorDepositedSchema,
  }),
  undoDeposit: post('/api/operator/vendors/:id/deposits/:vendorDepositId/undo', {
    does: 'Asks that a deposit that did not come is taken back; a second person allows it.',
    params: { id: 'vendor', vendorDepositId: 'deposit' },
    body: undoDepositBodySchema,
    answer: askedSchema,
  }),
};
