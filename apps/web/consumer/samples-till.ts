// Views of a shop's phone, for tests only: each page in each state, under a name.

import {
  type FloatPaymentState,
  type Frame,
  floatPaymentStates,
  type Receipt,
  type TillBatchesView,
  type TillDesk,
  type TillFloatRow,
  type TillSaleRow,
  type VendorBatch,
} from '@prewatt/api';
import {
  renderTillBatches,
  renderTillDebt,
  renderTillEnrol,
  renderTillFloat,
  renderTillFloatPayment,
  renderTillOffer,
  renderTillPayer,
  renderTillPin,
  renderTillSale,
  renderTillSales,
  renderTillSell,
  renderTillShift,
  renderTillShiftReport,
  renderTillSignIn,
} from './index.ts';
import { nowMs, quote } from './samples.ts';

const desk: TillDesk = {
  vendorName: 'Corner shop',
  till: 'Phone 1',
  clerk: 'Amina',
  availableMinor: '123450',
  low: false,
  blocked: false,
  paysIn: null,
};

const { lines, energyWh } = quote;
const saleId = 'sale_019d0000-0000-7000-8000-000000000001';
const shiftId = 'shift_019d0000-0000-7000-8000-000000000002';

export const tillReceipt: Receipt = {
  saleId,
  requestId: 'till-1',
  shiftId,
  soldAt: new Date(nowMs).toISOString(),
  meterPan: '600727000000000009',
  connectionName: 'Plot 7',
  amountMinor: '12050',
  broughtForwardMinor: '0',
  energyWh,
  creditMinor: null,
  ...{ recoveredEnergyWh: '0', recoveredMinor: '0' },
  lines: [...lines],
  remainderMinor: '42',
  commissionMinor: '180',
  keyChangeTokens: [],
  liftTokens: [],
  tokens: [{ token: '12345678901234567890', energyWh, creditMinor: null }],
  reversedAt: null,
  moved: null,
};

const row: TillSaleRow = {
  saleId,
  soldAtMs: nowMs,
  meterPan: '600727000000000009',
  connectionName: 'Plot 7',
  amountMinor: '12050',
  energyWh,
  isReversed: false,
};

const shift = {
  shiftId,
  openedAt: new Date(nowMs - 3_600_000).toISOString(),
  closedAt: null,
  sales: 2,
  expectedMinor: '24100',
  commissionMinor: '360',
  countedMinor: null,
  differenceMinor: null,
};
const closed = {
  ...shift,
  closedAt: new Date(nowMs).toISOString(),
  countedMinor: '24000',
  differenceMinor: '-100',
};

const problem = 'Please mend this.';
const typed = { meter: '', amount: '', problem: null };
const offer = {
  ...{ desk, requestId: 'till-1', meterPan: row.meterPan, connectionName: row.connectionName },
  ...{ customerName: 'T… M…', amountMinor: '12050', energyWh, creditMinor: null },
  ...{ lines: [...lines], broughtForwardMinor: '0', remainderMinor: '42', problem: null },
  ...{ recoveredEnergyWh: '0', recoveredMinor: '0' },
};
const clerks = [
  { clerkId: '019d0000-0000-7000-8000-000000000003', name: 'Amina' },
  { clerkId: '019d0000-0000-7000-8000-000000000004', name: 'Kofi' },
];
const door = { vendorName: desk.vendorName, till: desk.till, clerks, chosen: null, problem: null };
const batch: VendorBatch = {
  ...{ batchId: 'batch_019d0000-0000-7000-8000-000000000009', kind: 'sales', number: 3 },
  ...{ startedAt: '2026-11-24T06:00:00Z', endedAt: null, sales: 12, expectedMinor: '120050' },
  ...{ taxMinor: '15600', countedMinor: null, differenceMinor: null },
};
const batches: Omit<TillBatchesView, 'problem'> = {
  ...{ desk, requestId: 'till-019d0000-0000-7000-8000-00000000000a' },
  batches: {
    sales: { open: batch, last: { ...batch, number: 2, endedAt: batch.startedAt } },
    bank: { open: null, last: null },
  },
};
const sale = {
  desk,
  receipt: tillReceipt,
  copy: null,
  clerk: 'Amina',
  isFresh: true,
  code: { size: 3, path: 'M0 0h1v1h-1z' },
};
const many = {
  ...tillReceipt,
  keyChangeTokens: ['00000000000000000001', '00000000000000000002'],
  liftTokens: ['00000000000000000003'],
};
const undone = { ...tillReceipt, tokens: [], reversedAt: tillReceipt.soldAt };
const report = { desk, clerk: 'Amina', shift: closed, sales: [row], leftOut: 1 };

const paidIn = (state: FloatPaymentState): TillFloatRow => ({
  ...{ paymentId: 'payment_019d0000-0000-7000-8000-00000000000b', amountMinor: '50000', state },
  ...{ phone: '+27825550101', askedBy: 'Amina, Phone 1', askedAtMs: nowMs - 60_000 },
  decidedAtMs: state === 'asked' || state === 'waiting' ? null : nowMs,
  otherAmountMinor: state === 'otherAmount' ? '40000' : null,
  providerReference: state === 'paid' ? 'QKJ4X7' : null,
  payUrl: state === 'waiting' ? 'https://pay.example/1' : null,
});
const float = { desk, requestId: 'till-1', amount: '', phone: '', problem: null };

/** Every page of a shop's phone. */
export const tillPagesOf = (f: Frame): ReadonlyMap<string, string> =>
  new Map([
    ['enrol', renderTillEnrol(f, { code: '', problem: null })],
    ['enrol refused', renderTillEnrol(f, { code: '7K3M', problem })],
    ['sign in', renderTillSignIn(f, door)],
    [
      'sign in refused',
      renderTillSignIn(f, { ...door, chosen: clerks[1]?.clerkId ?? '', problem }),
    ],
    ['nobody may sign in', renderTillSignIn(f, { ...door, clerks: [] })],
    ['first pin', renderTillPin(f, { clerk: 'Amina', first: true, problem: null })],
    ['another pin', renderTillPin(f, { clerk: 'Amina', first: false, problem })],
    ['no shift', renderTillSell(f, { desk, ...typed, shift: null, last: [] })],
    ['sell', renderTillSell(f, { desk, ...typed, shift: { ofOther: null }, last: [row] })],
    [
      'sell refused',
      renderTillSell(f, {
        ...{ desk: { ...desk, low: true }, last: [{ ...row, isReversed: true }] },
        ...{ meter: '123', amount: 'ten', problem, shift: { ofOther: null } },
      }),
    ],
    [
      'shift of another',
      renderTillSell(f, { desk, ...typed, shift: { ofOther: 'Kofi' }, last: [] }),
    ],
    [
      'blocked',
      renderTillSell(f, { desk: { ...desk, blocked: true }, ...typed, shift: null, last: [] }),
    ],
    ['offer', renderTillOffer(f, offer)],
    ['offer refused', renderTillOffer(f, { ...offer, customerName: null, problem })],
    ['sale', renderTillSale(f, sale)],
    ['sale, copy', renderTillSale(f, { ...sale, copy: 2, isFresh: false })],
    ['sale, several tokens', renderTillSale(f, { ...sale, receipt: many })],
    ['sale undone', renderTillSale(f, { ...sale, receipt: undone, isFresh: false })],
    ['debt', renderTillDebt(f, { ...offer, owedMinor: '40000', problem: null })],
    [
      'debt refused',
      renderTillDebt(f, { ...offer, owedMinor: '40000', customerName: null, problem }),
    ],
    ['float', renderTillFloat(f, { ...float, last: [] })],
    [
      'float refused',
      renderTillFloat(f, { ...float, phone: '1', problem, last: floatPaymentStates.map(paidIn) }),
    ],
    ...floatPaymentStates.map((state): [string, string] => [
      `float, ${state}`,
      renderTillFloatPayment(f, { desk, payment: paidIn(state) }),
    ]),
    [
      'sell, float waits',
      renderTillSell(f, {
        ...{ desk: { ...desk, low: true, paysIn: paidIn('waiting') }, ...typed, last: [row] },
        shift: { ofOther: null },
      }),
    ],
    ['float, on the phone that pays', renderTillPayer(f)],
    ['batches', renderTillBatches(f, { ...batches, problem: null })],
    ['batches refused', renderTillBatches(f, { ...batches, problem })],
    ['sales', renderTillSales(f, { desk, sales: [row] })],
    ['no sales', renderTillSales(f, { desk, sales: [] })],
    ['shift', renderTillShift(f, { desk, shift, ofOther: null, counted: '', problem: null })],
    ['shift refused', renderTillShift(f, { desk, shift, ofOther: 'Kofi', counted: 'x', problem })],
    [
      'no shift yet',
      renderTillShift(f, { desk, shift: null, ofOther: null, counted: '', problem }),
    ],
    ['report', renderTillShiftReport(f, report)],
    [
      'report, cash right',
      renderTillShiftReport(f, {
        ...report,
        clerk: null,
        shift: { ...closed, differenceMinor: '0' },
      }),
    ],
  ]);
