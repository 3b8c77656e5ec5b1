// Every route of the server, by area. A test that must see all of them walks this table.

import type { Route } from '../route.ts';
import { alertApi, documentTextsApi, pageWritingApi, settingApi, settingRoutes } from './alerts.ts';
import { approvalApi } from './approvals.ts';
import { assignmentApi } from './assignments.ts';
import { auditListApi } from './audit-lists.ts';
import { auditLogApi } from './audit-log.ts';
import { bankStatementApi } from './bank-statements.ts';
import { budgetApi } from './budgets.ts';
import { campaignApi } from './campaigns.ts';
import { connectionApi } from './connections.ts';
import { consoleApi } from './console.ts';
import { debtApi, exchangeApi, refundApi } from './corrections.ts';
import { customerApi } from './customers.ts';
import {
  apiRoot,
  messageApi,
  operatorRoot,
  paymentApi,
  signInApi,
  signInRoot,
  siteApi,
} from './doors.ts';
import { driverApi } from './drivers.ts';
import { emergencyApi } from './emergencies.ts';
import { grantApi } from './grants.ts';
import { exportApi, importApi } from './imports.ts';
import { inboxApi } from './inbox.ts';
import { installApi } from './installs.ts';
import { integrationApi } from './integrations.ts';
import { keyApi } from './keys.ts';
import { limitApi } from './limits.ts';
import { linkApi } from './links.ts';
import { networkApi } from './network.ts';
import { notificationApi } from './notifications.ts';
import { assetRoute, pageRoutes } from './pages.ts';
import { proofApi } from './proof.ts';
import { protectionApi } from './protection.ts';
import { readingApi } from './readings.ts';
import { reconciliationApi } from './reconciliation.ts';
import { reportApi } from './reports.ts';
import { revenueApi } from './revenue.ts';
import { caseApi } from './revenue-cases.ts';
import { saleApi } from './sales.ts';
import { savedViewApi } from './saved-views.ts';
import { setUpApi } from './set-up.ts';
import { smartCardApi } from './smart-cards.ts';
import { softLandingApi } from './soft-landing.ts';
import { statementApi } from './statements.ts';
import { lightApi } from './street-lights.ts';
import { supplyCallApi } from './supply-calls.ts';
import { tariffApi } from './tariffs.ts';
import { invitationApi, teamApi } from './team.ts';
import { ticketApi } from './tickets.ts';
import { tillPages } from './till-pages.ts';
import { tillApi, tillRoot } from './tills.ts';
import { tokenLogApi } from './token-log.ts';
import { topUpApi } from './top-ups.ts';
import { unallocatedMoneyApi } from './unallocated-money.ts';
import { vendorApi } from './vendors.ts';
import { walletApi } from './wallet.ts';
import { webhookApi } from './webhooks.ts';

export {
  alertApi,
  apiRoot,
  approvalApi,
  assetRoute,
  assignmentApi,
  auditListApi,
  auditLogApi,
  bankStatementApi,
  budgetApi,
  campaignApi,
  caseApi,
  connectionApi,
  consoleApi,
  customerApi,
  debtApi,
  documentTextsApi,
  driverApi,
  emergencyApi,
  exchangeApi,
  exportApi,
  grantApi,
  importApi,
  inboxApi,
  installApi,
  integrationApi,
  invitationApi,
  keyApi,
  lightApi,
  limitApi,
  linkApi,
  messageApi,
  networkApi,
  notificationApi,
  operatorRoot,
  pageRoutes,
  pageWritingApi,
  paymentApi,
  proofApi,
  protectionApi,
  readingApi,
  reconciliationApi,
  refundApi,
  reportApi,
  revenueApi,
  saleApi,
  savedViewApi,
  settingRoutes,
  setUpApi,
  signInApi,
  signInRoot,
  siteApi,
  smartCardApi,
  softLandingApi,
  statementApi,
  supplyCallApi,
  tariffApi,
  teamApi,
  ticketApi,
  tillApi,
  tillPages,
  tillRoot,
  tokenLogApi,
  topUpApi,
  unallocatedMoneyApi,
  vendorApi,
  walletApi,
  webhookApi,
};

const byArea = {
  auditList: auditListApi,
  auditLog: auditLogApi,
  alert: alertApi,
  approval: approvalApi,
  assignment: assignmentApi,
  budget: budgetApi,
  campaign: campaignApi,
  case: caseApi,
  connection: connectionApi,
  console: consoleApi,
  setUp: setUpApi,
  supplyCall: supplyCallApi,
  customer: customerApi,
  ticket: ticketApi,
  report: reportApi,
  debt: debtApi,
  documentTexts: documentTextsApi,
  pageWriting: pageWritingApi,
  driver: driverApi,
  emergency: emergencyApi,
  exchange: exchangeApi,
  export: exportApi,
  grant: grantApi,
  import: importApi,
  inbox: inboxApi,
  notification: notificationApi,
  install: installApi,
  integration: integrationApi,
  key: keyApi,
  smartCard: smartCardApi,
  light: lightApi,
  softLanding: softLandingApi,
  limit: limitApi,
  link: linkApi,
  pages: pageRoutes,
  message: messageApi,
  network: networkApi,
  payment: paymentApi,
  proof: proofApi,
  protection: protectionApi,
  reading: readingApi,
  reconciliation: reconciliationApi,
  refund: refundApi,
  revenue: revenueApi,
  sale: saleApi,
  savedView: savedViewApi,
  setting: settingApi,
  signIn: signInApi,
  site: siteApi,
  statement: statementApi,
  tariff: tariffApi,
  team: teamApi,
  invitation: invitationApi,
  till: tillApi,
  bankStatement: bankStatementApi,
  tillPages,
  tokenLog: tokenLogApi,
  topUp: topUpApi,
  unallocatedMoney: unallocatedMoneyApi,
  vendor: vendorApi,
  wallet: walletApi,
  webhook: webhookApi,
};

export type Area = keyof typeof byArea;

/** Of each area by name. */
export const routes: Readonly<Record<string, Readonly<Record<string, Route>>>> = byArea;
