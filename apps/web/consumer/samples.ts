// Views as a real utility could send them, for tests only: each state that a page knows, under a
// name.

import type {
  AlertSettingsView,
  BuyView,
  HomeView,
  LimitShown,
  LiveReading,
  MeterFactsView,
  PricesView,
  QuoteLineJson,
  QuoteView,
  SaleState,
  SaleSummary,
  SaleView,
  StatementView,
  TrialView,
} from '@prewatt/api';
import { nowMs } from './samples-open.ts';

export { frame, nowMs } from './samples-open.ts';

const minute = 60_000;
const hour = 60 * minute;

export const live: LiveReading = {
  availableEnergyWh: '38420',
  owedEnergyWh: '0',
  moneyOnMeter: null,
  promise: null,
  graceUntilMs: null,
  powerW: '1263',
  usedToday: '4.3 kWh',
  loadSwitch: 'connected',
  switchUnknownSinceMs: null,
  creditStatus: 'inCredit',
  lastContactMs: nowMs - 2 * minute,
  waitingTokens: [],
  ...{ emergency: null, off: null },
  forecast: {
    expectedAtMs: nowMs + 54.6 * hour,
    earliestAtMs: nowMs + 33.5 * hour,
    latestAtMs: nowMs + 68.5 * hour,
    atPresentUseMs: null,
  },
  wallet: null,
  nowMs,
};

export const noForecast = { forecast: null, availableEnergyWh: '0' } as const;

const off: LiveReading = {
  ...live,
  ...noForecast,
  powerW: '0',
  loadSwitch: 'disconnected',
  creditStatus: 'outOfCredit',
};

export const liveStates: Readonly<Record<string, LiveReading>> = {
  inCredit: live,
  lowCredit: {
    ...live,
    availableEnergyWh: '1490',
    creditStatus: 'lowCredit',
    forecast: {
      expectedAtMs: nowMs + 3.1 * hour,
      earliestAtMs: nowMs + 2.2 * hour,
      latestAtMs: nowMs + 5.4 * hour,
      atPresentUseMs: null,
    },
  },
  endsInFriendlyHours: {
    ...live,
    availableEnergyWh: '1490',
    creditStatus: 'lowCredit',
    promise: { startsAtMs: nowMs + 3.1 * hour, untilMs: nowMs + 21.5 * hour, owed: '5.2 kWh' },
  },
  grace: { ...live, graceUntilMs: nowMs + 3 * 24 * hour },
  owesMoney: {
    ...live,
    ...noForecast,
    owedEnergyWh: '1240',
    creditStatus: 'outOfCredit',
    promise: { startsAtMs: null, untilMs: nowMs + 21.5 * hour, owed: 'R 3.10' },
  },
  protected: {
    ...live,
    ...noForecast,
    owedEnergyWh: '1240',
    creditStatus: 'outOfCredit',
    promise: { startsAtMs: null, untilMs: nowMs + 21.5 * hour, owed: '6.8 kWh' },
  },
  off,
  offWithToken: { ...off, waitingTokens: ['1234 5678 9012 3456 7890'] },
  offWithEmergency: { ...off, emergency: { left: '0.5 kWh', isAutomatic: false } },
  offWithCredit: { ...live, powerW: '0', loadSwitch: 'disconnected' },
  unknown: { ...live, loadSwitch: null, switchUnknownSinceMs: nowMs - 2 * hour },
  ready: { ...live, powerW: '0', loadSwitch: 'readyForReconnection' },
  silent: { ...live, lastContactMs: nowMs - 5 * 24 * hour },
  neverHeard: {
    availableEnergyWh: null,
    owedEnergyWh: null,
    moneyOnMeter: null,
    promise: null,
    graceUntilMs: null,
    powerW: null,
    usedToday: null,
    loadSwitch: null,
    switchUnknownSinceMs: null,
    creditStatus: null,
    lastContactMs: null,
    waitingTokens: [],
    ...{ emergency: null, off: null },
    forecast: null,
    wallet: null,
    nowMs,
  },
};

export const flat = { connectionId: 'connection_0190a1', name: 'Flat 12' };
const shop = { connectionId: 'connection_0190a2', name: 'Corner shop' };

export const sales: readonly SaleSummary[] = (
  ['awaitingPayment', 'issued', 'stuck', 'delivered', 'paymentRefused', 'paymentExpired'] as const
).map((state, index) => ({
  saleId: `sale_0190b${index}`,
  requestedAtMs: nowMs - index * index * 17 * hour - 4 * minute,
  amountMinor: String(5000 + index * 2525),
  energyWh: state.startsWith('payment') ? null : String(20_100 + index * 700),
  creditMinor: null,
  state,
}));

export const home: HomeView = {
  connection: { ...flat, address: '4 Kerk Street, Riverside', meterPan: '600727 01234567890 3' },
  connections: [flat, shop],
  live,
  afterCredit: [
    'No cut on any day between 18:00 and 08:00 of the next day.',
    'Supply that goes off at another time stays off in these hours, too, until you load credit or take emergency credit.',
    'Emergency credit: 0.5 kWh. What you pay next pays it back.',
  ],
  charged: [],
  prepaidMinor: '42',
  debtMinor: '0',
  days: [7.2, 6.8, 9.4, 11.3, null, 8.1, 7.7, 6.9, 7.4, 10.2, 12.6, 8.8, 7.9, 4.3].map(
    (use, index) => ({
      date: Temporal.PlainDate.from('2026-11-11').add({ days: index }).toString(),
      energyWh: use === null ? null : String(use * 1000),
    }),
  ),
  lastSales: sales.slice(0, 4),
  given: [
    {
      kind: 'freeUnits',
      creditMinor: null,
      energyWh: '50000',
      issuedAtMs: nowMs - 3 * hour,
      tokens: ['01234567890123456789'],
    },
    {
      kind: 'keyChange',
      creditMinor: null,
      energyWh: null,
      issuedAtMs: nowMs - 2 * hour,
      tokens: ['11234567890123456789', '21234567890123456789'],
    },
  ],
  powerLimit: null,
};

/** A limit token that was sent to a home whose meter has no link. */
export const powerLimit: LimitShown = {
  what: 'limit',
  powerW: '1200',
  liftPowerW: '9200',
  expectedAtMs: nowMs + 20 * hour,
  lastsUntilMs: nowMs + 44 * hour,
  sentAtMs: nowMs - 2 * hour,
  token: '31234567890123456789',
  said: 'unknown',
};

export const meter: MeterFactsView = {
  connection: flat,
  meterPan: '600727 01234567890 3',
  saidAtMs: nowMs - 2 * minute,
  loadSwitch: 'connected',
  switchUnknownSinceMs: null,
  openReasons: [],
  reconnection: 'automatic',
  powerLimitW: '9200',
  protectedUntilMs: null,
  waitingTokens: [],
  credit: {
    inUse: 'token',
    warnsBelow: { energyWh: '3000' },
    emergency: { status: 'enabled', left: { energyWh: '2000' }, isAutomatic: false },
    owed: { energyWh: '400' },
    standingPrices: [],
    chargesDue: null,
  },
};

export const newHome: HomeView = {
  ...home,
  connections: [flat],
  live: liveStates['neverHeard'] ?? live,
  prepaidMinor: '0',
  debtMinor: '125000',
  days: home.days.map((day) => ({ ...day, energyWh: null })),
  lastSales: [],
  given: [],
};

export const buy: BuyView = {
  connection: flat,
  walletMinor: null,
  availableEnergyWh: '1490',
  owedEnergyWh: '0',
  moneyOnMeter: null,
  suggestedAmountsMinor: ['2000', '5000', '10000', '20000', '12050'],
  minimumMinor: '500',
  maximumMinor: '500000',
  ...{ amount: '', problem: null },
  bankTransfer: { bank: 'Bank', holder: 'Utility', account: 'KE12', reference: '01234567890' },
};

export const lines: readonly QuoteLineJson[] = [
  {
    kind: 'debt',
    label: 'Paying off what you owe',
    amountMinor: '1000',
    energyWh: null,
    explanation: 'One tenth of each purchase goes to the R 1,250.00 that you owe.',
  },
  {
    kind: 'fee',
    label: 'Service fee',
    amountMinor: '650',
    energyWh: null,
    explanation: 'Taken once a month, with your first purchase.',
  },
  {
    kind: 'tax',
    label: 'VAT 15%',
    amountMinor: '1089',
    energyWh: null,
    explanation: 'The tax that the state takes on electricity.',
  },
  {
    kind: 'energy',
    label: 'Electricity, first 50 kWh',
    amountMinor: '7253',
    energyWh: '32400',
    explanation: 'At R 2.2386 for each kWh.',
  },
];

export const quote: QuoteView = {
  quoteId: 'quote_0190c1',
  connection: { ...flat, meterPan: '600727 01234567890 3' },
  isWallet: false,
  amountMinor: '10000',
  energyWh: '32400',
  creditMinor: null,
  lines,
  remainderMinor: '50',
  broughtForwardMinor: '42',
  expiresAtMs: nowMs + 15 * minute,
  canPay: true,
  recoveredEnergyWh: '0',
  recoveredMinor: '0',
  owing: null,
  ...{ providerName: 'Sandbox Pay', canKeepCard: true },
  why: [
    'Last time 16.8 kWh, now 32.4 kWh, because you paid R 50.00 more.',
    'Also, R 20.00 went to debt, last time nothing.',
  ],
  problem: null,
};

const step = (
  label: string,
  state: 'done' | 'doing' | 'waiting' | 'failed',
  atMs: number | null = null,
  note: string | null = null,
) => ({ label, state, atMs, note });

const paidSteps = [
  step('Paid', 'done', nowMs - 40_000),
  step('Token made', 'done', nowMs - 39_000),
] as const;

export const sale: SaleView = {
  saleId: 'sale_0190b4c2-1111-7222-8333-944445555666',
  receiptPath: `/receipts/${'m'.repeat(43)}`,
  connection: { ...flat, meterPan: '600727 01234567890 3' },
  state: 'issued',
  reversedAtMs: null,
  moved: null,
  requestedAtMs: nowMs - minute,
  amountMinor: '10000',
  energyWh: '32400',
  ...{ creditMinor: null, recoveredEnergyWh: '0', recoveredMinor: '0', owing: null },
  lines,
  remainderMinor: '50',
  broughtForwardMinor: '42',
  meterHasLink: true,
  providerReference: 'SBX-7K2MQ9T4XW1B',
  tokens: ['12345678901234567890'],
  steps: [
    ...paidSteps,
    step('Sent to your meter', 'doing', nowMs - 5000, 'Waiting for the meter to answer.'),
    step('Accepted by your meter', 'waiting'),
  ],
  why: ['Last time 16.8 kWh, now 32.4 kWh, because you paid R 50.00 more.'],
  checkoutUrl: null,
  problem: null,
};

const unpaid = {
  tokens: [],
  providerReference: null,
  steps: [
    step('Paid', 'doing'),
    step('Token made', 'waiting'),
    step('Sent to your meter', 'waiting'),
    step('Accepted by your meter', 'waiting'),
  ],
} as const;

const bought: StatementView['statement']['rows'][number] = {
  at: new Date(nowMs).toISOString(),
  kind: 'purchase',
  text: 'Bought 20.1 kWh.',
  saleId: 'sale_0190b1',
  parts: [
    { label: 'Electricity', amountMinor: '4200' },
    { label: 'Old arrears', amountMinor: '750' },
  ],
  prepaidChangeMinor: '-4950',
  owedChangeMinor: '-750',
  prepaidAfterMinor: '50',
  owedAfterMinor: '11250',
};

export const statement: StatementView = {
  connection: flat,
  month: '2026-10',
  previousMonth: '2026-09',
  nextMonth: '2026-11',
  statement: {
    connectionId: flat.connectionId,
    connectionName: flat.name,
    customerName: 'Thandi Mokoena',
    meterPan: '600727 01234567890 3',
    currency: { code: 'ZAR', scale: 2 },
    zone: 'Africa/Johannesburg',
    from: '2026-10-01',
    to: '2026-10-31',
    openingPrepaidMinor: '0',
    openingOwedMinor: '12000',
    closingPrepaidMinor: '50',
    closingOwedMinor: '11250',
    debts: [],
    rows: [
      {
        ...bought,
        kind: 'payment',
        text: 'Paid in cash at Corner shop.',
        parts: [],
        prepaidChangeMinor: '5000',
        owedChangeMinor: '0',
        prepaidAfterMinor: '5000',
        owedAfterMinor: '12000',
      },
      bought,
    ],
    nextCursor: null,
  },
};

export const emptyStatement: StatementView = {
  ...statement,
  nextMonth: null,
  statement: {
    ...statement.statement,
    openingOwedMinor: '0',
    closingOwedMinor: '0',
    closingPrepaidMinor: '0',
    rows: [],
    nextCursor: '20',
  },
};

export const trial: TrialView = {
  connection: flat,
  minimumMinor: '500',
  maximumMinor: '500000',
  amount: '50',
  problem: null,
  quote: { ...quote, lines: [...quote.lines], tokens: 1 },
};

export const saleStates: Readonly<Record<SaleState | 'noLink' | 'keyChange', SaleView>> = {
  awaitingPayment: {
    ...sale,
    ...unpaid,
    state: 'awaitingPayment',
    checkoutUrl: 'http://127.0.0.1:7072/pay/abc',
  },
  paymentRefused: {
    ...sale,
    ...unpaid,
    state: 'paymentRefused',
    steps: [step('Paid', 'failed', nowMs, 'Sandbox Pay said no.'), ...unpaid.steps.slice(1)],
  },
  paymentExpired: { ...sale, ...unpaid, state: 'paymentExpired' },
  issued: sale,
  delivered: {
    ...sale,
    state: 'delivered',
    steps: [
      ...paidSteps,
      step('Sent to your meter', 'done', nowMs - 20_000),
      step('Accepted by your meter', 'done', nowMs - 12_000),
    ],
  },
  stuck: {
    ...sale,
    state: 'stuck',
    problem: 'The meter did not take the token.',
    steps: [
      ...paidSteps,
      step('Sent to your meter', 'done', nowMs - 20_000),
      step('Accepted by your meter', 'failed', nowMs - 12_000, 'The meter says: wrong key.'),
    ],
  },
  reversed: {
    ...sale,
    state: 'reversed',
    reversedAtMs: nowMs - hour,
    moved: { direction: 'to', meterPan: '600727 01234567891 1' },
    tokens: [],
    steps: [
      ...paidSteps,
      step('Sent to your meter', 'waiting'),
      step('Accepted by your meter', 'waiting'),
    ],
  },
  noLink: {
    ...sale,
    meterHasLink: false,
    steps: [...paidSteps, step('Typed into your meter', 'waiting')],
  },
  keyChange: {
    ...sale,
    tokens: ['11112222333344445555', '66667777888899990000', '12345678901234567890'],
  },
};

export const prices: PricesView = {
  charging: 'purchase',
  connection: flat,
  since: '2026-07-01',
  sections: [
    {
      title: 'Energy',
      sentences: [
        'The first 50 kWh of a month: ZAR 1.65 per kWh.',
        'Above 50 kWh a month: ZAR 2.25 per kWh.',
      ],
    },
    { title: 'Taxes and levies', sentences: ['VAT: 15 % of the energy.'] },
  ],
  coming: {
    from: '2026-12-01',
    gone: ['Taxes and levies: VAT: 15 % of the energy.'],
    added: ['Taxes and levies: VAT: 15.5 % of the energy.'],
  },
};

export const messages: AlertSettingsView = {
  connection: { connectionId: flat.connectionId, name: flat.name },
  phone: '+27825550101',
  isWallet: false,
  digest: false,
  wanted: { low: true, veryLow: true, restored: false },
  quietFrom: '22:00',
  quietTo: '06:00',
  ...{ pushKey: 'a key of 65 bytes', mail: { choice: null, problem: null }, problem: null },
  isSaved: false,
};
