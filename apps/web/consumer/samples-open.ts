// Pages that need no sign-in, in every state, for tests; and the frame of all samples.

import type { Frame, ReceiptCheckView } from '@prewatt/api';
import { renderError } from './pages/error.ts';
import { renderNoReceipt, renderReceiptCheck } from './pages/receipt-check.ts';
import { renderCode, renderSignIn } from './pages/sign-in.ts';

/** Tuesday 24 November 2026, 12:31 in Johannesburg. */
export const nowMs = Date.UTC(2026, 10, 24, 10, 31);

export const frame: Frame = {
  utilityName: 'Riverside Power',
  zone: 'Africa/Johannesburg',
  currency: { code: 'ZAR', scale: 2 },
  nowMs,
  clockSpeed: 1,
  helpPhone: '+27 11 555 0100',
  documents: {
    legalName: 'Riverside Power Company (Pty) Ltd',
    taxNumber: '4010203040',
    address: '1 Weir Road\nRiverside 1234',
    receiptFooter: 'Faults: call 0800 555 010, day and night.',
  },
  csrf: 'csrf-value-1',
  ...{ language: 'en', hours: 24, moneyForm: 'sign', here: '/' },
};

type Change = <T>(value: T) => T;
const problem = 'Please mend this.';
const error = { status: 404, title: 'Not found', detail: 'Look again.' };
const back = { href: '/x', label: 'Back' };
const check: ReceiptCheckView = {
  saleId: 'sale_019d0000-0000-7000-8000-000000000001',
  ...{ state: 'issued', meterEnd: '0173', logPath: `/receipts/${'m'.repeat(43)}/log.json` },
  lines: [
    { label: 'Electricity', amountMinor: '10478' },
    { label: 'VAT 15%', amountMinor: '1572' },
  ],
  ...{ amountMinor: '12050', energyWh: '38400', creditMinor: null },
  ...{
    soldAtMs: nowMs,
    undoneAtMs: null,
    steps: [
      { label: 'Paid', state: 'done', atMs: nowMs, note: null },
      { label: 'Sent to your meter', state: 'doing', atMs: null, note: null },
    ],
    inLog: { sinceMs: nowMs, origin: 'power.example/log/1' },
  },
};

export const openPagesOf = (f: Frame, change: Change): readonly [string, string][] => [
  ['sign-in', renderSignIn(f, change({ phone: '', problem: null }))],
  ['sign-in refused', renderSignIn(f, change({ phone: '08', problem }))],
  ['code', renderCode(f, change({ phone: '+27825550101', problem: null }))],
  ['code refused', renderCode(f, change({ phone: '+27825550101', problem }))],
  ['receipt check', renderReceiptCheck(f, change(check))],
  [
    'receipt check undone',
    renderReceiptCheck(f, change({ ...check, undoneAtMs: nowMs, steps: [] })),
  ],
  [
    'receipt check unpaid',
    renderReceiptCheck(f, change({ ...check, state: 'awaitingPayment', lines: [], inLog: null })),
  ],
  ['receipt unknown', renderNoReceipt(f, 'unknown')],
  ['receipt over', renderNoReceipt(f, 'over')],
  ['error', renderError(f, change({ ...error, back: null }))],
  ['error back', renderError(f, change({ ...error, back }))],
];
