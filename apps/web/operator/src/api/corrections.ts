// Acts that put a sale right, tokens that no sale paid for, and what a connection owes. What gives
// money away answers with the approval that it waits for.

import {
  askedSchema,
  connectionBlockedSchema,
  customerStatementSchema,
  debtPageSchema,
  grantApi,
  type MeterExchangeBody,
  type NewGrantBody,
  operatorReceiptSchema,
  refundPageSchema,
  refundPaidSchema,
  reversibilitySchema,
} from '@prewatt/api';
import { queryOptions } from '@tanstack/react-query';
import { base, client, orThrow, paged, pagedRoute } from './read.ts';

const salePath = (saleId: string, part: string) =>
  `${base}/sales/${encodeURIComponent(saleId)}${part}`;
const connectionPath = (connectionId: string, part: string) =>
  `${base}/connections/${encodeURIComponent(connectionId)}${part}`;

type Asked = { readonly requestId: string; readonly reason: string };

export const reversibilityQuery = (saleId: string) =>
  queryOptions({
    queryKey: ['sale', saleId, 'reversibility'],
    queryFn: ({ signal }) =>
      orThrow(client.get(reversibilitySchema, salePath(saleId, '/reversibility'), { signal })),
  });

export const askReversal = (
  saleId: string,
  body: Asked & {
    readonly moneyGoes: 'prepaid' | 'payer';
    readonly creditedWh?: string;
    readonly creditedMinor?: string;
  },
) => orThrow(client.post(askedSchema, salePath(saleId, '/reversal'), { body }));

export const askMove = (
  saleId: string,
  body: Asked & { readonly toMeterPan: string; readonly by: 'reversal' | 'creditNote' },
) => orThrow(client.post(askedSchema, salePath(saleId, '/move'), { body }));

export const askCreditNote = (saleId: string, body: Asked & { readonly amountMinor: string }) =>
  orThrow(client.post(askedSchema, salePath(saleId, '/credit-note'), { body }));

/** The digits themselves; the server keeps who asked and why. */
export const reprint = (saleId: string, reason: string) =>
  orThrow(client.post(operatorReceiptSchema, salePath(saleId, '/reprint'), { body: { reason } }));

export const grantsQuery = (connectionId: string) =>
  pagedRoute(grantApi.ofConnection, {
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
export const openGrantsQuery = pagedRoute(grantApi.list, {
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
  paged({
    key: ['connection', connectionId, 'statement', period.from, period.to],
    path: connectionPath(connectionId, '/statement'),
    schema: customerStatementSchema,
    params: period,
  });

export const statementCsvPath = (connectionId: string, period: { from: string; to: string }) =>
  `${connectionPath(connectionId, '/statement.csv')}?${new URLSearchParams(period)}`;

export const debtsQuery = (connectionId: string) =>
  paged({
    key: ['connection', connectionId, 'debts'],
    path: connectionPath(connectionId, '/debts'),
    schema: debtPageSchema,
  });

export const askWriteOff = (
  connectionId: string,
  debtId: string,
  body: Asked & { readonly amountMinor: string },
) =>
  orThrow(
    client.post(
      askedSchema,
      connectionPath(connectionId, `/debts/${encodeURIComponent(debtId)}/write-off`),
      { body },
    ),
  );

export const askExchange = (connectionId: string, body: MeterExchangeBody) =>
  orThrow(client.post(askedSchema, connectionPath(connectionId, '/meter-exchange'), { body }));

/** A reason stops sales, null lets them go on; both are safe to repeat. */
export const blockConnection = (connectionId: string, reason: string | null) =>
  orThrow(
    reason === null
      ? client.post(connectionBlockedSchema, connectionPath(connectionId, '/unblock'))
      : client.post(connectionBlockedSchema, connectionPath(connectionId, '/block'), {
          body: { reason },
        }),
  );

export const refundsKey = ['refunds'] as const;
export const refundsQuery = (state: 'due' | 'paid') =>
  paged({
    key: ['refunds', state],
    path: `${base}/refunds`,
    schema: refundPageSchema,
    params: { state },
  });

export const payRefund = (refundId: string, reference: string) =>
  orThrow(
    client.post(refundPaidSchema, `${base}/refunds/${encodeURIComponent(refundId)}/paid`, {
      body: { reference },
    }),
  );
