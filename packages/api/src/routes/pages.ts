// The consumer pages: HTML out, forms in. Each reads its form by itself.

import { z } from 'zod';
import { get, post } from '../route.ts';
import { useSpans } from '../use.ts';

const params = { id: 'connection' } as const;
/** A part of an address that a person may have changed: what is no text is not there. */
const text = z.string().optional().catch(undefined);

/** A civil day of this century; else it is not there. */
const day = z.iso
  .date()
  .refine((date) => date >= '2000-01-01')
  .optional()
  .catch(undefined);
const spanName = z.enum(useSpans).optional().catch(undefined);

export const pageRoutes = {
  start: get('/'),
  signIn: get('/sign-in', { query: z.object({ ended: text }) }),
  sendCode: post('/sign-in'),
  confirmCode: post('/sign-in/code'),
  language: post('/language'),
  signOut: post('/sign-out'),
  signOutEverywhere: post('/sign-out/everywhere'),
  home: get('/connections/:id', { params }),
  homeLive: get('/connections/:id/live', { params }),
  purchases: get('/connections/:id/purchases', { params, query: z.object({ cursor: text }) }),
  use: get('/connections/:id/use', {
    params,
    query: z.object({ by: spanName, at: day, until: day }),
  }),
  prices: get('/connections/:id/prices', { params }),
  price: get('/connections/:id/price', { params, query: z.object({ amount: text }) }),
  statement: get('/connections/:id/statement', {
    params,
    query: z.object({ month: text, cursor: text }),
  }),
  meter: get('/connections/:id/meter', { params }),
  powerLimit: get('/connections/:id/power-limit', { params }),
  messages: get('/connections/:id/messages', {
    params,
    query: z.object({ saved: text, mail: text }),
  }),
  changeMail: post('/connections/:id/mail', { params }),
  changePush: post('/connections/:id/push', { params }),
  pushWorker: get('/push-worker.js'),
  manifest: get('/app.webmanifest'),
  saveMessages: post('/connections/:id/messages', { params }),
  report: get('/connections/:id/report', { params, query: z.object({ sent: text }) }),
  sendReport: post('/connections/:id/report', { params }),
  topUp: get('/connections/:id/top-up', { params, query: z.object({ saved: text }) }),
  changeTopUp: post('/connections/:id/top-up', { params }),
  buy: get('/connections/:id/buy', { params }),
  makeOffer: post('/connections/:id/buy', { params }),
  friend: get('/pay'),
  friendHome: post('/pay'),
  friendPay: post('/pay/start'),
  friendPaid: get('/pay/:id', { params: { id: 'payment' } }),
  offer: get('/quotes/:id', { params: { id: 'quote' } }),
  pay: post('/quotes/:id/pay', { params: { id: 'quote' } }),
  sale: get('/sales/:id', { params: { id: 'sale' } }),
  saleReceipt: get('/sales/:id/receipt.pdf', { params: { id: 'sale' } }),
  /** Of the code on a receipt: open to everybody, and without personal data. */
  receiptLog: get('/receipts/:link/log.json'),
  receiptCheck: get('/receipts/:link'),
  saleLive: get('/sales/:id/live', { params: { id: 'sale' } }),
};

/** A file of the pages. Its name has a hash of its content, so that only the builder knows it. */
export const assetRoute = (path: string) => get(path);
