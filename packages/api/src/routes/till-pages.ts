// The pages of a shop's phone: HTML out, forms in. The phone is known by a cookie, its clerk by
// another one.

import { z } from 'zod';
import { get, post } from '../route.ts';

/** A part of an address that a person may have changed: what is no text is not there. */
const text = z.string().optional().catch(undefined);
const sale = { id: 'sale' } as const;
const shift = { id: 'shift' } as const;

export const tillPages = {
  start: get('/till'),
  enrol: get('/till/phone', { query: z.object({ code: text }) }),
  takeCode: post('/till/phone'),
  signIn: post('/till/sign-in'),
  signOut: post('/till/sign-out'),
  pin: get('/till/pin'),
  choosePin: post('/till/pin'),
  makeOffer: post('/till/offers'),
  offer: get('/till/offers/:requestId', {
    query: z.object({ meter: text, amount: text, pays: text }),
  }),
  sell: post('/till/offers/:requestId/sell'),
  sales: get('/till/sales'),
  sale: get('/till/sales/:id', { params: sale, query: z.object({ copy: text }) }),
  printout: get('/till/sales/:id/printout', {
    params: sale,
    query: z.object({ copy: text, paper: text }),
  }),
  reprint: post('/till/sales/:id/reprint', { params: sale }),
  float: get('/till/float'),
  payFloat: post('/till/float'),
  floatPayment: get('/till/float/:id', { params: { id: 'payment' } }),
  /** Of the page's script, answered in JSON: a card at the reader, and a session with one. */
  cardVisit: post('/till/cards/visit'),
  cardSession: post('/till/cards/session'),
  batches: get('/till/batches'),
  startBatch: post('/till/batches/:kind/start'),
  endBatch: post('/till/batches/:kind/end'),
  shift: get('/till/shift'),
  openShift: post('/till/shift/open'),
  closeShift: post('/till/shift/close'),
  shiftReport: get('/till/shifts/:id', { params: shift }),
};
