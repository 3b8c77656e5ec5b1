// What a program of somebody else may read by its key: a closed list of scopes, each with its
// routes. A route of operators that is in none is closed to keys. The one home of this: the
// server's door, the document of the API, the console and the command line go by it.

import type { Route } from './route.ts';
import { alertApi } from './routes/alerts.ts';
import { connectionApi } from './routes/connections.ts';
import { consoleApi } from './routes/console.ts';
import { debtApi, refundApi } from './routes/corrections.ts';
import { linkApi } from './routes/links.ts';
import { readingApi } from './routes/readings.ts';
import { reconciliationApi } from './routes/reconciliation.ts';
import { reportApi } from './routes/reports.ts';
import { saleApi } from './routes/sales.ts';
import { smartCardApi } from './routes/smart-cards.ts';
import { softLandingApi } from './routes/soft-landing.ts';
import { statementApi } from './routes/statements.ts';
import { lightApi } from './routes/street-lights.ts';
import { tariffApi } from './routes/tariffs.ts';
import { unallocatedMoneyApi } from './routes/unallocated-money.ts';
import { vendorApi } from './routes/vendors.ts';
import { walletApi } from './routes/wallet.ts';

export const integrationScopes = [
  'homes:read',
  'meters:read',
  'readings:read',
  'sales:read',
  'money:read',
  'tariffs:read',
] as const;
export type IntegrationScope = (typeof integrationScopes)[number];

type ScopeOf = {
  /** For whoever gives the key away: what it shows. */
  readonly shows: string;
  readonly routes: readonly Route[];
};

export const scopeTable: Readonly<Record<IntegrationScope, ScopeOf>> = {
  'homes:read': {
    shows: 'Homes with the names, addresses and phone numbers of customers, and their messages',
    routes: [connectionApi.detail, connectionApi.messages, softLandingApi.ofConnection],
  },
  'meters:read': {
    shows: 'Meters with their state, events, commands and alerts, and the names of homes',
    routes: [
      ...[consoleApi.meters, consoleApi.meterCounts, connectionApi.meter, connectionApi.events],
      ...[connectionApi.commands, linkApi.view, linkApi.identities, alertApi.list],
      ...[smartCardApi.list, lightApi.list, lightApi.view],
    ],
  },
  'readings:read': {
    shows: 'Readings and use of each home',
    routes: [
      ...[connectionApi.usage, readingApi.ofConnection, readingApi.around, readingApi.values],
      ...[readingApi.valuesFile, readingApi.findings],
    ],
  },
  'sales:read': {
    shows: 'Sales with the names of homes; of a token its last four digits',
    routes: [
      ...[saleApi.list, saleApi.totals, saleApi.detail, saleApi.reversibility],
      ...[connectionApi.sales, connectionApi.tokens, statementApi.trialQuote],
    ],
  },
  'money:read': {
    shows: 'Statements, debts, wallets, refunds, vendors and what reconciliation found',
    routes: [
      ...[statementApi.statement, statementApi.file, debtApi.list, walletApi.view, refundApi.list],
      ...[unallocatedMoneyApi.list, reconciliationApi.files, reconciliationApi.differences],
      ...[reconciliationApi.fees, reportApi.sales, reportApi.transfers],
      ...[reportApi.debts, reportApi.debtsOfAge],
      ...[reportApi.collections, reportApi.collectionTransfers],
      ...[reportApi.given, reportApi.givenList, reportApi.unclaimed, reportApi.unclaimedList],
      ...[vendorApi.list, vendorApi.detail, vendorApi.shifts, vendorApi.vendorDeposits],
      ...[vendorApi.floatPayments, vendorApi.batches, vendorApi.siteSales, vendorApi.statement],
    ],
  },
  'tariffs:read': {
    shows: 'Tariffs and their versions, and which one a home has',
    routes: [
      ...[tariffApi.list, tariffApi.version, tariffApi.ofConnection],
      ...[tariffApi.templates, tariffApi.template],
    ],
  },
};

const byRoute = new Map<string, IntegrationScope>(
  integrationScopes.flatMap((scope) =>
    scopeTable[scope].routes.map(({ method, path }) => [`${method} ${path}`, scope] as const),
  ),
);

/** The scope that opens a route, by its method and its path as it is declared; null: none does. */
export const scopeOfRoute = (method: string, path: string): IntegrationScope | null =>
  byRoute.get(`${method === 'HEAD' ? 'GET' : method} ${path}`) ?? null;
