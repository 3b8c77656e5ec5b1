// Views of a home in wallet mode, for tests only: each state that its page knows, under a name.

import type { HomeView, LiveReading, SaleView } from '@prewatt/api';
import { flat, home, live, noForecast, nowMs, saleStates } from './samples.ts';

const hour = 3_600_000;

const wallet = {
  amount: 'R 84.20',
  owes: false,
  payAtLeast: null,
  anHour: '',
  costToday: 'R 7.90',
  costThisMonth: 'R 212.40',
  sinceMs: null,
};
const anHour = ' An hour at 5.00 kW costs R 9.48.';
const owes = { ...wallet, owes: true };

export const walletStates: Readonly<Record<string, LiveReading>> = {
  left: { ...live, wallet },
  low: { ...live, wallet: { ...wallet, amount: 'R 4.10' }, creditStatus: 'lowCredit' },
  owing: {
    ...live,
    ...noForecast,
    wallet: { ...owes, amount: 'R 1,242.10', payAtLeast: 'R 1,242.11' },
    creditStatus: 'outOfCredit',
    promise: { startsAtMs: null, untilMs: nowMs + 21.5 * hour, owed: 'R 1,250.00' },
  },
  off: {
    ...live,
    ...noForecast,
    wallet: { ...owes, amount: 'R 0.45', payAtLeast: 'R 10.00', anHour },
    powerW: '0',
    loadSwitch: 'disconnected',
    creditStatus: 'outOfCredit',
  },
  begun: { ...live, wallet: { ...wallet, sinceMs: nowMs - 3 * hour } },
  unheard: { ...live, wallet, loadSwitch: null, lastContactMs: null },
};

/** A home whose credit is money that the ledger holds. */
export const walletHome: HomeView = {
  ...home,
  connections: [flat],
  live: walletStates['left'] ?? live,
  prepaidMinor: '8420',
  given: [],
  lastSales: [
    {
      saleId: 'sale_0190c1',
      requestedAtMs: nowMs - 30 * hour,
      amountMinor: '10000',
      energyWh: '0',
      creditMinor: null,
    },
    {
      saleId: 'sale_0190c2',
      requestedAtMs: nowMs - 90 * hour,
      amountMinor: '5000',
      energyWh: '0',
      creditMinor: null,
    },
  ].map((sale) => ({ ...sale, state: 'delivered' })),
  charged: [
    {
      date: '2026-11-24',
      energyWh: '4310',
      freeWh: '0',
      amountMinor: '790',
      parts: [
        { label: 'Energy', amountMinor: '687' },
        { label: 'VAT', amountMinor: '103' },
      ],
      explanation: null,
    },
    {
      date: '2026-11-23',
      energyWh: '7900',
      freeWh: '2500',
      amountMinor: '1025',
      parts: [{ label: 'Energy', amountMinor: '1025' }],
      explanation:
        'A reading came late or was corrected, so the use of this time was calculated again.',
    },
  ],
};

const fiveKw = { powerW: '5000', minor: '948' };

/** A payment that was too little for what is owed. */
const short: SaleView = {
  ...saleStates.delivered,
  ...{ amountMinor: '2000', energyWh: '0', tokens: [], steps: [], lines: [], why: [] },
  ...{ broughtForwardMinor: '-11216', remainderMinor: '-9216' },
};

export const shortStates: Readonly<Record<string, SaleView>> = {
  off: { ...short, owing: { owedMinor: '9216', isOff: true, leastMinor: '9500', anHour: fiveKw } },
  on: { ...short, owing: { owedMinor: '9216', isOff: false, leastMinor: '9500', anHour: fiveKw } },
  marked: { ...short, owing: { owedMinor: '9216', isOff: false, leastMinor: null, anHour: null } },
};
