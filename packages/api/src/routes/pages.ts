// The consumer pages: HTML out, forms in. Each reads its form and its query by itself.

import { get, post } from '../route.ts';

export const pageRoutes = {
  start: get('/'),
  signIn: get('/sign-in'),
  sendCode: post('/sign-in'),
  confirmCode: post('/sign-in/code'),
  signOut: post('/sign-out'),
  home: get('/connections/:id', { params: { id: 'connection' } }),
  homeLive: get('/connections/:id/live', { params: { id: 'connection' } }),
  purchases: get('/connections/:id/purchases', { params: { id: 'connection' } }),
  prices: get('/connections/:id/prices', { params: { id: 'connection' } }),
  price: get('/connections/:id/price', { params: { id: 'connection' } }),
  statement: get('/connections/:id/statement', { params: { id: 'connection' } }),
  meter: get('/connections/:id/meter', { params: { id: 'connection' } }),
  powerLimit: get('/connections/:id/power-limit', { params: { id: 'connection' } }),
  messages: get('/connections/:id/messages', { params: { id: 'connection' } }),
  saveMessages: post('/connections/:id/messages', { params: { id: 'connection' } }),
  buy: get('/connections/:id/buy', { params: { id: 'connection' } }),
  makeOffer: post('/connections/:id/buy', { params: { id: 'connection' } }),
  offer: get('/quotes/:id', { params: { id: 'quote' } }),
  pay: post('/quotes/:id/pay', { params: { id: 'quote' } }),
  sale: get('/sales/:id', { params: { id: 'sale' } }),
  saleLive: get('/sales/:id/live', { params: { id: 'sale' } }),
};
