// Routes that are nobody's feature: health, signing in of operators, notifications of payment
// providers, calls of message gateways, and the files of the console.

import { z } from 'zod';
import { anyOf, get, post } from '../route.ts';

/** Where all JSON is, of which what operators ask; and where better-auth answers. */
export const apiRoot = '/api/';
export const operatorRoot = '/api/operator/';
export const signInRoot = '/api/auth';

/** Providers send by either method; some have the payment and a secret behind the address. */
const notified = ['POST', 'PUT'] as const;

export const paymentApi = {
  notify: anyOf(notified, '/api/payments/:provider/notifications', {
    does: 'A payment provider tells of a payment, in its own form and signed its own way.',
  }),
  notifyBelow: anyOf(notified, '/api/payments/:provider/notifications/*'),
};

/** What message gateways tell, in whatever form; the secret is part of the address. */
export const messageApi = {
  callback: anyOf(['GET', 'POST'], '/api/messages/:gateway/:secret/:door', {
    does: 'A message gateway tells of a delivery, a text that came in, or a USSD session.',
  }),
};

/** Where better-auth answers, in its own shapes; of its endpoints these are open. */
export const signInApi = {
  all: anyOf(['GET', 'POST'], '/api/auth/*'),
  withPassword: post('/api/auth/sign-in/email'),
  signOut: post('/api/auth/sign-out'),
  session: get('/api/auth/get-session'),
  enableSecondFactor: post('/api/auth/two-factor/enable'),
  disableSecondFactor: post('/api/auth/two-factor/disable'),
  secondFactorUri: post('/api/auth/two-factor/get-totp-uri'),
  withCode: post('/api/auth/two-factor/verify-totp'),
  withBackupCode: post('/api/auth/two-factor/verify-backup-code'),
};

export const siteApi = {
  health: get('/health', {
    does: 'Whether the service is ready, 503 until it is; and how each part is that it needs.',
    answer: z.object({
      status: z.string(),
      parts: z.record(z.string(), z.enum(['unknown', 'up', 'down'])).optional(),
    }),
  }),
  openApi: get('/api/openapi.json', { does: 'This document.' }),
  /** The same for people. */
  apiReference: get('/developers'),
  console: get('/operator'),
  consoleFile: get('/operator/assets/:file'),
  /** Of work without network; the same address with each build. */
  consoleWorker: get('/operator/worker.js'),
  /** The console's own addresses, which all are the one page. */
  consolePage: get('/operator/*'),
};
