// Requests that put a sale right, tokens that no sale paid for, and what a connection owes. What
// gives money away answers with the approval that it waits for.

import {
  connectionApi,
  debtApi,
  exchangeApi,
  grantApi,
  type MeterExchangeBody,
  type NewGrantBody,
  pathOf,
  refundApi,
  saleApi,
  statementApi,
} from '@prewatt/api';
import { queryOptions } from '@tanstack/react-query';
import { client, orThrow, paged } from './read.ts';

type Asked = { readonly requestId: string; readonly reason: string };

export const reversibilityQuery = (saleId: string) =>
  queryOptions({
    queryKey: ['sale', saleId, 'reversibility'],
    queryFn: ({ signal }) => orThrow(client.call(saleApi.reversibility, { id: saleId, signal })),
  });

export const askReversal = (
  saleId: string,
  body: Asked & {
    readonly moneyGoes: 'prepaid' | 'payer';
    readonly creditedWh?: string;
    readonly creditedMinor?: string;
  },
) => orThrow(client.call(saleApi.reverse, { id: saleId, body }));

export const askMove = (
  saleId: string,
  body: Asked & { readonly toMeterPan: string; readonly by: 'reversal' | 'creditNote' },
) => orThrow(client.call(saleApi.move, { id: saleId, body }));

export const askCreditNote = (saleId: string, body: Asked & { readonly amountMinor: string }) =>
  orThrow(client.call(saleApi.creditNote, { id: saleId, body }));

/** The digits themselves; the server keeps who asked and why. */
export const reprint = (saleId: string, reason: string) =>
  orThrow(client.call(saleApi.reprint, { id: saleId, body: { reason } }));

export const grantsQuery = (connectionId: string) =>
  paged(grantApi.ofConnection, {
    key: ['connection', connectionId, 'grants'],
    input: { id: connectionId },
  });

export const giveToken = (connectionId: string, body: NewGrantBody) =>
  orThrow(client.call(grantApi.issue, { id: connectionId, body }));

/** Digits of engineering tokens; those of credit only by `showGrant`. Not kept by the cache. */
export const grantQuery = (grantId: string) =>
  queryOptions({
    queryKey: ['grant', grantId],
    queryFn: ({ signal }) => orThrow(client.call(grantApi.detail, { id: grantId, signal })),
    gcTime: 0,
  });

/** Grants that a meter refused or never answered, and that nobody has acknowledged. */
export const openGrantsKey = ['grants', 'attention'] as const;
export const openGrantsQuery = paged(grantApi.list, {
  key: openGrantsKey,
  input: { query: { state: 'attention' } },
  refetchInterval: 30_000,
});

export const acknowledgeGrant = (grantId: string, reason: string) =>
  orThrow(client.call(grantApi.acknowledge, { id: grantId, body: { reason } }));

export const showGrant = (grantId: string) => orThrow(client.call(grantApi.show, { id: grantId }));

/** Civil days of the utility's zone, both included. */
export const customerStatementQuery = (
  connectionId: string,
  period: { readonly from: string; readonly to: string },
) =>
  paged(statementApi.statement, {
    key: ['connection', connectionId, 'statement', period.from, period.to],
    input: { id: connectionId, query: period },
  });

export const statementCsvPath = (connectionId: string, period: { from: string; to: string }) =>
  pathOf(statementApi.file, { id: connectionId, query: period });

export const debtsQuery = (connectionId: string) =>
  paged(debtApi.list, { key: ['connection', connectionId, 'debts'], input: { id: connectionId } });

export const askWriteOff = (
  connectionId: string,
  debtId: string,
  body: Asked & { readonly amountMinor: string },
) => orThrow(client.call(debtApi.writeOff, { id: connectionId, debtId, body }));

export const askExchange = (connectionId: string, body: MeterExchangeBody) =>
  orThrow(client.call(exchangeApi.request, { id: connectionId, body }));

/** Stops sales, or lets them go on; both are safe to repeat. */
export const blockConnection = (connectionId: string, act: 'block' | 'unblock', reason: string) =>
  orThrow(client.call(connectionApi[act], { id: connectionId, body: { reason } }));

export const refundsKey = ['refunds'] as const;
export const refundsQuery = (state: 'due' | 'paid') =>
  paged(refundApi.list, { key: ['refunds', state], input: { query: { state } } });

/** The provider is asked to send it back. */
export const sendRefund = (refundId: string) =>
  orThrow(client.call(refundApi.send, { id: refundId }));

export const payRefund = (refundId: string, reference: string) =>
  orThrow(client.call(refundApi.paid, { id: refundId, body: { reference } }));
