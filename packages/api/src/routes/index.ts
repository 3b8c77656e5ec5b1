// Every route of the server, by area. A test that must see all of them walks this table.

import type { Route } from '../route.ts';
import { actApi } from './acts.ts';
import { alertApi } from './alerts.ts';
import { approvalApi } from './approvals.ts';
import { assignmentApi } from './assignments.ts';
import { campaignApi } from './campaigns.ts';
import { connectionApi } from './connections.ts';
import { consoleApi } from './console.ts';
import { debtApi, exchangeApi, refundApi } from './corrections.ts';
import { paymentApi, signInApi, siteApi } from './doors.ts';
import { grantApi } from './grants.ts';
import { exportApi, importApi } from './imports.ts';
import { installApi } from './installs.ts';
import { keyApi } from './keys.ts';
import { landingApi } from './landings.ts';
import { limitApi } from './limits.ts';
import { linkApi } from './links.ts';
import { pageRoutes } from './pages.ts';
import { proofApi } from './proof.ts';
import { protectionApi } from './protection.ts';
import { readingApi } from './readings.ts';
import { reconciliationApi } from './reconciliation.ts';
import { saleApi } from './sales.ts';
import { statementApi } from './statements.ts';
import { tariffApi } from './tariffs.ts';
import { tillApi } from './tills.ts';
import { vendorApi } from './vendors.ts';
import { walletApi } from './wallet.ts';

export {
  actApi,
  alertApi,
  approvalApi,
  assignmentApi,
  campaignApi,
  connectionApi,
  consoleApi,
  debtApi,
  exchangeApi,
  exportApi,
  grantApi,
  importApi,
  installApi,
  keyApi,
  landingApi,
  limitApi,
  linkApi,
  pageRoutes,
  paymentApi,
  proofApi,
  protectionApi,
  readingApi,
  reconciliationApi,
  refundApi,
  saleApi,
  signInApi,
  siteApi,
  statementApi,
  tariffApi,
  tillApi,
  vendorApi,
  walletApi,
};

const byArea = {
  act: actApi,
  alert: alertApi,
  approval: approvalApi,
  assignment: assignmentApi,
  campaign: campaignApi,
  connection: connectionApi,
  console: consoleApi,
  debt: debtApi,
  exchange: exchangeApi,
  export: exportApi,
  grant: grantApi,
  import: importApi,
  install: installApi,
  key: keyApi,
  landing: landingApi,
  limit: limitApi,
  link: linkApi,
  pages: pageRoutes,
  payment: paymentApi,
  proof: proofApi,
  protection: protectionApi,
  reading: readingApi,
  reconciliation: reconciliationApi,
  refund: refundApi,
  sale: saleApi,
  signIn: signInApi,
  site: siteApi,
  statement: statementApi,
  tariff: tariffApi,
  till: tillApi,
  vendor: vendorApi,
  wallet: walletApi,
};

/** Of each area by name. */
export const routes: Readonly<Record<string, Readonly<Record<string, Route>>>> = byArea;
